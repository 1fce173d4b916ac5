//! What Stripe may send, and what comes of it.

use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use stripe_sandbox::{Fault, FaultKind, RecordedRequest};
use tollhouse::store::Filter;

use crate::support::{TestSite, WEBHOOK_SECRET, until};

#[tokio::test]
async fn only_what_stripe_has_signed_is_taken() {
    let site = TestSite::start().await;
    let now = site.now().unix();
    let body = r#"{"id":"evt_1","object":"event","type":"x","livemode":false,"created":1,"data":{"object":{}}}"#;
    let good = signature(WEBHOOK_SECRET, now, body);
    let sent =
        async |signature: &str, body: &str| send(&site, Some(signature), body.to_owned()).await;
    assert_eq!(sent(&good, body).await, 200);
    assert_eq!(sent(&good, body).await, 200, "again");
    assert_eq!(sent(&signature("whsec_other", now, body), body).await, 400);
    assert_eq!(sent(&signature("", now, body), body).await, 400);
    assert_eq!(sent(&signature(WEBHOOK_SECRET, now - 301, body), body).await, 400);
    assert_eq!(sent(&signature(WEBHOOK_SECRET, now - 300, body), body).await, 200);
    assert_eq!(sent(&good, &body.replace("evt_1", "evt_2")).await, 400);
    assert_eq!(send(&site, None, body.to_owned()).await, 400);
    assert_eq!(sent(&signature(WEBHOOK_SECRET, now, "{"), "{").await, 400);
    let large = format!(r#"{{"x":"{}"}}"#, "a".repeat(1024 * 1024));
    assert_eq!(sent(&signature(WEBHOOK_SECRET, now, &large), &large).await, 413);
}

#[tokio::test]
async fn an_event_of_the_other_mode_is_acknowledged_and_only_noted() {
    let site = TestSite::start().await;
    let body = r#"{"id":"evt_live","object":"event","type":"customer.updated","livemode":true,"created":1,"data":{"object":{"id":"cus_1","object":"customer"}}}"#;
    let signature = signature(WEBHOOK_SECRET, site.now().unix(), body);
    assert_eq!(send(&site, Some(&signature), body.to_owned()).await, 200);
    let noted = site.store().event("evt_live".to_owned()).await.expect("read").expect("noted").0;
    assert_eq!((noted.state.as_str(), noted.did.as_deref()), ("dropped", Some("other_mode")));
}

#[tokio::test]
async fn one_event_that_comes_ten_times_at_once_is_looked_after_once() {
    let site = TestSite::start().await;
    let body = r#"{"id":"evt_1","object":"event","type":"customer.updated","livemode":false,"created":1,"data":{"object":{"id":"cus_1","object":"customer"}}}"#;
    let signature = signature(WEBHOOK_SECRET, site.now().unix(), body);
    let deliveries = (0..10).map(|_| send(&site, Some(&signature), body.to_owned()));
    assert_eq!(join_all(deliveries).await, [200; 10]);
    let event = async || site.store().event("evt_1".to_owned()).await.expect("read").expect("here");
    until(async || event().await.0.state == "done").await;
    assert_eq!(event().await.1.len(), 1, "tries");
    let all = site.store().events(Filter::default(), 100).await.expect("read");
    assert_eq!(all.len(), 1, "{all:?}");
    let asked = |call: &&RecordedRequest| call.path == "/v1/customers/cus_1";
    assert_eq!(site.stripe.requests().iter().filter(asked).count(), 1);
}

#[tokio::test]
async fn the_webhook_is_for_post_and_never_redirected() {
    let site = TestSite::start().await;
    let get = site.visitor().fetch("/_tollhouse/stripe/webhook", &[]).await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    let port = site.address.port();
    let answer = site
        .raw(&format!(
            "POST /_tollhouse/stripe/webhook HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        ))
        .await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_stripe_that_fails_for_a_while_is_asked_again() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &till).await;
    let subscriptions_asked_for = || {
        let calls = site.stripe.requests();
        calls.iter().filter(|call| call.path.starts_with("/v1/subscriptions")).count()
    };
    let before = subscriptions_asked_for();
    // More than one call's own tries.
    site.stripe.fail_next(Fault::next(3, FaultKind::Reset).only("GET", "/v1/customers"));
    site.deliver_webhooks().await;
    until(async || {
        site.advance(std::time::Duration::from_secs(2));
        subscriptions_asked_for() > before
    })
    .await;
    ann.follow(&back).await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

async fn send(site: &TestSite, signature: Option<&str>, body: String) -> u16 {
    let mut request = Client::new().post(site.url("/_tollhouse/stripe/webhook")).body(body);
    if let Some(signature) = signature {
        request = request.header("stripe-signature", signature);
    }
    request.send().await.expect("an answer").status().as_u16()
}

/// A signature as Stripe makes it.
fn signature(secret: &str, at: i64, body: &str) -> String {
    stripe_sandbox::signature_header(secret, at, body.as_bytes())
}
