//! Whose a payment is: several customers of one reader, guests, customers who were deleted, and
//! whoever paid where the site did not ask him to.

use stripe_sandbox::{CancelWhen, DeliveryState, Payer};

use super::{ESSAY, LESSON, WORKSHOP, last_of, made, settle, signed_in, subscriber};
use crate::support::{TestSite, Visitor};

const ANN: &str = "ann@site.example";

#[tokio::test]
async fn a_reader_reads_what_any_of_his_customers_has() {
    let site = TestSite::start().await;
    let (laptop, phone) = (site.visitor(), site.visitor());
    laptop.buy(&site.stripe, "price_basic", ESSAY).await;
    settle(&site).await;
    phone.buy(&site.stripe, "price_course", LESSON).await;
    settle(&site).await;
    assert_eq!(site.stripe.customers().len(), 2);
    check(&laptop, "the page", "the offer", "two strangers with one address").await;
    check(&phone, "the offer", "the page", "two strangers with one address").await;
    let ann = signed_in(&site, ANN).await;
    check(&ann, "the page", "the page", "the mail joins them").await;
    assert!(site.stripe.refund(&last_of(&site.stripe, "charge.succeeded"), None).is_some());
    settle(&site).await;
    check(&ann, "the page", "the offer", "the course was refunded").await;
    let basic = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&basic, CancelWhen::Now));
    settle(&site).await;
    check(&ann, "the offer", "the offer", "and the subscription has ended").await;
}

#[tokio::test]
async fn a_customer_whose_reader_joins_another_is_followed_there() {
    let site = TestSite::start().await;
    let laptop = signed_in(&site, ANN).await;
    laptop.buy(&site.stripe, "price_basic", ESSAY).await;
    let phone = site.visitor();
    phone.buy(&site.stripe, "price_course", LESSON).await;
    settle(&site).await;
    check(&laptop, "the page", "the offer", "before").await;
    check(&phone, "the offer", "the page", "before").await;
    phone.submit(&site.link(ANN).await, &[]).await.goes_to();
    for browser in [&laptop, &phone] {
        check(browser, "the page", "the page", "joined").await;
    }
    let paid = last_of(&site.stripe, "charge.succeeded");
    let refund = site.stripe.refund(&paid, None).expect("it was paid");
    settle(&site).await;
    for browser in [&laptop, &phone] {
        check(browser, "the page", "the offer", "refunded").await;
    }
    assert!(site.stripe.fail_refund(&refund));
    settle(&site).await;
    for browser in [&laptop, &phone] {
        check(browser, "the page", "the page", "the refund came back").await;
    }
}

/// What the essays and the course show.
async fn check(reader: &Visitor, essays: &str, course: &str, when: &str) {
    assert_eq!(reader.open(ESSAY).await.shows(), essays, "{when}");
    assert_eq!(reader.open(LESSON).await.shows(), course, "{when}");
}

#[tokio::test]
async fn a_deleted_customer_loses_subscriptions_and_keeps_purchases() {
    for (settings, course) in [("", "the page"), ("deleted_customer = 'end'", "the offer")] {
        let (site, ann, _) = subscriber(settings).await;
        ann.buy(&site.stripe, "price_course", LESSON).await;
        settle(&site).await;
        assert_eq!(ann.open(LESSON).await.shows(), "the page");
        for customer in site.stripe.customers() {
            let id = customer["id"].as_str().expect("an id");
            site.ask_stripe(reqwest::Method::DELETE, &format!("customers/{id}"), &[]).await;
        }
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
        assert_eq!(ann.open(LESSON).await.shows(), course, "{settings}");
    }
}

/// Why a customer is entitled to a feature no longer.
#[derive(Debug, Clone, Copy)]
enum Loss {
    SubscriptionEnds,
    ProductLosesFeature,
}

