//! A stranger pays and reads, whatever comes first, twice, late or never.

use std::time::Duration;

use reqwest::Method;
use stripe_sandbox::{CancelWhen, Fault, FaultKind, Payer, Release, Settlement};

use crate::support::{TestSite, Visitor, until};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_stranger_pays_and_is_back_on_the_page() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    assert_eq!(ann.buy(&site.stripe, "price_basic", "/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/essays/moon").await.shows(), "the page");
    assert_eq!(ann.open("/workshop/x").await.shows(), "the offer");
    assert_eq!(site.visitor().open("/essays/tide").await.shows(), "the offer");
}

#[tokio::test]
async fn a_gate_with_one_price_leads_straight_to_the_till_and_back() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let seen = ann.open("/course/1?lang=en").await;
    assert_eq!(seen.shows(), "the till");
    let back = ann.pay(&site.stripe, &seen.goes_to()).await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/course/1?lang=en");
    assert_eq!(ann.open("/course/1?lang=en").await.shows(), "the page");
}

#[tokio::test]
async fn a_webhook_before_the_return_still_lands_on_the_page() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let checkout = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &checkout).await;
    site.deliver_webhooks().await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/tide");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn the_return_before_the_webhook_and_both_twice_end_in_the_same() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let checkout = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &checkout).await;
    ann.follow(&back).await;
    site.stripe.release_webhooks(Release::Twice).await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/tide", "as often as one likes");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(site.stripe.subscriptions().len(), 1);
}

#[tokio::test]
async fn a_lost_webhook_is_made_good_by_the_return() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let checkout = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &checkout).await;
    site.stripe.drop_held();
    ann.follow(&back).await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn whoever_lost_the_tab_after_paying_is_not_charged_again() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.open("/course/1").await.goes_to();
    ann.pay(&site.stripe, &till).await;
    let again = ann.open("/course/1").await.goes_to();
    assert!(again.starts_with("/_tollhouse/return?session_id="), "{again}");
    assert_eq!(ann.open(&again).await.goes_to(), "/course/1");
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    assert_eq!(site.stripe.checkouts().len(), 1);
}

#[tokio::test]
async fn a_second_tab_uses_the_session_of_the_first() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let first = ann.choose("price_basic", "/essays/tide").await;
    assert_eq!(ann.choose("price_basic", "/essays/tide").await, first);
    assert_ne!(ann.choose("price_pro", "/essays/tide").await, first, "another price");
    assert_eq!(ann.choose("price_basic", "/essays/moon").await, first, "another page");
    let back = ann.pay(&site.stripe, &first).await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/moon", "the page wanted last");
}

#[tokio::test]
async fn tabs_opened_at_the_same_instant_can_both_return() {
    for paid in [0, 1] {
        let site = TestSite::start().await;
        let ann = site.visitor();
        let (one, other) = tokio::join!(ann.open("/course/1"), ann.open("/course/1"));
        let tills = [one.goes_to(), other.goes_to()];
        let back = ann.pay(&site.stripe, &tills[paid]).await;
        let wanted = ann.follow(&back).await.goes_to();
        assert_eq!(ann.follow(&site.url(&wanted)).await.shows(), "the page", "tab {paid}");
        for checkout in site.stripe.checkouts() {
            assert_ne!(checkout["status"], "open", "nothing is left to pay");
        }
    }
}

#[tokio::test]
async fn paying_in_one_tab_closes_the_till_in_the_other() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let other = ann.choose("price_basic", "/essays/moon").await;
    let one = ann.choose("price_pro", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &one).await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/tide");
    let refused = ann.pay_with(&site.stripe, &other, &Payer::with_good_card("a@b.example")).await;
    assert!(refused.is_err(), "the other till is closed");
}

