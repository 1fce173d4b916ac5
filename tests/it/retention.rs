//! What is kept, for how long, and what is never thrown away.

use std::num::NonZeroU16;
use std::time::Duration;

use futures_util::poll;
use rusqlite::Connection;
use tollhouse::clock::Clock;
use tollhouse::domain::device::Device;
use tollhouse::domain::ids::{EventId, Mode, PlanId, ReaderId, SessionId};
use tollhouse::domain::keyring::PUBLISHED_BEFORE;
use tollhouse::domain::retention::Retention;
use tollhouse::domain::time::Timestamp;
use tollhouse::store::{Arrival, Did, News, Received, Settings, Source, Store};

use crate::support::{START, TestSite, until};

const DAY: i64 = 24 * 60 * 60;

/// Longer than any pause between two tries.
const LONGEST: Duration = Duration::from_hours(1);

/// How long ended sessions are published.
const PUBLISHED: Duration = Duration::from_hours(25);

const KEEP: Retention = Retention {
    events: Duration::from_hours(24 * 31),
    audit: Duration::from_hours(24 * 30),
    sign_ins: Duration::from_hours(24),
    checkouts: Duration::from_hours(24 * 3),
    sessions: Duration::from_hours(24 * 187),
};

const EVENT: &str = "INSERT INTO inbox (event, kind, whose, received_at, next_try_at, state)
                     VALUES ('evt_1', 'x', 'cus_1', ?1, 0, 'done')";
const AUDIT: &str = "INSERT INTO audit (at, actor, action, whose, detail)
                     VALUES (?1, 'owner', 'grant', 'reader_1', 'basic')";
const LINK: &str = "INSERT INTO sign_ins (token_hash, email, until_at)
                    VALUES (x'00', 'ann@site.example', ?1)";
const ASK: &str = "INSERT INTO asks (mark_hash, email, return_to, asked_at, until_at)
                   VALUES (x'00', 'ann@site.example', '/', 0, ?1)";
const FAREWELL: &str = "INSERT INTO farewells (reader, asked_at, until_at)
                        VALUES ('reader_1', 0, ?1)";
const CHECKOUT: &str = "INSERT INTO checkouts (id, nonce_hash, price, return_to, created_at)
                        VALUES ('cs_1', x'00', 'price_1', '/', ?1)";
const ENDED: &str = "INSERT INTO sessions (id, reader, created_at, seen_at, ended_at)
                     VALUES ('session_1', 'reader_1', 0, 0, ?1)";
const GAVE_WAY: &str = "INSERT INTO sessions (id, reader, created_at, seen_at, ended_at, ended_by)
                        VALUES ('session_1', 'reader_1', 0, 0, ?1, 'limit')";
const OPEN: &str = "INSERT INTO sessions (id, reader, created_at, seen_at)
                    VALUES ('session_1', 'reader_1', 0, ?1)";

#[tokio::test]
async fn each_kind_is_kept_for_its_time_and_no_longer() {
    check("inbox", EVENT, KEEP.events).await;
    check("audit", AUDIT, KEEP.audit).await;
    check("sign_ins", LINK, KEEP.sign_ins).await;
    check("asks", ASK, KEEP.sign_ins).await;
    check("farewells", FAREWELL, KEEP.sign_ins).await;
    check("checkouts", CHECKOUT, KEEP.checkouts).await;
    check("sessions", ENDED, PUBLISHED).await;
    check("sessions", GAVE_WAY, KEEP.sessions).await;
    check("sessions", OPEN, KEEP.sessions).await;
}

/// A row as old as it may be stays, and is gone a second later.
async fn check(table: &str, insert: &str, kept: Duration) {
    let books = Books::open();
    let file = books.file();
    file.execute(insert, [books.clock.now().minus(kept).unix()]).expect("written");
    let left = || -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        file.query_row(&sql, [], |row| row.get(0)).expect("a number")
    };
    assert_eq!(books.store.sweep(KEEP).await.expect("swept"), 0, "{table}");
    assert_eq!(left(), 1, "{table}");
    books.clock.advance(Duration::from_secs(1));
    assert_eq!(books.store.sweep(KEEP).await.expect("swept"), 1, "{table}");
    assert_eq!(left(), 0, "{table}");
}

