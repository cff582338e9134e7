-- How far each projection and each reaction has come, and what stands aside on the way.

-- One row per source partition, locked while its batch is written. `epoch` is raised by whoever
-- puts another table in place, so that a batch folded against the old one is not written.
CREATE TABLE projection_cursor (
    projection  text    NOT NULL,
    source      text    NOT NULL,
    generation  integer NOT NULL,
    partition   integer NOT NULL,
    psn         bigint  NOT NULL DEFAULT 0,
    applied     bigint  NOT NULL DEFAULT 0,
    epoch       bigint  NOT NULL DEFAULT 1,
    PRIMARY KEY (projection, source, generation, partition)
);

-- A subject with an open row here waits: its later events queue behind it, everyone else goes on.
CREATE TABLE parked (
    projection  text        NOT NULL,
    source      text        NOT NULL,
    generation  integer     NOT NULL,
    partition   integer     NOT NULL,
    psn         bigint      NOT NULL,
    subject     uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    type        text        NOT NULL,
    reason      text        NOT NULL,
    error       text        NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    released_at timestamptz,
    PRIMARY KEY (projection, source, generation, partition, psn)
);
CREATE INDEX parked_open ON parked (projection, source, partition, subject)
    WHERE released_at IS NULL;

-- Erasing events that were acted upon the moment they arrived, ahead of their place.
CREATE TABLE erased_ahead (
    projection  text    NOT NULL,
    source      text    NOT NULL,
    generation  integer NOT NULL,
    partition   integer NOT NULL,
    psn         bigint  NOT NULL,
    PRIMARY KEY (projection, source, generation, partition, psn)
);

CREATE TABLE reaction_cursor (
    source      text    NOT NULL,
    generation  integer NOT NULL,
    partition   integer NOT NULL,
    psn         bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (source, generation, partition)
);

CREATE TABLE reaction_parked (
    source      text        NOT NULL,
    generation  integer     NOT NULL,
    partition   integer     NOT NULL,
    psn         bigint      NOT NULL,
    subject     uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    type        text        NOT NULL,
    rule        text        NOT NULL,
    reason      text        NOT NULL,
    error       text        NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    released_at timestamptz,
    PRIMARY KEY (source, generation, partition, psn)
);