#[tokio::test]
async fn a_declined_card_opens_nothing_and_another_one_pays() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    for card in ["4000000000000002", "4000000000009995"] {
        let payer = Payer::with_card("ann@site.example", card);
        assert!(ann.pay_with(&site.stripe, &till, &payer).await.is_err(), "{card}");
        assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    }
    let back = ann.pay(&site.stripe, &till).await;
    ann.follow(&back).await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn whoever_leaves_the_till_is_told_that_nothing_was_charged() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let id = till.rsplit('/').next().expect("an id");
    let session = site.stripe.object(id).expect("a session");
    let left = ann.follow(session["cancel_url"].as_str().expect("an address")).await;
    assert!(left.body.contains("Nothing was charged"), "{}", left.body);
    assert!(left.body.contains("price_basic"), "{}", left.body);
}

#[tokio::test]
async fn a_bank_payment_opens_the_page_when_the_money_comes() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.open("/course/1").await.goes_to();
    let payer = Payer::with_bank_debit("ann@site.example");
    let back = ann.pay_with(&site.stripe, &till, &payer).await.expect("ordered");
    assert!(ann.follow(&back).await.body.contains("on its way"));
    assert_eq!(ann.open("/course/1").await.shows(), "on its way");
    let again =
        ann.submit("/_tollhouse/checkout", &[("price", "price_course"), ("to", "/course/1")]);
    assert!(again.await.body.contains("on its way"), "it is not sold again");
    site.deliver_webhooks().await;
    site.stripe.settle(till.rsplit('/').next().expect("an id"), Settlement::Succeeded);
    site.deliver_webhooks().await;
    opens_soon(&ann, "/course/1").await;
}

#[tokio::test]
async fn a_bank_payment_that_fails_opens_nothing_and_may_be_tried_again() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.open("/course/1").await.goes_to();
    let payer = Payer::with_bank_debit("ann@site.example");
    let back = ann.pay_with(&site.stripe, &till, &payer).await.expect("ordered");
    ann.follow(&back).await;
    site.stripe.settle(till.rsplit('/').next().expect("an id"), Settlement::Failed);
    site.deliver_webhooks().await;
    until(async || ann.open("/course/1").await.shows() == "the offer").await;
    assert_ne!(ann.choose("price_course", "/course/1").await, till);
}

#[tokio::test]
async fn a_trial_opens_at_once_and_a_code_may_take_all_off() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_pro", "/workshop/x").await.shows(), "the page");
    assert!(
        ann.open("/_tollhouse/account")
            .await
            .body
            .contains("The first payment is on 8 January 2026")
    );
    let bob = site.visitor();
    let till = bob.choose("price_course", "/course/1").await;
    let payer =
        Payer { promotion_code: Some("ALL".to_owned()), ..Payer::with_good_card("b@b.example") };
    let back = bob.pay_with(&site.stripe, &till, &payer).await.expect("free of charge");
    bob.follow(&back).await;
    assert_eq!(bob.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn a_plan_is_tried_once() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let offer = "/_tollhouse/join?plan=pro";
    assert!(ann.open(offer).await.body.contains("7 days free, then $29 a month"));
    ann.buy(&site.stripe, "price_pro", "/workshop/x").await;
    let subscription = site.stripe.subscriptions().remove(0);
    let id = subscription["id"].as_str().expect("an id").to_owned();
    site.stripe.cancel_subscription(&id, CancelWhen::Now);
    site.deliver_webhooks().await;
    until(async || ann.open("/workshop/x").await.shows() == "the offer").await;
    let again = ann.open(offer).await.body;
    assert!(again.contains("Get Pro") && again.contains(">$29 a month<"), "{again}");
    assert!(!again.contains("free"), "{again}");
    site.forget_requests();
    ann.choose("price_pro", "/workshop/x").await;
    let opened = site.stripe.requests();
    let opened = opened.iter().find(|it| it.method == "POST" && it.path == "/v1/checkout/sessions");
    let opened = opened.expect("a checkout was opened");
    let names: Vec<_> = opened.parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"mode"), "{names:?}");
    assert!(!names.contains(&"subscription_data[trial_period_days]"), "{names:?}");
}

