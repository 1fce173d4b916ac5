//! What is for sale: products, prices, coupons, promotion codes.

use serde_json::{Value, json};
use stripe_sandbox::{Options, Payer, PriceSeed, Sandbox, StartError};

use crate::support::{DAY, Shop};

type Parameters<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn products_are_updated_archived_and_deleted_while_they_have_no_price() {
    let shop = Shop::open().await;
    let course =
        [("id", "prod_course"), ("name", "Course"), ("images[]", "https://shop.example/a.png")];
    done(&shop, "products", &course).await;
    let changes = [("name", "The course"), ("description", "Ten lessons"), ("active", "false")];
    let updated = done(&shop, "products/prod_course", &changes).await;
    assert_eq!((&updated["name"], &updated["active"]), (&json!("The course"), &json!(false)));
    let event = shop.sandbox.events().pop().expect("an event");
    assert_eq!(
        event["data"]["previous_attributes"],
        json!({ "name": "Course", "description": null, "active": true })
    );
    assert_eq!(ids(&shop, "products?ids[]=prod_course&ids[]=x").await, ["prod_course"]);
    assert_eq!(ids(&shop, "products?ids[]=prod_course&active=true").await, [""; 0]);
    assert_eq!(shop.call("DELETE", "products/prod_course", &[]).await.1["deleted"], true);
    assert_eq!(shop.call("GET", "products/prod_course", &[]).await.0, 404);
    assert_eq!(ids(&shop, "products?ids[]=prod_course").await, [""; 0]);
    let price = [("product", "prod_course"), ("currency", "eur"), ("unit_amount", "1")];
    refused(&shop, "prices", &price, "No such product: 'prod_course'").await;
    assert_eq!(kinds(&shop), ["product.created", "product.updated", "product.deleted"]);

    let club = [
        ("name", "Club"),
        ("default_price_data[currency]", "eur"),
        ("default_price_data[unit_amount]", "900"),
        ("default_price_data[recurring][interval]", "year"),
    ];
    let club = done(&shop, "products", &club).await;
    let price = shop.get(&format!("prices/{}", text(&club, "default_price"))).await;
    assert_eq!((&price["product"], &price["recurring"]["interval"]), (&club["id"], &json!("year")));
    let (status, error) =
        shop.call("DELETE", &format!("products/{}", text(&club, "id")), &[]).await;
    assert_eq!(status, 400, "{error}");
    let archived = format!("prices/{}", text(&price, "id"));
    refused(
        &shop,
        &archived,
        &[("active", "false")],
        "This price cannot be archived because it is the default",
    )
    .await;
}

#[tokio::test]
async fn lookup_keys_move_from_price_to_price() {
    let shop = Shop::open().await;
    let keyed = |amount| {
        [
            ("product_data[name]", "Club"),
            ("currency", "eur"),
            ("unit_amount", amount),
            ("lookup_key", "club"),
        ]
    };
    let old = done(&shop, "prices", &keyed("900")).await;
    refused(&shop, "prices", &keyed("1000"), "A price (`price_").await;
    let transfer = [&keyed("1000")[..], &[("transfer_lookup_key", "true")]].concat();
    let new = done(&shop, "prices", &transfer).await;
    assert_eq!(ids(&shop, "prices?lookup_keys[]=club&lookup_keys[]=x").await, [text(&new, "id")]);
    assert_eq!(shop.get(&format!("prices/{}", text(&old, "id"))).await["lookup_key"], json!(null));
    assert_eq!(kinds(&shop)[2..], ["product.created", "price.updated", "price.created"]);
    let back = [("lookup_key", "club"), ("transfer_lookup_key", "true"), ("nickname", "old")];
    let old = done(&shop, &format!("prices/{}", text(&old, "id")), &back).await;
    assert_eq!((&old["lookup_key"], &old["nickname"]), (&json!("club"), &json!("old")));
    assert_eq!(ids(&shop, "prices?lookup_keys[]=club").await, [text(&old, "id")]);
}

