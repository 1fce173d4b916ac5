//! The beginning of a page, for whoever has not paid.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::StatusCode;

use crate::support::{Nginx, Seen, TestSite};

/// What nobody sees who has not paid.
const SECRET: &str = "canary-7f3a";

const PAGE: &str = "<!doctype html><html><head><title>Tides</title>\
    <script type=\"application/ld+json\">{\"articleBody\":\"canary-7f3a\"}</script></head>\
    <body><article><p>The sea \u{e9}bbs.</p><!--more--><p>canary-7f3a</p></article>\
    <script>state = 'canary-7f3a'</script></body></html>";

#[tokio::test]
async fn a_stranger_gets_the_beginning_of_the_page_with_the_offer_below() {
    let site = previewing().await;
    site.origin
        .answer(page("ETag: \"1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n", PAGE));
    let ann = site.visitor();
    let seen = ann.open("/essays/tide").await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    assert!(
        seen.body.starts_with("<!doctype html><html><head><title>Tides</title>"),
        "{}",
        seen.body
    );
    assert!(seen.body.contains("<p>The sea \u{e9}bbs.</p>"), "{}", seen.body);
    assert!(!seen.body.contains(SECRET), "{}", seen.body);
    for offered in [
        "name=\"price\" value=\"price_basic\"",
        "name=\"to\" value=\"/essays/tide\"",
        "$9 a month",
        "/_tollhouse/sign-in?to=",
        "\"isAccessibleForFree\":false",
    ] {
        assert!(seen.read().contains(offered), "{offered}: {}", seen.body);
    }
    assert_eq!(seen.header("cache-control"), Some("private, no-store"));
    assert_eq!(seen.header("vary"), Some("Accept-Language, Cookie"));
    assert_eq!(
        seen.header("link"),
        Some("</_tollhouse/join?to=%2Fessays%2Ftide>; rel=\"payment\"")
    );
    for header in ["etag", "last-modified", "set-cookie"] {
        assert_eq!(seen.header(header), None, "{header}");
    }
    let read = seen.read();
    let (_, style) = read.split_once("/_tollhouse/look/inset").expect("its style");
    let style = style.split('"').next().expect("an address");
    let style = ann.open(&format!("/_tollhouse/look/inset{style}")).await;
    assert_eq!(style.status, StatusCode::OK);
    assert!(
        style.body.lines().all(|line| {
            let rule = line.strip_prefix("@media(prefers-color-scheme:dark){").unwrap_or(line);
            rule.starts_with(".tollhouse-offer") || line.starts_with("@media ") || line == "}"
        }),
        "nothing of the page around is touched: {}",
        style.body
    );
    assert_eq!(site.stripe.checkouts().len(), 0, "nobody chose anything");
}

#[tokio::test]
async fn the_button_below_a_preview_sells_the_page_and_a_reader_gets_all_of_it() {
    let site = previewing().await;
    site.origin.answer(page("", PAGE));
    let ann = site.visitor();
    ann.open("/essays/tide").await;
    let whole = ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    assert_eq!((whole.status, whole.body.as_str()), (StatusCode::OK, PAGE));
    // A reader who has not this plan is no stranger, and gets the beginning all the same.
    let seen = ann.open("/workshop/bench").await;
    assert!(seen.body.contains("What you have does not include this page"), "{}", seen.body);
    assert!(!seen.body.contains(SECRET), "{}", seen.body);
}

#[tokio::test]
async fn the_website_is_asked_for_a_whole_page_whatever_the_visitor_asked_for() {
    let site = previewing().await;
    site.origin.answer(page("", PAGE));
    let asked = [
        ("accept", "text/html"),
        ("accept-language", "de"),
        ("range", "bytes=90-200"),
        ("if-none-match", "\"1\""),
        ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("accept-encoding", "gzip, br"),
        ("cookie", "theme=dark; tollhouse=none"),
        ("x-tollhouse-reader", "rdr_1"),
    ];
    let seen = site.visitor().fetch("/essays/tide", &asked).await;
    assert!(seen.status == StatusCode::OK && !seen.body.contains(SECRET), "{}", seen.body);
    let head = site.origin.last().to_lowercase();
    assert!(head.starts_with("get /essays/tide http/1.1\r\n"), "{head}");
    for sent in ["accept-language: de", "accept-encoding: identity", "cookie: theme=dark"] {
        assert!(head.contains(&format!("\r\n{sent}\r\n")), "{sent}: {head}");
    }
    for kept in ["range", "if-none-match", "if-modified-since", "x-tollhouse-reader"] {
        assert!(!head.contains(kept), "{kept}: {head}");
    }
}

