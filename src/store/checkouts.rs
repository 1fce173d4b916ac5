//! Which browser began which checkout, and where it wanted to go.

use std::time::Duration;

use rusqlite::{Row, params};

use super::{Store, StoreError, rows};
use crate::crypto;
use crate::domain::ids::{CheckoutId, PriceId};
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
                    "INSERT INTO checkouts (id, nonce_hash, price, return_to, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        checkout.id.as_str(),
                        crypto::hash_token(&nonce),
                        checkout.price.as_str(),
                        checkout.return_to,
                        checkout.created_at.unix(),
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
                let sql =
                    "SELECT id, price, return_to, created_at FROM checkouts WHERE nonce_hash = ?1";
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
                let sql = "SELECT id, price, return_to, created_at FROM checkouts WHERE id = ?1";
                let mut find = connection.prepare_cached(sql)?;
                Ok(find.query_map([id.as_str()], checkout)?.next().transpose()?)
            })
            .await
    }
}

fn checkout(row: &Row<'_>) -> rusqlite::Result<BegunCheckout> {
    Ok(BegunCheckout {
        id: rows::id(row, 0)?,
        price: rows::id(row, 1)?,
        return_to: row.get(2)?,
        created_at: rows::moment(row, 3)?,
    })
}
