-- What training shows: made from its own log and from what it heard, rebuilt at will.
CREATE TABLE learning_record (
    enrolment_id       uuid        NOT NULL,
    person_id          uuid        NOT NULL,
    agency             text        NOT NULL,
    programme          text        NOT NULL,
    starts_on          date        NOT NULL,
    state              text        NOT NULL,
    ended_on           date,
    jp                 integer     NOT NULL,
    title              text,
    form               smallint,
    provider           text,
    evidence           text,
    certificate_number text,
    certificate_date   date,
    completion_id      uuid,
    recorded_at        timestamptz NOT NULL,
    PRIMARY KEY (enrolment_id)
);
CREATE INDEX learning_record_person ON learning_record (person_id, starts_on DESC);

CREATE TABLE catalogue (
    agency         text     NOT NULL,
    code           text     NOT NULL,
    title          text     NOT NULL,
    form           smallint NOT NULL,
    jp             integer  NOT NULL,
    provider       text     NOT NULL,
    effective_from date     NOT NULL,
    PRIMARY KEY (agency, code)
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
