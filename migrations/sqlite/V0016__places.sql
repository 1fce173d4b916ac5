-- Where a browser was signed in: a city and a country, in words; null: not known, or not asked for.
-- The address is not kept.
ALTER TABLE sessions ADD COLUMN place TEXT;
