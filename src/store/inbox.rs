//! Received webhook events: stored before they are acknowledged, worked off by subject.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Store, StoreError};
use crate::domain::ids::{EventId, Mode, ReaderId, Subject};
use crate::domain::time::Timestamp;

/// How many errands are told of at a time: as many as are worked off within half a minute, at ten
/// calls a second and four or five for each.
const AT_A_TIME: u32 = 64;

/// How long what nobody told us comes after what somebody did.
const PATIENCE: Duration = Duration::from_hours(24);

/// An event as it is stored: a hint at whose payments to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The event.
    pub event: EventId,
    /// Its type.
    pub kind: String,
    /// Whom it is about, in words that `billing` understands; none: nobody of ours.
    pub whose: Option<String>,
    /// Practice or real money. What is not of the key's mode is noted, and nothing else.
    pub mode: Mode,
    /// When it happened, by Stripe's clock; none: it does not say.
    pub happened: Option<Timestamp>,
    /// How it came here.
    pub source: Source,
}

/// How an event came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Stripe delivered it.
    Webhook,
    /// It was found by asking Stripe.
    Sync,
    /// No event: a paid period has ended.
    Period,
    /// The owner put it back.
    Replay,
}

impl Source {
    /// The word, as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Sync => "sync",
            Self::Period => "period",
            Self::Replay => "replay",
        }
    }
}

/// What came of looking after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// Somebody's ledger has changed.
    Changed {
        /// Whose.
        reader: ReaderId,
        /// What he could read before, in words.
        had: String,
        /// What he can read now.
        has: String,
    },
    /// His ledger said so already.
    NothingNew {
        /// Whose.
        reader: ReaderId,
    },
    /// Whoever it is about never bought anything that is for sale here.
    NotOurs,
    /// It is about nobody.
    Nobody,
    /// Stripe does not know any more what it is about.
    Gone,
}

impl Did {
    /// The word, as it is stored.
    fn word(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::NothingNew { .. } => "nothing_new",
            Self::NotOurs => "not_ours",
            Self::Nobody => "nobody",
            Self::Gone => "gone",
        }
    }
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
    /// Stores an event; it may be acknowledged when this has returned. What is about nobody, or
    /// of the other mode, is only noted, so that an owner who looks for it finds it; when the key
    /// of its mode is back and it comes again, it counts as new.
    pub async fn receive(&self, news: News) -> Result<Received, StoreError> {
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .write(move |transaction| {
                let (state, did) = match &news.whose {
                    _ if news.mode != mode => ("dropped", Some("other_mode")),
                    None => ("dropped", Some("nobody")),
                    Some(_) => ("waiting", None),
                };
                let rows = transaction.execute(
                    "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at, mode,
                                        source, happened_at, did)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6, ?7, ?8, ?9)
                     ON CONFLICT (event) DO UPDATE SET state = excluded.state, did = NULL,
                         next_try_at = excluded.next_try_at, source = excluded.source
                         WHERE did = 'other_mode' AND excluded.state = 'waiting'",
                    params![
                        news.event.as_str(),
                        news.kind,
                        news.whose,
                        now.unix(),
                        state,
                        news.mode.as_str(),
                        news.source.as_str(),
                        news.happened.map(Timestamp::unix),
                        did,
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
                    "INSERT INTO inbox (event, kind, whose, received_at, state, next_try_at, mode,
                                        source)
                     SELECT DISTINCT 'due_' || b.id || '_' || i.period_end, 'period.ended', s.id,
                            ?1, 'waiting', ?1, s.mode, 'period'
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

    /// Whose turn it is, the longest waiting first, in the mode of the key: as many as are soon
    /// done, so that what arrives meanwhile does not wait for all of them. What nobody told us (a
    /// period has ended, a comparison has found something) comes after what somebody did, unless it
    /// has waited for a day: on the first of a month every subscription may be looked at. No pause
    /// is longer than `longest`: what lies further ahead was written under a clock that was wrong.
    pub async fn errands(&self, longest: Duration) -> Result<Vec<Errand>, StoreError> {
        let (now, mode) = (self.clock.now(), self.mode);
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT whose, max(attempts), max(rowid) FROM inbox
                           WHERE state = 'waiting' AND (next_try_at <= ?1 OR next_try_at > ?2)
                             AND (mode = ?3 OR mode IS NULL)
                           GROUP BY whose
                           ORDER BY min(source IN ('period', 'sync') AND received_at > ?4),
                                    min(rowid)
                           LIMIT ?5";
                let errands = connection
                    .prepare_cached(sql)?
                    .query_map(
                        params![
                            now.unix(),
                            now.plus(longest).unix(),
                            mode.as_str(),
                            now.minus(PATIENCE).unix(),
                            AT_A_TIME
                        ],
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

    /// What is still to be done for whoever this is about, if anything is: also before its turn.
    pub async fn errand_for(&self, whose: String) -> Result<Option<Errand>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT max(attempts), max(rowid) FROM inbox
                           WHERE state = 'waiting' AND whose = ?1 GROUP BY whose";
                let mut found = connection.prepare_cached(sql)?;
                let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
                let found = found.query_row([&whose], row).optional()?;
                Ok(found.map(|(attempts, up_to)| Errand { whose, attempts, up_to }))
            })
            .await
    }

    /// It turned out whom its events are about: from now on they wait with his others.
    pub async fn errand_is_of(&self, errand: Errand, subject: Subject) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE inbox SET whose = ?3
                     WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
                    params![errand.whose, errand.up_to, subject.as_str()],
                )?;
                Ok(())
            })
            .await
    }

    /// Its events need nothing more.
    pub async fn errand_done(&self, errand: Errand, did: Did) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                note_try(transaction, &errand, did.word(), now)?;
                let (reader, had, has) = match &did {
                    Did::Changed { reader, had, has } => (Some(reader), Some(had), Some(has)),
                    Did::NothingNew { reader } => (Some(reader), None, None),
                    Did::NotOurs | Did::Nobody | Did::Gone => (None, None, None),
                };
                transaction.execute(
                    "UPDATE inbox SET state = 'done', last_error = NULL, did = ?3, reader = ?4,
                                      had = ?5, has = ?6
                     WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
                    params![
                        errand.whose,
                        errand.up_to,
                        did.word(),
                        reader.map(ReaderId::as_str),
                        had,
                        has
                    ],
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
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                note_try(transaction, &errand, &error, now)?;
                transaction.execute(
                    "UPDATE inbox SET attempts = attempts + 1, last_error = ?3, next_try_at = ?4
                     WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
                    params![errand.whose, errand.up_to, error, now.plus(pause).unix()],
                )?;
                Ok(())
            })
            .await
    }
}

/// Writes down that somebody looked after these events, and what came of it.
fn note_try(
    transaction: &Transaction<'_>,
    errand: &Errand,
    result: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO tries (event, at, result) SELECT event, ?3, ?4 FROM inbox
         WHERE state = 'waiting' AND whose = ?1 AND rowid <= ?2",
        params![errand.whose, errand.up_to, now.unix(), result],
    )?;
    Ok(())
}
