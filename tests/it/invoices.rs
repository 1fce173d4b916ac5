//! What is bought once on an invoice: beside a subscription, on a long one, and after everything
//! here was lost.

use std::fs;

use reqwest::Method;
use stripe_sandbox::Payer;

use crate::support::{TestSite, Visitor};

/// Of the basic plan.
const ESSAY: &str = "/essays/tide";

/// Of the course, which is bought once.
const LESSON: &str = "/course/1";

#[tokio::test]
async fn what_is_bought_once_beside_a_subscription_opens_too() {
    let site = TestSite::start().await;
    sell_together(&site, &["price_basic", "price_course"]).await;
    let ann = signed_in(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    assert_eq!(ann.open(LESSON).await.shows(), "the page");
    assert!(site.stripe.refund(&charge(&site), None).is_some());
    site.settle().await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
    assert_eq!(ann.open(LESSON).await.shows(), "the offer");
}

#[tokio::test]
async fn what_the_owner_puts_on_the_next_invoice_of_a_subscription_opens_too() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", ESSAY).await;
    let customer = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
    put_on_invoice(&site, &customer, "price_course").await;
    site.settle().await;
    assert_eq!(ann.open(LESSON).await.shows(), "the offer", "it is not paid yet");
    // February is paid, an hour after its draft.
    site.advance(std::time::Duration::from_hours(31 * 24 + 2));
    site.settle().await;
    assert_eq!(ann.open(LESSON).await.shows(), "the page");
}

#[tokio::test]
async fn a_line_far_down_a_long_invoice_counts() {
    let site = TestSite::start().await;
    let shoes = ["price_of_another_shop"; 12];
    sell_together(&site, &[&["price_basic"], &shoes[..], &["price_course"]].concat()).await;
    let ann = signed_in(&site).await;
    assert_eq!(ann.open(LESSON).await.shows(), "the page");
    assert!(site.stripe.refund(&charge(&site), None).is_some());
    site.settle().await;
    assert_eq!(ann.open(LESSON).await.shows(), "the offer");
}

#[tokio::test]
async fn whoever_bought_on_invoices_alone_is_restored_and_compared() {
    let mut site = TestSite::start().await;
    let email = [("email", "ann@site.example")];
    let customer = site.ask_stripe(Method::POST, "customers", &email).await;
    let customer = customer["id"].as_str().expect("an id").to_owned();
    put_on_invoice(&site, &customer, "price_course").await;
    let include = [("customer", customer.as_str()), ("pending_invoice_items_behavior", "include")];
    let invoice = site.ask_stripe(Method::POST, "invoices", &include).await;
    let pay = format!("invoices/{}/pay", invoice["id"].as_str().expect("an id"));
    site.ask_stripe(Method::POST, &pay, &[("paid_out_of_band", "true")]).await;
    site.stripe.drop_held();
    let (_, billing) = site.beside().await;
    let found = billing.compare().await.expect("compared").differences;
    assert_eq!(found.len(), 1, "no webhook told of it: {found:?}");
    drop(billing);
    site.stop().await;
    fs::remove_dir_all(site.path("tollhouse-data")).expect("it was there");
    let (_, billing) = site.beside().await;
    let everybody = billing.everybody().await.expect("told");
    let rebuilt = billing.rebuild(everybody, &|| {}).await.expect("rebuilt");
    assert_eq!((rebuilt.subjects, rebuilt.changed.len()), (1, 1), "{rebuilt:?}");
    assert_eq!(billing.compare().await.expect("compared").differences, []);
    site.start_again().await;
    let ann = signed_in(&site).await;
    assert_eq!(ann.open(LESSON).await.shows(), "the page");
}

/// What a payment link of several prices sells.
async fn sell_together(site: &TestSite, prices: &[&str]) {
    let mut form = vec![
        ("mode".to_owned(), "subscription"),
        ("success_url".to_owned(), "https://shop.example/thanks"),
    ];
    for (at, price) in prices.iter().enumerate() {
        form.push((format!("line_items[{at}][price]"), price));
        form.push((format!("line_items[{at}][quantity]"), "1"));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, it)| (name.as_str(), *it)).collect();
    let session = site.ask_stripe(Method::POST, "checkout/sessions", &form).await;
    let payer = Payer::with_good_card("ann@site.example");
    let session = session["id"].as_str().expect("an id");
    site.stripe.pay(session, &payer).await.expect("the card is good");
    site.settle().await;
}

async fn put_on_invoice(site: &TestSite, customer: &str, price: &str) {
    let item = [("customer", customer), ("pricing[price]", price)];
    site.ask_stripe(Method::POST, "invoiceitems", &item).await;
}

async fn signed_in(site: &TestSite) -> Visitor {
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann
}

/// The only charge there was.
fn charge(site: &TestSite) -> String {
    let events = site.stripe.events();
    let charged = events.iter().find(|event| event["type"] == "charge.succeeded");
    charged.expect("one")["data"]["object"]["id"].as_str().expect("an id").to_owned()
}
