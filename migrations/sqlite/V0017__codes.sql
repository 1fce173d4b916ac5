-- Whether a page waits for the code of the mail that was asked for: not if it is for another device.
ALTER TABLE asks ADD COLUMN waits INTEGER NOT NULL DEFAULT 1 CHECK (waits IN (0, 1));
