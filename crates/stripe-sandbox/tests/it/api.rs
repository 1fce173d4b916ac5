//! The API as clients see it: keys, errors, idempotency, lists, expansion, refusals.

use crate::support::Shop;
use serde_json::json;

#[tokio::test]
async fn only_the_right_key_is_let_in() {
    let shop = Shop::open().await;
    let basic = "Basic c2tfdGVzdF9zYW5kYm94Og=="; // sk_test_sandbox and no password
    for (authorization, expected) in [("", 401), ("Bearer sk_test_other", 401), (basic, 200)] {
        let headers = [("authorization", authorization)];
        let (status, headers, answer) = shop.ask("GET", "v1/prices", &headers).await;
        assert_eq!(status, expected, "{authorization}: {answer}");
        assert!(headers["request-id"].to_str().expect("ASCII").starts_with("req_"));
        if status == 401 {
            assert_eq!(answer["error"]["type"], "invalid_request_error");
        } else {
            assert_eq!(headers["stripe-version"], stripe_sandbox::API_VERSION);
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_answers_once() {
    let shop = Shop::open().await;
    let create = |email: &'static str| {
        let request =
            shop.request("POST", "customers", &[("email", email)]).header("idempotency-key", "k1");
        request.send()
    };
    let (_, headers, first) = create("ada@example.com").await;
    assert!(!headers.contains_key("idempotent-replayed"));
    let (_, headers, again) = create("ada@example.com").await;
    assert_eq!(headers["idempotent-replayed"], "true");
    assert_eq!(again, first);
    let (status, _, other) = create("bob@example.com").await;
    assert_eq!((status, &other["error"]["type"]), (400, &json!("idempotency_error")));
    let requests = shop.sandbox.requests();
    assert_eq!(requests[0].parameters, [("email".to_owned(), "ada@example.com".to_owned())]);
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn customers_live_and_are_deleted() {
    let shop = Shop::open().await;
    let (_, ada) =
        shop.call("POST", "customers", &[("email", "ada@example.com"), ("metadata[a]", "1")]).await;
    let path = format!("customers/{}", ada["id"].as_str().expect("an id"));
    let (_, ada) = shop
        .call("POST", &path, &[("name", "Ada"), ("metadata[a]", ""), ("metadata[b]", "2")])
        .await;
    assert_eq!((&ada["name"], &ada["metadata"]), (&json!("Ada"), &json!({ "b": "2" })));
    assert_eq!(shop.get("customers?email=ada%40example.com").await["data"][0]["id"], ada["id"]);
    assert_eq!(shop.get("customers?email=x%40example.com").await["data"], json!([]));
    assert_eq!(shop.call("DELETE", &path, &[]).await.1["deleted"], true);
    assert_eq!(shop.get(&path).await["deleted"], true);
    assert_eq!(shop.get("customers").await["data"], json!([]));
    assert_eq!(shop.call("POST", &path, &[("name", "Eve")]).await.0, 404);
}

#[tokio::test]
async fn checkouts_that_stripe_refuses_are_refused() {
    let shop = Shop::open().await;
    shop.call("POST", "prices/price_course", &[("active", "false")]).await;
    let course = ("line_items[0][price]", "price_course");
    let reader = ("line_items[0][price]", "price_reader");
    let payment = ("mode", "payment");
    let subscription = ("mode", "subscription");
    let one = ("line_items[0][quantity]", "1");
    let back = ("success_url", "https://shop.example/");
    let rows: &[(&[(&str, &str)], &str)] = &[
        (&[reader, subscription, one], "Missing required param: success_url."),
        (&[reader, one, back], "Missing required param: mode."),
        (&[subscription, back], "Missing required param: line_items."),
        (&[reader, subscription, back], "Missing required param: line_items[0][quantity]."),
        (&[reader, subscription, one, ("success_url", "/return")], "Not a valid URL"),
        (&[reader, subscription, one, back, ("cancel_url", "javascript:x")], "Not a valid URL"),
        (&[("line_items[0][price]", "x"), subscription, one, back], "No such price: 'x'"),
        (&[course, payment, one, back], "The price specified is inactive."),
        (
            &[reader, payment, one, back],
            "You specified `payment` mode but passed a recurring price.",
        ),
        (
            &[reader, subscription, one, back, ("customer_creation", "always")],
            "You can not pass `customer_creation`",
        ),
        (
            &[reader, subscription, one, back, ("payment_intent_data[metadata][a]", "b")],
            "You can not pass",
        ),
        (&[reader, subscription, one, back, ("customer", "cus_x")], "No such customer: 'cus_x'"),
        (
            &[reader, subscription, one, back, ("subscription_data[trial_period_days]", "0")],
            "This value must be greater",
        ),
        (&[reader, subscription, one, back, ("discounts[0][coupon]", "x")], "No such coupon: 'x'"),
        (
            &[reader, subscription, one, back, ("colour", "red")],
            "Received unknown parameter: colour",
        ),
        (
            &[reader, subscription, one, back, ("automatic_tax[enabled]", "true")],
            "The sandbox does not implement",
        ),
        (
            &[reader, subscription, one, back, ("expires_at", "1")],
            "The `expires_at` timestamp must be at least",
        ),
    ];
    for (parameters, message) in rows {
        let (status, answer) = shop.call("POST", "checkout/sessions", parameters).await;
        assert_eq!(status, 400, "{parameters:?}");
        let actual = answer["error"]["message"].as_str().expect("a message");
        assert!(actual.starts_with(message), "{parameters:?}: {actual}");
    }
}

#[tokio::test]
async fn discounts_come_from_the_caller_or_the_customer_not_both() {
    let shop = Shop::open().await;
    shop.call("POST", "coupons", &[("id", "HALF"), ("percent_off", "50")]).await;
    let both = [
        ("mode", "payment"),
        ("line_items[0][price]", "price_course"),
        ("line_items[0][quantity]", "2"),
        ("success_url", "https://shop.example/"),
        ("discounts[0][coupon]", "HALF"),
    ];
    let (_, session) = shop.call("POST", "checkout/sessions", &both).await;
    assert_eq!(
        (&session["amount_subtotal"], &session["amount_total"]),
        (&json!(9_800), &json!(4_900))
    );
    let both = [&both[..], &[("allow_promotion_codes", "true")]].concat();
    let (status, refused) = shop.call("POST", "checkout/sessions", &both).await;
    assert_eq!(status, 400);
    assert!(
        refused["error"]["message"]
            .as_str()
            .is_some_and(|it| it.contains("allow_promotion_codes, discounts"))
    );
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_stripes_words() {
    let shop = Shop::open().await;
    let (status, answer) = shop.call("GET", "subscriptions/sub_x", &[]).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("resource_missing")));
    assert_eq!(answer["error"]["message"], "No such subscription: 'sub_x'");
    assert_eq!(shop.call("GET", "unicorns", &[]).await.0, 404);
    let (status, answer) = shop.call("GET", "prices/price_reader?expand[]=currency", &[]).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["message"], "This property cannot be expanded (currency).");
    assert_eq!(
        shop.get("prices/price_reader?expand[]=product").await["product"]["name"],
        "The reader"
    );
}

#[tokio::test]
async fn lists_are_paged_and_expanded() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        shop.checkout(&[("mode", "payment"), ("line_items[0][price]", "price_course")]).await;
    }
    let first = shop.get("checkout/sessions?limit=2&expand[]=data.line_items").await;
    assert_eq!(
        (first["data"].as_array().map(Vec::len), &first["has_more"]),
        (Some(2), &json!(true))
    );
    assert_eq!(first["data"][0]["line_items"]["data"][0]["description"], "The course");
    let last = first["data"][1]["id"].as_str().expect("an id");
    let rest = shop.get(&format!("checkout/sessions?limit=2&starting_after={last}")).await;
    assert_eq!(
        (rest["data"].as_array().map(Vec::len), &rest["has_more"]),
        (Some(1), &json!(false))
    );
}

