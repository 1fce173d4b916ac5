//! The lives of subscriptions and invoices: what happened, what was said, what is shown.

use std::time::Duration;

use crate::support::{DAY, MONTH, Shop};
use serde_json::{Value, json};
use stripe_sandbox::{AfterRetries, PauseBehavior, PayInvoiceError, Payer};

const HOUR: Duration = Duration::from_hours(1);
const GOOD: &str = "4242424242424242";
const FAILS_LATER: &str = "4000000000000341";
const ASKS: &str = "4000000000003220";
const DECLINES: &str = "4000000000000002";

#[tokio::test]
async fn a_renewal_is_announced_billed_and_paid() {
    let life = Life::begin(GOOD).await;
    life.shop.sandbox.advance(23 * DAY);
    life.expect("active", "invoice.upcoming");
    let upcoming = life.last("invoice.upcoming");
    assert_eq!(upcoming["data"]["object"].get("id"), None, "it does not exist yet");
    assert_eq!(upcoming["data"]["object"]["amount_due"], 700);
    life.shop.sandbox.advance(7 * DAY);
    life.expect(
        "active",
        "invoice.created customer.subscription.updated invoice.finalized payment_intent.created \
         charge.succeeded payment_intent.succeeded invoice.paid invoice.payment_succeeded \
         invoice_payment.paid",
    );
    let previous = &life.last("customer.subscription.updated")["data"]["previous_attributes"];
    assert!(previous.get("status").is_none() && previous.get("latest_invoice").is_some());
    let start = &previous["items"]["data"][0]["current_period_end"];
    let shown = life.subscription().await;
    assert_eq!(&shown["items"]["data"][0]["current_period_start"], start);
}

#[tokio::test]
async fn a_failed_renewal_is_tried_again_for_two_weeks_and_ends_as_the_account_is_set() {
    let rows = [
        (AfterRetries::Cancel, "canceled", "customer.subscription.deleted"),
        (AfterRetries::Unpaid, "unpaid", "customer.subscription.updated"),
        (AfterRetries::PastDue, "past_due", ""),
    ];
    for (setting, status, last) in rows {
        let life = Life::begin(FAILS_LATER).await;
        life.shop.sandbox.after_retries(setting);
        life.shop.sandbox.advance(30 * DAY);
        life.expect(
            "past_due",
            "invoice.upcoming invoice.created customer.subscription.updated invoice.finalized \
             payment_intent.created charge.failed payment_intent.payment_failed \
             invoice.payment_failed customer.subscription.updated",
        );
        let retry = "charge.failed payment_intent.payment_failed invoice.payment_failed";
        for days in [3, 2, 2] {
            life.shop.sandbox.advance(days * DAY);
            life.expect("past_due", retry);
        }
        let invoice = life.latest_invoice().await;
        assert_eq!(
            (&invoice["attempt_count"], &invoice["auto_advance"]),
            (&json!(4), &json!(true))
        );
        assert!(invoice["next_payment_attempt"].is_i64());
        life.shop.sandbox.advance(7 * DAY);
        life.expect(status, format!("{retry} {last}").trim());
        let invoice = life.latest_invoice().await;
        assert_eq!((&invoice["status"], &invoice["auto_advance"]), (&json!("open"), &json!(false)));
        assert_eq!(invoice["next_payment_attempt"], json!(null));
        let reason = life.subscription().await["cancellation_details"]["reason"].clone();
        let expected = if status == "canceled" { json!("payment_failed") } else { json!(null) };
        assert_eq!(reason, expected, "{status}");
    }
}

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
async fn a_trial_without_a_card_ends_as_was_agreed() {
    let billed = "invoice.created customer.subscription.updated invoice.finalized \
                  payment_intent.created invoice.payment_failed customer.subscription.updated";
    let rows = [
        ("create_invoice", "past_due", billed),
        ("cancel", "canceled", "customer.subscription.deleted"),
        ("pause", "paused", "customer.subscription.paused customer.subscription.updated"),
    ];
    for (agreed, status, events) in rows {
        let shop = Shop::open().await;
        let life = Life::by_api(
            shop,
            &[
                ("trial_period_days", "7"),
                ("trial_settings[end_behavior][missing_payment_method]", agreed),
            ],
        )
        .await;
        life.expect(
            "trialing",
            "customer.created invoice.created invoice.finalized customer.subscription.created \
             invoice.paid invoice.payment_succeeded",
        );
        life.shop.sandbox.advance(4 * DAY - Duration::from_secs(1));
        life.expect("trialing", "");
        life.shop.sandbox.advance(Duration::from_secs(1));
        life.expect("trialing", "customer.subscription.trial_will_end");
        life.shop.sandbox.advance(3 * DAY - Duration::from_secs(1));
        life.expect("trialing", "");
        life.shop.sandbox.advance(Duration::from_secs(1));
        life.expect(status, events);
    }
}

