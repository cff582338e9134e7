-- What a training was called and the number of its certificate are words about a person: they lie
-- sealed in the person's events and are opened there, for whoever may read them.
ALTER TABLE learning_record DROP COLUMN title, DROP COLUMN certificate_number;
