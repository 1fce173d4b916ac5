//! What one network may do only so often, and what nobody is kept from by that.

use std::time::Duration;

use crate::support::{Seen, TestSite, WEBHOOK_SECRET};

#[tokio::test]
async fn a_flood_of_checkouts_is_stopped_for_the_network_that_it_comes_from() {
    let site = behind_a_proxy("checkouts_per_hour = 3").await;
    for host in 1..=3 {
        assert_eq!(checkout(&site, &format!("198.51.100.{host}")).await.status, 303, "{host}");
    }
    let opened = site.stripe.checkouts().len();
    let stopped = checkout(&site, "198.51.100.4").await;
    assert_eq!((stopped.status.as_u16(), stopped.header("retry-after")), (429, Some("1200")));
    assert!(stopped.body.contains("Nothing was charged"), "{}", stopped.body);
    assert_eq!(site.stripe.checkouts().len(), opened);
    // Whoever only wants to read is shown the offer, which knows how to sign in.
    let from = [("x-forwarded-for", "198.51.100.5"), ("accept", "text/html"), NAVIGATE, DOCUMENT];
    let shown = site.visitor().fetch("/workshop/1", &from).await;
    assert_eq!((shown.status.as_u16(), shown.shows()), (402, "the offer"));
    assert_eq!(checkout(&site, "203.0.113.4").await.status, 303, "another network");
    site.advance(Duration::from_mins(20));
    assert_eq!(checkout(&site, "198.51.100.4").await.status, 303, "later");
    assert_eq!(checkout(&site, "198.51.100.4").await.status, 429);
}

#[tokio::test]
async fn wrong_signatures_are_stopped_and_right_ones_never() {
    let site = TestSite::start().await;
    let good =
        stripe_sandbox::signature_header(WEBHOOK_SECRET, site.now().unix(), EVENT.as_bytes());
    let bad = stripe_sandbox::signature_header("whsec_other", site.now().unix(), EVENT.as_bytes());
    for turn in 0..30 {
        assert_eq!(webhook(&site, &bad).await.status, 400, "{turn}");
    }
    for turn in 0..100 {
        let stopped = webhook(&site, &bad).await;
        assert_eq!((stopped.status.as_u16(), stopped.header("retry-after")), (429, Some("2")));
        assert_eq!(webhook(&site, &good).await.status, 200, "{turn}");
    }
    site.advance_here(Duration::from_secs(2));
    assert_eq!(webhook(&site, &bad).await.status, 400);
}

#[tokio::test]
async fn whoever_tries_sign_in_links_is_stopped_and_the_good_one_still_works() {
    let site = behind_a_proxy("checkouts_per_hour = 3").await;
    let link = site.link("ann@site.example").await;
    for turn in 0..60 {
        let from = [("x-forwarded-for", &*format!("198.51.100.{turn}"))];
        let seen = site.visitor().fetch(&format!("/_tollhouse/sign-in/{turn}"), &from).await;
        assert_eq!(seen.status, 410, "{turn}");
    }
    let looked = site.visitor().fetch(&link, &[("x-forwarded-for", "198.51.100.77")]).await;
    assert_eq!((looked.status.as_u16(), looked.header("retry-after")), (429, Some("1")));
    assert_eq!(looked.header("content-type"), Some("application/problem+json"));
    let stopped = form(&site, &link, "198.51.100.77", "").await;
    assert_eq!(stopped.status, 429);
    assert!(stopped.body.contains("it still works"), "{}", stopped.body);
    site.advance_here(Duration::from_secs(1));
    let redeemed = form(&site, &link, "198.51.100.77", "").await;
    assert_eq!(redeemed.goes_to(), "/_tollhouse/account");
    let other = form(&site, &link, "203.0.113.77", "").await;
    assert_eq!(other.status, 410, "another network is not stopped; the link is used");
}

const NAVIGATE: (&str, &str) = ("sec-fetch-mode", "navigate");
const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");

const EVENT: &str = r#"{"id":"evt_1","object":"event","type":"x","livemode":false,"created":1,"data":{"object":{}}}"#;

/// A site that believes what stands in `X-Forwarded-For`.
async fn behind_a_proxy(limit: &str) -> TestSite {
    let proxy = "trusted_proxies = [\"127.0.0.1\"]\n[stripe]";
    TestSite::with(|config| format!("{}\n[limits]\n{limit}\n", config.replace("[stripe]", proxy)))
        .await
}

/// A button of the offer, pressed in a browser of its own.
async fn checkout(site: &TestSite, address: &str) -> Seen {
    form(site, "/_tollhouse/checkout", address, "price=price_basic&to=/essays/tide").await
}

async fn form(site: &TestSite, path: &str, address: &str, fields: &str) -> Seen {
    let headers = [
        ("x-forwarded-for", address),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    site.visitor().post(path, &headers, fields.to_owned()).await
}

async fn webhook(site: &TestSite, signature: &str) -> Seen {
    let headers = [("stripe-signature", signature)];
    site.visitor().post("/_tollhouse/stripe/webhook", &headers, EVENT.to_owned()).await
}
