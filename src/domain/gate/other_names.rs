//! Under which other names a website may find a page: with another ending, without one, and what its
//! own scripts show it from.

use super::pattern::{Part, joined, literal};
use crate::domain::path::PROGRAMS;

/// Endings of pages besides `.html`.
pub(super) const ENDINGS: [&str; 9] =
    ["htm", "php", "shtml", "xhtml", "asp", "aspx", "cgi", "jsp", "pl"];

/// Endings of what a page shows, beside the page: React Router, Next.js, RSS, and the text that it
/// is made of.
const DATA: [&str; 7] = ["data", "json", "md", "rsc", "rss", "txt", "xml"];

/// The same, below the page: `SvelteKit`, Nuxt.
const DATA_BELOW: [&str; 3] = ["__data.json", "_payload.json", "_payload.js"];

/// Where the data is of the page `/x`, or of the first page of `/x/**`.
pub(super) fn data_of(written: &[Part]) -> Vec<Vec<Part>> {
    let (page, is_folder) = match written {
        [page @ .., Part::Deep] => (page, true),
        page => (page, false),
    };
    let Some((Part::Literal(name), before)) = page.split_last() else { return Vec::new() };
    let name = name.strip_suffix(".html").unwrap_or(name);
    // Other files have no pages beside them.
    if name.is_empty() || name.contains('.') {
        return Vec::new();
    }
    let beside = DATA.iter().map(|ending| vec![literal(&format!("{name}.{ending}"))]);
    let below = DATA_BELOW.iter().map(|file| vec![literal(name), literal(file)]);
    let below = below.filter(|_| !is_folder);
    beside.chain(below).map(|parts| joined(before, &parts)).collect()
}

/// The page of `/x.html` may be that of `/x.php`, and `/x/index.html` is `/x/index` to a website
/// that tries `.html`.
pub(super) fn in_other_endings(form: &[Part]) -> Vec<Vec<Part>> {
    let Some((Part::Literal(name), before)) = form.split_last() else { return Vec::new() };
    let Some(name) = name.strip_suffix(".html") else { return Vec::new() };
    let others = ENDINGS.iter().map(|ending| format!("{name}.{ending}"));
    let bare = (name == "index").then(|| name.to_owned());
    others.chain(bare).map(|name| joined(before, &[literal(&name)])).collect()
}

/// `/x.php` may answer for `/x`, and `/x/index.php` for `/x/`.
pub(super) fn without_ending(form: &[Part]) -> Vec<Vec<Part>> {
    let Some((Part::Literal(name), before)) = form.split_last() else { return Vec::new() };
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    match stem {
        Some("index") => vec![joined(before, &[literal("")]), before.to_vec()],
        Some(stem) => {
            vec![joined(before, &[literal(stem)]), joined(before, &[literal(stem), literal("")])]
        }
        None => Vec::new(),
    }
}

/// `/x.py` may answer for `/x/a/b`, too (Apache's `MultiViews`).
pub(super) fn behind_program(form: &[Part]) -> Option<Vec<Part>> {
    let (Part::Literal(name), before) = form.split_last()? else { return None };
    let stem = PROGRAMS.iter().find_map(|ending| name.strip_suffix(ending))?;
    (!stem.is_empty()).then(|| joined(before, &[literal(stem), Part::Deep]))
}
