//! The store: what was fetched later wins, what is written once stays once.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::Duration;

use serde_json::json;
use tollhouse::clock::Clock;
use tollhouse::crypto::SigningKey;
use tollhouse::domain::ids::{CustomerId, EventId, Mode, PlanId, PriceId, Subject, SubscriptionId};
use tollhouse::domain::ledger::{
    Buyer, Claim, Claims, Collection, Entitlement, Item, Owed, PayAddress, Purchase, PurchaseState,
    Receipt, Status, Subscription,
};
use tollhouse::domain::plan::Feature;
use tollhouse::domain::time::Timestamp;
use tollhouse::store::{Did, KeptKey, Look, News, Received, Record, Settings, Source, Store};

/// Longer than any pause between two tries.
const LONGEST: Duration = Duration::from_hours(1);

#[tokio::test]
async fn an_older_fetch_never_overwrites_a_newer_one() {
    let (_folder, store) = store();
    let older = store.begin_fetch().await.expect("a ticket");
    let newer = store.begin_fetch().await.expect("a ticket");
    let active = store.record(record("active"), newer).await.expect("written").expect("ours");
    assert!(active.changed);
    let late = store.record(record("canceled"), older).await.expect("written").expect("ours");
    assert!(!late.changed);
    let account = store.account(active.reader).await.expect("read").expect("a reader");
    assert_eq!(account.ledger.subscriptions[0].status, Status::Active);
}

#[tokio::test]
async fn the_same_again_changes_nothing() {
    let (_folder, store) = store();
    for round in 0..3 {
        let ticket = store.begin_fetch().await.expect("a ticket");
        let recorded =
            store.record(record("active"), ticket).await.expect("written").expect("ours");
        assert_eq!(recorded.changed, round == 0);
        let account = store.account(recorded.reader).await.expect("read").expect("a reader");
        assert_eq!(account.epoch, 1);
    }
}

#[tokio::test]
async fn somebody_who_bought_nothing_here_does_not_become_a_reader() {
    let (_folder, store) = store();
    let ticket = store.begin_fetch().await.expect("a ticket");
    let foreign = Record { of_ours: false, ..record("active") };
    assert_eq!(store.record(foreign, ticket).await.expect("written"), None);
}

#[tokio::test]
async fn what_stripe_says_of_somebody_is_read_as_it_was_written() {
    let (_folder, store) = store();
    let claims: Claims = [Claim::Disputed, Claim::FraudWarning].into_iter().collect();
    let owed = |since: i64, pay_at: Option<&str>| {
        let since = Timestamp::from_unix(since);
        Some(Owed { since, pay_at: pay_at.and_then(PayAddress::parse) })
    };
    let buyer = || Buyer::Customer(CustomerId::parse("cus_1").expect("an id"));
    let purchase = |id: &str, state| Purchase {
        receipt: Receipt::parse(id).expect("an id"),
        buyer: buyer(),
        payment: None,
        prices: vec![PriceId::parse("price_course").expect("an id")],
        state,
    };
    let rows = [
        (Collection::Runs, None, Claims::none()),
        (Collection::PausedAfterPayment, owed(0, None), claims.clone()),
        (Collection::PausedUnpaid, owed(7, Some("https://pay.example/")), claims.clone()),
    ];
    for (collection, owed, claims) in rows {
        let mut written = record("active");
        let subscription = &mut written.subscriptions[0];
        subscription.collection = collection;
        subscription.owed = owed;
        subscription.items[0].claims = claims.clone();
        written.purchases = vec![
            purchase("cs_1", PurchaseState::Paid(claims.clone())),
            purchase("cs_2", PurchaseState::Pending),
            purchase("cs_3", PurchaseState::Failed),
            purchase("in_1", PurchaseState::PAID),
        ];
        written.entitlements = vec![Feature::parse("long reads").expect("a key")];
        let ticket = store.begin_fetch().await.expect("a ticket");
        let recorded = store.record(written.clone(), ticket).await.expect("written");
        let reader = recorded.expect("a reader").reader;
        let ledger = store.account(reader.clone()).await.expect("read").expect("a reader").ledger;
        assert_eq!(ledger.subscriptions, written.subscriptions);
        assert_eq!(ledger.purchases, written.purchases);
        let feature = written.entitlements[0].clone();
        let customer = CustomerId::parse("cus_1").expect("an id");
        assert_eq!(ledger.entitlements, [Entitlement { customer, feature }]);
    }
}

