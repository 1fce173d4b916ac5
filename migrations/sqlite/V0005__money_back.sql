-- Who wants money back, what is owed, and what Stripe says that customers are entitled to. What is
-- there was written before anybody asked: nobody wants it back, as far as is known.

-- Words such as `refunded`, with spaces between them.
ALTER TABLE purchases ADD COLUMN claims TEXT NOT NULL DEFAULT '';
ALTER TABLE subscription_items ADD COLUMN claims TEXT NOT NULL DEFAULT '';

-- Whether the owner has paused collection, and the current period was not paid.
ALTER TABLE subscriptions ADD COLUMN paused_unpaid INTEGER NOT NULL DEFAULT 0
    CHECK (paused_unpaid IN (0, 1));

-- Whether the last invoice waits to be paid; since when, if not since the period began; and where.
ALTER TABLE subscriptions ADD COLUMN owes INTEGER NOT NULL DEFAULT 0 CHECK (owes IN (0, 1));
ALTER TABLE subscriptions ADD COLUMN owes_since INTEGER;
ALTER TABLE subscriptions ADD COLUMN pay_at TEXT;

-- Features by lookup key, of customers.
CREATE TABLE entitlements (
    subject TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    feature TEXT NOT NULL,
    PRIMARY KEY (subject, feature)
) STRICT;
