//! Ways back and redirects: a browser's own rules decide (the URL standard of the WHATWG), and
//! whatever is asked for, it stays on the site.

use std::fs;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tollhouse::crypto;
use url::Url;

use crate::asking::{Answer, Asker};
use crate::support::{Effort, TestSite};
use crate::tally::{self, Tally};

#[tokio::test]
async fn no_way_back_leads_elsewhere() {
    let site = TestSite::start().await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("ways back");
    for payload in payloads("").chain(payloads("/essays/")) {
        let answer = asker.get(&join(&payload), "Accept: text/html\r\n").await;
        tally.sent += 1;
        let found = links(&answer);
        if found.is_empty() {
            tally.leaks.push(format!("{payload:?}: {}", answer.head));
        }
        for link in found {
            if stays(&site, &link) {
                tally.public += 1;
            } else {
                tally.leaks.push(format!("{payload:?} leads to {link}"));
            }
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn no_way_back_that_a_site_uses_is_lost() {
    let site = TestSite::start().await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("honest ways back");
    let paths = include_str!("../fixtures/legit-urls.json");
    let paths: Vec<serde_json::Value> = serde_json::from_str(paths).expect("JSON");
    let paths = paths.iter().map(|case| case["target"].as_str().expect("a path"));
    let more = [
        "/essays/tide?a=b&c=d#part",
        "/essays/tide?next=https%3A%2F%2Fok.example%2F",
        "/essays/tide?q=two%0D%0Alines&r=//x",
        "/essays/tide#/app/route",
        "/essays/tide;v=1/a,b",
        "/essays/%E2%9C%93/\u{2713}",
    ];
    for path in paths.chain(more) {
        let answer = asker.get(&join(path), "Accept: text/html\r\n").await;
        tally.sent += 1;
        let wanted = read(&site, path).expect("it is honest");
        match links(&answer).as_slice() {
            [] => tally.leaks.push(format!("{path:?}: {}", answer.head)),
            all if all.iter().all(|link| read(&site, link).as_ref() == Some(&wanted)) => {
                tally.public += 1;
            }
            other => tally.leaks.push(format!("{path:?} became {other:?}")),
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn another_name_of_the_site_leads_to_its_own_and_nowhere_else() {
    let also =
        |config: String| config.replace("[stripe]", "also = [\"www.site.example\"]\n[stripe]");
    let site = TestSite::with(also).await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("another name");
    let is_sendable = |payload: &String| {
        payload.starts_with('/') && !payload.contains(|c: char| c <= ' ' || "\x7f\"<>#".contains(c))
    };
    for target in payloads("").filter(is_sendable) {
        let request = format!("GET {target} HTTP/1.1\r\nHost: www.site.example\r\n\r\n");
        let answer = asker.ask(request).await;
        tally.sent += 1;
        match (answer.status(), answer.field("location")) {
            // That includes our own pages, in their own spelling.
            (308, Some(link)) if link.starts_with(&site.url("/")) && is_here(&site, link) => {
                tally.public += 1;
            }
            (400, None) => tally.refused += 1,
            _ => tally.leaks.push(format!("{target:?}: {}", answer.head)),
        }
    }
    assert!(tally.sent > 50, "{}", tally.sent);
    tally::report(&[tally]);
}

#[tokio::test]
async fn whoever_pays_comes_back_to_the_site() {
    let site = TestSite::start().await;
    let mut tally = tally("from the till");
    //    wanted                                  shown in the end
    for (wanted, shown) in [
        ("/course/1?a=b#c", "/course/1?a=b#c"),
        ("/course/%2e%2e/x", "/"),
        ("//evil.example/course/1", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/_tollhouse/sign-out", "/"),
        ("/%255Ftollhouse/sign-out", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ] {
        let ann = site.visitor();
        let till = ann.choose("price_course", wanted).await;
        let back = ann.pay(&site.stripe, &till).await;
        let seen = ann.follow(&back).await.goes_to();
        tally.sent += 1;
        tally.public += 1;
        if seen != shown {
            tally.leaks.push(format!("{wanted:?} came to {seen:?}"));
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn a_website_that_names_itself_leads_no_visitor_around_the_gate() {
    let site = TestSite::start().await;
    let own = site.origin.address();
    let mut asker = Asker::of(site.address);
    let mut tally = tally("the website's own");
    for link in names_of(own.port()) {
        let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n";
        site.origin.answer(format!("{head}Location: {link}\r\n\r\n"));
        let answer = asker.get("/about", "").await;
        let shown = answer.field("location").unwrap_or_default();
        tally.sent += 1;
        if read(&site, shown).is_some_and(|url| url.port() == Some(own.port())) {
            tally.leaks.push(format!("{link:?} leads to {shown:?}"));
        } else {
            tally.public += 1;
        }
    }
    for kept in [
        "/a/b?c#d",
        "b",
        "?c",
        "//other.example/",
        "https://other.example/a|b",
        "mailto:ann@site.example",
    ] {
        site.origin
            .answer(format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {kept}\r\n\r\n"));
        assert_eq!(asker.get("/about", "").await.field("location"), Some(kept), "as it was said");
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn a_folder_leads_to_itself() {
    let site = TestSite::with_folder(
        |folder| {
            for name in ["evil.example", "a", "a/evil.example", "é"] {
                let inner = folder.join("public").join(name);
                fs::create_dir_all(&inner).expect("a folder");
                fs::write(inner.join("index.html"), "inner").expect("written");
            }
        },
        |config| config.replace("origin = \"http://ORIGIN\"", "files = \"FOLDER/public\""),
    )
    .await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("folders");
    for name in
        ["evil.example", "a", "a/evil.example", "a//evil.example", "%C3%A9", "é", "%65vil.example"]
    {
        for slashes in ["/", "//", "///"] {
            for query in
                ["", "?", "?//evil.example", "?caf\u{e9}", "?to=https://evil.example/%0d%0ax"]
            {
                let target = format!("{slashes}{name}{query}");
                let answer = asker.get(&target, "").await;
                tally.sent += 1;
                match (answer.status(), answer.field("location")) {
                    (308, Some(link)) if stays(&site, link) && !link.starts_with("//") => {
                        tally.public += 1;
                    }
                    (404 | 400, None) => tally.refused += 1,
                    _ => tally.leaks.push(format!("{target:?}: {}", answer.head)),
                }
            }
        }
    }
    assert!(tally.public > 60, "{tally:?}");
    tally::report(&[tally]);
}

fn tally(against: &str) -> Tally {
    Tally { family: "redirects", against: against.to_owned(), ..Tally::default() }
}

/// The offer for a page of this address.
fn join(to: &str) -> String {
    let encoded: Vec<_> = to.bytes().map(|byte| format!("%{}", crypto::hex(&[byte]))).collect();
    let encoded = encoded.concat();
    format!("/_tollhouse/join?to={encoded}")
}

/// What leads elsewhere in some browser or other is made of these, behind a beginning.
#[rustfmt::skip]
fn payloads(start: &'static str) -> impl Iterator<Item = String> {
    let parts = [
        "/", "\\", "//", "\\\\", "..", ".", ";", "?", "#", "@", ":", "%2f", "%5C", "%2e", "%09", "%0a",
        "%0d%0a", "%00", "%", "%25", "%252f", "\t", "\n", "\r", "\0", " ", "\u{a0}", "\u{85}", "\u{3000}",
        "\u{feff}", "\u{2028}", "\u{202e}", "\u{ad}", "\u{ff0f}", "\u{ff3c}", "\u{3002}", "\u{2044}", "http:",
        "https:", "HTTPS:", "javascript:", "data:", "evil.example", "[::1]", "127.0.0.1", "site.example",
        "_tollhouse", "_Tollhouse", "sign-out", "a", "é", "'\"<>`{}|^",
    ];
    let part = proptest::sample::select(parts.to_vec());
    let begun = ("[/\\\\]{0,3}", proptest::collection::vec(part, 0..8));
    let count = if Effort::asked_for() == Effort::Long { 20_000 } else { 800 };
    let mut runner = TestRunner::deterministic();
    (0..count).map(move |_| {
        let made = begun.new_tree(&mut runner).expect("a payload").current();
        format!("{start}{}{}", made.0, made.1.concat())
    })
}

/// Where an answer leads: by its redirect, or by the forms of its page.
fn links(answer: &Answer) -> Vec<String> {
    let forms = answer.body.split("name=\"to\" value=\"").skip(1);
    let forms = forms.filter_map(|rest| rest.split('"').next()).map(unescaped);
    answer.field("location").map(str::to_owned).into_iter().chain(forms).collect()
}

fn unescaped(text: &str) -> String {
    let signs = [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">")];
    let text = signs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

/// An address as a browser reads it on a page of ours.
fn read(site: &TestSite, link: &str) -> Option<Url> {
    let page = Url::parse(&site.url("/_tollhouse/join")).expect("a URL");
    page.join(link).ok()
}

fn is_here(site: &TestSite, link: &str) -> bool {
    let home = Url::parse(&site.url("/")).expect("a URL");
    let leads_to = read(site, link);
    leads_to.is_some_and(|url| url.origin() == home.origin() && url.username().is_empty())
}

/// Whether it leads to a page of the site that is none of ours.
fn stays(site: &TestSite, link: &str) -> bool {
    let own = |url: &Url| {
        let start = url.path().split('/').nth(1).unwrap_or_default();
        start.eq_ignore_ascii_case("_tollhouse")
    };
    is_here(site, link) && !read(site, link).is_some_and(|url| own(&url))
}

/// What a browser takes for the address that a website on this machine listens on.
fn names_of(port: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:0:0:1]",
        "0.0.0.0",
        "ann@127.0.0.1",
        "ann:x@127.0.0.1",
        "%3127.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "\u{ff11}27.0.0.1",
    ];
    let starts = [
        "http://",
        "//",
        "HTTP://",
        "http:\\\\",
        "\\\\",
        "/\\",
        "http:/\\",
        "ht\ttp://",
        "/\t/",
        " //",
        "http:///",
        "///",
    ];
    let mut all = Vec::new();
    for host in hosts {
        for start in starts {
            for path in ["", "/", "/essays/tide", "?a", "\\essays\\tide", "/é", "//evil.example"] {
                all.push(format!("{start}{host}:{port}{path}"));
                all.push(format!("{start}{host}:0{port}{path}"));
            }
        }
    }
    all
}
