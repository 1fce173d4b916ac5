//! Gates: which paths are closed, who may pass, and what becomes of whoever may not.

mod conflicts;
mod machines;
mod other_names;
mod pattern;
mod set;

use std::collections::BTreeSet;

pub use self::conflicts::GateFault;
pub use self::pattern::{Pattern, PatternFault};
pub use self::set::{ALWAYS_OPEN, GateSet};

use super::crawler::Crawler;
use super::free_views::FreeViews;
use super::ids::PlanId;
use super::path::SitePath;
use super::preview::Cut;
use super::standing::Standing;
use super::time::Timestamp;

/// A set of paths and the plans that open them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its position among the owner's gates, from zero; those that are implied come last.
    pub index: usize,
    /// Its paths.
    pub patterns: Vec<Pattern>,
    /// Who may pass.
    pub access: Access,
    /// What a stranger's page load gets.
    pub unpaid: Unpaid,
    /// What he may read before that.
    pub free_views: Option<FreeViews>,
    /// What a search engine gets.
    pub search_engines: SearchEngines,
}

/// Who may pass a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Readers with one of these plans; plans that include one of them are named too.
    Plans(BTreeSet<PlanId>),
}

/// What a stranger's page load gets on a closed gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpaid {
    /// The way to Stripe Checkout.
    Checkout,
    /// The offer.
    Offer,
    /// The beginning of the page, with the offer below.
    Preview(Cut),
}

/// What a search engine gets on a closed gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchEngines {
    /// What strangers get: the offer, or a preview.
    Offer,
    /// The whole page, if its crawler is proven to be one.
    Full,
}

/// Who knocks at a gate.
#[derive(Debug, Clone, Copy)]
pub enum Who<'w> {
    /// Somebody who owns this, or nothing.
    Person(&'w Standing),
    /// A crawler that is proven to be a search engine's.
    Crawler(Crawler),
}

impl<'w> From<&'w Standing> for Who<'w> {
    fn from(standing: &'w Standing) -> Self {
        Self::Person(standing)
    }
}

impl Gate {
    /// `/longreads/**, /archive/** for basic, pro`.
    pub fn in_words(&self) -> String {
        let patterns: Vec<&str> = self.patterns.iter().map(Pattern::as_str).collect();
        let patterns = patterns.join(", ");
        match &self.access {
            Access::Open => format!("{patterns} open"),
            Access::Plans(plans) => {
                let plans: Vec<&str> = plans.iter().map(PlanId::as_str).collect();
                format!("{patterns} for {}", plans.join(", "))
            }
        }
    }
}

/// Who asks for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A browser that opens a page.
    PageLoad,
    /// A script in a page, or an API client that says so.
    Script,
    /// What else gets pages and can show them: frames, prefetches, old browsers, crawlers.
    Viewer,
    /// Anybody else: programs, other methods than GET.
    Other {
        /// Whether it shows pages.
        reads_html: bool,
    },
}

/// What a request tells of who asks; headers as they came.
#[derive(Debug, Clone, Copy, Default)]
pub struct AskerFacts<'a> {
    /// The method.
    pub method: &'a str,
    /// `Sec-Fetch-Mode`.
    pub sec_fetch_mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`.
    pub sec_fetch_dest: Option<&'a str>,
    /// `Sec-Purpose`.
    pub sec_purpose: Option<&'a str>,
    /// `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// `Accept`.
    pub accept: Option<&'a str>,
}

/// Words by which programs name themselves that run browsers without a person before them.
const CRAWLERS: [&str; 6] = ["bot", "crawl", "spider", "slurp", "facebookexternalhit", "preview"];

impl Asker {
    /// Tells who asks. It decides the form of an answer, never whether a gate opens.
    pub fn of(facts: &AskerFacts<'_>) -> Self {
        let reads_html = facts.accept.is_some_and(|accept| accept.contains("text/html"));
        match facts.sec_fetch_mode {
            Some("navigate") if facts.is_page_load() => Self::PageLoad,
            Some("navigate") | None if reads_html && matches!(facts.method, "GET" | "HEAD") => {
                Self::Viewer
            }
            Some("navigate") | None => Self::Other { reads_html },
            Some(_) => Self::Script,
        }
    }
}

/// What a page shows besides itself, as browsers call it: `Sec-Fetch-Dest`.
const PARTS_OF_PAGES: [&str; 8] =
    ["audio", "font", "image", "manifest", "script", "style", "track", "video"];