#[tokio::test]
async fn a_key_is_kept_until_nothing_that_it_signed_can_be_shown() {
    let books = Books::open();
    let (store, clock) = (&books.store, &books.clock);
    store.signing_keys().await.expect("the first");
    store.announce_key().await.expect("a second");
    let left = async || {
        store.sweep(KEEP).await.expect("swept");
        store.signing_keys().await.expect("read").len()
    };
    clock.advance(PUBLISHED_BEFORE + KEEP.sessions);
    assert_eq!(left().await, 2);
    clock.advance(Duration::from_secs(1));
    assert_eq!(left().await, 1);
    clock.advance(days(3_650));
    assert_eq!(left().await, 1, "one always signs");
}

#[tokio::test]
async fn an_event_that_waits_is_never_thrown_away_and_one_that_was_done_is_known_when_it_comes_again()
 {
    let books = Books::open();
    let (store, clock) = (&books.store, &books.clock);
    let received = async |event| store.receive(news(event, "cus_3")).await.expect("stored");
    store.receive(news("evt_done", "cus_1")).await.expect("stored");
    store.receive(news("evt_waiting", "cus_2")).await.expect("stored");
    // Stripe was down for a day: the event counts from when it was looked after.
    clock.advance(days(1));
    let errand = store.errands(LONGEST).await.expect("read").remove(0);
    store.errand_done(errand, Did::NotOurs).await.expect("written");
    for (later, done) in [(31, Received::Again), (1, Received::First), (3_650, Received::First)] {
        clock.advance(days(later));
        store.sweep(KEEP).await.expect("swept");
        let event = if later == 3_650 { "evt_never_seen" } else { "evt_done" };
        assert_eq!(received(event).await, done, "{later} days later");
        assert_eq!(received("evt_waiting").await, Received::Again, "{later} days later");
    }
}

#[tokio::test]
async fn how_often_an_event_was_tried_in_vain_does_not_grow_for_ever() {
    let books = Books::open();
    let store = &books.store;
    store.receive(news("evt_1", "cus_1")).await.expect("stored");
    for _ in 0..40 {
        books.clock.advance(days(1));
        let errand = store.errands(LONGEST).await.expect("read").remove(0);
        store.errand_failed(errand, "no".to_owned(), LONGEST).await.expect("written");
    }
    store.sweep(KEEP).await.expect("swept");
    let (event, tries) = store.event("evt_1".to_owned()).await.expect("read").expect("it waits");
    assert_eq!((event.attempts, tries.len()), (40, 32), "of today, and of 31 days before");
}

#[tokio::test]
async fn what_somebody_may_read_is_never_thrown_away() {
    let site = TestSite::start().await;
    site.visitor().buy(&site.stripe, "price_course", "/course/1").await;
    let plan = PlanId::parse("basic").expect("a plan");
    let given = site.store().grant("bob@site.example".to_owned(), plan, None).await.expect("given");
    site.settle().await;
    let file = Connection::open(site.path("tollhouse-data/tollhouse.sqlite3")).expect("it opens");
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        file.query_row(&sql, [], |row| row.get(0)).expect("a number")
    };
    let ledger = ["readers", "subjects", "purchases", "purchase_prices", "grants", "signing_keys"];
    let before = ledger.map(count);
    assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
    site.advance_here(days(20 * 365));
    site.store().sweep(KEEP).await.expect("swept");
    assert_eq!(ledger.map(count), before);
    let bob = site.store().account(given).await.expect("read").expect("he is there");
    assert_eq!(bob.ledger.grants.len(), 1);
}

