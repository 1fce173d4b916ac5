//! What is changed while a subscription goes on: prices, products, plans, numbers.

use reqwest::Method;
use stripe_sandbox::CancelWhen;

use super::{ESSAY, MONTH, WORKSHOP, made, pass, settle, subscriber};

#[tokio::test]
async fn what_is_changed_in_the_midst_of_a_period_opens_at_once() {
    let (site, ann, id) = subscriber("").await;
    //    changed to                 the workshop  the essays
    for (price, count, workshop, essays) in [
        ("price_basic", 3, "the offer", "the page"),
        ("price_pro", 1, "the page", "the page"),
        ("price_basic", 1, "the offer", "the page"),
    ] {
        assert!(site.stripe.change_subscription(&id, price, count));
        settle(&site).await;
        assert_eq!(ann.open(WORKSHOP).await.shows(), workshop, "{price} x {count}");
        assert_eq!(ann.open(ESSAY).await.shows(), essays, "{price} x {count}");
    }
}

#[tokio::test]
async fn each_price_of_a_subscription_opens_its_own() {
    let (site, ann, id) = subscriber("").await;
    let path = format!("subscriptions/{id}");
    made(&site, &path, &[("items[0][price]", "price_pro")]).await;
    settle(&site).await;
    let subscription = site.stripe.object(&id).expect("it is there");
    let items = subscription["items"]["data"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{subscription}");
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the page");
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    let pro = items[1]["id"].as_str().expect("an id");
    made(&site, &path, &[("items[0][id]", pro), ("items[0][deleted]", "true")]).await;
    settle(&site).await;
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the offer");
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
}

#[tokio::test]
async fn what_the_owner_changes_about_a_price_or_a_product_takes_nothing_away() {
    //    what he calls                what he changes                    what he might have lost
    for (path, field) in [
        ("prices/price_basic", ("active", "false")),
        ("prices/price_basic", ("nickname", "The old price")),
        ("products/PRODUCT", ("active", "false")),
        ("products/PRODUCT", ("name", "Reading")),
        ("customers/CUSTOMER", ("email", "other@site.example")),
    ] {
        let (site, ann, id) = subscriber("").await;
        let subscription = site.stripe.object(&id).expect("it is there");
        let product = &subscription["items"]["data"][0]["price"]["product"];
        let path = path
            .replace("PRODUCT", product.as_str().expect("an id"))
            .replace("CUSTOMER", subscription["customer"].as_str().expect("an id"));
        site.ask_stripe(Method::POST, &path, &[field]).await;
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{path} {field:?}");
        pass(&site, MONTH).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{path} {field:?}: it is renewed");
        assert_eq!(ann.open(WORKSHOP).await.shows(), "the offer", "{path} {field:?}");
    }
}

#[tokio::test]
async fn a_subscription_opens_what_its_price_is_sold_for_and_nothing_if_it_is_not_sold_here() {
    let (site, ann, id) = subscriber("").await;
    let product = site.stripe.object("price_basic").expect("it is there")["product"].clone();
    let form = [
        ("product", product.as_str().expect("an id")),
        ("currency", "usd"),
        ("unit_amount", "1100"),
        ("recurring[interval]", "month"),
    ];
    let not_in_the_file = made(&site, "prices", &form).await;
    for (price, essays) in [
        (not_in_the_file.as_str(), "the offer"),
        ("price_basic", "the page"),
        ("price_pro", "the page"),
    ] {
        assert!(site.stripe.change_subscription(&id, price, 1));
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), essays, "{price}");
    }
}

#[tokio::test]
async fn the_end_of_one_subscription_does_not_end_the_other() {
    let (site, ann, old) = subscriber("").await;
    ann.buy(&site.stripe, "price_pro", WORKSHOP).await;
    settle(&site).await;
    assert!(site.stripe.cancel_subscription(&old, CancelWhen::Now));
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the page");
}

#[tokio::test]
async fn what_ended_of_two_is_told_in_whatever_order() {
    // The old one ends while the new one begins: one customer, and news of both at once.
    let (site, ann, old) = subscriber("").await;
    ann.buy(&site.stripe, "price_pro", WORKSHOP).await;
    assert!(site.stripe.cancel_subscription(&old, CancelWhen::AtPeriodEnd));
    pass(&site, MONTH).await;
    assert_eq!(site.stripe.object(&old).expect("it is there")["status"], "canceled");
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "Pro includes it");
    let new = site.stripe.subscriptions()[1]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&new, CancelWhen::Now));
    settle(&site).await;
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the offer");
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
}
