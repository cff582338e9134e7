-- What units and posts say beyond name and place in the tree, and every definition a unit has had.
ALTER TABLE work_units
    ADD COLUMN kind        text,
    ADD COLUMN region_code text,
    ADD COLUMN latitude    text,
    ADD COLUMN longitude   text;

ALTER TABLE post_map
    ADD COLUMN job_class  integer,
    ADD COLUMN education  integer,
    ADD COLUMN training   text,
    ADD COLUMN experience text;

CREATE TABLE unit_history (
    unit_id        uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    code           text        NOT NULL,
    name           text        NOT NULL,
    parent_id      uuid,
    kind           text,
    region_code    text,
    latitude       text,
    longitude      text,
    effective_from date        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    withdrawn_at   timestamptz,
    PRIMARY KEY (unit_id, event_id)
);
CREATE INDEX unit_history_agency ON unit_history (agency, unit_id);
