//! Prices in several currencies: Stripe keeps a customer's subscriptions to one.

use reqwest::Method;

use crate::support::TestSite;

#[tokio::test]
async fn who_subscribes_in_one_currency_can_buy_what_is_sold_in_another() {
    let mut site = TestSite::start().await;
    let product = site.ask_stripe(Method::POST, "products", &[("name", "Pro")]).await;
    let price = [
        ("product", product["id"].as_str().expect("an id")),
        ("currency", "eur"),
        ("unit_amount", "2900"),
        ("recurring[interval]", "month"),
    ];
    let price = site.ask_stripe(Method::POST, "prices", &price).await;
    let price = price["id"].as_str().expect("an id");
    site.change_config(|config| config.replace("price_pro", price));
    site.restart().await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_basic", "/essays/tide").await.shows(), "the page");
    assert_eq!(ann.buy(&site.stripe, price, "/workshop/x").await.shows(), "the page");
    site.settle().await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/workshop/x").await.shows(), "the page");
    assert_eq!(site.stripe.customers().len(), 2, "one for each currency");
}