#[tokio::test]
async fn what_cannot_be_cut_is_not_shown() {
    let site = previewing().await;
    let ann = site.visitor();
    let html = "Content-Type: text/html\r\n";
    let sixteen: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(PAGE.bytes().flat_map(|it| [it, 0])).collect();
    //    what the website says                                      what it sends
    for (fields, body) in [
        (html, "<p>canary-7f3a</p>".as_bytes()),
        (html, b""),
        ("Content-Type: text/plain\r\n", PAGE.as_bytes()),
        ("Content-Type: application/pdf\r\n", PAGE.as_bytes()),
        ("", PAGE.as_bytes()),
        ("Content-Type: text/html; charset=utf-16\r\n", PAGE.as_bytes()),
        ("Content-Type: text/html; charset=klingon\r\n", PAGE.as_bytes()),
        (html, &sixteen),
        ("Content-Type: text/html\r\nContent-Encoding: br\r\n", PAGE.as_bytes()),
        ("Content-Type: text/html\r\nContent-Encoding: gzip\r\n", PAGE.as_bytes()),
        ("Content-Type: text/html\r\nContent-Encoding: gzip, gzip\r\n", PAGE.as_bytes()),
        ("Content-Type: text/html\r\nContent-Location: /workshop/bench\r\n", PAGE.as_bytes()),
    ] {
        site.origin.answer(answer("200 OK", fields, body));
        is_offer(&ann.open("/essays/tide").await, fields);
    }
    for status in ["404 Not Found", "403 Forbidden", "500 Oops", "206 Partial Content", "302 Found"]
    {
        site.origin.answer(answer(
            status,
            "Content-Type: text/html\r\nLocation: /x\r\n",
            PAGE.as_bytes(),
        ));
        is_offer(&ann.open("/essays/tide").await, status);
    }
    // It breaks off before the place.
    site.origin.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    );
    is_offer(&ann.open("/essays/tide").await, "no chunks");
}

fn is_offer(seen: &Seen, why: &str) {
    assert_eq!((seen.status, seen.shows()), (StatusCode::PAYMENT_REQUIRED, "the offer"), "{why}");
    assert!(!seen.body.contains(SECRET), "{why}: {}", seen.body);
}

#[tokio::test]
async fn a_packed_page_is_unpacked_and_cut() {
    let site = previewing().await;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(PAGE.as_bytes()).expect("packed");
    let packed = packer.finish().expect("packed");
    let fields = "Content-Type: text/html; charset=UTF-8\r\nContent-Encoding: gzip\r\n";
    site.origin.answer(answer("200 OK", fields, &packed));
    let seen = site.visitor().open("/essays/tide").await;
    assert_eq!((seen.status, seen.header("content-encoding")), (StatusCode::OK, None));
    assert!(
        seen.body.contains("The sea \u{e9}bbs.") && !seen.body.contains(SECRET),
        "{}",
        seen.body
    );
}

