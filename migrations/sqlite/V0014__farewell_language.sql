-- The language in which somebody asked to be erased; the mail is sent later.

ALTER TABLE farewells ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
