//! Everything that is known, in outline, to be compared with Stripe; and readers who are made
//! again after a loss.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{Store, StoreError, ledger, rows};
use crate::domain::ids::{Mode, PriceId, ReaderId, Subject, SubscriptionId};
use crate::domain::ledger::Ledger;
use crate::domain::outline::{Known, SubscriptionOutline};
use crate::domain::time::Timestamp;

impl Store {
    /// Everything that was paid for, in the mode of the key.
    pub async fn outline(&self) -> Result<Known, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let sql = "SELECT p.checkout, s.reader, p.state <> 'paid' FROM purchases p
                           JOIN subjects s ON s.id = p.subject WHERE s.mode = ?1";
                let purchases = connection
                    .prepare_cached(sql)?
                    .query_map([mode.as_str()], |row| {
                        Ok((rows::id(row, 0)?, (rows::id(row, 1)?, row.get(2)?)))
                    })?
                    .collect::<rusqlite::Result<BTreeMap<_, _>>>()?;
                Ok(Known { subscriptions: subscriptions(connection, mode)?, purchases })
            })
            .await
    }

    /// The reader to whom this subject belongs, and his ledger.
    pub async fn holder(&self, subject: Subject) -> Result<Option<(ReaderId, Ledger)>, StoreError> {
        let mode = self.mode;
        self.engine()?
            .read(move |connection| {
                let Some(known) = ledger::subject(connection, &subject)? else {
                    return Ok(None);
                };
                let ledger = ledger::of_reader(connection, &known.reader, mode)?;
                Ok(Some((known.reader, ledger)))
            })
            .await
    }

    /// Makes a reader again who was lost, under the id that Stripe remembers. One who is there is
    /// left as he is.
    pub async fn restore_reader(&self, reader: ReaderId) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "INSERT INTO readers (id, changed_at, created_at) VALUES (?1, ?2, ?2)
                     ON CONFLICT (id) DO NOTHING",
                    params![reader.as_str(), now.unix()],
                )?;
                Ok(())
            })
            .await
    }
}

fn subscriptions(
    connection: &Connection,
    mode: Mode,
) -> Result<BTreeMap<SubscriptionId, (ReaderId, SubscriptionOutline)>, StoreError> {
    let sql = format!(
        "SELECT {}, s.reader FROM subscriptions b JOIN subjects s ON s.id = b.subject
         WHERE s.mode = ?1",
        ledger::SUBSCRIPTION
    );
    let mut found = connection
        .prepare_cached(&sql)?
        .query_map([mode.as_str()], |row| {
            let outline = SubscriptionOutline::from(ledger::subscription(row)?);
            Ok((outline.id.clone(), (rows::id(row, 8)?, outline)))
        })?
        .collect::<rusqlite::Result<BTreeMap<_, _>>>()?;
    let sql = "SELECT i.subscription, i.price, i.period_start, i.period_end
               FROM subscription_items i JOIN subscriptions b ON b.id = i.subscription
               JOIN subjects s ON s.id = b.subject
               WHERE s.mode = ?1 ORDER BY i.subscription, i.position";
    let mut items = connection.prepare_cached(sql)?;
    let mut items = items.query([mode.as_str()])?;
    while let Some(row) = items.next()? {
        let item: (PriceId, Timestamp, Timestamp) =
            (rows::id(row, 1)?, rows::moment(row, 2)?, rows::moment(row, 3)?);
        if let Some((_, outline)) = found.get_mut(&rows::id::<SubscriptionId, _>(row, 0)?) {
            outline.items.push(item);
        }
    }
    Ok(found)
}
