//! The lives of subscriptions: what happened, what was said, what is shown.

use std::time::Duration;

use crate::life::{ASKS, DECLINES, FAILS_LATER, GOOD, Life, just_before};
use crate::support::{DAY, MONTH, Shop};
use serde_json::json;
use stripe_sandbox::{AfterRetries, PauseBehavior};

const HOUR: Duration = Duration::from_hours(1);

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
        life.shop.sandbox.advance(just_before(4 * DAY));
        life.expect("trialing", "");
        life.shop.sandbox.advance(Duration::from_secs(1));
        life.expect("trialing", "customer.subscription.trial_will_end");
        life.shop.sandbox.advance(just_before(3 * DAY));
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
    life.shop.sandbox.advance(just_before(23 * HOUR));
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
    life.shop.sandbox.advance(just_before(DAY));
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
