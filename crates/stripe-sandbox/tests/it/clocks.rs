//! Test clocks: whoever is made with one lives by it, and nobody else notices.

use serde_json::{Value, json};

use crate::support::Shop;

/// 1 January 2020.
const BEGIN: i64 = 1_577_836_800;
const DAY: i64 = 86_400;

#[tokio::test]
async fn a_subscription_lives_by_the_clock_of_its_customer() {
    let shop = Shop::open().await;
    let (clock, ada) = on_clock(&shop, "pm_card_visa").await;
    let now = shop.sandbox.now();
    let subscription = subscribe(&shop, &ada).await;
    assert_eq!(
        (&subscription["status"], &subscription["created"], &subscription["test_clock"]),
        (&json!("active"), &json!(BEGIN), &json!(clock))
    );
    assert_eq!(period(&subscription), (BEGIN, BEGIN + 31 * DAY));
    advance(&shop, &clock, BEGIN + 31 * DAY - 1).await;
    assert_eq!(period(&shop.get(&path(&subscription)).await), (BEGIN, BEGIN + 31 * DAY));
    advance(&shop, &clock, BEGIN + 60 * DAY).await;
    let march = (BEGIN + 60 * DAY, BEGIN + 91 * DAY);
    assert_eq!(period(&shop.get(&path(&subscription)).await), march);
    let invoices = shop.get(&format!("invoices?customer={ada}")).await;
    let created: Vec<&Value> =
        invoices["data"].as_array().expect("a list").iter().map(|it| &it["created"]).collect();
    assert_eq!(created, [BEGIN + 60 * DAY, BEGIN + 31 * DAY, BEGIN]);
    let times = |kind: &str| {
        let events = shop.sandbox.events().into_iter().filter(|event| event["type"] == kind);
        events.map(|event| event["created"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(times("invoice.paid"), [BEGIN, BEGIN + 31 * DAY, BEGIN + 60 * DAY]);
    assert_eq!(shop.sandbox.now(), now, "here it is as late as before");
    shop.sandbox.advance(std::time::Duration::from_hours(24 * 365));
    assert_eq!(period(&shop.get(&path(&subscription)).await), march, "by the other clock");
}

#[tokio::test]
async fn what_fails_is_tried_again_and_given_up_by_the_clock() {
    let shop = Shop::open().await;
    let (clock, ada) = on_clock(&shop, "pm_card_chargeCustomerFail").await;
    let subscription = path(&subscribe(&shop, &ada).await);
    for (days, status) in [(31, "past_due"), (44, "past_due"), (45, "canceled")] {
        advance(&shop, &clock, BEGIN + days * DAY).await;
        assert_eq!(shop.get(&subscription).await["status"], status, "{days}");
    }
    let ended = shop.get(&subscription).await["ended_at"].clone();
    assert_eq!(ended, BEGIN + 45 * DAY);
}

#[tokio::test]
async fn whoever_lives_by_a_clock_is_listed_by_it_alone() {
    let shop = Shop::open().await;
    let (clock, ada) = on_clock(&shop, "pm_card_visa").await;
    let (_, bob) = shop.call("POST", "customers", &[("email", "bob@example.com")]).await;
    let subscription = subscribe(&shop, &ada).await;
    let his = vec![subscription["id"].clone()];
    for (list, shown) in [
        ("customers".to_owned(), vec![bob["id"].clone()]),
        (format!("customers?test_clock={clock}"), vec![json!(ada)]),
        ("subscriptions".to_owned(), Vec::new()),
        (format!("subscriptions?test_clock={clock}"), his.clone()),
        (format!("subscriptions?customer={ada}"), his),
    ] {
        let answer = shop.get(&list).await;
        let ids = answer["data"].as_array().expect("a list").iter().map(|it| it["id"].clone());
        assert_eq!(ids.collect::<Vec<_>>(), shown, "{list}");
    }
    let expanded = shop.get(&format!("customers/{ada}?expand[]=test_clock")).await;
    assert_eq!(expanded["test_clock"]["frozen_time"], BEGIN);
}

#[tokio::test]
async fn with_a_clock_go_those_who_live_by_it() {
    let shop = Shop::open().await;
    let (clock, ada) = on_clock(&shop, "pm_card_visa").await;
    let subscription = subscribe(&shop, &ada).await;
    let own = format!("test_helpers/test_clocks/{clock}");
    assert_eq!(shop.call("DELETE", &own, &[]).await.0, 200);
    assert_eq!(shop.get(&format!("customers/{ada}")).await["deleted"], true);
    assert_eq!(shop.get(&path(&subscription)).await["status"], "canceled");
    let late = [("email", "eve@example.com"), ("test_clock", clock.as_str())];
    let (status, refused) = shop.call("POST", "customers", &late).await;
    assert_eq!((status, &refused["error"]["param"]), (400, &json!("test_clock")), "{refused}");
}

#[tokio::test]
async fn a_checkout_of_such_a_customer_is_opened_and_paid_at_his_time() {
    let shop = Shop::open().await;
    let (clock, ada) = on_clock(&shop, "pm_card_visa").await;
    let order = [
        ("mode", "subscription"),
        ("line_items[0][price]", "price_reader"),
        ("customer", ada.as_str()),
    ];
    let session = shop.checkout(&order).await;
    assert_eq!(session["expires_at"], BEGIN + DAY);
    advance(&shop, &clock, BEGIN + DAY - 1).await;
    let paying = [("card_number", "4242424242424242")];
    let back = shop.submit(session["url"].as_str().expect("an address"), &paying).await;
    assert!(back.starts_with("https://shop.example/return"), "{back}");
    let bought = shop.get(&format!("subscriptions?customer={ada}")).await["data"][0].clone();
    assert_eq!(bought["created"], BEGIN + DAY - 1);
    let unpaid = shop.checkout(&order).await;
    advance(&shop, &clock, BEGIN + 2 * DAY).await;
    let own = format!("checkout/sessions/{}", unpaid["id"].as_str().expect("an id"));
    assert_eq!(shop.get(&own).await["status"], "expired");
}

/// A clock that stands at the beginning, and a customer with a card who lives by it.
async fn on_clock(shop: &Shop, card: &str) -> (String, String) {
    let begin = BEGIN.to_string();
    let (_, clock) =
        shop.call("POST", "test_helpers/test_clocks", &[("frozen_time", &begin)]).await;
    let clock = clock["id"].as_str().expect("an id").to_owned();
    let form = [
        ("email", "ada@example.com"),
        ("payment_method", card),
        ("invoice_settings[default_payment_method]", card),
        ("test_clock", &clock),
    ];
    let (status, ada) = shop.call("POST", "customers", &form).await;
    assert_eq!((status, &ada["created"], &ada["test_clock"]), (200, &json!(BEGIN), &json!(clock)));
    (clock, ada["id"].as_str().expect("an id").to_owned())
}

async fn subscribe(shop: &Shop, customer: &str) -> Value {
    let form = [("customer", customer), ("items[0][price]", "price_reader")];
    let (status, subscription) = shop.call("POST", "subscriptions", &form).await;
    assert_eq!(status, 200, "{subscription}");
    subscription
}

/// Sends the clock on, and waits until it is ready.
async fn advance(shop: &Shop, clock: &str, to: i64) {
    let own = format!("test_helpers/test_clocks/{clock}");
    let target = to.to_string();
    let (status, going) =
        shop.call("POST", &format!("{own}/advance"), &[("frozen_time", &target)]).await;
    assert_eq!((status, &going["status"]), (200, &json!("advancing")), "{going}");
    let there = shop.get(&own).await;
    assert_eq!((&there["status"], &there["frozen_time"]), (&json!("ready"), &json!(to)));
}

fn path(subscription: &Value) -> String {
    format!("subscriptions/{}", subscription["id"].as_str().expect("an id"))
}

fn period(subscription: &Value) -> (i64, i64) {
    let item = &subscription["items"]["data"][0];
    let time = |field: &str| item[field].as_i64().expect("a time");
    (time("current_period_start"), time("current_period_end"))
}