#[tokio::test]
async fn an_archived_price_is_not_sold_and_keeps_its_holders() {
    let shop = Shop::open().await;
    let payer = Payer::with_good_card("ada@example.com");
    shop.sandbox.sell_elsewhere("price_reader", &payer).await.expect("it is for sale");
    done(&shop, "prices/price_reader", &[("active", "false")]).await;
    assert_eq!(ids(&shop, "prices?active=true&type=recurring").await, [""; 0]);
    let order = [
        ("mode", "subscription"),
        ("success_url", "https://shop.example/"),
        ("line_items[0][price]", "price_reader"),
        ("line_items[0][quantity]", "1"),
    ];
    refused(&shop, "checkout/sessions", &order, "The price specified is inactive").await;
    shop.sandbox.advance(DAY * 40);
    assert_eq!(shop.subscription().await["status"], "active");
    let product = text(&shop.get("prices/price_reader").await, "product").to_owned();
    done(&shop, "prices/price_reader", &[("active", "true")]).await;
    done(&shop, &format!("products/{product}"), &[("active", "false")]).await;
    refused(&shop, "checkout/sessions", &order, "The product of the price specified is inactive")
        .await;
}

#[tokio::test]
async fn coupons_run_out_by_time_by_number_and_by_deletion() {
    let shop = Shop::open().await;
    let soon = (shop.sandbox.now() + 86_400).to_string();
    done(&shop, "coupons", &[("id", "soon"), ("percent_off", "10"), ("redeem_by", &soon)]).await;
    done(&shop, "coupons", &[("id", "two"), ("percent_off", "10"), ("max_redemptions", "2")]).await;
    done(&shop, "coupons", &[("id", "gone"), ("percent_off", "10")]).await;
    refused(
        &shop,
        "coupons",
        &[("percent_off", "10"), ("redeem_by", "1")],
        "This value must be greater",
    )
    .await;
    let renamed = done(&shop, "coupons/gone", &[("name", "Going")]).await;
    assert_eq!(renamed["name"], "Going");
    for _ in 0..2 {
        buy(&shop, &[("discounts[0][coupon]", "two")]).await;
    }
    refused(
        &shop,
        "checkout/sessions",
        &order(&[("discounts[0][coupon]", "two")]),
        "Coupon expired: two",
    )
    .await;
    assert_eq!(shop.get("coupons/two").await["valid"], false);
    done(&shop, "checkout/sessions", &order(&[("discounts[0][coupon]", "soon")])).await;
    shop.sandbox.advance(DAY);
    refused(
        &shop,
        "checkout/sessions",
        &order(&[("discounts[0][coupon]", "soon")]),
        "Coupon expired: soon",
    )
    .await;
    assert_eq!(shop.call("DELETE", "coupons/gone", &[]).await.1["deleted"], true);
    assert_eq!(shop.call("GET", "coupons/gone", &[]).await.0, 404);
    refused(
        &shop,
        "checkout/sessions",
        &order(&[("discounts[0][coupon]", "gone")]),
        "No such coupon",
    )
    .await;
    let kinds = kinds(&shop);
    assert!(
        ["coupon.updated", "coupon.deleted"].iter().all(|kind| kinds.iter().any(|it| it == kind)),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn a_code_counts_for_whom_and_what_it_was_made() {
    let shop = Shop::open().await;
    done(&shop, "coupons", &[("id", "half"), ("percent_off", "50")]).await;
    let (ada, bob) = (customer(&shop).await, customer(&shop).await);
    buy(&shop, &[("customer", &bob)]).await;
    let rows: &[(&str, Parameters, [bool; 3])] = &[
        ("PLAIN", &[], [true, true, true]),
        ("ADA", &[("customer", &ada)], [false, true, false]),
        ("FIRST", &[("restrictions[first_time_transaction]", "true")], [true, true, false]),
        (
            "LARGE",
            &[
                ("restrictions[minimum_amount]", "4901"),
                ("restrictions[minimum_amount_currency]", "eur"),
            ],
            [false; 3],
        ),
        (
            "ENOUGH",
            &[
                ("restrictions[minimum_amount]", "4900"),
                ("restrictions[minimum_amount_currency]", "eur"),
            ],
            [true; 3],
        ),
        (
            "DOLLARS",
            &[
                ("restrictions[minimum_amount]", "1"),
                ("restrictions[minimum_amount_currency]", "usd"),
            ],
            [false; 3],
        ),
    ];
    for (word, restrictions, expected) in rows {
        let code = code(&shop, word, restrictions).await;
        let discount = ("discounts[0][promotion_code]", text(&code, "id"));
        let mut counts = Vec::new();
        for buyer in [None, Some(&ada), Some(&bob)] {
            let buyer = buyer.map(|id| ("customer", id.as_str()));
            let parameters: Vec<_> = [discount].into_iter().chain(buyer).collect();
            counts.push(shop.call("POST", "checkout/sessions", &order(&parameters)).await.0 == 200);
        }
        assert_eq!(counts, expected, "{word}");
    }
}

#[tokio::test]
async fn a_word_stands_for_one_code_until_that_one_ends() {
    let shop = Shop::open().await;
    done(&shop, "coupons", &[("id", "half"), ("percent_off", "50")]).await;
    let soon = (shop.sandbox.now() + 86_400).to_string();
    let first = code(&shop, "HALF", &[("expires_at", &soon), ("max_redemptions", "1")]).await;
    let again = [("promotion[type]", "coupon"), ("promotion[coupon]", "half"), ("code", "half")];
    refused(&shop, "promotion_codes", &again, "An active promotion code with `code: half` already")
        .await;
    let path = format!("promotion_codes/{}", text(&first, "id"));
    let off = done(&shop, &path, &[("active", "false"), ("metadata[a]", "1")]).await;
    assert_eq!((&off["active"], &off["metadata"]), (&json!(false), &json!({ "a": "1" })));
    let second = done(&shop, "promotion_codes", &again).await;
    refused(&shop, &path, &[("active", "true")], "An active promotion code").await;
    done(&shop, &format!("promotion_codes/{}", text(&second, "id")), &[("active", "false")]).await;
    done(&shop, &path, &[("active", "true")]).await;
    assert_eq!(ids(&shop, "promotion_codes?code=HALF&active=true").await, [text(&first, "id")]);
    shop.sandbox.advance(DAY);
    assert_eq!(shop.get(&path).await["active"], false);
    assert_eq!(ids(&shop, "promotion_codes?code=HALF&active=true").await, [""; 0]);
    done(&shop, "promotion_codes", &again).await;
}

#[tokio::test]
async fn two_prices_with_one_id_stop_the_start() {
    let seed = |id: &str| PriceSeed {
        id: id.to_owned(),
        product_name: "Club".to_owned(),
        unit_amount: 900,
        currency: "eur".to_owned(),
        interval: None,
    };
    let prices = vec![seed("price_a"), seed("price_b"), seed("price_a")];
    match Sandbox::start(Options { prices, ..Options::default() }).await {
        Err(StartError::DuplicatePrice(id)) => assert_eq!(id, "price_a"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("one of the prices is lost"),
    }
}

async fn code(shop: &Shop, word: &str, restrictions: &[(&str, &str)]) -> Value {
    let base = [("promotion[type]", "coupon"), ("promotion[coupon]", "half"), ("code", word)];
    done(shop, "promotion_codes", &[&base[..], restrictions].concat()).await
}

async fn customer(shop: &Shop) -> String {
    text(&done(shop, "customers", &[("email", "a@example.com")]).await, "id").to_owned()
}

async fn buy(shop: &Shop, parameters: &[(&str, &str)]) {
    let session = done(shop, "checkout/sessions", &order(parameters)).await;
    let payer = Payer::with_good_card("a@example.com");
    shop.sandbox.pay(text(&session, "id"), &payer).await.expect("the card is good");
}

/// One course.
fn order<'a>(parameters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let base = [
        ("mode", "payment"),
        ("success_url", "https://shop.example/"),
        ("line_items[0][price]", "price_course"),
        ("line_items[0][quantity]", "1"),
    ];
    [&base[..], parameters].concat()
}

async fn done(shop: &Shop, path: &str, parameters: &[(&str, &str)]) -> Value {
    let (status, answer) = shop.call("POST", path, parameters).await;
    assert_eq!(status, 200, "{path} {parameters:?}: {answer}");
    answer
}

async fn refused(shop: &Shop, path: &str, parameters: &[(&str, &str)], message: &str) {
    let (status, answer) = shop.call("POST", path, parameters).await;
    let actual = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(status == 400 && actual.starts_with(message), "{path} {parameters:?}: {answer}");
}

async fn ids(shop: &Shop, path: &str) -> Vec<String> {
    let list = shop.get(path).await;
    let list = list["data"].as_array().expect("a list");
    list.iter().map(|object| text(object, "id").to_owned()).collect()
}

fn kinds(shop: &Shop) -> Vec<String> {
    shop.sandbox.events().iter().map(|event| text(event, "type").to_owned()).collect()
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_else(|| panic!("{field} of {object}"))
}
