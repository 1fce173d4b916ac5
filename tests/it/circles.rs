//! Whoever is led somewhere and comes without a pass is told why, before he pays twice.

use std::time::Duration;

use crate::sign_in;
use crate::support::{Seen, TestSite, Visitor};

const CIRCLE: &str = "You are going round in circles";

#[tokio::test]
async fn a_browser_that_keeps_the_mark_of_the_till_and_no_pass_is_stopped_at_the_third_turn() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let begun = ann.open("/course/1").await;
    assert_eq!(begun.shows(), "the till");
    let mark = cookie(&begun);
    let back = ann.pay(&site.stripe, &begun.goes_to()).await;
    let back = back.strip_prefix(&site.url("")).expect("it leads here").to_owned();
    let only_mark = Visitor::forgetful(site.address, &mark);
    for turn in 1..=3 {
        assert_eq!(only_mark.open(&back).await.goes_to(), "/course/1", "{turn}");
        let page = only_mark.open("/course/1").await;
        if turn < 3 {
            assert_eq!(page.goes_to(), back, "{turn}");
        } else {
            assert_eq!(page.status, 400, "{}", page.body);
            assert!(page.body.contains(CIRCLE), "{}", page.body);
            assert!(page.body.contains("does not keep the cookie"), "{}", page.body);
        }
    }
    // Another who shares address and browser with him, and was not led there.
    let other = Visitor::forgetful(site.address, "");
    assert_eq!(other.open("/course/1").await.shows(), "the till");
    site.advance_here(Duration::from_secs(30));
    assert_eq!(only_mark.open("/course/1").await.goes_to(), back);
}

#[tokio::test]
async fn whoever_signed_in_a_moment_ago_is_not_led_to_the_till_for_lack_of_a_cookie() {
    let (site, post) = sign_in::site().await;
    site.visitor().buy(&site.stripe, "price_course", "/course/1").await;
    let phone = site.visitor();
    phone
        .submit("/_tollhouse/sign-in", &[("email", "ann@site.example"), ("to", "/course/1")])
        .await;
    let link = post.mail(1).await.link();
    let blind = Visitor::forgetful(site.address, "");
    assert_eq!(blind.open("/course/1").await.shows(), "the till", "before");
    assert_eq!(blind.submit(&link, &[]).await.goes_to(), "/course/1");
    let offer = blind.open("/course/1").await;
    assert_eq!(offer.shows(), "the offer");
    assert!(offer.body.contains("Did you sign in or pay just now?"), "{}", offer.body);
    assert_eq!(blind.open("/course/1").await.shows(), "the till", "somebody else");
}

#[tokio::test]
async fn whoever_keeps_no_cookie_and_paid_is_told_why_and_not_led_to_the_till_again() {
    let site = TestSite::start().await;
    let blind = Visitor::forgetful(site.address, "");
    let till = blind.open("/course/1").await.goes_to();
    let back = blind.pay(&site.stripe, &till).await;
    let back = back.strip_prefix(&site.url("")).expect("it leads here").to_owned();
    let told = blind.open(&back).await;
    assert!(told.body.contains("does not keep the cookie"), "{}", told.body);
    site.advance_here(Duration::from_mins(59));
    for _ in 0..2 {
        let offer = blind.open("/course/1").await;
        assert_eq!(offer.shows(), "the offer");
        assert!(offer.body.contains("Did you sign in or pay just now?"), "{}", offer.body);
    }
    assert_eq!(site.stripe.checkouts().len(), 1);
    site.advance_here(Duration::from_mins(1));
    assert_eq!(blind.open("/course/1").await.shows(), "the till");
}

