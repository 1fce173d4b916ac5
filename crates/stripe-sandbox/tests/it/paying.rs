//! Paying through the API: payment methods, payment intents, checkouts as the page completes them.

use serde_json::{Value, json};

use crate::support::Shop;

#[tokio::test]
async fn a_payment_is_made_and_confirmed_in_one_call() {
    let shop = Shop::open().await;
    let (status, intent) = shop.call("POST", "payment_intents", &one_call("pm_card_visa")).await;
    assert_eq!((status, &intent["status"]), (200, &json!("succeeded")), "{intent}");
    assert_eq!(
        (&intent["amount_received"], &intent["payment_method_types"]),
        (&json!(100), &json!(["card"]))
    );
    assert_eq!(intent["shipping"]["address"]["city"], "Paris");
    let charges = shop.get(&format!("charges?payment_intent={}", id(&intent))).await;
    assert_eq!(charges["data"][0]["id"], intent["latest_charge"]);
    assert_eq!(
        kinds(&shop),
        ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    );
    let (_, updated) = shop
        .call("POST", &path(&intent, ""), &[("description", "A tip"), ("metadata[a]", "1")])
        .await;
    assert_eq!(
        (&updated["description"], &updated["metadata"]),
        (&json!("A tip"), &json!({ "a": "1" }))
    );
    for (action, message) in [
        ("confirm", "You cannot confirm this PaymentIntent because it has a status of succeeded"),
        ("cancel", "You cannot cancel this PaymentIntent because it has a status of succeeded"),
        (
            "capture",
            "This PaymentIntent could not be captured because it has a status of succeeded",
        ),
    ] {
        let error = refused(&shop, 400, &path(&intent, action), &[], message).await;
        assert_eq!(error["code"], "payment_intent_unexpected_state");
        assert_eq!(error["payment_intent"]["id"], intent["id"]);
    }
    assert_eq!(shop.get("payment_intents?created[lt]=1").await["data"], json!([]));
}

#[tokio::test]
async fn declined_cards_say_why_and_leave_the_payment_open() {
    let shop = Shop::open().await;
    for (token, code, reason) in [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ] {
        let error = refused(&shop, 402, "payment_intents", &one_call(token), "Your card").await;
        assert_eq!(
            (&error["type"], &error["code"], &error["decline_code"]),
            (&json!("card_error"), &json!(code), &json!(reason))
        );
        let intent = &error["payment_intent"];
        assert_eq!(intent["status"], "requires_payment_method");
        assert_eq!(error["charge"], intent["latest_charge"]);
        let again = [("payment_method", "pm_card_mastercard")];
        let (_, paid) = shop.call("POST", &path(intent, "confirm"), &again).await;
        assert_eq!(
            (&paid["status"], &paid["last_payment_error"]),
            (&json!("succeeded"), &json!(null))
        );
    }
}

#[tokio::test]
async fn a_bank_wants_to_hear_the_customer() {
    let shop = Shop::open().await;
    let mut asked = one_call("pm_card_authenticationRequired");
    let (_, intent) = shop.call("POST", "payment_intents", &asked).await;
    assert_eq!(
        (&intent["status"], &intent["next_action"]["type"]),
        (&json!("requires_action"), &json!("use_stripe_sdk"))
    );
    let (_, canceled) =
        shop.call("POST", &path(&intent, "cancel"), &[("cancellation_reason", "duplicate")]).await;
    assert_eq!(
        (&canceled["status"], &canceled["cancellation_reason"]),
        (&json!("canceled"), &json!("duplicate"))
    );
    asked.push(("off_session", "true"));
    let error = refused(&shop, 402, "payment_intents", &asked, "Your card was declined.").await;
    assert_eq!(error["code"], "authentication_required");
}

#[tokio::test]
async fn payments_that_stripe_refuses_are_refused() {
    let shop = Shop::open().await;
    let base = [("amount", "100"), ("currency", "eur")];
    let rows: &[(&[(&str, &str)], &str)] = &[
        (
            &[("capture_method", "manual")],
            "The sandbox does not implement the parameter capture_method",
        ),
        (
            &[("payment_method_types[]", "ideal")],
            "The sandbox does not implement the parameter payment_method_types",
        ),
        (&[("payment_method", "pm_x")], "No such PaymentMethod: 'pm_x'"),
        (
            &[("confirm", "true")],
            "This PaymentIntent is configured to accept payment methods enabled",
        ),
        (&[("customer", "cus_x")], "No such customer: 'cus_x'"),
        (&[("colour", "red")], "Received unknown parameter: colour"),
        (
            &[("payment_method_types[]", "card"), ("automatic_payment_methods[enabled]", "true")],
            "You may only specify one of these parameters",
        ),
    ];
    for (parameters, message) in rows {
        let all = [&base[..], parameters].concat();
        refused(&shop, 400, "payment_intents", &all, message).await;
    }
    let (_, intent) = shop.call("POST", "payment_intents", &base).await;
    assert_eq!(intent["automatic_payment_methods"]["allow_redirects"], "always");
    let back = [("return_url", "https://shop.example/")];
    refused(
        &shop,
        400,
        &path(&intent, "confirm"),
        &back,
        "You cannot confirm this PaymentIntent because it's missing",
    )
    .await;
}

