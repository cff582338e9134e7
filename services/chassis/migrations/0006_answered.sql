-- What a door has answered: the same id with the same body gets the same answer again.
-- Written in the transaction that appends, so an answer exists exactly when its events do.
CREATE TABLE answered (
    door        text        NOT NULL,
    id          text        NOT NULL,
    fingerprint bytea       NOT NULL,
    status      smallint    NOT NULL,
    answer      bytea       NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (door, id)
);
