-- Where each study assignment stands; what it is called is sealed in its events.
CREATE TABLE study_assignments (
    study_id      uuid        NOT NULL PRIMARY KEY,
    person_id     uuid        NOT NULL,
    agency        text        NOT NULL,
    phase         text        NOT NULL,
    level         smallint    NOT NULL,
    field         text        NOT NULL,
    competency    text        NOT NULL,
    need_id       uuid,
    released      boolean     NOT NULL,
    self_funded   boolean     NOT NULL,
    applied_on    date        NOT NULL,
    starts_on     date        NOT NULL,
    until         date,
    decree_number text,
    semesters     smallint    NOT NULL,
    began_on      date,
    ended_on      date,
    ending        text,
    report_by     date,
    back_on       date,
    late          boolean,
    bond_until    date,
    left_on       date,
    demanded      bigint      NOT NULL,
    repaid        bigint      NOT NULL,
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX study_assignments_of_agency ON study_assignments (agency, starts_on);
CREATE INDEX study_assignments_of_person ON study_assignments (person_id);

-- What the conditions of a study assignment read of a person, as profile and assessment have told it.
-- Of the birth date only the month is kept: no more is needed to know when the pension begins.
CREATE TABLE study_dossier (
    source         text    NOT NULL,
    partition      integer NOT NULL,
    person_id      uuid    NOT NULL,
    event_id       uuid    NOT NULL,
    kind           text    NOT NULL,
    effective_from date    NOT NULL,
    until          date,
    said           text    NOT NULL,
    year           integer,
    born_month     date,
    post_id        uuid,
    on_appeal      boolean NOT NULL,
    PRIMARY KEY (source, partition, person_id, event_id)
);
CREATE INDEX study_dossier_of_person ON study_dossier (person_id, kind, effective_from);

-- The age at which each post is left for good.
CREATE TABLE retirement_ages (
    partition      integer  NOT NULL,
    post_id        uuid     NOT NULL,
    retirement_age smallint NOT NULL,
    PRIMARY KEY (partition, post_id)
);
CREATE INDEX retirement_ages_of_post ON retirement_ages (post_id);
