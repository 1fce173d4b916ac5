//! A store that an older version has left is opened by this one, and nobody has lost anything.

use std::time::Duration;

use refinery::Target;
use rusqlite::Connection;
use tollhouse::clock::Clock;
use tollhouse::config::Config;
use tollhouse::domain::ids::{CheckoutId, EventId, Mode, ReaderId, SessionId};
use tollhouse::domain::ledger;
use tollhouse::domain::time::Timestamp;
use tollhouse::store::{News, Received, Settings, Source, Store};

use crate::support::{START, TestSite};

const DAY: i64 = 24 * 60 * 60;

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// What each reader had by the rules of V0004, and his epoch: a pass is as good as before.
const HAD: [(&str, u64, &str); 18] = [
    ("reader_active", 3, "basic for 17 days"),
    ("reader_canceled", 1, ""),
    ("reader_canceling", 1, "basic for 14 days"),
    ("reader_trialing", 1, "pro for 7 days"),
    ("reader_past_due", 1, "basic for 4 days"),
    ("reader_unpaid", 1, ""),
    ("reader_incomplete", 1, "basic is on its way"),
    ("reader_paused", 1, ""),
    ("reader_collection", 1, "basic for 14 days"),
    ("reader_odd", 1, "basic for 14 days"),
    ("reader_bought", 1, "course for ever"),
    ("reader_guest", 1, "course for ever"),
    ("reader_deleted", 1, "course for ever"),
    ("reader_pending", 1, "course is on its way"),
    ("reader_failed", 1, ""),
    ("reader_given", 1, "basic for 1 days, course for ever"),
    ("reader_both", 2, "basic for 17 days, course for ever"),
    ("reader_other_mode", 1, ""),
];

#[tokio::test]
async fn whoever_had_access_by_a_store_of_v0004_has_it_by_this_one() {
    let (_folder, store) = left_by_v0004();
    let config = TestSite::start().await.config();
    for (reader, epoch, had) in HAD {
        let id = ReaderId::parse(reader).expect("an id");
        let account = store.account(id).await.expect("read").expect("he is there");
        assert_eq!(account.epoch, epoch, "{reader}");
        assert_eq!(has(&account.ledger, &config), had, "{reader}");
    }
}

#[tokio::test]
async fn who_was_signed_in_and_what_was_to_be_done_is_so_after_the_migration() {
    let (_folder, store) = left_by_v0004();
    let active = ReaderId::parse("reader_active").expect("an id");
    for (session, goes_on) in [("session_1", true), ("session_2", false)] {
        let session = SessionId::parse(session).expect("an id");
        let account = store.account_of_session(session.clone(), active.clone()).await;
        assert_eq!(account.expect("read").is_some(), goes_on, "{session}");
    }
    let longest = Duration::from_hours(1);
    let waits = async || {
        let errands = store.errands(longest).await.expect("read");
        errands.into_iter().map(|errand| (errand.whose, errand.attempts)).collect::<Vec<_>>()
    };
    let expected = [("cus_past_due".to_owned(), 2), ("cus_canceling".to_owned(), 0)];
    assert_eq!(waits().await, expected);
    for (event, received) in [("evt_done", Received::Again), ("evt_new", Received::First)] {
        assert_eq!(store.receive(news(event)).await.expect("stored"), received, "{event}");
    }
    let checkout = CheckoutId::parse("cs_begun").expect("an id");
    let begun = store.checkout(checkout).await.expect("read").expect("it was begun");
    assert_eq!(begun.return_to, "/essays/tide");
}

/// In words, by the plans and the policy of every test.
fn has(ledger: &ledger::Ledger, config: &Config) -> String {
    let standing = ledger::standing(ledger, &config.catalog, &config.policy);
    let now = Timestamp::from_unix(START);
    let ends = standing.ends().into_iter().filter(|(plan, _)| standing.covers(plan, now));
    let has = ends.map(|(plan, end)| match end {
        None => format!("{plan} for ever"),
        Some(end) => format!("{plan} for {} days", (end.unix() - START) / DAY),
    });
    let awaits = standing.pending().map(|plan| format!("{plan} is on its way"));
    has.chain(awaits).collect::<Vec<_>>().join(", ")
}

/// A store with the tables of V0004 and rows in each, opened as a program is that was updated.
fn left_by_v0004() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("made");
    let mut connection = Connection::open(data.join("tollhouse.sqlite3")).expect("it opens");
    let runner = embedded::migrations::runner().set_target(Target::Version(4));
    let report = runner.run(&mut connection).expect("the tables of then");
    assert_eq!(report.applied_migrations().len(), 4);
    let rows = include_str!("../fixtures/store/V0004.sql");
    connection.execute_batch(rows).expect("the rows of then");
    drop(connection);
    let settings = Settings { folder: data, mode: Mode::Test, publish: Duration::from_hours(24) };
    let store = Store::new(settings, Clock::by_hand(Timestamp::from_unix(START)));
    store.open().expect("its tables are brought up to date");
    (folder, store)
}

fn news(event: &str) -> News {
    News {
        event: EventId::parse(event).expect("an id"),
        kind: "invoice.paid".to_owned(),
        whose: None,
        mode: Mode::Test,
        happened: None,
        source: Source::Webhook,
    }
}
