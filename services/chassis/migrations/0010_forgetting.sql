-- A key that is `passing` seals what cannot be put down to anybody: cells of rows that were
-- refused, messages in which nobody can be read. It is destroyed after a while, and whenever
-- somebody is forgotten.
ALTER TABLE subject_key ADD COLUMN passing boolean NOT NULL DEFAULT false;
CREATE INDEX subject_key_passing ON subject_key (created_at) WHERE passing AND wrapped IS NOT NULL;
CREATE INDEX subject_key_forgotten ON subject_key (forgotten_at) WHERE forgotten_at IS NOT NULL;

-- Who is to be forgotten, as other services have said it: a read model of the inbox. `times` is
-- more than once for what acted on arrival and then again in its place.
CREATE TABLE erased_subjects (
    partition integer     NOT NULL,
    subject   uuid        NOT NULL,
    times     integer     NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (partition, subject)
);

-- How many of these times have been acted upon.
CREATE TABLE erasure_done (
    subject uuid    PRIMARY KEY,
    times   integer NOT NULL
);

-- Why somebody read is told in the reader's own words, so it lies under the key of whom it is
-- about. What was written before lies in `why`.
ALTER TABLE access_log ADD COLUMN sealed_why text;
