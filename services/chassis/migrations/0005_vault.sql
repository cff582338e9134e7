-- One data key per subject, wrapped by a key-encryption key that is never in the database.
-- A forgotten subject keeps its row, without the key: the primary key itself then sees to it
-- that no insert, however late or repeated, can ever make a second one.
CREATE TABLE subject_key (
    subject      uuid        PRIMARY KEY,
    wrapped      bytea,
    kek_id       text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    forgotten_at timestamptz,
    CHECK ((wrapped IS NULL) = (forgotten_at IS NOT NULL))
);

CREATE FUNCTION forgotten_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.forgotten_at IS NOT NULL AND NEW.wrapped IS NOT NULL) THEN
        RAISE EXCEPTION 'a forgotten subject never gets a key again';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER forgotten_for_ever
    BEFORE UPDATE OR DELETE ON subject_key
    FOR EACH ROW EXECUTE FUNCTION forgotten_for_ever();

CREATE VIEW forgotten_subject AS
SELECT subject, forgotten_at
  FROM subject_key
 WHERE forgotten_at IS NOT NULL;
