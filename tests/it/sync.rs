//! What webhooks missed is found out by asking Stripe.

use std::fs;
use std::time::Duration;

use stripe_sandbox::{CancelWhen, Fault, FaultKind, Payer};
use tollhouse::domain::outline::Known;
use tollhouse::store::{Filter, Look, Store};

use crate::support::{TestSite, Visitor, listen_to_log, logged, until};

#[tokio::test]
async fn events_that_were_not_delivered_are_taken_in_within_the_hour() {
    listen_to_log();
    let site = TestSite::start().await;
    let ann = site.visitor();
    // He pays and never comes back; no webhook arrives.
    let till = ann.choose("price_basic", "/essays/tide").await;
    ann.pay(&site.stripe, &till).await;
    assert_eq!(outline(site.store()).await, Known::default());
    site.advance(Duration::from_hours(1));
    until(async || outline(site.store()).await.subscriptions.len() == 1).await;
    let found = site.store().events(Filter::default(), 100).await.expect("read");
    assert!(!found.is_empty() && found.iter().all(|event| event.source == "sync"), "{found:?}");
    // That it looked is noted when all is taken in.
    let looked = async || site.store().last_look(Look::Undelivered).await.expect("read");
    until(async || looked().await.is_some_and(|look| look.at == site.now())).await;
    assert_eq!(looked().await.expect("looked").found_in_a_row, 1);
    // The owner is told where nothing arrives.
    let told = logged(&site.url("/_tollhouse/stripe/webhook"));
    assert!(told.iter().any(|line| line.contains("could not deliver")), "{told:?}");
    // What was delivered after all is not taken in twice.
    let count = found.len();
    site.deliver_webhooks().await;
    assert_eq!(site.store().events(Filter::default(), 100).await.expect("read").len(), count);
}

#[tokio::test]
async fn a_look_that_fails_is_no_look() {
    let site = TestSite::start().await;
    let began = site.now();
    let last =
        async || site.store().last_look(Look::Undelivered).await.expect("read").expect("looked").at;
    let calls = || site.stripe.requests().iter().filter(|it| it.path == "/v1/events").count();
    let before = calls();
    // More than one call's own tries.
    site.stripe.fail_next(Fault::next(50, FaultKind::ServerError).only("GET", "/v1/events"));
    site.advance(Duration::from_hours(1));
    until(async || calls() > before).await;
    assert_eq!(last().await, began);
    site.stripe.clear_faults();
    until(async || {
        site.advance(Duration::from_mins(5));
        last().await > began
    })
    .await;
}

#[tokio::test]
async fn whoever_is_not_here_as_at_stripe_is_found_once_and_put_right() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.stripe
        .sell_elsewhere("price_course", &Payer::with_good_card("bob@site.example"))
        .await
        .expect("sold");
    site.stripe
        .sell_elsewhere("price_of_another_shop", &Payer::with_good_card("cat@site.example"))
        .await
        .expect("sold");
    let subscription = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&subscription, CancelWhen::Now));
    let (store, billing) = site.beside().await;
    let compared = billing.compare().await.expect("compared");
    let found: Vec<_> = compared
        .differences
        .iter()
        .map(|one| (one.prices[0].as_str(), one.here.is_some(), one.there.is_some()))
        .collect();
    assert_eq!(found, [("price_basic", true, true), ("price_course", false, true)]);
    billing.mend(compared).await.expect("noted");
    billing.run_errands(&|| {}).await.expect("run");
    assert_eq!(billing.compare().await.expect("compared").differences, []);
    assert_eq!(outline(&store).await.purchases.len(), 1);
    until(async || ann.open("/essays/tide").await.shows() == "the offer").await;
    let audit = audited(&site);
    assert_eq!(audit.len(), 2, "{audit:?}");
    assert!(
        audit[0].contains(&subscription) && audit[0].contains("at Stripe canceled"),
        "{audit:?}"
    );
}

