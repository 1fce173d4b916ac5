//! What came, what it did, and why.

use std::time::Duration;

use stripe_sandbox::{Fault, FaultKind, Payer};
use tollhouse::billing::Replayed;
use tollhouse::store::{Entry, Filter, State};

use crate::support::{TestSite, until};

#[tokio::test]
async fn an_event_tells_what_it_did() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    ann.pay(&site.stripe, &till).await;
    let shoes = Payer::with_good_card("bob@site.example");
    site.stripe.sell_elsewhere("price_of_another_shop", &shoes).await.expect("sold");
    site.deliver_webhooks().await;
    until(async || listed(&site, Some(State::Waiting)).await.is_empty()).await;
    let done = listed(&site, Some(State::Done)).await;
    let of = |did: &str| done.iter().filter(|event| event.did.as_deref() == Some(did)).count();
    assert!(of("changed") > 0 && of("not_ours") > 0, "{done:?}");
    assert_eq!(of("changed") + of("nothing_new") + of("not_ours"), done.len(), "{done:?}");
    let changed = done.iter().find(|event| event.did.as_deref() == Some("changed"));
    let changed = changed.expect("one has");
    assert_eq!(changed.had.as_deref(), Some("nothing"));
    assert!(changed.has.as_deref().is_some_and(|has| has.starts_with("basic until ")));
    let reader = changed.reader.clone();
    let his = Filter { reader, kind: Some("customer.*".to_owned()), ..Filter::default() };
    let his = site.store().events(his, 100).await.expect("read");
    assert!(!his.is_empty() && his.iter().all(|event| event.kind.starts_with("customer.")));
}

#[tokio::test]
async fn a_try_that_failed_is_remembered_beside_the_one_that_worked() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    ann.pay(&site.stripe, &till).await;
    site.stripe.fail_next(Fault::next(50, FaultKind::ServerError).only("GET", "/v1/customers"));
    site.deliver_webhooks().await;
    let failed = async || {
        listed(&site, Some(State::Waiting)).await.into_iter().find(|it| it.last_error.is_some())
    };
    until(async || failed().await.is_some()).await;
    let event = failed().await.expect("one has").event;
    site.stripe.clear_faults();
    let shown = async || site.store().event(event.clone()).await.expect("read").expect("here");
    until(async || {
        site.advance(Duration::from_secs(4));
        shown().await.0.state == "done"
    })
    .await;
    let (entry, tries) = shown().await;
    assert_eq!(entry.last_error, None);
    assert!(tries.len() > 1 && tries[0].result.contains("Stripe cannot be reached"), "{tries:?}");
    assert_eq!(tries.last().map(|one| Some(one.result.clone())), Some(entry.did));
}

#[tokio::test]
async fn an_event_is_looked_after_again_when_the_owner_says_so() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    ann.pay(&site.stripe, &till).await;
    let events = site.stripe.events();
    let id = |kind: &str| {
        let event = events.iter().find(|event| event["type"] == kind).expect("an event");
        event["id"].as_str().expect("an id").to_owned()
    };
    let (store, billing) = site.beside().await;
    let replay = async |event: &str| billing.replay(event).await.expect("replayed");
    let paid = id("invoice.paid");
    assert_eq!(replay(&paid).await, Replayed::Fetched, "no webhook has come");
    let entry = store.event(paid.clone()).await.expect("read").expect("here").0;
    assert_eq!((entry.did.as_deref(), &*entry.source), (Some("changed"), "replay"));
    assert_eq!(replay(&paid).await, Replayed::Done);
    let (entry, tries) = store.event(paid).await.expect("read").expect("here");
    assert_eq!((entry.did.as_deref(), tries.len()), (Some("nothing_new"), 2));
    assert_eq!(replay("evt_that_never_was").await, Replayed::Unknown);
    assert_eq!(replay("no event").await, Replayed::Unknown);
}

#[tokio::test]
async fn one_whom_stripe_does_not_answer_for_keeps_nobody_else_waiting() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let bob = site.visitor();
    for visitor in [&ann, &bob] {
        let till = visitor.choose("price_basic", "/essays/tide").await;
        visitor.pay(&site.stripe, &till).await;
    }
    let customers = site.stripe.customers();
    let first = customers[0]["id"].as_str().expect("an id");
    let hung = format!("/v1/customers/{first}");
    site.stripe.fail_next(Fault::next(50, FaultKind::Hang).only("GET", &hung));
    site.deliver_webhooks().await;
    let here = async || site.store().outline().await.expect("read").subscriptions.len();
    site.stripe.until_hanging(1).await;
    until(async || here().await == 1).await;
    site.stripe.clear_faults();
    site.stripe.release_hung();
    until(async || {
        site.advance(Duration::from_secs(4));
        here().await == 2
    })
    .await;
}

async fn listed(site: &TestSite, state: Option<State>) -> Vec<Entry> {
    let filter = Filter { state, ..Filter::default() };
    site.store().events(filter, 1_000).await.expect("read")
}
