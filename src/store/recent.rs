//! Readers whose standing changed lately: what the proxy asks before it believes a pass.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::{Connection, params};

use super::engine::StoreError;
use super::{ledger, rows};
use crate::clock::Clock;
use crate::domain::ids::{Mode, ReaderId, SessionId};
use crate::domain::ledger::Ledger;
use crate::domain::time::Timestamp;

/// What has changed for a reader since passes were made that are still about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Passes of an older epoch are judged by `ledger`.
    pub epoch: u64,
    /// His payments as they are now.
    pub ledger: Ledger,
    /// Sessions of his that have ended.
    pub ended: BTreeSet<SessionId>,
    changed_at: Timestamp,
}

/// The published changes, in memory: asked by every gated request, changed by commits.
pub struct Recent {
    changes: RwLock<HashMap<ReaderId, Arc<Change>>>,
    window: Duration,
}

impl Recent {
    pub(super) fn new(window: Duration) -> Self {
        Self { changes: RwLock::new(HashMap::new()), window }
    }

    /// What has changed for this reader lately; none: his passes tell the truth.
    pub fn of(&self, reader: &ReaderId) -> Option<Arc<Change>> {
        self.changes.read().unwrap_or_else(PoisonError::into_inner).get(reader).cloned()
    }

    fn publish(&self, changed: Vec<(ReaderId, Change)>, now: Timestamp) {
        let oldest = now.minus(self.window);
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        changes.retain(|_, change| change.changed_at >= oldest);
        changes.extend(changed.into_iter().map(|(reader, change)| (reader, Arc::new(change))));
    }
}

/// Watches the database for changes, made by this process or another, and publishes them.
pub(super) struct Keeper {
    recent: Arc<Recent>,
    mode: Mode,
    clock: Clock,
    seen: i64,
}

impl Keeper {
    pub(super) fn new(recent: Arc<Recent>, mode: Mode, clock: Clock) -> Self {
        Self { recent, mode, clock, seen: 0 }
    }

    /// Publishes every reader who changed since the last look. Without a change this is one
    /// look into an index.
    pub(super) fn look(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let last = last_change(connection)?;
        if last == self.seen {
            return Ok(());
        }
        let now = self.clock.now();
        let oldest = now.minus(self.recent.window);
        let changed = changed_since(connection, self.seen, oldest, self.mode)?;
        self.recent.publish(changed, now);
        self.seen = last;
        Ok(())
    }
}

fn last_change(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(changed_seq), 0) FROM readers";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn changed_since(
    connection: &Connection,
    seen: i64,
    oldest: Timestamp,
    mode: Mode,
) -> Result<Vec<(ReaderId, Change)>, StoreError> {
    let sql =
        "SELECT id, epoch, changed_at FROM readers WHERE changed_seq > ?1 AND changed_at >= ?2";
    let readers = connection
        .prepare_cached(sql)?
        .query_map(params![seen, oldest.unix()], |row| {
            Ok((rows::id::<ReaderId, _>(row, 0)?, row.get(1)?, rows::moment(row, 2)?))
        })?
        .collect::<rusqlite::Result<Vec<(ReaderId, u64, Timestamp)>>>()?;
    readers
        .into_iter()
        .map(|(reader, epoch, changed_at)| {
            let ledger = ledger::of_reader(connection, &reader, mode)?;
            let ended = ended_sessions(connection, &reader, oldest)?;
            Ok((reader, Change { epoch, ledger, ended, changed_at }))
        })
        .collect()
}

fn ended_sessions(
    connection: &Connection,
    reader: &ReaderId,
    oldest: Timestamp,
) -> Result<BTreeSet<SessionId>, StoreError> {
    let sql = "SELECT id FROM sessions WHERE reader = ?1 AND ended_at >= ?2";
    let ended = connection
        .prepare_cached(sql)?
        .query_map(params![reader.as_str(), oldest.unix()], |row| rows::id(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ended)
}
