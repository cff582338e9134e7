-- What providers sent, as it came: kept before it is interpreted, readable with the key of whom it
-- is about. An envelope that led nowhere stays for a person to look at.
CREATE TABLE envelope (
    id          uuid        NOT NULL PRIMARY KEY,
    webhook_id  text        NOT NULL UNIQUE,
    received_at timestamptz NOT NULL,
    sha256      text        NOT NULL,
    subject     uuid        NOT NULL, -- whose key it lies under; derived, no person_id
    sealed      text        NOT NULL,
    digests     text[]      NOT NULL, -- of the identifier in it; empty when it could not be read
    state       text        NOT NULL DEFAULT 'RECEIVED'
        CHECK (state IN ('RECEIVED', 'WAITING', 'RECORDED', 'REFUSED', 'MALFORMED')),
    reason      text,
    agency      text        NOT NULL,
    person_id   uuid, -- whom it turned out to mean
    enrolment   uuid,
    settled_at  timestamptz
);
CREATE INDEX envelope_open ON envelope USING gin (digests) WHERE state IN ('RECEIVED', 'WAITING');
CREATE INDEX envelope_by_state ON envelope (agency, state, received_at DESC);
