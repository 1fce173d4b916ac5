//! Servers that guess what was meant: what they send is judged by the name that they give it.

use crate::line::Line;
use crate::origins::{Kind, Origin};
use crate::site::{self, Pages};

const NO_BODY: &str = "\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_page_that_the_origin_found_under_another_name_is_judged_by_its_own() {
    let pages = Pages::written();
    let origin = Origin::start(Kind::LenientApache, &pages).await;
    let direct = origin.direct.expect("it is a server");
    let request = "GET /downloads/report HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let guessed = Line::to(direct).ask(request.as_bytes()).await;
    assert_eq!(guessed.status(), Some(200), "{}", guessed.head);
    assert!(pages.source_of(&guessed.bytes).is_some(), "Apache finds report.pdf");
    let site = site::gateway(&pages, &origin.behind()).await;
    let host = site.address.to_string();
    let request = format!("GET /downloads/report HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut line = Line::to(site.address);
    let offered = line.ask(request.as_bytes()).await;
    assert_eq!(offered.status(), Some(402), "{}", offered.head);
    assert!(pages.source_of(&offered.bytes).is_none(), "nothing of it came through");
    // To whoever posts, Apache does not say what it sends.
    let posted = request.replacen("GET ", "POST ", 1).replacen("\r\n\r\n", NO_BODY, 1);
    let guessed = Line::to(direct).ask(posted.replace(&host, "localhost").as_bytes()).await;
    assert!(pages.source_of(&guessed.bytes).is_some(), "{}", guessed.head);
    assert_eq!(guessed.field("content-location"), None);
    let offered = line.ask(posted.as_bytes()).await;
    assert_eq!(offered.status(), Some(402), "{}", offered.head);
    // A reader of what it is gets it, under either name.
    let reader = site.visitor();
    let pass = site::buy(&site, &reader, "price_basic").await;
    let request = request.replace("\r\n\r\n", &format!("\r\nCookie: tollhouse={pass}\r\n\r\n"));
    let read = line.ask(request.as_bytes()).await;
    assert_eq!(read.status(), Some(200), "{}", read.head);
    assert!(read.field("cache-control").is_some_and(|rule| rule.starts_with("private")));
}
