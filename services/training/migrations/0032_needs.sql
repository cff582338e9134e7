-- Training needs by plan year; what was validated when the year was locked names the lock.
CREATE TABLE training_needs (
    agency      text        NOT NULL,
    year        integer     NOT NULL,
    need_id     uuid        NOT NULL,
    bearer      text        NOT NULL,
    whose       uuid        NOT NULL,
    competency  text        NOT NULL,
    stage       text        NOT NULL,
    origins     text        NOT NULL, -- a JSON list, as told
    gap         smallint    NOT NULL,
    priority    smallint    NOT NULL,
    form        smallint    NOT NULL,
    jp          integer     NOT NULL,
    cost        bigint      NOT NULL,
    people      integer     NOT NULL,
    provider    text        NOT NULL,
    quarter     smallint    NOT NULL,
    line_id     uuid,
    since       date        NOT NULL,
    merged_into uuid,
    locked_by   uuid,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (agency, year, need_id)
);
CREATE INDEX training_needs_of_whom ON training_needs (whose);
CREATE INDEX training_needs_by_id ON training_needs (need_id);

CREATE TABLE training_plans (
    agency        text        NOT NULL,
    year          integer     NOT NULL,
    event_id      uuid        NOT NULL,
    decree_number text        NOT NULL,
    locked_on     date        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (agency, year)
);

-- Competencies that assessment has spoken of: in a standard of a post, or as the result of somebody.
CREATE TABLE competency_codes (
    partition integer NOT NULL,
    agency    text    NOT NULL,
    code      text    NOT NULL,
    PRIMARY KEY (partition, agency, code)
);
CREATE INDEX competency_codes_of_agency ON competency_codes (agency, code);

CREATE TABLE work_units (
    partition integer NOT NULL,
    unit_id   uuid    NOT NULL,
    agency    text    NOT NULL,
    code      text    NOT NULL,
    name      text    NOT NULL,
    PRIMARY KEY (partition, unit_id)
);
CREATE INDEX work_units_of_agency ON work_units (agency, code);
CREATE INDEX work_units_by_id ON work_units (unit_id);
