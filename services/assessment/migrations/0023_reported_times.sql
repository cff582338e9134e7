-- A unit may report how long its services took without telling the cases: then the days of an outage are
-- a number.
ALTER TABLE service_times ADD COLUMN outage_days integer NOT NULL DEFAULT 0;
ALTER TABLE service_times ADD COLUMN reported boolean NOT NULL DEFAULT false;
UPDATE service_times SET outage_days = json_array_length(outages::json);
