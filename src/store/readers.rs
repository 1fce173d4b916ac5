//! Who reads, and what the owner gave him.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Store, StoreError, audit, ledger, rows};
use crate::crypto;
use crate::domain::ids::{PlanId, ReaderId};
use crate::domain::ledger::Ledger;
use crate::domain::time::Timestamp;

/// A reader with everything that decides what he may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who he is.
    pub reader: ReaderId,
    /// His verified address, if he has one.
    pub email: Option<String>,
    /// Counts the changes of his standing.
    pub epoch: u64,
    /// What he paid for and was given.
    pub ledger: Ledger,
}

impl Store {
    /// The reader and his ledger; none if there is no such reader, or none any more.
    pub async fn account(&self, reader: ReaderId) -> Result<Option<Account>, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let Some((email, epoch)) = find(connection, &reader)? else { return Ok(None) };
                let ledger = ledger::of_reader(connection, &reader, mode)?;
                Ok(Some(Account { reader, email, epoch, ledger }))
            })
            .await
    }

    /// The address that a reader typed at the checkout last; it proves nothing.
    pub async fn address_at_the_till(
        &self,
        reader: ReaderId,
    ) -> Result<Option<String>, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT email FROM subjects
                           WHERE reader = ?1 AND mode = ?2 AND email IS NOT NULL
                           ORDER BY ticket DESC LIMIT 1";
                let values = params![reader.as_str(), mode.as_str()];
                Ok(connection
                    .prepare_cached(sql)?
                    .query_row(values, |row| row.get(0))
                    .optional()?)
            })
            .await
    }

    /// Gives a plan to the reader with this verified address, who is made if there is none.
    /// A plan given again takes the new end.
    pub async fn grant(
        &self,
        email: String,
        plan: PlanId,
        until: Option<Timestamp>,
    ) -> Result<ReaderId, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let reader = with_email(transaction, &email, now)?;
                transaction.execute(
                    "INSERT INTO grants (reader, plan, until_at, created_at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (reader, plan) DO UPDATE SET until_at = excluded.until_at",
                    params![reader.as_str(), plan.as_str(), until.map(Timestamp::unix), now.unix()],
                )?;
                touch(transaction, &reader, now)?;
                let detail =
                    until.map_or_else(|| "for ever".to_owned(), |end| format!("until {end}"));
                let entry =
                    audit::Entry { actor: "owner", action: "grant", whose: reader.as_str() };
                audit::write(transaction, &entry, &format!("{plan} {detail}"), now)?;
                Ok(reader)
            })
            .await
    }
}

fn find(
    connection: &Connection,
    reader: &ReaderId,
) -> Result<Option<(Option<String>, u64)>, StoreError> {
    let sql = "SELECT email, epoch FROM readers WHERE id = ?1 AND erased_at IS NULL";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    Ok(connection.prepare_cached(sql)?.query_row([reader.as_str()], row).optional()?)
}

/// The verified address of a reader; none if nothing is verified.
pub(super) fn address(
    connection: &Connection,
    reader: &ReaderId,
) -> Result<Option<String>, StoreError> {
    Ok(find(connection, reader)?.and_then(|(address, _)| address))
}

/// Whether a reader wanted to be erased, and was.
pub(super) fn is_erased(connection: &Connection, reader: &ReaderId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM readers WHERE id = ?1 AND erased_at IS NOT NULL)";
    Ok(connection.prepare_cached(sql)?.query_row([reader.as_str()], |row| row.get(0))?)
}

pub(super) fn exists(connection: &Connection, reader: &ReaderId) -> Result<bool, StoreError> {
    Ok(find(connection, reader)?.is_some())
}

/// A new reader of whom nothing is verified.
pub(super) fn add(
    transaction: &Transaction<'_>,
    email: Option<&str>,
    now: Timestamp,
) -> Result<ReaderId, StoreError> {
    let reader = crypto::new_reader();
    transaction.execute(
        "INSERT INTO readers (id, email, changed_at, created_at) VALUES (?1, ?2, ?3, ?3)",
        params![reader.as_str(), email, now.unix()],
    )?;
    Ok(reader)
}

/// The reader with this verified address; made if there is none.
pub(super) fn with_email(
    transaction: &Transaction<'_>,
    email: &str,
    now: Timestamp,
) -> Result<ReaderId, StoreError> {
    let sql = "SELECT id FROM readers WHERE email = ?1";
    let known = transaction.query_row(sql, [email], |row| rows::id(row, 0)).optional()?;
    known.map_or_else(|| add(transaction, Some(email), now), Ok)
}

/// Marks that passes of this reader no longer tell the truth.
pub(super) fn touch(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE readers SET epoch = epoch + 1, changed_at = ?2,
                changed_seq = (SELECT coalesce(max(changed_seq), 0) + 1 FROM readers)
         WHERE id = ?1",
        params![reader.as_str(), now.unix()],
    )?;
    Ok(())
}
