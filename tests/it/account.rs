//! What readers are told of what they have, and what they are offered.

use stripe_sandbox::{Payer, Settlement};

use crate::support::{TestSite, until};

#[tokio::test]
async fn a_gift_hides_no_subscription_that_goes_on() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let plan = tollhouse::domain::ids::PlanId::parse("basic").expect("an id");
    site.store().grant("ann@site.example".to_owned(), plan, None).await.expect("given");
    let account = ann.open("/_tollhouse/account").await.body;
    for words in ["Given to you", "Renews on 1 February 2026", "Manage billing or cancel"] {
        assert!(account.contains(words), "{words:?} in {account}");
    }
}

#[tokio::test]
async fn whoever_pays_for_what_a_dearer_plan_includes_is_told() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let offer = ann.open("/workshop/x").await.body;
    assert!(offer.contains("You pay for Basic already, which Pro includes"), "{offer}");
    ann.buy(&site.stripe, "price_pro", "/workshop/x").await;
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("Pro includes this: you can cancel it"), "{account}");
}

#[tokio::test]
async fn a_bank_that_did_not_pay_is_told() {
    for (price, page) in [("price_course", "/course/1"), ("price_basic", "/essays/tide")] {
        let site = TestSite::start().await;
        let ann = site.visitor();
        let till = ann.choose(price, page).await;
        let payer = Payer::with_bank_debit("ann@site.example");
        let back = ann.pay_with(&site.stripe, &till, &payer).await.expect("it is on its way");
        ann.follow(&back).await;
        assert!(site.stripe.settle(till.rsplit('/').next().expect("an id"), Settlement::Failed));
        site.deliver_webhooks().await;
        let account = async || ann.open("/_tollhouse/account").await.body;
        until(async || account().await.contains("The bank did not pay for")).await;
        assert!(ann.choose(price, page).await.contains("/c/pay/"), "it can be bought again");
    }
}

#[tokio::test]
async fn whoever_looks_what_there_is_sees_what_he_has() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let all = ann.open("/_tollhouse/join").await.body;
    assert!(all.contains("Choose a plan") && !all.contains("This page is for readers"), "{all}");
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let all = ann.open("/_tollhouse/join").await.body;
    assert!(all.contains("This is yours already") && !all.contains("Get Basic"), "{all}");
    assert!(all.contains("Start free trial"), "{all}");
    assert!(!all.contains("does not include this page"), "{all}");
}

#[tokio::test]
async fn what_a_form_or_an_address_lacks_is_told_in_words() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    for address in ["/_tollhouse/return", "/_tollhouse/join?to=/a&to=/b"] {
        let seen = ann.open(address).await;
        assert_eq!(seen.status, 400, "{address}");
        assert!(seen.body.contains("This address is not complete"), "{}", seen.body);
    }
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    for address in ["/_tollhouse/checkout", "/_tollhouse/portal"] {
        let seen = ann.submit(address, &[("to", "/")]).await;
        assert_eq!(seen.status, 400, "{address}");
        assert!(seen.body.contains("This form came incomplete"), "{}", seen.body);
    }
}

#[tokio::test]
async fn our_pages_run_no_script_and_stand_in_no_frame() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    for path in ["/workshop/x", "/_tollhouse/account", "/_tollhouse/sign-in", "/_tollhouse/none"] {
        let seen = ann.open(path).await;
        let policy = seen.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("script"), "{path}: {policy}");
        assert!(!seen.body.contains("<script") && !seen.body.contains("style="), "{path}");
        assert_eq!(seen.header("cache-control"), Some("private, no-store"), "{path}");
        assert_eq!(seen.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(seen.header("x-robots-tag"), Some("noindex"), "{path}");
    }
}

#[tokio::test]
async fn a_link_says_whose_sign_in_it_ends() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    let link = site.link("bob@site.example").await;
    assert!(ann.open(&link).await.body.contains("You are signed in here as ann@site.example"));
    let own = site.link("ann@site.example").await;
    assert!(!ann.open(&own).await.body.contains("You are signed in here"));
}

#[tokio::test]
async fn what_everybody_may_keep_carries_no_pass() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    site.advance(std::time::Duration::from_mins(10));
    let page = site.visitor().fetch("/_tollhouse/sign-in", &[("accept", "text/html")]).await.read();
    let style = page.split('"').find(|it| it.contains("/_tollhouse/look/style-")).expect("one");
    for path in [&style[site.url("").len()..], "/_tollhouse/keys"] {
        let seen = ann.open(path).await;
        assert!(seen.header("cache-control").expect("a rule").starts_with("public"), "{path}");
        assert_eq!(seen.header("set-cookie"), None, "{path}");
    }
    let offer = ann.open("/essays/tide").await;
    assert_eq!(offer.shows(), "the offer");
    assert!(offer.header("set-cookie").is_some_and(|it| it.starts_with("tollhouse=ey")), "renewed");
}

#[tokio::test]
async fn whoever_comes_back_while_stripe_is_down_is_not_told_that_nothing_was_charged() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let till = ann.choose("price_basic", "/essays/tide").await;
    let back = ann.pay(&site.stripe, &till).await;
    site.stripe.stop().await;
    let seen = ann.follow(&back).await;
    assert_eq!(seen.status, 503);
    assert!(seen.body.contains("nothing is lost, and you need not pay again"), "{}", seen.body);
    assert!(!seen.body.contains("Nothing was charged"), "{}", seen.body);
}
