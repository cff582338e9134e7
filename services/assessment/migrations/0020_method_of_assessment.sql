-- How a person was assessed, where the institution says so; by whom is sealed and stays in the log.
ALTER TABLE competency_results ADD COLUMN method text;
