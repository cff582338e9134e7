-- What was earned by each completion. One that does not stand any more keeps its row, for whoever asks
-- what was known before.
CREATE TABLE jp_earned (
    enrolment_id uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    person_id    uuid        NOT NULL,
    agency       text        NOT NULL,
    programme    text        NOT NULL,
    form         smallint    NOT NULL,
    jp           integer     NOT NULL,
    finished_on  date        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (enrolment_id, event_id)
);
CREATE INDEX jp_earned_in_a_year ON jp_earned (agency, finished_on, person_id);
CREATE INDEX jp_earned_of_person ON jp_earned (person_id, finished_on);

-- As what and where people serve, as profile has told it.
CREATE TABLE postings (
    partition      integer     NOT NULL,
    person_id      uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    kind           text        NOT NULL CHECK (kind IN ('employment', 'position')),
    said           text        NOT NULL, -- kind of employment, or class of the position
    unit_id        uuid,
    effective_from date        NOT NULL,
    until          date,
    psn            bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    withdrawn_at   timestamptz,
    PRIMARY KEY (partition, person_id, event_id)
);
CREATE INDEX postings_of_agency ON postings (agency, kind, person_id, effective_from);
CREATE INDEX postings_of_person ON postings (person_id, kind, effective_from);
