//! Webhooks on their way: endpoints, signatures, retries, versions, disturbances.

use std::time::Duration;

use serde_json::{Value, json};
use stripe_sandbox::{
    DeliveryState, Disturbance, Disturbances, EventVersion, Payer, Payload, Rate, RetrySchedule,
    signature_header, signature_header_of_all,
};

use crate::support::{DAY, MONTH, Shop};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn an_endpoint_is_made_changed_silenced_and_deleted() {
    let shop = Shop::open().await;
    let made = [
        ("url", "http://127.0.0.1:9/hooks"),
        ("enabled_events[]", "customer.created"),
        ("enabled_events[]", "invoice.paid"),
        ("api_version", "2020-08-27"),
        ("description", "Mine"),
        ("metadata[a]", "1"),
    ];
    let (status, made) = shop.call("POST", "webhook_endpoints", &made).await;
    assert_eq!((status, &made["api_version"]), (200, &json!("2020-08-27")), "{made}");
    assert!(made["secret"].as_str().is_some_and(|it| it.starts_with("whsec_")));
    let path = format!("webhook_endpoints/{}", made["id"].as_str().expect("an id"));
    let shown = shop.get(&path).await;
    assert_eq!((&shown["secret"], &shown["status"]), (&Value::Null, &json!("enabled")));
    let change = [("disabled", "true"), ("description", ""), ("metadata[b]", "2")];
    let changed = shop.call("POST", &path, &change).await.1;
    assert_eq!((&changed["status"], &changed["description"]), (&json!("disabled"), &Value::Null));
    assert_eq!(changed["metadata"], json!({ "a": "1", "b": "2" }));
    shop.sandbox.hold_webhooks();
    shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    assert_eq!(shop.get("events").await["data"][0]["pending_webhooks"], 1, "only the other one");
    assert_eq!(shop.call("DELETE", &path, &[]).await.1["deleted"], true);
    assert_eq!(shop.call("GET", &path, &[]).await.0, 404);
    assert_eq!(shop.get("webhook_endpoints").await["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn endpoints_that_stripe_refuses_are_refused() {
    let shop = Shop::open().await;
    let url = ("url", "http://127.0.0.1:9/");
    let all = ("enabled_events[]", "*");
    let rows: [(&[(&str, &str)], &str); 6] = [
        (&[all], "Missing required param: url."),
        (&[url], "Missing required param: enabled_events."),
        (
            &[url, ("enabled_events[]", "x.y")],
            "Invalid enabled_events[0]: must be one of *, account.",
        ),
        (&[url, all, ("api_version", "2020-08-28")], "Invalid Stripe API version: 2020-08-28"),
        (&[url, all, ("api_version", "2022-11-15")], "The sandbox does not implement"),
        (&[("url", "https://shop.example/"), all], "The sandbox posts webhooks to http://"),
    ];
    for (parameters, message) in rows {
        let (status, answer) = shop.call("POST", "webhook_endpoints", parameters).await;
        let said = answer["error"]["message"].as_str().expect("a message");
        assert_eq!((status, said.starts_with(message)), (400, true), "{said}");
    }
}

#[tokio::test]
async fn while_a_secret_rolls_both_sign_and_afterwards_only_the_new_one() {
    let shop = Shop::open().await;
    let endpoint = shop.sandbox.webhook_endpoints()[0]["id"].as_str().expect("an id").to_owned();
    assert!(!shop.sandbox.roll_webhook_secret("we_x", "whsec_new", DAY));
    assert!(shop.sandbox.roll_webhook_secret(&endpoint, "whsec_new", DAY));
    let rows: [(Duration, &[&str]); 2] =
        [(Duration::ZERO, &["whsec_new", "whsec_test"]), (DAY, &["whsec_new"])];
    for (later, secrets) in rows {
        shop.sandbox.advance(later);
        customer(&shop).await;
        let post = shop.posts().pop().expect("a webhook");
        let at = timestamp(&post.signature);
        let expected = signature_header_of_all(secrets, at, post.body.as_bytes());
        assert_eq!(post.signature, expected);
    }
}

#[tokio::test]
async fn each_try_is_signed_anew_and_logged() {
    let shop = Shop::with(|options| {
        options.retries = RetrySchedule::Stripe;
        options.signature_time = stripe_sandbox::SignatureTime::SandboxClock;
    })
    .await;
    shop.refuse_next(3);
    customer(&shop).await;
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let before = shop.posts().len();
        shop.sandbox.advance(HOUR * 3);
        shop.sandbox.webhooks_settled().await;
        pauses.push(shop.posts().len() - before);
    }
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 4), "{pauses:?}");
    let statuses: Vec<_> = delivery.tries.iter().map(|one| one.outcome.clone()).collect();
    assert_eq!(statuses, [Ok(500), Ok(500), Ok(500), Ok(200)]);
    let mut signed: Vec<i64> = shop.posts().iter().map(|it| timestamp(&it.signature)).collect();
    let tried: Vec<i64> = delivery.tries.iter().map(|one| one.at).collect();
    assert_eq!(signed, tried);
    signed.dedup();
    assert_eq!(signed.len(), 4, "four moments");
}

