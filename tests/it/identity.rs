//! Who is who: sign-in links, gifts, signing out, other people's addresses.

use std::time::Duration;

use stripe_sandbox::{CancelWhen, Payer};
use tollhouse::app;
use tollhouse::clock::Clock;
use tollhouse::domain::ids::PlanId;
use tollhouse::store::Store;

use crate::support::{TestSite, Visitor, until};

#[tokio::test]
async fn a_gift_opens_the_page_of_a_reader_who_is_signed_in_by_a_link() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let link = site.link("ann@site.example").await;
    let page = ann.open(&link).await;
    assert!(page.body.contains("Sign in as ann@site.example?"), "{}", page.body);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer", "looking changes nothing");
    assert_eq!(ann.submit(&link, &[]).await.goes_to(), "/_tollhouse/account");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    // A command is another process: it opens the store for itself.
    let plan = PlanId::parse("basic").expect("a plan");
    other_process(&site).grant("ann@site.example".to_owned(), plan, None).await.expect("given");
    until(async || ann.open("/essays/tide").await.shows() == "the page").await;
    assert!(ann.open("/_tollhouse/account").await.body.contains("Given to you"));
}

#[tokio::test]
async fn a_link_works_once_and_for_a_day() {
    let site = TestSite::start().await;
    let first = site.link("ann@site.example").await;
    let second = site.link("ann@site.example").await;
    let ann = site.visitor();
    ann.submit(&first, &[]).await.goes_to();
    for used in [&first, &second] {
        let page = site.visitor().submit(used, &[]).await;
        assert!(page.body.contains("does not work any more"), "{}", page.body);
    }
    let late = site.link("bob@site.example").await;
    site.advance(Duration::from_hours(24));
    assert!(site.visitor().open(&late).await.body.contains("does not work any more"));
    let unknown = "/_tollhouse/sign-in/0123";
    assert!(site.visitor().submit(unknown, &[]).await.body.contains("does not work any more"));
}

#[tokio::test]
async fn a_link_brings_what_was_bought_under_the_address() {
    let site = TestSite::start().await;
    let laptop = site.visitor();
    laptop.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let phone = site.visitor();
    phone.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the offer", "it has moved");
}

#[tokio::test]
async fn a_link_finds_what_was_bought_under_the_address_however_it_was_typed() {
    let site = TestSite::start().await;
    let laptop = site.visitor();
    let till = laptop.choose("price_course", "/course/1").await;
    let payer = Payer::with_good_card("Ann@Site.Example");
    let back = laptop.pay_with(&site.stripe, &till, &payer).await.expect("the card is good");
    laptop.follow(&back).await;
    let phone = site.visitor();
    phone.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(phone.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn typing_somebody_elses_address_at_the_till_opens_nothing_of_his() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    // `buy` types ann@site.example for everybody.
    let mallory = site.visitor();
    mallory.buy(&site.stripe, "price_course", "/course/1").await;
    assert_eq!(mallory.open("/course/1").await.shows(), "the page");
    assert_eq!(mallory.open("/essays/tide").await.shows(), "the offer");
    let account = mallory.open("/_tollhouse/account").await.body;
    assert!(!account.contains("ann@site.example"), "{account}");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_signed_in_readers_purchase_is_his_whatever_address_he_types() {
    let site = TestSite::start().await;
    let bob = site.visitor();
    bob.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    bob.buy(&site.stripe, "price_basic", "/essays/tide").await;
    assert!(bob.open("/_tollhouse/account").await.body.contains("bob@site.example"));
    let other = site.visitor();
    other.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    assert_eq!(other.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn signing_out_ends_this_browser_and_what_was_copied_from_it_and_no_other() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let pass = ann.pass(&site).await;
    let phone = site.visitor();
    phone.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(ann.submit("/_tollhouse/sign-out", &[]).await.goes_to(), "/");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    let headers = [("cookie", pass.as_str()), ("accept", "text/html")];
    let copied = site.visitor().fetch("/essays/tide", &headers).await;
    assert_eq!(copied.shows(), "the offer");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn whoever_was_here_before_gets_the_offer_not_the_till() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(ann.open("/course/1").await.shows(), "the offer");
    ann.submit("/_tollhouse/sign-out", &[]).await.goes_to();
    let offer = ann.open("/course/1").await;
    assert_eq!(offer.shows(), "the offer");
    assert!(offer.body.contains("I already have access"), "{}", offer.body);
    assert_eq!(site.visitor().open("/course/1").await.shows(), "the till");
}

#[tokio::test]
async fn a_return_in_another_browser_opens_nothing_there() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &till).await;
    let mallory = site.visitor();
    let seen = mallory.follow(&back).await;
    assert!(seen.body.contains("Open this in the browser where you paid"), "{}", seen.body);
    assert_eq!(mallory.open("/essays/tide").await.shows(), "the offer");
    assert_eq!(ann.follow(&back).await.goes_to(), "/essays/tide");
}

#[tokio::test]
async fn the_portal_opens_for_a_customer_of_the_reader_and_no_other() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let hers = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
    let portal = ann.submit("/_tollhouse/portal", &[("customer", &hers)]).await.goes_to();
    assert!(portal.starts_with(&format!("{}p/session/", site.stripe.url())), "{portal}");
    let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&id, CancelWhen::AtPeriodEnd));
    let back = format!("/_tollhouse/return?customer={hers}");
    assert_eq!(ann.open(&back).await.goes_to(), "/_tollhouse/account");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("You can read until"), "without a webhook: {account}");
    let bob = site.visitor();
    bob.buy(&site.stripe, "price_course", "/course/1").await;
    site.forget_requests();
    assert_eq!(bob.open(&back).await.goes_to(), "/_tollhouse/account");
    assert_eq!(site.stripe.requests(), [], "it is nothing of his");
    let refused = bob.submit("/_tollhouse/portal", &[("customer", &hers)]).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    let stranger = site.visitor().submit("/_tollhouse/portal", &[("customer", &hers)]).await;
    assert_eq!(stranger.goes_to(), "/_tollhouse/sign-in");
}

