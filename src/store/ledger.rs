//! What readers paid for: written as Stripe told it, read as a whole.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Store, StoreError, audit, readers, rows};
use crate::domain::ids::{CustomerId, Mode, PaymentId, PriceId, ReaderId, Subject, SubscriptionId};
use crate::domain::ledger::{
    Buyer, Claims, Collection, Entitlement, Grant, Item, Ledger, Owed, PayAddress, Purchase,
    PurchaseState, Receipt, Status, Subscription,
};
use crate::domain::plan::Feature;
use crate::domain::sign_in::normal_email;
use crate::domain::time::Timestamp;

/// Drawn before a fetch begins. What a later ticket wrote is never overwritten by an earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(i64);

/// Everything that Stripe knows of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose payments these are.
    pub subject: Subject,
    /// His address at Stripe; proves nothing.
    pub email: Option<String>,
    /// The reader who was signed in when this was bought.
    pub buyer: Option<ReaderId>,
    /// All subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// All one-time purchases.
    pub purchases: Vec<Purchase>,
    /// Features that he is entitled to.
    pub entitlements: Vec<Feature>,
    /// Whether the customer is gone: what he subscribed to is over, what he bought stays.
    pub deleted: bool,
    /// Whether anything of it is for sale here. A Stripe account may have other customers, who
    /// do not become readers.
    pub of_ours: bool,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Whose ledger it is in.
    pub reader: ReaderId,
    /// Whether it said something new. An older fetch never does.
    pub changed: bool,
}

impl Store {
    /// Draws a ticket; to be called before Stripe is asked.
    pub async fn begin_fetch(&self) -> Result<Ticket, StoreError> {
        self.engine()?
            .write(|transaction| {
                let sql = "UPDATE tickets SET last = last + 1 RETURNING last";
                Ok(Ticket(transaction.query_row(sql, [], |row| row.get(0))?))
            })
            .await
    }

    /// Writes what was fetched. The subject stays with the reader who has it; a new one goes to
    /// the reader who was signed in when he bought, else to a reader of its own. None: somebody
    /// who never bought anything here, or whose reader was erased.
    pub async fn record(
        &self,
        record: Record,
        ticket: Ticket,
    ) -> Result<Option<Recorded>, StoreError> {
        let (mode, now) = (self.mode, self.clock.now());
        self.engine()?
            .write(move |transaction| {
                let known = subject(transaction, &record.subject)?;
                if let Some(known) = &known {
                    // By this key Stripe knows nothing of the other mode's: that is no news.
                    if known.mode != mode.as_str() {
                        return Ok(None);
                    }
                    if readers::is_erased(transaction, &known.reader)? {
                        warn_of_erased(&record);
                        return Ok(None);
                    }
                    if known.ticket > ticket {
                        return Ok(Some(Recorded { reader: known.reader.clone(), changed: false }));
                    }
                }
                let reader = match known {
                    Some(known) => known.reader,
                    None if !record.of_ours => return Ok(None),
                    None => reader_for(transaction, &record, now)?,
                };
                let before = of_reader(transaction, &reader, mode)?;
                replace(transaction, &record, &reader, mode, ticket)?;
                let changed = of_reader(transaction, &reader, mode)? != before;
                if changed {
                    readers::touch(transaction, &reader, now)?;
                    let entry =
                        audit::Entry { actor: "stripe", action: "record", whose: reader.as_str() };
                    audit::write(transaction, &entry, record.subject.as_str(), now)?;
                }
                Ok(Some(Recorded { reader, changed }))
            })
            .await
    }
}

/// Whoever was erased is not made again behind his back; that he pays is another matter.
fn warn_of_erased(record: &Record) {
    let pays = |one: &Subscription| matches!(one.status, Status::Active | Status::Trialing);
    if record.subscriptions.iter().any(pays) {
        let whose = record.subject.as_str();
        tracing::warn!(whose, "he has deleted his account here, and pays: end it at Stripe");
    }
}

