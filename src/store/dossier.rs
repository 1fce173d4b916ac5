//! Everything that is stored of one reader, for himself: no secret, and nothing of anybody else.

use rusqlite::{Connection, Row, ToSql};
use serde_json::{Map, Value};

use super::{Store, StoreError};
use crate::domain::ids::ReaderId;
use crate::domain::time::Timestamp;

/// A chapter: its name, and where it stands. `?1` is the reader. Columns that end in `_at` are
/// moments. Ids of sessions, hashes and marks are left out: they sign in, or are worth nothing.
const CHAPTERS: [(&str, &str); 12] = [
    ("reader", "SELECT id, email, created_at FROM readers WHERE id = ?1"),
    (
        "signed_in",
        "SELECT browser, system, place, created_at AS first_seen_at, seen_at AS last_seen_at, ended_at,
             ended_by FROM sessions WHERE reader = ?1 ORDER BY created_at",
    ),
    (
        "known_at_stripe",
        "SELECT id, mode, email, deleted FROM subjects WHERE reader = ?1 ORDER BY id",
    ),
    (
        "subscriptions",
        "SELECT b.id, b.subject AS customer, b.status, b.ends_at, b.collection_paused,
             b.paused_unpaid, b.owes_since AS owes_since_at, b.pay_at AS pay_here
         FROM subscriptions b JOIN subjects s ON s.id = b.subject WHERE s.reader = ?1 ORDER BY b.id",
    ),
    (
        "subscribed_to",
        "SELECT i.subscription, i.price, i.period_start AS period_starts_at,
             i.period_end AS period_ends_at, i.claims
         FROM subscription_items i JOIN subscriptions b ON b.id = i.subscription
         JOIN subjects s ON s.id = b.subject WHERE s.reader = ?1
         ORDER BY i.subscription, i.position",
    ),
    (
        "purchases",
        "SELECT p.checkout AS id, p.subject AS customer, p.payment, p.state, p.claims,
             (SELECT group_concat(price, ' ') FROM purchase_prices WHERE checkout = p.checkout)
                 AS prices
         FROM purchases p JOIN subjects s ON s.id = p.subject WHERE s.reader = ?1 ORDER BY p.checkout",
    ),
    (
        "features",
        "SELECT e.subject AS customer, e.feature FROM entitlements e
         JOIN subjects s ON s.id = e.subject WHERE s.reader = ?1 ORDER BY e.subject, e.feature",
    ),
    (
        "gifts",
        "SELECT plan, until_at, created_at FROM grants WHERE reader = ?1 ORDER BY plan",
    ),
    (
        "checkouts",
        "SELECT id, price, return_to AS page, created_at, returned_at FROM checkouts
         WHERE reader = ?1 ORDER BY created_at",
    ),
    (
        "mails",
        "SELECT 'sign in' AS what, made_at AS written_at, until_at AS good_until_at,
             redeemed_at AS used_at
         FROM sign_ins WHERE email = (SELECT email FROM readers WHERE id = ?1)
         UNION ALL
         SELECT 'asked to sign in', asked_at, until_at, NULL
         FROM asks WHERE email = (SELECT email FROM readers WHERE id = ?1)
         UNION ALL
         SELECT 'asked to be deleted', asked_at, until_at, NULL FROM farewells WHERE reader = ?1",
    ),
    (
        "news_from_stripe",
        "SELECT event, kind, whose AS customer, received_at, happened_at, had, has FROM inbox
         WHERE reader = ?1 ORDER BY received_at",
    ),
    (
        "history",
        "SELECT at AS done_at, actor AS done_by, action, detail FROM audit
         WHERE whose = ?1 ORDER BY id",
    ),
];

impl Store {
    /// Everything that is stored of a reader, as a JSON object.
    pub async fn dossier(&self, reader: ReaderId) -> Result<Value, StoreError> {
        self.engine()?
            .read(move |connection| {
                let mut chapters = Map::new();
                for (name, sql) in CHAPTERS {
                    chapters.insert(name.to_owned(), chapter(connection, sql, &reader)?);
                }
                Ok(Value::Object(chapters))
            })
            .await
    }
}

fn chapter(connection: &Connection, sql: &str, reader: &ReaderId) -> Result<Value, StoreError> {
    let mut find = connection.prepare_cached(sql)?;
    let names: Vec<String> = find.column_names().map(str::to_owned).collect();
    let reader: &dyn ToSql = &reader.as_str();
    let entries = find
        .query_map([reader], |row| entry(row, &names))?
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    Ok(Value::Array(entries))
}

fn entry(row: &Row<'_>, names: &[String]) -> rusqlite::Result<Value> {
    let mut entry = Map::new();
    for (at, name) in names.iter().enumerate() {
        let value = match row.get::<_, rusqlite::types::Value>(at)? {
            rusqlite::types::Value::Integer(unix) if name.ends_with("_at") => {
                Value::from(Timestamp::from_unix(unix).to_string())
            }
            rusqlite::types::Value::Integer(number) => Value::from(number),
            rusqlite::types::Value::Real(number) => Value::from(number),
            rusqlite::types::Value::Text(text) => Value::from(text),
            rusqlite::types::Value::Null | rusqlite::types::Value::Blob(_) => Value::Null,
        };
        entry.insert(name.clone(), value);
    }
    Ok(Value::Object(entry))
}