#[tokio::test]
async fn a_feature_opens_a_plan_for_as_long_as_a_running_subscription_has_it() {
    for loss in [Loss::SubscriptionEnds, Loss::ProductLosesFeature] {
        let feature = "[plans.basic]\nentitlement = \"reading\"";
        let site = TestSite::with(|config| config.replacen("[plans.basic]", feature, 1)).await;
        let product = made(&site, "products", &[("name", "A bundle of papers")]).await;
        let form = [("name", "Reading"), ("lookup_key", "reading")];
        let feature = made(&site, "entitlements/features", &form).await;
        let features = format!("products/{product}/features");
        let attached = made(&site, &features, &[("entitlement_feature", &feature)]).await;
        let form = [
            ("product", product.as_str()),
            ("currency", "usd"),
            ("unit_amount", "500"),
            ("recurring[interval]", "month"),
        ];
        let price = made(&site, "prices", &form).await;
        let payer = Payer::with_good_card(ANN);
        site.stripe.sell_elsewhere(&price, &payer).await.expect("the card is good");
        let ann = site.visitor();
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
        settle(&site).await;
        ann.submit(&site.link(ANN).await, &[]).await.goes_to();
        assert_eq!(ann.open(ESSAY).await.shows(), "the page");
        match loss {
            Loss::SubscriptionEnds => {
                let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
                assert!(site.stripe.cancel_subscription(&id, CancelWhen::Now));
            }
            Loss::ProductLosesFeature => {
                let path = format!("{features}/{attached}");
                site.ask_stripe(reqwest::Method::DELETE, &path, &[]).await;
            }
        }
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer", "{loss:?}");
    }
}

/// How somebody pays without coming from the site.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    /// A payment link, or another shop on the account.
    Link(&'a str),
    /// The owner makes a subscription, in the dashboard.
    Subscription(&'a str),
    /// The owner writes an invoice.
    Invoice(&'a str),
}

#[tokio::test]
async fn a_payment_that_began_elsewhere_counts_if_the_price_is_sold_here() {
    use Way::{Invoice, Link, Subscription};
    let site = TestSite::start().await;
    let form = [
        ("currency", "usd"),
        ("unit_amount", "700"),
        ("recurring[interval]", "month"),
        ("product_data[name]", "Socks"),
        ("lookup_key", "socks"),
    ];
    let socks = made(&site, "prices", &form).await;
    let rows = [
        (Link("price_course"), [LESSON, "the page"]),
        (Link("price_basic"), [ESSAY, "the page"]),
        (Link("price_of_another_shop"), [LESSON, "the offer"]),
        (Link(&socks), [ESSAY, "the offer"]),
        (Subscription("price_basic"), [ESSAY, "the page"]),
        (Subscription("price_pro"), [WORKSHOP, "the page"]),
        (Subscription(&socks), [ESSAY, "the offer"]),
        (Invoice("price_course"), [LESSON, "the page"]),
        (Invoice("price_of_another_shop"), [LESSON, "the offer"]),
    ];
    for (nr, (way, [page, after])) in rows.into_iter().enumerate() {
        let email = format!("reader{nr}@site.example");
        let visitor = signed_in(&site, &email).await;
        assert_eq!(visitor.open(page).await.shows(), "the offer", "{way:?}");
        way.pay(&site, &email).await;
        settle(&site).await;
        // What nobody asked him for here becomes his by the next mail that he redeems.
        visitor.submit(&site.link(&email).await, &[]).await.goes_to();
        assert_eq!(visitor.open(page).await.shows(), after, "{way:?}");
    }
    let answered =
        |delivery: &stripe_sandbox::Delivery| matches!(delivery.state, DeliveryState::Delivered);
    let deliveries = site.stripe.deliveries();
    assert!(!deliveries.is_empty() && deliveries.iter().all(answered), "{deliveries:?}");
}

impl Way<'_> {
    async fn pay(self, site: &TestSite, email: &str) {
        match self {
            Self::Link(price) => {
                let payer = Payer::with_good_card(email);
                site.stripe.sell_elsewhere(price, &payer).await.expect("the card is good");
            }
            Self::Subscription(price) => {
                let customer = with_card(site, email).await;
                let form = [("customer", customer.as_str()), ("items[0][price]", price)];
                made(site, "subscriptions", &form).await;
            }
            Self::Invoice(price) => {
                let customer = with_card(site, email).await;
                let customer = ("customer", customer.as_str());
                made(site, "invoiceitems", &[customer, ("pricing[price]", price)]).await;
                let all = ("pending_invoice_items_behavior", "include");
                let invoice = made(site, "invoices", &[customer, all]).await;
                made(site, &format!("invoices/{invoice}/pay"), &[]).await;
            }
        }
    }
}

/// A customer of the owner's who has a good card.
async fn with_card(site: &TestSite, email: &str) -> String {
    let form = [
        ("email", email),
        ("payment_method", "pm_card_visa"),
        ("invoice_settings[default_payment_method]", "pm_card_visa"),
    ];
    made(site, "customers", &form).await
}