#[tokio::test]
async fn a_paused_subscription_resumes_when_its_invoice_is_paid() {
    let trial = [
        ("trial_period_days", "7"),
        ("trial_settings[end_behavior][missing_payment_method]", "pause"),
    ];
    let life = Life::by_api(Shop::open().await, &trial).await;
    let resume = format!("subscriptions/{}/resume", life.id);
    assert_eq!(life.shop.call("POST", &resume, &[]).await.0, 400, "it is not paused yet");
    life.shop.sandbox.advance(40 * DAY);
    assert_eq!(life.subscription().await["status"], "paused");
    let (status, shown) = life.shop.call("POST", &resume, &[]).await;
    assert_eq!((status, &shown["status"]), (200, &json!("paused")), "there is no card");
    assert!(life.shop.sandbox.set_card(&life.id, GOOD));
    life.forget();
    let (_, shown) = life.shop.call("POST", &resume, &[]).await;
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["items"]["data"][0]["current_period_start"], life.shop.sandbox.now());
    life.expect(
        "active",
        "invoice.created invoice.finalized payment_intent.created charge.succeeded \
         payment_intent.succeeded customer.subscription.resumed customer.subscription.updated \
         invoice.paid invoice.payment_succeeded invoice_payment.paid",
    );
}

#[tokio::test]
async fn a_first_payment_has_23_hours() {
    let life = Life::by_api(
        Shop::open().await,
        &[("payment_behavior", "default_incomplete"), ("expand[]", "latest_invoice.payments")],
    )
    .await;
    let payment = &life.answer["latest_invoice"]["payments"]["data"][0];
    assert_eq!(
        (&payment["object"], &payment["status"]),
        (&json!("invoice_payment"), &json!("open"))
    );
    life.forget();
    life.shop.sandbox.advance(23 * HOUR - Duration::from_secs(1));
    life.expect("incomplete", "");
    life.shop.sandbox.advance(Duration::from_secs(1));
    life.expect(
        "incomplete_expired",
        "customer.subscription.updated payment_intent.canceled invoice.voided",
    );
    assert_eq!(life.latest_invoice().await["status"], "void");
}

#[tokio::test]
async fn an_incomplete_subscription_is_active_when_its_invoice_is_paid() {
    let life =
        Life::by_api(Shop::open().await, &[("payment_behavior", "default_incomplete")]).await;
    assert!(life.shop.sandbox.set_card(&life.id, GOOD));
    life.forget();
    let id = life.latest_invoice().await["id"].as_str().expect("an id").to_owned();
    assert_eq!(life.shop.sandbox.pay_invoice(&id), Ok(()));
    life.expect(
        "active",
        "charge.succeeded payment_intent.succeeded customer.subscription.updated invoice.paid \
         invoice.payment_succeeded invoice_payment.paid",
    );
}