#[tokio::test]
async fn a_session_stays_as_long_as_somebody_comes_by_and_longer_than_its_passes() {
    let books = Books::open();
    let (store, clock) = (&books.store, &books.clock);
    let (reader, session) = books.signed_in().await;
    let goes_on = async || {
        let account = store.account_of_session(session.clone(), reader.clone()).await;
        account.expect("read").is_some()
    };
    for month in 0..24 {
        clock.advance(days(179));
        store.sweep(KEEP).await.expect("swept");
        assert!(goes_on().await, "{month}");
    }
    // Seen within the day after it was noted, it is noted no more; a pass lasts for 180 days.
    clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert!(goes_on().await);
    clock.advance(days(181));
    store.sweep(KEEP).await.expect("swept");
    assert!(goes_on().await);
    clock.advance(days(188));
    assert_eq!(store.sweep(KEEP).await.expect("swept"), 1);
    assert!(!goes_on().await);
}

#[tokio::test]
async fn whoever_wants_something_written_does_not_wait_for_the_sweep() {
    let books = Books::open();
    let rows = 2_000;
    let many = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
         INSERT INTO audit (at, actor, action, whose, detail) SELECT 0, '', '', '', '' FROM n"
    );
    books.file().execute_batch(&many).expect("written");
    let sweep = books.store.sweep(KEEP);
    tokio::pin!(sweep);
    assert!(poll!(sweep.as_mut()).is_pending());
    books.store.receive(news("evt_1", "cus_1")).await.expect("stored");
    assert!(poll!(sweep.as_mut()).is_pending(), "there is more to throw away");
    assert_eq!(sweep.await.expect("swept"), rows);
}

#[tokio::test]
async fn a_site_throws_away_by_itself_what_its_owner_does_not_keep() {
    let keeps = "[retention]\nevents_days = 31\n[plans.basic]";
    let site = TestSite::with(|config| config.replace("[plans.basic]", keeps)).await;
    site.visitor().buy(&site.stripe, "price_course", "/course/1").await;
    site.settle().await;
    let oldest = async || {
        let all = site.store().events(tollhouse::store::Filter::default(), 100).await;
        all.expect("read").into_iter().map(|event| event.received.unix()).min()
    };
    let before = oldest().await.expect("events came");
    assert!(before < START + DAY);
    site.advance(days(30));
    site.settle().await;
    assert_eq!(oldest().await, Some(before));
    site.advance(days(2));
    until(async || {
        // It sweeps every hour; a clock that is moved wakes whoever waits for that.
        site.advance_here(LONGEST);
        oldest().await.is_none_or(|oldest| oldest > before)
    })
    .await;
}

/// A store alone.
struct Books {
    folder: tempfile::TempDir,
    clock: Clock,
    store: Store,
}

impl Books {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::by_hand(Timestamp::from_unix(START));
        let data = folder.path().join("data");
        let settings = Settings { folder: data, mode: Mode::Test, publish: PUBLISHED };
        let store = Store::new(settings, clock.clone());
        store.open().expect("it opens");
        let books = Self { folder, clock, store };
        let reader = "INSERT INTO readers (id, changed_at, created_at) VALUES ('reader_1', 0, 0)";
        books.file().execute_batch(reader).expect("written");
        books
    }

    /// The database, as another program opens it.
    fn file(&self) -> Connection {
        let file = Connection::open(self.folder.path().join("data/tollhouse.sqlite3"));
        file.expect("it opens")
    }

    async fn signed_in(&self) -> (ReaderId, SessionId) {
        let reader = ReaderId::parse("reader_1").expect("an id");
        let session = self.store.begin_session(reader.clone(), arrival()).await.expect("written");
        (reader, session)
    }
}

fn news(event: &str, whose: &str) -> News {
    News {
        event: EventId::parse(event).expect("an id"),
        kind: "x".to_owned(),
        whose: Some(whose.to_owned()),
        mode: Mode::Test,
        happened: Some(Timestamp::from_unix(START)),
        source: Source::Webhook,
    }
}

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

fn arrival() -> Arrival {
    Arrival { device: Device::default(), place: None, before: None, devices: NonZeroU16::MAX }
}
