-- Who gives trainings, one row per agency and external id.
CREATE TABLE providers (
    agency              text NOT NULL,
    external_id         text NOT NULL,
    kind                text NOT NULL,
    legal_name          text NOT NULL,
    grade               text,
    accreditation       text,
    valid_until         date, -- the last day of the accreditation
    agreement           text,
    agreed_from         date,
    agreed_until        date, -- the last day of the agreement
    standing            text NOT NULL,
    reason              text,
    effective_from      date NOT NULL,
    PRIMARY KEY (agency, external_id)
);
