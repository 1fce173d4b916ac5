-- What came of each event, and when Stripe was last asked for what did not come.

-- `webhook`, `sync` (found by asking), `period` (a period has ended), `replay` (put back by hand).
ALTER TABLE inbox ADD COLUMN source TEXT NOT NULL DEFAULT 'webhook'
    CHECK (source IN ('webhook', 'sync', 'period', 'replay'));

-- When it happened, by Stripe's clock; none: it is not one of Stripe's events.
ALTER TABLE inbox ADD COLUMN happened_at INTEGER;

-- What it did, and to whom; none: nothing yet, or it was done before this was noted.
ALTER TABLE inbox ADD COLUMN did TEXT
    CHECK (did IN ('changed', 'nothing_new', 'not_ours', 'nobody', 'other_mode', 'gone'));
ALTER TABLE inbox ADD COLUMN reader TEXT;
ALTER TABLE inbox ADD COLUMN had TEXT;  -- what he could read before, and after
ALTER TABLE inbox ADD COLUMN has TEXT;

CREATE INDEX inbox_by_time ON inbox (received_at);

-- Every time that an event was looked after.
CREATE TABLE tries (
    event  TEXT NOT NULL REFERENCES inbox (event) ON DELETE CASCADE,
    at     INTEGER NOT NULL,
    result TEXT NOT NULL
) STRICT;

CREATE INDEX tries_by_event ON tries (event);

-- When Stripe was last asked, with success. One row for each question and mode.
CREATE TABLE looks (
    what      TEXT NOT NULL CHECK (what IN ('undelivered', 'comparison')),
    mode      TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    at        INTEGER NOT NULL,
    found_row INTEGER NOT NULL,     -- how many looks in a row have found something
    PRIMARY KEY (what, mode)
) STRICT;
