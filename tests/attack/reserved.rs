//! `/_tollhouse` in every other spelling is nobody's page: 404 or 400, and no origin hears of it.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::asking::Asker;
use crate::support::{Effort, TestSite};
use crate::tally::{self, Tally};

/// Pages that answer with something else than 404 in their own spelling.
const PAGES: [&str; 5] = ["/keys", "/sign-in", "/account", "/join", "/stripe/webhook"];

#[tokio::test]
async fn our_pages_have_one_spelling() {
    let site = TestSite::start().await;
    let mut asker = Asker::of(site.address);
    let mut tally = Tally { family: "prefix", against: "our pages".to_owned(), ..Tally::default() };
    for page in PAGES {
        let status = asker.get(&format!("/_tollhouse{page}"), "").await.status();
        assert!(status != 404 && status != 400, "the control: {page} {status}");
    }
    for spelled in spellings() {
        for page in PAGES {
            for method in ["GET", "POST"] {
                let host = site.address.to_string();
                let target = spelled.replace("{page}", page).replace("{host}", &host);
                let request = format!(
                    "{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\
                     Sec-Fetch-Site: same-origin\r\n\r\n",
                    site.address
                );
                let status = asker.ask(&request).await.status();
                tally.sent += 1;
                match status {
                    400 | 404 => tally.refused += 1,
                    _ => tally.leaks.push(format!("{status} {request:?}")),
                }
            }
        }
    }
    let seen = site.origin.seen();
    tally.leaks.extend(seen.into_iter().map(|head| format!("at the origin: {head:?}")));
    let near = asker.get("/_tollhousekeeping/keys", "").await.status();
    assert_eq!((near, site.origin.seen().len()), (200, 1), "another word is the origin's");
    tally::report(&[tally]);
}

/// Targets that some website takes for ours; `{page}` stands for what follows.
fn spellings() -> Vec<String> {
    let written = [
        "//_tollhouse{page}",
        "///_tollhouse{page}",
        "/_tollhouse/{page}",
        "/_tollhouse{page}/",
        "/_tollhouse{page};x",
        "/_tollhouse;x{page}",
        "/_tollhouse;{page}",
        "/_tollhouse/;{page}",
        "/;/_tollhouse{page}",
        "/_tollhouse/.{page}",
        "/./_tollhouse{page}",
        "/x/../_tollhouse{page}",
        "/x/..;/_tollhouse{page}",
        "/x/%2e%2e/_tollhouse{page}",
        "/x/%252e%252e/_tollhouse{page}",
        "/x/..%252f_tollhouse{page}",
        "/_tollhouse%2F{page}",
        "/_tollhouse%5C{page}",
        "/_tollhouse\\{page}",
        "/_tollhouse.{page}",
        "/_tollhouse%20{page}",
        "/_tollhouse%09{page}",
        "/_tollhouse%00{page}",
        "/_tollhouse::$DATA{page}",
        "/_tollhouse%3F{page}",
        "/_tollhouse%23{page}",
        "/_toll%C2%ADhouse{page}",
        "/_toll%E2%80%8Bhouse{page}",
        "/%EF%BC%BFtollhouse{page}",
        "/_%EF%BD%94ollhouse{page}",
        "/_tollhou%C5%BFe{page}",
        "/_TOLLHOUSE{page}",
        "/_Tollhouse{page}",
        "/%5Ftollhouse{page}",
        "/%5ftollhouse{page}",
        "/%255Ftollhouse{page}",
        "http://{host}//_tollhouse{page}",
    ];
    let count = if Effort::asked_for() == Effort::Long { 4_000 } else { 150 };
    let mut runner = TestRunner::deterministic();
    let mut one = || spelled().new_tree(&mut runner).expect("a spelling").current();
    let made = (0..count).map(|_| one() + "{page}");
    written.map(str::to_owned).into_iter().chain(made).collect()
}

/// Each letter as it is, in the other case, or encoded once or twice; at least one is not as it is.
fn spelled() -> impl Strategy<Value = String> {
    let word = "_tollhouse";
    let ways = proptest::collection::vec(0_u8..6, word.len());
    let is_other = |ways: &Vec<u8>| ways.iter().any(|way| *way > 1);
    ways.prop_filter("as it is", is_other).prop_map(move |ways| {
        let letters = word.bytes().zip(ways).map(|(letter, way)| match way {
            0 | 1 => char::from(letter).to_string(),
            2 if letter == b'_' => "%5F".to_owned(),
            2 => char::from(letter).to_ascii_uppercase().to_string(),
            3 => format!("%{letter:02x}"),
            4 => format!("%25{letter:02X}"),
            _ => format!("%{:02X}", letter.to_ascii_uppercase()),
        });
        format!("/{}", letters.collect::<String>())
    })
}
