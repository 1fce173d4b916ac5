//! The website behind the gate is a real nginx.

use reqwest::StatusCode;

use crate::support::{Nginx, TestSite};

const SECRET: &str = "for members only";

const FILES: &[(&str, &str)] = &[
    ("index.html", "home"),
    ("essays/tide/index.html", "paper"),
    ("members/index.html", SECRET),
    ("members/secret.html", SECRET),
    ("members/deep/nested.html", SECRET),
    ("members/free/teaser.html", "a teaser"),
    ("abonnés/secret.html", SECRET),
    ("public/a.html", "public"),
    ("tried/free/index.html", "free"),
    ("tried/paid/index.html", SECRET),
    ("blog/x/y/index.html", "public"),
];

#[tokio::test]
async fn a_website_that_cannot_prove_its_name_is_not_shown() {
    let nginx = Nginx::serve(FILES).await;
    let own = format!("https://localhost:{}", nginx.tls_port());
    let site = TestSite::with(|config| config.replace("http://ORIGIN", &own)).await;
    let seen = site.visitor().open("/public/a.html").await;
    assert_eq!(seen.status, StatusCode::BAD_GATEWAY);
    assert!(seen.body.contains("The website cannot be reached"), "{}", seen.body);
}

#[tokio::test]
async fn what_nginx_serves_is_sold_and_read() {
    let (_nginx, site) = behind_nginx().await;
    let ann = site.visitor();
    assert_eq!(ann.open("/").await.body, "home");
    assert_eq!(ann.open("/essays/tide/").await.shows(), "the offer");
    assert_eq!(
        ann.buy(&site.stripe, "price_basic", "/essays/tide/").await.shows(),
        "the page",
        "bought"
    );
    let etag = ann.open("/essays/tide/").await.header("etag").expect("nginx sends one").to_owned();
    let again = ann.fetch("/essays/tide/", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let part = ann.fetch("/essays/tide/", &[("range", "bytes=1-2")]).await;
    assert_eq!((part.status, part.body.as_str()), (StatusCode::PARTIAL_CONTENT, "ap"));
    let missing = ann.open("/essays/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.header("cache-control"), Some("private, no-store"));
}

#[tokio::test]
async fn a_redirect_of_nginx_leads_to_the_site_and_not_around_the_gate() {
    let (_nginx, site) = behind_nginx().await;
    let seen = site.visitor().open("/blog/x/y?z").await;
    assert_eq!(seen.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(seen.header("location"), Some(site.url("/blog/x/y/?z").as_str()));
}

#[tokio::test]
async fn a_page_that_nginx_finds_by_trying_endings_is_closed_in_every_form() {
    let (_nginx, site) = behind_nginx().await;
    let ann = site.visitor();
    assert_eq!(ann.open("/tried/free/index").await.body, "free", "nginx tries endings");
    for path in ["/tried/paid", "/tried/paid/", "/tried/paid/index", "/tried/paid/index.html"] {
        assert_eq!(ann.open(path).await.shows(), "the offer", "{path}");
    }
}

#[tokio::test]
async fn no_way_to_write_a_path_gets_a_closed_page_out_of_nginx() {
    let (_nginx, site) = behind_nginx().await;
    let lines: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../fixtures/path-confusion.json")).expect("JSON");
    assert_eq!(lines.len(), 851);
    let host = format!("\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
    let mut leaks = Vec::new();
    for case in &lines {
        let mut request = crate::support::base64(&case["line_b64"]);
        request.extend_from_slice(host.as_bytes());
        let answer = site.raw_bytes(&request).await;
        assert!(answer.starts_with("HTTP/1."), "{}: {answer:?}", case["line"]);
        if answer.contains(SECRET) {
            leaks.push(format!("{} {}", case["family"], case["line"]));
        }
    }
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), leaks.join("\n"));
    let teaser = site.visitor().open("/members/free/teaser.html").await;
    assert_eq!(teaser.body, "a teaser", "the narrower gate is open");
}

async fn behind_nginx() -> (Nginx, TestSite) {
    let nginx = Nginx::serve(FILES).await;
    let site = TestSite::with(|config| {
        let members = "[[gate]]\npaths = [\"/members/**\", \"/abonnés/**\", \"/tried/paid\"]\nplans = [\"basic\"]\n\
                       [[gate]]\npaths = [\"/members/free/**\"]\nopen = true\n";
        config.replace("ORIGIN", &nginx.address()) + members
    })
    .await;
    (nginx, site)
}