/// A subject that is known.
pub(super) struct KnownSubject {
    pub(super) reader: ReaderId,
    /// As Stripe has it; proves nothing.
    pub(super) email: Option<String>,
    ticket: Ticket,
    mode: String,
}

pub(super) fn subject(
    connection: &Connection,
    subject: &Subject,
) -> Result<Option<KnownSubject>, StoreError> {
    let sql = "SELECT reader, email, ticket, mode FROM subjects WHERE id = ?1";
    let row = |row: &rusqlite::Row<'_>| {
        Ok(KnownSubject {
            reader: rows::id(row, 0)?,
            email: row.get(1)?,
            ticket: Ticket(row.get(2)?),
            mode: row.get(3)?,
        })
    };
    Ok(connection.prepare_cached(sql)?.query_row([subject.as_str()], row).optional()?)
}

/// Moves a subject from one reader to another.
pub(super) fn give(
    transaction: &Transaction<'_>,
    subject: &Subject,
    from: &ReaderId,
    to: &ReaderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE subjects SET reader = ?2 WHERE id = ?1",
        params![subject.as_str(), to.as_str()],
    )?;
    readers::touch(transaction, from, now)?;
    readers::touch(transaction, to, now)?;
    let entry = audit::Entry { actor: "reader", action: "join", whose: to.as_str() };
    audit::write(transaction, &entry, &format!("{subject} from {from}"), now)
}

fn reader_for(
    transaction: &Transaction<'_>,
    record: &Record,
    now: Timestamp,
) -> Result<ReaderId, StoreError> {
    match &record.buyer {
        Some(buyer) if readers::exists(transaction, buyer)? => Ok(buyer.clone()),
        Some(_) | None => readers::add(transaction, None, now),
    }
}

fn replace(
    transaction: &Transaction<'_>,
    record: &Record,
    reader: &ReaderId,
    mode: Mode,
    ticket: Ticket,
) -> Result<(), StoreError> {
    let subject = record.subject.as_str();
    let email = record.email.as_deref().and_then(normal_email);
    transaction.execute(
        // Of a customer who is gone, Stripe tells no address: the last one stays.
        "INSERT INTO subjects (id, reader, mode, email, ticket, deleted)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET email = coalesce(excluded.email, email),
             ticket = excluded.ticket, deleted = excluded.deleted",
        params![subject, reader.as_str(), mode.as_str(), email, ticket.0, record.deleted],
    )?;
    transaction.execute("DELETE FROM subscriptions WHERE subject = ?1", [subject])?;
    if !record.deleted {
        transaction.execute("DELETE FROM purchases WHERE subject = ?1", [subject])?;
    }
    for subscription in &record.subscriptions {
        insert_subscription(transaction, subject, subscription)?;
    }
    for purchase in &record.purchases {
        insert_purchase(transaction, subject, purchase)?;
    }
    transaction.execute("DELETE FROM entitlements WHERE subject = ?1", [subject])?;
    let sql = "INSERT INTO entitlements (subject, feature) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let mut insert = transaction.prepare_cached(sql)?;
    for feature in &record.entitlements {
        insert.execute([subject, feature.as_str()])?;
    }
    Ok(())
}

fn insert_subscription(
    transaction: &Transaction<'_>,
    subject: &str,
    subscription: &Subscription,
) -> Result<(), StoreError> {
    let owed = subscription.owed.as_ref();
    transaction.execute(
        "INSERT INTO subscriptions (id, subject, status, ends_at, collection_paused,
             paused_unpaid, owes_since, pay_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            subscription.id.as_str(),
            subject,
            subscription.status.as_str(),
            subscription.ends_at.map(Timestamp::unix),
            subscription.collection != Collection::Runs,
            subscription.collection == Collection::PausedUnpaid,
            owed.map(|owed| owed.since.unix()),
            owed.and_then(|owed| owed.pay_at.as_ref()).map(PayAddress::as_str),
        ],
    )?;
    let sql =
        "INSERT INTO subscription_items (subscription, position, price, period_start, period_end,
             claims) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut insert = transaction.prepare_cached(sql)?;
    for (position, item) in subscription.items.iter().enumerate() {
        insert.execute(params![
            subscription.id.as_str(),
            position,
            item.price.as_str(),
            item.period_start.unix(),
            item.period_end.unix(),
            item.claims.words(),
        ])?;
    }
    Ok(())
}

