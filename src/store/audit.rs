//! What was changed, by whom, and when.

use rusqlite::{Transaction, params};

use super::StoreError;
use crate::domain::time::Timestamp;

/// One line of the audit.
pub(super) struct Entry<'a> {
    /// `owner` (a command), `stripe` (a fetch) or `reader` (a page).
    pub(super) actor: &'a str,
    /// What was done.
    pub(super) action: &'a str,
    /// The id that it was done to.
    pub(super) whose: &'a str,
}

/// Writes a line; in the transaction that it tells of.
pub(super) fn write(
    transaction: &Transaction<'_>,
    entry: &Entry<'_>,
    detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO audit (at, actor, action, whose, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![now.unix(), entry.actor, entry.action, entry.whose, detail],
    )?;
    Ok(())
}
