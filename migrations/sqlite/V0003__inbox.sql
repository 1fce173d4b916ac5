-- What Stripe told us, which checkouts were begun, and what was done about it.

CREATE TABLE inbox (
    event       TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    whose       TEXT,               -- a subject, or an object to be asked for (`charge:ch_1`)
    received_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'dropped')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    last_error  TEXT
) STRICT;

CREATE INDEX inbox_waiting ON inbox (next_try_at) WHERE state = 'waiting';

CREATE TABLE checkouts (
    id         TEXT PRIMARY KEY,
    nonce_hash BLOB NOT NULL UNIQUE, -- of the cookie of the browser that began it
    price      TEXT NOT NULL,
    return_to  TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    whose  TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
