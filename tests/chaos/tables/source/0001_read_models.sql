CREATE TABLE tally (thing_id uuid PRIMARY KEY, chain bigint NOT NULL, marks integer NOT NULL);
CREATE TABLE echoes (thing_id uuid PRIMARY KEY, chain bigint NOT NULL, marks integer NOT NULL);
