//! Sales that nobody told of in time: the gateway stood still, its owner had forgotten the plan,
//! or he had sold it before there was a gateway.

use std::time::Duration;

use stripe_sandbox::Payer;
use tollhouse::store::Look;

use crate::support::{TestSite, until};

const DAY: Duration = Duration::from_hours(24);

/// Of the course, which is bought once.
const LESSON: &str = "/course/1";

#[tokio::test]
async fn what_was_sold_long_before_the_gateway_counts_from_its_first_night() {
    let mut site = TestSite::start().await;
    site.stop().await;
    std::fs::remove_dir_all(site.path("tollhouse-data")).expect("it was there");
    sell_course(&site).await;
    site.advance(60 * DAY);
    site.start_again().await;
    opens(&site).await;
}

#[tokio::test]
async fn what_was_sold_while_the_gateway_stood_still_for_months_counts() {
    let mut site = TestSite::start().await;
    site.stop().await;
    site.advance(DAY);
    sell_course(&site).await;
    site.advance(60 * DAY);
    site.start_again().await;
    opens(&site).await;
}

#[tokio::test]
async fn what_was_sold_while_the_plan_was_not_in_the_configuration_counts_when_it_is() {
    let mut site = TestSite::with(|config| config.replace("price_course", "price_other")).await;
    sell_course(&site).await;
    site.settle().await;
    for _ in 0..40 {
        site.advance(DAY);
        site.settle().await;
    }
    site.change_config(|config| config.replace("price_other", "price_course"));
    site.restart().await;
    opens(&site).await;
}

#[tokio::test]
async fn a_look_that_was_noted_under_a_wrong_clock_keeps_nobody_from_looking() {
    let site = TestSite::start().await;
    for look in [Look::Undelivered, Look::Comparison] {
        let far = site.now().plus(400 * DAY);
        site.store().looked(look, far, false).await.expect("noted");
    }
    sell_course(&site).await;
    site.advance(Duration::from_hours(2));
    opens(&site).await;
    let compared = async || site.store().last_look(Look::Comparison).await.expect("read");
    until(async || compared().await.expect("noted").at <= site.now()).await;
}

/// Somebody buys the course by a payment link; no webhook arrives.
async fn sell_course(site: &TestSite) {
    let payer = Payer::with_good_card("ann@site.example");
    site.stripe.sell_elsewhere("price_course", &payer).await.expect("sold");
    site.stripe.drop_held();
}

/// It comes to be known, and whoever bought it reads.
async fn opens(site: &TestSite) {
    until(async || !site.store().outline().await.expect("read").purchases.is_empty()).await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(ann.open(LESSON).await.shows(), "the page");
}