fn insert_purchase(
    transaction: &Transaction<'_>,
    subject: &str,
    purchase: &Purchase,
) -> Result<(), StoreError> {
    let receipt = purchase.receipt.as_str();
    // A guest's checkout may come to belong to a customer: it then moves to his subject.
    transaction.execute("DELETE FROM purchases WHERE checkout = ?1", [receipt])?;
    let (state, claims) = state_words(&purchase.state);
    transaction.execute(
        "INSERT INTO purchases (checkout, subject, payment, state, claims)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![receipt, subject, purchase.payment.as_ref().map(PaymentId::as_str), state, claims,],
    )?;
    let sql = "INSERT INTO purchase_prices (checkout, position, price) VALUES (?1, ?2, ?3)";
    let mut insert = transaction.prepare_cached(sql)?;
    for (position, price) in purchase.prices.iter().enumerate() {
        insert.execute(params![receipt, position, price.as_str()])?;
    }
    Ok(())
}

/// A reader's whole ledger, always in the same order, so that two can be compared.
pub(super) fn of_reader(
    connection: &Connection,
    reader: &ReaderId,
    mode: Mode,
) -> Result<Ledger, StoreError> {
    Ok(Ledger {
        subscriptions: subscriptions(connection, reader, mode)?,
        purchases: purchases(connection, reader, mode)?,
        grants: grants(connection, reader)?,
        entitlements: entitlements(connection, reader, mode)?,
        registered: readers::address(connection, reader)?.is_some(),
    })
}

fn subscriptions(
    connection: &Connection,
    reader: &ReaderId,
    mode: Mode,
) -> Result<Vec<Subscription>, StoreError> {
    let sql = format!(
        "SELECT {SUBSCRIPTION} FROM subscriptions b JOIN subjects s ON s.id = b.subject
         WHERE s.reader = ?1 AND s.mode = ?2 ORDER BY b.id"
    );
    let mut found = connection
        .prepare_cached(&sql)?
        .query_map(params![reader.as_str(), mode.as_str()], subscription)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for subscription in &mut found {
        subscription.items = items(connection, &subscription.id)?;
    }
    Ok(found)
}

/// The columns from which `subscription` makes one; `b` is the table.
pub(super) const SUBSCRIPTION: &str = "b.id, b.subject, b.status, b.ends_at, b.collection_paused,
    b.paused_unpaid, b.owes_since, b.pay_at";

/// A subscription as its own columns tell it: without items.
pub(super) fn subscription(row: &rusqlite::Row<'_>) -> rusqlite::Result<Subscription> {
    Ok(Subscription {
        id: rows::id(row, 0)?,
        customer: rows::id(row, 1)?,
        status: Status::parse(&row.get::<_, String>(2)?),
        items: Vec::new(),
        ends_at: rows::moment_or_null(row, 3)?,
        collection: collection(row)?,
        owed: owed(row)?,
    })
}

fn collection(row: &rusqlite::Row<'_>) -> rusqlite::Result<Collection> {
    Ok(match (row.get(4)?, row.get(5)?) {
        (true, true) => Collection::PausedUnpaid,
        (true, false) => Collection::PausedAfterPayment,
        (false, _) => Collection::Runs,
    })
}

fn owed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Owed>> {
    let pay_at: Option<String> = row.get(7)?;
    let since = rows::moment_or_null(row, 6)?;
    Ok(since.map(|since| Owed {
        since,
        pay_at: pay_at.and_then(|address| PayAddress::parse(&address)),
    }))
}

