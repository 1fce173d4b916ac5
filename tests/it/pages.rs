//! What browsers are told about our own pages, and are not told about the website's.

use reqwest::StatusCode;

use crate::support::{Seen, TestSite};

/// What a page of ours may do: nothing but look as it does, and send its forms.
const ONLY_OURS: [&str; 4] =
    ["content-security-policy", "referrer-policy", "x-frame-options", "x-content-type-options"];

#[tokio::test]
async fn our_pages_run_no_script_and_stand_in_no_frame() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let fields = [("accept", "text/html")];
    for (path, status) in [
        ("/_tollhouse/join", 200),
        ("/_tollhouse/sign-in", 200),
        ("/_tollhouse/sign-in/0", 410),
        ("/_tollhouse/account", 303),
        ("/_tollhouse/checkout", 405),
        ("/_tollhouse/nothing", 404),
        ("//_tollhouse/join", 404),
        ("/_tollhouse/keys", 200),
        ("/_tollhouse/look/nothing", 404),
        ("/essays/tide", 402),
        ("/a%zz", 400),
    ] {
        let seen = ann.fetch(path, &fields).await;
        assert_eq!(seen.status.as_u16(), status, "{path}");
        is_locked(&seen, path);
        assert_eq!(seen.header("strict-transport-security"), None, "{path}: it has no TLS");
    }
    is_locked(&ann.fetch("/essays/tide", &[("sec-fetch-mode", "cors")]).await, "for a script");
}

#[tokio::test]
async fn what_is_refused_at_once_is_locked_too() {
    let site = TestSite::start().await;
    let request = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nAccept: text/html\r\n\r\n";
    let answer = site.raw(request).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 400"), "{answer}");
    assert!(answer.contains("\r\ncontent-security-policy: default-src 'none';"), "{answer}");
    assert!(answer.contains("\r\nx-content-type-options: nosniff\r\n"), "{answer}");
}

#[tokio::test]
async fn the_websites_pages_are_as_the_website_made_them() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let gated = ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let public = ann.open("/about").await;
    site.origin.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let missing = ann.open("/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for seen in [&gated, &public, &missing] {
        for name in ONLY_OURS.iter().chain(&["strict-transport-security", "x-robots-tag"]) {
            assert_eq!(seen.header(name), None, "{name}");
        }
    }
    let own = "Content-Security-Policy: default-src *\r\nReferrer-Policy: unsafe-url\r\nX-Frame-Options: SAMEORIGIN";
    site.origin.answer(format!("HTTP/1.1 200 OK\r\n{own}\r\nContent-Length: 0\r\n\r\n"));
    for path in ["/about", "/essays/tide"] {
        let seen = ann.open(path).await;
        assert_eq!(seen.header("content-security-policy"), Some("default-src *"), "{path}");
        assert_eq!(seen.header("referrer-policy"), Some("unsafe-url"), "{path}");
        assert_eq!(seen.header("x-frame-options"), Some("SAMEORIGIN"), "{path}");
    }
}

#[tokio::test]
async fn a_site_with_tls_is_asked_with_tls_from_then_on() {
    let site = TestSite::with(|config| {
        config
            .replace("http://ADDRESS", "https://example.test")
            .replace("[stripe]", "[stripe]\ntest_mode_in_public = true")
    })
    .await;
    let get = async |path: &str| {
        let lines = "Host: example.test\r\nAccept: text/html\r\nConnection: close\r\n";
        site.raw(&format!("GET {path} HTTP/1.1\r\n{lines}\r\n")).await.to_lowercase()
    };
    for path in ["/_tollhouse/sign-in", "/essays/tide", "/_tollhouse/nothing"] {
        let answer = get(path).await;
        assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    }
    let about = get("/about").await;
    assert!(about.starts_with("http/1.1 200"), "{about}");
    assert!(
        !about.contains("strict-transport-security"),
        "that is for the website to say: {about}"
    );
}

fn is_locked(seen: &Seen, what: &str) {
    let policy = seen.header("content-security-policy").unwrap_or_default();
    for rule in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(rule), "{what}: {policy}");
    }
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(seen.header("referrer-policy"), Some("same-origin"), "{what}");
    assert_eq!(seen.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(seen.header("x-frame-options"), Some("DENY"), "{what}");
}
