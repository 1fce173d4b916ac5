//! Every spelling of a closed path, sent by everybody who may not read it.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::sync::Mutex;

use crate::chance::Chance;
use crate::line::{Answer, Line};
use crate::oracle::{Oracle, Outcome};
use crate::origins::{Kind, Origin};
use crate::relay::{MARK, Received, Relay};
use crate::site::{self, Asker, Behind, Pages};
use crate::size::size;
use crate::spell::{self, Spelling};
use crate::support::TestSite;
use crate::tally::{self, Tally};
use crate::until::until;

/// How many are sent at a time.
const AT_ONCE: usize = 8;

/// How many are judged together.
const TOGETHER: usize = 500;

#[tokio::test]
async fn no_spelling_of_a_path_gets_a_closed_page_out_of_any_origin() {
    let pages = Pages::written();
    let other = site::gateway(&pages, &Behind::Folder).await;
    let mut rows = Vec::new();
    for kind in size().origins {
        rows.extend(attack(*kind, &pages, &other, size().spellings).await);
    }
    tally::report(&rows);
}

/// One request of an attack.
struct Case {
    spelling: Spelling,
    asker: Asker,
}

async fn attack(kind: Kind, pages: &Pages, other: &TestSite, spellings: usize) -> Vec<Tally> {
    let origin = Origin::start(kind, pages).await;
    let site = site::gateway(pages, &origin.behind()).await;
    let askers = site::askers(&site, other).await;
    let mut oracle = Oracle::new(pages);
    if let Some(direct) = origin.direct {
        oracle.meet(direct).await;
    }
    let mut fight = Fight { kind, site, origin, oracle, rows: BTreeMap::new(), received: 0 };
    let mut chance = Chance::of(kind.name());
    let mut memory = None;
    for first in (0..spellings).step_by(TOGETHER) {
        let host = fight.site.address.to_string();
        let cases = (first..spellings.min(first + TOGETHER)).map(|number| Case {
            spelling: spell::spelling(&mut chance, pages, &host, number),
            asker: chance.one_of(&askers).clone(),
        });
        let cases = cases.collect::<Vec<_>>();
        fight.round(&cases).await;
        memory = memory.or_else(|| (first >= spellings / 2).then(resident_mib));
    }
    fight.is_logged_once(pages.closed.len()).await;
    let grown = resident_mib().saturating_sub(memory.expect("it was looked at"));
    assert!(grown < MOST_GROWTH_MIB, "the second half has taken {grown} MiB and kept them");
    let alive = fight.site.visitor().open("/").await;
    assert!(alive.body.contains("This page is free"), "it lives: {}", alive.body);
    fight.rows.into_values().collect()
}

/// How much more memory this process may have at the end of an attack than in its middle.
const MOST_GROWTH_MIB: usize = 64;

fn resident_mib() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of it");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1_024
}

/// A gateway under attack.
struct Fight<'a> {
    kind: Kind,
    site: TestSite,
    origin: Origin,
    oracle: Oracle<'a>,
    rows: BTreeMap<&'static str, Tally>,
    /// How many requests the origin got through us.
    received: usize,
}

