//! Links and keys in the wrong hands: a till that another pays at, a browser that others use too,
//! the key of another account.

use std::time::Duration;

use stripe_sandbox::{Payer, Sandbox};

use crate::support::{TestSite, Visitor, until};

/// Of the basic plan.
const ESSAY: &str = "/essays/tide";

/// Of the course, which is bought once.
const LESSON: &str = "/course/1";

#[tokio::test]
async fn whoever_pays_at_a_till_that_another_opened_takes_what_he_paid_for() {
    let site = TestSite::start().await;
    let (mallory, ann) = (site.visitor(), site.visitor());
    let till = mallory.choose("price_basic", ESSAY).await;
    let back = ann.pay(&site.stripe, &till).await;
    let seen = ann.follow(&back).await;
    assert_eq!(seen.header("set-cookie"), None, "it is not her browser that began it");
    mallory.follow(&back).await;
    sign_in(&site, &ann, "ann@site.example").await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    assert_eq!(mallory.open(ESSAY).await.shows(), "the offer");
    mallory.follow(&back).await;
    assert_eq!(mallory.open(ESSAY).await.shows(), "the offer");
}

#[tokio::test]
async fn a_till_that_another_paid_at_here_does_not_keep_the_next_from_buying() {
    let site = TestSite::start().await;
    let (browser, phone) = (site.visitor(), site.visitor());
    // Ann pays as a stranger, never comes back, and signs in elsewhere.
    let till = browser.choose("price_course", LESSON).await;
    browser.pay(&site.stripe, &till).await;
    site.settle().await;
    sign_in(&site, &phone, "ann@site.example").await;
    assert_eq!(phone.open(LESSON).await.shows(), "the page");
    sign_in(&site, &browser, "bob@site.example").await;
    let mut way = browser.choose("price_course", LESSON).await;
    // The first may be to the end of the till that is paid, where he hears why.
    if !way.contains("/c/pay/") {
        let told = browser.open(&way).await;
        assert!(told.body.contains("Open this in the browser where you paid"), "{}", told.body);
        way = browser.choose("price_course", LESSON).await;
    }
    assert!(way.contains("/c/pay/"), "{way}");
    let payer = Payer::with_good_card("bob@site.example");
    let back = browser.pay_with(&site.stripe, &way, &payer).await.expect("the card is good");
    assert_eq!(browser.follow(&back).await.goes_to(), LESSON);
    assert_eq!(browser.open(LESSON).await.shows(), "the page");
}

#[tokio::test]
async fn a_return_that_is_forwarded_signs_nobody_in() {
    let site = TestSite::start().await;
    let (ann, bob) = (site.visitor(), site.visitor());
    let till = ann.choose("price_basic", ESSAY).await;
    let back = ann.pay(&site.stripe, &till).await;
    for _ in 0..2 {
        let seen = bob.follow(&back).await;
        assert_eq!(seen.header("set-cookie"), None);
        assert_eq!(bob.open(ESSAY).await.shows(), "the offer");
        ann.follow(&back).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    }
}

#[tokio::test]
async fn the_key_of_another_account_takes_nothing_away() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", ESSAY).await;
    site.settle().await;
    let other = Sandbox::start(stripe_sandbox::Options {
        start_time: Some(site.stripe.now()),
        ..stripe_sandbox::Options::default()
    });
    let other = other.await.expect("it starts");
    let (ours, theirs) = (site.stripe.url(), other.url());
    site.change_config(|config| config.replace(&ours, &theirs));
    site.restart().await;
    // It is compared, finds nothing of what is here, and looks after each.
    site.advance(Duration::from_hours(24));
    let looked = |path: &str| other.requests().iter().any(|it| it.path.starts_with(path));
    until(async || looked("/v1/customers/")).await;
    let longest = Duration::from_hours(24);
    until(async || site.store().errands(longest).await.expect("read").is_empty()).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    site.change_config(|config| config.replace(&theirs, &ours));
    site.restart().await;
    site.settle().await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
}

async fn sign_in(site: &TestSite, visitor: &Visitor, email: &str) {
    visitor.submit(&site.link(email).await, &[]).await.goes_to();
}
