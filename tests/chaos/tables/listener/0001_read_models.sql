CREATE TABLE chains (thing_id uuid PRIMARY KEY, chain bigint NOT NULL, marks integer NOT NULL);
CREATE TABLE marks (
    thing_id uuid, partition integer NOT NULL, psn bigint, event_id uuid NOT NULL,
    value integer NOT NULL, recorded_at timestamptz NOT NULL,
    PRIMARY KEY (thing_id, psn));