fn items(connection: &Connection, subscription: &SubscriptionId) -> Result<Vec<Item>, StoreError> {
    let sql = "SELECT price, period_start, period_end, claims FROM subscription_items
               WHERE subscription = ?1 ORDER BY position";
    let items = connection
        .prepare_cached(sql)?
        .query_map([subscription.as_str()], |row| {
            Ok(Item {
                price: rows::id(row, 0)?,
                period_start: rows::moment(row, 1)?,
                period_end: rows::moment(row, 2)?,
                claims: Claims::parse(&row.get::<_, String>(3)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(items)
}

fn purchases(
    connection: &Connection,
    reader: &ReaderId,
    mode: Mode,
) -> Result<Vec<Purchase>, StoreError> {
    let sql = "SELECT p.checkout, p.subject, s.deleted, p.payment, p.state, p.claims
               FROM purchases p JOIN subjects s ON s.id = p.subject
               WHERE s.reader = ?1 AND s.mode = ?2 ORDER BY p.checkout";
    let mut found = connection
        .prepare_cached(sql)?
        .query_map(params![reader.as_str(), mode.as_str()], |row| {
            Ok(Purchase {
                receipt: rows::id(row, 0)?,
                buyer: buyer(&row.get::<_, String>(1)?, row.get(2)?),
                payment: rows::id_or_null(row, 3)?,
                prices: Vec::new(),
                state: state_of(&row.get::<_, String>(4)?, &row.get::<_, String>(5)?),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for purchase in &mut found {
        purchase.prices = prices(connection, &purchase.receipt)?;
    }
    Ok(found)
}

fn buyer(subject: &str, is_deleted: bool) -> Buyer {
    match CustomerId::parse(subject) {
        Ok(_) if is_deleted => Buyer::Deleted,
        Ok(customer) => Buyer::Customer(customer),
        Err(_) => Buyer::Guest,
    }
}

fn prices(connection: &Connection, receipt: &Receipt) -> Result<Vec<PriceId>, StoreError> {
    let sql = "SELECT price FROM purchase_prices WHERE checkout = ?1 ORDER BY position";
    let prices = connection
        .prepare_cached(sql)?
        .query_map([receipt.as_str()], |row| rows::id(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(prices)
}

fn entitlements(
    connection: &Connection,
    reader: &ReaderId,
    mode: Mode,
) -> Result<Vec<Entitlement>, StoreError> {
    let sql = "SELECT e.subject, e.feature FROM entitlements e
               JOIN subjects s ON s.id = e.subject
               WHERE s.reader = ?1 AND s.mode = ?2 ORDER BY e.subject, e.feature";
    let entitlements = connection
        .prepare_cached(sql)?
        .query_map(params![reader.as_str(), mode.as_str()], |row| {
            Ok((rows::id::<CustomerId, _>(row, 0)?, row.get::<_, String>(1)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let known = entitlements.into_iter().filter_map(|(customer, feature)| {
        Some(Entitlement { customer, feature: Feature::parse(&feature)? })
    });
    Ok(known.collect())
}

fn grants(connection: &Connection, reader: &ReaderId) -> Result<Vec<Grant>, StoreError> {
    let sql = "SELECT plan, until_at FROM grants WHERE reader = ?1 ORDER BY plan";
    let grants = connection
        .prepare_cached(sql)?
        .query_map([reader.as_str()], |row| {
            Ok(Grant { plan: rows::id(row, 0)?, until: rows::moment_or_null(row, 1)? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(grants)
}

/// The state, and who wants the money back.
fn state_words(state: &PurchaseState) -> (&'static str, String) {
    match state {
        PurchaseState::Pending => ("pending", String::new()),
        PurchaseState::Paid(claims) => ("paid", claims.words()),
        PurchaseState::Failed => ("failed", String::new()),
    }
}

/// The column's CHECK allows no fourth word.
fn state_of(word: &str, claims: &str) -> PurchaseState {
    match word {
        "paid" => PurchaseState::Paid(Claims::parse(claims)),
        "pending" => PurchaseState::Pending,
        _ => PurchaseState::Failed,
    }
}