#[tokio::test]
async fn a_first_payment_that_fails_makes_it_incomplete_or_nothing() {
    let rows = [
        (GOOD, "allow_incomplete", 200, json!("active")),
        (DECLINES, "allow_incomplete", 200, json!("incomplete")),
        (ASKS, "allow_incomplete", 200, json!("incomplete")),
        (DECLINES, "error_if_incomplete", 402, json!("card_declined")),
        (ASKS, "error_if_incomplete", 402, json!("subscription_payment_intent_requires_action")),
        (GOOD, "error_if_incomplete", 200, json!("active")),
        (GOOD, "pending_if_incomplete", 400, json!("not_in_sandbox")),
    ];
    for (card, behavior, status, expected) in rows {
        let life = Life::begin(GOOD).await;
        let customer = life.customer().await;
        assert!(life.shop.sandbox.set_card(&life.id, card));
        let method = life.subscription().await["default_payment_method"].clone();
        let (actual, answer) = life
            .shop
            .call(
                "POST",
                "subscriptions",
                &[
                    ("customer", customer.as_str()),
                    ("items[0][price]", "price_reader"),
                    ("default_payment_method", method.as_str().expect("a card")),
                    ("payment_behavior", behavior),
                ],
            )
            .await;
        let shown = if status == 200 { &answer["status"] } else { &answer["error"]["code"] };
        assert_eq!((actual, shown), (status, &expected), "{card} {behavior}");
        let made = life.shop.get("subscriptions?status=all").await["data"].as_array().map(Vec::len);
        assert_eq!(made, Some(if status == 200 { 2 } else { 1 }), "{card} {behavior}");
    }
}

#[tokio::test]
async fn an_end_can_be_set_taken_back_and_comes_at_its_time() {
    let life = Life::begin(GOOD).await;
    let path = format!("subscriptions/{}", life.id);
    let now = life.shop.sandbox.now();
    let period_end = life.subscription().await["items"]["data"][0]["current_period_end"].clone();
    let soon = (now + 86_400).to_string();
    let rows = [
        (("cancel_at_period_end", "true"), period_end.clone(), true),
        (("cancel_at_period_end", "false"), json!(null), false),
        (("cancel_at", "min_period_end"), period_end.clone(), false),
        (("cancel_at", ""), json!(null), false),
        (("cancel_at", "max_period_end"), period_end, false),
        (("cancel_at", soon.as_str()), json!(now + 86_400), false),
    ];
    for (parameter, cancel_at, at_period_end) in rows {
        life.forget();
        let (status, shown) = life.shop.call("POST", &path, &[parameter]).await;
        assert_eq!((status, &shown["cancel_at"]), (200, &cancel_at), "{parameter:?}");
        assert_eq!(shown["cancel_at_period_end"], at_period_end, "{parameter:?}");
        life.expect("active", "customer.subscription.updated");
        let again = life.shop.call("POST", &path, &[("metadata[a]", "")]).await;
        assert_eq!(again.0, 200);
        life.expect("active", "");
    }
    assert_eq!(life.shop.call("POST", &path, &[("cancel_at", "5")]).await.0, 400);
    let far = life.shop.call("POST", &path, &[("cancel_at", "max_billed_until")]).await;
    assert_eq!(far.1["error"]["code"], "not_in_sandbox");
    life.shop.sandbox.advance(DAY - Duration::from_secs(1));
    life.expect("active", "");
    life.shop.sandbox.advance(Duration::from_secs(1));
    life.expect("canceled", "customer.subscription.deleted");
}

#[tokio::test]
async fn a_customer_says_why_he_leaves() {
    let life = Life::begin(GOOD).await;
    let path = format!("subscriptions/{}", life.id);
    let why = [
        ("cancellation_details[comment]", "Too long"),
        ("cancellation_details[feedback]", "unused"),
    ];
    for refused in ["invoice_now", "prorate"] {
        let (status, answer) = life.shop.call("DELETE", &path, &[(refused, "true")]).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("not_in_sandbox")));
    }
    let (status, shown) = life.shop.call("DELETE", &path, &why).await;
    let details = &shown["cancellation_details"];
    assert_eq!((status, &shown["status"]), (200, &json!("canceled")));
    assert_eq!((&details["comment"], &details["feedback"]), (&json!("Too long"), &json!("unused")));
    assert_eq!(details["reason"], "cancellation_requested");
    assert_eq!(life.shop.call("DELETE", &path, &[]).await.0, 404);
    let (status, _) = life.shop.call("POST", &path, &[("metadata[a]", "1")]).await;
    assert_eq!(status, 200);
    assert_eq!(life.shop.call("POST", &path, &[("description", "x")]).await.0, 400);
}