#[tokio::test]
async fn of_a_deleted_customer_the_purchases_stay_and_all_else_goes() {
    let (_folder, store) = store();
    let mut bought = record("active");
    bought.purchases = vec![Purchase {
        receipt: Receipt::parse("cs_1").expect("an id"),
        buyer: Buyer::Customer(CustomerId::parse("cus_1").expect("an id")),
        payment: None,
        prices: vec![PriceId::parse("price_course").expect("an id")],
        state: PurchaseState::PAID,
    }];
    bought.entitlements = vec![Feature::parse("long_reads").expect("a key")];
    let gone = Record { subscriptions: Vec::new(), deleted: true, ..record("active") };
    for (written, buyer, subscriptions) in
        [(bought.clone(), bought.purchases[0].buyer.clone(), 1), (gone, Buyer::Deleted, 0)]
    {
        let ticket = store.begin_fetch().await.expect("a ticket");
        let recorded = store.record(written, ticket).await.expect("written").expect("a reader");
        let account = store.account(recorded.reader).await.expect("read").expect("a reader");
        let ledger = account.ledger;
        assert_eq!(ledger.purchases[0].buyer, buyer);
        assert_eq!(ledger.subscriptions.len(), subscriptions);
        assert_eq!(ledger.entitlements.len(), subscriptions);
    }
}

#[tokio::test]
async fn an_event_is_stored_once_however_often_and_at_once_it_comes() {
    let (_folder, store) = store();
    let news = news("evt_1", "cus_1");
    let deliveries = (0..20).map(|_| store.receive(news.clone()));
    let received = futures_util::future::join_all(deliveries).await;
    let first = received.into_iter().filter(|one| matches!(one, Ok(Received::First))).count();
    assert_eq!(first, 1);
    assert_eq!(store.errands(LONGEST).await.expect("read").len(), 1);
}

#[tokio::test]
async fn events_of_one_customer_are_one_errand_and_later_ones_another() {
    let (_folder, store) = store();
    let receive = async |event: &str, whose: &str| {
        store.receive(news(event, whose)).await.expect("stored");
    };
    receive("evt_1", "cus_1").await;
    receive("evt_2", "cus_2").await;
    receive("evt_3", "cus_1").await;
    let errands = store.errands(LONGEST).await.expect("read");
    let whose: Vec<&str> = errands.iter().map(|errand| errand.whose.as_str()).collect();
    assert_eq!(whose, ["cus_1", "cus_2"]);
    receive("evt_4", "cus_1").await;
    for errand in errands {
        store.errand_done(errand, Did::NotOurs).await.expect("written");
    }
    let left = store.errands(LONGEST).await.expect("read");
    assert_eq!(left.len(), 1, "what arrived meanwhile is still to be done");
}

#[tokio::test]
async fn an_errand_that_failed_waits_for_its_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::by_hand(Timestamp::from_unix(0));
    let store = open(&folder, &clock);
    let news = news("evt_1", "cus_1");
    store.receive(news).await.expect("stored");
    let errand = store.errands(LONGEST).await.expect("read").remove(0);
    let pause = Duration::from_secs(2);
    store.errand_failed(errand, "Stripe is down".to_owned(), pause).await.expect("written");
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.errands(LONGEST).await.expect("read"), []);
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.errands(LONGEST).await.expect("read")[0].attempts, 1);
}

