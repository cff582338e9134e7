-- Every definition of a post, from its day: what the map said then, not only what it says now.
CREATE TABLE post_history (
    post_id        uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    code           text        NOT NULL,
    name           text        NOT NULL,
    position_class text        NOT NULL,
    jenjang        text,
    eselon         text,
    unit_id        uuid        NOT NULL,
    field          text,
    retirement_age integer     NOT NULL,
    needed         integer     NOT NULL,
    effective_from date        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    withdrawn_at   timestamptz,
    PRIMARY KEY (post_id, event_id)
);
CREATE INDEX post_history_agency ON post_history (agency, post_id);
