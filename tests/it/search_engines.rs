//! A search engine's crawler sees the whole page where the owner says so, if its address is proven
//! to be the engine's.

use std::time::Duration;

use crate::support::{NameServer, Seen, TestSite};

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const BINGBOT: &str = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)";
const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0";

const CRAWLER: &str = "66.249.66.1";
const ITS_NAME: &str = "crawl-66-249-66-1.googlebot.com";

#[tokio::test]
async fn a_proven_crawler_gets_the_whole_page_and_no_cache_keeps_it() {
    let (names, site) = site().await;
    names.claim(CRAWLER, ITS_NAME);
    names.confirm(ITS_NAME, CRAWLER);
    let seen = crawl(&site, CRAWLER, GOOGLEBOT, "/essays/tide").await;
    assert_eq!(seen.shows(), "the page");
    assert_eq!(seen.header("cache-control"), Some("private, no-store"));
    assert_eq!(seen.header("x-robots-tag"), Some("noarchive"));
    assert_eq!(seen.header("set-cookie"), None);
    assert!(!site.origin.last().to_lowercase().contains("x-tollhouse-reader"));
    let free = crawl(&site, CRAWLER, GOOGLEBOT, "/about").await;
    assert_eq!((free.shows(), free.header("x-robots-tag")), ("the page", None));
    let other = crawl(&site, CRAWLER, GOOGLEBOT, "/workshop/1").await;
    assert_eq!(other.shows(), "the offer", "that gate does not say so");
    let fields = [("user-agent", GOOGLEBOT), ("x-forwarded-for", CRAWLER)];
    let posted = site.visitor().post("/essays/tide", &fields, "x=1".to_owned()).await;
    assert_eq!(posted.status, 402, "a crawler looks, and does nothing");
}

#[tokio::test]
async fn whoever_only_says_to_be_a_crawler_is_a_stranger() {
    let (names, site) = site().await;
    let cases: [(&str, &str, &str, &str); 9] = [
        //  its address    says to be                      which has       he says
        ("198.51.100.1", "", "", GOOGLEBOT),
        ("198.51.101.1", "crawl-1.googlebot.com", "", GOOGLEBOT),
        ("198.51.102.1", "crawl-2.googlebot.com", "66.249.66.2", GOOGLEBOT),
        ("198.51.103.1", "evilgooglebot.com", "198.51.103.1", GOOGLEBOT),
        ("198.51.104.1", "x.evilgooglebot.com", "198.51.104.1", GOOGLEBOT),
        ("198.51.105.1", "x.googlebot.com.evil.example", "198.51.105.1", GOOGLEBOT),
        ("198.51.106.1", "google-proxy-1.google.com", "198.51.106.1", GOOGLEBOT),
        ("198.51.107.1", "msnbot-1.search.msn.com", "198.51.107.1", GOOGLEBOT),
        ("66.249.66.1", "crawl-66-249-66-1.googlebot.com", "66.249.66.1", BINGBOT),
    ];
    for (address, name, has, agent) in cases {
        if !name.is_empty() {
            names.claim(address, name);
        }
        if !has.is_empty() {
            names.confirm(name, has);
        }
        let seen = crawl(&site, address, agent, "/essays/tide").await;
        assert_eq!(seen.shows(), "the offer", "{address} {name}");
    }
    assert_eq!(site.origin.seen().len(), 0, "nobody got through");
    let bing = crawl(&site, "198.51.107.1", BINGBOT, "/essays/tide").await;
    assert_eq!(bing.shows(), "the page", "it is Bing's");
}

#[tokio::test]
async fn nobody_is_asked_where_it_would_open_nothing() {
    let (names, site) = site().await;
    names.claim(CRAWLER, ITS_NAME);
    names.confirm(ITS_NAME, CRAWLER);
    assert_eq!(crawl(&site, CRAWLER, PERSON, "/essays/tide").await.shows(), "the offer");
    assert_eq!(crawl(&site, CRAWLER, GOOGLEBOT, "/workshop/1").await.shows(), "the offer");
    assert_eq!(crawl(&site, CRAWLER, GOOGLEBOT, "/about").await.shows(), "the page");
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let fields = [("user-agent", GOOGLEBOT), ("x-forwarded-for", CRAWLER)];
    assert_eq!(ann.fetch("/essays/tide", &fields).await.shows(), "the page", "by her pass");
    assert_eq!(names.asked(), 0);
}

