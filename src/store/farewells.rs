//! Readers who want to be erased: asked once more by mail, then gone.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Store, StoreError, audit, readers, rows};
use crate::crypto;
use crate::domain::ids::{ReaderId, Subject};
use crate::domain::language::Language;
use crate::domain::secret::Secret;
use crate::domain::sign_in::{FAREWELL_LIFETIME, next_try};
use crate::domain::time::Timestamp;

/// A mail that is due. Whoever sends it says what came of it, with [`Store::farewell_posted`]; else
/// it is due again.
#[derive(Debug)]
pub struct FarewellLetter {
    /// Who wants to go.
    pub reader: ReaderId,
    /// His address.
    pub to: String,
    /// What stands in its link.
    pub token: Secret<String>,
    /// The language in which it was asked for.
    pub language: Language,
}

/// Who may be erased by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Farewell {
    /// Who it is.
    pub reader: ReaderId,
    /// His address.
    pub email: String,
}

impl Store {
    /// Notes that a reader wants to be erased, so that he is written to in his language. False: he
    /// was, within the last minute.
    pub async fn ask_farewell(
        &self,
        reader: ReaderId,
        language: Language,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let noted = transaction.execute(
                    "INSERT INTO farewells (reader, asked_at, until_at, post_at, language)
                     VALUES (?1, ?2, ?3, ?2, ?4)
                     ON CONFLICT (reader) DO UPDATE SET asked_at = excluded.asked_at,
                         until_at = excluded.until_at, post_at = excluded.post_at, tries = 0,
                         language = excluded.language
                     WHERE excluded.asked_at >= farewells.asked_at + 60",
                    params![
                        reader.as_str(),
                        now.unix(),
                        now.plus(FAREWELL_LIFETIME).unix(),
                        language.as_str()
                    ],
                )?;
                Ok(noted > 0)
            })
            .await
    }

    /// The next of these mails that is due, with a link of its own.
    pub async fn next_farewell(&self) -> Result<Option<FarewellLetter>, StoreError> {
        let now = self.clock.now();
        let due = self
            .engine()?
            .read(move |connection| {
                let sql = "SELECT EXISTS (SELECT 1 FROM farewells WHERE post_at <= ?1)";
                let is_due: bool =
                    connection.prepare_cached(sql)?.query_row([now.unix()], |row| row.get(0))?;
                Ok(is_due)
            })
            .await?;
        if !due {
            return Ok(None);
        }
        self.engine()?.write(move |transaction| next_farewell(transaction, now)).await
    }

    /// Notes that there is nothing more to be sent: it is on its way, or will never be.
    pub async fn farewell_posted(&self, reader: ReaderId) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
                let sql = "UPDATE farewells SET post_at = NULL WHERE reader = ?1";
                transaction.execute(sql, [reader.as_str()])?;
                Ok(())
            })
            .await
    }

    /// Who may be erased by this link; none if it is none of ours, or too old. Changes nothing.
    pub async fn farewell(&self, token: String) -> Result<Option<Farewell>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .read(move |connection| {
                let sql =
                    "SELECT f.reader, r.email FROM farewells f JOIN readers r ON r.id = f.reader
                           WHERE f.token_hash = ?1 AND f.until_at > ?2 AND r.email IS NOT NULL";
                let values = params![crypto::hash_token(&token), now.unix()];
                let row = |row: &rusqlite::Row<'_>| {
                    Ok(Farewell { reader: rows::id(row, 0)?, email: row.get(1)? })
                };
                Ok(connection.prepare_cached(sql)?.query_row(values, row).optional()?)
            })
            .await
    }

    /// Erases a reader: his address, sign-ins, gifts, and what is known here of what he bought. His
    /// passes are worth nothing from now on. What Stripe tells of his customers later is nobody's.
    pub async fn erase(&self, reader: ReaderId) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?.write(move |transaction| erase(transaction, &reader, now)).await
    }

    /// Whose payments are nobody's any more, because their reader was erased.
    pub async fn erased(&self) -> Result<BTreeSet<Subject>, StoreError> {
        self.engine()?
            .read(|connection| {
                let sql = "SELECT s.id FROM subjects s JOIN readers r ON r.id = s.reader
                           WHERE r.erased_at IS NOT NULL";
                let erased = connection
                    .prepare_cached(sql)?
                    .query_map([], |row| rows::id(row, 0))?
                    .collect::<rusqlite::Result<_>>()?;
                Ok(erased)
            })
            .await
    }
}

