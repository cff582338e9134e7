-- The classes of an agency's schedule, each with the seats that are taken.
CREATE TABLE training_classes (
    agency    text    NOT NULL,
    code      text    NOT NULL,
    programme text    NOT NULL,
    provider  text    NOT NULL, -- its external id
    first_day date    NOT NULL,
    last_day  date    NOT NULL,
    location  text    NOT NULL,
    mode      text    NOT NULL,
    seats     integer NOT NULL,
    taken     integer NOT NULL,
    price     bigint  NOT NULL,
    sessions  text    NOT NULL, -- their days, with a space between
    phase     text    NOT NULL,
    reason    text,
    PRIMARY KEY (agency, code)
);
CREATE INDEX training_classes_by_day ON training_classes (agency, first_day, code);
