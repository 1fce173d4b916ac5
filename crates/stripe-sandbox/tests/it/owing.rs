//! Invoices, what pays them, and the portal where customers do; test clocks.

use std::time::Duration;

use crate::life::{ASKS, DECLINES, FAILS_LATER, GOOD, Life, just_before};
use crate::support::{DAY, MONTH, Shop};
use serde_json::{Value, json};
use stripe_sandbox::{Interval, Options, PayInvoiceError, Payer, PriceSeed, Sandbox};

#[tokio::test]
async fn a_good_card_is_taken_at_the_next_try_or_when_the_invoice_is_paid() {
    let paid = "charge.succeeded payment_intent.succeeded customer.subscription.updated \
                invoice.paid invoice.payment_succeeded invoice_payment.paid";
    for at_once in [false, true] {
        let life = Life::begin(FAILS_LATER).await;
        life.shop.sandbox.advance(31 * DAY);
        life.forget();
        assert!(life.shop.sandbox.set_card(&life.id, GOOD));
        life.expect("past_due", "payment_method.attached customer.subscription.updated");
        if at_once {
            let invoice = life.latest_invoice().await;
            let id = invoice["id"].as_str().expect("an id");
            let (status, paid) = life.shop.call("POST", &format!("invoices/{id}/pay"), &[]).await;
            assert_eq!((status, &paid["status"]), (200, &json!("paid")));
        } else {
            life.shop.sandbox.advance(2 * DAY);
        }
        life.expect("active", paid);
    }
}

#[tokio::test]
async fn a_card_with_3d_secure_needs_its_customer_at_each_renewal() {
    let life = Life::begin(ASKS).await;
    life.shop.sandbox.advance(24 * DAY);
    life.forget();
    life.shop.sandbox.advance(6 * DAY);
    life.expect(
        "past_due",
        "invoice.created customer.subscription.updated invoice.finalized payment_intent.created \
         payment_intent.requires_action invoice.payment_action_required invoice.payment_failed \
         customer.subscription.updated",
    );
    let invoice = life.latest_invoice().await;
    let id = invoice["id"].as_str().expect("an id");
    let (status, error) = life.shop.call("POST", &format!("invoices/{id}/pay"), &[]).await;
    assert_eq!(status, 402);
    assert_eq!(error["error"]["code"], "invoice_payment_intent_requires_action");
    assert_eq!(life.shop.sandbox.pay_invoice(id), Ok(()));
    assert_eq!(life.subscription().await["status"], "active");
    assert_eq!(life.shop.sandbox.pay_invoice(id), Err(PayInvoiceError::NotOpen));
}

#[tokio::test]
async fn an_invoice_of_single_items_is_made_and_paid() {
    let life = Life::begin(GOOD).await;
    let customer = life.customer().await;
    let customer = ("customer", customer.as_str());
    let card = life.subscription().await["default_payment_method"].clone();
    let card = ("payment_method", card.as_str().expect("a card"));
    let item = [customer, ("amount", "2000"), ("currency", "usd"), ("description", "A mug")];
    let (status, item) = life.shop.call("POST", "invoiceitems", &item).await;
    assert_eq!((status, &item["invoice"]), (200, &json!(null)), "{item}");
    life.forget();
    let include = [customer, ("pending_invoice_items_behavior", "include")];
    let (_, draft) = life.shop.call("POST", "invoices", &include).await;
    assert_eq!((&draft["status"], &draft["amount_due"]), (&json!("draft"), &json!(2_000)));
    assert_eq!((&draft["parent"], &draft["number"]), (&json!(null), &json!(null)));
    let path = format!("invoices/{}", draft["id"].as_str().expect("an id"));
    assert_eq!(life.shop.call("POST", &format!("{path}/pay"), &[]).await.0, 400, "no default card");
    let (status, paid) = life.shop.call("POST", &format!("{path}/pay"), &[card]).await;
    assert_eq!((status, &paid["status"]), (200, &json!("paid")), "{paid}");
    life.expect(
        "active",
        "invoice.created invoice.finalized payment_intent.created invoice.payment_failed \
         charge.succeeded payment_intent.succeeded invoice.paid invoice.payment_succeeded \
         invoice_payment.paid",
    );
    for again in ["pay", "finalize", "void", "mark_uncollectible"] {
        let path = format!("{path}/{again}");
        assert_eq!(life.shop.call("POST", &path, &[]).await.0, 400, "{again}");
    }
}