#[tokio::test]
async fn below_a_preview_too_he_is_told_before_he_pays_twice() {
    let site = TestSite::with(|config| {
        let cut = "plans = [\"course\"]\npreview = { until = \"<!--more-->\" }\n[[gate]]";
        config.replacen("plans = [\"course\"]\n[[gate]]", cut, 1)
    })
    .await;
    site.origin.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\r\n<p>a<!--more--><p>b",
    );
    let ann = site.visitor();
    let wish = [("price", "price_course"), ("to", "/course/1")];
    let begun = ann.submit("/_tollhouse/checkout", &wish).await;
    let back = ann.pay(&site.stripe, &begun.goes_to()).await;
    let back = back.strip_prefix(&site.url("")).expect("it leads here").to_owned();
    let only_mark = Visitor::forgetful(site.address, &cookie(&begun));
    let asked = "Did you sign in or pay just now?";
    for turn in 1..=3 {
        assert_eq!(only_mark.open(&back).await.goes_to(), "/course/1", "{turn}");
        let page = only_mark.open("/course/1").await;
        if turn < 3 {
            assert_eq!(page.status, 200, "{turn}: {}", page.body);
            assert!(page.body.contains(asked), "{turn}: {}", page.body);
        } else {
            assert!(page.status == 400 && page.body.contains(CIRCLE), "{}", page.body);
        }
    }
    let stranger = Visitor::forgetful(site.address, "").open("/course/1").await;
    assert!(stranger.status == 200 && !stranger.body.contains(asked), "{}", stranger.body);
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_so_where_it_should_type_the_code() {
    let (site, _post) = sign_in::site().await;
    let blind = Visitor::forgetful(site.address, "");
    let asked =
        blind.submit("/_tollhouse/sign-in", &[("email", "ann@site.example"), ("to", "/")]).await;
    let told = blind.open(&asked.goes_to()).await;
    assert!(told.body.contains(CIRCLE), "{}", told.body);
    assert!(told.body.contains("does not keep the cookie"), "{}", told.body);
    // Whoever types the address by himself begins at the beginning.
    let code = blind.open("/_tollhouse/sign-in/code").await;
    assert_eq!(code.goes_to(), "/_tollhouse/sign-in");
}

#[tokio::test]
async fn whoever_is_led_to_his_account_in_vain_is_told_and_then_stopped() {
    let site = TestSite::start().await;
    let blind = Visitor::forgetful(site.address, "");
    for turn in 1..=3 {
        let link = site.link("ann@site.example").await;
        assert_eq!(blind.submit(&link, &[]).await.goes_to(), "/_tollhouse/account");
        let account = blind.open("/_tollhouse/account").await;
        if turn < 3 {
            let sign_in = blind.open(&account.goes_to()).await;
            assert!(sign_in.body.contains("Did you sign in or pay just now?"), "{}", sign_in.body);
        } else {
            assert!(account.body.contains(CIRCLE), "{}", account.body);
        }
    }
}

#[tokio::test]
async fn a_circle_names_what_is_wrong() {
    for (headers, words) in [
        (&[][..], "does not keep the cookie"),
        (&[("cookie", "tollhouse=ey.of.another")], "sends a cookie that is not valid here"),
        (&[("x-forwarded-host", "www.weather.example")], "You are at another address"),
    ] {
        let site = TestSite::start().await;
        let blind = Visitor::forgetful(site.address, "");
        let mut last = None;
        for _ in 0..3 {
            blind.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
            let accept = [("accept", "text/html")];
            let headers: Vec<_> = headers.iter().chain(&accept).copied().collect();
            last = Some(blind.fetch("/_tollhouse/account", &headers).await);
        }
        let last = last.expect("a page");
        assert!(last.body.contains(CIRCLE) && last.body.contains(words), "{words}: {}", last.body);
    }
}

#[tokio::test]
async fn many_readers_behind_one_address_are_none_of_them_stopped() {
    let site = TestSite::start().await;
    site.visitor().buy(&site.stripe, "price_course", "/course/1").await;
    for turn in 0..10 {
        let reader = site.visitor();
        reader.buy(&site.stripe, "price_course", "/course/1").await;
        assert_eq!(reader.open("/course/1").await.shows(), "the page", "{turn}");
        // They all say that they are the same; and each is what he is.
        assert_eq!(site.visitor().open("/course/1").await.shows(), "the till", "{turn}");
        reader.submit("/_tollhouse/sign-out", &[]).await.goes_to();
        let offer = reader.open("/course/1").await;
        assert_eq!(offer.shows(), "the offer", "{turn}");
        assert!(!offer.body.contains("Did you sign in"), "{}", offer.body);
    }
}

/// The first cookie that a browser is given, as it sends it back.
fn cookie(seen: &Seen) -> String {
    let set = seen.header("set-cookie").expect("a cookie");
    set.split(';').next().expect("a pair").to_owned()
}
