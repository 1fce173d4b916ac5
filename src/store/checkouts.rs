//! Which browser began which checkout, and where it wanted to go.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Store, StoreError, ledger, readers, rows};
use crate::crypto;
use crate::domain::ids::{CheckoutId, PriceId, ReaderId, Subject};
use crate::domain::time::Timestamp;

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
    /// Returns if something can be written now. Only a write tells: it draws a ticket that nobody
    /// uses.
    pub async fn takes_writes(&self) -> Result<(), StoreError> {
        self.begin_fetch().await.map(drop)
    }

    /// Binds a checkout to the browser that holds this nonce.
    pub async fn remember_checkout(
        &self,
        checkout: BegunCheckout,
        nonce: String,
    ) -> Result<(), StoreError> {
        self.engine()?
            .write(move |transaction| {
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

    /// Whether a purchase belongs to another reader than this one, who has a verified address.
    pub async fn is_proven_anothers(
        &self,
        bought: Subject,
        reader: ReaderId,
    ) -> Result<bool, StoreError> {
        self.engine()?
            .read(move |connection| {
                let Some(known) = ledger::subject(connection, &bought)? else { return Ok(false) };
                let is_anothers = known.reader != reader;
                Ok(is_anothers && readers::address(connection, &known.reader)?.is_some())
            })
            .await
    }

    /// Somebody has come back from a checkout: whom his browser is to be signed in as; none if that
    /// cannot be told by a browser alone.
    ///
    /// `bought` belongs to a reader by now. Of a reader with a verified address, coming back proves
    /// nothing: the address may have been typed by whoever came back, and was joined since. What
    /// made a reader of its own, whom nobody has been yet, is given to whom the browser is signed in
    /// as (`here`), or came back as from another checkout (`others`): two tabs of one browser are
    /// one buyer. A reader with a verified address is given only what was bought under it.
    pub async fn came_back(
        &self,
        id: CheckoutId,
        bought: Subject,
        here: Option<ReaderId>,
        others: Vec<CheckoutId>,
    ) -> Result<Option<ReaderId>, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let Some(known) = ledger::subject(transaction, &bought)? else { return Ok(None) };
                let owner = readers::address(transaction, &known.reader)?;
                if here.as_ref() != Some(&known.reader) && owner.is_some() {
                    return Ok(None);
                }
                let here = match here {
                    Some(here) => Some(here),
                    None => reader_of(transaction, &others)?,
                };
                let heir = match here {
                    Some(here) if here != known.reader => {
                        let address = readers::address(transaction, &here)?;
                        let may_have_it = address.is_none() || address == known.email;
                        let is_new = is_just_made(transaction, &known.reader, &bought, &id)?;
                        Some(here).filter(|_| may_have_it && is_new)
                    }
                    Some(_) | None => None,
                };
                if let Some(heir) = &heir {
                    ledger::give(transaction, &bought, &known.reader, heir, now)?;
                }
                let reader = heir.unwrap_or(known.reader);
                transaction.execute(
                    "UPDATE checkouts SET reader = ?2, returned_at = coalesce(returned_at, ?3)
                     WHERE id = ?1",
                    params![id.as_str(), reader.as_str(), now.unix()],
                )?;
                Ok(Some(reader))
            })
            .await
    }
}

/// The marks of a reader's checkouts sign nobody in any more. Who began one signed in can still
/// come back from it, by signing in.
pub(super) fn void_marks(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
) -> Result<(), StoreError> {
    let sql = "UPDATE checkouts SET nonce_hash = randomblob(32) WHERE reader = ?1";
    transaction.execute(sql, [reader.as_str()])?;
    Ok(())
}

/// The reader without a verified address as whom somebody came back from one of these.
fn reader_of(
    transaction: &Transaction<'_>,
    checkouts: &[CheckoutId],
) -> Result<Option<ReaderId>, StoreError> {
    let sql = "SELECT c.reader FROM checkouts c JOIN readers r ON r.id = c.reader
               WHERE c.id = ?1 AND c.returned_at IS NOT NULL AND r.email IS NULL";
    let mut find = transaction.prepare_cached(sql)?;
    for checkout in checkouts {
        let found = find.query_row([checkout.as_str()], |row| rows::id(row, 0)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether a reader came into being with this checkout alone, and nobody has been him yet.
fn is_just_made(
    transaction: &Transaction<'_>,
    reader: &ReaderId,
    bought: &Subject,
    checkout: &CheckoutId,
) -> Result<bool, StoreError> {
    let sql = "SELECT email IS NULL
                      AND NOT EXISTS (SELECT 1 FROM sessions WHERE reader = r.id)
                      AND NOT EXISTS (SELECT 1 FROM grants WHERE reader = r.id)
                      AND NOT EXISTS (SELECT 1 FROM subjects WHERE reader = r.id AND id <> ?2)
                      AND EXISTS (SELECT 1 FROM checkouts
                                  WHERE id = ?3 AND reader IS NULL AND returned_at IS NULL)
               FROM readers r WHERE id = ?1";
    let params = params![reader.as_str(), bought.as_str(), checkout.as_str()];
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
