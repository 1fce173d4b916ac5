//! Signing in by mail: on another device, by whoever can read it, and nobody learns who that is.

use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{Mood, PostOffice, Seen, TestSite, Visitor};

const ADDRESS: &str = "ann@site.example";
const PATH: &str = "/_tollhouse/sign-in";
const CODE: &str = "/_tollhouse/sign-in/code";

#[tokio::test]
async fn whoever_paid_on_one_device_reads_on_another_by_the_code_of_a_mail() {
    let (site, post) = site().await;
    let laptop = site.visitor();
    laptop.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let phone = site.visitor();
    let offer = phone.open("/essays/tide").await;
    assert!(offer.read().contains("/_tollhouse/sign-in?to=%2Fessays%2Ftide"), "{}", offer.body);
    let asked = ask(&phone, "Ann@Site.Example ", "/essays/tide").await;
    assert_eq!(asked.goes_to(), CODE);
    assert!(phone.open(CODE).await.body.contains(ADDRESS), "the address, as we understood it");
    let mail = post.mail(1).await;
    assert_eq!(mail.to, ADDRESS);
    assert!(mail.text.lines().any(is_its_id), "{}", mail.text);
    assert!(
        mail.text.contains("From: \"Marginal Weather\" <hello@weather.example>"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Auto-Submitted: auto-generated"), "{}", mail.text);
    let code = mail.code();
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    assert_eq!(enter(&phone, &spaced).await.goes_to(), "/essays/tide");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
    // What was bought is the reader's who proved the address; the laptop signs in like this, too.
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the offer");
    site.advance(Duration::from_mins(1));
    ask(&laptop, ADDRESS, "/essays/tide").await.goes_to();
    let second = post.mail(2).await.code();
    enter(&laptop, &second).await.goes_to();
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the page");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page", "and stays signed in");
}

#[tokio::test]
async fn a_link_is_looked_at_by_scanners_and_redeemed_once_by_its_button() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let (phone, tablet) = (site.visitor(), site.visitor());
    ask(&phone, ADDRESS, "/essays/tide?page=2#end").await.goes_to();
    let mail = post.mail(1).await;
    for _ in 0..3 {
        let seen = tablet.open(&mail.link()).await;
        assert!(seen.body.contains("Sign in as ann@site.example?"), "{}", seen.body);
        assert!(seen.body.contains("This browser did not ask for the mail"), "{}", seen.body);
        assert_eq!(seen.header("set-cookie"), None);
        site.raw(&format!(
            "HEAD {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            mail.link(),
            site.address
        ))
        .await;
    }
    let asking = phone.open(&mail.link()).await;
    assert!(!asking.body.contains("did not ask"), "it did: {}", asking.body);
    // Other sites cannot press the button.
    let elsewhere = [("sec-fetch-site", "cross-site")];
    assert_eq!(tablet.post(&mail.link(), &elsewhere, String::new()).await.status, 403);
    assert_eq!(tablet.submit(&mail.link(), &[]).await.goes_to(), "/essays/tide?page=2#end");
    assert_eq!(tablet.open("/essays/tide").await.shows(), "the page");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the offer", "it only asked");
    for used in [tablet.submit(&mail.link(), &[]).await, phone.open(&mail.link()).await] {
        assert_eq!(used.status, StatusCode::GONE);
        assert!(used.body.contains("Get a new one by mail"), "{}", used.body);
    }
    let gone = enter(&phone, &mail.code()).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY, "its code went with it");
    assert!(gone.body.contains("The link or code of this mail was used already"), "{}", gone.body);
}

