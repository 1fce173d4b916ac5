//! What is of no use any more is thrown away, a little at a time: whoever wants something written
//! meanwhile does not wait for all of it. Ledgers stay, and events that are still to be looked
//! after.

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::retention::Retention;

/// Rows that go in one transaction: some milliseconds.
const BATCH: usize = 500;

/// How often an event was looked after, also of one that waits for ever.
const TRIES: &str = "DELETE FROM tries WHERE rowid IN
                         (SELECT rowid FROM tries WHERE at < ?1 LIMIT ?2)";

/// After the tries: an event that has one left was looked after lately.
const EVENTS: &str = "DELETE FROM inbox WHERE rowid IN
                          (SELECT rowid FROM inbox WHERE received_at < ?1 AND state <> 'waiting'
                           AND NOT EXISTS (SELECT 1 FROM tries WHERE tries.event = inbox.event)
                           LIMIT ?2)";

const AUDIT: &str = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT ?2)";

const SIGN_INS: &str = "DELETE FROM sign_ins WHERE rowid IN
                            (SELECT rowid FROM sign_ins WHERE until_at < ?1 LIMIT ?2)";

const ASKS: &str = "DELETE FROM asks WHERE rowid IN
                        (SELECT rowid FROM asks WHERE until_at < ?1 LIMIT ?2)";

const FAREWELLS: &str = "DELETE FROM farewells WHERE rowid IN
                             (SELECT rowid FROM farewells WHERE until_at < ?1 LIMIT ?2)";

const CHECKOUTS: &str = "DELETE FROM checkouts WHERE rowid IN
                             (SELECT rowid FROM checkouts WHERE created_at < ?1 LIMIT ?2)";

const ENDED_SESSIONS: &str = "DELETE FROM sessions WHERE rowid IN
                                  (SELECT rowid FROM sessions
                                   WHERE ended_at < ?1 AND ended_by IS NULL LIMIT ?2)";

/// Whoever did not end it himself is told so when he comes by.
const ENDED_FOR_HIM: &str = "DELETE FROM sessions WHERE rowid IN
                                 (SELECT rowid FROM sessions
                                  WHERE ended_at < ?1 AND ended_by IS NOT NULL LIMIT ?2)";

const FORGOTTEN_SESSIONS: &str = "DELETE FROM sessions WHERE rowid IN
                                      (SELECT rowid FROM sessions
                                       WHERE ended_at IS NULL AND seen_at < ?1 LIMIT ?2)";

/// Signed no more since then, because a later one did.
const KEYS: &str = "DELETE FROM signing_keys WHERE id IN
                        (SELECT id FROM signing_keys WHERE signs_from <
                            (SELECT max(signs_from) FROM signing_keys WHERE signs_from < ?1)
                         LIMIT ?2)";

impl Store {
    /// Throws away what is older than it is kept, and sessions whose end every pass has heard of.
    /// Returns how many rows went.
    pub async fn sweep(&self, keep: Retention) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let kinds = [
            (TRIES, keep.events),
            (EVENTS, keep.events),
            (AUDIT, keep.audit),
            (SIGN_INS, keep.sign_ins),
            (ASKS, keep.sign_ins),
            (FAREWELLS, keep.sign_ins),
            (CHECKOUTS, keep.checkouts),
            (ENDED_SESSIONS, self.settings.publish),
            (ENDED_FOR_HIM, keep.sessions),
            (FORGOTTEN_SESSIONS, keep.sessions),
            (KEYS, keep.sessions),
        ];
        let mut gone = 0;
        for (sql, kept) in kinds {
            let oldest = now.minus(kept).unix();
            loop {
                let went = self.delete_some(sql, oldest).await?;
                gone += went;
                if went < BATCH {
                    break;
                }
            }
        }
        Ok(gone)
    }

    async fn delete_some(&self, sql: &'static str, oldest: i64) -> Result<usize, StoreError> {
        self.engine()?
            .write(move |transaction| {
                Ok(transaction.prepare_cached(sql)?.execute(params![oldest, BATCH])?)
            })
            .await
    }
}