#[tokio::test]
async fn no_question_gets_more_than_the_beginning_out_of_an_nginx_that_packs_its_pages() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(PAGE.as_bytes()).expect("packed");
    let packed = packer.finish().expect("packed");
    let plain = PAGE.as_bytes().to_vec();
    let files = [
        ("packs/tide.html", plain.clone()),
        ("packed/tide.html", plain.clone()),
        ("packed/tide.html.gz", packed),
        ("plain/tide.html", plain),
    ];
    let nginx = Nginx::serve(&files).await;
    let site = TestSite::with(|config| {
        let gate = "[[gate]]\npaths = [\"/packs/**\", \"/packed/**\", \"/plain/**\"]\n\
                    plans = [\"basic\"]\npreview = { until = \"<!--more-->\" }\n";
        config.replace("ORIGIN", &nginx.address()) + gate
    })
    .await;
    let ann = site.visitor();
    let html = ("accept", "text/html");
    for place in ["packs", "packed", "plain"] {
        let path = format!("/{place}/tide.html");
        for asked in [
            ("range", "bytes=100-900"),
            ("accept-encoding", "gzip, br"),
            ("accept-encoding", "identity;q=0, gzip"),
            ("if-none-match", "*"),
            ("if-modified-since", "Thu, 01 Jan 2037 00:00:00 GMT"),
            ("te", "trailers"),
        ] {
            let seen = ann.fetch(&path, &[html, asked]).await;
            assert_eq!((seen.status, seen.header("content-encoding")), (StatusCode::OK, None));
            assert!(seen.body.contains("The sea"), "{path} {asked:?}: {}", seen.body);
            assert!(!seen.body.contains(SECRET), "{path} {asked:?}: {}", seen.body);
        }
        for spelling in ["tide.html.gz", "TIDE.html", "/tide.html", "tide.html/x", "tide"] {
            let seen = ann.fetch(&format!("/{place}/{spelling}"), &[html]).await;
            assert!(!seen.body.contains(SECRET), "{place} {spelling}: {}", seen.body);
        }
    }
}

#[tokio::test]
async fn programs_are_told_the_price_and_crawlers_are_shown_the_beginning() {
    let site = previewing().await;
    site.origin.answer(page("", PAGE));
    let ann = site.visitor();
    let html = ("accept", "text/html");
    //    what is sent                                          status
    for (fields, status) in [
        (vec![html], StatusCode::OK),
        (vec![html, ("user-agent", "Googlebot/2.1")], StatusCode::OK),
        (vec![html, ("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch")], StatusCode::OK),
        (vec![html, ("sec-fetch-mode", "cors")], StatusCode::PAYMENT_REQUIRED),
        (vec![("accept", "*/*")], StatusCode::PAYMENT_REQUIRED),
    ] {
        let seen = ann.fetch("/essays/tide", &fields).await;
        assert_eq!(seen.status, status, "{fields:?}");
        assert!(!seen.body.contains(SECRET), "{fields:?}: {}", seen.body);
    }
    let posted = ann.post("/essays/tide", &[html], "a=b".to_owned()).await;
    assert_eq!(posted.status, StatusCode::PAYMENT_REQUIRED);
    let head =
        format!("HEAD /essays/tide HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\n", site.address);
    let head = site.raw(&format!("{head}Connection: close\r\n\r\n")).await;
    let whole = ann.fetch("/essays/tide", &[html]).await.body.len();
    let (status, length) = ("HTTP/1.1 200", format!("\r\ncontent-length: {whole}\r\n"));
    assert!(head.starts_with(status) && head.to_lowercase().contains(&length), "{head}");
}

#[tokio::test]
async fn a_page_of_another_gate_is_not_cut_by_this_one() {
    // Whoever folds letters finds the workshop here, and its pages have no such comment.
    let site = TestSite::with(|config| {
        with_preview(&config).replace(
            "paths = [\"/workshop/**\"]",
            "unpaid = \"offer\"\npaths = [\"/essays/Bench/**\"]",
        )
    })
    .await;
    site.origin.answer(page("", PAGE));
    let ann = site.visitor();
    assert_eq!(ann.open("/essays/tide").await.status, StatusCode::OK);
    is_offer(&ann.open("/essays/bench/1").await, "the other gate's, in small letters");
    let before = site.origin.seen().len();
    is_offer(&ann.open("/essays/BENCH/1").await, "and in large ones");
    assert_eq!(site.origin.seen().len(), before, "it was not even asked for");
}

