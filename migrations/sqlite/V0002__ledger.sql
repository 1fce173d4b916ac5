-- What readers paid for, as Stripe last told it, and what the owner gave them.

-- Whose payments are looked at together: a Stripe customer, or a checkout without one.
CREATE TABLE subjects (
    id     TEXT PRIMARY KEY,
    reader TEXT NOT NULL REFERENCES readers (id),
    mode   TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    email  TEXT,                    -- as Stripe has it; proves nothing
    ticket INTEGER NOT NULL         -- of the fetch that wrote this: an older one never overwrites
) STRICT;

CREATE INDEX subjects_by_reader ON subjects (reader);
CREATE INDEX subjects_by_email ON subjects (email);

-- One row: the last ticket that was drawn.
CREATE TABLE tickets (last INTEGER NOT NULL) STRICT;
INSERT INTO tickets (last) VALUES (0);

CREATE TABLE subscriptions (
    id                TEXT PRIMARY KEY,
    subject           TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    status            TEXT NOT NULL,
    ends_at           INTEGER,
    collection_paused INTEGER NOT NULL CHECK (collection_paused IN (0, 1))
) STRICT;

CREATE INDEX subscriptions_by_subject ON subscriptions (subject);

CREATE TABLE subscription_items (
    subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    price        TEXT NOT NULL,
    period_start INTEGER NOT NULL,
    period_end   INTEGER NOT NULL,
    PRIMARY KEY (subscription, position)
) STRICT;

CREATE INDEX subscription_items_by_end ON subscription_items (period_end);

CREATE TABLE purchases (
    checkout TEXT PRIMARY KEY,
    subject  TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    payment  TEXT,
    state    TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'failed'))
) STRICT;

CREATE INDEX purchases_by_subject ON purchases (subject);

CREATE TABLE purchase_prices (
    checkout TEXT NOT NULL REFERENCES purchases (checkout) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    price    TEXT NOT NULL,
    PRIMARY KEY (checkout, position)
) STRICT;

CREATE TABLE grants (
    reader     TEXT NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    plan       TEXT NOT NULL,
    until_at   INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (reader, plan)
) STRICT;
