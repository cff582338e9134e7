-- Every movement on a budget line, each from its day; what it comes to on a day is added up when asked.
CREATE TABLE budget_movements (
    line_id        uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    year           integer     NOT NULL,
    programme      text        NOT NULL,
    activity       text        NOT NULL,
    sub_activity   text        NOT NULL,
    fund           text        NOT NULL,
    kind           text        NOT NULL,
    number         text        NOT NULL, -- of the decree, or of the commitment
    document       text,                 -- of the payment or the topping up
    purpose        text,
    reference      text,
    amount         bigint      NOT NULL,
    effective_from date        NOT NULL,
    place          bigint      NOT NULL, -- in the log: the later of two ceilings of one day counts
    recorded_at    timestamptz NOT NULL,
    withdrawn_at   timestamptz,
    PRIMARY KEY (line_id, event_id)
);
CREATE INDEX budget_movements_of_year ON budget_movements (agency, year, line_id);

-- What a budget document says of a year's total spending.
CREATE TABLE total_spending (
    agency         text        NOT NULL,
    year           integer     NOT NULL,
    event_id       uuid        NOT NULL,
    government     text        NOT NULL,
    total          bigint      NOT NULL,
    document       text        NOT NULL,
    effective_from date        NOT NULL,
    place          bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (agency, year, event_id)
);
