-- The class and the conditions that a post had by each of its definitions.
ALTER TABLE post_history
    ADD COLUMN job_class  integer,
    ADD COLUMN education  integer,
    ADD COLUMN training   text,
    ADD COLUMN experience text;
