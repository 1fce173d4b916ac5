//! What a stranger gets of a closed page: the way to the till, the offer, the beginning.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::faults::Reviewer;
use super::file::{ConfigFile, GateFile};
use super::locate::Spot;
use crate::domain::free_views::{FreeViews, Per};
use crate::domain::gate::{Access, Gate, SearchEngines, Unpaid};
use crate::domain::ids::PlanId;
use crate::domain::plan::Catalog;
use crate::domain::preview::Cut;
use crate::preview;

/// Where a page is cut: one of the first two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct PreviewFile {
    /// At this comment, like "<!--more-->", or before the first element that a CSS selector finds,
    /// like ".post-body > h2". Or …
    #[schemars(extend("x-example" = "\"<!--more-->\""))]
    pub(super) until: Option<String>,
    /// … after so many paragraphs. 1 to 100.
    #[schemars(range(min = 1, max = 100), extend("x-example" = "3"))]
    pub(super) paragraphs: Option<u16>,
    /// Where paragraphs are counted: a CSS selector. Without it, in <article> and <main>.
    #[schemars(extend("x-example" = "\".post-body\""))]
    pub(super) within: Option<String>,
}

/// How many pages are free.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct FreeViewsFile {
    /// How many, from 1 to 30.
    #[schemars(range(min = 1, max = 30), extend("x-example" = "3"))]
    pub(super) count: u8,
    /// In what time, from the first: "day", "week" (7 days) or "month" (30 days).
    #[schemars(extend("x-example" = "\"month\""))]
    pub(super) per: PerFile,
}

/// In what time pages are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum PerFile {
    Day,
    Week,
    Month,
}

/// Elements at which a page may be cut; a word that is none of these is no element of a text.
#[rustfmt::skip]
const ELEMENTS: [&str; 60] = [
    "a", "address", "article", "aside", "blockquote", "b", "body", "br", "button", "canvas", "caption", "code", "dd", "details", "dialog", "div", "dl", "dt", "em", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "iframe", "img", "li", "main", "menu", "nav", "noscript", "object", "ol", "p", "picture", "pre", "search", "section", "span", "strong", "summary", "svg", "table", "tbody", "td", "template", "tfoot", "th", "thead",
    "tr", "ul", "video",
];

/// What a search engine gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum SearchEnginesFile {
    Offer,
    Preview,
    Full,
}

/// What a stranger gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum UnpaidFile {
    Checkout,
    Offer,
}

/// What a gate says of it.
pub(super) fn of_gate(
    written: &GateFile,
    spot: &Spot,
    openers: &BTreeSet<PlanId>,
    catalog: &Catalog,
    reviewer: &mut Reviewer<'_>,
) -> Option<Unpaid> {
    match (written.unpaid, &written.preview) {
        (None, None) => Some(by_itself(catalog, openers)),
        (Some(UnpaidFile::Offer), None) => Some(Unpaid::Offer),
        (Some(UnpaidFile::Checkout), None) => Some(Unpaid::Checkout),
        (None, Some(file)) => cut(file, &spot.key("preview"), reviewer).map(Unpaid::Preview),
        (Some(_), Some(_)) => {
            let help = "keep one: a preview has the offer below it";
            reviewer.key(&spot.key("unpaid"), "a stranger gets a preview, or this", help);
            None
        }
    }
}

/// What is open for everybody has no beginning that is free.
pub(super) fn check_open(
    written: &GateFile,
    spot: &Spot,
    number: usize,
    reviewer: &mut Reviewer<'_>,
) {
    let said = [
        ("unpaid", written.unpaid.is_some()),
        ("preview", written.preview.is_some()),
        ("free_views", written.free_views.is_some()),
        ("search_engines", written.search_engines.is_some()),
    ];
    for (key, _) in said.iter().filter(|(_, is_said)| *is_said) {
        let message = format!("gate {number} is open, and has nothing to be paid for");
        reviewer.key(&spot.key(key), message, format!("take {key} out"));
    }
}

/// What is free before a page has its price.
pub(super) fn free_views(written: &GateFile) -> Option<FreeViews> {
    let file = written.free_views.as_ref()?;
    let per = match file.per {
        PerFile::Day => Per::Day,
        PerFile::Week => Per::Week,
        PerFile::Month => Per::Month,
    };
    Some(FreeViews { count: file.count, per })
}

/// What search engines get: what strangers get, unless the owner gives them more.
pub(super) fn search_engines(
    written: &GateFile,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) -> SearchEngines {
    let spot = spot.key("search_engines");
    match (written.search_engines, &written.preview) {
        (None, _)
        | (Some(SearchEnginesFile::Offer), None)
        | (Some(SearchEnginesFile::Preview), Some(_)) => SearchEngines::Offer,
        (Some(SearchEnginesFile::Offer), Some(_)) => {
            let help = "write \"preview\", or take preview out";
            reviewer.value(&spot, "strangers get a preview here, and so do search engines", help);
            SearchEngines::Offer
        }
        (Some(SearchEnginesFile::Preview), None) => {
            let help = "add preview = { until = \"<!--more-->\" }, or write \"offer\"";
            reviewer.value(&spot, "this gate has no preview", help);
            SearchEngines::Offer
        }
        (Some(SearchEnginesFile::Full), _) => {
            let message = "search engines get the whole page, and may show of it what they like";
            let help = "so does whoever controls an address of theirs; \"offer\" keeps it closed";
            reviewer.warn(&spot, message, help);
            SearchEngines::Full
        }
    }
}

