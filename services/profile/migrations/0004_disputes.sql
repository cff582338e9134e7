-- Where each dispute stands: who must act next, and until when. What was said lies in its stream.
CREATE TABLE disputes (
    dispute_id   uuid NOT NULL PRIMARY KEY,
    person_id    uuid NOT NULL,
    agency       text NOT NULL,
    fact         uuid,
    status       text NOT NULL,
    waits_for    text NOT NULL,
    owner        text,
    filed_on     date NOT NULL,
    since        date NOT NULL,
    due          date,
    corrected_by uuid
);
CREATE INDEX disputes_waiting ON disputes (agency, waits_for, due);
CREATE INDEX disputes_person ON disputes (person_id);
