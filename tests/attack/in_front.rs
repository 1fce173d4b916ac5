//! Every spelling of a closed path, sent to an nginx and a Caddy that show the pages themselves and
//! ask who may read: what they take a path for is theirs, what is judged is ours.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Mutex;

use crate::chance::Chance;
use crate::line::{Answer, Line};
use crate::oracle::{Oracle, Outcome};
use crate::origins::{Kind, Origin};
use crate::site::{self, Asker, Behind, Pages};
use crate::size::size;
use crate::spell::{self, Spelling};
use crate::support::{Front, Make, Shows};
use crate::tally::{self, Tally};

/// How many are sent at a time.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn no_spelling_of_a_path_gets_a_closed_page_out_of_a_server_that_asks() {
    let pages = Pages::written();
    let other = site::gateway(&pages, &Behind::Folder).await;
    let mut rows = Vec::new();
    for (make, kind, name) in [
        (Make::Nginx, Kind::Nginx, "nginx that asks"),
        (Make::Caddy, Kind::Caddy, "Caddy that asks"),
    ] {
        let place = Front::place();
        let site = site::asked_by(place).await;
        let _front = Front::start(make, place, site.address, Shows::Files(pages.folder())).await;
        // Where nobody asks, a server of the same make tells what it shows.
        let alone = Origin::start(kind, &pages).await;
        let mut oracle = Oracle::new(&pages);
        oracle.meet(alone.direct.expect("it is a program")).await;
        let askers = site::askers(&site, &other).await;
        let mut chance = Chance::of(name);
        let host = place.to_string();
        let cases: Vec<_> = (0..size().spellings)
            .map(|number| {
                let spelling = spell::spelling(&mut chance, &pages, &host, number);
                (spelling, chance.one_of(&askers).clone())
            })
            .collect();
        let answers = answers(place, &cases).await;
        let judged = judge(&cases, &answers, &oracle, name);
        assert!(judged.iter().any(|row| row.gated > 0), "{name} asks");
        assert!(judged.iter().any(|row| row.public > 0), "{name} shows what is free");
        rows.extend(judged);
    }
    tally::report(&rows);
}

fn judge(
    cases: &[(Spelling, Asker)],
    answers: &[Answer],
    oracle: &Oracle<'_>,
    against: &str,
) -> Vec<Tally> {
    let mut rows: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for ((spelling, asker), answer) in cases.iter().zip(answers) {
        let family = spelling.family;
        let new = || Tally { family, against: against.to_owned(), ..Tally::default() };
        let row = rows.entry(family).or_insert_with(new);
        row.sent += 1;
        let outcome = outcome(answer);
        match outcome {
            Outcome::Refused => row.refused += 1,
            Outcome::Gated => row.gated += 1,
            Outcome::Public => row.public += 1,
        }
        let request = spelling.start.escape_ascii();
        let faults = oracle.faults(asker, answer, outcome).into_iter();
        row.leaks.extend(faults.map(|fault| format!("{fault}, for {}: {request}", asker.name)));
    }
    rows.into_values().collect()
}

fn outcome(answer: &Answer) -> Outcome {
    match answer.status() {
        Some(303 | 401) => Outcome::Gated,
        Some(200..=399 | 404) => Outcome::Public,
        Some(_) | None => Outcome::Refused,
    }
}

/// Sends all of them, several at a time, and waits for the answers.
async fn answers(place: SocketAddr, cases: &[(Spelling, Asker)]) -> Vec<Answer> {
    let waiting: Mutex<VecDeque<usize>> = Mutex::new((0..cases.len()).collect());
    let next = || waiting.lock().expect("not poisoned").pop_front();
    let sender = async || {
        let mut line = Line::to(place);
        let mut answers = Vec::new();
        while let Some(at) = next() {
            let (spelling, asker) = &cases[at];
            if spelling.odd {
                line.hang_up();
            }
            answers.push((at, line.ask(&request(place, spelling, asker)).await));
            if spelling.odd {
                line.hang_up();
            }
        }
        answers
    };
    let sent = futures_util::future::join_all((0..AT_ONCE).map(|_| sender())).await;
    let mut all: Vec<_> = sent.into_iter().flatten().collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, answer)| answer).collect()
}

fn request(place: SocketAddr, spelling: &Spelling, asker: &Asker) -> Vec<u8> {
    let mut request = spelling.start.clone();
    request.extend_from_slice(format!("Host: {place}\r\n").as_bytes());
    if let Some(pass) = &asker.pass {
        request.extend_from_slice(format!("Cookie: tollhouse={pass}\r\n").as_bytes());
    }
    if spelling.odd {
        request.extend_from_slice(b"Connection: close\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}