#[tokio::test]
async fn a_refused_expansion_has_no_effect() {
    let shop = Shop::open().await;
    let nonsense = [("email", "ada@example.com"), ("expand[]", "nonsense")];
    for _ in 0..2 {
        let (status, refused) = shop.keyed("k1", "customers", &nonsense).await;
        assert_eq!(status, 400);
        assert_eq!(refused["error"]["message"], "This property cannot be expanded (nonsense).");
        assert!(shop.sandbox.customers().is_empty() && shop.sandbox.events().is_empty());
    }
}

#[tokio::test]
async fn only_what_stripe_expands_is_expanded() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "subscription"), ("line_items[0][price]", "price_reader")]).await;
    let one = format!("checkout/sessions/{}", session["id"].as_str().expect("an id"));
    let rows = [
        (one.as_str(), "customer", 200),
        (one.as_str(), "subscription.latest_invoice", 200),
        (one.as_str(), "line_items.data.price.product", 200),
        (one.as_str(), "customer.nonsense", 400),
        (one.as_str(), "id", 400),
        (one.as_str(), "data.customer", 400),
        (one.as_str(), "subscription.latest_invoice.customer.subscriptions.data.customer", 400),
        ("checkout/sessions", "data.customer", 200),
        ("checkout/sessions", "customer", 400),
        ("checkout/sessions", "data", 400),
        ("customers", "data.colour", 400),
    ];
    for (path, expand, status) in rows {
        let path = format!("{path}?expand[]={expand}");
        assert_eq!(shop.call("GET", &path, &[]).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn errors_of_the_endpoint_are_remembered_under_the_key_and_bad_parameters_are_not() {
    let shop = Shop::open().await;
    let unknown = [("customer", "cus_x")];
    let (status, first) = shop.keyed("k1", "billing_portal/sessions", &unknown).await;
    assert_eq!(status, 400);
    assert_eq!(shop.keyed("k1", "billing_portal/sessions", &unknown).await, (400, first));
    let again = shop.request("POST", "billing_portal/sessions", &unknown);
    let (_, headers, _) = again.header("idempotency-key", "k1").send().await;
    assert_eq!(headers["idempotent-replayed"], "true");
    let other = shop.keyed("k1", "billing_portal/sessions", &[("customer", "cus_y")]).await.1;
    assert_eq!(other["error"]["type"], "idempotency_error");

    let rows: [(&str, &[(&str, &str)]); 4] = [
        ("products", &[("colour", "red")]),
        ("products", &[]),
        ("products", &[("name", "A"), ("active", "perhaps")]),
        ("coupons", &[("amount_off", "many")]),
    ];
    for (path, parameters) in rows {
        assert_eq!(shop.keyed("k2", path, parameters).await.0, 400, "{parameters:?}");
    }
    assert_eq!(shop.keyed("k2", "products", &[("name", "A")]).await.0, 200);
}

#[tokio::test]
async fn an_id_is_given_once() {
    let shop = Shop::open().await;
    let rows = [
        ("products", [("id", "prod_x"), ("name", "One")], "Product already exists."),
        ("coupons", [("id", "HALF"), ("percent_off", "50")], "Coupon already exists."),
    ];
    for (path, parameters, message) in rows {
        let (_, first) = shop.call("POST", path, &parameters).await;
        let (status, refused) = shop.call("POST", path, &parameters).await;
        assert_eq!((status, &refused["error"]["message"]), (400, &json!(message)));
        assert_eq!(refused["error"]["code"], "resource_already_exists");
        let id = first["id"].as_str().expect("an id");
        assert_eq!(shop.get(&format!("{path}/{id}")).await, first);
    }
}

#[tokio::test]
async fn a_coupon_in_another_currency_is_refused() {
    let shop = Shop::open().await;
    let order = |coupon: &'static str| {
        [
            ("mode", "payment"),
            ("line_items[0][price]", "price_course"),
            ("line_items[0][quantity]", "1"),
            ("success_url", "https://shop.example/"),
            ("discounts[0][coupon]", coupon),
        ]
    };
    for (id, currency, status) in [("EURO", "EUR", 200), ("DOLLAR", "usd", 400)] {
        let coupon = [("id", id), ("amount_off", "500"), ("currency", currency)];
        shop.call("POST", "coupons", &coupon).await;
        let (actual, answer) = shop.call("POST", "checkout/sessions", &order(id)).await;
        assert_eq!(actual, status, "{answer}");
        if status == 400 {
            assert_eq!(answer["error"]["param"], "discounts[0][coupon]");
        }
    }
}

#[tokio::test]
async fn a_json_body_is_told_which_content_type_is_right() {
    let shop = Shop::open().await;
    let request = shop.request("POST", "customers", &[]).json(&json!({ "email": "a@b.c" }));
    let (status, _, error) = request.send().await;
    assert_eq!(status, 400);
    let message = error["error"]["message"].as_str().expect("a message");
    assert!(message.contains("content type is application/x-www-form-urlencoded"), "{message}");
    assert!(shop.sandbox.customers().is_empty());
}

#[tokio::test]
async fn unknown_api_paths_are_answered_in_json() {
    let shop = Shop::open().await;
    for path in ["v1", "v1/", "v1/unicorns", "v2", "v2/", "v2/core/unicorns"] {
        let (status, _, error) = shop.ask("GET", path, &[]).await;
        assert_eq!(status, 404, "{path}");
        let message = error["error"]["message"].as_str().expect("a message");
        assert!(
            message.starts_with(&format!("Unrecognized request URL (GET: /{path})")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_api_version_is_one_that_stripe_has_had() {
    let shop = Shop::open().await;
    let rows = [
        ("2026-09-30.endive", 200),
        ("2020-08-27", 200),
        ("2020-08-28", 400),
        ("2026-9-30", 400),
        ("2026-13-01", 400),
        ("2026-09-30.", 400),
        ("latest", 400),
        ("", 400),
    ];
    for (version, status) in rows {
        let request = shop.request("GET", "prices", &[]).of_old_version(version);
        let (actual, _, error) = request.send().await;
        assert_eq!(actual, status, "{version:?}");
        if status == 400 {
            assert_eq!(error["error"]["message"], format!("Invalid Stripe API version: {version}"));
        }
    }
}
