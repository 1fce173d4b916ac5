//! The owner's side of the sandbox, as a browser without scripts uses it.

use stripe_sandbox::{DeliveryState, Payer};

use crate::support::Shop;

const EMAIL: &str = "ada@example.com";

#[tokio::test]
async fn only_forms_of_the_dashboard_itself_are_taken() {
    let shop = Shop::open().await;
    let before = shop.sandbox.now();
    let debit = Payer::with_bank_debit(EMAIL);
    let sold = shop.sandbox.sell_elsewhere("price_course", &debit).await.expect("a debit");
    let settle = format!("settle/{sold}");
    for (path, field) in [("dashboard/clock", ("by", "day")), (&settle, ("outcome", "failed"))] {
        let address = format!("{}{path}", shop.sandbox.url());
        let elsewhere =
            reqwest::Client::new().post(address).header("Origin", "http://evil.example");
        let answer = elsewhere.form(&[field]).send().await.expect("an answer");
        assert_eq!(answer.status(), 403, "{path}");
    }
    assert_eq!(shop.sandbox.now(), before);
    assert_eq!(press(&shop, "clock", &[("by", "century")]).await, 404);
    assert_eq!(press(&shop, &format!("../{settle}"), &[("outcome", "succeeded")]).await, 303);
    let session = shop.get(&format!("checkout/sessions/{sold}")).await;
    assert_eq!(session["payment_status"], "paid", "the foreign form did nothing");
}

