-- Who moved what, in the order of the commits of each row: a row's lock is held when its line is
-- numbered. A line that was taken back is not there. A process says who it is as it connects.
CREATE TABLE audit (
    id     bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    what   text NOT NULL,
    place  text NOT NULL,
    who    text NOT NULL,
    epoch_before bigint NOT NULL,
    epoch  bigint NOT NULL,
    before bigint NOT NULL,
    after  bigint NOT NULL,
    closed_before timestamptz,
    closed timestamptz
);

CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who text := coalesce(current_setting('chaos.process', true), '');
BEGIN
    IF TG_TABLE_NAME = 'sealer' THEN
        INSERT INTO audit (what, place, who, epoch_before, epoch, before, after, closed_before, closed)
        VALUES ('sealer', '', who, OLD.epoch, NEW.epoch, OLD.seq, NEW.seq,
                OLD.closed_through, NEW.closed_through);
    ELSIF TG_TABLE_NAME = 'relay_cursor' THEN
        INSERT INTO audit (what, place, who, epoch_before, epoch, before, after)
        VALUES ('relay', NEW.generation || '/' || NEW.partition, who,
                OLD.epoch, NEW.epoch, OLD.psn, NEW.psn);
    ELSIF OLD.projection = NEW.projection THEN
        INSERT INTO audit (what, place, who, epoch_before, epoch, before, after)
        VALUES ('projection',
                concat_ws('/', NEW.projection, NEW.source, NEW.generation, NEW.partition), who,
                OLD.epoch, NEW.epoch, OLD.psn, NEW.psn);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER audited AFTER UPDATE ON sealer FOR EACH ROW EXECUTE FUNCTION audited();
CREATE TRIGGER audited AFTER UPDATE ON relay_cursor FOR EACH ROW EXECUTE FUNCTION audited();
CREATE TRIGGER audited AFTER UPDATE ON projection_cursor FOR EACH ROW EXECUTE FUNCTION audited();