#[tokio::test]
async fn an_event_is_sent_again_when_a_caller_asks() {
    let shop = Shop::open().await;
    shop.call("POST", "customers", &[("name", "Ada")]).await;
    shop.sandbox.webhooks_settled().await;
    let event = shop.get("events?type=customer.created").await["data"][0].clone();
    let came = || shop.received().iter().filter(|it| it["id"] == event["id"]).count();
    assert_eq!(came(), 1);
    let path = format!("events/{}/retry", event["id"].as_str().expect("an id"));
    let (status, again) = shop.call("POST", &path, &[("for_stripecli", "true")]).await;
    assert_eq!((status, &again["id"]), (200, &event["id"]));
    shop.sandbox.webhooks_settled().await;
    assert_eq!(came(), 2);
    let (_, endpoints) = shop.call("GET", "webhook_endpoints", &[]).await;
    let endpoint = endpoints["data"][0]["id"].as_str().expect("an id");
    shop.call("POST", &path, &[("webhook_endpoint", endpoint)]).await;
    shop.sandbox.webhooks_settled().await;
    assert_eq!(came(), 3);
    let (status, _) = shop.call("POST", &path, &[("webhook_endpoint", "we_x")]).await;
    assert_eq!(status, 400);
    assert_eq!(shop.call("POST", "events/evt_x/retry", &[]).await.0, 404);
}

#[tokio::test]
async fn by_stripes_schedule_a_webhook_is_given_up_after_a_few_hours_and_listed_as_undelivered() {
    let shop = Shop::with(|options| options.retries = RetrySchedule::Stripe).await;
    shop.refuse_next(99);
    customer(&shop).await;
    for _ in 0..4 {
        shop.sandbox.advance(HOUR * 4);
        shop.sandbox.webhooks_settled().await;
    }
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::GivenUp, 4));
    let undelivered = shop.get("events?delivery_success=false").await;
    assert_eq!(undelivered["data"][0]["id"], delivery.event_id.as_str());
    shop.refuse_next(0);
    shop.sandbox.resend(&delivery.event_id).await;
    assert_eq!(shop.get("events?delivery_success=false").await["data"], json!([]));
    assert_eq!(shop.get("events").await["data"][0]["pending_webhooks"], 0);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_gets_nothing_any_more() {
    let shop = Shop::open().await;
    shop.sandbox.hold_webhooks();
    shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    let id = shop.sandbox.webhook_endpoints()[0]["id"].as_str().expect("an id").to_owned();
    shop.call("DELETE", &format!("webhook_endpoints/{id}"), &[]).await;
    let log = shop.sandbox.deliver_all().await;
    assert_eq!((log[0].state, log[0].attempts), (DeliveryState::GivenUp, 0));
    assert!(shop.posts().is_empty());
}

#[tokio::test]
async fn events_are_listed_by_type_and_age() {
    let shop = Shop::open().await;
    customer(&shop).await;
    shop.call("POST", "products", &[("name", "A")]).await;
    let count = async |query: &str| {
        let listed = shop.get(&format!("events?{query}")).await;
        listed["data"].as_array().map(Vec::len)
    };
    assert_eq!(count("type=customer.created").await, Some(1));
    assert_eq!(count("type=customer.*").await, Some(1));
    assert_eq!(count("types[]=customer.created&types[]=product.created").await, count("").await);
    let both = shop.call("GET", "events?type=a&types[]=b", &[]).await;
    assert_eq!(both.0, 400);
    let event = shop.get("events?type=customer.created").await["data"][0].clone();
    assert_eq!(event["api_version"], stripe_sandbox::API_VERSION);
    let path = format!("events/{}", event["id"].as_str().expect("an id"));
    shop.sandbox.advance(Duration::from_secs(30 * 86_400 - 1));
    assert_eq!(shop.call("GET", &path, &[]).await.0, 200);
    shop.sandbox.advance(Duration::from_secs(1));
    assert_eq!(shop.call("GET", &path, &[]).await.0, 404);
    assert_eq!(count("").await, Some(0));
}

#[tokio::test]
async fn events_name_the_call_that_caused_them() {
    let shop = Shop::open().await;
    let (_, headers, _) =
        shop.ask("POST", "v1/customers?email=a%40b.c", &[("idempotency-key", "k1")]).await;
    let request = shop.get("events").await["data"][0]["request"].clone();
    let id = headers["request-id"].to_str().expect("ASCII");
    assert_eq!(request, json!({ "id": id, "idempotency_key": "k1" }));
}

