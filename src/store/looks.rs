//! When Stripe was last asked for what did not come, and what that found.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};

use super::{Store, StoreError, audit, rows};
use crate::domain::ids::{EventId, PriceId};
use crate::domain::outline::Difference;
use crate::domain::time::Timestamp;

/// What Stripe is asked from time to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Which events could not be delivered.
    Undelivered,
    /// Everything that is compared with what is here.
    Comparison,
}

impl Look {
    fn as_str(self) -> &'static str {
        match self {
            Self::Undelivered => "undelivered",
            Self::Comparison => "comparison",
        }
    }
}

/// The last look that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// When it began.
    pub at: Timestamp,
    /// How many looks in a row have found something, up to this one.
    pub found_in_a_row: u32,
}

impl Store {
    /// The last successful look, in the mode of the key.
    pub async fn last_look(&self, look: Look) -> Result<Option<Looked>, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT at, found_row FROM looks WHERE what = ?1 AND mode = ?2";
                let last = connection
                    .prepare_cached(sql)?
                    .query_row(params![look.as_str(), mode.as_str()], |row| {
                        Ok(Looked { at: rows::moment(row, 0)?, found_in_a_row: row.get(1)? })
                    })
                    .optional()?;
                Ok(last)
            })
            .await
    }

    /// Notes a look that succeeded: when it began, and whether it found anything. Returns how
    /// many in a row have.
    pub async fn looked(
        &self,
        look: Look,
        began: Timestamp,
        found_something: bool,
    ) -> Result<u32, StoreError> {
        let mode = self.mode;
        self.engine()?
            .write(move |transaction| {
                let sql = "INSERT INTO looks (what, mode, at, found_row) VALUES (?1, ?2, ?3, ?4)
                           ON CONFLICT (what, mode) DO UPDATE SET at = excluded.at,
                               found_row = iif(excluded.found_row = 0, 0, found_row + 1)
                           RETURNING found_row";
                let given =
                    params![look.as_str(), mode.as_str(), began.unix(), u32::from(found_something)];
                Ok(transaction.query_row(sql, given, |row| row.get(0))?)
            })
            .await
    }

    /// The prices that were for sale at the last comparison.
    pub async fn compared_prices(&self) -> Result<BTreeSet<PriceId>, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT price FROM compared_prices WHERE mode = ?1";
                let prices = connection
                    .prepare_cached(sql)?
                    .query_map([mode.as_str()], |row| rows::id(row, 0))?
                    .collect::<rusqlite::Result<_>>()?;
                Ok(prices)
            })
            .await
    }

    /// Notes that these prices have been compared, and no others: one that is taken from sale and
    /// comes back is compared from the beginning.
    pub async fn note_compared_prices(&self, prices: BTreeSet<PriceId>) -> Result<(), StoreError> {
        let mode = self.mode;
        self.engine()?
            .write(move |transaction| {
                let sql = "DELETE FROM compared_prices WHERE mode = ?1";
                transaction.execute(sql, [mode.as_str()])?;
                let sql = "INSERT INTO compared_prices (price, mode) VALUES (?1, ?2)";
                let mut insert = transaction.prepare_cached(sql)?;
                for price in &prices {
                    insert.execute([price.as_str(), mode.as_str()])?;
                }
                Ok(())
            })
            .await
    }

    /// Which of these events are not in the inbox.
    pub async fn unseen(&self, events: Vec<EventId>) -> Result<Vec<EventId>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT EXISTS (SELECT 1 FROM inbox WHERE event = ?1
                                          AND did IS NOT 'other_mode')";
                let mut is_here = connection.prepare_cached(sql)?;
                let mut unseen = Vec::new();
                for event in events {
                    if !is_here.query_row([event.as_str()], |row| row.get::<_, bool>(0))? {
                        unseen.push(event);
                    }
                }
                Ok(unseen)
            })
            .await
    }

    /// Makes an errand of each difference, and an entry in the audit: the owner sees that his
    /// webhooks do not arrive. Returns the names of the errands, in the same order.
    pub async fn note_differences(
        &self,
        differences: Vec<Difference>,
    ) -> Result<Vec<String>, StoreError> {
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .write(move |transaction| {
                let mut names = Vec::with_capacity(differences.len());
                for difference in &differences {
                    let name = format!("sync_{}_{}", difference.object, now.unix());
                    let subject = difference.subject.as_str();
                    let rows = transaction.execute(
                        "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at,
                                            mode, source)
                         VALUES (?1, 'sync.difference', ?2, ?3, 'waiting', ?3, ?4, 'sync')
                         ON CONFLICT (event) DO UPDATE SET next_try_at = excluded.next_try_at
                             WHERE state = 'waiting'",
                        params![name, subject, now.unix(), mode.as_str()],
                    )?;
                    if rows == 1 {
                        let entry = audit::Entry {
                            actor: "sync",
                            action: "found by reconciliation",
                            whose: subject,
                        };
                        audit::write(transaction, &entry, &detail(difference), now)?;
                    }
                    names.push(name);
                }
                Ok(names)
            })
            .await
    }
}

fn detail(difference: &Difference) -> String {
    let words = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    format!(
        "{}: here {}; at Stripe {}",
        difference.object,
        words(&difference.here),
        words(&difference.there)
    )
}
