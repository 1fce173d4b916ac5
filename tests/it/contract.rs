//! Whatever the gateway asks of Stripe, Stripe's own SDK could have asked. Every request of every
//! test is checked when its site ends (`support`); here, that the check has teeth.

use crate::support::{TestSite, understood};

#[tokio::test]
async fn a_whole_sale_asks_only_what_stripe_understands() {
    let site = TestSite::start().await;
    let visitor = site.visitor();
    assert_eq!(visitor.buy(&site.stripe, "price_pro", "/workshop/plane").await.shows(), "the page");
    site.deliver_webhooks().await;
    let asked: Vec<String> =
        site.stripe.requests().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    for call in ["POST /v1/checkout/sessions", "GET /v1/subscriptions"] {
        assert!(asked.iter().any(|it| it == call), "{call} is not among {asked:#?}");
    }
    understood(site.stripe.requests());
}

#[tokio::test]
#[should_panic(expected = "Stripe does not understand POST /v1/checkout/sessions")]
async fn a_request_that_stripe_does_not_understand_fails_the_test() {
    let site = TestSite::start().await;
    let url = format!("{}v1/checkout/sessions", site.stripe.url());
    let request = reqwest::Client::new().post(url).bearer_auth("sk_test_sandbox");
    request.form(&[("mode", "subscribe")]).send().await.expect("an answer");
}
