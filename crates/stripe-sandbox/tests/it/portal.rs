//! The portal through the API: sessions, flows, configurations.

use serde_json::{Value, json};
use stripe_sandbox::{Interval, Payer, PriceSeed};

use crate::support::Shop;

#[tokio::test]
async fn an_account_without_portal_settings_must_name_a_configuration() {
    let shop = Shop::with(|options| options.portal_configured = false).await;
    let api =
        async |path: &str, parameters: &[(&str, &str)]| shop.call("POST", path, parameters).await.1;
    let ada = api("customers", &[("email", "ada@example.com")]).await;
    let customer = ("customer", ada["id"].as_str().expect("an id"));
    let refused = api("billing_portal/sessions", &[customer]).await;
    let message = refused["error"]["message"].as_str().expect("a message");
    assert!(
        message.starts_with("No configuration provided and your test mode default"),
        "{message}"
    );
    let parameters = [
        ("features[invoice_history][enabled]", "true"),
        ("default_return_url", "https://shop.example/"),
    ];
    let made = api("billing_portal/configurations", &parameters).await;
    assert_eq!(
        (&made["is_default"], &made["features"]["invoice_history"]["enabled"]),
        (&json!(false), &json!(true))
    );
    let named = [customer, ("configuration", made["id"].as_str().expect("an id"))];
    let session = api("billing_portal/sessions", &named).await;
    assert_eq!(
        (&session["configuration"], &session["return_url"]),
        (&made["id"], &json!("https://shop.example/"))
    );
}

#[tokio::test]
async fn configurations_are_made_changed_and_listed() {
    let shop = Shop::open().await;
    let product =
        shop.get("prices/price_reader").await["product"].as_str().expect("an id").to_owned();
    let offered = "features[subscription_update][products][0]";
    let (product_name, price_name) =
        (format!("{offered}[product]"), format!("{offered}[prices][]"));
    let wide = [
        ("features[subscription_update][enabled]", "true"),
        ("features[subscription_update][default_allowed_updates][]", "price"),
        (&product_name, &product),
        (&price_name, "price_reader"),
        ("business_profile[headline]", "Your club"),
    ];
    let made = done(&shop, "billing_portal/configurations", &wide).await;
    assert_eq!(
        made["features"]["subscription_update"]["products"][0]["prices"],
        json!(["price_reader"])
    );
    let path = format!("billing_portal/configurations/{}", id(&made));
    let changes = [
        ("features[subscription_cancel][enabled]", "true"),
        ("features[subscription_cancel][mode]", "immediately"),
        ("active", "false"),
    ];
    let changed = done(&shop, &path, &changes).await;
    assert_eq!(changed["features"]["subscription_cancel"]["mode"], "immediately");
    assert_eq!(changed["features"]["subscription_update"], made["features"]["subscription_update"]);
    let default = shop.get("billing_portal/configurations?is_default=true").await;
    assert_eq!(default["data"].as_array().map(Vec::len), Some(1));
    let inactive = shop.get("billing_portal/configurations?active=false").await;
    assert_eq!(inactive["data"][0]["id"], made["id"]);
    let of_default = format!("billing_portal/configurations/{}", id(&default["data"][0]));
    refused(&shop, &of_default, &[("active", "false")], "You cannot deactivate the default").await;
    let strange = [("features[subscription_pause][enabled]", "true")];
    refused(&shop, "billing_portal/configurations", &strange, "The sandbox does not implement")
        .await;
    refused(&shop, "billing_portal/configurations", &[], "Missing required param: features").await;
    let kinds: Vec<Value> =
        shop.sandbox.events().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(
        kinds,
        ["billing_portal.configuration.created", "billing_portal.configuration.updated"]
    );
}

