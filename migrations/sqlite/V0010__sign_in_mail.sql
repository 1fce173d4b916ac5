-- Who asked for a sign-in mail, in which browser, and what was sent because of it.

CREATE TABLE asks (
    mark_hash BLOB PRIMARY KEY,             -- of what the asking browser keeps
    email     TEXT NOT NULL,                -- as it was typed; nobody may be behind it
    return_to TEXT NOT NULL,
    asked_at  INTEGER NOT NULL,
    until_at  INTEGER NOT NULL,
    guesses   INTEGER NOT NULL DEFAULT 0,   -- codes that were typed
    post_at   INTEGER,                      -- when to try to send it; null: there is nothing more to send
    tries     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX asks_to_post ON asks (post_at) WHERE post_at IS NOT NULL;
CREATE INDEX asks_by_end ON asks (until_at);

-- A link that came by mail has a code beside it, good in the browser that asked.
ALTER TABLE sign_ins ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_ins ADD COLUMN ask BLOB;
ALTER TABLE sign_ins ADD COLUMN code_hash BLOB;
ALTER TABLE sign_ins ADD COLUMN return_to TEXT;

CREATE INDEX sign_ins_by_email ON sign_ins (email, made_at);
CREATE INDEX sign_ins_by_ask ON sign_ins (ask) WHERE ask IS NOT NULL;