#[tokio::test]
async fn an_open_invoice_is_voided_or_written_off() {
    for (verb, status, event) in [
        ("void", "void", "payment_intent.canceled invoice.voided customer.subscription.updated"),
        (
            "mark_uncollectible",
            "uncollectible",
            "invoice.marked_uncollectible customer.subscription.updated",
        ),
    ] {
        let life = Life::begin(FAILS_LATER).await;
        life.shop.sandbox.advance(31 * DAY);
        life.forget();
        let id = life.latest_invoice().await["id"].as_str().expect("an id").to_owned();
        let (code, shown) = life.shop.call("POST", &format!("invoices/{id}/{verb}"), &[]).await;
        assert_eq!((code, &shown["status"]), (200, &json!(status)));
        life.expect("active", event);
        life.shop.sandbox.advance(10 * DAY);
        life.expect("active", "");
    }
}

#[tokio::test]
async fn a_payment_leads_to_its_invoice() {
    let life = Life::begin(GOOD).await;
    let invoice = life.latest_invoice().await;
    let id = invoice["id"].as_str().expect("an id");
    let by_invoice = life.shop.get(&format!("invoice_payments?invoice={id}")).await;
    let payment = &by_invoice["data"][0];
    assert_eq!((&payment["status"], &payment["amount_paid"]), (&json!("paid"), &json!(700)));
    let intent = payment["payment"]["payment_intent"].as_str().expect("a payment intent");
    let by_intent = "invoice_payments?payment[type]=payment_intent&payment[payment_intent]=";
    assert_eq!(life.shop.get(&format!("{by_intent}{intent}")).await["data"][0], *payment);
    assert_eq!(life.shop.get(&format!("{by_intent}pi_x")).await["data"], json!([]));
    let payment_id = payment["id"].as_str().expect("an id");
    assert_eq!(life.shop.get(&format!("invoice_payments/{payment_id}")).await, *payment);
    let expanded = life.shop.get(&format!("invoices/{id}?expand[]=payments")).await;
    assert_eq!(expanded["payments"]["data"][0], *payment);
    assert_eq!(invoice.get("payments"), None);
    assert_eq!(expanded["parent"]["subscription_details"]["subscription"], life.id.as_str());
}

#[tokio::test]
async fn a_test_clock_goes_and_arrives() {
    let shop = Shop::open().await;
    let new = [("frozen_time", "1577836800"), ("name", "a year")];
    let (_, clock) = shop.call("POST", "test_helpers/test_clocks", &new).await;
    assert_eq!((&clock["status"], &clock["frozen_time"]), (&json!("ready"), &json!(1_577_836_800)));
    let path = format!("test_helpers/test_clocks/{}", clock["id"].as_str().expect("an id"));
    let onward = [("frozen_time", "1580515200")];
    let (_, going) = shop.call("POST", &format!("{path}/advance"), &onward).await;
    assert_eq!(going["status"], "advancing");
    let there = shop.get(&path).await;
    assert_eq!((&there["status"], &there["frozen_time"]), (&json!("ready"), &json!(1_580_515_200)));
    assert_eq!(shop.call("POST", &format!("{path}/advance"), &onward).await.0, 400);
    assert_eq!(shop.call("DELETE", &path, &[]).await.1["deleted"], true);
    assert_eq!(shop.call("DELETE", &path, &[]).await.0, 404);
    let kinds: Vec<Value> =
        shop.sandbox.events().iter().map(|event| event["type"].clone()).collect();
    let expected = ["created", "advancing", "ready", "deleted"];
    assert_eq!(kinds, expected.map(|it| json!(format!("test_helpers.test_clock.{it}"))));
}

#[tokio::test]
async fn the_portal_changes_the_price() {
    let life = Life::begin(GOOD).await;
    let price = [
        ("currency", "eur"),
        ("unit_amount", "1400"),
        ("recurring[interval]", "month"),
        ("product_data[name]", "The library"),
    ];
    let (_, library) = life.shop.call("POST", "prices", &price).await;
    let library = library["id"].as_str().expect("an id");
    let portal = life.portal().await;
    let page = format!("{portal}/price/{}", life.id);
    let html = life.shop.page(&page).await;
    assert!(html.contains("The library, €14.00 per month"), "{html}");
    assert!(!html.contains("The course"), "what is paid once is no plan");
    life.forget();
    life.shop.submit(&page, &[("price", "price_course")]).await;
    life.expect("active", "");
    assert_eq!(life.shop.submit(&page, &[("price", library)]).await, portal);
    life.expect("active", "invoiceitem.created invoiceitem.created customer.subscription.updated");
    let shown = life.subscription().await;
    assert_eq!(shown["items"]["data"][0]["price"]["id"], library);
    assert!(life.shop.page(&portal).await.contains("€14.00 per month"));
}

