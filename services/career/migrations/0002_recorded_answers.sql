-- The answers that are recorded, with a decision or for the record: what can be proved.
CREATE TABLE recorded_answers (
    source        text        NOT NULL,
    partition     integer     NOT NULL,
    answer_id     uuid        NOT NULL,
    generation    integer     NOT NULL,
    psn           bigint      NOT NULL,
    person_id     uuid        NOT NULL,
    what          text        NOT NULL,
    policy        text,
    as_of         date        NOT NULL,
    status        text,
    answer_sha256 text        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (source, partition, answer_id)
);
CREATE INDEX recorded_answers_person ON recorded_answers (person_id, psn);
CREATE INDEX recorded_answers_id ON recorded_answers (answer_id);
