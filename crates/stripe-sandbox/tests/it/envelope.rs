//! Around every call: keys, permissions, rates, versions, idempotency, parameters, faults.

use std::time::Duration;

use serde_json::{Value, json};
use stripe_sandbox::{Calls, Fault, FaultKind, RestrictedKey};

use crate::support::Shop;

/// What a call is made with.
type Parameters<'a> = &'a [(&'a str, &'a str)];

const ADA: [(&str, &str); 1] = [("email", "ada@example.com")];

#[tokio::test]
async fn each_kind_of_key_is_told_what_is_wrong_with_it() {
    let shop = Shop::open().await;
    let rows = [
        ("Bearer sk_test_sandbox", 200, ""),
        ("Bearer sk_test_other", 401, "Invalid API Key provided: sk_test_****ther"),
        ("Bearer sk_live_other", 401, "Invalid API Key provided: sk_live_****ther"),
        ("Bearer ", 401, "You did not provide an API key."),
        ("Digest x", 401, "You did not provide an API key."),
        (
            "Bearer pk_test_1",
            401,
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
        ),
    ];
    for (authorization, status, message) in rows {
        let (actual, _, answer) =
            shop.ask("GET", "v1/prices", &[("authorization", authorization)]).await;
        assert_eq!(actual, status, "{authorization}");
        if status != 200 {
            let said = answer["error"]["message"].as_str().expect("a message");
            assert!(said.starts_with(message), "{authorization}: {said}");
            assert_eq!(answer["error"]["type"], "invalid_request_error");
        }
    }
}

#[tokio::test]
async fn a_restricted_key_does_what_it_may_and_is_told_what_it_lacks() {
    let permissions = ["rak_customer_write", "rak_plan_read"].map(str::to_owned).to_vec();
    let key = RestrictedKey { key: "rk_test_abcd1234".to_owned(), permissions };
    let shop = Shop::with(|options| options.restricted_keys = vec![key]).await;
    let rows = [
        ("GET", "v1/customers", 200, ""),
        ("POST", "v1/customers", 200, ""),
        ("GET", "v1/prices/price_reader", 200, ""),
        ("POST", "v1/prices/price_reader", 403, "rak_plan_write"),
        ("GET", "v1/subscriptions", 403, "rak_subscription_read"),
        ("POST", "v1/checkout/sessions", 403, "rak_checkout_session_write"),
    ];
    for (method, path, status, lacks) in rows {
        let headers = [("authorization", "Bearer rk_test_abcd1234")];
        let (actual, _, answer) = shop.ask(method, path, &headers).await;
        assert_eq!(actual, status, "{method} {path}: {answer}");
        if status == 403 {
            let said = answer["error"]["message"].as_str().expect("a message");
            assert!(said.contains("'rk_test_****1234'"), "{said}");
            assert!(said.contains(&format!("Having the '{lacks}' permission")), "{said}");
            assert_eq!(answer["error"]["type"], "invalid_request_error");
        }
    }
    let asked = [("endpoints[0]", "POST /v1/checkout/sessions"), ("endpoints[1]", "GET /v1/moon")];
    let (status, answer) = shop.call("POST", "stripecli/key_permissions", &asked).await;
    assert_eq!((status, &answer["permissions"]), (200, &json!(["rak_checkout_session_write"])));
    assert_eq!(answer["unresolved_endpoints"][0]["endpoint"], "GET /v1/moon");
}

