//! What a reader may read whose renewals are not paid, period after period.

use std::time::Duration;

use stripe_sandbox::AfterRetries;

use crate::support::TestSite;

const DAY: Duration = Duration::from_hours(24);

/// Of the basic plan.
const ESSAY: &str = "/essays/tide";

/// Some accounts let a subscription stay `past_due` when the last try has failed: Stripe goes on
/// to make an invoice for each period.
#[tokio::test]
async fn a_second_unpaid_period_gives_no_second_grace() {
    let site = TestSite::start().await;
    site.stripe.after_retries(AfterRetries::PastDue);
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", ESSAY).await;
    let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.set_card(&id, "4000000000000341"));
    //    days of January and February  what is read
    for (days, shown) in [
        (31, "the page"),
        (6, "the page"),
        (2, "the offer"),
        (20, "the offer"),
        (1, "the offer"),
        (6, "the offer"),
        (30, "the offer"),
    ] {
        site.advance(days * DAY);
        site.settle().await;
        assert_eq!(ann.open(ESSAY).await.shows(), shown, "{days} days later");
    }
    assert_eq!(site.stripe.subscriptions()[0]["status"], "past_due");
    let unpaid = site.stripe.invoices().iter().filter(|one| one["status"] == "open").count();
    assert!(unpaid > 1, "a renewal that was never paid");
    assert!(site.stripe.set_card(&id, "4242424242424242"));
    let latest = site.stripe.subscriptions()[0]["latest_invoice"].clone();
    site.stripe.pay_invoice(latest.as_str().expect("an id")).expect("the card is good");
    site.settle().await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
}
