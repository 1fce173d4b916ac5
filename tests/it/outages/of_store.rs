//! The store fails under the running gateway: what still works, what is said, and that all heals
//! when it is itself again.

use std::fs;
use std::time::Duration;

use reqwest::StatusCode;
use rusqlite::Connection;
use stripe_sandbox::{DeliveryState, Release};

use crate::support::{Seen, TestSite, Visitor, listen_to_log, logged, until};

const DATABASE: &str = "tollhouse-data/tollhouse.sqlite3";

#[tokio::test]
async fn a_store_that_another_program_holds_for_long_fails_nobody_for_good() {
    let s = Scene::set().await;
    let other = s.open_beside();
    other.execute_batch("BEGIN IMMEDIATE").expect("it is free");
    s.fails_without_harm().await;
    other.execute_batch("COMMIT").expect("it lets go");
    s.is_itself_again().await;
}

#[tokio::test]
async fn a_store_that_takes_no_writes_fails_nobody_for_good() {
    let s = Scene::set().await;
    let other = s.open_beside();
    refuse_writes(&other, &tables(&other));
    s.fails_without_harm().await;
    take_writes(&other);
    s.is_itself_again().await;
}

#[tokio::test]
async fn a_store_whose_file_was_moved_fails_nobody_for_good() {
    listen_to_log();
    let s = Scene::set().await;
    let aside = s.site.path("aside");
    fs::rename(s.site.path(DATABASE), &aside).expect("moved");
    s.fails_without_harm().await;
    let file = s.site.path(DATABASE);
    let told = logged(file.to_str().expect("a path"));
    let advice = "was moved, replaced or deleted while it was open";
    assert!(told.iter().any(|line| line.contains(advice)), "{told:?}");
    fs::rename(&aside, file).expect("moved back");
    s.is_itself_again().await;
}