#[tokio::test]
async fn an_account_in_live_mode_says_so_everywhere() {
    let shop = Shop::with(|options| options.secret_key = "sk_live_1".to_owned()).await;
    let live = [("authorization", "Bearer sk_live_1")];
    assert_eq!(shop.ask("GET", "v1/prices", &[]).await.0, 401, "a test key");
    let (_, _, customer) = shop.ask("POST", "v1/customers?metadata[livemode]=mine", &live).await;
    assert_eq!(
        (&customer["livemode"], &customer["metadata"]["livemode"]),
        (&json!(true), &json!("mine"))
    );
    let (_, _, prices) = shop.ask("GET", "v1/prices?expand[]=data.product", &live).await;
    assert_eq!(prices["data"][0]["livemode"], true);
    assert_eq!(prices["data"][0]["product"]["livemode"], true);
    shop.sandbox.deliver_all().await;
    let event = &shop.received()[0];
    assert_eq!(
        (&event["livemode"], &event["data"]["object"]["livemode"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(shop.sandbox.customers()[0]["livemode"], true);
}

#[tokio::test]
async fn too_many_calls_in_one_second_are_turned_away() {
    let shop = Shop::with(|options| options.rate_limit = Some(2)).await;
    let statuses = async || {
        let (status, headers, answer) = shop.ask("GET", "v1/prices", &[]).await;
        let reason = headers.get("stripe-rate-limited-reason").is_some();
        assert_eq!((status == 429, reason), (reason, status == 429));
        assert_eq!(answer["error"]["code"] == "rate_limit", status == 429);
        status
    };
    assert_eq!([statuses().await, statuses().await, statuses().await], [200, 200, 429]);
    shop.sandbox.advance(Duration::from_secs(1));
    assert_eq!(statuses().await, 200);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day_and_counts_only_where_something_changes() {
    let shop = Shop::open().await;
    let id = async || shop.keyed("k1", "customers", &ADA).await.1["id"].clone();
    let first = id().await;
    shop.sandbox.advance(Duration::from_secs(86_399));
    assert_eq!(id().await, first);
    shop.sandbox.advance(Duration::from_secs(1));
    assert_ne!(id().await, first, "a day after its first use");

    let key = [("idempotency-key", "k2")];
    let before = shop.ask("GET", "v1/customers", &key).await.2;
    shop.call("POST", "customers", &ADA).await;
    assert_ne!(shop.ask("GET", "v1/customers", &key).await.2, before, "GET has no keys");
    let path = format!("v1/customers/{}", first.as_str().expect("an id"));
    assert_eq!(shop.ask("DELETE", &path, &key).await.0, 200);
    assert_eq!(shop.ask("DELETE", &path, &key).await.0, 404, "DELETE has no keys");
    let long = "k".repeat(256);
    assert_eq!(shop.keyed(&long, "customers", &ADA).await.0, 400);
}

#[tokio::test]
async fn the_same_key_at_the_same_time_is_in_use() {
    let shop = Shop::open().await;
    let slow = FaultKind::Slow(Duration::from_millis(300));
    shop.sandbox.fail_next(Fault::next(1, slow));
    let (one, two) =
        tokio::join!(shop.keyed("k1", "customers", &ADA), shop.keyed("k1", "customers", &ADA));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let refused = if one.0 == 409 { one.1 } else { two.1 };
    assert_eq!(refused["error"]["code"], "idempotency_key_in_use");
    assert_eq!(shop.sandbox.customers().len(), 1);
    assert_eq!(shop.keyed("k1", "customers", &ADA).await.0, 200, "and then it is free");
}

#[tokio::test]
async fn parameters_are_read_as_stripe_reads_them() {
    let shop = Shop::open().await;
    let rows: [(Parameters, &str, &str); 5] = [
        (&[("colour", "red")], "colour", "Received unknown parameter: colour"),
        (
            &[("colour", "red"), ("size[x]", "1")],
            "colour",
            "Received unknown parameters: colour, size[x]",
        ),
        (&[("mode", "payment")], "line_items", "Missing required param: line_items."),
        (&[("allow_promotion_codes", "yes")], "allow_promotion_codes", "Invalid boolean: yes"),
        (
            &[("line_items[0][quantity]", "many")],
            "line_items[0][quantity]",
            "Invalid integer: many",
        ),
    ];
    for (parameters, param, message) in rows {
        let order = [
            ("success_url", "https://shop.example/"),
            ("mode", "payment"),
            ("line_items[0][price]", "price_course"),
            ("line_items[0][quantity]", "1"),
        ];
        let whole = [&order[..], parameters].concat();
        let sent = if param == "line_items" { parameters } else { &whole[..] };
        let (status, answer) = shop.call("POST", "checkout/sessions", sent).await;
        assert_eq!(status, 400, "{parameters:?}: {answer}");
        assert_eq!(answer["error"]["message"], message);
        assert_eq!(answer["error"]["param"], param);
    }
    let session = shop
        .call(
            "POST",
            "checkout/sessions?expand[]=line_items",
            &[
                ("success_url", "https://shop.example/"),
                ("mode", "payment"),
                ("line_items[][price]", "price_course"),
                ("line_items[][quantity]", "2"),
            ],
        )
        .await;
    assert_eq!(session.1["line_items"]["data"][0]["quantity"], 2, "{}", session.1);
}

#[tokio::test]
async fn the_second_version_has_its_own_errors() {
    let shop = Shop::open().await;
    let (status, _, answer) = shop.ask("GET", "v2/core/events/evt_x", &[]).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("not_found")));
    let (status, _, answer) = shop.ask("GET", "v2/core/events?colour=red", &[]).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("invalid_fields")));
}