#[tokio::test]
async fn a_pause_of_collection_keeps_drafts_writes_off_or_voids() {
    let rows = [
        (PauseBehavior::KeepAsDraft, "draft", "invoice.created customer.subscription.updated"),
        (
            PauseBehavior::MarkUncollectible,
            "uncollectible",
            "invoice.created customer.subscription.updated invoice.finalized \
             invoice.marked_uncollectible",
        ),
        (
            PauseBehavior::Void,
            "void",
            "invoice.created customer.subscription.updated invoice.finalized invoice.voided",
        ),
    ];
    for (behavior, invoice, events) in rows {
        let life = Life::begin(GOOD).await;
        let resumes_at = life.shop.sandbox.now() + 35 * 86_400;
        assert!(life.shop.sandbox.pause_collection(&life.id, behavior, Some(resumes_at)));
        life.expect("active", "customer.subscription.updated");
        life.shop.sandbox.advance(24 * DAY);
        life.forget();
        life.shop.sandbox.advance(6 * DAY);
        life.expect("active", events);
        assert_eq!(life.latest_invoice().await["status"], invoice);
        assert_eq!(life.subscription().await["pause_collection"]["resumes_at"], resumes_at);
        life.shop.sandbox.advance(5 * DAY);
        life.expect("active", "customer.subscription.updated");
        assert_eq!(life.subscription().await["pause_collection"], json!(null));
        life.shop.sandbox.advance(MONTH);
        assert_eq!(life.latest_invoice().await["status"], "paid");
    }
}

#[tokio::test]
async fn the_api_pauses_and_resumes_collection() {
    let life = Life::begin(GOOD).await;
    let path = format!("subscriptions/{}", life.id);
    let (_, shown) = life.shop.call("POST", &path, &[("pause_collection[behavior]", "void")]).await;
    assert_eq!(shown["pause_collection"], json!({ "behavior": "void", "resumes_at": null }));
    let (_, shown) = life.shop.call("POST", &path, &[("pause_collection", "")]).await;
    assert_eq!(shown["pause_collection"], json!(null));
    let wrong = [("pause_collection[resumes_at]", "1900000000")];
    let (status, error) = life.shop.call("POST", &path, &wrong).await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!("parameter_missing")));
    assert!(life.shop.sandbox.pause_collection(&life.id, PauseBehavior::Void, None));
    assert!(life.shop.sandbox.resume_collection(&life.id));
    assert_eq!(life.subscription().await["pause_collection"], json!(null));
}

#[tokio::test]
async fn a_change_in_the_middle_of_a_period_is_prorated() {
    let rows = [
        (
            "create_prorations",
            "invoiceitem.created invoiceitem.created customer.subscription.updated",
        ),
        (
            "always_invoice",
            "invoiceitem.created invoiceitem.created customer.subscription.updated invoice.created \
             invoice.finalized payment_intent.created charge.succeeded payment_intent.succeeded \
             invoice.paid invoice.payment_succeeded invoice_payment.paid",
        ),
        ("none", "customer.subscription.updated"),
    ];
    for (behavior, events) in rows {
        let life = Life::begin(GOOD).await;
        let item = life.subscription().await["items"]["data"][0]["id"].clone();
        life.shop.sandbox.advance(15 * DAY);
        life.forget();
        let change = [
            ("items[0][id]", item.as_str().expect("an id")),
            ("items[0][quantity]", "3"),
            ("proration_behavior", behavior),
        ];
        let path = format!("subscriptions/{}", life.id);
        let (status, shown) = life.shop.call("POST", &path, &change).await;
        assert_eq!((status, &shown["items"]["data"][0]["quantity"]), (200, &json!(3)), "{shown}");
        life.expect("active", events);
        let amounts: Vec<i64> = life.shop.get("invoiceitems").await["data"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|item| item["amount"].as_i64())
            .collect();
        let expected: &[i64] = if behavior == "none" { &[] } else { &[1_050, -350] };
        assert_eq!(amounts, expected, "{behavior}");
        life.shop.sandbox.advance(15 * DAY);
        let due = life.latest_invoice().await["amount_due"].clone();
        assert_eq!(due, if behavior == "create_prorations" { 2_800 } else { 2_100 }, "{behavior}");
    }
}

