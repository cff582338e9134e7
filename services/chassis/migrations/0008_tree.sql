-- The Merkle tree over the log, as far as it is whole: derived from log.leaf, and never changed.
-- A tile of level L holds 256 neighbouring hashes of the tree's level 8 L, and the hash over them.
-- What has not filled a tile yet is read from the log, or from the tiles below.
CREATE TABLE tree_tile (
    level  smallint NOT NULL,
    index  bigint   NOT NULL,
    root   bytea    NOT NULL CHECK (octet_length(root) = 32),
    hashes bytea    NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (level, index)
);
-- Hashes do not compress, and a root is read without its tile.
ALTER TABLE tree_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TRIGGER tree_is_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON tree_tile
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_insert_only();
