-- What a person may grow into, aspect by aspect.
CREATE TABLE potential_results (
    person_id   uuid NOT NULL,
    assessed_on date NOT NULL,
    institution text NOT NULL,
    agency      text NOT NULL,
    method      text NOT NULL,
    scale       text NOT NULL,
    scores      text NOT NULL,
    valid_until date,
    event_id    uuid NOT NULL,
    PRIMARY KEY (person_id, assessed_on, institution)
);
