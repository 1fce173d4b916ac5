//! Where a request ends: requests put together of sound and odd parts, each with a request for a
//! closed page in its body and behind it. An origin that notes what it is sent must see sound
//! requests only, each whole, and never the hidden one.

mod parts;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::chance::Chance;
use crate::recorder::{Notes, Recorder};
use crate::size::all_is_asked_for;
use crate::support::{TestSite, base64};
use crate::tally::{self, Tally};
use parts::{Case, Expected};

/// Long enough for every deadline of the site to pass ten times.
const BOUND: Duration = Duration::from_secs(20);

#[tokio::test]
async fn no_request_hides_in_another() {
    let recorder = Recorder::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let site = impatient(recorder.address).await;
    let mut chance = Chance::of("no request hides in another");
    let mut row =
        Tally { family: "framing", against: "a strict origin".to_owned(), ..Tally::default() };
    for number in 0..cases() {
        let case = Case::draw(&mut chance, number, site.address);
        let heard = Heard::from(site.address, &case).await;
        let faults = faults(&case, &heard, &recorder.take());
        row.sent += 1;
        match case.expected {
            Expected::Answer => row.public += 1,
            Expected::Refusal { .. } => row.refused += 1,
        }
        row.leaks.extend(faults.into_iter().map(|fault| format!("{fault}: {case:?} {heard:?}")));
    }
    tally::report(&[row]);
}

/// How many requests are put together.
fn cases() -> usize {
    if all_is_asked_for() { 100_000 } else { 3_000 }
}

/// A site that waits for nobody.
async fn impatient(origin: SocketAddr) -> TestSite {
    let limits = "[limits]\nheader_seconds = 1\nclient_read_seconds = 1\n[plans.basic]";
    TestSite::with(|config| {
        config.replace("ORIGIN", &origin.to_string()).replace("[plans.basic]", limits)
    })
    .await
}

/// What came back.
#[derive(Debug)]
struct Heard {
    /// The status of each answer, and its body.
    answers: Vec<(u16, String)>,
    closed: bool,
}

impl Heard {
    /// Sends a request and hears what comes, until every request in it could have been answered, or
    /// the connection is closed.
    async fn from(address: SocketAddr, case: &Case) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let (mut from, mut to) = stream.split();
        let mut heard = Self { answers: Vec::new(), closed: false };
        let hear = async {
            // Whoever refuses may not read everything.
            let _ = to.write_all(&case.bytes).await;
            if case.breaks_off {
                let _ = to.shutdown().await;
            }
            let mut received = Vec::new();
            while heard.answers.len() < 1 + case.behind {
                let without_body = heard.answers.is_empty() && case.is_head;
                if let Some(answer) = take_answer(&mut received, without_body) {
                    heard.answers.extend((answer.0 >= 200).then_some(answer));
                } else if !from.read_buf(&mut received).await.is_ok_and(|length| length > 0) {
                    heard.closed = true;
                    return;
                }
            }
        };
        timeout(BOUND, hear).await.unwrap_or_else(|_| panic!("no end: {case:?}"));
        heard
    }
}

/// Takes one answer from what was received, if it is whole.
fn take_answer(received: &mut Vec<u8>, without_body: bool) -> Option<(u16, String)> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&received[..end]).to_lowercase();
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.filter(|_| !without_body).map_or(0, |it| it.parse().expect("a length"));
    if received.len() < end + length {
        return None;
    }
    let body = String::from_utf8_lossy(&received[end..end + length]).into_owned();
    received.drain(..end + length);
    Some((status, body))
}

/// What must not be.
fn faults(case: &Case, heard: &Heard, notes: &Notes) -> Vec<String> {
    let mut faults: Vec<String> = notes.faults.clone();
    let hidden = notes.heads.iter().filter(|head| head.contains("/essays/"));
    faults.extend(hidden.map(|head| format!("reached the origin: {head:?}")));
    let read = heard.answers.iter().filter(|(_, body)| body.contains("hidden"));
    faults.extend(read.map(|(status, _)| format!("a body was read as a request: {status}")));
    let first = heard.answers.first().map(|(status, _)| *status);
    let of_case = |text: &str| text.contains(&case.path);
    let whole: Vec<_> = notes.whole.iter().filter(|(target, _)| of_case(target)).collect();
    match case.expected {
        Expected::Answer => {
            if first != Some(200) || whole.len() != 1 || whole[0].1 != case.body {
                faults.push(format!("not passed on as it is: {notes:?}"));
            }
            let behind = heard.answers.get(1).map(|(status, _)| *status);
            if case.behind == 1 && behind != Some(402) {
                faults.push("what is behind was not judged".to_owned());
            }
        }
        Expected::Refusal { in_head } => {
            let refused = first.map_or(case.breaks_off, |status| status >= 400);
            if !refused || heard.answers.iter().any(|(status, _)| *status < 400) {
                faults.push("not refused".to_owned());
            }
            if !whole.is_empty() || (in_head && notes.heads.iter().any(|head| of_case(head))) {
                faults.push(format!("reached the origin: {notes:?}"));
            }
        }
    }
    faults
}

#[tokio::test]
async fn requests_of_the_corpus_are_answered_as_the_rfc_demands() {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../fixtures/http1-requests.json")).expect("JSON");
    assert_eq!(cases.len(), 74);
    let mut row = Tally { family: "corpus", against: "the origin".to_owned(), ..Tally::default() };
    for case in &cases {
        // Its own site: the beginning of a request may reach the origin after it was refused.
        let site = impatient_site().await;
        let answer = site.raw_bytes(&base64(&case["raw_b64"])).await;
        let seen = site.origin.seen();
        row.sent += 1;
        for fault in faults_of_corpus(case, &answer, &seen) {
            let first = answer.lines().next().unwrap_or("no answer");
            row.leaks.push(format!("{} {fault}: {first}", case["name"]));
        }
    }
    tally::report(&[row]);
}

async fn impatient_site() -> TestSite {
    TestSite::with(|config| {
        config
            .replace("http://ADDRESS", "https://example.test")
            .replace("[stripe]", "[stripe]\ntest_mode_in_public = true")
            .replace(
                "[plans.basic]",
                "[limits]\nheader_seconds = 1\norigin_read_seconds = 1\n[plans.basic]",
            )
    })
    .await
}

fn faults_of_corpus(case: &serde_json::Value, answer: &str, seen: &[String]) -> Vec<&'static str> {
    let accepted = answer.lines().any(|line| line.starts_with("HTTP/1.1 2"));
    let statuses = answer.lines().filter(|line| line.starts_with("HTTP/1.1 ")).count();
    let smuggled = seen.iter().any(|head| head.contains("SMUGGLED"));
    let elsewhere = answer.starts_with("HTTP/1.1 421");
    let (rejected, must) = (case["expected"] == "reject", case["level"] == "MUST");
    let most = case["max_origin"].as_u64().expect("a number");
    [
        (rejected && accepted, "was accepted"),
        (case["expected"] == "accept" && !accepted && !elsewhere, "was refused"),
        (rejected && must && !answer.starts_with("HTTP/1.1 400 "), "was not answered with 400"),
        (rejected && case["smuggle"] == true && smuggled, "was smuggled"),
        (case["must_close"] == true && statuses > 1, "was not the last"),
        (seen.len() as u64 > most, "reached the origin"),
    ]
    .into_iter()
    .filter_map(|(wrong, fault)| wrong.then_some(fault))
    .collect()
}
