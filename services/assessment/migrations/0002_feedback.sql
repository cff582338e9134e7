-- The reporting line as profile tells it, and the 360 feedback that rests on it.
CREATE TABLE seats (
    partition      integer NOT NULL,
    person_id      uuid    NOT NULL,
    event_id       uuid    NOT NULL,
    agency         text    NOT NULL,
    unit_id        uuid    NOT NULL,
    position_class text    NOT NULL,
    acting         boolean NOT NULL,
    since          date    NOT NULL,
    until          date,
    PRIMARY KEY (partition, person_id, event_id)
);
CREATE INDEX seats_agency ON seats (agency);

CREATE TABLE units (
    partition integer NOT NULL,
    unit_id   uuid    NOT NULL,
    agency    text    NOT NULL,
    code      text    NOT NULL,
    name      text    NOT NULL,
    parent_id uuid,
    PRIMARY KEY (partition, unit_id)
);
CREATE INDEX units_agency ON units (agency);

CREATE TABLE feedback_cycles (
    cycle_id  uuid PRIMARY KEY,
    agency    text NOT NULL,
    name      text NOT NULL,
    line_on   date NOT NULL,
    opens_on  date NOT NULL,
    last_day  date NOT NULL,
    items     text NOT NULL,
    closed_on date
);
CREATE INDEX feedback_cycles_agency ON feedback_cycles (agency);

CREATE TABLE feedback_rounds (
    cycle_id  uuid    NOT NULL,
    person_id uuid    NOT NULL,
    agency    text    NOT NULL,
    raters    text    NOT NULL,
    asked     integer NOT NULL,
    answers   integer NOT NULL,
    report    text,
    PRIMARY KEY (cycle_id, person_id)
);

CREATE TABLE feedback_invitations (
    cycle_id  uuid NOT NULL,
    person_id uuid NOT NULL,
    rater_id  uuid NOT NULL,
    agency    text NOT NULL,
    relation  text NOT NULL,
    PRIMARY KEY (cycle_id, person_id, rater_id)
);
CREATE INDEX feedback_invitations_rater ON feedback_invitations (rater_id);
