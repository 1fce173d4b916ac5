//! Judges what came of a request: who got what, and whether he may.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::line::{Answer, Line};
use crate::relay::Received;
use crate::site::{Asker, Closed, Pages};

/// What an origin says of its closed files.
pub(crate) struct Oracle<'a> {
    pages: &'a Pages,
    /// By their `ETag`s.
    etags: BTreeMap<String, &'a Closed>,
    /// What the origin itself answers to a first line that it received.
    replayed: BTreeMap<Vec<u8>, Option<&'a Closed>>,
}

/// What became of a request, as far as it is no leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Refused,
    Gated,
    Public,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(pages: &'a Pages) -> Self {
        Self { pages, etags: BTreeMap::new(), replayed: BTreeMap::new() }
    }

    /// Asks the origin, which nobody guards, for every closed file.
    pub(crate) async fn meet(&mut self, origin: SocketAddr) {
        let mut line = Line::to(origin);
        let mut shown = 0;
        for file in &self.pages.closed {
            let target = crate::spell::plainly(file.name);
            let request =
                format!("GET /{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let answer = line.ask(request.as_bytes()).await;
            shown += u32::from(answer.holds(&file.canary));
            if let Some(etag) = answer.field("etag") {
                self.etags.insert(etag.trim_start_matches("w/").to_owned(), file);
            }
        }
        assert!(shown > 0, "the origin shows what is to be guarded");
    }

    /// How many requests it has sent to the origin by `replay`.
    pub(crate) fn replays(&self) -> usize {
        self.replayed.len()
    }

    /// The closed file that an answer shows something of, with what it shows.
    pub(crate) fn shown_by(&self, answer: &Answer) -> Option<(&'a Closed, String)> {
        if let Some(file) = self.pages.source_of(&answer.bytes) {
            return Some((file, "its text".to_owned()));
        }
        if !matches!(answer.status(), Some(200 | 206 | 304)) {
            return None;
        }
        let etag = answer.field("etag").map(|etag| etag.trim_start_matches("w/"));
        if let Some(file) = etag.and_then(|etag| self.etags.get(etag)) {
            return Some((file, "its ETag".to_owned()));
        }
        let of_range = answer.field("content-range").and_then(|range| range.split('/').nth(1));
        let length: usize = of_range.or_else(|| answer.field("content-length"))?.parse().ok()?;
        let file = self.pages.closed.iter().find(|file| file.length == length)?;
        Some((file, "its length".to_owned()))
    }

    /// What is wrong with an answer, for whoever asked.
    pub(crate) fn faults(&self, asker: &Asker, answer: &Answer, outcome: Outcome) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some((file, what)) = self.shown_by(answer)
            && !asker.plans.contains(file.plan)
        {
            faults.push(format!("{what} of {} comes through", file.name));
        }
        if answer.hangs {
            faults.push("no answer, and no end".to_owned());
        }
        let kept_private = answer
            .field("cache-control")
            .is_some_and(|rule| rule.contains("private") || rule.contains("no-store"));
        let depends = outcome == Outcome::Gated
            || answer.field("set-cookie").is_some_and(|cookie| cookie.contains("tollhouse"));
        if depends && !kept_private {
            faults.push("a shared cache may keep what depends on the visitor".to_owned());
        }
        faults
    }

    /// What the origin itself shows to whoever sends this first line.
    pub(crate) async fn replay(
        &mut self,
        received: &Received,
        line: &mut Line,
    ) -> Option<&'a Closed> {
        if let Some(known) = self.replayed.get(&received.line) {
            return *known;
        }
        let mut request = received.line.clone();
        // HEAD shows nothing; what would GET show?
        if let Some(rest) = request.strip_prefix(b"HEAD ") {
            request = [b"GET ", rest].concat();
        }
        request.extend_from_slice(b"\r\nHost: localhost\r\n\r\n");
        let answer = line.ask(&request).await;
        // Who guesses says to those who look what he means, and that is judged before it goes through.
        let is_guess = request.starts_with(b"GET ") && answer.field("content-location").is_some();
        let file = self.shown_by(&answer).map(|(file, _)| file).filter(|_| !is_guess);
        self.replayed.insert(received.line.clone(), file);
        file
    }
}
