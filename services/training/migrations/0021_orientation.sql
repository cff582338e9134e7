-- A row for each task of a checklist; what concerns the whole list stands in each of them.
CREATE TABLE orientation_tasks (
    person_id      uuid    NOT NULL,
    orientation_id uuid    NOT NULL,
    code           text    NOT NULL,
    agency         text    NOT NULL,
    position_event uuid    NOT NULL,
    effective_from date    NOT NULL,
    due_on         date    NOT NULL,
    state          text    NOT NULL CHECK (state IN ('OPEN', 'DONE', 'ASIDE')),
    because        text,
    settled_on     date,
    seen_on        date,
    closed_on      date,
    PRIMARY KEY (person_id, orientation_id, code)
);
CREATE INDEX orientation_tasks_due ON orientation_tasks (agency, due_on) WHERE state = 'OPEN';