#[tokio::test]
async fn where_the_websites_rules_forbid_forms_a_link_leads_to_the_offer() {
    let site = previewing().await;
    let policy = "Content-Security-Policy: default-src 'self'; form-action 'self'\r\n";
    site.origin.answer(page(policy, PAGE));
    let seen = site.visitor().open("/essays/tide").await;
    assert_eq!(
        seen.header("content-security-policy"),
        Some("default-src 'self'; form-action 'self'")
    );
    assert!(!seen.body.contains("<form"), "{}", seen.body);
    let link = "/_tollhouse/join?to=%2Fessays%2Ftide\">";
    assert!(seen.read().contains(link), "{}", seen.body);
}

#[tokio::test]
async fn a_redirect_to_the_same_page_with_a_slash_is_one_for_everybody() {
    let site = previewing().await;
    for location in [
        "/essays/tide/?a=b".to_owned(),
        format!("http://{}/essays/tide/?a=b", site.origin.address()),
    ] {
        let fields = format!("Location: {location}\r\n");
        site.origin.answer(answer("301 Moved", &fields, b""));
        let seen = site.visitor().open("/essays/tide?a=b").await;
        assert_eq!(seen.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(seen.header("location"), Some("/essays/tide/?a=b"));
    }
}

#[tokio::test]
async fn what_is_shown_of_a_website_that_is_down_is_the_offer() {
    let site = TestSite::with(|config| {
        with_preview(&config).replace("http://ORIGIN", "http://127.0.0.1:9")
    })
    .await;
    is_offer(&site.visitor().open("/essays/tide").await, "nobody is there");
}

#[tokio::test]
async fn a_page_of_a_folder_is_cut_too() {
    let site = TestSite::with_folder(
        |folder| {
            let public = folder.join("public");
            fs::create_dir_all(public.join("essays/tide")).expect("a folder");
            fs::write(public.join("essays/tide/index.html"), PAGE).expect("written");
            fs::write(public.join("essays/tide/data.json"), SECRET).expect("written");
            fs::write(public.join("essays/bench.html"), PAGE).expect("written");
        },
        |config| {
            let config = with_preview(&config);
            let config = config.replace("origin = \"http://ORIGIN\"", "files = \"public\"");
            config.replace(
                "paths = [\"/workshop/**\"]",
                "unpaid = \"offer\"\npaths = [\"/essays/bench.html\"]",
            )
        },
    )
    .await;
    let ann = site.visitor();
    for path in ["/essays/tide/", "/essays/tide/index.html"] {
        let seen = ann.open(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(seen.body.contains("<p>The sea \u{e9}bbs.</p>"), "{path}: {}", seen.body);
        assert!(!seen.body.contains(SECRET), "{path}: {}", seen.body);
        assert_eq!((seen.header("etag"), seen.header("content-length").is_some()), (None, true));
    }
    let slash = ann.open("/essays/tide").await;
    assert_eq!(
        (slash.status, slash.header("location")),
        (StatusCode::PERMANENT_REDIRECT, Some("/essays/tide/"))
    );
    is_offer(&ann.open("/essays/tide/data.json").await, "no page");
    is_offer(&ann.open("/essays/nothing").await, "not there");
    is_offer(&ann.open("/essays/bench").await, "a file of another gate");
}

async fn previewing() -> TestSite {
    TestSite::with(|config| with_previews(&config)).await
}

fn with_preview(config: &str) -> String {
    let cut = "plans = [\"basic\"]\npreview = { until = \"<!--more-->\" }\n[[gate]]";
    config.replacen("plans = [\"basic\"]\n[[gate]]", cut, 1)
}

fn with_previews(config: &str) -> String {
    let config = with_preview(config);
    let cut = "plans = [\"pro\"]\npreview = { paragraphs = 1 }\n[[gate]]";
    config.replacen("plans = [\"pro\"]\n[[gate]]", cut, 1)
}

fn page(fields: &str, body: &str) -> Vec<u8> {
    let fields = format!("Content-Type: text/html; charset=utf-8\r\n{fields}");
    answer("200 OK", &fields, body.as_bytes())
}

fn answer(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}