#[tokio::test]
async fn what_comes_after_the_file_was_deleted_is_acknowledged_by_the_next_start_only() {
    let mut s = Scene::set().await;
    for file in ["", "-wal", "-shm"] {
        fs::remove_file(s.site.path(&format!("{DATABASE}{file}"))).expect("it is there");
    }
    s.fails_without_harm().await;
    s.site.restart().await;
    s.site.stripe.webhooks_settled().await;
    s.all_delivered();
    let (_, billing) = s.site.beside().await;
    let everybody = billing.everybody().await.expect("by Stripe");
    let rebuilt = billing.rebuild(everybody, &|| ()).await.expect("by Stripe");
    assert_eq!(rebuilt.subjects, 2);
    assert!(rebuilt.failed.is_empty(), "{rebuilt:?}");
    let bob = s.site.visitor();
    assert_eq!(bob.buy(&s.site.stripe, "price_basic", "/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn an_errand_whose_end_cannot_be_noted_is_not_run_again_and_again() {
    let s = Scene::set().await;
    let other = s.open_beside();
    refuse_writes(&other, &["tries".to_owned()]);
    s.site.forget_requests();
    s.site.deliver_webhooks().await;
    let calls = || s.site.stripe.requests().len();
    let looked_after = || {
        let calls = s.site.stripe.requests();
        calls.iter().filter(|call| call.path.starts_with("/v1/customers/")).count()
    };
    until(async || looked_after() > 0).await;
    // What runs side by side may end; nothing else is begun, however much time there is.
    for _ in 0..50 {
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the page");
    }
    let before = calls();
    for _ in 0..50 {
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the page");
    }
    assert_eq!(calls(), before, "Stripe was asked again at once");
    take_writes(&other);
    s.all_is_looked_after().await;
}

/// Ann has bought Basic; Bob has paid for the course and is on his way back. Stripe has told
/// nothing of it yet.
struct Scene {
    site: TestSite,
    ann: Visitor,
    bob: Visitor,
    back: String,
}

impl Scene {
    async fn set() -> Self {
        let site = TestSite::start().await;
        let (ann, bob) = (site.visitor(), site.visitor());
        ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        let till = bob.choose("price_course", "/course/1").await;
        let back = bob.pay(&site.stripe, &till).await;
        Self { site, ann, bob, back }
    }

    /// As another program has it open.
    fn open_beside(&self) -> Connection {
        Connection::open(self.site.path(DATABASE)).expect("it opens")
    }

    /// While the store does not take anything: readers read, Stripe keeps its webhooks, and
    /// whoever wants to pay or has paid is told what he must know.
    async fn fails_without_harm(&self) {
        let Self { site, ann, bob, back } = self;
        assert_eq!(ann.open("/essays/tide").await.shows(), "the page", "a fresh pass");
        site.advance(Duration::from_mins(10));
        assert_eq!(ann.open("/essays/tide").await.shows(), "the page", "one to be renewed");
        let stranger = site.visitor();
        // Side by side: what waits for another program does so for five seconds.
        let webhooks = site.stripe.release_webhooks(Release::Order(vec![0]));
        let (sells, comes_back, signs_out, webhooks) = tokio::join!(
            stranger.open("/course/1"),
            bob.follow(back),
            bob.submit("/_tollhouse/sign-out", &[]),
            webhooks
        );
        says(&sells, &["Nothing was charged", "Try again"]);
        says(&comes_back, &["We cannot note down your payment just now", "looked=1"]);
        assert_eq!(signs_out.status, StatusCode::SEE_OTHER, "he has nothing to sign out of");
        let sent: Vec<_> = webhooks.iter().filter(|one| one.attempts > 0).collect();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!((sent[0].state, sent[0].last_status), (DeliveryState::Waiting, Some(503)));
        assert_eq!(site.stripe.checkouts().len(), 2, "Ann's and Bob's, and none to be forgotten");
        assert_eq!(site.visitor().open("/about").await.shows(), "the page");
    }

    /// Without a restart: what Stripe kept comes, Bob is let in, and others can buy.
    async fn is_itself_again(&self) {
        let Self { site, ann, bob, back } = self;
        site.stripe.webhooks_settled().await;
        site.deliver_webhooks().await;
        self.all_delivered();
        self.all_is_looked_after().await;
        let seen = bob.follow(back).await;
        assert_eq!(bob.open(&seen.goes_to()).await.shows(), "the page");
        // A store that could be read may have renewed her pass meanwhile.
        site.advance(Duration::from_mins(10));
        let account = ann.open("/_tollhouse/account").await;
        assert_eq!(account.shows(), "a page of ours");
        assert!(account.header("set-cookie").is_some(), "her pass is renewed");
        let carl = site.visitor();
        let bought = carl.buy(&site.stripe, "price_course", "/course/1").await;
        assert_eq!(bought.shows(), "the page");
    }

    fn all_delivered(&self) {
        for delivery in self.site.stripe.deliveries() {
            let state = delivery.state;
            assert!(
                matches!(state, DeliveryState::Delivered | DeliveryState::Held),
                "{delivery:?}"
            );
        }
    }

    /// Time passes until nobody waits.
    async fn all_is_looked_after(&self) {
        until(async || {
            self.site.advance(Duration::from_secs(5));
            self.site.store().errands(Duration::ZERO).await.expect("read").is_empty()
        })
        .await;
    }
}

/// A page that says so, and when to come again.
fn says(seen: &Seen, words: &[&str]) {
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE, "{}", seen.body);
    assert!(seen.header("retry-after").is_some());
    for words in words {
        assert!(seen.read().contains(words), "{words:?} in {}", seen.read());
    }
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    names(connection, sql)
}

/// From now on every change to these tables fails, as on a disk that is full or read-only; what is
/// in them can be read.
fn refuse_writes(connection: &Connection, tables: &[String]) {
    for table in tables {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            let trigger = format!(
                "CREATE TRIGGER refused_{change}_{table} BEFORE {change} ON {table}
                 BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
            );
            connection.execute_batch(&trigger).expect("made");
        }
    }
}

fn take_writes(connection: &Connection) {
    for trigger in names(connection, "SELECT name FROM sqlite_master WHERE name LIKE 'refused_%'") {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
}

fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("SQL");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("names")
}
