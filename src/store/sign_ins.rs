//! Single-use sign-in links and codes, and the joining of readers that a redeemed one brings
//! about.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Arrival, Ended, Store, StoreError, checkouts, ledger, readers, rows, sessions};
use crate::crypto;
use crate::domain::ids::{ReaderId, SessionId, Subject};
use crate::domain::sign_in::{SignIn, Unredeemable};
use crate::domain::time::Timestamp;

/// A purchase that will come to a reader when he redeems a link, because Stripe knows it under
/// his address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// A Stripe customer, or a checkout without one.
    pub subject: Subject,
    /// Whose it is now.
    pub from: ReaderId,
}

/// What a redeemed link gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Who is signed in now.
    pub reader: ReaderId,
    /// His new session.
    pub session: SessionId,
    /// The page that was wanted when it was asked for, if it was.
    pub return_to: Option<String>,
}

impl Store {
    /// Stores a link for an address and tells what redeeming it will move.
    pub async fn make_link(
        &self,
        email: String,
        token: String,
        until: Timestamp,
    ) -> Result<Vec<Move>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                readers::with_email(transaction, &email, now)?;
                transaction.execute(
                    "INSERT INTO sign_ins (token_hash, email, until_at, made_at)
                     VALUES (?1, ?2, ?3, ?4)",
                    params![crypto::hash_token(&token), email, until.unix(), now.unix()],
                )?;
                moves(transaction, &email)
            })
            .await
    }

    /// The link of this token; none if it is not one of ours. Changes nothing.
    pub async fn link(&self, token: String) -> Result<Option<SignIn>, StoreError> {
        self.engine()?.read(move |connection| find(connection, &token)).await
    }

    /// Whether a reader of whom nothing is verified has something that does not come along when
    /// this address is proven.
    pub async fn leaves_behind(&self, reader: ReaderId, email: String) -> Result<bool, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT EXISTS (SELECT 1 FROM grants WHERE reader = ?1)
                        OR EXISTS (SELECT 1 FROM subjects
                                   WHERE reader = ?1 AND (email IS NULL OR email <> ?2))";
                let values = params![reader.as_str(), email];
                Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
            })
            .await
    }

    /// Redeems a link, once: signs in the reader of its address, brings him what Stripe knows
    /// under it, and voids every other open link of the address.
    pub async fn redeem(
        &self,
        token: String,
        arrival: Arrival,
    ) -> Result<Result<Redeemed, Unredeemable>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let Some(link) = find(transaction, &token)? else {
                    return Ok(Err(Unredeemable::Unknown));
                };
                if let Err(reason) = link.redeemable(now) {
                    return Ok(Err(reason));
                }
                sign_in(transaction, &link, &arrival, now).map(Ok)
            })
            .await
    }
}

/// Signs in whoever redeems a link or its code.
pub(super) fn sign_in(
    transaction: &Transaction<'_>,
    link: &SignIn,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Redeemed, StoreError> {
    transaction.execute(
        "UPDATE sign_ins SET redeemed_at = ?2 WHERE email = ?1 AND redeemed_at IS NULL",
        params![link.email, now.unix()],
    )?;
    let reader = readers::with_email(transaction, &link.email, now)?;
    join(transaction, &link.email, &reader, now)?;
    let session = sessions::begin(transaction, &reader, arrival, now)?;
    Ok(Redeemed { reader, session, return_to: link.return_to.clone() })
}

fn find(connection: &Connection, token: &str) -> Result<Option<SignIn>, StoreError> {
    let sql = "SELECT email, until_at, redeemed_at, return_to, code_hash IS NOT NULL FROM sign_ins
               WHERE token_hash = ?1";
    let hash = crypto::hash_token(token);
    Ok(connection.prepare_cached(sql)?.query_row([hash], row).optional()?)
}

/// A row of `email, until_at, redeemed_at, return_to, code_hash IS NOT NULL`.
pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<SignIn> {
    Ok(SignIn {
        email: row.get(0)?,
        until: rows::moment(row, 1)?,
        redeemed: rows::moment_or_null(row, 2)?,
        return_to: row.get(3)?,
        has_code: row.get(4)?,
    })
}

/// What Stripe knows under this address and belongs to readers of whom nothing is verified. A
/// reader who proved another address keeps what is his.
fn moves(connection: &Connection, email: &str) -> Result<Vec<Move>, StoreError> {
    let sql = "SELECT s.id, s.reader FROM subjects s JOIN readers r ON r.id = s.reader
               WHERE s.email = ?1 AND r.email IS NULL ORDER BY s.id";
    let moves = connection
        .prepare_cached(sql)?
        .query_map([email], |row| Ok(Move { subject: rows::id(row, 0)?, from: rows::id(row, 1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(moves)
}

/// Moves purchases to the reader who proved their address, and ends the sessions of whoever
/// had them: an address typed at the checkout is no proof.
fn join(
    transaction: &Transaction<'_>,
    email: &str,
    to: &ReaderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for step in moves(transaction, email)? {
        sessions::end_all(transaction, &step.from, Ended::Join, now)?;
        checkouts::void_marks(transaction, &step.from)?;
        ledger::give(transaction, &step.subject, &step.from, to, now)?;
    }
    readers::touch(transaction, to, now)
}