impl AskerFacts<'_> {
    /// Whether a page that is shown asks for it, to show it too.
    pub fn is_part_of_page(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
            && self.sec_fetch_dest.is_some_and(|dest| PARTS_OF_PAGES.contains(&dest))
    }

    fn is_page_load(&self) -> bool {
        let agent = self.user_agent.unwrap_or_default().to_ascii_lowercase();
        self.method == "GET"
            && self.sec_fetch_dest == Some("document")
            && self.sec_purpose.is_none()
            && !CRAWLERS.iter().any(|crawler| agent.contains(crawler))
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It goes through.
    Admit(Admission<'a>),
    /// It is to be paid for first: this gate stays shut.
    Charge(&'a Gate),
}

/// Why a request goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission<'a> {
    /// No gate closes the path.
    Ungated,
    /// The reader owns this plan.
    Gated {
        /// One that opens the gate.
        plan: &'a PlanId,
    },
    /// A search engine may see what the owner shows to all of them.
    Indexed(Crawler),
}

/// The form in which somebody is asked to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With<'a> {
    /// 303, to the till.
    Checkout,
    /// 402, the offer as a page.
    Offer,
    /// 200, the page up to here, and the offer.
    Preview(&'a Cut),
    /// 402, for programs.
    Problem,
}

/// What somebody wants with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To see it.
    Look,
    /// To change something by it; what a server then sends, it may not call by its name.
    Act,
}

/// Judges one request. Pure: equal arguments give an equal verdict. Of a request only path and
/// intent are looked at, and of its sender what he owns, or that he is proven to be a search
/// engine's crawler; an intent can close more, and opens nothing.
pub fn decide<'a, 'w>(
    path: &SitePath,
    intent: Intent,
    gates: &'a GateSet,
    who: impl Into<Who<'w>>,
    now: Timestamp,
) -> Verdict<'a> {
    let who = who.into();
    gates
        .governing(path, intent) // the narrowest gate of each reading; one, for a plain path
        .map(|gate| through(gate, who, now))
        .reduce(Verdict::stricter)
        .unwrap_or(Verdict::Admit(Admission::Ungated))
}

/// Whether no other gate than this one keeps somebody from a page, however its path is read. Only
/// then may a gate give something away: of another's pages it knows nothing.
pub fn is_shut_by_one(
    gate: &Gate,
    path: &SitePath,
    gates: &GateSet,
    standing: &Standing,
    now: Timestamp,
) -> bool {
    gates.governing(path, Intent::Look).all(|other| match through(other, standing.into(), now) {
        Verdict::Admit(_) => true,
        Verdict::Charge(shut) => shut.index == gate.index,
    })
}

fn through<'a>(gate: &'a Gate, who: Who<'_>, now: Timestamp) -> Verdict<'a> {
    match (&gate.access, who) {
        (Access::Open, _) => Verdict::Admit(Admission::Ungated),
        (Access::Plans(plans), Who::Person(standing)) => {
            match plans.iter().find(|plan| standing.covers(plan, now)) {
                Some(plan) => Verdict::Admit(Admission::Gated { plan }),
                None => Verdict::Charge(gate),
            }
        }
        (Access::Plans(_), Who::Crawler(crawler)) => match gate.search_engines {
            SearchEngines::Full => Verdict::Admit(Admission::Indexed(crawler)),
            SearchEngines::Offer => Verdict::Charge(gate),
        },
    }
}

impl Gate {
    /// How somebody is asked to pay who may not pass. `returning`: his browser sent a pass, valid
    /// or not; who was here before gets the offer, with its "I already have access", not the till.
    pub fn asks(&self, asker: Asker, returning: bool) -> With<'_> {
        match (asker, &self.unpaid) {
            (Asker::PageLoad, Unpaid::Checkout) if !returning => With::Checkout,
            (Asker::PageLoad | Asker::Viewer, Unpaid::Checkout | Unpaid::Offer) => With::Offer,
            (Asker::PageLoad | Asker::Viewer, Unpaid::Preview(cut)) => With::Preview(cut),
            (Asker::Other { reads_html: true }, _) => With::Offer,
            (Asker::Script | Asker::Other { reads_html: false }, _) => With::Problem,
        }
    }
}

impl Verdict<'_> {
    /// Of two readings of a path the stricter counts: shut before gated, gated before ungated.
    /// Between equals the first, which is nearer to what was written.
    fn stricter(self, other: Self) -> Self {
        if other.strictness() > self.strictness() { other } else { self }
    }

    fn strictness(&self) -> u8 {
        match self {
            Self::Admit(Admission::Ungated) => 0,
            Self::Admit(Admission::Gated { .. } | Admission::Indexed(_)) => 1,
            Self::Charge(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests;