#[tokio::test]
async fn another_interval_begins_a_new_period_now() {
    let life = Life::begin(GOOD).await;
    let (_, yearly) = life
        .shop
        .call(
            "POST",
            "prices",
            &[
                ("currency", "eur"),
                ("unit_amount", "7000"),
                ("recurring[interval]", "year"),
                ("product_data[name]", "The year"),
            ],
        )
        .await;
    let yearly = yearly["id"].as_str().expect("an id");
    life.shop.sandbox.advance(15 * DAY);
    assert!(life.shop.sandbox.change_subscription(&life.id, yearly, 1));
    assert!(!life.shop.sandbox.change_subscription(&life.id, "price_course", 1));
    let shown = life.subscription().await;
    let item = &shown["items"]["data"][0];
    assert_eq!((&item["price"]["id"], &item["plan"]["interval"]), (&json!(yearly), &json!("year")));
    assert_eq!(item["current_period_start"], life.shop.sandbox.now());
    let invoice = life.latest_invoice().await;
    assert_eq!(
        (&invoice["amount_paid"], &invoice["billing_reason"]),
        (&json!(6_650), &json!("subscription_update"))
    );
    assert_eq!(
        invoice["lines"]["data"][1]["parent"]["subscription_item_details"]["proration"],
        true
    );
}