#[tokio::test]
async fn nobody_learns_from_us_who_reads_here() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let (one, other) = (site.visitor(), site.visitor());
    let unknown = ask(&one, "eve@site.example", "/essays/tide").await;
    let known = ask(&other, ADDRESS, "/essays/tide").await;
    let shape = |seen: &Seen| {
        let cookie = seen.header("set-cookie").expect("a mark").split_once('=').expect("a value");
        let attributes = cookie.1.split_once(';').expect("attributes").1.to_owned();
        (seen.status, seen.goes_to(), seen.body.clone(), cookie.0.to_owned(), attributes)
    };
    assert_eq!(shape(&unknown), shape(&known));
    let (first, second) = (one.open(CODE).await, other.open(CODE).await);
    assert_eq!(first.body.replace("eve@", "ann@"), second.body);
    for turn in 0..5 {
        let (first, second) = (enter(&one, "000000").await, enter(&other, "000000").await);
        let bodies = (first.body.replace("eve@", "ann@"), second.body);
        assert_eq!((first.status, bodies.0), (second.status, bodies.1), "{turn}");
    }
    // They are looked at in turn, so the first was not written to.
    assert_eq!(post.mail(1).await.to, ADDRESS);
    assert_eq!(post.brought(), 1);
}

#[tokio::test]
async fn a_code_is_good_in_the_browser_that_asked_five_tries_and_ten_minutes() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let phone = site.visitor();
    ask(&phone, ADDRESS, "/").await.goes_to();
    let code = post.mail(1).await.code();
    let wrong = if code == "123456" { "123457" } else { "123456" };
    assert_eq!(enter(&site.visitor(), &code).await.goes_to(), PATH, "another browser");
    assert!(enter(&phone, "12345").await.body.contains("A code has six digits"));
    for _ in 0..4 {
        assert!(enter(&phone, wrong).await.body.contains("This is not the code"));
    }
    assert!(enter(&phone, wrong).await.body.contains("Too many codes were typed"));
    assert!(enter(&phone, &code).await.body.contains("Too many codes were typed"));
    site.advance(Duration::from_mins(1));
    ask(&phone, ADDRESS, "/").await.goes_to();
    let mail = post.mail(2).await;
    site.advance(Duration::from_mins(10));
    assert_eq!(enter(&phone, &mail.code()).await.goes_to(), PATH, "too late");
    assert_eq!(phone.open(&mail.link()).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled_by_others() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let eve = site.visitor();
    for _ in 0..3 {
        // The page does not tell that only the first is sent at once.
        assert_eq!(ask(&eve, ADDRESS, "/").await.goes_to(), CODE);
    }
    post.mail(1).await;
    for number in 2..=5 {
        site.advance(Duration::from_mins(1));
        ask(&eve, ADDRESS, "/").await.goes_to();
        post.mail(number).await;
    }
    site.advance(Duration::from_mins(1));
    ask(&eve, ADDRESS, "/").await.goes_to();
    site.advance(Duration::from_mins(56));
    ask(&eve, ADDRESS, "/").await.goes_to();
    assert!(post.mail(6).await.text.contains("Your code"), "an hour after the first");
    assert_eq!(post.brought(), 6);
}

#[tokio::test]
async fn what_is_asked_for_within_a_minute_comes_when_it_is_over() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let (phone, laptop) = (site.visitor(), site.visitor());
    ask(&phone, ADDRESS, "/essays/tide").await.goes_to();
    post.mail(1).await;
    ask(&laptop, ADDRESS, "/essays/tide").await.goes_to();
    site.advance(Duration::from_mins(1));
    let code = post.mail(2).await.code();
    assert_eq!(enter(&laptop, &code).await.goes_to(), "/essays/tide", "it is for the second");
}

#[tokio::test]
async fn whoever_presses_the_button_again_and_again_gets_one_mail_more_and_its_code_fits() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    let phone = site.visitor();
    ask(&phone, ADDRESS, "/essays/tide").await.goes_to();
    post.mail(1).await;
    for _ in 0..6 {
        ask(&phone, ADDRESS, "/essays/tide").await.goes_to();
    }
    site.advance(Duration::from_mins(1));
    let mail = post.mail(2).await;
    assert!(mail.text.contains("for 9 minutes"), "of the ten since it was asked: {}", mail.text);
    assert_eq!(enter(&phone, &mail.code()).await.goes_to(), "/essays/tide");
    site.advance(Duration::from_mins(5));
    assert_eq!(post.brought(), 2);
}