/// By the key of one mode, Stripe knows nothing of the other mode's customers: not even that they
/// are gone.
#[tokio::test]
async fn the_other_modes_readers_and_errands_wait_until_its_key_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::by_hand(Timestamp::from_unix(0));
    let test = open(&folder, &clock);
    let ticket = test.begin_fetch().await.expect("a ticket");
    let ann = test.record(record("active"), ticket).await.expect("written").expect("ours").reader;
    let news = news("evt_1", "cus_1");
    test.receive(news).await.expect("stored");
    let live = open_in(Mode::Live, &folder, &clock);
    assert_eq!(live.errands(LONGEST).await.expect("read"), []);
    let ticket = live.begin_fetch().await.expect("a ticket");
    let gone = Record { subscriptions: Vec::new(), deleted: true, ..record("active") };
    assert_eq!(live.record(gone, ticket).await.expect("written"), None);
    assert_eq!(test.errands(LONGEST).await.expect("read").len(), 1);
    let account = test.account(ann).await.expect("read").expect("a reader");
    assert_eq!(account.ledger.subscriptions.len(), 1);
}

#[tokio::test]
async fn an_errand_that_was_put_off_under_a_wrong_clock_is_due() {
    let folder = tempfile::tempdir().expect("a folder");
    let ahead = open(&folder, &Clock::by_hand(Timestamp::from_unix(9_000_000)));
    let news = news("evt_1", "cus_1");
    ahead.receive(news).await.expect("stored");
    let right = open(&folder, &Clock::by_hand(Timestamp::from_unix(1_000)));
    assert_eq!(right.errands(LONGEST).await.expect("read").len(), 1);
}

#[tokio::test]
async fn an_event_of_the_other_mode_counts_as_new_when_its_key_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::by_hand(Timestamp::from_unix(0));
    let live = open_in(Mode::Live, &folder, &clock);
    let receive =
        async |store: &Store| store.receive(news("evt_1", "cus_1")).await.expect("stored");
    assert_eq!(receive(&live).await, Received::First);
    assert_eq!(receive(&live).await, Received::Again);
    assert_eq!(live.errands(LONGEST).await.expect("read"), []);
    let test = open(&folder, &clock);
    assert_eq!(test.errands(LONGEST).await.expect("read"), [], "it was acknowledged");
    assert_eq!(receive(&test).await, Received::First);
    assert_eq!(receive(&test).await, Received::Again);
    assert_eq!(test.errands(LONGEST).await.expect("read").len(), 1);
}

#[tokio::test]
async fn looks_that_found_something_are_counted_until_one_finds_nothing() {
    let (_folder, store) = store();
    let mut counted = Vec::new();
    for found in [true, true, false, false, true] {
        let at = Timestamp::from_unix(0);
        counted.push(store.looked(Look::Undelivered, at, found).await.expect("written"));
    }
    assert_eq!(counted, [1, 2, 0, 0, 1]);
    assert_eq!(store.last_look(Look::Comparison).await.expect("read"), None);
}

#[tokio::test]
async fn an_errand_that_turns_out_to_be_anothers_waits_with_his() {
    let (_folder, store) = store();
    for (event, whose) in [("evt_1", "pi_1"), ("evt_2", "cus_1")] {
        store.receive(news(event, whose)).await.expect("stored");
    }
    let payment = store.errands(LONGEST).await.expect("read").remove(0);
    let customer = CustomerId::parse("cus_1").expect("an id");
    store.errand_is_of(payment, Subject::Customer(customer)).await.expect("written");
    let errands = store.errands(LONGEST).await.expect("read");
    assert_eq!(errands.iter().map(|one| one.whose.as_str()).collect::<Vec<_>>(), ["cus_1"]);
}

