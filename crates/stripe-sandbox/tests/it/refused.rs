//! What Stripe refuses of whoever calls whatever: texts that are too long, amounts that are too
//! small, what contradicts itself; and what it says then.

use serde_json::{Value, json};

use crate::support::Shop;

type Parameters<'a> = &'a [(&'a str, &'a str)];

/// The code of the refusal and the parameter that it blames; both null if it is none.
async fn check(shop: &Shop, path: &str, parameters: Parameters<'_>, code: Value, param: Value) {
    let (status, answer) = shop.call("POST", path, parameters).await;
    assert_eq!(status, 400, "{path} {parameters:?}: {answer}");
    let error = &answer["error"];
    assert_eq!(
        (&error["code"], &error["param"]),
        (&code, &param),
        "{path} {parameters:?}: {error}"
    );
}

#[tokio::test]
async fn texts_and_numbers_have_their_limits() {
    let shop = Shop::open().await;
    let long = |letters: usize| "x".repeat(letters);
    let none = Value::Null;
    let rows: [(&str, &str, String, Value); 8] = [
        ("customers", "name", long(257), none.clone()),
        ("customers", "email", "nobody".to_owned(), json!("email_invalid")),
        ("customers", "email", "a b@example.com".to_owned(), json!("email_invalid")),
        ("customers", "description", long(5_001), none.clone()),
        ("products", "name", String::new(), json!("parameter_invalid_empty")),
        ("products", "active", String::new(), json!("parameter_invalid_empty")),
        ("products", "metadata", "mine".to_owned(), none.clone()),
        ("products", "name[first]", "Tea".to_owned(), none),
    ];
    for (path, name, value, code) in rows {
        let param = name.split('[').next().unwrap_or_default();
        let named = ("name", "Tea");
        let given = (name, value.as_str());
        let whole = [named, given];
        let parameters =
            if path == "products" && param != "name" { &whole[..] } else { &whole[1..] };
        check(&shop, path, parameters, code, json!(param)).await;
    }
    let (status, _) = shop.call("POST", "customers", &[("name", &long(256))]).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_object_has_at_most_fifty_notes() {
    let shop = Shop::open().await;
    let names: Vec<String> = (0..51).map(|number| format!("metadata[{number}]")).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let (status, refused) = shop.call("POST", "customers", &all).await;
    let said = "Metadata can have up to 50 keys, but you've set 51.";
    assert_eq!((status, &refused["error"]["message"]), (400, &json!(said)));
    let (_, customer) = shop.call("POST", "customers", &all[..50]).await;
    let path = format!("customers/{}", customer["id"].as_str().expect("an id"));
    assert_eq!(shop.call("POST", &path, &all[50..]).await.0, 400);
    let swapped = [all[50], (names[0].as_str(), "")];
    let (status, customer) = shop.call("POST", &path, &swapped).await;
    assert_eq!(
        (status, customer["metadata"].as_object().map(serde_json::Map::len)),
        (200, Some(50))
    );
}

#[tokio::test]
async fn prices_and_coupons_that_make_no_sense_are_none() {
    let shop = Shop::open().await;
    let (_, product) = shop.call("POST", "products", &[("name", "Tea")]).await;
    let id = ("product", product["id"].as_str().expect("an id"));
    let (eur, ten) = (("currency", "eur"), ("unit_amount", "10"));
    let monthly = ("recurring[interval]", "month");
    let (missing, none) = (json!("parameter_missing"), Value::Null);
    let rows: [(&str, Parameters, &Value, Value); 9] = [
        ("prices", &[id, ("currency", "xyz"), ten], &none, json!("currency")),
        ("prices", &[id, eur, ten, ("product_data[name]", "Tea")], &none, none.clone()),
        (
            "prices",
            &[eur, ten, ("product_data[metadata][a]", "1")],
            &missing,
            json!("product_data[name]"),
        ),
        (
            "prices",
            &[id, eur, ten, ("recurring[interval_count]", "2")],
            &missing,
            json!("recurring[interval]"),
        ),
        (
            "prices",
            &[id, eur, ten, monthly, ("recurring[interval_count]", "37")],
            &none,
            json!("recurring[interval_count]"),
        ),
        (
            "coupons",
            &[("percent_off", "5"), ("duration_in_months", "3")],
            &none,
            json!("duration_in_months"),
        ),
        ("coupons", &[("amount_off", "5"), ("currency", "xyz")], &none, json!("currency")),
        (
            "coupons",
            &[("percent_off", "5"), ("name", "a name of more than forty letters, by one")],
            &none,
            json!("name"),
        ),
        (
            "prices",
            &[id, eur, ten, ("billing_scheme", "tiered")],
            &json!("not_in_sandbox"),
            json!("billing_scheme=tiered"),
        ),
    ];
    for (path, parameters, code, param) in rows {
        check(&shop, path, parameters, code.clone(), param).await;
    }
    for count in ["1", "36"] {
        let quarter = [id, eur, ten, monthly, ("recurring[interval_count]", count)];
        assert_eq!(shop.call("POST", "prices", &quarter).await.0, 200, "{count}");
    }
}

#[tokio::test]
async fn a_payment_is_neither_too_small_nor_in_no_currency() {
    let shop = Shop::open().await;
    let too_small = || (json!("amount_too_small"), json!("amount"));
    let rows = [
        ("49", "eur", too_small()),
        ("49", "jpy", too_small()),
        ("29", "gbp", too_small()),
        ("500", "xyz", (Value::Null, json!("currency"))),
    ];
    for (amount, currency, (code, param)) in rows {
        let payment = [("amount", amount), ("currency", currency)];
        check(&shop, "payment_intents", &payment, code, param).await;
    }
    for (amount, currency) in [("50", "eur"), ("50", "jpy"), ("30", "gbp")] {
        let payment = [("amount", amount), ("currency", currency)];
        assert_eq!(shop.call("POST", "payment_intents", &payment).await.0, 200, "{currency}");
    }
}

#[tokio::test]
async fn a_checkout_sells_neither_too_many_things_nor_for_too_little() {
    let shop = Shop::open().await;
    let (_, product) = shop.call("POST", "products", &[("name", "Tea")]).await;
    let cup = [
        ("product", product["id"].as_str().expect("an id")),
        ("currency", "usd"),
        ("unit_amount", "25"),
    ];
    let (_, price) = shop.call("POST", "prices", &cup).await;
    let price = price["id"].as_str().expect("an id");
    let sold = async |count: usize, quantity: &str, locale: &str| {
        let names =
            |field: &str| (0..count).map(|at| format!("line_items[{at}][{field}]")).collect();
        let (prices, quantities): (Vec<String>, Vec<String>) = (names("price"), names("quantity"));
        let mut order =
            vec![("mode", "payment"), ("success_url", "https://shop.example/"), ("locale", locale)];
        order.extend(prices.iter().map(|name| (name.as_str(), price)));
        order.extend(quantities.iter().map(|name| (name.as_str(), quantity)));
        let (status, answer) = shop.call("POST", "checkout/sessions", &order).await;
        (status, answer["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    let rows = [
        (
            1,
            "1",
            "auto",
            "The Checkout Session's total amount due must add up to at least $0.50 usd",
        ),
        (1, "2", "auto", ""),
        (100, "1", "pt-BR", ""),
        (101, "1", "auto", "Array must contain at most 100 elements."),
        (1, "2", "tlh", "Invalid locale: must be one of auto, bg"),
    ];
    for (count, quantity, locale, message) in rows {
        let (status, said) = sold(count, quantity, locale).await;
        assert!(said.starts_with(message), "{count} {quantity}: {said}");
        assert_eq!(status == 200, message.is_empty(), "{count} {quantity}: {said}");
    }
}

#[tokio::test]
async fn a_key_of_another_call_names_both_and_a_repeated_answer_its_first_request() {
    let shop = Shop::open().await;
    let send = async |path: &str| {
        let request = shop.request("POST", path, &[("name", "Tea")]);
        request.header("idempotency-key", "tea").send().await
    };
    let (_, first, _) = send("products").await;
    assert_eq!(first["original-request"], first["request-id"]);
    let (_, again, _) = send("products").await;
    assert_eq!(again["original-request"], first["request-id"]);
    assert_ne!(again["request-id"], first["request-id"]);
    let (status, _, refused) = send("customers").await;
    let said = refused["error"]["message"].as_str().expect("a message");
    assert_eq!(status, 400);
    assert!(said.contains("('/v1/customers' vs '/v1/products')"), "{said}");
}

#[tokio::test]
async fn what_stripe_has_and_the_sandbox_has_not_is_refused_by_name() {
    let shop = Shop::open().await;
    let rows = [
        ("POST", "v1/credit_notes", "not_in_sandbox"),
        ("GET", "v1/subscription_schedules", "not_in_sandbox"),
        ("POST", "v1/customers/cus_1/sources", "not_in_sandbox"),
        ("POST", "v1/invoices/create_preview", "not_in_sandbox"),
        ("GET", "v1/invoices/upcoming?customer=cus_1", "not_in_sandbox"),
        ("GET", "v2/core/event_destinations", "not_in_sandbox"),
        ("PUT", "v1/customers", ""),
        ("GET", "v1/nonsense", ""),
    ];
    for (method, path, code) in rows {
        let (status, _, answer) = shop.ask(method, path, &[]).await;
        assert_eq!(status, 404, "{method} {path}");
        assert_eq!(answer["error"]["code"].as_str().unwrap_or_default(), code, "{method} {path}");
    }
    for header in ["stripe-account", "stripe-context"] {
        let (status, _, answer) = shop.ask("GET", "v1/customers", &[(header, "acct_1")]).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (403, &json!("account_invalid")),
            "{header}"
        );
    }
}

#[tokio::test]
async fn an_id_is_found_however_it_is_escaped() {
    let shop = Shop::open().await;
    shop.call("POST", "coupons", &[("id", "SUMMER 20"), ("percent_off", "20")]).await;
    assert_eq!(shop.get("coupons/SUMMER%2020").await["percent_off"], 20.0);
}

#[tokio::test]
async fn old_versions_are_expanded_along_the_names_of_their_time() {
    let shop = Shop::open().await;
    let payer = stripe_sandbox::Payer::with_good_card("ada@example.com");
    shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("paid");
    let ask = async |version: &str, path: &str| {
        shop.request("GET", path, &[]).of_old_version(version).send().await
    };
    let path = "subscriptions?expand[]=data.latest_invoice.payment_intent";
    for version in ["2020-08-27", "2022-11-15", "2024-06-20"] {
        let (status, _, answer) = ask(version, path).await;
        let invoice = &answer["data"][0]["latest_invoice"];
        let intent = &invoice["payment_intent"];
        assert_eq!((status, &intent["status"]), (200, &json!("succeeded")), "{version}: {answer}");
        assert_eq!(intent["invoice"], invoice["id"], "{version}");
    }
    let (_, _, charges) =
        ask("2023-10-16", "charges?expand[]=data.invoice&expand[]=data.refunds").await;
    assert_eq!(charges["data"][0]["invoice"]["object"], "invoice");
    assert_eq!(charges["data"][0]["refunds"]["data"], json!([]));
    let (status, _, _) = shop.ask("GET", &format!("v1/{path}"), &[]).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_longer_path_is_not_undone_by_a_shorter_one_after_it() {
    let shop = Shop::open().await;
    let session =
        shop.checkout(&[("mode", "subscription"), ("line_items[0][price]", "price_reader")]).await;
    let id = session["id"].as_str().expect("an id");
    let both = "expand[]=line_items.data.price.product&expand[]=line_items";
    let session = shop.get(&format!("checkout/sessions/{id}?{both}")).await;
    assert_eq!(session["line_items"]["data"][0]["price"]["product"]["object"], "product");
}
