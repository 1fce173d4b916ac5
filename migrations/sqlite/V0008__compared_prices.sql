-- What was for sale at the last comparison with Stripe. A price that is not here has come into the
-- configuration since: it may have been sold at any time before.
CREATE TABLE compared_prices (
    price TEXT NOT NULL,
    mode  TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    PRIMARY KEY (price, mode)
) STRICT;
