-- What posts ask and what was measured of people: from both a gap is computed when it is asked for.
CREATE TABLE post_codes (
    partition integer NOT NULL,
    post_id   uuid    NOT NULL,
    agency    text    NOT NULL,
    code      text    NOT NULL,
    PRIMARY KEY (partition, post_id)
);
CREATE INDEX post_codes_by_id ON post_codes (post_id);

CREATE TABLE post_requirements (
    partition     integer NOT NULL,
    standard_id   uuid    NOT NULL,
    event_id      uuid    NOT NULL,
    agency        text    NOT NULL,
    post          text    NOT NULL,
    in_force_from date    NOT NULL,
    decree_number text    NOT NULL,
    required      text    NOT NULL, -- a JSON object: level by competency
    PRIMARY KEY (partition, standard_id, event_id)
);
CREATE INDEX post_requirements_of_post ON post_requirements (agency, post, in_force_from);

CREATE TABLE competency_levels (
    partition   integer NOT NULL,
    person_id   uuid    NOT NULL,
    event_id    uuid    NOT NULL,
    agency      text    NOT NULL,
    assessed_on date    NOT NULL,
    valid_until date,
    levels      text    NOT NULL, -- a JSON object: level by competency
    PRIMARY KEY (partition, person_id, event_id)
);
CREATE INDEX competency_levels_of_agency ON competency_levels (agency, person_id, assessed_on);