#[tokio::test]
async fn a_trial_ends_when_the_owner_says_so() {
    let trial = [
        ("trial_period_days", "7"),
        ("trial_settings[end_behavior][missing_payment_method]", "pause"),
    ];
    let life = Life::by_api(Shop::open().await, &trial).await;
    life.forget();
    let path = format!("subscriptions/{}", life.id);
    let (_, shown) = life.shop.call("POST", &path, &[("trial_end", "now")]).await;
    assert_eq!(shown["status"], "paused");
    life.expect("paused", "customer.subscription.paused customer.subscription.updated");
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
        ("void", "void", "payment_intent.canceled invoice.voided"),
        ("mark_uncollectible", "uncollectible", "invoice.marked_uncollectible"),
    ] {
        let life = Life::begin(FAILS_LATER).await;
        life.shop.sandbox.advance(31 * DAY);
        life.forget();
        let id = life.latest_invoice().await["id"].as_str().expect("an id").to_owned();
        let (code, shown) = life.shop.call("POST", &format!("invoices/{id}/{verb}"), &[]).await;
        assert_eq!((code, &shown["status"]), (200, &json!(status)));
        life.expect("past_due", event);
        life.shop.sandbox.advance(10 * DAY);
        life.expect("past_due", "");
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
async fn subscriptions_are_listed_by_their_times_and_items_by_their_subscription() {
    let life = Life::begin(GOOD).await;
    let now = life.shop.sandbox.now();
    for (filter, found) in [
        (format!("created={now}"), 1),
        (format!("created[gt]={now}"), 0),
        (format!("current_period_start[lte]={now}"), 1),
        (format!("current_period_end[lt]={}", now + 30 * 86_400), 0),
        (format!("current_period_end[lte]={}", now + 30 * 86_400), 1),
    ] {
        let list = life.shop.get(&format!("subscriptions?{filter}")).await;
        assert_eq!(list["data"].as_array().map(Vec::len), Some(found), "{filter}");
    }
    let items = life.shop.get(&format!("subscription_items?subscription={}", life.id)).await;
    assert_eq!(items["data"], life.subscription().await["items"]["data"]);
    let item = items["data"][0]["id"].as_str().expect("an id");
    assert_eq!(life.shop.get(&format!("subscription_items/{item}")).await, items["data"][0]);
    assert_eq!(life.shop.call("GET", "subscription_items", &[]).await.0, 400);
}

#[tokio::test]
async fn what_a_subscription_cannot_be_is_refused() {
    let life = Life::begin(GOOD).await;
    let customer = life.customer().await;
    let customer = ("customer", customer.as_str());
    let reader = ("items[0][price]", "price_reader");
    let rows: &[(&[(&str, &str)], &str)] = &[
        (&[reader], "parameter_missing"),
        (&[customer], "parameter_missing"),
        (&[customer, ("items[0][quantity]", "1")], "parameter_missing"),
        (&[customer, ("items[0][price]", "price_x")], "resource_missing"),
        (&[("customer", "cus_x"), reader], "resource_missing"),
        (&[customer, reader, ("default_payment_method", "pm_x")], "resource_missing"),
        (&[customer, reader], "resource_missing"),
        (&[customer, reader, ("collection_method", "send_invoice")], "not_in_sandbox"),
        (&[customer, reader, ("colour", "red")], "parameter_unknown"),
        (&[customer, reader, ("trial_period_days", "731")], "parameter_invalid_integer"),
    ];
    for (parameters, code) in rows {
        let (status, answer) = life.shop.call("POST", "subscriptions", parameters).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{parameters:?}");
    }
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

/// One subscription and all that is said of it.
struct Life {
    shop: Shop,
    id: String,
    /// What the API answered when it was made.
    answer: Value,
    told: std::sync::Mutex<usize>,
}

impl Life {
    /// Bought at a checkout with this card; what was said until then is forgotten.
    async fn begin(card: &str) -> Life {
        let shop = Shop::open().await;
        let payer = Payer::with_card("ada@example.com", card);
        shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("it pays once");
        let answer = shop.subscription().await;
        let life = Life::of(shop, answer);
        life.forget();
        life
    }

    /// Made by the API, for a customer without a card.
    async fn by_api(shop: Shop, parameters: &[(&str, &str)]) -> Life {
        let (_, new) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
        let customer = new["id"].as_str().expect("an id");
        let all = [&[("customer", customer), ("items[0][price]", "price_reader")], parameters];
        let (status, answer) = shop.call("POST", "subscriptions", &all.concat()).await;
        assert_eq!(status, 200, "{answer}");
        Life::of(shop, answer)
    }

    fn of(shop: Shop, answer: Value) -> Life {
        let id = answer["id"].as_str().expect("an id").to_owned();
        Life { shop, id, answer, told: std::sync::Mutex::new(0) }
    }

    /// The status, and the types of the events since the last look.
    fn expect(&self, status: &str, events: &str) {
        let all = self.shop.sandbox.events();
        let from = std::mem::replace(&mut *self.told.lock().expect("the lock"), all.len());
        let kinds: Vec<&str> =
            all[from..].iter().map(|event| event["type"].as_str().unwrap_or_default()).collect();
        assert_eq!(kinds, events.split_whitespace().collect::<Vec<_>>(), "until {status}");
        let subscription = self.shop.sandbox.object(&self.id).expect("it was made");
        assert_eq!(subscription["status"], status);
    }

    fn forget(&self) {
        *self.told.lock().expect("the lock") = self.shop.sandbox.events().len();
    }

    fn last(&self, kind: &str) -> Value {
        let events = self.shop.sandbox.events();
        events.into_iter().rev().find(|event| event["type"] == kind).expect("such an event")
    }

    async fn subscription(&self) -> Value {
        self.shop.get(&format!("subscriptions/{}", self.id)).await
    }

    async fn customer(&self) -> String {
        self.subscription().await["customer"].as_str().expect("a customer").to_owned()
    }

    async fn latest_invoice(&self) -> Value {
        let id = self.subscription().await["latest_invoice"].as_str().expect("an id").to_owned();
        self.shop.get(&format!("invoices/{id}")).await
    }
}