#[tokio::test]
async fn equal_seeds_give_equal_deliveries() {
    let run = async |seed: u64| {
        let disturbances = [
            Disturbance::Repeat,
            Disturbance::Swap,
            Disturbance::Drop,
            Disturbance::TwoEvents,
            Disturbance::UnknownType,
            Disturbance::UnknownEnum,
        ];
        let disturbed = disturbances
            .into_iter()
            .fold(Disturbances::seeded(seed), |all, it| all.with(it, Rate::Percent(30)));
        let shop = Shop::with(|options| options.disturbances = disturbed).await;
        shop.takes_strange_webhooks();
        bought(&shop).await;
        shop.sandbox.webhooks_settled().await;
        shop.received().iter().map(|event| event["id"].clone()).collect::<Vec<_>>()
    };
    let first = run(3).await;
    assert!(!first.is_empty());
    assert_eq!(run(3).await, first);
    assert_ne!(run(4).await, first);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a row for each disturbance")]
async fn each_disturbance_does_what_it_says() {
    for (disturbance, name, _) in Disturbance::ALL {
        let shop = Shop::open().await;
        if matches!(disturbance, Disturbance::UnknownType | Disturbance::UnknownEnum) {
            shop.takes_strange_webhooks();
        }
        shop.sandbox.disturb(Disturbances::seeded(1).with(disturbance, Rate::Next(1)));
        shop.sandbox.hold_webhooks();
        bought(&shop).await;
        let planned = shop.sandbox.events().len();
        let log = shop.sandbox.deliver_all().await;
        let log = if log.iter().any(|it| it.state == DeliveryState::Waiting) {
            shop.sandbox.webhooks_settled().await
        } else {
            log
        };
        let received = shop.received();
        let ids: Vec<&str> = received.iter().filter_map(|it| it["id"].as_str()).collect();
        let distinct = ids.iter().collect::<std::collections::HashSet<_>>().len();
        let strange = |name: &str, strange: &dyn Fn(&Value) -> bool| {
            assert_eq!(received.iter().filter(|it| strange(it)).count(), 1, "{name}");
        };
        match disturbance {
            Disturbance::Repeat => assert_eq!((ids.len(), distinct), (planned + 1, planned)),
            Disturbance::Swap => {
                let all = shop.sandbox.events();
                let order: Vec<&str> = all.iter().filter_map(|it| it["id"].as_str()).collect();
                assert_ne!(ids, order);
                assert_eq!(distinct, planned);
            }
            Disturbance::Delay => assert_eq!(distinct, planned),
            Disturbance::Drop => {
                assert_eq!(ids.len(), planned - 1);
                assert_eq!(log.iter().filter(|it| it.state == DeliveryState::Dropped).count(), 1);
                let undelivered = shop.get("events?delivery_success=false").await;
                assert_eq!(undelivered["data"].as_array().map(Vec::len), Some(1));
            }
            Disturbance::TwoEvents => {
                let twins = received.iter().filter(|it| it["data"] == received[0]["data"]);
                assert_eq!((twins.count(), distinct), (2, planned));
            }
            Disturbance::OldTimestamp => {
                let posts = shop.posts();
                let age = timestamp(&posts[1].signature) - timestamp(&posts[0].signature);
                assert!((3_599..=3_601).contains(&age), "{age}");
            }
            Disturbance::WrongSecret => {
                let post = &shop.posts()[0];
                let at = timestamp(&post.signature);
                assert_ne!(
                    post.signature,
                    signature_header("whsec_test", at, post.body.as_bytes())
                );
            }
            Disturbance::HugeBody => {
                let huge = log.iter().find(|it| it.attempts > 1).expect("it came again");
                assert_eq!(huge.tries[0].outcome, Ok(413));
                assert_eq!((huge.state, distinct), (DeliveryState::Delivered, planned));
            }
            Disturbance::UnknownType => strange(name, &|it| it["type"] == "teleport.arrived"),
            Disturbance::UnknownEnum => {
                strange(name, &|it| it["data"]["object"]["status"] == "entangled");
            }
            Disturbance::OtherLivemode => strange(name, &|it| it["livemode"] == true),
        }
    }
}

#[tokio::test]
async fn an_endpoint_of_2024_gets_the_shapes_of_2024_and_one_of_2020_those_of_2020() {
    for (version, name) in
        [(EventVersion::June2024, "2024-06-20"), (EventVersion::August2020, "2020-08-27")]
    {
        let shop = Shop::with(|it| it.webhook_payload = Payload::Snapshot(version)).await;
        shop.takes_strange_webhooks();
        bought(&shop).await;
        shop.sandbox.advance(MONTH);
        shop.sandbox.webhooks_settled().await;
        let received = shop.received();
        assert!(received.iter().all(|event| event["api_version"] == name));
        let last = |kind: &str| {
            let event = received.iter().rev().find(|event| event["type"] == kind);
            event.unwrap_or_else(|| panic!("{kind} came")).clone()
        };
        let updated = last("customer.subscription.updated");
        let object = &updated["data"]["object"];
        let today = shop.subscription().await;
        let end = &today["items"]["data"][0]["current_period_end"];
        assert_eq!(&object["current_period_end"], end);
        assert_eq!(object["items"]["data"][0]["current_period_end"], Value::Null);
        assert_eq!(object["plan"]["id"], "price_reader");
        let previous = &updated["data"]["previous_attributes"];
        assert_eq!(previous["current_period_end"], object["current_period_start"], "{previous}");
        assert_eq!(previous["items"], Value::Null);
        let invoice = &last("invoice.paid")["data"]["object"];
        assert_eq!(invoice["subscription"], today["id"]);
        assert_eq!((&invoice["paid"], &invoice["parent"]), (&json!(true), &Value::Null));
        let intent = &last("payment_intent.succeeded")["data"]["object"];
        assert_eq!(
            (&invoice["payment_intent"], &intent["invoice"]),
            (&intent["id"], &invoice["id"])
        );
        assert_eq!(invoice["lines"]["data"][0]["price"]["id"], "price_reader");
        let charge = &last("charge.succeeded")["data"]["object"];
        assert_eq!((&invoice["charge"], &charge["invoice"]), (&charge["id"], &invoice["id"]));
        let session = &last("checkout.session.completed")["data"]["object"];
        let of_2020 = version == EventVersion::August2020;
        assert_eq!(charge["refunds"].is_object(), of_2020);
        let refund = shop.sandbox.refund(charge["id"].as_str().expect("an id"), Some(100));
        let refund = refund.expect("it was paid");
        shop.sandbox.webhooks_settled().await;
        let told = shop.received();
        let refunded = told.iter().find(|event| event["type"] == "charge.refunded");
        let refunds = &refunded.expect("it came")["data"]["object"]["refunds"];
        assert_eq!(refunds["data"][0]["id"] == refund.as_str(), of_2020, "{refunds}");
        assert_eq!(intent["charges"].is_object(), of_2020);
        assert_eq!(session["ui_mode"], if of_2020 { Value::Null } else { json!("hosted") });
        let plain = shop.get("events").await;
        assert_eq!(plain["data"][0]["api_version"], stripe_sandbox::API_VERSION);
    }
}

#[tokio::test]
async fn a_thin_event_points_to_its_object_and_can_be_fetched() {
    let shop = Shop::with(|options| options.webhook_payload = Payload::Thin).await;
    customer(&shop).await;
    let thin = shop.received()[0].clone();
    let snapshot = shop.get("events").await["data"][0].clone();
    assert_eq!(
        (&thin["object"], &thin["type"]),
        (&json!("v2.core.event"), &json!("v1.customer.created"))
    );
    assert_eq!((&thin["data"], &thin["snapshot_event"]), (&Value::Null, &snapshot["id"]));
    assert_eq!(thin["created"], "2026-11-03T12:00:00.000Z");
    let url = thin["related_object"]["url"].as_str().expect("a url").trim_start_matches('/');
    let (_, _, related) = shop.ask("GET", url, &[]).await;
    assert_eq!(related["id"], snapshot["data"]["object"]["id"]);
    let path = format!("v2/core/events/{}", thin["id"].as_str().expect("an id"));
    assert_eq!(shop.ask("GET", &path, &[]).await.2, thin);

    shop.call("POST", "customers", &[("email", "bob@example.com")]).await;
    let (_, _, first) = shop.ask("GET", "v2/core/events?limit=1", &[]).await;
    let next = first["next_page_url"].as_str().expect("another page").trim_start_matches('/');
    let (_, _, second) = shop.ask("GET", next, &[]).await;
    assert_eq!((&second["data"][0], &second["next_page_url"]), (&thin, &Value::Null));
}

async fn customer(shop: &Shop) {
    shop.call("POST", "customers", &[("email", "ada@example.com")]).await;
    shop.sandbox.webhooks_settled().await;
}

/// A subscription, with the dozen events that it makes.
async fn bought(shop: &Shop) {
    let payer = Payer::with_good_card("ada@example.com");
    shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("paid");
}

/// What a signature says of the time.
fn timestamp(signature: &str) -> i64 {
    let time = signature.strip_prefix("t=").and_then(|rest| rest.split(',').next());
    time.and_then(|time| time.parse().ok()).expect("a time")
}