#[tokio::test]
async fn a_mail_server_that_is_away_changes_nothing_on_the_page_and_gets_the_mail_later() {
    let (site, post) = site().await;
    site.visitor().buy(&site.stripe, "price_basic", "/essays/tide").await;
    for (number, mood) in [(1, Mood::HangsUp), (2, Mood::Defers)] {
        let phone = site.visitor();
        let brought = post.brought();
        post.becomes(mood);
        assert_eq!(ask(&phone, ADDRESS, "/").await.goes_to(), CODE, "{mood:?}");
        crate::support::until(async || post.brought() > brought).await;
        post.becomes(Mood::Takes);
        site.advance(Duration::from_secs(5));
        let code = post.mail(number).await.code();
        assert_eq!(enter(&phone, &code).await.goes_to(), "/_tollhouse/account", "{mood:?}");
        site.advance(Duration::from_mins(1));
    }
    // What is refused for good is not tried again.
    let phone = site.visitor();
    let brought = post.brought();
    post.becomes(Mood::Refuses);
    assert_eq!(ask(&phone, ADDRESS, "/").await.goes_to(), CODE);
    crate::support::until(async || post.brought() > brought).await;
    post.becomes(Mood::Takes);
    site.advance(Duration::from_mins(2));
    ask(&site.visitor(), ADDRESS, "/").await.goes_to();
    post.mail(3).await;
    assert_eq!(post.brought(), brought + 2);
}

#[tokio::test]
async fn whoever_comes_back_from_the_till_in_another_browser_is_written_to() {
    let (site, post) = site().await;
    let laptop = site.visitor();
    let till = laptop.choose("price_basic", "/essays/tide").await;
    let back = laptop.pay(&site.stripe, &till).await;
    let phone = site.visitor();
    let seen = phone.follow(&back).await;
    assert!(seen.body.contains("a mail with a link is on its way"), "{}", seen.body);
    let mail = post.mail(1).await;
    assert_eq!(mail.to, ADDRESS);
    assert!(!mail.text.contains("Your code"), "no page waits for one: {}", mail.text);
    phone.submit(&mail.link(), &[]).await.goes_to();
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn what_is_no_address_is_told_and_nothing_is_lost() {
    let (site, _post) = site().await;
    let seen = ask(&site.visitor(), "ann@@site", "/essays/tide").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.read().contains("value=\"ann@@site\""), "{}", seen.body);
    assert!(seen.read().contains("value=\"/essays/tide\""), "{}", seen.body);
}

#[tokio::test]
async fn without_a_mail_server_readers_ask_the_owner() {
    let site = TestSite::start().await;
    let page = site.visitor().open(PATH).await;
    assert!(page.body.contains("Ask hello@weather.example for a sign-in link"), "{}", page.body);
    assert_eq!(ask(&site.visitor(), ADDRESS, "/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().open("/_tollhouse/inbox").await.status, StatusCode::NOT_FOUND);
}

/// A site that sends mail.
pub(crate) async fn site() -> (TestSite, PostOffice) {
    site_with(|config| config).await
}

/// The same, with a configuration that is changed.
pub(crate) async fn site_with(change: impl FnOnce(String) -> String) -> (TestSite, PostOffice) {
    let post = PostOffice::open().await;
    let write = |folder: &Path| {
        std::fs::write(folder.join("smtp"), post.url()).expect("written");
    };
    let mail = "[mail]\nfrom = \"Marginal Weather <hello@weather.example>\"\nsmtp = { file = \"FOLDER/smtp\" }\n[plans.basic]";
    let change = |config| change(config).replacen("[plans.basic]", mail, 1);
    let site = TestSite::with_folder(write, change).await;
    (site, post)
}

/// What a mail is known by names whose it is: one of `localhost` is taken for spam.
fn is_its_id(line: &str) -> bool {
    line.starts_with("Message-ID: <") && line.ends_with("@weather.example>")
}

async fn ask(visitor: &Visitor, email: &str, to: &str) -> Seen {
    visitor.submit(PATH, &[("email", email), ("to", to)]).await
}

async fn enter(visitor: &Visitor, code: &str) -> Seen {
    visitor.submit(CODE, &[("code", code)]).await
}