#[tokio::test]
async fn old_versions_are_answered_in_their_shapes() {
    let shop = Shop::open().await;
    shop.sandbox
        .sell_elsewhere("price_reader", &stripe_sandbox::Payer::with_good_card("ada@example.com"))
        .await
        .expect("paid");
    let ask = async |version: &str| {
        let path = "subscriptions?expand[]=data.latest_invoice";
        let request = shop.request("GET", path, &[]).of_old_version(version);
        let (_, headers, answer) = request.send().await;
        assert_eq!(headers["stripe-version"], version);
        answer["data"][0].clone()
    };
    let old = ask("2020-08-27").await;
    let new = ask("2026-10-28.endive").await;
    assert_eq!(old["current_period_end"], new["items"]["data"][0]["current_period_end"]);
    assert_eq!(new["current_period_end"], Value::Null);
    assert_eq!(old["latest_invoice"]["subscription"], old["id"]);
    assert_eq!(new["latest_invoice"]["subscription"], Value::Null);
}

#[tokio::test]
async fn faults_before_the_effect_leave_nothing_and_faults_after_it_leave_all() {
    let rows = [
        (FaultKind::ServerError, Some(500), 0),
        (FaultKind::ServerErrorAfter, Some(500), 1),
        (FaultKind::RateLimited, Some(429), 0),
        (FaultKind::Reset, None, 0),
        (FaultKind::ResetAfter, None, 1),
        (FaultKind::Garbage { status: 200 }, Some(200), 0),
        (FaultKind::Slow(Duration::from_millis(1)), Some(200), 1),
    ];
    for (kind, status, customers) in rows {
        let shop = Shop::open().await;
        shop.sandbox.fail_next(Fault::next(1, kind).only("POST", "/v1/customers"));
        let request = shop.request("POST", "customers", &ADA).header("idempotency-key", "k1");
        let answer = request.try_send().await.ok().map(|(status, ..)| status);
        assert_eq!(answer, status, "{kind:?}");
        assert_eq!(shop.sandbox.requests()[0].status, status, "{kind:?}");
        assert_eq!(shop.sandbox.customers().len(), customers, "{kind:?}");
        let again = shop.keyed("k1", "customers", &ADA).await.0;
        let remembered = kind == FaultKind::ServerErrorAfter;
        assert_eq!(again, if remembered { 500 } else { 200 }, "{kind:?}");
        assert_eq!(shop.sandbox.customers().len(), 1, "{kind:?}: the key did its work");
    }
}

#[tokio::test]
async fn a_client_is_told_how_long_to_wait() {
    let shop = Shop::open().await;
    shop.sandbox.fail_next(Fault::next(1, FaultKind::RateLimitedFor { seconds: 3 }));
    let (status, headers, _) = shop.ask("GET", "v1/prices", &[]).await;
    assert_eq!((status, &headers["retry-after"]), (429, &"3".parse().expect("ASCII")));
    assert_eq!(headers["stripe-should-retry"], "true");
}

#[tokio::test]
async fn chances_of_a_fault_are_the_same_in_every_run() {
    let run = async |seed: u64| {
        let fault = Fault::sometimes(50, seed, FaultKind::ServerError);
        let shop =
            Shop::with(|options| options.faults = vec![fault.only("GET", "/v1/prices")]).await;
        assert_eq!(shop.sandbox.faults()[0].calls, Calls::Chance { percent: 50, seed });
        let mut statuses = Vec::new();
        for _ in 0..12 {
            statuses.push(shop.call("GET", "prices", &[]).await.0);
        }
        shop.sandbox.clear_faults();
        assert_eq!(shop.call("GET", "prices", &[]).await.0, 200);
        statuses
    };
    let first = run(7).await;
    assert!(first.contains(&200) && first.contains(&500), "{first:?}");
    assert_eq!(run(7).await, first);
    assert_ne!(run(8).await, first);
}
