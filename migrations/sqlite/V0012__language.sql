-- The language in which a sign-in mail was asked for; it is sent later.

ALTER TABLE asks ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
