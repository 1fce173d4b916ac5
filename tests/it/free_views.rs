//! Pages that a stranger reads before he is asked to pay.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::TestSite;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn so_many_pages_are_free_and_then_the_offer_says_when_there_are_more() {
    let site = metered().await;
    let ann = site.visitor();
    let first = ann.open("/essays/1").await;
    assert_eq!(
        (first.shows(), first.header("cache-control")),
        ("the page", Some("private, no-store"))
    );
    let cookie = first.header("set-cookie").expect("it is counted").to_owned();
    assert!(cookie.starts_with("tollhouse-views="), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    // The same page, in other spellings, is not counted again; nor is what is not there.
    for again in ["/essays/1", "/essays/1/", "/essays/1.html", "/essays/1?a=b"] {
        let seen = ann.open(again).await;
        assert_eq!((seen.shows(), seen.header("set-cookie")), ("the page", None), "{again}");
    }
    let offer = ann.open("/_tollhouse/join?to=/essays/2").await;
    assert!(offer.body.contains("1 of 2 free pages is left"), "{}", offer.body);
    assert_eq!(ann.open("/essays/2").await.shows(), "the page");
    let offer = ann.open("/essays/3").await;
    assert_eq!(offer.shows(), "the offer");
    let said =
        "You have read the 2 pages that are free in a week. There are more on 8 January 2026.";
    assert!(offer.body.contains(said), "{}", offer.body);
    assert_eq!(ann.open("/essays/2").await.shows(), "the page", "what was free stays so");
    // Another gate has its own count, and one without free pages has none.
    assert_eq!(ann.open("/workshop/1").await.shows(), "the offer");
    site.advance(DAY * 7);
    assert_eq!(ann.open("/essays/3").await.shows(), "the page");
    assert_eq!(site.stripe.checkouts().len(), 0);
}

#[tokio::test]
async fn what_is_no_page_load_is_not_counted_and_gets_nothing_by_itself() {
    let site = metered().await;
    let ann = site.visitor();
    let html = ("accept", "text/html");
    for fields in [
        vec![html],
        vec![
            html,
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
            ("sec-purpose", "prefetch"),
        ],
        vec![("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")],
        vec![("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")],
    ] {
        let seen = ann.fetch("/essays/1", &fields).await;
        assert_eq!(seen.status, StatusCode::PAYMENT_REQUIRED, "{fields:?}");
        assert_eq!(seen.header("set-cookie"), None, "{fields:?}");
    }
    // With a page comes what it shows; what a script asks for does not.
    ann.open("/essays/1").await;
    let image = [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")];
    assert_eq!(ann.fetch("/essays/1/tide.png", &image).await.shows(), "the page");
    let script = [("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
    assert_eq!(ann.fetch("/essays/9", &script).await.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(ann.fetch("/workshop/tide.png", &image).await.status, StatusCode::PAYMENT_REQUIRED);
}

#[tokio::test]
async fn a_page_that_is_not_there_is_not_counted() {
    let site = metered().await;
    let ann = site.visitor();
    site.origin.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
    let seen = ann.open("/essays/typo").await;
    assert_eq!((seen.status, seen.header("set-cookie")), (StatusCode::NOT_FOUND, None));
}

#[tokio::test]
async fn nobody_else_makes_the_cookie_and_a_pass_is_none() {
    let site = metered().await;
    let ann = site.visitor();
    let first = ann.open("/essays/1").await;
    let cookie = first.header("set-cookie").expect("it is counted");
    let token = cookie.split(['=', ';']).nth(1).expect("a value").to_owned();
    let image = |cookie: String| async move { cookie };
    for (name, value, shown) in [
        ("tollhouse-views", token.clone(), "the page"),
        ("tollhouse-views", token[..token.len() - 2].to_owned(), "the offer"),
        ("tollhouse-views", "none".to_owned(), "the offer"),
        ("tollhouse", token, "the offer"),
    ] {
        let cookie = image(format!("{name}={value}")).await;
        let fields =
            [("cookie", cookie.as_str()), ("sec-fetch-dest", "image"), ("accept", "text/html")];
        let seen = site.visitor().fetch("/essays/1.png", &fields).await;
        assert_eq!(seen.shows(), shown, "{name}={value}");
    }
}

#[tokio::test]
async fn a_reader_counts_nothing() {
    let site = metered().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/1").await;
    for page in ["/essays/1", "/essays/2", "/essays/3"] {
        let seen = ann.open(page).await;
        assert_eq!((seen.shows(), seen.header("set-cookie")), ("the page", None), "{page}");
    }
}

async fn metered() -> TestSite {
    TestSite::with(|config| {
        let free = "plans = [\"basic\"]\nunpaid = \"offer\"\nfree_views = { count = 2, per = \"week\" }\n[[gate]]";
        let config = config.replacen("plans = [\"basic\"]\n[[gate]]", free, 1);
        config.replacen("plans = [\"pro\"]\n[[gate]]", "plans = [\"pro\"]\nunpaid = \"offer\"\n[[gate]]", 1)
    })
    .await
}