#[tokio::test]
async fn a_change_is_published_at_once() {
    let (_folder, store) = store();
    let ticket = store.begin_fetch().await.expect("a ticket");
    let recorded = store.record(record("active"), ticket).await.expect("written").expect("ours");
    let change = store.recent().of(&recorded.reader).expect("published");
    assert_eq!(change.epoch, 1);
    assert_eq!(change.ledger.subscriptions.len(), 1);
}

/// What waits in line is committed together; whoever is told may count on everything.
#[tokio::test]
async fn changes_that_are_written_together_are_published_before_anybody_is_told() {
    let (_folder, store) = store();
    let grants = (0..50).map(async |turn| {
        let plan = PlanId::parse("basic").expect("an id");
        let reader = store.grant(format!("reader{turn}@site.example"), plan, None).await;
        let reader = reader.expect("written");
        let change = store.recent().of(&reader).expect("published");
        assert_eq!(change.ledger.grants.len(), 1);
        let account = store.account(reader).await.expect("read").expect("a reader");
        assert_eq!(account.epoch, change.epoch);
    });
    futures_util::future::join_all(grants).await;
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_does_not_keep_others_from_it() {
    let (folder, store) = store();
    let other = rusqlite::Connection::open(folder.path().join("data/tollhouse.sqlite3"));
    let refuses = "CREATE TRIGGER refuses AFTER INSERT ON inbox WHEN new.event = 'evt_7'
                   BEGIN SELECT RAISE (ABORT, 'not this one'); END";
    other.expect("it opens").execute_batch(refuses).expect("made");
    let receive = async |turn| store.receive(news(&format!("evt_{turn}"), "cus_1")).await;
    let received = futures_util::future::join_all((0..20).map(receive)).await;
    for (turn, received) in received.iter().enumerate() {
        assert_eq!(matches!(received, Ok(Received::First)), turn != 7, "{turn}: {received:?}");
    }
    let again = futures_util::future::join_all((0..20).map(receive)).await;
    let known = again.iter().filter(|one| matches!(one, Ok(Received::Again))).count();
    assert_eq!(known, 19);
}

/// SQLite's locks on a file are the process's: closing any other descriptor of the file would
/// give them up, and the next program that looks into it would take our log away.
#[tokio::test]
async fn the_database_is_locked_while_it_is_open() {
    let (folder, store) = store();
    store.begin_fetch().await.expect("a ticket");
    let is_locked = || {
        let file = folder.path().join("data/tollhouse.sqlite3");
        let inode = std::fs::metadata(file).expect("a file").ino().to_string();
        let locks = std::fs::read_to_string("/proc/locks").expect("Linux tells");
        // `1: POSIX  ADVISORY  READ  4711 08:01:INODE 1073741826 1073742335`
        locks.split_whitespace().any(|word| word.rsplit(':').next() == Some(&inode))
    };
    assert!(is_locked(), "a new file");
    drop(store);
    assert!(!is_locked(), "it is closed");
    let store = open(&folder, &Clock::by_hand(Timestamp::from_unix(0)));
    store.begin_fetch().await.expect("a ticket");
    assert!(is_locked(), "a file that was there");
}

#[tokio::test]
async fn the_files_are_for_nobody_but_us() {
    let (folder, store) = store();
    store.signing_keys().await.expect("a key");
    let mode =
        |path: &std::path::Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    let data = folder.path().join("data");
    assert_eq!(mode(&data), 0o700);
    for entry in data.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn keys_stay_the_same_and_are_mirrored() {
    let (_folder, store) = store();
    let first = store.signing_keys().await.expect("a key");
    let again = store.signing_keys().await.expect("a key");
    assert_eq!(first[0].key.id(), again[0].key.id());
    store.mirror_keys(&first).expect("written");
    assert_eq!(store.mirrored_keys().expect("read")[0].key.id(), first[0].key.id());
}

#[tokio::test]
async fn no_mirror_of_revoked_keys_outlives_a_power_cut() {
    let (folder, store) = store();
    store.mirror_keys(&store.signing_keys().await.expect("a key")).expect("written");
    store.revoke_keys().await.expect("written");
    // Whoever revoked is gone before he could write the new mirror.
    let why = store.mirrored_keys().expect_err("there is none");
    assert_eq!(why.kind(), std::io::ErrorKind::NotFound);
    // What cannot be taken away keeps the keys as they are: nobody is told that it was done.
    let mirror = folder.path().join("data/keys.json");
    std::fs::create_dir_all(mirror.join("x")).expect("in its place");
    let before = store.signing_keys().await.expect("read")[0].key.id();
    let problem = store.revoke_keys().await.expect_err("it cannot be").to_string();
    assert!(problem.contains("keys.json") && problem.contains("nothing was changed"), "{problem}");
    assert_eq!(store.signing_keys().await.expect("read")[0].key.id(), before);
}

#[tokio::test]
async fn no_draft_of_the_mirror_stays() {
    let (folder, store) = store();
    let keys = store.signing_keys().await.expect("a key");
    let left = folder.path().join("data/keys.json.of-a-program-that-was-killed");
    std::fs::write(&left, "[]").expect("written");
    store.mirror_keys(&keys).expect("written");
    let names = folder.path().join("data").read_dir().expect("a folder");
    let names =
        names.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
    let mirrors: Vec<_> = names.filter(|name| name.starts_with("keys")).collect();
    assert_eq!(mirrors, ["keys.json"]);
}

#[tokio::test]
async fn a_mirror_of_a_version_whose_keys_never_changed_is_taken_over_in_its_order() {
    let (folder, store) = store();
    let keys = [SigningKey::generate(), SigningKey::generate()];
    let mirror: Vec<_> = keys.iter().map(|key| json!({ "pkcs8": key.pkcs8() })).collect();
    let file = folder.path().join("data/keys.json");
    std::fs::write(file, json!(mirror).to_string()).expect("written");
    let read = store.signing_keys().await.expect("taken over");
    let ids = |keys: &[KeptKey]| keys.iter().map(|kept| kept.key.id()).collect::<Vec<_>>();
    assert_eq!(ids(&read), keys.map(|key| key.id()));
    assert_eq!(ids(&store.signing_keys().await.expect("read")), ids(&read));
}

fn news(event: &str, whose: &str) -> News {
    News {
        event: EventId::parse(event).expect("an id"),
        kind: "x".to_owned(),
        whose: Some(whose.to_owned()),
        mode: Mode::Test,
        happened: Some(Timestamp::from_unix(0)),
        source: Source::Webhook,
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder, &Clock::by_hand(Timestamp::from_unix(0)));
    (folder, store)
}

fn open(folder: &tempfile::TempDir, clock: &Clock) -> Store {
    open_in(Mode::Test, folder, clock)
}

fn open_in(mode: Mode, folder: &tempfile::TempDir, clock: &Clock) -> Store {
    let settings =
        Settings { folder: folder.path().join("data"), mode, publish: Duration::from_hours(24) };
    let store = Store::new(settings, clock.clone());
    store.open().expect("it opens");
    store
}

fn record(status: &str) -> Record {
    let customer = CustomerId::parse("cus_1").expect("an id");
    let item = Item {
        price: PriceId::parse("price_basic").expect("an id"),
        period_start: Timestamp::from_unix(0),
        period_end: Timestamp::from_unix(1_000),
        claims: Claims::none(),
    };
    Record {
        subject: Subject::Customer(customer.clone()),
        email: None,
        buyer: None,
        subscriptions: vec![Subscription {
            id: SubscriptionId::parse("sub_1").expect("an id"),
            customer,
            status: Status::parse(status),
            items: vec![item],
            ends_at: None,
            collection: Collection::Runs,
            owed: None,
        }],
        purchases: Vec::new(),
        entitlements: Vec::new(),
        deleted: false,
        of_ours: true,
    }
}
