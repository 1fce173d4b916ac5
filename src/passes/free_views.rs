//! The cookie that counts the pages which a browser has read without paying.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::{Passes, cookies};
use crate::crypto::sha256;
use crate::domain::free_views::{PageMark, Per, Tally, page_name};
use crate::domain::gate::{Gate, Pattern};
use crate::domain::path::SitePath;
use crate::domain::time::Timestamp;

/// Our `typ`: no other token that we sign counts views.
pub(super) const VIEWS_TYPE: &str = "tollhouse-views+jwt";

/// With its name and attributes it fits into the 4 KiB of a cookie: some ten gates, all used up.
const LONGEST_TOKEN: usize = 3 * 1024;

/// As long as the longest time in which pages are free.
const COOKIE_DAYS: i64 = 30;

/// What a browser has read, by gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Views(BTreeMap<String, Tally>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewClaims {
    iss: String,
    aud: String,
    gates: BTreeMap<String, Tally>,
}

impl Views {
    /// What it has read behind this gate.
    pub fn of(&self, gate: &Gate) -> Option<&Tally> {
        self.0.get(&gate_name(gate))
    }

    /// The same, with this tally for a gate.
    #[must_use]
    pub fn with(mut self, gate: &Gate, tally: Tally) -> Self {
        self.0.insert(gate_name(gate), tally);
        self
    }
}

/// What marks a page in a tally.
pub fn page_mark(path: &SitePath) -> PageMark {
    let [a, b, c, d, ..] = sha256(page_name(path).as_bytes());
    PageMark::from_be_bytes([a, b, c, d])
}

/// By its paths: another gate that an owner writes above it changes nothing.
fn gate_name(gate: &Gate) -> String {
    let paths: Vec<&str> = gate.patterns.iter().map(Pattern::as_str).collect();
    let [a, b, c, d, ..] = sha256(paths.join(" ").as_bytes());
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

impl Passes {
    /// What a browser says that it has read. Whatever is wrong with it, it has read nothing: who
    /// deletes the cookie could say the same.
    pub fn views(&self, headers: &HeaderMap) -> Views {
        let name = self.cookies.views;
        let token = cookies(headers).find(|(known, _)| *known == name).map(|(_, value)| value);
        token.and_then(|token| self.open_views(token)).unwrap_or_default()
    }

    fn open_views(&self, token: &str) -> Option<Views> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let claims: ViewClaims = self.verified(token, |key| &key.views_header)?;
        let is_ours = claims.iss == self.site && claims.aud == self.site;
        is_ours.then_some(Views(claims.gates))
    }

    /// Puts what a browser has read into it. What is over by now is left out; where there is no
    /// room for all, the oldest.
    pub fn set_views(&self, mut views: Views, now: Timestamp) -> HeaderValue {
        let longest = Per::Month.span();
        views.0.retain(|_, tally| now < tally.since().plus(longest));
        let mut token = self.seal_views(&views);
        while token.len() > LONGEST_TOKEN {
            let oldest = views.0.iter().min_by_key(|(_, tally)| tally.since());
            let Some(oldest) = oldest.map(|(gate, _)| gate.clone()) else { break };
            views.0.remove(&oldest);
            token = self.seal_views(&views);
        }
        self.set_for_days(self.cookies.views.to_owned(), &token, COOKIE_DAYS)
    }

    fn seal_views(&self, views: &Views) -> String {
        let gates = views.0.clone();
        let claims = ViewClaims { iss: self.site.clone(), aud: self.site.clone(), gates };
        self.signer.sign(VIEWS_TYPE, &claims)
    }
}
