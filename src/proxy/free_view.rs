//! Pages that a gate gives away before it asks to be paid.

use http::{HeaderMap, HeaderValue};

use crate::domain::free_views::View;
use crate::domain::gate::{Asker, AskerFacts, Gate};
use crate::domain::path::SitePath;
use crate::domain::time::Timestamp;
use crate::passes::page_mark;
use crate::site::Site;

/// A page that a stranger reads without paying.
pub(super) struct FreeView {
    /// Which gate lets him.
    pub(super) gate: usize,
    /// What counts it in his browser; nothing, if it was counted before.
    pub(super) counts: Option<HeaderValue>,
}

/// The page that a gate gives away, if there is one left. Only page loads are counted; what such a
/// page shows comes with it.
pub(super) fn free_view(
    site: &Site,
    facts: &AskerFacts<'_>,
    headers: &HeaderMap,
    gate: &Gate,
    path: &SitePath,
    now: Timestamp,
) -> Option<FreeView> {
    let allowed = gate.free_views?;
    let views = site.passes.views(headers);
    let known = views.of(gate);
    if facts.is_part_of_page() && allowed.has_begun(known, now) {
        return Some(FreeView { gate: gate.index, counts: None });
    }
    if Asker::of(facts) != Asker::PageLoad {
        return None;
    }
    match allowed.view(known, page_mark(path), now) {
        View::Again => Some(FreeView { gate: gate.index, counts: None }),
        View::OneMore(tally) => {
            let counts = site.passes.set_views(views.with(gate, tally), now);
            Some(FreeView { gate: gate.index, counts: Some(counts) })
        }
        View::Used => None,
    }
}