fn cut(file: &PreviewFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Cut> {
    match (&file.until, file.paragraphs) {
        (Some(until), None) => {
            if file.within.is_some() {
                let help = "it says where paragraphs are counted: take it out";
                reviewer.key(&spot.key("within"), "this says nothing of until", help);
            }
            until_words(until, &spot.key("until"), reviewer)
        }
        (None, Some(count)) => {
            let within = file.within.as_deref();
            let is_sound =
                within.is_none_or(|outer| outer_element(outer, &spot.key("within"), reviewer));
            let within = within.map(str::to_owned);
            is_sound.then_some(Cut::Paragraphs { count, within })
        }
        (Some(_), Some(_)) => {
            let help = "keep one: until, or paragraphs";
            reviewer.key(&spot.key("paragraphs"), "this page is cut in two ways", help);
            None
        }
        (None, None) if !reviewer.is_content_with(spot) => None,
        (None, None) => {
            let help = "write preview = { until = \"<!--more-->\" }, or { paragraphs = 3 }";
            reviewer.value(spot, "this does not say where a page is cut", help);
            None
        }
    }
}

/// A comment, or a selector.
fn until_words(until: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Cut> {
    let inner = until.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    match inner.map(str::trim) {
        Some(text) if text.is_empty() || text.contains("--") || text.contains('>') => {
            let help = "write one comment, like \"<!--more-->\"";
            reviewer.value(spot, "this is not a comment that a page can have", help);
            None
        }
        Some(text) => Some(Cut::Comment(text.to_owned())),
        None => selector(until, spot, reviewer).then(|| Cut::Element(until.trim().to_owned())),
    }
}

fn outer_element(outer: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> bool {
    if outer.contains(',') {
        let help = "write one selector, like \".post-body\"";
        reviewer.value(spot, "these are several selectors", help);
        return false;
    }
    selector(outer, spot, reviewer)
}

fn selector(text: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> bool {
    let problem = preview::check_selector(text).err();
    if let Some(problem) = &problem {
        let message = format!("this is neither a comment nor a CSS selector: {problem}");
        reviewer.value(spot, message, "write it like \"<!--more-->\", \"#rest\" or \".post h2\"");
    }
    let name = text.trim().to_ascii_lowercase();
    if problem.is_none() && is_word(&name) && !ELEMENTS.contains(&name.as_str()) {
        let message = format!("this is an element <{name}>, and no page of text has one");
        let help =
            format!("write \".{name}\" for a class, \"#{name}\" for an id, or \"<!--{name}-->\"");
        reviewer.warn(spot, message, help);
    }
    problem.is_none()
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Straight to the checkout, but with what?
pub(super) fn check_checkouts(
    gates: &[Gate],
    file: &ConfigFile,
    catalog: &Catalog,
    reviewer: &mut Reviewer<'_>,
) {
    for gate in gates {
        let written = file.gate.get(gate.index).and_then(|written| written.unpaid);
        if let (Some(UnpaidFile::Checkout), Access::Plans(openers)) = (written, &gate.access) {
            let spot = Spot::top("gate").index(gate.index);
            check_one_price(catalog, openers, &spot, gate.index + 1, reviewer);
        }
    }
}

/// Straight to the till if there is nothing to choose.
pub(super) fn by_itself(catalog: &Catalog, openers: &BTreeSet<PlanId>) -> Unpaid {
    let is_only_price = catalog.prices_of(openers).count() == 1;
    if is_only_price && !catalog.has_free(openers) { Unpaid::Checkout } else { Unpaid::Offer }
}

fn check_one_price(
    catalog: &Catalog,
    openers: &BTreeSet<PlanId>,
    spot: &Spot,
    number: usize,
    reviewer: &mut Reviewer<'_>,
) {
    if catalog.has_free(openers) {
        let message =
            format!("gate {number} goes straight to the checkout, but a free plan opens it");
        reviewer.value(&spot.key("unpaid"), message, "write unpaid = \"offer\"");
        return;
    }
    let prices: Vec<String> = catalog
        .prices_of(openers)
        .map(|offered| format!("{} ({})", offered.price.id, offered.plan.id))
        .collect();
    // Of faulty plans some prices may not be counted: several are several all the same.
    let all_counted = reviewer.is_content_with(&Spot::top("plans"));
    if prices.len() == 1 || (prices.is_empty() && !all_counted) {
        return;
    }
    let (found, help) = match prices.len() {
        0 => {
            ("no price opens it".to_owned(), "write unpaid = \"offer\", or add a price".to_owned())
        }
        count => {
            let list = prices.join(", ");
            let help = format!("write unpaid = \"offer\". The prices are {list}");
            (format!("{count} prices open it"), help)
        }
    };
    let message = format!("gate {number} goes straight to the checkout, but {found}");
    reviewer.value(&spot.key("unpaid"), message, help);
}
