-- Who reads, how we know him, and how he is signed in.

CREATE TABLE readers (
    id          TEXT PRIMARY KEY,
    email       TEXT UNIQUE,                -- verified: by a redeemed mail, or named by the owner
    epoch       INTEGER NOT NULL DEFAULT 0, -- passes of an older epoch are judged by the ledger
    changed_seq INTEGER NOT NULL DEFAULT 0, -- counts every change of any reader, in order
    changed_at  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX readers_by_change ON readers (changed_seq);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    reader     TEXT NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;

CREATE INDEX sessions_by_reader ON sessions (reader);

CREATE TABLE sign_ins (
    token_hash  BLOB PRIMARY KEY,
    email       TEXT NOT NULL,
    until_at    INTEGER NOT NULL,
    redeemed_at INTEGER
) STRICT;

CREATE TABLE signing_keys (
    id         TEXT PRIMARY KEY,
    pkcs8      BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
