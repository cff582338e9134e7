-- What assessment shows: made from its own log and from what it heard, rebuilt at will.
CREATE TABLE appraisals (
    person_id   uuid        NOT NULL,
    year        integer     NOT NULL,
    agency      text        NOT NULL,
    law         text        NOT NULL,
    rating      text        NOT NULL,
    work_result smallint,
    behaviour   smallint,
    score       text,
    event_id    uuid        NOT NULL,
    corrections integer     NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, year)
);

CREATE TABLE competency_results (
    person_id   uuid        NOT NULL,
    assessed_on date        NOT NULL,
    institution text        NOT NULL,
    agency      text        NOT NULL,
    levels      text        NOT NULL,
    valid_until date,
    jpm         text,
    category    text,
    against     text,
    event_id    uuid        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, assessed_on, institution)
);

-- Keyed digests of identifiers; one row has one writer, so profile's partition stands in the key.
CREATE TABLE identity_index (
    partition integer NOT NULL,
    subject   uuid    NOT NULL,
    kind      text    NOT NULL,
    digest    text    NOT NULL,
    agency    text    NOT NULL,
    PRIMARY KEY (partition, subject, kind, digest)
);
CREATE INDEX identity_index_digest ON identity_index (digest);
CREATE INDEX identity_index_subject ON identity_index (subject);