#[tokio::test]
async fn everything_is_compared_every_night() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.deliver_webhooks().await;
    inbox_is_empty(&site).await;
    let subscription = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&subscription, CancelWhen::Now));
    site.stripe.drop_held();
    // Stripe does not tell of its events: only the comparison can.
    site.stripe.fail_next(Fault::next(1_000, FaultKind::ServerError).only("GET", "/v1/events"));
    site.advance(Duration::from_hours(3));
    until(async || ann.open("/essays/tide").await.shows() == "the offer").await;
    let look = site.store().last_look(Look::Comparison).await.expect("read").expect("looked");
    assert_eq!(look.at, site.now());
    assert_eq!(audited(&site).len(), 1);
}

#[tokio::test]
async fn the_command_shows_what_differs_and_puts_it_right_beside_a_running_server() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let subscription = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&subscription, CancelWhen::Now));
    let (dry, json) = site.command(&["sync", "--dry-run", "--json"]).await;
    assert_eq!(dry.status.code(), Some(1), "{dry:?}");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let difference = &json["differences"][0];
    assert_eq!(difference["object"], subscription.as_str());
    assert_eq!(difference["plan"], "basic");
    let at_stripe = difference["at_stripe"].as_str().expect("words");
    assert!(at_stripe.starts_with("canceled, price_basic to "), "{at_stripe}");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page", "nothing was changed");
    site.stripe.fail_next(Fault::next(50, FaultKind::ServerError).only("GET", "/v1/customers"));
    let (failed, table) = site.command(&["sync"]).await;
    assert_eq!(failed.status.code(), Some(1), "{failed:?}");
    assert!(table.contains("Stripe cannot be reached"), "{table}");
    site.stripe.clear_faults();
    let (done, table) = site.command(&["sync"]).await;
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(done.stderr.is_empty(), "no progress in a pipe: {done:?}");
    assert!(table.contains("what was done") && table.contains(" to nothing"), "{table}");
    until(async || ann.open("/essays/tide").await.shows() == "the offer").await;
    let (again, _) = site.command(&["sync", "--dry-run"]).await;
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let (unasked, _) = site.command(&["sync", "--rebuild"]).await;
    assert_eq!(unasked.status.code(), Some(1), "there is nobody to ask: {unasked:?}");
    let (rebuilt, told) = site.command(&["sync", "--rebuild", "--yes", "--json"]).await;
    assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told, serde_json::json!({ "subjects": 1, "changed": 0, "failed": 0 }));
}

#[tokio::test]
async fn the_command_shows_events_and_has_one_looked_after_again() {
    let site = TestSite::start().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.deliver_webhooks().await;
    inbox_is_empty(&site).await;
    let arguments = ["events", "list", "--type", "checkout.session.*", "--state", "done", "--json"];
    let (_, told) = site.command(&arguments).await;
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let event = told[0]["event"].as_str().expect("one event");
    assert_eq!(told[0]["type"], "checkout.session.completed");
    let (_, table) = site.command(&["events", "list", "--limit", "1"]).await;
    assert_eq!(table.trim().lines().count(), 2, "a head and a row: {table}");
    let (_, shown) = site.command(&["events", "show", event]).await;
    assert!(shown.contains("what it did  nothing new for reader_"), "{shown}");
    let tries = |shown: &str| shown.lines().filter(|line| line.starts_with("tried ")).count();
    assert_eq!(tries(&shown), 1, "{shown}");
    let (replayed, said) = site.command(&["events", "replay", event]).await;
    assert!(said.contains("was looked after once more"), "{replayed:?}");
    let (_, shown) = site.command(&["events", "show", event]).await;
    assert_eq!(tries(&shown), 2, "{shown}");
    //      arguments                                  exit code
    for (arguments, code) in [
        (["events", "show", "evt_that_never_was"].as_slice(), 1),
        (&["events", "replay", "evt_that_never_was"], 1),
        (&["events", "list", "--state", "lost"], 2),
        (&["events", "list", "--since", "yesterday"], 2),
        (&["events", "list", "--since", "1d"], 0),
        (&["sync", "--yes"], 2),
        (&["sync", "--rebuild", "--dry-run"], 2),
    ] {
        let (output, _) = site.command(arguments).await;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    }
}

