-- Who guides whom. What was talked about is sealed in the events.
CREATE TABLE mentorings (
    mentoring_id uuid     NOT NULL PRIMARY KEY,
    agency       text     NOT NULL,
    mentor_id    uuid     NOT NULL,
    mentee_id    uuid     NOT NULL,
    form         smallint NOT NULL,
    competency   text     NOT NULL,
    since        date     NOT NULL,
    ended_on     date,
    outcome      text
);
CREATE INDEX mentorings_of_agency ON mentorings (agency, since);
CREATE INDEX mentorings_of_mentee ON mentorings (mentee_id);
CREATE INDEX mentorings_of_mentor ON mentorings (mentor_id);

-- One session a day; one that was taken back keeps its row, for whoever asks what was known before.
CREATE TABLE mentoring_sessions (
    mentoring_id uuid        NOT NULL,
    event_id     uuid        NOT NULL,
    mentee_id    uuid        NOT NULL,
    agency       text        NOT NULL,
    form         smallint    NOT NULL,
    held_on      date        NOT NULL,
    minutes      integer     NOT NULL,
    recorded_at  timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (mentoring_id, event_id)
);
CREATE INDEX mentoring_sessions_in_a_year ON mentoring_sessions (agency, held_on, mentee_id);
