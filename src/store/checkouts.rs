//! Which browser began which checkout, and where it wanted to go.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError, ledger, rows};
use crate::crypto;
use crate::domain::ids::{CheckoutId, PriceId, ReaderId, Subject};
use crate::domain::time::Timestamp;

/// How long a checkout is remembered: as long as its cookie, and a day for the clocks.
const REMEMBERED: Duration = Duration::from_hours(72);

/// A checkout that a browser began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunCheckout {
    /// Stripe's id.
    pub id: CheckoutId,
    /// What was to be bought.
    pub price: PriceId,
    /// The path that the visitor wanted to see.
    pub return_to: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Who began it signed in, or came back from it.
    pub reader: Option<ReaderId>,
}

impl Store {
    /// Binds a checkout to the browser that holds this nonce.
    pub async fn remember_checkout(
        &self,
        checkout: BegunCheckout,
        nonce: String,
    ) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
                let oldest = checkout.created_at.minus(REMEMBERED).unix();
                transaction.execute("DELETE FROM checkouts WHERE created_at < ?1", [oldest])?;
                transaction.execute(
                    "INSERT INTO checkouts (id, nonce_hash, price, return_to, created_at, reader)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        checkout.id.as_str(),
                        crypto::hash_token(&nonce),
                        checkout.price.as_str(),
                        checkout.return_to,
                        checkout.created_at.unix(),
                        checkout.reader.as_ref().map(ReaderId::as_str),
                    ],
                )?;
                Ok(())
            })
            .await
    }

    /// The checkouts that were begun by the browser with these nonces, each with its nonce.
    pub async fn checkouts(
        &self,
        nonces: Vec<String>,
    ) -> Result<Vec<(String, BegunCheckout)>, StoreError> {
        if nonces.is_empty() {
            return Ok(Vec::new());
        }
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT id, price, return_to, created_at, reader FROM checkouts
                           WHERE nonce_hash = ?1";
                let mut find = connection.prepare_cached(sql)?;
                let mut found = Vec::new();
                for nonce in nonces {
                    let hash = crypto::hash_token(&nonce);
                    let checkout = find.query_map([hash], checkout)?.next().transpose()?;
                    found.extend(checkout.map(|checkout| (nonce, checkout)));
                }
                Ok(found)
            })
            .await
    }

    /// A checkout that anybody began here.
    pub async fn checkout(&self, id: CheckoutId) -> Result<Option<BegunCheckout>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT id, price, return_to, created_at, reader FROM checkouts
                           WHERE id = ?1";
                let mut find = connection.prepare_cached(sql)?;
                Ok(find.query_map([id.as_str()], checkout)?.next().transpose()?)
            })
            .await
    }
}

impl Store {
    /// The checkouts that this reader began signed in, in whatever browser.
    pub async fn checkouts_of(&self, reader: ReaderId) -> Result<Vec<BegunCheckout>, StoreError> {
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT id, price, return_to, created_at, reader FROM checkouts
                           WHERE reader = ?1 AND returned_at IS NULL";
                let mut find = connection.prepare_cached(sql)?;
                let found = find.query_map([reader.as_str()], checkout)?;
                Ok(found.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    /// A checkout that is used again leads to another page.
    pub async fn lead_checkout(&self, id: CheckoutId, to: String) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
                let sql = "UPDATE checkouts SET return_to = ?2 WHERE id = ?1";
                transaction.execute(sql, params![id.as_str(), to])?;
                Ok(())
            })
            .await
    }

    /// Somebody has come back from a checkout. What it bought is given to `here`, whom his
    /// browser is signed in as, if it made a reader of its own, whom nobody has been yet: two
    /// tabs of one browser are one buyer. Returns whose it is.
    pub async fn came_back(
        &self,
        id: CheckoutId,
        bought: Subject,
        buyer: ReaderId,
        here: Option<ReaderId>,
    ) -> Result<ReaderId, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let reader = match here {
                    Some(here) if here != buyer && is_just_made(transaction, &buyer, &bought)? => {
                        ledger::give(transaction, &bought, &buyer, &here, now)?;
                        here
                    }
                    Some(_) | None => buyer,
                };
                transaction.execute(
                    "UPDATE checkouts SET reader = ?2, returned_at = coalesce(returned_at, ?3)
                     WHERE id = ?1",
                    params![id.as_str(), reader.as_str(), now.unix()],
                )?;
                Ok(reader)
            })
            .await
    }
}

/// Whether a reader came into being with this purchase alone, and was never signed in.
fn is_just_made(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    bought: &Subject,
) -> Result<bool, StoreError> {
    let sql = "SELECT email IS NULL
                      AND NOT EXISTS (SELECT 1 FROM sessions WHERE reader = readers.id)
                      AND NOT EXISTS (SELECT 1 FROM grants WHERE reader = readers.id)
                      AND NOT EXISTS (SELECT 1 FROM subjects WHERE reader = readers.id AND id <> ?2)
               FROM readers WHERE id = ?1";
    let params = params![reader.as_str(), bought.as_str()];
    Ok(transaction.query_row(sql, params, |row| row.get(0)).optional()?.unwrap_or(false))
}

fn checkout(row: &Row<'_>) -> rusqlite::Result<BegunCheckout> {
    Ok(BegunCheckout {
        id: rows::id(row, 0)?,
        price: rows::id(row, 1)?,
        return_to: row.get(2)?,
        created_at: rows::moment(row, 3)?,
        reader: rows::id_or_null(row, 4)?,
    })
}