#[tokio::test]
async fn a_lost_ledger_is_restored_from_stripe_alone() {
    let mut site = TestSite::start().await;
    // A stranger; somebody without a customer; somebody who was known before he bought; and a
    // subscription that has ended.
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let guest = Payer::with_good_card("bob@site.example");
    site.stripe.sell_elsewhere("price_course", &guest).await.expect("sold");
    let known = signed_in(&site, "cat@site.example").await;
    known.buy(&site.stripe, "price_course", "/course/1").await;
    known.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let ended = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&ended, CancelWhen::Now));
    site.deliver_webhooks().await;
    inbox_is_empty(&site).await;
    let before = outline(site.store()).await;
    assert_eq!((before.subscriptions.len(), before.purchases.len()), (2, 2));
    site.stop().await;
    for file in ["tollhouse.sqlite3", "tollhouse.sqlite3-wal", "tollhouse.sqlite3-shm"] {
        // Where the last connection was closed, only the first of them is left.
        let _ = fs::remove_file(site.path("tollhouse-data").join(file));
    }
    let (store, billing) = site.beside().await;
    assert_eq!(outline(&store).await, Known::default());
    // Cut off in the middle, and run again.
    let everybody = billing.everybody().await.expect("told");
    let half = everybody[..1].to_vec();
    billing.rebuild(half, &|| {}).await.expect("rebuilt");
    let rebuilt = billing.rebuild(everybody, &|| {}).await.expect("rebuilt");
    assert_eq!(rebuilt.failed, []);
    let after = outline(&store).await;
    assert_eq!(without_readers(&after), without_readers(&before));
    // Whoever was known when he bought has his old name again.
    let named: Vec<_> = before.purchases.values().map(|(reader, _)| reader).collect();
    let again: Vec<_> = after.purchases.values().map(|(reader, _)| reader).collect();
    assert!(named.iter().any(|reader| again.contains(reader)), "{named:?} {again:?}");
    assert_eq!(billing.compare().await.expect("compared").differences, []);
    let everybody = billing.everybody().await.expect("told");
    let again = billing.rebuild(everybody, &|| {}).await.expect("rebuilt");
    assert_eq!(again.changed, [], "a second time");
    // The keys survived: whoever was here before reads on by the pass that he has.
    site.start_again().await;
    assert_eq!(known.open("/course/1").await.shows(), "the page");
}

async fn signed_in(site: &TestSite, email: &str) -> Visitor {
    let visitor = site.visitor();
    visitor.submit(&site.link(email).await, &[]).await.goes_to();
    visitor
}

/// What was delivered has been looked after: it cannot find out what happens from now on.
async fn inbox_is_empty(site: &TestSite) {
    let longest = Duration::from_hours(24);
    until(async || site.store().errands(longest).await.expect("read").is_empty()).await;
}

async fn outline(store: &Store) -> Known {
    store.outline().await.expect("read")
}

fn without_readers(known: &Known) -> (Vec<String>, Vec<String>) {
    let subscriptions = known.subscriptions.values().map(|(_, one)| format!("{one:?}")).collect();
    let purchases =
        known.purchases.iter().map(|(id, (_, due))| format!("{} {due}", id.as_str())).collect();
    (subscriptions, purchases)
}

/// What reconciliation has written into the audit.
fn audited(site: &TestSite) -> Vec<String> {
    let file = site.path("tollhouse-data").join("tollhouse.sqlite3");
    let connection = rusqlite::Connection::open(file).expect("it opens");
    let sql = "SELECT detail FROM audit WHERE action = 'found by reconciliation' ORDER BY id";
    let mut audit = connection.prepare(sql).expect("a question");
    let lines = audit.query_map([], |row| row.get(0)).expect("an answer");
    lines.collect::<Result<_, _>>().expect("lines")
}
