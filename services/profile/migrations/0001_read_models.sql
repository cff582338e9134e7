-- A line of a person's card: one dated fact, with both its dates. No name, no number.
CREATE TABLE person_card (
    person_id      uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    kind           text        NOT NULL,
    effective_from date        NOT NULL,
    until          date,
    recorded_at    timestamptz NOT NULL,
    superseded_at  timestamptz,
    superseded_by  uuid,
    employment     text,
    golongan       text,
    level          smallint,
    post_id        uuid,
    unit_id        uuid,
    position_class text,
    assignment     text,
    detail         jsonb       NOT NULL,
    PRIMARY KEY (person_id, event_id)
);
CREATE INDEX person_card_in_force ON person_card (agency, kind, person_id)
    WHERE superseded_at IS NULL;
CREATE INDEX person_card_in_unit ON person_card (unit_id, person_id)
    WHERE superseded_at IS NULL AND kind = 'position';

-- Who a number belongs to, by its keyed digest.
CREATE TABLE identity_index (
    partition integer NOT NULL,
    subject   uuid    NOT NULL,
    kind      text    NOT NULL,
    digest    text    NOT NULL,
    agency    text    NOT NULL,
    PRIMARY KEY (partition, subject, kind, digest)
);
CREATE INDEX identity_index_digest ON identity_index (digest);

CREATE TABLE work_units (
    unit_id   uuid NOT NULL PRIMARY KEY,
    agency    text NOT NULL,
    code      text NOT NULL,
    name      text NOT NULL,
    parent_id uuid
);
CREATE INDEX work_units_agency ON work_units (agency, code);

CREATE TABLE post_map (
    post_id        uuid    NOT NULL PRIMARY KEY,
    agency         text    NOT NULL,
    code           text    NOT NULL,
    name           text    NOT NULL,
    position_class text    NOT NULL,
    jenjang        text,
    eselon         text,
    unit_id        uuid    NOT NULL,
    field          text,
    retirement_age integer NOT NULL,
    needed         integer NOT NULL
);
CREATE INDEX post_map_agency ON post_map (agency, code);
