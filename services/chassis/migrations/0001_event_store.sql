-- Streams. A writer locks the row of its stream in stream_head, appends to tail, and moves the
-- head, in one transaction; nothing else is locked. The sealer moves what is committed from tail
-- into log (0002), where it stays for ever.

CREATE TABLE stream_head (
    stream  text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0)
) WITH (fillfactor = 80);

-- Events that are stored and not sealed yet. `pos` orders them within a batch and means nothing
-- to a reader: one that is smaller may still be committed later. The sequence must not be cached
-- per session, or a stream's second version could get the smaller pos.
CREATE TABLE tail (
    pos            bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    event_id       uuid     NOT NULL,
    stream         text     COLLATE "C" NOT NULL,
    version        bigint   NOT NULL,
    type           text     NOT NULL,
    schema         integer  NOT NULL,
    subject        uuid     NOT NULL,
    agency         text     NOT NULL,
    effective_from date     NOT NULL,
    actor          text     NOT NULL,
    door           text     NOT NULL,
    document       text,
    sha256         text,
    verified       boolean  NOT NULL,
    causation      uuid,
    correlation    uuid,
    body           bytea    NOT NULL,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (stream, version)
) WITH (
    -- Every row leaves within moments: keep the dead ones from piling up in front of the living.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000,
    autovacuum_vacuum_cost_delay = 0
);

CREATE TABLE log (
    seq            bigint      NOT NULL PRIMARY KEY,
    generation     integer     NOT NULL,
    event_id       uuid        NOT NULL,
    stream         text        COLLATE "C" NOT NULL,
    version        bigint      NOT NULL,
    type           text        NOT NULL,
    schema         integer     NOT NULL,
    subject        uuid        NOT NULL,
    agency         text        NOT NULL,
    effective_from date        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    actor          text        NOT NULL,
    door           text        NOT NULL,
    document       text,
    sha256         text,
    verified       boolean     NOT NULL,
    causation      uuid,
    correlation    uuid,
    body           bytea       NOT NULL,
    said_type      text,
    said_schema    integer,
    partition      integer,
    psn            bigint,
    said_body      bytea,
    leaf_format    smallint    NOT NULL,
    leaf           bytea       NOT NULL
) PARTITION BY RANGE (seq);

CREATE INDEX log_stream ON log (stream, version);
CREATE INDEX log_said ON log (generation, partition, psn) WHERE psn IS NOT NULL;
CREATE INDEX log_event ON log (event_id);

-- The log is insert-only.
CREATE FUNCTION log_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is insert-only';
END
$$;

CREATE TRIGGER log_is_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_insert_only();

-- Make the parts of the log that hold every seq between the two given. A part is made apart and
-- then attached, so that nobody who reads the log has to wait.
CREATE FUNCTION make_log_parts(since_seq bigint, upto bigint, width bigint DEFAULT 5000000)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    part  text;
    since bigint;
    made  integer := 0;
