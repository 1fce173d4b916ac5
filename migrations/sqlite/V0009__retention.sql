-- What is to be thrown away one day is found without looking at everything.

-- When a session was last seen, give or take a day. Nobody knows of those that are here: they
-- count from now, or from when the last of them began, if the clock of this machine is behind.
ALTER TABLE sessions ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET seen_at = max(unixepoch(), (SELECT max(created_at) FROM sessions));

CREATE INDEX sessions_by_sight ON sessions (seen_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX checkouts_by_time ON checkouts (created_at);
CREATE INDEX sign_ins_by_end ON sign_ins (until_at);
CREATE INDEX tries_by_time ON tries (at);
