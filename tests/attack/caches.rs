//! A real cache stands in front of us: what a reader was shown, no stranger gets out of it, and
//! what a stranger makes up, no other is shown.

use crate::chance::Chance;
use crate::line::{Answer, Line};
use crate::origins::{Cache, Kind, Origin};
use crate::site::{self, Pages};
use crate::size::size;
use crate::spell;
use crate::tally::{self, Tally};

/// What a cache does not look at, and an origin may.
const UNKEYED: &[&str] = &[
    "X-Forwarded-Host: poison.example",
    "X-Forwarded-Proto: poison",
    "X-Forwarded-Scheme: poison",
    "X-Forwarded-Port: 6667",
    "X-Forwarded-Prefix: /poison",
    "X-Forwarded-For: poison",
    "Forwarded: host=poison.example;proto=poison",
    "X-Host: poison.example",
    "X-Original-URL: /members/secret.html",
    "X-Rewrite-URL: /members/secret.html",
    "X-Tollhouse-Reader: poison",
    "X-Tollhouse-Plans: basic",
    "X-HTTP-Method-Override: POISON",
    "X-Original-Host: poison.example",
    "Referer: http://poison.example/",
    "Origin: http://poison.example",
    "User-Agent: poison",
    "Accept: poison/poison",
    "Accept-Language: poison",
    "Cookie: tollhouse=poison",
    "Cookie: tollhouse=; lang=poison",
    "Authorization: Basic cG9pc29u",
    "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document",
    "Sec-Fetch-Mode: cors",
    "Range: bytes=0-3",
    "Upgrade: poison",
    "Via: 1.1 poison",
    "Max-Forwards: 0",
    "Expect: 100-continue",
    "If-None-Match: *",
];

#[tokio::test]
async fn no_cache_gives_a_stranger_what_a_reader_was_shown() {
    let pages = Pages::written();
    let mut rows = Vec::new();
    for kind in size().origins {
        rows.push(deceive(*kind, &pages, size().spellings / 10).await);
    }
    tally::report(&rows);
}

#[tokio::test]
async fn no_stranger_chooses_what_a_cache_keeps() {
    let pages = Pages::written();
    let mut rows = Vec::new();
    for kind in size().origins {
        rows.push(poison(*kind, &pages).await);
    }
    tally::report(&rows);
}

/// A reader asks for what he has paid for, in every way; then strangers ask for the same.
async fn deceive(kind: Kind, pages: &Pages, spellings: usize) -> Tally {
    let origin = Origin::start(kind, pages).await;
    let site = site::gateway(pages, &origin.behind()).await;
    let cache = Cache::before(site.address).await;
    let pass = site::buy(&site, &site.visitor(), "price_basic").await;
    let mut line = Line::to(cache.address());
    assert!(is_kept(&mut line, "/about.html").await, "the cache works");
    let mut row =
        Tally { family: "caches: deception", against: kind.name().to_owned(), ..Tally::default() };
    let mut chance = Chance::of(&format!("caches before {}", kind.name()));
    let host = cache.address().to_string();
    let mut shown = 0;
    for number in 0..spellings {
        let spelling = spell::spelling(&mut chance, pages, &host, number);
        if spelling.odd {
            continue;
        }
        let [reader, stranger] =
            [format!("Cookie: tollhouse={pass}\r\n"), String::new()].map(|cookie| {
                [spelling.start.as_slice(), format!("Host: {host}\r\n{cookie}\r\n").as_bytes()]
                    .concat()
            });
        let for_reader = line.ask(&reader).await;
        shown += u32::from(pages.source_of(&for_reader.bytes).is_some());
        for _ in 0..2 {
            let answer = line.ask(&stranger).await;
            row.sent += 1;
            match answer.status() {
                Some(402) => row.gated += 1,
                Some(200..=399) => row.public += 1,
                Some(_) | None => row.refused += 1,
            }
            let mut faults = Vec::new();
            if let Some(file) = pages.source_of(&answer.bytes) {
                faults.push(format!("a stranger gets {} out of the cache", file.name));
            }
            if answer.status() == Some(402) && from_cache(&answer) {
                faults.push("the offer comes out of the cache".to_owned());
            }
            if answer.field("set-cookie").is_some_and(|cookie| cookie.contains("tollhouse")) {
                faults.push("a stranger gets a cookie".to_owned());
            }
            row.leaks.extend(
                faults.iter().map(|fault| format!("{fault}: {}", spelling.start.escape_ascii())),
            );
        }
    }
    assert!(shown > 0, "the reader was shown something, in front of {}", kind.name());
    own_pages(&mut line, &host, &pass, &mut row).await;
    row
}

/// Our own pages depend on who asks: none of them is kept.
async fn own_pages(line: &mut Line, host: &str, pass: &str, row: &mut Tally) {
    const PAGES: &[&str] =
        &["account", "join", "join?to=/members/secret.html", "return", "keys", "nothing", "x.css"];
    for page in PAGES {
        for cookie in [format!("Cookie: tollhouse={pass}\r\n"), String::new()] {
            let request =
                format!("GET /_tollhouse/{page} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n");
            let answer = line.ask(request.as_bytes()).await;
            row.sent += 1;
            row.gated += 1;
            if from_cache(&answer) && *page != "keys" {
                row.leaks.push(format!("/_tollhouse/{page} comes out of the cache"));
            }
        }
    }
}

/// A stranger asks for a page in an odd way; then another asks for it as people do.
async fn poison(kind: Kind, pages: &Pages) -> Tally {
    let origin = Origin::start(kind, pages).await;
    let site = site::gateway(pages, &origin.behind()).await;
    let cache = Cache::before(site.address).await;
    let mut line = Line::to(cache.address());
    let host = cache.address();
    let mut row =
        Tally { family: "caches: poisoning", against: kind.name().to_owned(), ..Tally::default() };
    for (number, field) in UNKEYED.iter().enumerate() {
        for page in ["/", "/members/secret.html", "/blog/2024/post", "/nothing", "/members/free/"] {
            let target = format!("{page}?{number}");
            let odd = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{field}\r\n\r\n");
            let plain = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
            // On a line of its own: what follows may depend on what it was.
            Line::to(host).ask(odd.as_bytes()).await;
            let answer = line.ask(plain.as_bytes()).await;
            row.sent += 1;
            match answer.status() {
                Some(402) => row.gated += 1,
                Some(200..=399 | 404) => row.public += 1,
                Some(_) | None => row.refused += 1,
            }
            let text = String::from_utf8_lossy(&answer.bytes).to_ascii_lowercase();
            let serves = page != "/" || answer.holds("This page is free");
            if text.contains("poison") || text.contains("canary-") || !serves {
                row.leaks.push(format!(
                    "{field:?} decides what others see of {target}: {}",
                    answer.head
                ));
            }
        }
    }
    row
}

async fn is_kept(line: &mut Line, target: &str) -> bool {
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    line.ask(request.as_bytes()).await;
    from_cache(&line.ask(request.as_bytes()).await)
}

fn from_cache(answer: &Answer) -> bool {
    answer.field("x-cache") == Some("hit")
}
