-- Readers who delete their accounts.

-- When a reader was erased. His row stays, without an address: it says nothing of him but that what
-- Stripe still tells of his customers is nobody's any more, and that his passes are worth nothing.
ALTER TABLE readers ADD COLUMN erased_at INTEGER;

CREATE INDEX readers_erased ON readers (id) WHERE erased_at IS NOT NULL;

-- Who wants to be erased and has to say so once more, by the link of a mail. The newest link counts.
CREATE TABLE farewells (
    reader     TEXT PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    token_hash BLOB UNIQUE,                 -- null: no mail was made yet
    asked_at   INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    post_at    INTEGER,                     -- when to try to send it; null: there is nothing more to send
    tries      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX farewells_to_post ON farewells (post_at) WHERE post_at IS NOT NULL;
CREATE INDEX farewells_by_end ON farewells (until_at);
