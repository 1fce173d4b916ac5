-- Prices of what is bought once whose sales were all compared with what is here. One that is not
-- here has come into the configuration since: it may have been sold at any time before.
CREATE TABLE compared_prices (
    price TEXT NOT NULL,
    mode  TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    PRIMARY KEY (price, mode)
) STRICT;
