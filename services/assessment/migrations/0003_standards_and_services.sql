-- Competency dictionaries and post standards; what the public said of services, and how long they took.
CREATE TABLE competency_dictionaries (
    agency        text NOT NULL,
    field         text NOT NULL,
    in_force_from date NOT NULL,
    decree        text NOT NULL,
    competencies  text NOT NULL,
    event_id      uuid NOT NULL,
    PRIMARY KEY (agency, field, in_force_from)
);

CREATE TABLE post_standards (
    agency        text NOT NULL,
    post          text NOT NULL,
    in_force_from date NOT NULL,
    decree        text NOT NULL,
    required      text NOT NULL,
    event_id      uuid NOT NULL,
    PRIMARY KEY (agency, post, in_force_from)
);

CREATE TABLE satisfaction_surveys (
    agency      text    NOT NULL,
    unit_id     uuid    NOT NULL,
    service     text    NOT NULL,
    first_day   date    NOT NULL,
    last_day    date    NOT NULL,
    respondents integer NOT NULL,
    served      integer NOT NULL,
    needed      integer NOT NULL,
    means       text    NOT NULL,
    ikm         text,
    grade       text,
    event_id    uuid    NOT NULL,
    PRIMARY KEY (agency, unit_id, service, first_day)
);

CREATE TABLE service_times (
    agency    text    NOT NULL,
    unit_id   uuid    NOT NULL,
    service   text    NOT NULL,
    first_day date    NOT NULL,
    last_day  date    NOT NULL,
    finished  integer NOT NULL,
    median    text    NOT NULL,
    p90       integer NOT NULL,
    outages   text    NOT NULL,
    event_id  uuid    NOT NULL,
    PRIMARY KEY (agency, unit_id, service, first_day)
);
