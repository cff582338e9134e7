-- Who was put forward for which class, and how far that has come.
CREATE TABLE nominations (
    nomination_id uuid NOT NULL,
    person_id     uuid NOT NULL,
    agency        text NOT NULL,
    class_code    text NOT NULL,
    step          text NOT NULL,
    nominated_by  text NOT NULL,
    nominated_on  date NOT NULL,
    decided_by    text,
    decided_on    date,
    enrolment_id  uuid,
    PRIMARY KEY (nomination_id)
);
CREATE INDEX nominations_of_class ON nominations (agency, class_code);
CREATE INDEX nominations_of_person ON nominations (person_id);

-- Everything recorded about presence; of a session the row with the highest place counts.
CREATE TABLE attendance (
    enrolment_id uuid    NOT NULL,
    event_id     uuid    NOT NULL,
    person_id    uuid    NOT NULL,
    session      integer NOT NULL,
    held_on      date    NOT NULL,
    present      boolean NOT NULL,
    place        bigint  NOT NULL,
    PRIMARY KEY (enrolment_id, event_id)
);
CREATE INDEX attendance_of_person ON attendance (person_id);