#[tokio::test]
async fn payment_methods_belong_to_one_customer() {
    let shop = Shop::open().await;
    let kept = [
        ("email", "ada@example.com"),
        ("payment_method", "pm_card_visa"),
        ("invoice_settings[default_payment_method]", "pm_card_visa"),
    ];
    let (status, ada) = shop.call("POST", "customers", &kept).await;
    assert_eq!(status, 200, "{ada}");
    let method = ada["invoice_settings"]["default_payment_method"].as_str().expect("a default");
    let of_ada = format!("customers/{}/payment_methods", id(&ada));
    assert_eq!(shop.get(&format!("{of_ada}?type=card")).await["data"][0]["id"], method);
    assert_eq!(shop.get(&format!("{of_ada}?type=sepa_debit")).await["data"], json!([]));
    let (_, bob) = shop.call("POST", "customers", &[("email", "bob@example.com")]).await;
    let attach = format!("payment_methods/{method}/attach");
    refused(
        &shop,
        400,
        &attach,
        &[("customer", id(&bob))],
        "The payment method you provided has already",
    )
    .await;
    let mut foreign = one_call(method);
    refused(&shop, 400, "payment_intents", &foreign, "The provided PaymentMethod cannot be used")
        .await;
    foreign.extend([("customer", id(&ada)), ("off_session", "true")]);
    assert_eq!(shop.call("POST", "payment_intents", &foreign).await.1["status"], "succeeded");
    let of_bob = format!("customers/{}", id(&bob));
    let default = [("invoice_settings[default_payment_method]", method)];
    refused(&shop, 400, &of_bob, &default, "No such PaymentMethod").await;
    let (_, own) = shop
        .call("POST", "payment_methods/pm_card_mastercard/attach", &[("customer", id(&bob))])
        .await;
    let default = [("invoice_settings[default_payment_method]", id(&own))];
    let (_, bob) = shop.call("POST", &of_bob, &default).await;
    assert_eq!(bob["invoice_settings"]["default_payment_method"], own["id"]);
    let (_, detached) =
        shop.call("POST", &format!("payment_methods/{}/detach", id(&own)), &[]).await;
    assert_eq!(detached["customer"], json!(null));
    assert_eq!(shop.get(&of_bob).await["invoice_settings"]["default_payment_method"], json!(null));
    let attached = kinds(&shop).iter().filter(|kind| *kind == "payment_method.attached").count();
    assert_eq!(attached, 2);
}

#[tokio::test]
async fn bank_accounts_pay_later_or_never() {
    let shop = Shop::open().await;
    for (iban, status, event) in [
        ("AT611904300234573201", "succeeded", "payment_intent.succeeded"),
        ("AT861904300235473202", "requires_payment_method", "payment_intent.payment_failed"),
    ] {
        let method = bank_account(&shop, iban).await;
        let parameters = [
            ("amount", "100"),
            ("currency", "eur"),
            ("payment_method_types[]", "sepa_debit"),
            ("payment_method", id(&method)),
            ("confirm", "true"),
        ];
        let (_, intent) = shop.call("POST", "payment_intents", &parameters).await;
        assert_eq!(intent["status"], "processing");
        assert_eq!(shop.get(&path(&intent, "")).await["status"], status);
        assert_eq!(kinds(&shop).last().map(String::as_str), Some(event));
    }
    let wrong = [("type", "sepa_debit"), ("sepa_debit[iban]", "x")];
    refused(&shop, 400, "payment_methods", &wrong, "The provided IBAN is invalid").await;
    let wrong = [("type", "card"), ("card[number]", "4111111111111111")];
    refused(&shop, 400, "payment_methods", &wrong, "The sandbox takes test cards only").await;
}

#[tokio::test]
async fn a_checkout_is_completed_as_the_command_line_does_it() {
    let shop = Shop::open().await;
    for (iban, last) in [
        ("AT611904300234573201", "checkout.session.async_payment_succeeded"),
        ("IT60X0542811101000000123456", "checkout.session.async_payment_failed"),
    ] {
        let session = shop.checkout(&[
            ("mode", "payment"),
            ("line_items[0][price]", "price_course"),
            ("payment_method_types[]", "sepa_debit"),
            ("payment_intent_data[setup_future_usage]", "off_session"),
            ("payment_intent_data[shipping][name]", "Jenny Rosen"),
            ("payment_intent_data[shipping][address][city]", "San Francisco"),
        ]);
        let session = session.await;
        assert_eq!(shop.get(&format!("payment_pages/{}", id(&session))).await["id"], session["id"]);
        let method = bank_account(&shop, iban).await;
        let confirm = format!("payment_pages/{}/confirm", id(&session));
        let wrong = [("payment_method", id(&method)), ("expected_amount", "1")];
        refused(&shop, 400, &confirm, &wrong, "The expected amount does not match").await;
        let card = [("payment_method", "pm_card_visa"), ("expected_amount", "4900")];
        refused(&shop, 400, &confirm, &card, "The payment method has no e-mail address").await;
        let right = [("payment_method", id(&method)), ("expected_amount", "4900")];
        let (status, paid) = shop.call("POST", &confirm, &right).await;
        assert_eq!((status, &paid["payment_status"]), (200, &json!("unpaid")), "{paid}");
        assert_eq!(paid["customer_details"]["email"], "ada@example.com");
        assert_eq!(kinds(&shop).last().map(String::as_str), Some(last));
        let intent = shop
            .get(&format!(
                "payment_intents/{}",
                paid["payment_intent"].as_str().expect("a payment")
            ))
            .await;
        assert_eq!(intent["shipping"]["address"]["city"], "San Francisco");
        refused(&shop, 400, &confirm, &right, "This Checkout Session is no longer active").await;
    }
}