#[tokio::test]
async fn what_was_said_is_remembered_for_hours_and_not_for_ever() {
    let (names, site) = site().await;
    let (address, name) = ("2001:4860:4801:10::1", "crawl-v6.googlebot.com");
    names.claim(address, name);
    names.confirm(name, address);
    for _ in 0..20 {
        let seen = crawl(&site, address, GOOGLEBOT, "/essays/tide").await;
        assert_eq!(seen.shows(), "the page");
    }
    assert_eq!(names.asked(), 2, "once in each direction");
    names.forget();
    site.advance_here(Duration::from_hours(6) - Duration::from_secs(1));
    assert_eq!(crawl(&site, address, GOOGLEBOT, "/essays/tide").await.shows(), "the page");
    site.advance_here(Duration::from_secs(1));
    assert_eq!(crawl(&site, address, GOOGLEBOT, "/essays/tide").await.shows(), "the offer");
    names.claim(address, name);
    names.confirm(name, address);
    site.advance_here(Duration::from_mins(10) - Duration::from_secs(1));
    assert_eq!(crawl(&site, address, GOOGLEBOT, "/essays/tide").await.shows(), "the offer");
    site.advance_here(Duration::from_secs(1));
    assert_eq!(crawl(&site, address, GOOGLEBOT, "/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn while_nobody_answers_crawlers_are_strangers_and_readers_read() {
    let (names, site) = site().await;
    names.claim(CRAWLER, ITS_NAME);
    names.confirm(ITS_NAME, CRAWLER);
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    names.be_silent();
    assert_eq!(crawl(&site, CRAWLER, GOOGLEBOT, "/essays/tide").await.shows(), "the offer");
    let asked = names.asked();
    assert!(asked > 0, "it was asked");
    assert_eq!(crawl(&site, CRAWLER, GOOGLEBOT, "/essays/tide").await.shows(), "the offer");
    assert_eq!(names.asked(), asked, "not again within a minute");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_flood_of_false_crawlers_costs_few_questions() {
    let (names, site) = site().await;
    for host in 0..200 {
        crawl(&site, &format!("198.51.100.{host}"), GOOGLEBOT, "/essays/tide").await;
    }
    assert_eq!(names.asked(), 60, "of one network in a minute");
    for network in 0..700 {
        let address = format!("10.{}.{}.1", network / 250, network % 250);
        crawl(&site, &address, GOOGLEBOT, "/essays/tide").await;
    }
    assert_eq!(names.asked(), 600, "of all of them");
    names.claim(CRAWLER, ITS_NAME);
    names.confirm(ITS_NAME, CRAWLER);
    site.advance_here(Duration::from_mins(1));
    assert_eq!(crawl(&site, CRAWLER, GOOGLEBOT, "/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_server_that_asks_hears_of_a_crawler_that_it_is_one() {
    let (names, site) = site().await;
    names.claim(CRAWLER, ITS_NAME);
    names.confirm(ITS_NAME, CRAWLER);
    let ask = async |address: &str| {
        let fields = [
            ("user-agent", GOOGLEBOT),
            ("x-forwarded-for", address),
            ("x-original-uri", "/essays/tide"),
            ("x-original-method", "GET"),
        ];
        site.visitor().fetch("/_tollhouse/check", &fields).await
    };
    let seen = ask(CRAWLER).await;
    assert_eq!((seen.status.as_u16(), seen.header("x-tollhouse-robots")), (200, Some("noarchive")));
    assert_eq!(seen.header("x-tollhouse-cache-control"), Some("private, no-store"));
    assert_eq!(seen.header("x-tollhouse-reader"), None);
    assert_eq!(ask("198.51.100.1").await.status, 401);
}

#[tokio::test]
async fn no_page_of_ours_is_for_search_engines() {
    let site = TestSite::start().await;
    let visitor = site.visitor();
    for page in [
        "/essays/tide",
        "/_tollhouse/join",
        "/_tollhouse/sign-in",
        "/_tollhouse/sign-in/code",
        "/_tollhouse/sign-in/nothing",
        "/_tollhouse/account",
        "/_tollhouse/keys",
        "/_tollhouse/style.css",
        "/_tollhouse/nothing",
        "/_tollhouse/check",
        "/a/../b",
    ] {
        let raw =
            format!("GET {page} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
        let seen = site.raw(&raw).await.to_lowercase();
        assert!(seen.contains("\r\nx-robots-tag: noindex\r\n"), "{page}: {seen}");
    }
    let robots = visitor.open("/robots.txt").await;
    assert_eq!((robots.shows(), robots.header("x-robots-tag")), ("the page", None), "the owner's");
}

async fn site() -> (NameServer, TestSite) {
    let names = NameServer::start().await;
    let site = TestSite::with(|config| {
        let settings = format!(
            "trusted_proxies = [\"127.0.0.1\"]\nresolvers = [\"{}\"]\ncontact",
            names.address()
        );
        let gate = "paths = [\"/essays/**\"]";
        config
            .replace("contact", &settings)
            .replace(gate, &format!("{gate}\nsearch_engines = \"full\""))
    })
    .await;
    (names, site)
}

async fn crawl(site: &TestSite, address: &str, agent: &str, page: &str) -> Seen {
    let fields = [("user-agent", agent), ("x-forwarded-for", address), ("accept", "text/html")];
    site.visitor().fetch(page, &fields).await
}