#[tokio::test]
async fn the_portal_takes_another_card_and_the_money_that_is_owed() {
    let life = Life::begin(FAILS_LATER).await;
    life.shop.sandbox.advance(31 * DAY);
    let invoice = life.latest_invoice().await["id"].as_str().expect("an id").to_owned();
    let portal = life.portal().await;
    let pay = format!("{portal}/pay/{invoice}");
    assert!(life.shop.submit(&pay, &[]).await.contains("Your card was declined."));
    let card = format!("{portal}/card/{}", life.id);
    assert!(life.shop.page(&card).await.contains("Card number"));
    for (number, problem) in [("1", "not one of the test cards"), (DECLINES, "was declined")] {
        life.forget();
        let html = life.shop.submit(&card, &[("card_number", number)]).await;
        assert!(html.contains(problem) && html.contains("role=\"alert\""), "{html}");
        life.expect("past_due", "");
    }
    assert_eq!(life.shop.submit(&card, &[("card_number", GOOD)]).await, portal);
    life.expect("past_due", "payment_method.attached customer.subscription.updated");
    assert_eq!(life.shop.submit(&pay, &[]).await, portal);
    assert_eq!(life.subscription().await["status"], "active");
    assert!(!life.shop.page(&portal).await.contains("Pay invoice"));
    assert!(life.shop.submit(&pay, &[]).await.contains("Not found"));
}

#[tokio::test]
async fn the_portal_ends_a_subscription_now_or_later_and_only_its_own() {
    let life = Life::begin(GOOD).await;
    let portal = life.portal().await;
    let (_, other) = life.shop.call("POST", "customers", &[("email", "bob@example.com")]).await;
    let strange = life.shop.portal(&other["id"]).await;
    life.forget();
    for path in ["cancel", "price", "card"] {
        let address = format!("{strange}/{path}/{}", life.id);
        let html = life.shop.submit(&address, &[("when", "now")]).await;
        assert!(html.contains("Not found"), "{path}");
    }
    life.expect("active", "");
    let cancel = format!("{portal}/cancel/{}", life.id);
    life.shop.submit(&cancel, &[]).await;
    life.expect("active", "customer.subscription.updated");
    life.shop.submit(&format!("{portal}/resume/{}", life.id), &[]).await;
    life.expect("active", "customer.subscription.updated");
    life.shop.submit(&cancel, &[("when", "now")]).await;
    life.expect("canceled", "customer.subscription.deleted");
}

#[tokio::test]
async fn the_invoice_of_a_renewal_can_stay_a_draft_for_an_hour() {
    let hour = Duration::from_hours(1);
    let sandbox = Sandbox::start(Options {
        prices: vec![PriceSeed {
            id: "price_reader".to_owned(),
            product_name: "The reader".to_owned(),
            unit_amount: 700,
            currency: "eur".to_owned(),
            interval: Some(Interval::Day),
        }],
        renewal_draft: hour,
        start_time: Some(1_800_000_000),
        ..Options::default()
    });
    let sandbox = sandbox.await.expect("a free port");
    let payer = Payer::with_good_card("ada@example.com");
    sandbox.sell_elsewhere("price_reader", &payer).await.expect("the card is good");
    let latest = || sandbox.invoices().pop().expect("an invoice");
    assert_eq!(latest()["status"], "paid", "the first one is due at once");
    sandbox.advance(DAY);
    let draft = latest();
    assert_eq!((&draft["status"], &draft["number"]), (&json!("draft"), &json!(null)));
    assert_eq!(draft["next_payment_attempt"], sandbox.now() + 3_600);
    sandbox.advance(just_before(hour));
    assert_eq!(latest()["status"], "draft");
    sandbox.advance(Duration::from_secs(1));
    assert_eq!((&latest()["status"], &latest()["id"]), (&json!("paid"), &draft["id"]));
    sandbox.stop().await;
}

