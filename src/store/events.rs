//! What the owner sees of the inbox: what came, what it did, and why.

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Store, StoreError, rows};
use crate::domain::ids::Mode;
use crate::domain::time::Timestamp;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is to be looked after.
    Waiting,
    /// It was looked after.
    Done,
    /// It needs nothing.
    Dropped,
}

impl State {
    /// The word, as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Reads what `as_str` wrote.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Dropped].into_iter().find(|one| one.as_str() == word)
    }
}

/// An event as the inbox has it. What Stripe sent is not kept: it holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stripe's id, or one of ours for what is not Stripe's.
    pub event: String,
    /// Its type.
    pub kind: String,
    /// Whom or what it is about.
    pub whose: Option<String>,
    /// When it came.
    pub received: Timestamp,
    /// When it happened, by Stripe's clock; none: it is not Stripe's.
    pub happened: Option<Timestamp>,
    /// `test` or `live`; none: it came before this was noted.
    pub mode: Option<String>,
    /// How it came: `webhook`, `sync`, `period` or `replay`.
    pub source: String,
    /// `waiting`, `done` or `dropped`.
    pub state: String,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it is tried next; of interest only while it waits.
    pub next_try: Timestamp,
    /// Why it did not work out the last time.
    pub last_error: Option<String>,
    /// What it did: `changed`, `nothing_new`, `not_ours`, `nobody`, `other_mode` or `gone`.
    pub did: Option<String>,
    /// Whose ledger was looked at.
    pub reader: Option<String>,
    /// What he could read before, in words.
    pub had: Option<String>,
    /// What he could read after.
    pub has: Option<String>,
}

/// One time that an event was looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub result: String,
}

/// Which events are wanted: all that fit everything that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A type, or the beginning of one with `*` at its end.
    pub kind: Option<String>,
    /// A reader.
    pub reader: Option<String>,
    /// A customer, or whatever else the event is about.
    pub whose: Option<String>,
    /// Where it stands.
    pub state: Option<State>,
    /// The moment from which on.
    pub since: Option<Timestamp>,
}

/// What became of an event that the owner wants looked after again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutBack {
    /// It waits again.
    Waits,
    /// It is about nobody.
    Nobody,
    /// It is of the other mode.
    OtherMode,
    /// It is not here.
    Unknown,
}

const COLUMNS: &str = "event, kind, whose, received_at, happened_at, mode, source, state, attempts,
                       next_try_at, last_error, did, reader, had, has";

impl Store {
    /// Events, the last to come first, `limit` at most.
    pub async fn events(&self, filter: Filter, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.engine()?.read(move |connection| find(connection, &filter, limit)).await
    }

    /// One event, and every time that it was looked after.
    pub async fn event(&self, event: String) -> Result<Option<(Entry, Vec<Try>)>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = format!("SELECT {COLUMNS} FROM inbox WHERE event = ?1");
                let found = connection.query_row(&sql, [&event], entry).optional()?;
                let Some(found) = found else { return Ok(None) };
                let sql = "SELECT at, result FROM tries WHERE event = ?1 ORDER BY rowid";
                let tries = connection
                    .prepare_cached(sql)?
                    .query_map([&event], |row| {
                        Ok(Try { at: rows::moment(row, 0)?, result: row.get(1)? })
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                Ok(Some((found, tries)))
            })
            .await
    }

    /// Has an event looked after once more.
    pub async fn put_back(&self, event: String) -> Result<PutBack, StoreError> {
        let (now, ours) = (self.clock.now(), self.mode);
        self.engine()?
            .write(move |transaction| {
                let sql = "SELECT whose, mode FROM inbox WHERE event = ?1";
                let row = |row: &Row<'_>| {
                    Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<String>>(1)?))
                };
                let Some((whose, mode)) = transaction.query_row(sql, [&event], row).optional()?
                else {
                    return Ok(PutBack::Unknown);
                };
                if is_foreign(mode.as_deref(), ours) {
                    return Ok(PutBack::OtherMode);
                }
                if whose.is_none() {
                    return Ok(PutBack::Nobody);
                }
                transaction.execute(
                    "UPDATE inbox SET state = 'waiting', source = 'replay', attempts = 0,
                         next_try_at = ?2, did = NULL, reader = NULL, had = NULL, has = NULL
                     WHERE event = ?1",
                    params![event, now.unix()],
                )?;
                Ok(PutBack::Waits)
            })
            .await
    }
}

fn is_foreign(mode: Option<&str>, ours: Mode) -> bool {
    mode.is_some_and(|mode| mode != ours.as_str())
}

fn find(connection: &Connection, filter: &Filter, limit: u32) -> Result<Vec<Entry>, StoreError> {
    // In GLOB only `*` is written by whoever asks: no type has any other of its signs.
    let state = filter.state.map(State::as_str);
    let since = filter.since.map(Timestamp::unix);
    let sql = format!(
        "SELECT {COLUMNS} FROM inbox
         WHERE (?1 IS NULL OR kind GLOB ?1) AND (?2 IS NULL OR reader = ?2)
           AND (?3 IS NULL OR whose = ?3) AND (?4 IS NULL OR state = ?4)
           AND (?5 IS NULL OR received_at >= ?5)
         ORDER BY received_at DESC, rowid DESC LIMIT ?6"
    );
    let given: [&dyn ToSql; 6] =
        [&filter.kind, &filter.reader, &filter.whose, &state, &since, &limit];
    let found = connection
        .prepare_cached(&sql)?
        .query_map(given, entry)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        event: row.get(0)?,
        kind: row.get(1)?,
        whose: row.get(2)?,
        received: rows::moment(row, 3)?,
        happened: rows::moment_or_null(row, 4)?,
        mode: row.get(5)?,
        source: row.get(6)?,
        state: row.get(7)?,
        attempts: row.get(8)?,
        next_try: rows::moment(row, 9)?,
        last_error: row.get(10)?,
        did: row.get(11)?,
        reader: row.get(12)?,
        had: row.get(13)?,
        has: row.get(14)?,
    })
}