#[tokio::test]
async fn checkouts_are_updated_and_found() {
    let shop = Shop::open().await;
    let order = [
        ("mode", "payment"),
        ("line_items[0][price]", "price_course"),
        ("line_items[1][price]", "price_course"),
        ("line_items[1][quantity]", "2"),
        ("payment_method_types[]", "card"),
    ];
    let session = shop.checkout(&order).await;
    let own = format!("checkout/sessions/{}", id(&session));
    let (_, updated) = shop.call("POST", &own, &[("metadata[a]", "1")]).await;
    assert_eq!(updated["metadata"], json!({ "a": "1" }));
    refused(&shop, 400, &own, &[("line_items[0][quantity]", "2")], "The sandbox does not").await;
    let first = shop.get(&format!("{own}/line_items?limit=1")).await;
    assert_eq!((&first["has_more"], &first["data"][0]["quantity"]), (&json!(true), &json!(1)));
    let next = format!("{own}/line_items?starting_after={}", id(&first["data"][0]));
    assert_eq!(shop.get(&next).await["data"][0]["quantity"], 2);
    assert_eq!(shop.get("checkout/sessions?created[gt]=9999999999").await["data"], json!([]));
    assert_eq!(
        shop.get("checkout/sessions?created[lt]=9999999999").await["data"][0]["id"],
        session["id"]
    );
    let page = session["url"].as_str().expect("an address");
    let debit = [("email", "a@b.c"), ("pay_with", "bank_debit")];
    assert!(shop.submit(page, &debit).await.contains("does not take this means"));
}

#[tokio::test]
async fn a_deleted_customer_is_still_found_by_what_he_did() {
    let shop = Shop::open().await;
    let (_, ada) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    let order = [
        ("mode", "subscription"),
        ("line_items[0][price]", "price_reader"),
        ("customer", id(&ada)),
    ];
    let session = shop.checkout(&order).await;
    let payer = stripe_sandbox::Payer::with_good_card("ada@example.com");
    shop.sandbox.pay(id(&session), &payer).await.expect("the card is good");
    assert_eq!(shop.call("DELETE", &format!("customers/{}", id(&ada)), &[]).await.0, 200);
    assert_eq!(
        kinds(&shop)[kinds(&shop).len() - 2..],
        ["customer.subscription.deleted", "customer.deleted"]
    );
    for list in ["checkout/sessions", "charges", "payment_intents"] {
        let found = shop.get(&format!("{list}?customer={}", id(&ada))).await;
        assert_eq!(found["data"].as_array().map(Vec::len), Some(1), "{list}");
    }
    let (status, error) = shop.call("GET", "customers/search?query=x", &[]).await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!("not_in_sandbox")));
}

async fn bank_account(shop: &Shop, iban: &str) -> Value {
    let parameters = [
        ("type", "sepa_debit"),
        ("sepa_debit[iban]", iban),
        ("billing_details[email]", "ada@example.com"),
        ("billing_details[name]", "Ada"),
        ("billing_details[address][city]", "London"),
    ];
    let (status, method) = shop.call("POST", "payment_methods", &parameters).await;
    assert_eq!((status, &method["billing_details"]["address"]["city"]), (200, &json!("London")));
    method
}

fn one_call(method: &str) -> Vec<(&str, &str)> {
    vec![
        ("amount", "100"),
        ("currency", "usd"),
        ("payment_method_types[]", "card"),
        ("payment_method", method),
        ("confirm", "true"),
        ("shipping[name]", "Ada"),
        ("shipping[address][city]", "Paris"),
    ]
}

async fn refused(
    shop: &Shop,
    expected: u16,
    path: &str,
    parameters: &[(&str, &str)],
    message: &str,
) -> Value {
    let (status, answer) = shop.call("POST", path, parameters).await;
    let actual = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(
        status == expected && actual.starts_with(message),
        "{path} {parameters:?}: {status} {answer}"
    );
    answer["error"].clone()
}

fn kinds(shop: &Shop) -> Vec<String> {
    let events = shop.sandbox.events();
    events.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
}

fn path(intent: &Value, action: &str) -> String {
    let path = format!("payment_intents/{}", id(intent));
    if action.is_empty() { path } else { format!("{path}/{action}") }
}

fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}
