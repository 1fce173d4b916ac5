-- What is owed is always owed since some time, that of the oldest unpaid invoice. Of what was
-- noted without one until now, only the last invoice was known, which is for the current period.

UPDATE subscriptions SET owes_since = (
    SELECT max(period_start) FROM subscription_items WHERE subscription = subscriptions.id
) WHERE owes AND owes_since IS NULL;

ALTER TABLE subscriptions DROP COLUMN owes;
