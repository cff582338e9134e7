-- A file on its way in: checked first, then taken in, perhaps undone. One row per file, agency and
-- kind; whoever works on it holds the epoch, and nothing is written under an older one.
CREATE TABLE import_job (
    import_id    uuid        PRIMARY KEY,
    agency       text        NOT NULL,
    kind         text        NOT NULL,
    sha256       text        NOT NULL,
    sent_by      text        NOT NULL,
    sent_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    asked_by     text        NOT NULL,
    file_id      uuid        NOT NULL,
    attempt      integer     NOT NULL DEFAULT 1,
    state        text        NOT NULL,
    moved_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    epoch        bigint      NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    tries        integer     NOT NULL DEFAULT 0,
    share        real        NOT NULL DEFAULT 0,
    rows         integer     NOT NULL DEFAULT 0,
    valid        integer     NOT NULL DEFAULT 0,
    unchanged    integer     NOT NULL DEFAULT 0,
    warned       integer     NOT NULL DEFAULT 0,
    rejected     integer     NOT NULL DEFAULT 0,
    problem      text,
    detail       text
);

CREATE INDEX import_job_waiting ON import_job (moved_at)
    WHERE state IN ('checking', 'accepting', 'undoing');
CREATE INDEX import_job_newest ON import_job (agency, sent_at DESC);

-- The file itself, in pieces under a passing key of its own; piece 0 is its name. Short-lived.
CREATE TABLE import_file (
    file_id    uuid        NOT NULL,
    nth        integer     NOT NULL,
    sealed     bytea       NOT NULL,
    kept_until timestamptz NOT NULL,
    PRIMARY KEY (file_id, nth)
);

CREATE INDEX import_file_kept ON import_file (kept_until);

-- What is wrong with which row. What stood in the cell is sealed like the file, and leaves with it.
CREATE TABLE import_row (
    import_id uuid    NOT NULL,
    file_id   uuid    NOT NULL,
    sheet     text    NOT NULL,
    number    integer NOT NULL,
    nth       integer NOT NULL,
    outcome   text    NOT NULL,
    col       text,
    reason    text    NOT NULL,
    fix       text    NOT NULL,
    owner     text,
    sealed    bytea,
    PRIMARY KEY (import_id, sheet, number, outcome, nth)
);

CREATE INDEX import_row_of ON import_row (file_id);

-- Which events a file has recorded, written in the transaction that appended them. `undone` says
-- what became of each when the import was undone.
CREATE TABLE import_recorded (
    nth       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id uuid    NOT NULL,
    attempt   integer NOT NULL,
    sheet     text    NOT NULL,
    number    integer NOT NULL,
    stream    text    NOT NULL,
    event_id  uuid    NOT NULL,
    undone    text,
    undone_in integer
);

CREATE INDEX import_recorded_by ON import_recorded (import_id, nth);