BEGIN
    FOR number IN since_seq / width .. upto / width LOOP
        part := 'log_' || number;
        IF to_regclass(part) IS NULL THEN
            since := number * width;
            EXECUTE format(
                'CREATE TABLE %I (LIKE log INCLUDING ALL, CHECK (seq >= %s AND seq < %s))',
                part, since, since + width);
            EXECUTE format(
                'ALTER TABLE log ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                part, since, since + width);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;

SELECT make_log_parts(0, 0);

-- Append to one stream, or raise JJ001 when it is not at the version expected.
CREATE FUNCTION append_to_stream(
    p_stream text, p_expected bigint, p_subject uuid, p_agency text, p_actor text, p_door text,
    p_document text, p_sha256 text, p_verified boolean, p_causation uuid, p_correlation uuid,
    p_ids uuid[], p_types text[], p_schemas integer[], p_effective date[], p_bodies bytea[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    reached bigint := p_expected + cardinality(p_ids);
BEGIN
    -- Either statement waits for whoever is appending to the same stream just now. A version is
    -- given out only after the one before it is committed, and so is its pos.
    IF p_expected = 0 THEN
        INSERT INTO stream_head VALUES (p_stream, reached) ON CONFLICT DO NOTHING;
    ELSE
        UPDATE stream_head SET version = reached
         WHERE stream = p_stream AND version = p_expected;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'stream is not at version %', p_expected
            USING ERRCODE = 'JJ001', DETAIL = p_stream;
    END IF;
    IF cardinality(p_ids) = 1 THEN
        INSERT INTO tail (
            event_id, stream, version, type, schema, subject, agency, effective_from,
            actor, door, document, sha256, verified, causation, correlation, body)
        VALUES (
            p_ids[1], p_stream, reached, p_types[1], p_schemas[1], p_subject, p_agency,
            p_effective[1], p_actor, p_door, p_document, p_sha256, p_verified, p_causation,
            p_correlation, p_bodies[1]);
        RETURN reached;
    END IF;
    INSERT INTO tail (
        event_id, stream, version, type, schema, subject, agency, effective_from,
        actor, door, document, sha256, verified, causation, correlation, body)
    SELECT id, p_stream, p_expected + nth, type, schema, p_subject, p_agency, effective,
           p_actor, p_door, p_document, p_sha256, p_verified, p_causation, p_correlation, body
      FROM unnest(p_ids, p_types, p_schemas, p_effective, p_bodies)
           WITH ORDINALITY AS event (id, type, schema, effective, body, nth)
     ORDER BY nth;
    RETURN reached;
END
$$;

-- Append to several streams. New streams are made first, then the rows of the old ones are locked,
-- each in the order of their names: two that meet wait, and never for each other.
-- `p_all`: all or none; JJ001 when a stream is not at the version expected.
-- Otherwise each stream for itself (writers who share a transaction): what cannot be appended is
-- left out and named in the answer, and nobody waits for a stream that is locked just now.
CREATE FUNCTION append_to_streams(
    p_all boolean, p_streams text[], p_expected bigint[], p_reached bigint[],
    p_stream text[], p_version bigint[], p_subject uuid[], p_agency text[], p_actor text[],
    p_door text[], p_document text[], p_sha256 text[], p_verified boolean[], p_causation uuid[],
    p_correlation uuid[], p_ids uuid[], p_types text[], p_schemas integer[], p_effective date[],
    p_bodies bytea[]
) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    moved  text[];
    made   text[];
    behind text[];
BEGIN
    WITH new AS (
        INSERT INTO stream_head
        SELECT stream, reached
          FROM unnest(p_streams, p_expected, p_reached) AS head (stream, expected, reached)
         WHERE expected = 0
         ORDER BY stream COLLATE "C"
            ON CONFLICT DO NOTHING
        RETURNING stream
    )
    SELECT array_agg(stream) INTO made FROM new;
    IF p_all THEN
        PERFORM 1 FROM stream_head
          WHERE stream = ANY (p_streams) ORDER BY stream FOR NO KEY UPDATE;
        moved := p_streams;
    ELSE
        SELECT array_agg(stream) INTO moved FROM (
            SELECT stream FROM stream_head
             WHERE stream = ANY (p_streams) ORDER BY stream FOR NO KEY UPDATE SKIP LOCKED
        ) AS locked;
    END IF;
    WITH old AS (
        UPDATE stream_head SET version = head.reached
          FROM unnest(p_streams, p_expected, p_reached) AS head (stream, expected, reached)
         WHERE stream_head.stream = head.stream AND head.expected > 0
           AND stream_head.version = head.expected AND head.stream = ANY (moved)
        RETURNING stream_head.stream
    )
    SELECT array_agg(stream) || made INTO moved FROM old;
    SELECT array_agg(stream) INTO behind
      FROM unnest(p_streams) AS head (stream)
     WHERE moved IS NULL OR stream <> ALL (moved);
    IF p_all AND behind IS NOT NULL THEN
        RAISE EXCEPTION 'stream is not at the version expected'
            USING ERRCODE = 'JJ001', DETAIL = behind[1];
    END IF;
    INSERT INTO tail (
        event_id, stream, version, type, schema, subject, agency, effective_from,
        actor, door, document, sha256, verified, causation, correlation, body)
    SELECT id, stream, version, type, schema, subject, agency, effective, actor, door, document,
           sha256, verified, causation, correlation, body
      FROM unnest(
           p_stream, p_version, p_subject, p_agency, p_actor, p_door, p_document, p_sha256,
           p_verified, p_causation, p_correlation, p_ids, p_types, p_schemas, p_effective, p_bodies)
           WITH ORDINALITY AS event (
           stream, version, subject, agency, actor, door, document, sha256,
           verified, causation, correlation, id, type, schema, effective, body, nth)
     WHERE behind IS NULL OR stream <> ALL (behind)
     ORDER BY nth;
    RETURN behind;
END
$$;
