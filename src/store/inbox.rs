//! Received webhook events: stored before they are acknowledged, worked off by subject.

use std::time::Duration;

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::ids::EventId;

/// An event as it is stored: a hint at whose payments to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The event.
    pub event: EventId,
    /// Its type.
    pub kind: String,
    /// Whom it is about, in words that `billing` understands; none: nobody of ours.
    pub whose: Option<String>,
}

/// Whether an event is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is stored now.
    First,
    /// It was stored before.
    Again,
}

/// Somebody whose payments must be looked at, however many events said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// Whom the events are about.
    pub whose: String,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// The youngest of its events: those that arrive meanwhile are another errand.
    up_to: i64,
}

impl Store {
    /// Stores an event; it may be acknowledged when this has returned.
    pub async fn receive(&self, news: News) -> Result<Received, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let state = if news.whose.is_some() { "waiting" } else { "dropped" };
                let rows = transaction.execute(
                    "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?4) ON CONFLICT (event) DO NOTHING",
                    params![news.event.as_str(), news.kind, news.whose, now.unix(), state],
                )?;
                Ok(if rows == 1 { Received::First } else { Received::Again })
            })
            .await
    }

    /// Whose turn it is, the longest waiting first.
    pub async fn errands(&self) -> Result<Vec<Errand>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT whose, max(attempts), max(rowid) FROM inbox
                           WHERE state = 'waiting' AND next_try_at <= ?1
                           GROUP BY whose ORDER BY min(rowid)";
                let errands = connection
                    .prepare_cached(sql)?
                    .query_map([now.unix()], |row| {
                        Ok(Errand { whose: row.get(0)?, attempts: row.get(1)?, up_to: row.get(2)? })
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                Ok(errands)
            })
            .await
    }

    /// Its events need nothing more.
    pub async fn errand_done(&self, errand: Errand) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE inbox SET state = 'done', last_error = NULL
                     WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
                    params![errand.whose, errand.up_to],
                )?;
                Ok(())
            })
            .await
    }

    /// It did not work out; to be tried again after `pause`.
    pub async fn errand_failed(
        &self,
        errand: Errand,
        error: String,
        pause: Duration,
    ) -> Result<(), StoreError> {
        let again = self.clock.now().plus(pause);
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE inbox SET attempts = attempts + 1, last_error = ?3, next_try_at = ?4
                     WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
                    params![errand.whose, errand.up_to, error, again.unix()],
                )?;
                Ok(())
            })
            .await
    }
}
