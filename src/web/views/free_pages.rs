//! What can be read without paying, in words.

use serde::Serialize;

use super::Offer;
use crate::domain::free_views::{FreeViews, Left, Per};
use crate::domain::time::Timestamp;

/// Free pages, in words.
#[derive(Serialize)]
pub(super) struct FreeViewsLeft {
    count: u8,
    left: u8,
    /// `day`, `week`, `month`.
    per: &'static str,
    /// When they begin anew.
    anew: Option<i64>,
}

impl Offer<'_> {
    /// The same, with what can be read without paying.
    pub(in crate::web) fn with_free_views(self, left: Option<(FreeViews, Left)>) -> Self {
        let free_views = left.map(|(allowed, left)| FreeViewsLeft {
            count: allowed.count,
            left: left.pages,
            per: match allowed.per {
                Per::Day => "day",
                Per::Week => "week",
                Per::Month => "month",
            },
            anew: left.anew.map(Timestamp::unix),
        });
        Self { free_views, ..self }
    }
}