fn next_farewell(
    transaction: &Transaction<'_>,
    now: Timestamp,
) -> Result<Option<FarewellLetter>, StoreError> {
    let sql = "SELECT f.reader, r.email, f.until_at, f.tries, f.language
               FROM farewells f JOIN readers r ON r.id = f.reader
               WHERE f.post_at <= ?1 ORDER BY f.post_at LIMIT 1";
    let next = transaction
        .query_row(sql, [now.unix()], |row| {
            Ok((
                rows::id::<ReaderId, _>(row, 0)?,
                row.get::<_, Option<String>>(1)?,
                rows::moment(row, 2)?,
                row.get::<_, u32>(3)?,
                rows::language(row, 4)?,
            ))
        })
        .optional()?;
    let Some((reader, email, until, tries, language)) = next else { return Ok(None) };
    let (Some(to), true) = (email, now < until) else {
        let sql = "DELETE FROM farewells WHERE reader = ?1";
        transaction.execute(sql, [reader.as_str()])?;
        return Ok(None);
    };
    let token = crypto::new_token();
    transaction.execute(
        "UPDATE farewells SET token_hash = ?2, post_at = ?3, tries = tries + 1 WHERE reader = ?1",
        params![
            reader.as_str(),
            crypto::hash_token(token.expose()),
            now.plus(next_try(tries)).unix()
        ],
    )?;
    Ok(Some(FarewellLetter { reader, to, token, language }))
}

/// What goes as a whole, by its reader.
const HIS: [&str; 7] = [
    "DELETE FROM grants WHERE reader = ?1",
    "DELETE FROM checkouts WHERE reader = ?1",
    "DELETE FROM farewells WHERE reader = ?1",
    "DELETE FROM subscriptions WHERE subject IN (SELECT id FROM subjects WHERE reader = ?1)",
    "DELETE FROM purchases WHERE subject IN (SELECT id FROM subjects WHERE reader = ?1)",
    "DELETE FROM entitlements WHERE subject IN (SELECT id FROM subjects WHERE reader = ?1)",
    "DELETE FROM audit WHERE whose = ?1",
];

/// What was sent to his addresses: to the one that he proved, and to those that he typed at the
/// checkout, unless another has proved one of them.
const TO_HIM: [&str; 2] =
    ["DELETE FROM sign_ins WHERE email = ?1", "DELETE FROM asks WHERE email = ?1"];

/// What is kept of events and sessions says nothing of him any more.
const UNNAMED: [&str; 2] = [
    "UPDATE inbox SET reader = NULL, had = NULL, has = NULL WHERE reader = ?1",
    "UPDATE subjects SET email = NULL WHERE reader = ?1",
];

fn erase(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "SELECT email FROM readers WHERE id = ?1 AND email IS NOT NULL
               UNION
               SELECT s.email FROM subjects s WHERE s.reader = ?1 AND s.email IS NOT NULL
                   AND s.email NOT IN (SELECT email FROM readers WHERE email IS NOT NULL AND id <> ?1)";
    let addresses = transaction
        .prepare(sql)?
        .query_map([reader.as_str()], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    for address in &addresses {
        for sql in TO_HIM {
            transaction.execute(sql, [address])?;
        }
    }
    for sql in HIS.iter().chain(&UNNAMED) {
        transaction.execute(sql, [reader.as_str()])?;
    }
    // They stay until every pass has heard that they have ended.
    transaction.execute(
        "UPDATE sessions SET ended_at = coalesce(ended_at, ?2), ended_by = NULL, browser = NULL,
             system = NULL, place = NULL WHERE reader = ?1",
        params![reader.as_str(), now.unix()],
    )?;
    let sql = "UPDATE readers SET email = NULL, erased_at = ?2 WHERE id = ?1";
    transaction.execute(sql, params![reader.as_str(), now.unix()])?;
    readers::touch(transaction, reader, now)?;
    let entry = audit::Entry { actor: "reader", action: "erase", whose: reader.as_str() };
    audit::write(transaction, &entry, "", now)
}
