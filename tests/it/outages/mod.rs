//! When something is down: what still works, and what is said.

mod of_store;
mod of_stripe;

use std::fs;
use std::time::Duration;

use reqwest::StatusCode;
use stripe_sandbox::{Fault, FaultKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::TestSite;

#[tokio::test]
async fn a_reader_with_a_pass_reads_on_while_stripe_is_down() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.stripe.stop().await;
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    site.advance_here(Duration::from_mins(10));
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page", "renewed from the store");
}

#[tokio::test]
async fn a_till_that_cannot_be_reached_is_told_and_nothing_is_charged() {
    let site = TestSite::start().await;
    site.stripe.fail_next(Fault::next(9, FaultKind::Reset));
    let seen = site.visitor().open("/course/1").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seen.body.contains("Nothing was charged"), "{}", seen.body);
    assert_eq!(seen.header("retry-after"), Some("30"));
    assert!(seen.read().contains("href=\"/course/1\">Try again"), "{}", seen.body);
}

#[tokio::test]
async fn whoever_waits_at_a_till_that_says_nothing_is_told_within_three_seconds() {
    let site = TestSite::start().await;
    site.stripe.fail_next(Fault::next(1, FaultKind::Hang));
    let visitor = site.visitor();
    let time_passes = async {
        site.stripe.until_hanging(1).await;
        site.advance_here(Duration::from_secs(3));
    };
    let (seen, ()) = tokio::join!(visitor.open("/course/1"), time_passes);
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seen.body.contains("Nothing was charged"), "{}", seen.body);
}

#[tokio::test]
async fn a_buyer_who_comes_back_while_stripe_is_down_waits_and_is_let_in_when_it_is_up() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let checkout = ann.choose("price_course", "/course/1").await;
    let back = ann.pay(&site.stripe, &checkout).await;
    let once_more = format!("{back}&looked=1");
    for (address, seconds, next) in [(&back, "5", "looked=1"), (&once_more, "10", "looked=2")] {
        site.stripe.fail_next(Fault::next(3, FaultKind::RateLimited));
        let seen = ann.follow(address).await;
        assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(seen.body.contains("waiting for Stripe to confirm"), "{}", seen.body);
        let refresh = format!("http-equiv=\"refresh\" content=\"{seconds};url=");
        assert!(seen.body.contains(&refresh) && seen.body.contains(next), "{}", seen.body);
        assert_eq!(seen.header("retry-after"), Some(seconds));
    }
    let seen = ann.follow(&once_more).await;
    assert_eq!(ann.open(&seen.goes_to()).await.shows(), "the page");
}

#[tokio::test]
async fn passes_are_honoured_without_the_store_but_not_for_ever() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    site.stop().await;
    // What was the store is no database any more; the keys are mirrored.
    let data = site.path("tollhouse-data");
    for file in ["tollhouse.sqlite3", "tollhouse.sqlite3-wal", "tollhouse.sqlite3-shm"] {
        let _ = fs::remove_file(data.join(file));
    }
    fs::create_dir(data.join("tollhouse.sqlite3")).expect("in its place");
    site.start_again().await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    site.advance(Duration::from_mins(10));
    assert_eq!(ann.open("/course/1").await.shows(), "the page", "honoured in the outage");
    site.advance(Duration::from_hours(24));
    let seen = ann.open("/course/1").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE, "neither an offer nor a till");
    assert!(seen.body.contains("cannot look up your access"), "{}", seen.body);
    assert_eq!(ann.open("/about").await.shows(), "the page", "public pages do not care");
    let buyer = site.visitor().open("/course/1").await;
    assert_eq!(buyer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_store_that_opens_and_cannot_be_read_locks_out_nobody_with_a_pass() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    site.stop().await;
    let file = site.path("tollhouse-data/tollhouse.sqlite3");
    let rename = |from: &str, to: &str| {
        let store = rusqlite::Connection::open(&file).expect("it opens");
        store.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).expect("renamed");
    };
    rename("signing_keys", "aside");
    site.start_again().await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    site.stop().await;
    rename("aside", "signing_keys");
    site.start_again().await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page", "by the same keys");
}

#[tokio::test]
async fn a_store_that_opens_late_is_taken_up() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    site.stop().await;
    let file = site.path("tollhouse-data/tollhouse.sqlite3");
    let aside = site.path("aside");
    fs::rename(&file, &aside).expect("moved");
    fs::create_dir(&file).expect("in its place");
    site.start_again().await;
    let out = ann.submit("/_tollhouse/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(out.body.contains("signed out in this browser"), "{}", out.body);
    assert_eq!(out.header("set-cookie").map(|it| it.starts_with("tollhouse=none")), Some(true));
    fs::remove_dir(&file).expect("it is empty");
    fs::rename(&aside, &file).expect("moved back");
    site.advance(Duration::from_secs(10));
    let bob = site.visitor();
    let buys = async || bob.open("/course/1").await.status == StatusCode::SEE_OTHER;
    crate::support::until(buys).await;
    assert_eq!(bob.buy(&site.stripe, "price_course", "/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn a_slow_answer_survives_the_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = listener.local_addr().expect("an address").to_string();
    let mut site = TestSite::with(|config| config.replace("ORIGIN", &origin)).await;
    let mut visitor = TcpStream::connect(site.address).await.expect("connected");
    let request =
        format!("GET /slow HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
    visitor.write_all(request.as_bytes()).await.expect("sent");
    let (mut behind, _) = listener.accept().await.expect("it is forwarded");
    let mut head = [0; 4096];
    let length = behind.read(&mut head).await.expect("a request");
    assert!(length > 0);
    behind.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello").await.expect("sent");
    let mut first = [0; 12];
    visitor.read_exact(&mut first).await.expect("it has begun");
    let address = site.address;
    let finish = async {
        // The listener is closed when the stop has begun.
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        behind.write_all(b"world").await.expect("sent");
        let mut rest = String::new();
        visitor.read_to_string(&mut rest).await.expect("the rest");
        rest
    };
    let ((), rest) = tokio::join!(site.stop(), finish);
    assert!(rest.ends_with("helloworld"), "{rest}");
}