#[tokio::test]
async fn subscriptions_of_one_customer_live_apart() {
    let life = Life::begin(GOOD).await;
    let customer = life.customer().await;
    let card = life.subscription().await["default_payment_method"].clone();
    let second = [
        ("customer", customer.as_str()),
        ("items[0][price]", "price_reader"),
        ("items[0][quantity]", "2"),
        ("default_payment_method", card.as_str().expect("a card")),
    ];
    let (status, second) = life.shop.call("POST", "subscriptions", &second).await;
    assert_eq!((status, &second["status"]), (200, &json!("active")), "{second}");
    let second = second["id"].as_str().expect("an id");
    let soon = life.shop.sandbox.now() + 86_400;
    assert!(life.shop.sandbox.cancel_subscription_at(&life.id, soon));
    assert!(!life.shop.sandbox.cancel_subscription_at("sub_x", soon));
    life.shop.sandbox.advance(DAY);
    assert_eq!(life.subscription().await["status"], "canceled");
    let other = life.shop.get(&format!("subscriptions/{second}")).await;
    assert_eq!((&other["status"], &other["cancel_at"]), (&json!("active"), &json!(null)));
    let numbers: Vec<Value> =
        life.shop.sandbox.invoices().iter().map(|invoice| invoice["number"].clone()).collect();
    let end = |number: &Value| number.as_str().expect("a number").ends_with("-0002");
    assert!(numbers.len() == 2 && end(&numbers[1]) && !end(&numbers[0]), "{numbers:?}");
}

#[tokio::test]
async fn a_subscription_begins_when_its_payment_is_confirmed() {
    let paid = "charge.succeeded payment_intent.succeeded payment_method.attached \
                customer.subscription.updated invoice.paid invoice.payment_succeeded \
                invoice_payment.paid";
    let rows = [
        ("pm_card_visa", 200, "active", "paid", 1, paid),
        (
            "pm_card_chargeDeclined",
            402,
            "incomplete",
            "open",
            1,
            "charge.failed payment_intent.payment_failed invoice.payment_failed",
        ),
        (
            "pm_card_threeDSecure2Required",
            200,
            "incomplete",
            "open",
            1,
            "payment_intent.requires_action invoice.payment_action_required",
        ),
    ];
    for (card, status, subscribed, billed, attempts, events) in rows {
        let shop = Shop::open().await;
        let (_, customer) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
        let order = [
            ("customer", customer["id"].as_str().expect("an id")),
            ("items[0][price]", "price_reader"),
            ("payment_behavior", "default_incomplete"),
            ("expand[]", "latest_invoice.payments"),
        ];
        let (_, made) = shop.call("POST", "subscriptions", &order).await;
        assert_eq!(made["status"], "incomplete");
        let invoice = &made["latest_invoice"];
        let payment = &invoice["payments"]["data"][0]["payment"]["payment_intent"];
        let confirm = format!("payment_intents/{}/confirm", payment.as_str().expect("an id"));
        let before = shop.sandbox.events().len();
        let (actual, answer) = shop.call("POST", &confirm, &[("payment_method", card)]).await;
        assert_eq!(actual, status, "{card}: {answer}");
        assert_eq!(shop.subscription().await["status"], subscribed, "{card}");
        let id = invoice["id"].as_str().expect("an id");
        let invoice = shop.get(&format!("invoices/{id}")).await;
        assert_eq!(
            (&invoice["status"], &invoice["attempt_count"]),
            (&json!(billed), &json!(attempts)),
            "{card}"
        );
        let kinds: Vec<String> = shop.sandbox.events()[before..]
            .iter()
            .map(|it| it["type"].as_str().expect("a type").to_owned())
            .collect();
        assert_eq!(kinds.join(" "), events, "{card}");
        let again = shop.call("POST", &confirm, &[("payment_method", "pm_card_visa")]).await;
        assert_eq!(again.0, if billed == "paid" { 400 } else { 200 }, "{card}: {}", again.1);
        assert_eq!(shop.subscription().await["status"], "active", "{card}");
    }
}

#[tokio::test]
async fn a_renewal_takes_the_customers_card_where_the_subscription_has_none() {
    let shop = Shop::open().await;
    let (_, customer) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    let customer = customer["id"].as_str().expect("an id");
    for (card, status) in [("pm_card_visa", "active"), ("pm_card_chargeCustomerFail", "past_due")] {
        let (_, method) = shop
            .call("POST", &format!("payment_methods/{card}/attach"), &[("customer", customer)])
            .await;
        let usual =
            [("invoice_settings[default_payment_method]", method["id"].as_str().expect("an id"))];
        shop.call("POST", &format!("customers/{customer}"), &usual).await;
        if card == "pm_card_visa" {
            let order = [("customer", customer), ("items[0][price]", "price_reader")];
            assert_eq!(shop.call("POST", "subscriptions", &order).await.0, 200);
        }
        shop.sandbox.advance(MONTH);
        let subscription = shop.subscription().await;
        assert_eq!(subscription["status"], status, "{card}");
        assert_eq!(subscription["default_payment_method"], serde_json::Value::Null);
    }
}
