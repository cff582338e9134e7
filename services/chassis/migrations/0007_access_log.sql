-- Who read whose record, what of it, why and when. Nothing here is ever changed or removed.
CREATE TABLE access_log (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    who     text        NOT NULL,
    role    text        NOT NULL,
    agency  text        NOT NULL,
    whose   uuid        NOT NULL,
    what    text        NOT NULL,
    why     text,
    request text,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX access_log_whose ON access_log (whose, read_at);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER access_log_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