#[tokio::test]
async fn a_canceled_subscription_opens_until_its_end_and_not_a_second_longer() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let subscription = site.stripe.subscriptions().remove(0);
    let id = subscription["id"].as_str().expect("an id").to_owned();
    site.stripe.cancel_subscription(&id, CancelWhen::AtPeriodEnd);
    site.deliver_webhooks().await;
    until(async || {
        ann.open("/_tollhouse/account").await.body.contains("You can read until 1 February 2026")
    })
    .await;
    site.advance((31 * DAY).saturating_sub(Duration::from_secs(1)));
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    site.advance(Duration::from_secs(1));
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
}

#[tokio::test]
async fn a_renewal_whose_webhook_is_late_locks_nobody_out() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.advance(33 * DAY);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_renewal_of_which_no_webhook_tells_is_found_even_if_stripe_was_down_at_the_time() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.stripe.fail_next(Fault::next(3, FaultKind::ServerError).only("GET", "/v1/customers"));
    site.advance(31 * DAY);
    site.stripe.drop_held();
    let is_renewed = async || {
        // Time goes on: whoever was turned away asks again later.
        site.advance_here(Duration::from_secs(1));
        ann.open("/_tollhouse/account").await.body.contains("Renews on 1 March 2026")
    };
    until(is_renewed).await;
    site.advance_here(10 * DAY);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_reader_who_has_the_plan_goes_to_the_page_not_to_the_till() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.forget_requests();
    assert_eq!(ann.choose("price_basic", "/essays/moon").await, "/essays/moon");
    assert_eq!(ann.open("/_tollhouse/join?plan=basic").await.goes_to(), "/");
    assert_eq!(ann.open("/_tollhouse/join?to=/essays/moon").await.goes_to(), "/essays/moon");
    assert_eq!(site.stripe.requests(), []);
}

#[tokio::test]
async fn a_button_of_an_old_tab_does_not_sell_what_a_dearer_plan_includes() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let forgotten = ann.choose("price_basic", "/essays/tide").await;
    ann.buy(&site.stripe, "price_pro", "/workshop/x").await;
    assert_eq!(ann.choose("price_basic", "/essays/tide").await, "/essays/tide");
    let payer = Payer::with_good_card("ann@site.example");
    let refused = ann.pay_with(&site.stripe, &forgotten, &payer).await;
    assert!(refused.is_err(), "the till of the other tab is closed");
}

#[tokio::test]
async fn a_reader_buys_again_as_the_customer_that_he_was() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(site.stripe.customers().len(), 1);
}

#[tokio::test]
async fn whoever_was_deleted_at_stripe_keeps_what_he_bought_and_can_buy_again() {
    for told in [true, false] {
        let site = TestSite::start().await;
        let ann = site.visitor();
        ann.buy(&site.stripe, "price_course", "/course/1").await;
        let id = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
        site.ask_stripe(Method::DELETE, &format!("customers/{id}"), &[]).await;
        if told {
            site.deliver_webhooks().await;
        }
        let again = ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        assert_eq!(again.shows(), "the page", "told: {told}");
        assert_eq!(ann.open("/course/1").await.shows(), "the page", "told: {told}");
    }
}

#[tokio::test]
async fn what_another_shop_of_the_account_sells_opens_nothing() {
    let site = TestSite::start().await;
    let payer = Payer::with_good_card("shoes@site.example");
    site.stripe.sell_elsewhere("price_of_another_shop", &payer).await.expect("sold");
    site.deliver_webhooks().await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_basic", "/essays/tide").await.shows(), "the page");
    let bob = site.visitor();
    assert_eq!(bob.open("/course/1").await.shows(), "the till");
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    site.restart().await;
    let back = ann.pay(&site.stripe, &till).await;
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/tide");
    site.restart().await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

/// A webhook is acknowledged before it is worked off.
async fn opens_soon(visitor: &Visitor, path: &str) {
    until(async || visitor.open(path).await.shows() == "the page").await;
}
