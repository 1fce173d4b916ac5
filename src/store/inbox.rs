//! Received webhook events: stored before they are acknowledged, worked off by subject.

use std::time::Duration;

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::ids::{EventId, Subject};

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
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .write(move |transaction| {
                let state = if news.whose.is_some() { "waiting" } else { "dropped" };
                let rows = transaction.execute(
                    "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at, mode)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6) ON CONFLICT (event) DO NOTHING",
                    params![
                        news.event.as_str(),
                        news.kind,
                        news.whose,
                        now.unix(),
                        state,
                        mode.as_str()
                    ],
                )?;
                Ok(if rows == 1 { Received::First } else { Received::Again })
            })
            .await
    }

    /// Puts an errand into the inbox for each subscription whose period has ended, once for each
    /// end: no webhook may have told.
    pub async fn expect_renewals(&self) -> Result<(), StoreError> {
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at, mode)
                     SELECT DISTINCT 'due_' || b.id || '_' || i.period_end, 'period.ended', s.id,
                            ?1, 'waiting', ?1, s.mode
                     FROM subscription_items i
                     JOIN subscriptions b ON b.id = i.subscription
                     JOIN subjects s ON s.id = b.subject
                     WHERE i.period_end <= ?1 AND s.mode = ?2
                       AND b.status IN ('trialing', 'active', 'past_due')
                     ON CONFLICT (event) DO NOTHING",
                    params![now.unix(), mode.as_str()],
                )?;
                Ok(())
            })
            .await
    }

    /// Whether a subscription of these is to be renewed, and Stripe has not said so yet.
    pub async fn awaits_renewal(&self, subject: Subject) -> Result<bool, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT EXISTS (
                               SELECT 1 FROM subscriptions b
                               JOIN subscription_items i ON i.subscription = b.id
                               WHERE b.subject = ?1 AND i.period_end <= ?2 AND b.ends_at IS NULL
                                 AND b.status IN ('trialing', 'active'))";
                let mut awaits = connection.prepare_cached(sql)?;
                Ok(awaits.query_row(params![subject.as_str(), now.unix()], |row| row.get(0))?)
            })
            .await
    }

    /// Whose turn it is, the longest waiting first, in the mode of the key. No pause is longer than `longest`: what lies
    /// further ahead was written under a clock that was wrong.
    pub async fn errands(&self, longest: Duration) -> Result<Vec<Errand>, StoreError> {
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT whose, max(attempts), max(rowid) FROM inbox
                           WHERE state = 'waiting' AND (next_try_at <= ?1 OR next_try_at > ?2)
                             AND (mode = ?3 OR mode IS NULL)
                           GROUP BY whose ORDER BY min(rowid)";
                let errands = connection
                    .prepare_cached(sql)?
                    .query_map(
                        params![now.unix(), now.plus(longest).unix(), mode.as_str()],
                        |row| {
                            Ok(Errand {
                                whose: row.get(0)?,
                                attempts: row.get(1)?,
                                up_to: row.get(2)?,
                            })
                        },
                    )?
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
