//! Pages that a stranger reads without paying: how many, and how many he has read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::path::SitePath;
use super::time::Timestamp;

/// The most pages that can be free: each takes a place in a cookie.
pub const MOST_FREE_VIEWS: u8 = 30;

/// How many pages behind a gate are free, and in what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeViews {
    /// From 1 to [`MOST_FREE_VIEWS`].
    pub count: u8,
    /// Before they begin anew.
    pub per: Per,
}

/// A time that begins with the first page that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// Which page was read: enough of a hash to tell a few apart.
pub type PageMark = u32;

/// What one browser has read behind one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    since: Timestamp,
    pages: Vec<PageMark>,
}

/// Whether a page may be read without paying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// It was counted before.
    Again,
    /// It is one more, and makes the tally this.
    OneMore(Tally),
    /// All were read.
    Used,
}

/// How many pages are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Pages that can be read.
    pub pages: u8,
    /// When all of them can be read again; nothing is counted before the first.
    pub anew: Option<Timestamp>,
}

impl Per {
    /// How long it is.
    pub fn span(self) -> Duration {
        let days = match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        };
        Duration::from_hours(24 * days)
    }
}

impl Tally {
    /// When its first page was read.
    pub fn since(&self) -> Timestamp {
        self.since
    }
}

impl FreeViews {
    /// Whether a page may be read by a browser with this tally.
    pub fn view(self, known: Option<&Tally>, page: PageMark, now: Timestamp) -> View {
        let Some(tally) = self.running(known, now) else {
            return View::OneMore(Tally { since: now, pages: vec![page] });
        };
        if tally.pages.contains(&page) {
            return View::Again;
        }
        if tally.pages.len() >= usize::from(self.count) {
            return View::Used;
        }
        let mut more = tally.clone();
        more.pages.push(page);
        View::OneMore(more)
    }

    /// Whether this browser has read a page that was free: what that page shows comes with it.
    pub fn has_begun(self, known: Option<&Tally>, now: Timestamp) -> bool {
        self.running(known, now).is_some_and(|tally| !tally.pages.is_empty())
    }

    /// What is left for a browser with this tally.
    pub fn left(self, known: Option<&Tally>, now: Timestamp) -> Left {
        let Some(tally) = self.running(known, now) else {
            return Left { pages: self.count, anew: None };
        };
        let read = u8::try_from(tally.pages.len()).unwrap_or(u8::MAX);
        Left { pages: self.count.saturating_sub(read), anew: Some(self.end(tally)) }
    }

    /// When a tally is over; the end itself is.
    pub fn end(self, tally: &Tally) -> Timestamp {
        tally.since.plus(self.per.span())
    }

    /// One that is not over. What begins later than now is of a clock that was wrong, and would
    /// last too long.
    fn running(self, known: Option<&Tally>, now: Timestamp) -> Option<&Tally> {
        known.filter(|tally| tally.since <= now && now < self.end(tally))
    }
}

/// One name for all addresses of a page: `/a/`, `/a.html`, `/a/index.html?x` are `/a`.
pub fn page_name(path: &SitePath) -> &str {
    let path = path.path();
    let path = ["index.html", "index.htm"]
        .iter()
        .find_map(|index| path.strip_suffix(index).filter(|rest| rest.ends_with('/')))
        .unwrap_or(path);
    let path = [".html", ".htm"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    #[test]
    fn so_many_pages_are_free_and_each_is_counted_once() {
        let allowed = FreeViews { count: 2, per: Per::Week };
        let View::OneMore(one) = allowed.view(None, 1, at(0)) else { panic!("the first is free") };
        assert_eq!(allowed.view(Some(&one), 1, at(1)), View::Again);
        let View::OneMore(two) = allowed.view(Some(&one), 2, at(1)) else { panic!("and another") };
        assert_eq!(allowed.view(Some(&two), 3, at(1)), View::Used);
        assert_eq!(allowed.view(Some(&two), 2, at(1)), View::Again);
        // Fewer are free from today on: what was counted stays readable, nothing is added.
        let fewer = FreeViews { count: 1, per: Per::Week };
        assert_eq!(fewer.view(Some(&two), 3, at(1)), View::Used);
        assert_eq!(fewer.left(Some(&two), at(1)).pages, 0);
    }

    #[test]
    fn they_begin_anew_when_the_time_is_over() {
        let allowed = FreeViews { count: 1, per: Per::Day };
        let tally = Tally { since: at(0), pages: vec![1] };
        //    now       of another page
        let anew = View::OneMore(Tally { since: at(DAY), pages: vec![2] });
        assert_eq!(allowed.view(Some(&tally), 2, at(DAY - 1)), View::Used);
        assert_eq!(allowed.view(Some(&tally), 2, at(DAY)), anew);
        assert_eq!(allowed.left(Some(&tally), at(DAY - 1)), Left { pages: 0, anew: Some(at(DAY)) });
        assert_eq!(allowed.left(Some(&tally), at(DAY)), Left { pages: 1, anew: None });
        assert!(allowed.has_begun(Some(&tally), at(DAY - 1)));
        assert!(!allowed.has_begun(Some(&tally), at(DAY)));
        assert!(!allowed.has_begun(Some(&tally), at(-1)), "it begins only later");
    }

    #[test]
    fn a_page_has_one_name() {
        for (address, name) in [
            ("/a", "/a"),
            ("/a/", "/a"),
            ("/a.html?b", "/a"),
            ("/a/index.html", "/a"),
            ("/aindex.html", "/aindex"),
            ("/", ""),
            ("/index.html", ""),
        ] {
            let path = SitePath::canonical(address.as_bytes(), |_| false).expect("a path");
            assert_eq!(page_name(&path), name, "{address}");
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_767_225_600 + seconds)
    }
}
