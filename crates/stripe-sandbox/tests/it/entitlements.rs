//! Features, and who has them.

use serde_json::{Value, json};
use stripe_sandbox::{CancelWhen, Payer};

use crate::support::Shop;

const CHANGED: &str = "entitlements.active_entitlement_summary.updated";

#[tokio::test]
async fn a_customer_has_what_he_subscribes_to_and_each_change_is_told() {
    let shop = Shop::open().await;
    let archive = feature(&shop, "archive").await;
    let product =
        shop.get("prices/price_reader").await["product"].as_str().expect("an id").to_owned();
    let features = format!("products/{product}/features");
    let added = done(&shop, &features, &[("entitlement_feature", &archive)]).await;
    assert_eq!(added["entitlement_feature"]["lookup_key"], "archive");
    refused(
        &shop,
        &features,
        &[("entitlement_feature", &archive)],
        "This feature has already been",
    )
    .await;
    assert_eq!(changes(&shop), [""; 0], "nobody has subscribed");

    shop.sandbox
        .sell_elsewhere("price_reader", &Payer::with_good_card("ada@example.com"))
        .await
        .expect("the card is good");
    let subscription = shop.subscription().await;
    let customer = subscription["customer"].as_str().expect("an id");
    assert_eq!(changes(&shop), ["archive"]);
    let active = format!("entitlements/active_entitlements?customer={customer}");
    let listed = shop.get(&format!("{active}&expand[]=data.feature")).await;
    let entitlement = &listed["data"][0];
    assert_eq!(
        (&entitlement["lookup_key"], &entitlement["feature"]["id"]),
        (&json!("archive"), &json!(archive))
    );
    let own =
        format!("entitlements/active_entitlements/{}", entitlement["id"].as_str().expect("an id"));
    assert_eq!(shop.get(&own).await["feature"], json!(archive));

    let forum = feature(&shop, "forum").await;
    let second = done(&shop, &features, &[("entitlement_feature", &forum)]).await;
    assert_eq!(shop.get(&features).await["data"].as_array().map(Vec::len), Some(2));
    let path = format!("{features}/{}", second["id"].as_str().expect("an id"));
    let (_, other) = shop.call("POST", "products", &[("name", "Another")]).await;
    let elsewhere = path.replace(&product, other["id"].as_str().expect("an id"));
    for method in ["GET", "DELETE"] {
        assert_eq!(shop.call(method, &elsewhere, &[]).await.0, 404, "of another product");
    }
    assert_eq!(shop.call("DELETE", &path, &[]).await.1["deleted"], true);
    assert_eq!(shop.call("GET", &path, &[]).await.0, 404);
    let id = subscription["id"].as_str().expect("an id");
    assert!(shop.sandbox.cancel_subscription(id, CancelWhen::Now));
    assert_eq!(changes(&shop), ["archive", "archive forum", "archive", ""]);
    assert_eq!(shop.get(&active).await["data"], json!([]));
    assert_eq!(shop.call("GET", &own, &[]).await.0, 404);
}

#[tokio::test]
async fn features_are_renamed_and_archived() {
    let shop = Shop::open().await;
    let id = feature(&shop, "archive").await;
    let again = [("lookup_key", "archive"), ("name", "Other")];
    refused(&shop, "entitlements/features", &again, "A feature with lookup key 'archive' already")
        .await;
    let path = format!("entitlements/features/{id}");
    let updated = done(&shop, &path, &[("name", "All essays"), ("active", "false")]).await;
    assert_eq!((&updated["name"], &updated["active"]), (&json!("All essays"), &json!(false)));
    for (query, found) in [("", 0), ("?archived=true", 1), ("?archived=true&lookup_key=x", 0)] {
        let listed = shop.get(&format!("entitlements/features{query}")).await;
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(found), "{query}");
    }
    let product =
        shop.get("prices/price_reader").await["product"].as_str().expect("an id").to_owned();
    let features = format!("products/{product}/features");
    refused(&shop, &features, &[("entitlement_feature", &id)], "No such feature").await;
}

/// The answer is its id.
async fn feature(shop: &Shop, key: &str) -> String {
    let parameters = [("lookup_key", key), ("name", key)];
    let feature = done(shop, "entitlements/features", &parameters).await;
    feature["id"].as_str().expect("an id").to_owned()
}

/// What each event said that the customer has.
fn changes(shop: &Shop) -> Vec<String> {
    let events = shop.sandbox.events();
    let changes = events.iter().filter(|event| event["type"] == CHANGED);
    let said = changes.map(|event| {
        let entitlements = event["data"]["object"]["entitlements"]["data"].as_array();
        let keys = entitlements.expect("a list").iter();
        keys.map(|it| it["lookup_key"].as_str().expect("a key")).collect::<Vec<_>>().join(" ")
    });
    said.collect()
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
