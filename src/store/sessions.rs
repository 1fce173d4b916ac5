//! Sign-ins of browsers: begun, asked for when a pass is renewed, ended.

use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Account, Store, StoreError, checkouts, ledger, readers, rows};
use crate::crypto;
use crate::domain::ids::{ReaderId, SessionId};
use crate::domain::time::Timestamp;

/// How often it is noted that a session was seen. Its retention has days to spare.
const NOTED: Duration = Duration::from_hours(24);

impl Store {
    /// Signs a browser in.
    pub async fn begin_session(&self, reader: ReaderId) -> Result<SessionId, StoreError> {
        let now = self.clock.now();
        self.engine()?.write(move |transaction| begin(transaction, &reader, now)).await
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

    /// Signs a browser out; also what was copied from it. Other browsers stay signed in.
    pub async fn end_session(
        &self,
        session: SessionId,
        reader: ReaderId,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "UPDATE sessions SET ended_at = ?3
                     WHERE id = ?1 AND reader = ?2 AND ended_at IS NULL",
                    params![session.as_str(), reader.as_str(), now.unix()],
                )?;
                checkouts::void_marks(transaction, &reader)?;
                readers::touch(transaction, &reader, now)
            })
            .await
    }
}

pub(super) fn begin(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    now: Timestamp,
) -> Result<SessionId, StoreError> {
    let session = crypto::new_session();
    transaction.execute(
        "INSERT INTO sessions (id, reader, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
        params![session.as_str(), reader.as_str(), now.unix()],
    )?;
    Ok(session)
}

/// Ends every session of a reader.
pub(super) fn end_all(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE sessions SET ended_at = ?2 WHERE reader = ?1 AND ended_at IS NULL",
        params![reader.as_str(), now.unix()],
    )?;
    Ok(())
}
