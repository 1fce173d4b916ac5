//! Moments and dates. Nothing here knows what time it is: `crate::clock` does.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: whole seconds since 1970, UTC, as Stripe and JWTs count them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From seconds since 1970.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This moment and `span` later; stays at the end of time instead of wrapping.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(seconds_of(span)))
    }

    /// This moment and `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(seconds_of(span)))
    }

    /// How long ago `earlier` was; zero if it is yet to come.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day of this moment in words, in UTC: `23 November 2026`.
    pub fn date_in_words(self) -> String {
        self.to_jiff().strftime("%-d %B %Y").to_string()
    }

    /// The day of this moment, in UTC: year, month from 1 to 12, day.
    pub fn date(self) -> (i16, i8, i8) {
        let date = jiff::tz::TimeZone::UTC.to_datetime(self.to_jiff()).date();
        (date.year(), date.month(), date.day())
    }

    /// The first moment of a day written as `2026-11-23`, in UTC.
    pub fn parse_date(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.parse().ok()?;
        let start = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        Some(Self(start.as_second()))
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

fn seconds_of(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    /// As RFC 3339 writes it: `2026-11-23T22:08:36Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_jiff())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The later of two ends, where `None` means: no end.
pub fn later_end(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    Some(one?.max(other?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_as_people_write_it() {
        assert_eq!(Timestamp::from_unix(0).date_in_words(), "1 January 1970");
        assert_eq!(Timestamp::from_unix(1_795_471_716).date_in_words(), "23 November 2026");
        assert_eq!(Timestamp::from_unix(1_795_471_716).date(), (2026, 11, 23));
        assert_eq!(Timestamp::from_unix(1_795_471_716).to_string(), "2026-11-23T22:08:36Z");
    }

    #[test]
    fn a_date_is_its_first_moment() {
        assert_eq!(Timestamp::parse_date("1970-01-02"), Some(Timestamp::from_unix(86_400)));
        assert_eq!(Timestamp::parse_date("2026-02-30"), None);
        assert_eq!(Timestamp::parse_date("tomorrow"), None);
    }

    #[test]
    fn time_neither_wraps_nor_runs_backwards() {
        let end = Timestamp::from_unix(i64::MAX);
        assert_eq!(end.plus(Duration::from_secs(1)), end);
        assert_eq!(Timestamp::from_unix(5).since(Timestamp::from_unix(9)), Duration::ZERO);
        assert!(!end.date_in_words().is_empty());
    }

    #[test]
    fn no_end_is_later_than_any_end() {
        let (one, two) = (Timestamp::from_unix(1), Timestamp::from_unix(2));
        assert_eq!(later_end(Some(one), Some(two)), Some(two));
        assert_eq!(later_end(Some(one), None), None);
    }
}