#[tokio::test]
async fn flows_lead_to_a_subscription_of_the_customer() {
    let shop = Shop::open().await;
    shop.sandbox
        .sell_elsewhere("price_reader", &Payer::with_good_card("ada@example.com"))
        .await
        .expect("the card is good");
    let subscription = shop.subscription().await;
    let own = ("customer", subscription["customer"].as_str().expect("an id"));
    let other = done(&shop, "customers", &[("email", "bob@example.com")]).await;
    let other = ("customer", id(&other));
    for flow in ["subscription_cancel", "subscription_update"] {
        let name = format!("flow_data[{flow}][subscription]");
        let parameters = [("flow_data[type]", flow), (&name, id(&subscription))];
        let session =
            done(&shop, "billing_portal/sessions", &[&[own][..], &parameters].concat()).await;
        assert_eq!(session["flow"][flow]["subscription"], subscription["id"]);
        let foreign = [&[other][..], &parameters].concat();
        refused(&shop, "billing_portal/sessions", &foreign, "No such subscription").await;
    }
    let card = done(
        &shop,
        "billing_portal/sessions",
        &[own, ("flow_data[type]", "payment_method_update")],
    )
    .await;
    assert_eq!(card["flow"]["type"], "payment_method_update");
    let confirm = [own, ("flow_data[type]", "subscription_update_confirm")];
    refused(&shop, "billing_portal/sessions", &confirm, "The sandbox does not implement").await;
}

#[tokio::test]
async fn a_flow_does_its_errand_and_leads_where_its_maker_wants() {
    let yearly = PriceSeed {
        id: "price_yearly".to_owned(),
        product_name: "The reader".to_owned(),
        unit_amount: 7_000,
        currency: "eur".to_owned(),
        interval: Some(Interval::Year),
    };
    let shop = Shop::with(|options| options.prices.push(yearly)).await;
    shop.sandbox
        .sell_elsewhere("price_reader", &Payer::with_good_card("ada@example.com"))
        .await
        .expect("the card is good");
    let subscription = shop.subscription().await;
    let flow = async |errand: &str| {
        let named = format!("flow_data[{errand}][subscription]");
        let parameters = [
            ("customer", subscription["customer"].as_str().expect("an id")),
            ("return_url", "https://shop.example/account"),
            ("flow_data[type]", errand),
            (&named, id(&subscription)),
            ("flow_data[after_completion][type]", "redirect"),
            ("flow_data[after_completion][redirect][return_url]", "https://shop.example/done"),
        ];
        shop.call("POST", "billing_portal/sessions", &parameters).await
    };
    for (errand, heading, action, form) in [
        ("subscription_update", "Change ", "price", ("price", "price_yearly")),
        ("subscription_cancel", "Cancel ", "cancel", ("", "")),
    ] {
        let (status, session) = flow(errand).await;
        assert_eq!(status, 200, "{session}");
        let afterwards = &session["flow"]["after_completion"]["redirect"]["return_url"];
        assert_eq!(afterwards, "https://shop.example/done");
        let page = session["url"].as_str().expect("an address").to_owned();
        let shown = shop.page(&page).await;
        assert!(shown.contains(&format!("<h1>{heading}")), "{shown}");
        assert!(shown.contains("shop.example&#x2f;account"), "the way back: {shown}");
        let to = shop.submit(&format!("{page}/{action}/{}", id(&subscription)), &[form]).await;
        assert_eq!(to, "https://shop.example/done");
    }
    // What is set to be canceled is neither canceled again nor changed.
    for errand in ["subscription_update", "subscription_cancel"] {
        let (status, refused) = flow(errand).await;
        assert_eq!(status, 400, "{refused}");
        assert_eq!(refused["error"]["param"], format!("flow_data[{errand}][subscription]"));
    }
    let nowhere = [
        ("customer", subscription["customer"].as_str().expect("an id")),
        ("flow_data[type]", "payment_method_update"),
        ("flow_data[after_completion][type]", "redirect"),
    ];
    refused(&shop, "billing_portal/sessions", &nowhere, "Missing required param").await;
}

#[tokio::test]
async fn a_flow_is_refused_that_the_configuration_does_not_have() {
    let shop = Shop::open().await;
    shop.sandbox
        .sell_elsewhere("price_reader", &Payer::with_good_card("ada@example.com"))
        .await
        .expect("the card is good");
    let subscription = shop.subscription().await;
    let narrow = [("features[invoice_history][enabled]", "true")];
    let narrow = done(&shop, "billing_portal/configurations", &narrow).await;
    for flow in ["subscription_cancel", "subscription_update"] {
        let name = format!("flow_data[{flow}][subscription]");
        let parameters = [
            ("customer", subscription["customer"].as_str().expect("an id")),
            ("configuration", id(&narrow)),
            ("flow_data[type]", flow),
            (&name, id(&subscription)),
        ];
        refused(&shop, "billing_portal/sessions", &parameters, "This subscription cannot be").await;
    }
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

fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}
