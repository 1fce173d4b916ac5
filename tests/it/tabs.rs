//! One buyer with several tabs, or several browsers: each payment counts, and none is asked twice.

use std::time::Duration;

use futures_util::future::join_all;
use stripe_sandbox::Payer;

use crate::support::{Seen, TestSite};

#[tokio::test]
async fn however_many_tabs_are_opened_at_once_each_can_be_paid_and_returns() {
    for paid in [0, 6] {
        let site = TestSite::start().await;
        let ann = site.visitor();
        let pages: Vec<String> = (0..7).map(|at| format!("/course/{at}")).collect();
        let tills = join_all(pages.iter().map(|page| ann.open(page))).await;
        let back = ann.pay(&site.stripe, &tills[paid].goes_to()).await;
        assert_eq!(ann.follow(&back).await.goes_to(), pages[paid]);
        assert_eq!(ann.open("/course/3").await.shows(), "the page");
        for checkout in site.stripe.checkouts() {
            assert_ne!(checkout["status"], "open", "nothing is left to pay");
        }
    }
}

#[tokio::test]
async fn whoever_looks_at_many_pages_has_one_session() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    for at in 0..7 {
        assert_eq!(ann.open(&format!("/course/{at}")).await.shows(), "the till");
    }
    assert_eq!(site.stripe.checkouts().len(), 1);
}

#[tokio::test]
async fn what_is_bought_in_two_tabs_is_one_readers() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let course = ann.choose("price_course", "/course/1").await;
    let basic = ann.choose("price_basic", "/essays/tide").await;
    let back_from_course = ann.pay(&site.stripe, &course).await;
    ann.follow(&back_from_course).await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    let back_from_basic = ann.pay(&site.stripe, &basic).await;
    site.deliver_webhooks().await;
    assert_eq!(ann.follow(&back_from_basic).await.goes_to(), "/essays/tide");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn what_two_tabs_bring_back_at_once_is_one_readers() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let course = ann.choose("price_course", "/course/1").await;
    let basic = ann.choose("price_basic", "/essays/tide").await;
    let backs = (ann.pay(&site.stripe, &course).await, ann.pay(&site.stripe, &basic).await);
    tokio::join!(ann.follow(&backs.0), ann.follow(&backs.1));
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn a_purchase_whose_answer_was_lost_is_not_left_behind_by_the_next() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let begun = ann.open("/course/1").await;
    let mark = mark_of(&begun);
    let course = ann.pay(&site.stripe, &begun.goes_to()).await;
    let basic = ann.choose("price_basic", "/essays/tide").await;
    let basic = ann.pay(&site.stripe, &basic).await;
    // The answer to the first return never arrives: what it set is not in the browser.
    assert_eq!(return_with(&site, &course, &mark).await.goes_to(), "/course/1");
    ann.follow(&basic).await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn whoever_typed_an_address_is_not_its_owner_by_coming_back() {
    for returns_first in [true, false] {
        let site = TestSite::start().await;
        let (mallory, ann) = (site.visitor(), site.visitor());
        let begun = mallory.open("/course/1").await;
        let mark = mark_of(&begun);
        // `pay` types ann@site.example.
        let back = mallory.pay(&site.stripe, &begun.goes_to()).await;
        if returns_first {
            mallory.follow(&back).await;
        } else {
            site.settle().await;
        }
        let link = site.link("ann@site.example").await;
        ann.submit(&link, &[]).await.goes_to();
        ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        let again = return_with(&site, &back, &mark).await;
        assert!(again.body.contains("Open this in the browser where you paid"), "{}", again.body);
        assert_eq!(again.header("set-cookie"), None);
        mallory.follow(&back).await;
        assert_eq!(mallory.open("/essays/tide").await.shows(), "the offer");
        assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    }
}

