//! The bank's page for 3-D Secure, wherever a payment began, and the page of an invoice.

use serde_json::{Value, json};

use crate::life::{ASKS, DECLINES, FAILS_LATER, GOOD, Life};
use crate::support::{DAY, Shop};

const COMPLETE: [(&str, &str); 1] = [("outcome", "complete")];
const FAIL: [(&str, &str); 1] = [("outcome", "fail")];

#[tokio::test]
async fn an_open_invoice_is_paid_on_its_page() {
    let life = Life::begin(FAILS_LATER).await;
    life.shop.sandbox.advance(31 * DAY);
    life.forget();
    let invoice = life.latest_invoice().await;
    let page = text(&invoice["hosted_invoice_url"]);
    let shown = life.shop.page(page).await;
    for words in [text(&invoice["number"]), "€7.00", "To be paid", "visa •••• 0341"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    for (typed, says) in [
        ("", "Your card was declined."),
        ("4111111111111111", "This is not one of the test cards."),
        (DECLINES, "Your card was declined."),
    ] {
        let refused = life.shop.submit(page, &[("card_number", typed)]).await;
        assert!(refused.contains(says), "{typed}: {refused}");
        assert_eq!(life.subscription().await["status"], "past_due", "{typed}");
    }
    life.forget();
    assert_eq!(life.shop.submit(page, &[("card_number", GOOD)]).await, page);
    life.expect(
        "active",
        "charge.succeeded payment_intent.succeeded customer.subscription.updated invoice.paid \
         invoice.payment_succeeded invoice_payment.paid",
    );
    let paid = life.shop.page(page).await;
    assert!(paid.contains("Paid") && !paid.contains("<form"), "{paid}");
    let again = life.shop.submit(page, &[("card_number", GOOD)]).await;
    assert!(again.contains("Paid"), "{again}");
    life.expect("active", "");
}

#[tokio::test]
async fn an_invoice_has_a_page_from_when_it_is_final() {
    let life = Life::begin(GOOD).await;
    let customer = life.customer().await;
    let item = [("customer", customer.as_str()), ("amount", "100"), ("currency", "usd")];
    assert_eq!(life.shop.call("POST", "invoiceitems", &item).await.0, 200);
    let all = [("customer", customer.as_str()), ("pending_invoice_items_behavior", "include")];
    let (_, draft) = life.shop.call("POST", "invoices", &all).await;
    assert_eq!(draft["hosted_invoice_url"], json!(null));
    let address = format!("{}i/{}", life.shop.sandbox.url(), text(&draft["id"]));
    assert!(life.shop.page(&address).await.contains("There is no such invoice"));
    let path = format!("invoices/{}/finalize", text(&draft["id"]));
    let (_, open) = life.shop.call("POST", &path, &[]).await;
    assert_eq!(open["hosted_invoice_url"], address);
    assert!(life.shop.page(&address).await.contains("$1.00"));
}

#[tokio::test]
async fn a_renewal_waits_for_the_customer_at_his_bank() {
    let life = Life::begin(ASKS).await;
    life.shop.sandbox.advance(31 * DAY);
    let invoice = life.latest_invoice().await;
    let page = text(&invoice["hosted_invoice_url"]);
    life.forget();
    let bank = life.shop.submit(page, &[]).await;
    assert!(life.shop.page(&bank).await.contains("A payment of €7.00 with visa •••• 3220"));
    assert_eq!(life.shop.submit(&bank, &FAIL).await, page);
    life.expect("past_due", "payment_intent.payment_failed invoice.payment_failed");
    let bank = life.shop.submit(page, &[]).await;
    assert_eq!(life.shop.submit(&bank, &COMPLETE).await, page);
    life.expect(
        "active",
        "payment_intent.requires_action charge.succeeded payment_intent.succeeded \
         customer.subscription.updated invoice.paid invoice.payment_succeeded \
         invoice_payment.paid",
    );
    assert_eq!(life.shop.submit(&bank, &COMPLETE).await, page, "nothing is paid twice");
    life.expect("active", "");
}

#[tokio::test]
async fn whoever_was_at_his_bank_is_sent_where_the_caller_said() {
    let shop = Shop::open().await;
    let back = "https://shop.example/done?a=b";
    let refused =
        [Some("invalid_request_error"), Some("payment_intent_authentication_failure"), None];
    for (outcome, word, status, error_told) in [
        (COMPLETE, "succeeded", "succeeded", [None; 3]),
        (FAIL, "failed", "requires_payment_method", refused),
    ] {
        let asked = payment(&shop, &[("return_url", back)]).await;
        let action = &asked["next_action"];
        assert_eq!(
            (&action["type"], &action["redirect_to_url"]["return_url"]),
            (&json!("redirect_to_url"), &json!(back))
        );
        let bank = text(&action["redirect_to_url"]["url"]);
        let secret = text(&asked["client_secret"]);
        let id = text(&asked["id"]);
        let sent = shop.submit(bank, &outcome).await;
        let expected = format!(
            "{back}&payment_intent={id}&payment_intent_client_secret={secret}&redirect_status={word}"
        );
        assert_eq!(sent, expected);
        let after = shop.get(&format!("payment_intents/{id}")).await;
        assert_eq!((&after["status"], &after["next_action"]), (&json!(status), &json!(null)));
        let error = &after["last_payment_error"];
        let told = ["type", "code", "charge"].map(|field| error[field].as_str());
        assert_eq!(told, error_told, "{error}");
    }
    let wrong = [("return_url", "ftp://shop.example")];
    let (status, _) = shop.call("POST", "payment_intents", &order(&wrong)).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_payment_without_a_way_back_says_what_came_of_it() {
    let shop = Shop::open().await;
    let asked = payment(&shop, &[]).await;
    let action = &asked["next_action"];
    assert_eq!(action["type"], "use_stripe_sdk");
    let bank = text(&action["use_stripe_sdk"]["stripe_js"]);
    assert!(shop.page(bank).await.contains("Your bank wants to know that it is you"));
    assert!(shop.submit(bank, &COMPLETE).await.contains("Your bank has agreed"));
    assert!(shop.page(bank).await.contains("Your bank has agreed"));
    let unknown = format!("{}bank/pi_x", shop.sandbox.url());
    assert!(shop.submit(&unknown, &COMPLETE).await.contains("There is no such payment"));
}

#[tokio::test]
async fn a_subscription_begins_when_the_bank_has_heard_the_customer() {
    let shop = Shop::open().await;
    let token = "pm_card_authenticationRequired";
    let kept = [
        ("email", "ada@example.com"),
        ("payment_method", token),
        ("invoice_settings[default_payment_method]", token),
    ];
    let (_, ada) = shop.call("POST", "customers", &kept).await;
    let form = [
        ("customer", text(&ada["id"])),
        ("items[0][price]", "price_reader"),
        ("expand[]", "latest_invoice.payments"),
    ];
    let (status, begun) = shop.call("POST", "subscriptions", &form).await;
    assert_eq!((status, &begun["status"]), (200, &json!("incomplete")), "{begun}");
    let payment = &begun["latest_invoice"]["payments"]["data"][0]["payment"]["payment_intent"];
    let payment = shop.get(&format!("payment_intents/{}", text(payment))).await;
    let bank = text(&payment["next_action"]["use_stripe_sdk"]["stripe_js"]);
    shop.submit(bank, &COMPLETE).await;
    assert_eq!(shop.subscription().await["status"], "active");
}

#[tokio::test]
async fn the_payment_of_an_invoice_or_of_a_checkout_ends_with_that() {
    let life = Life::begin(FAILS_LATER).await;
    life.shop.sandbox.advance(31 * DAY);
    let invoice = life.latest_invoice().await;
    let payments = format!("invoice_payments?invoice={}", text(&invoice["id"]));
    let payment = life.shop.get(&payments).await["data"][0]["payment"]["payment_intent"].clone();
    refuses_to_cancel(&life.shop, &payment, "belongs to an Invoice").await;
    let shop = Shop::open().await;
    let course = [("mode", "payment"), ("line_items[0][price]", "price_course")];
    let session = shop.checkout(&course).await;
    let paying = [("email", "ada@example.com"), ("card_number", ASKS)];
    let bank = shop.submit(text(&session["url"]), &paying).await;
    let own = format!("checkout/sessions/{}", text(&session["id"]));
    let payment = shop.get(&own).await["payment_intent"].clone();
    refuses_to_cancel(&shop, &payment, "Expire the Checkout Session instead").await;
    let address = format!("{}bank/{}", shop.sandbox.url(), text(&payment));
    assert_eq!(shop.submit(&address, &COMPLETE).await, bank, "a checkout has its own page for it");
    assert_eq!(shop.get(&own).await["payment_status"], "unpaid");
    assert!(shop.submit(&bank, &COMPLETE).await.starts_with("https://shop.example/return"));
}

async fn refuses_to_cancel(shop: &Shop, payment: &Value, words: &str) {
    let path = format!("payment_intents/{}/cancel", text(payment));
    let (status, refused) = shop.call("POST", &path, &[]).await;
    assert_eq!(
        (status, &refused["error"]["code"]),
        (400, &json!("payment_intent_unexpected_state"))
    );
    assert!(text(&refused["error"]["message"]).contains(words), "{refused}");
}

#[tokio::test]
async fn what_is_detached_pays_for_nothing_any_more() {
    let life = Life::begin(GOOD).await;
    let customer = life.customer().await;
    let method = life.subscription().await["default_payment_method"].clone();
    let default = [("invoice_settings[default_payment_method]", text(&method))];
    assert_eq!(life.shop.call("POST", &format!("customers/{customer}"), &default).await.0, 200);
    life.forget();
    let path = format!("payment_methods/{}/detach", text(&method));
    assert_eq!(life.shop.call("POST", &path, &[]).await.0, 200);
    life.expect("active", "payment_method.detached customer.subscription.updated customer.updated");
    assert_eq!(life.subscription().await["default_payment_method"], json!(null));
    let updated = &life.last("customer.updated")["data"]["previous_attributes"];
    assert_eq!(updated["invoice_settings"]["default_payment_method"], method);
    let attach = format!("payment_methods/{}/attach", text(&method));
    let (status, refused) = life.shop.call("POST", &attach, &[("customer", &customer)]).await;
    assert_eq!(status, 400, "{refused}");
    assert!(text(&refused["error"]["message"]).contains("It may not be used again"), "{refused}");
    life.shop.sandbox.advance(31 * DAY);
    assert_eq!(life.subscription().await["status"], "past_due", "there is nothing to charge");
}

#[tokio::test]
async fn a_checkout_offers_what_it_takes() {
    let shop = Shop::open().await;
    let base = [("mode", "payment"), ("line_items[0][price]", "price_course")];
    let rows: [(&[&str], bool, bool); 3] =
        [(&[], true, true), (&["card"], true, false), (&["sepa_debit"], false, true)];
    for (types, card, debit) in rows {
        let types = types.iter().map(|it| ("payment_method_types[]", *it));
        let session = shop.checkout(&base.into_iter().chain(types).collect::<Vec<_>>()).await;
        let page = text(&session["url"]);
        let shown = shop.page(page).await;
        assert_eq!(shown.contains("Card number"), card, "{shown}");
        assert_eq!(shown.contains("Bank debit"), debit, "{shown}");
        assert_eq!(shown.contains("type=\"radio\""), card && debit, "{shown}");
        let pay_with = if card { "card" } else { "bank_debit" };
        let paying = [("email", "ada@example.com"), ("pay_with", pay_with), ("card_number", GOOD)];
        let back = shop.submit(page, &paying).await;
        assert!(back.starts_with("https://shop.example/return"), "{back}");
    }
}

#[tokio::test]
async fn a_card_is_kept_for_later_without_a_payment() {
    let shop = Shop::open().await;
    let (_, ada) = shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    let customer = ("customer", text(&ada["id"]));
    let (status, setup) = shop.call("POST", "setup_intents", &[customer]).await;
    assert_eq!(
        (status, &setup["status"], &setup["usage"]),
        (200, &json!("requires_payment_method"), &json!("off_session"))
    );
    let path = format!("setup_intents/{}", text(&setup["id"]));
    let confirm = format!("{path}/confirm");
    assert_eq!(shop.call("POST", &confirm, &[]).await.0, 400, "there is nothing to keep");
    let declined = [("payment_method", "pm_card_visa_chargeDeclined")];
    let (status, refused) = shop.call("POST", &confirm, &declined).await;
    let error = &refused["error"];
    assert_eq!(
        (status, &error["setup_intent"]["status"]),
        (402, &json!("requires_payment_method"))
    );
    assert_eq!(error["decline_code"], "generic_decline");
    let good = [("payment_method", "pm_card_visa")];
    let (status, kept) = shop.call("POST", &confirm, &good).await;
    assert_eq!((status, &kept["status"]), (200, &json!("succeeded")), "{kept}");
    let method = shop.get(&format!("payment_methods/{}", text(&kept["payment_method"]))).await;
    assert_eq!(method["customer"], ada["id"]);
    for end in ["confirm", "cancel"] {
        let (status, refused) = shop.call("POST", &format!("{path}/{end}"), &good).await;
        let code =
            if end == "cancel" { "parameter_unknown" } else { "setup_intent_unexpected_state" };
        assert_eq!((status, &refused["error"]["code"]), (400, &json!(code)), "{end}: {refused}");
    }
    let (_, refused) = shop.call("POST", &format!("{path}/cancel"), &[]).await;
    assert_eq!(refused["error"]["code"], "setup_intent_unexpected_state");
    let paying = [
        customer,
        ("amount", "100"),
        ("currency", "eur"),
        ("payment_method", text(&kept["payment_method"])),
        ("payment_method_types[]", "card"),
        ("confirm", "true"),
        ("off_session", "true"),
    ];
    let (_, paid) = shop.call("POST", "payment_intents", &paying).await;
    assert_eq!(paid["status"], "succeeded");
    let listed = shop.get(&format!("setup_intents?customer={}", text(&ada["id"]))).await;
    assert_eq!(listed["data"][0]["id"], setup["id"]);
    let kinds = shop.sandbox.events().into_iter().map(|it| text(&it["type"]).to_owned());
    let kinds: Vec<String> = kinds.filter(|kind| !kind.starts_with("payment_intent")).collect();
    assert_eq!(
        kinds,
        [
            "customer.created",
            "setup_intent.created",
            "setup_intent.setup_failed",
            "payment_method.attached",
            "setup_intent.succeeded",
            "charge.succeeded"
        ]
    );
}

#[tokio::test]
async fn a_bank_is_asked_before_a_card_is_kept() {
    let shop = Shop::open().await;
    for (outcome, word, status) in
        [(COMPLETE, "succeeded", "succeeded"), (FAIL, "failed", "requires_payment_method")]
    {
        let asked = [
            ("payment_method", "pm_card_authenticationRequired"),
            ("confirm", "true"),
            ("return_url", "https://shop.example/kept"),
        ];
        let (_, setup) = shop.call("POST", "setup_intents", &asked).await;
        assert_eq!(setup["status"], "requires_action");
        let bank = text(&setup["next_action"]["redirect_to_url"]["url"]);
        assert!(shop.page(bank).await.contains("visa •••• 3155 is to be kept"), "{bank}");
        let id = text(&setup["id"]);
        let sent = shop.submit(bank, &outcome).await;
        let expected = format!("https://shop.example/kept?setup_intent={id}&");
        assert!(sent.starts_with(&expected) && sent.ends_with(word), "{sent}");
        let after = shop.get(&format!("setup_intents/{id}")).await;
        assert_eq!(after["status"], status);
        let refused = json!("setup_intent_authentication_failure");
        let expected = if word == "failed" { refused } else { json!(null) };
        assert_eq!(after["last_setup_error"]["code"], expected);
    }
    let lost = [("return_url", "https://shop.example/")];
    assert_eq!(shop.call("POST", "setup_intents", &lost).await.0, 400);
}

/// A payment of EUR 1.00 that the bank wants to hear the customer about.
async fn payment(shop: &Shop, parameters: &[(&str, &str)]) -> Value {
    let (status, asked) = shop.call("POST", "payment_intents", &order(parameters)).await;
    assert_eq!((status, &asked["status"]), (200, &json!("requires_action")), "{asked}");
    asked
}

fn order<'a>(parameters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let order = [
        ("amount", "100"),
        ("currency", "eur"),
        ("payment_method", "pm_card_authenticationRequired"),
        ("payment_method_types[]", "card"),
        ("confirm", "true"),
    ];
    order.iter().chain(parameters).copied().collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
