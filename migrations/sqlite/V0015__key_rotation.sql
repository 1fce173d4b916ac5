-- Keys change: a new one is published before it signs.

ALTER TABLE signing_keys ADD COLUMN signs_from INTEGER NOT NULL DEFAULT 0;

UPDATE signing_keys SET signs_from = created_at;