#[tokio::test]
async fn what_a_stranger_bought_goes_to_no_other_address_that_signs_in_here() {
    let site = TestSite::start().await;
    let browser = site.visitor();
    let till = browser.choose("price_basic", "/essays/tide").await;
    let bob = Payer::with_good_card("bob@site.example");
    let back = browser.pay_with(&site.stripe, &till, &bob).await.expect("the card is good");
    browser.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    browser.follow(&back).await;
    let (ann, bob) = (site.visitor(), site.visitor());
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    bob.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    assert_eq!(bob.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn whoever_signs_in_where_another_paid_buys_for_himself() {
    for signs_out in [true, false] {
        let site = TestSite::start().await;
        let browser = site.visitor();
        browser.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
        let till = browser.choose("price_course", "/course/1").await;
        browser.pay(&site.stripe, &till).await;
        if signs_out {
            browser.submit("/_tollhouse/sign-out", &[]).await.goes_to();
        }
        browser.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
        let till = browser.choose("price_course", "/course/1").await;
        assert!(till.contains("/c/pay/"), "{till}");
        let account = browser.open("/_tollhouse/account").await.body;
        assert!(account.contains("Signed in as bob@site.example"), "{account}");
    }
}

#[tokio::test]
async fn whoever_became_a_reader_meanwhile_leaves_no_till_open_behind_him() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let first = ann.choose("price_basic", "/essays/tide").await;
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    let second = ann.choose("price_basic", "/essays/tide").await;
    assert_ne!(first, second, "the first would be a stranger's");
    let payer = Payer::with_good_card("ann@site.example");
    assert!(ann.pay_with(&site.stripe, &first, &payer).await.is_err(), "it is closed");
    assert!(ann.pay_with(&site.stripe, &second, &payer).await.is_ok());
}

#[tokio::test]
async fn a_browser_keeps_five_checkouts_and_closes_what_it_forgets() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let pages: Vec<String> = (0..7).map(|at| format!("/course/{at}")).collect();
    join_all(pages.iter().map(|page| ann.open(page))).await;
    ann.choose("price_basic", "/essays/tide").await;
    let open = site.stripe.checkouts().into_iter().filter(|one| one["status"] == "open");
    assert_eq!(open.count(), 5);
}

/// The cookie that binds a checkout to its browser.
fn mark_of(begun: &Seen) -> String {
    let cookie = begun.header("set-cookie").expect("a cookie");
    cookie.split(';').next().expect("its value").to_owned()
}

/// Comes back with nothing but that cookie.
async fn return_with(site: &TestSite, back: &str, mark: &str) -> Seen {
    let (_, path) = back.split_once("/_tollhouse/").expect("our page");
    let headers = [("cookie", mark), ("accept", "text/html")];
    site.visitor().fetch(&format!("/_tollhouse/{path}"), &headers).await
}

#[tokio::test]
async fn whoever_opens_the_return_on_another_device_of_his_is_let_in() {
    let site = TestSite::start().await;
    let (laptop, phone) = (site.visitor(), site.visitor());
    let till = laptop.choose("price_basic", "/essays/tide").await;
    let back = laptop.pay(&site.stripe, &till).await;
    laptop.follow(&back).await;
    let link = site.link("ann@site.example").await;
    phone.submit(&link, &[]).await.goes_to();
    assert_eq!(phone.follow(&back).await.goes_to(), "/");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_reader_in_two_browsers_pays_once() {
    let site = TestSite::start().await;
    let (laptop, phone) = (site.visitor(), site.visitor());
    for browser in [&laptop, &phone] {
        let link = site.link("ann@site.example").await;
        browser.submit(&link, &[]).await.goes_to();
    }
    let forgotten = laptop.choose("price_basic", "/essays/tide").await;
    phone.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let payer = Payer::with_good_card("ann@site.example");
    let refused = laptop.pay_with(&site.stripe, &forgotten, &payer).await;
    assert!(refused.is_err(), "the till in the other browser is closed");
}

#[tokio::test]
async fn the_mark_of_a_checkout_signs_nobody_in_after_signing_out() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let begun = ann.open("/course/1").await;
    let mark = mark_of(&begun);
    let back = ann.pay(&site.stripe, &begun.goes_to()).await;
    ann.follow(&back).await;
    let copied = async || return_with(&site, &back, &mark).await;
    assert_eq!(copied().await.goes_to(), "/course/1", "the answer may have been lost");
    ann.submit("/_tollhouse/sign-out", &[]).await.goes_to();
    let after = copied().await;
    assert!(after.body.contains("Open this in the browser where you paid"), "{}", after.body);
    assert_eq!(after.header("set-cookie"), None);
}

#[tokio::test]
async fn stripe_never_hears_the_mark_of_a_checkout() {
    let site = TestSite::start().await;
    let begun = site.visitor().open("/course/1").await;
    let cookie = begun.header("set-cookie").expect("a cookie");
    let mark = cookie.split_once('=').expect("a value").1.split(';').next().expect("a value");
    let calls = format!("{:?}", site.stripe.requests());
    assert!(calls.contains("checkout-"), "it has an idempotency key: {calls}");
    assert!(!calls.contains(mark), "{calls}");
}

#[tokio::test]
async fn whoever_owes_for_a_plan_is_not_sold_it_again() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let card = Payer::with_card("ann@site.example", "4000 0000 0000 0341");
    let back = ann.pay_with(&site.stripe, &till, &card).await.expect("it pays once");
    ann.follow(&back).await;
    site.advance(Duration::from_hours(24 * 42));
    site.deliver_webhooks().await;
    crate::support::until(async || {
        ann.choose("price_basic", "/essays/tide").await == "/_tollhouse/account?to=%2Fessays%2Ftide"
    })
    .await;
    assert_eq!(site.stripe.checkouts().len(), 1);
}
