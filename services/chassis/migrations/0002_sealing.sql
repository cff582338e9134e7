-- One row: who seals, and how far. Every sealing transaction updates it first, by its epoch, and
-- take-over updates the same row: so there is one sealer, and one that was paused learns it here.
-- Everything recorded up to closed_through is in the log; later ones will be recorded after it.
CREATE TABLE sealer (
    one            boolean     PRIMARY KEY DEFAULT true CHECK (one),
    epoch          bigint      NOT NULL,
    generation     integer     NOT NULL,
    seq            bigint      NOT NULL,
    closed_through timestamptz NOT NULL,
    psn_heads      bigint[]    NOT NULL,
    holder         text        NOT NULL,
    renewed_at     timestamptz NOT NULL
) WITH (fillfactor = 10);

-- How far the relay has come: the last psn that the broker has acknowledged.
CREATE TABLE relay_cursor (
    generation integer NOT NULL,
    partition  integer NOT NULL,
    psn        bigint  NOT NULL,
    epoch      bigint  NOT NULL,
    PRIMARY KEY (generation, partition)
) WITH (fillfactor = 10);
