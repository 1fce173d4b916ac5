-- What a reader is shown of the browsers in which he is signed in.

-- In words, as domain::device has them; null: not known.
ALTER TABLE sessions ADD COLUMN browser TEXT;
ALTER TABLE sessions ADD COLUMN system TEXT;

-- Why it ended without its reader having asked for it: he signed in on too many other devices, or
-- what he had bought went to the reader who proved its address.
ALTER TABLE sessions ADD COLUMN ended_by TEXT CHECK (ended_by IN ('limit', 'join'));
