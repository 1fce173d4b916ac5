//! Sign-ins of browsers: begun, asked for when a pass is renewed, shown to their reader, ended.

use std::num::NonZeroU16;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Account, Store, StoreError, checkouts, ledger, readers, rows};
use crate::crypto;
use crate::domain::device::Device;
use crate::domain::ids::{ReaderId, SessionId};
use crate::domain::time::Timestamp;

/// How often it is noted that a session was seen. Its retention has days to spare.
const NOTED: Duration = Duration::from_hours(24);

/// A browser in which somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// What it is.
    pub device: Device,
    /// Where it is, if that is known and wanted.
    pub place: Option<String>,
    /// What it was signed in as until now; that ends.
    pub before: Option<SessionId>,
    /// On how many devices a reader is signed in at once. The one that was not seen for the
    /// longest time goes.
    pub devices: NonZeroU16,
}

/// A sign-in, as its reader is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Which one: never shown.
    pub session: SessionId,
    /// What he reads with there.
    pub device: Device,
    /// Where he signed in there last.
    pub place: Option<String>,
    /// When he signed in there for the first time.
    pub first_seen: Timestamp,
    /// When he was there last, give or take a day.
    pub last_seen: Timestamp,
    /// Whether it has ended, because he signed in elsewhere.
    pub gave_way: bool,
}

/// Why a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its reader ended it, here or on another device.
    ByReader,
    /// He signed in on too many other devices.
    Limit,
    /// What he had bought went to the reader who proved its address.
    Join,
}

impl Ended {
    /// As it is stored: what its reader ended has no word.
    fn word(self) -> Option<&'static str> {
        match self {
            Self::ByReader => None,
            Self::Limit => Some("limit"),
            Self::Join => Some("join"),
        }
    }

    fn of_word(word: Option<&str>) -> Option<Self> {
        [Self::ByReader, Self::Limit, Self::Join].into_iter().find(|one| one.word() == word)
    }
}

impl Store {
    /// Signs a browser in: under a new id, whatever it was before.
    pub async fn begin_session(
        &self,
        reader: ReaderId,
        arrival: Arrival,
    ) -> Result<SessionId, StoreError> {
        let now = self.clock.now();
        self.engine()?.write(move |transaction| begin(transaction, &reader, &arrival, now)).await
    }

    /// The account behind a session that goes on; none if it has ended or never was. That it was
    /// seen is noted.
    pub async fn account_of_session(
        &self,
        session: SessionId,
        reader: ReaderId,
    ) -> Result<Option<Account>, StoreError> {
        let (mode, id) = (self.mode, session.clone());
        let found = self
            .engine()?
            .read(move |connection| {
                let sql = "SELECT r.email, r.epoch, s.seen_at
                           FROM sessions s JOIN readers r ON r.id = s.reader
                           WHERE s.id = ?1 AND r.id = ?2 AND s.ended_at IS NULL";
                let found = connection
                    .prepare_cached(sql)?
                    .query_row(params![id.as_str(), reader.as_str()], |row| {
                        Ok((row.get(0)?, row.get(1)?, rows::moment(row, 2)?))
                    })
                    .optional()?;
                let Some((email, epoch, seen)) = found else { return Ok(None) };
                let ledger = ledger::of_reader(connection, &reader, mode)?;
                Ok(Some((Account { reader, email, epoch, ledger }, seen)))
            })
            .await?;
        let Some((account, seen)) = found else { return Ok(None) };
        self.note_sight(session, seen)?;
        Ok(Some(account))
    }

    /// Nobody waits for it: whoever reads is not kept by a store that cannot write, and is seen
    /// again in some minutes.
    fn note_sight(&self, session: SessionId, last: Timestamp) -> Result<(), StoreError> {
        let now = self.clock.now();
        // A clock that was wrong may have been ahead.
        if now.since(last) < NOTED && last.since(now) < NOTED {
            return Ok(());
        }
        self.engine()?.leave(move |transaction| {
            let sql = "UPDATE sessions SET seen_at = ?2 WHERE id = ?1";
            transaction.execute(sql, params![session.as_str(), now.unix()])?;
            Ok(())
        });
        Ok(())
    }

    /// Where a reader is signed in, and where he was until he signed in elsewhere; what was seen
    /// last comes first.
    pub async fn sign_ins_of(&self, reader: ReaderId) -> Result<Vec<SignedIn>, StoreError> {
        self.engine()?.read(move |connection| of_reader(connection, &reader)).await
    }