#[tokio::test]
async fn payments_are_refunded_disputed_and_warned_of() {
    let rows: &[(&[&str], &str)] = &[
        (&["refund"], "4900 refunded, undisputed"),
        (&["refund", "refund 404"], "4900 refunded, undisputed"),
        (&["refund-half"], "2450 refunded, undisputed"),
        (&["refund-half", "refund"], "4900 refunded, undisputed"),
        (&["inquiry", "dispute 404"], "0 refunded, warning_needs_response"),
        (&["inquiry", "dispute-won 404", "escalate"], "0 refunded, needs_response"),
        (&["dispute", "refund 404", "escalate 404"], "0 refunded, needs_response"),
        (&["dispute", "dispute-won", "refund"], "4900 refunded, won"),
        (&["dispute", "dispute-lost", "dispute-lost 404"], "0 refunded, lost"),
        (&["fraud-warning", "fraud-warning 404", "dispute-won 404"], "0 refunded, undisputed"),
    ];
    for (actions, expected) in rows {
        let shop = Shop::open().await;
        let payer = Payer::with_good_card(EMAIL);
        shop.sandbox.sell_elsewhere("price_course", &payer).await.expect("paid");
        let charge = shop.get("charges").await["data"][0]["id"].as_str().expect("an id").to_owned();
        for action in *actions {
            let (name, status) = action.split_once(' ').unwrap_or((action, "303"));
            let shown = dashboard(&shop).await.contains(&format!(r#"value="{name}""#));
            assert_eq!(shown, status == "303", "{actions:?}: the button {name}");
            let pressed = press(&shop, &format!("payments/{charge}"), &[("do", name)]).await;
            assert_eq!(pressed.to_string(), status, "{actions:?}: {name}");
        }
        let refunded = shop.get(&format!("charges/{charge}")).await["amount_refunded"].clone();
        let disputes = shop.get("disputes").await;
        let dispute = disputes["data"][0]["status"].as_str().unwrap_or("undisputed");
        assert_eq!(format!("{refunded} refunded, {dispute}"), *expected, "{actions:?}");
        let warnings = shop.get("radar/early_fraud_warnings").await;
        let warned = warnings["data"].as_array().is_some_and(|all| !all.is_empty());
        assert_eq!(warned, actions.contains(&"fraud-warning"));
    }
}

#[tokio::test]
async fn the_clock_moves_by_buttons() {
    let shop = subscribed().await;
    for (by, seconds) in [("hour", 3_600), ("day", 86_400), ("month", 30 * 86_400)] {
        let before = shop.sandbox.now();
        assert_eq!(press(&shop, "clock", &[("by", by)]).await, 303);
        assert_eq!(shop.sandbox.now() - before, seconds, "{by}");
    }
    let end = shop.subscription().await["items"]["data"][0]["current_period_end"].clone();
    assert_eq!(press(&shop, "clock", &[("by", "renewal")]).await, 303);
    assert_eq!(end, shop.sandbox.now());
    assert_ne!(shop.subscription().await["items"]["data"][0]["current_period_end"], end);
}

#[tokio::test]
async fn subscriptions_are_canceled_resumed_and_made_to_fail() {
    let shop = subscribed().await;
    let id = shop.subscription().await["id"].as_str().expect("an id").to_owned();
    let path = format!("subscriptions/{id}");
    let act = async |action: &str| press(&shop, &path, &[("do", action)]).await;
    assert_eq!(act("resume").await, 404, "there is nothing to resume");
    assert_eq!(act("cancel-at-period-end").await, 303);
    assert_eq!(shop.subscription().await["cancel_at_period_end"], true);
    assert_eq!(act("resume").await, 303);
    assert_eq!(shop.subscription().await["cancel_at_period_end"], false);
    assert_eq!(act("resume-collection").await, 404, "it was never paused");
    assert_eq!(act("pause-collection").await, 303);
    assert_eq!(shop.subscription().await["pause_collection"]["behavior"], "void");
    assert_eq!(act("resume-collection").await, 303);
    assert_eq!(shop.subscription().await["pause_collection"], serde_json::Value::Null);
    assert_eq!(act("failing-card").await, 303);
    assert_eq!(act("good-card").await, 303);
    press(&shop, "clock", &[("by", "renewal")]).await;
    assert_eq!(shop.subscription().await["status"], "active");
    assert_eq!(act("failing-card").await, 303);
    press(&shop, "clock", &[("by", "renewal")]).await;
    assert_eq!(shop.subscription().await["status"], "past_due");
    assert_eq!(act("cancel-now").await, 303);
    assert_eq!(shop.subscription().await["status"], "canceled");
    assert_eq!(act("cancel-now").await, 404, "it is over");
    assert_eq!(press(&shop, "subscriptions/sub_x", &[("do", "cancel-now")]).await, 404);
}

#[tokio::test]
async fn webhooks_are_shown_resent_and_their_secret_rolled() {
    let shop = subscribed().await;
    shop.sandbox.webhooks_settled().await;
    let html = dashboard(&shop).await;
    assert!(html.contains("200, delivered") && html.contains(EMAIL), "{html}");
    let event = shop.sandbox.events()[0]["id"].as_str().expect("an id").to_owned();
    let before = shop.posts().len();
    assert_eq!(press(&shop, "webhooks", &[("resend", &event)]).await, 303);
    shop.sandbox.webhooks_settled().await;
    assert_eq!(shop.posts().len(), before + 1);
    let endpoint = shop.sandbox.webhook_endpoints()[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(press(&shop, "webhooks", &[("roll", &endpoint)]).await, 303);
    shop.sandbox.resend(&event).await;
    let signature = shop.posts().pop().expect("a webhook").signature;
    assert_eq!(signature.matches(",v1=").count(), 2, "{signature}");
    assert!(dashboard(&shop).await.contains("Two secrets sign"));
}

#[tokio::test]
async fn disturbances_and_faults_are_set_and_shown() {
    let shop = Shop::open().await;
    assert_eq!(press(&shop, "disturbances", &[("seed", "7"), ("drop", "100")]).await, 303);
    shop.call("POST", "customers", &[("email", EMAIL)]).await;
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Dropped);
    assert!(dashboard(&shop).await.contains(r#"name="drop" value="100""#));
    assert_eq!(press(&shop, "disturbances", &[("drop", "101")]).await, 404);
    let fault = [("kind", "500"), ("method", "GET"), ("path", "/v1/prices"), ("times", "2")];
    assert_eq!(press(&shop, "faults", &fault).await, 303);
    assert_eq!(shop.call("GET", "prices", &[]).await.0, 500);
    let html = dashboard(&shop).await;
    assert!(html.contains("the next 1 calls") && html.contains("<td>500</td>"), "{html}");
    assert_eq!(press(&shop, "faults", &[("clear", "yes")]).await, 303);
    assert_eq!(shop.call("GET", "prices", &[]).await.0, 200);
    assert_eq!(press(&shop, "faults", &[("kind", "flood")]).await, 404);
}

#[tokio::test]
async fn every_field_of_the_dashboard_has_a_label() {
    let html = dashboard(&Shop::open().await).await;
    let fields = html.matches(r#"<input type="text""#).count();
    assert!(fields > 10, "{html}");
    for field in html.split(r#"<input type="text""#).skip(1) {
        let id = field.split(r#"id=""#).nth(1).and_then(|rest| rest.split('"').next());
        let id = id.expect("each field has an id");
        assert!(html.contains(&format!(r#"<label for="{id}">"#)), "{id}");
    }
    assert!(!html.contains("<script"));
}

async fn subscribed() -> Shop {
    let shop = Shop::open().await;
    let payer = Payer::with_good_card(EMAIL);
    shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("paid");
    shop
}

async fn dashboard(shop: &Shop) -> String {
    shop.page(&format!("{}dashboard", shop.sandbox.url())).await
}

/// Presses a button of the dashboard, as a browser does; the status of the answer.
async fn press(shop: &Shop, path: &str, fields: &[(&str, &str)]) -> u16 {
    let address = format!("{}dashboard/{path}", shop.sandbox.url());
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let request = client.expect("a client").post(address).form(fields);
    let origin = shop.sandbox.url().trim_end_matches('/').to_owned();
    let answer = request.header("Origin", origin).send().await.expect("an answer");
    answer.status().as_u16()
}
