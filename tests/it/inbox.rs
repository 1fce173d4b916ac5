//! Whose turn it is: what somebody told us comes before what we look after by ourselves.

use std::time::Duration;

use tollhouse::clock::Clock;
use tollhouse::domain::ids::{EventId, Mode};
use tollhouse::domain::time::Timestamp;
use tollhouse::store::{News, Settings, Source, Store};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn news_do_not_wait_until_a_thousand_periods_are_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::by_hand(Timestamp::from_unix(1_767_225_600));
    let settings = Settings { folder: folder.path().join("data"), mode: Mode::Test, publish: DAY };
    let store = Store::new(settings, clock.clone());
    store.open().expect("it opens");
    for at in 0..1_000 {
        receive(&store, &format!("due_{at}"), Source::Sync).await;
    }
    receive(&store, "refunded", Source::Webhook).await;
    receive(&store, "bought", Source::Webhook).await;
    let next = turns(&store).await;
    assert_eq!(next[..3], ["cus_refunded", "cus_bought", "cus_due_0"]);
    assert!(next.len() < 100, "what arrives meanwhile waits for all of these: {}", next.len());
    // Nor do the others wait for ever.
    clock.advance(DAY);
    receive(&store, "late", Source::Webhook).await;
    assert_eq!(turns(&store).await[..2], ["cus_due_0", "cus_due_1"]);
}

async fn receive(store: &Store, name: &str, source: Source) {
    let news = News {
        event: EventId::parse(&format!("evt_{name}")).expect("an id"),
        kind: "x".to_owned(),
        whose: Some(format!("cus_{name}")),
        mode: Mode::Test,
        happened: None,
        source,
    };
    store.receive(news).await.expect("stored");
}

async fn turns(store: &Store) -> Vec<String> {
    let errands = store.errands(DAY).await.expect("read");
    errands.into_iter().map(|errand| errand.whose).collect()
}