    /// Why a session ended; none: it goes on, or is not known any more.
    pub async fn why_ended(&self, session: SessionId) -> Result<Option<Ended>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT ended_by FROM sessions WHERE id = ?1 AND ended_at IS NOT NULL";
                let word: Option<Option<String>> = connection
                    .prepare_cached(sql)?
                    .query_row([session.as_str()], |row| row.get(0))
                    .optional()?;
                Ok(word.and_then(|word| Ended::of_word(word.as_deref())))
            })
            .await
    }

    /// Signs a browser out; also what was copied from it. Other browsers stay signed in.
    pub async fn end_session(
        &self,
        session: SessionId,
        reader: ReaderId,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET ended_at = ?3
                   WHERE id = ?1 AND reader = ?2 AND ended_at IS NULL";
        self.end_by_reader(sql, session, reader).await
    }

    /// Signs every browser of a reader out but this one; also what was copied from them.
    pub async fn end_other_sessions(
        &self,
        kept: SessionId,
        reader: ReaderId,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET ended_at = ?3
                   WHERE id <> ?1 AND reader = ?2 AND ended_at IS NULL";
        self.end_by_reader(sql, kept, reader).await
    }

    async fn end_by_reader(
        &self,
        sql: &'static str,
        session: SessionId,
        reader: ReaderId,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                transaction.execute(sql, params![session.as_str(), reader.as_str(), now.unix()])?;
                checkouts::void_marks(transaction, &reader)?;
                readers::touch(transaction, &reader, now)
            })
            .await
    }

    /// Signs every browser of a reader out; also what was copied from them.
    pub async fn end_all_sessions(&self, reader: ReaderId) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                end_all(transaction, &reader, Ended::ByReader, now)?;
                checkouts::void_marks(transaction, &reader)?;
                readers::touch(transaction, &reader, now)
            })
            .await
    }
}

/// Signs a browser in. What it was before ends, and so does what is more than the reader may have
/// at once.
pub(super) fn begin(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<SessionId, StoreError> {
    let first_seen = end_before(transaction, reader, arrival, now)?;
    let session = crypto::new_session();
    transaction.execute(
        "INSERT INTO sessions (id, reader, created_at, seen_at, browser, system, place)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            session.as_str(),
            reader.as_str(),
            first_seen.unwrap_or(now).unix(),
            now.unix(),
            arrival.device.browser,
            arrival.device.system,
            arrival.place,
        ],
    )?;
    end_surplus(transaction, reader, &session, arrival.devices, now)?;
    Ok(session)
}

/// Ends what the browser was signed in as; tells since when, if that was the same reader.
fn end_before(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(before) = &arrival.before else { return Ok(None) };
    let sql = "UPDATE sessions SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL
               RETURNING reader, created_at";
    let ended = transaction
        .query_row(sql, params![before.as_str(), now.unix()], |row| {
            Ok((rows::id::<ReaderId, _>(row, 0)?, rows::moment(row, 1)?))
        })
        .optional()?;
    let Some((whose, first_seen)) = ended else { return Ok(None) };
    readers::touch(transaction, &whose, now)?;
    Ok((whose == *reader).then_some(first_seen))
}

fn end_surplus(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    newest: &SessionId,
    most: NonZeroU16,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ended = transaction.execute(
        "UPDATE sessions SET ended_at = ?4, ended_by = ?5 WHERE id IN (
             SELECT id FROM sessions WHERE reader = ?1 AND id <> ?2 AND ended_at IS NULL
             ORDER BY seen_at DESC, created_at DESC, rowid DESC LIMIT -1 OFFSET ?3)",
        params![reader.as_str(), newest.as_str(), most.get() - 1, now.unix(), Ended::Limit.word()],
    )?;
    if ended > 0 { readers::touch(transaction, reader, now) } else { Ok(()) }
}

/// Ends every session of a reader.
pub(super) fn end_all(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    why: Ended,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE sessions SET ended_at = ?2, ended_by = ?3 WHERE reader = ?1 AND ended_at IS NULL",
        params![reader.as_str(), now.unix(), why.word()],
    )?;
    Ok(())
}

fn of_reader(connection: &Connection, reader: &ReaderId) -> Result<Vec<SignedIn>, StoreError> {
    let sql = "SELECT id, browser, system, created_at, seen_at, ended_at IS NOT NULL, place
               FROM sessions
               WHERE reader = ?1 AND (ended_at IS NULL OR ended_by = ?2)
               ORDER BY seen_at DESC, created_at DESC, rowid DESC";
    let signed_in = connection
        .prepare_cached(sql)?
        .query_map(params![reader.as_str(), Ended::Limit.word()], signed_in)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(signed_in)
}

fn signed_in(row: &Row<'_>) -> rusqlite::Result<SignedIn> {
    let (browser, system): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
    Ok(SignedIn {
        session: rows::id(row, 0)?,
        device: Device::named(browser.as_deref(), system.as_deref()),
        first_seen: rows::moment(row, 3)?,
        last_seen: rows::moment(row, 4)?,
        gave_way: row.get(5)?,
        place: row.get(6)?,
    })
}
