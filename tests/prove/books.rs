//! What the gateway has on its disk, read by somebody else.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use stripe_sandbox::Sandbox;

/// The database, for reading only.
pub(crate) struct Books(Connection);

/// A subscription: whose, and how it stands.
type Standing = (String, String, String);

impl Books {
    pub(crate) fn open(store: &Path) -> Self {
        let file = store.join("tollhouse.sqlite3");
        let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY);
        Self(connection.unwrap_or_else(|why| panic!("{}: {why}", file.display())))
    }

    /// Fails unless every event that was acknowledged is in the inbox, once, and the file whole.
    pub(crate) fn hold(&self, acknowledged: &BTreeSet<String>) {
        let whole: String =
            self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
        assert_eq!(whole, "ok");
        let stored = self.events();
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }

    /// The events of the inbox that Stripe sent.
    pub(crate) fn events(&self) -> BTreeSet<String> {
        let events = self.column("SELECT event FROM inbox WHERE event LIKE 'evt%'");
        let once: BTreeSet<_> = events.iter().cloned().collect();
        assert_eq!(once.len(), events.len(), "an event is stored once");
        once
    }

    /// How many events nobody has looked after yet.
    pub(crate) fn waiting(&self) -> usize {
        self.column("SELECT event FROM inbox WHERE state = 'waiting'").len()
    }

    /// Fails unless each customer has one reader, each reader a customer, and every change in
    /// the ledger its line in the audit, no more than there were changes at Stripe.
    pub(crate) fn granted_once(&self, changes: usize) {
        let strangers = "SELECT id FROM readers WHERE id NOT IN (SELECT reader FROM subjects)";
        assert_eq!(self.column(strangers), Vec::<String>::new(), "a reader who bought nothing");
        let shared = "SELECT reader FROM subjects GROUP BY reader HAVING count(*) > 1";
        assert_eq!(self.column(shared), Vec::<String>::new(), "strangers who share a ledger");
        let unexplained = "SELECT reader FROM subjects WHERE reader NOT IN
                           (SELECT whose FROM audit WHERE action = 'record')";
        assert_eq!(self.column(unexplained), Vec::<String>::new(), "granted, and not written down");
        let recorded = self.column("SELECT whose FROM audit WHERE action = 'record'").len();
        assert!(recorded <= changes, "{recorded} changes of the ledger, {changes} at Stripe");
    }

    /// Fails unless the ledger says what Stripe says.
    pub(crate) fn equal(&self, stripe: &Sandbox) {
        let sql =
            "SELECT id, subject, status || CASE WHEN ends_at IS NULL THEN '' ELSE ', ends' END
                   FROM subscriptions";
        let mut rows = self.0.prepare(sql).expect("our tables");
        let ours = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .expect("rows")
            .collect::<rusqlite::Result<BTreeSet<Standing>>>()
            .expect("text");
        assert_eq!(ours, stripe.subscriptions().iter().map(standing).collect());
    }

    fn column(&self, sql: &str) -> Vec<String> {
        let mut rows = self.0.prepare(sql).expect("our tables");
        let rows = rows.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<rusqlite::Result<_>>().expect("text")
    }
}

/// A subscription as Stripe shows it.
fn standing(subscription: &Value) -> Standing {
    let word = |name: &str| subscription[name].as_str().expect("text").to_owned();
    let ends = ["cancel_at", "ended_at"].iter().any(|at| !subscription[at].is_null())
        || subscription["cancel_at_period_end"] == true;
    let status = word("status") + if ends { ", ends" } else { "" };
    (word("id"), word("customer"), status)
}