#[tokio::test]
async fn whoever_owes_a_payment_finds_the_way_to_pay_it_after_his_access_has_ended() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let checkout = ann.choose("price_basic", "/essays/tide").await;
    let card = Payer::with_card("ann@site.example", "4000 0000 0000 0341");
    let back = ann.pay_with(&site.stripe, &checkout, &card).await.expect("it pays once");
    ann.follow(&back).await;
    site.advance(Duration::from_hours(24 * 32));
    site.deliver_webhooks().await;
    let account = async || ann.open("/_tollhouse/account").await.body;
    until(async || account().await.contains("Please update your card by 8 February 2026")).await;
    site.advance(Duration::from_hours(24 * 10));
    let ended = account().await;
    assert!(ended.contains("A payment did not go through"), "{ended}");
    assert!(ended.contains("Manage billing"), "{ended}");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
}

#[tokio::test]
async fn whoever_bought_once_finds_his_bill() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("Yours, paid once"), "{account}");
    assert!(account.contains("Manage billing"), "{account}");
    assert!(!account.contains("did not go through"), "{account}");
}

#[tokio::test]
async fn a_pass_is_renewed_on_the_way_and_dies_with_its_session() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    assert_eq!(ann.open("/course/1").await.header("set-cookie"), None);
    site.advance(Duration::from_mins(10));
    let renewed = ann.open("/course/1").await;
    assert_eq!(renewed.shows(), "the page");
    assert!(renewed.header("set-cookie").is_some_and(|cookie| cookie.starts_with("tollhouse=ey")));
    site.advance(Duration::from_hours(24 * 180));
    assert_eq!(ann.open("/course/1").await.shows(), "the offer");
}

/// The store as another process sees it.
fn other_process(site: &TestSite) -> Store {
    let store = app::store(&site.config(), &Clock::by_hand(site.now()));
    store.open().expect("it opens");
    store
}

impl Visitor {
    /// The pass of this browser, as a `Cookie` header.
    pub(crate) async fn pass(&self, site: &TestSite) -> String {
        site.advance(Duration::from_mins(10));
        let renewed = self.open("/essays/tide").await;
        let cookie = renewed.header("set-cookie").expect("a renewed pass");
        cookie.split(';').next().expect("a pair").to_owned()
    }
}