impl Fight<'_> {
    /// Sends some requests together, and then judges them together.
    async fn round(&mut self, cases: &[Case]) {
        let answers = self.answers(cases).await;
        let received = self.origin.relay.as_ref().map(Relay::take).unwrap_or_default();
        self.received += received.len();
        let mut asked_for = self.asked_for(cases, &received).await;
        for (at, (case, answer)) in cases.iter().zip(&answers).enumerate() {
            let outcome = outcome(answer, at, &received, self.origin.relay.is_some());
            let mut faults = self.oracle.faults(&case.asker, answer, outcome);
            faults.extend(asked_for.remove(&Some(at)).unwrap_or_default());
            let request = case.spelling.start.escape_ascii();
            let told = |fault| format!("{fault}, for {}: {request}", case.asker.name);
            let row = self.row(case.spelling.family);
            row.sent += 1;
            match outcome {
                Outcome::Refused => row.refused += 1,
                Outcome::Gated => row.gated += 1,
                Outcome::Public => row.public += 1,
            }
            row.leaks.extend(faults.into_iter().map(told));
        }
        let nobodys = asked_for.into_values().flatten();
        self.row("path: request line").leaks.extend(nobodys);
    }

    fn row(&mut self, family: &'static str) -> &mut Tally {
        let against = self.kind.name().to_owned();
        self.rows.entry(family).or_insert_with(|| Tally { family, against, ..Tally::default() })
    }

    /// What the origin was asked for that it would show, and whoever asked may not see; by case.
    async fn asked_for(
        &mut self,
        cases: &[Case],
        received: &[Received],
    ) -> BTreeMap<Option<usize>, Vec<String>> {
        let mut faults: BTreeMap<Option<usize>, Vec<String>> = BTreeMap::new();
        let Some(direct) = self.origin.direct else { return faults };
        let mut line = Line::to(direct);
        for seen in received {
            let shown = self.oracle.replay(seen, &mut line).await;
            let case = seen.mark.and_then(|mark| cases.get(mark));
            let fault = match (case, shown) {
                (None, _) => "the origin was sent what nobody sent".to_owned(),
                (Some(case), Some(file)) if !case.asker.plans.contains(file.plan) => {
                    format!("the origin was asked for {}", file.name)
                }
                (Some(_), _) => continue,
            };
            let fault = format!("{fault}, by {}", seen.line.escape_ascii());
            faults.entry(case.and(seen.mark)).or_default().push(fault);
        }
        faults
    }

    /// The origin's own log has a line for each request that went through us, and for no other.
    /// `before` were sent by its oracle.
    async fn is_logged_once(&self, before: usize) {
        let expected = before + self.received + self.oracle.replays();
        let logged = || self.origin.logged().unwrap_or(expected);
        until(async || logged() >= expected).await;
        assert_eq!(logged(), expected, "requests in the log of {}", self.kind.name());
    }

    /// Sends all of them, several at a time, and waits for the answers.
    async fn answers(&self, cases: &[Case]) -> Vec<Answer> {
        let waiting: Mutex<VecDeque<usize>> = Mutex::new((0..cases.len()).collect());
        let next = || waiting.lock().expect("not poisoned").pop_front();
        let sender = async || {
            let mut line = Line::to(self.site.address);
            let mut answers = Vec::new();
            while let Some(at) = next() {
                let case = &cases[at];
                if case.spelling.odd {
                    line.hang_up();
                }
                let request = case.request(&self.site.address.to_string(), at);
                answers.push((at, line.ask(&request).await));
                if case.spelling.odd {
                    line.hang_up();
                }
            }
            answers
        };
        let senders = futures_util::future::join_all((0..AT_ONCE).map(|_| sender())).await;
        let mut answers: Vec<_> = senders.into_iter().flatten().collect();
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Case {
    fn request(&self, host: &str, mark: usize) -> Vec<u8> {
        let mut request = self.spelling.start.clone();
        let mut field = |name: &str, value: &str| {
            request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        };
        field("Host", host);
        field(MARK, &mark.to_string());
        if let Some(pass) = &self.asker.pass {
            field("Cookie", &format!("a=b; tollhouse={pass}"));
        }
        if self.spelling.odd {
            field("Connection", "close");
        }
        request.extend_from_slice(b"\r\n");
        request
    }
}

/// What became of a request: by what the origin got of it, or by the status.
fn outcome(answer: &Answer, at: usize, received: &[Received], has_origin: bool) -> Outcome {
    let came_through = received.iter().any(|seen| seen.mark == Some(at));
    match answer.status() {
        _ if came_through => Outcome::Public,
        Some(402 | 303) => Outcome::Gated,
        Some(200..=399 | 404) if !has_origin => Outcome::Public,
        Some(_) | None => Outcome::Refused,
    }
}
