-- What was heard from other services, written down as it came and never interpreted here.

-- Parts of 500,000 positions; the next is made before the last is full, so that old ones can move
-- to cheap storage. A position beyond its source's head never gets here, however large it claims
-- to be.
CREATE TABLE inbox (
    source         text        COLLATE "C" NOT NULL,
    generation     integer     NOT NULL,
    partition      integer     NOT NULL,
    psn            bigint      NOT NULL CHECK (psn > 0),
    event_id       uuid        NOT NULL,
    seq            bigint      NOT NULL,
    type           text        COLLATE "C" NOT NULL,
    schema         integer     NOT NULL,
    subject        uuid        NOT NULL,
    agency         text        NOT NULL,
    effective_from date        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    body           bytea       NOT NULL,
    -- Not clock_timestamp(): a volatile default makes COPY insert row by row.
    heard_at       timestamptz NOT NULL DEFAULT now(),
    way            text        NOT NULL CHECK (way IN ('kafka', 'door')),
    PRIMARY KEY (source, generation, partition, psn)
) PARTITION BY RANGE (psn);

CREATE FUNCTION inbox_parts_through(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    size CONSTANT bigint := 500000;
    part bigint;
    name text;
BEGIN
    FOR part IN 0 .. wanted / size LOOP
        name := 'inbox_' || part;
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        LOCK TABLE inbox IN SHARE UPDATE EXCLUSIVE MODE;
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE inbox INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
        EXECUTE format('ALTER TABLE inbox ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                       name, part * size, (part + 1) * size);
    END LOOP;
END $$;

SELECT inbox_parts_through(500000);

-- What could not be placed: kept as it came, with the reason. `settled_at` closes a case.
CREATE TABLE inbox_aside (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source          text        NOT NULL,
    way             text        NOT NULL,
    generation      integer,
    partition       integer     NOT NULL,
    psn             bigint,
    kafka_offset    bigint,
    headers         jsonb       NOT NULL,
    body            bytea,
    body_sha256     text        NOT NULL,
    reason          text        NOT NULL,
    explained       text        NOT NULL,
    heard_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at      timestamptz
);
CREATE INDEX inbox_aside_open ON inbox_aside (source, reason, partition, psn)
    WHERE settled_at IS NULL;
-- The same record heard again is the same case.
CREATE UNIQUE INDEX inbox_aside_once ON inbox_aside
    (source, partition, coalesce(kafka_offset, -1), coalesce(generation, -1), coalesce(psn, -1),
     reason, body_sha256);

-- What each source said about itself: its last position per partition, and the instant through
-- which nothing can be recorded any more. The newest few hundred rows are kept.
CREATE TABLE source_heads (
    source          text        NOT NULL,
    asked_at        timestamptz NOT NULL,
    generation      integer     NOT NULL,
    closed_through  timestamptz NOT NULL,
    heads           bigint[]    NOT NULL,
    own             boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (source, asked_at)
);

CREATE TABLE source_contact (
    source      text        PRIMARY KEY,
    last_ok     timestamptz,
    last_error  text
);
