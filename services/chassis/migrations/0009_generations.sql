-- What becomes of a service's history when a database is restored: its own, or a source's.

-- Why the log cannot be trusted to be whole: nothing is sealed and nothing appended until an
-- operator has said `restored`. NULL when there is no doubt.
ALTER TABLE sealer ADD COLUMN in_doubt jsonb;

-- Disabled except while the log is in doubt, so that it costs an append nothing.
CREATE FUNCTION tail_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is in doubt' USING ERRCODE = 'JJ002';
END
$$;
CREATE TRIGGER tail_is_closed BEFORE INSERT ON tail
    FOR EACH STATEMENT EXECUTE FUNCTION tail_is_closed();
ALTER TABLE tail DISABLE TRIGGER tail_is_closed;

-- What each listener has heard of this service, as its last look at the heads said: the furthest
-- that it was told, and the furthest that it holds.
CREATE TABLE listener_report (
    listener       text        PRIMARY KEY,
    told_at        timestamptz NOT NULL,
    generation     integer     NOT NULL,
    seq            bigint      NOT NULL,
    closed_through timestamptz NOT NULL,
    heads          bigint[]    NOT NULL
) WITH (fillfactor = 50);

-- From here on, the listener's side.

ALTER TABLE source_heads ADD COLUMN seq bigint NOT NULL DEFAULT 0;
-- The source says so itself, or its heads have fallen below what it had told.
ALTER TABLE source_contact ADD COLUMN in_doubt boolean NOT NULL DEFAULT false;

-- The generations of a source that have ended. `stands`: the last psn of each partition that the
-- source still has. `kept`: the last one that is used here; what was heard beyond the fork without
-- a gap is used as it was before. Neither changes after it was noted.
CREATE TABLE source_lives (
    source     text        COLLATE "C" NOT NULL,
    generation integer     NOT NULL,
    stands     bigint[]    NOT NULL,
    kept       bigint[]    NOT NULL,
    noted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, generation)
);

-- Records that are used here and that their source has lost, until it says them again (the twin)
-- or withdraws them. `removed_at`: no read model holds the effect of a withdrawn one any more.
CREATE TABLE unconfirmed (
    source          text        COLLATE "C" NOT NULL,
    generation      integer     NOT NULL,
    partition       integer     NOT NULL,
    psn             bigint      NOT NULL,
    event_id        uuid        NOT NULL,
    subject         uuid        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    twin_generation integer,
    twin_psn        bigint,
    twin_is_same    boolean,
    withdrawn_at    timestamptz,
    removed_at      timestamptz,
    PRIMARY KEY (source, generation, partition, psn)
);
CREATE INDEX unconfirmed_event ON unconfirmed (event_id);
CREATE INDEX unconfirmed_subject ON unconfirmed (subject);
