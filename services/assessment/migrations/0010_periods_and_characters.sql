-- The scores of a DP3, and ratings of months and quarters beside the yearly ones.
ALTER TABLE appraisals ADD COLUMN characters text;

CREATE TABLE periodic_ratings (
    person_id   uuid     NOT NULL,
    year        integer  NOT NULL,
    length      text     NOT NULL,
    number      smallint NOT NULL,
    agency      text     NOT NULL,
    rating      text     NOT NULL,
    work_result smallint NOT NULL,
    behaviour   smallint NOT NULL,
    last_day    date     NOT NULL,
    event_id    uuid     NOT NULL,
    PRIMARY KEY (person_id, year, length, number)
);
