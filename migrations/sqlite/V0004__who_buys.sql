-- Who may still be charged, and whose a checkout is.

-- Whether the customer was deleted at Stripe: what he bought stays, he buys nothing more.
ALTER TABLE subjects ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1));

-- The reader who began the checkout signed in, or came back from it; none: nobody we knew.
ALTER TABLE checkouts ADD COLUMN reader TEXT REFERENCES readers (id) ON DELETE CASCADE;

-- When somebody came back from it; after that, signing out takes its nonce away too.
ALTER TABLE checkouts ADD COLUMN returned_at INTEGER;

CREATE INDEX checkouts_by_reader ON checkouts (reader);

-- Which mode an event is of; none: written before this was noted. The other mode's wait until its
-- key is back: Stripe knows nothing of them by this one.
ALTER TABLE inbox ADD COLUMN mode TEXT CHECK (mode IN ('test', 'live'));

-- Addresses are compared in one form.
UPDATE subjects SET email = lower(trim(email));
