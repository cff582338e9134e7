-- What a programme teaches, how, at which price, by whom; null where that was never told.
ALTER TABLE catalogue
    ADD COLUMN mode        text,
    ADD COLUMN price       bigint,
    ADD COLUMN provider_id text,
    ADD COLUMN targets     text; -- JSON: competency to level
