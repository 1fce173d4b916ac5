//! What a pass says, and what it is still worth.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ids::{Mode, PlanId, ReaderId, SessionId};
use super::time::Timestamp;

/// The claims of a pass whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Whose it is.
    pub reader: ReaderId,
    /// The sign-in that it belongs to.
    pub session: SessionId,
    /// The reader's epoch when it was made; a newer one overrules `plans`.
    pub epoch: u64,
    /// Test passes are worth nothing to a site in live mode, and the other way round.
    pub mode: Mode,
    /// Plans owned, each with its end; none: no end.
    pub plans: BTreeMap<PlanId, Option<Timestamp>>,
    /// When it was made.
    pub issued: Timestamp,
    /// When it wants to be renewed.
    pub refresh_at: Timestamp,
}

/// How long passes and sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// From one renewal of a pass to the next.
    pub refresh: Duration,
    /// From the last renewal until the reader must sign in again.
    pub session: Duration,
    /// How long past `refresh_at` a pass is honoured while the store is silent.
    pub outage: Duration,
}

/// What a pass is worth at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Believed as it is.
    Fresh,
    /// To be renewed from the store.
    Stale {
        /// Whether it is still believed if the store does not answer.
        outlasts_outage: bool,
    },
    /// Worth nothing.
    Void,
}

impl Pass {
    /// What it is worth at `now`.
    pub fn freshness(&self, now: Timestamp, lifetimes: Lifetimes) -> Freshness {
        // One that is to be renewed later than any pass was made under a clock that was wrong.
        if now < self.refresh_at && self.refresh_at <= now.plus(lifetimes.refresh) {
            return Freshness::Fresh;
        }
        if now >= self.issued.plus(lifetimes.session) {
            return Freshness::Void;
        }
        Freshness::Stale { outlasts_outage: now < self.refresh_at.plus(lifetimes.outage) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_fresh_then_stale_then_void() {
        let stale = |outlasts_outage| Freshness::Stale { outlasts_outage };
        check(-1, stale(true));
        check(0, Freshness::Fresh);
        check(599, Freshness::Fresh);
        check(600, stale(true));
        check(600 + 3_599, stale(true));
        check(600 + 3_600, stale(false));
        check(86_399, stale(false));
        check(86_400, Freshness::Void);
    }

    fn check(age_seconds: i64, expected: Freshness) {
        let pass = Pass {
            reader: ReaderId::parse("reader_1").expect("an id"),
            session: SessionId::parse("session_1").expect("an id"),
            epoch: 0,
            mode: Mode::Test,
            plans: BTreeMap::new(),
            issued: Timestamp::from_unix(1_000),
            refresh_at: Timestamp::from_unix(1_600),
        };
        let lifetimes = Lifetimes {
            refresh: Duration::from_mins(10),
            session: Duration::from_hours(24),
            outage: Duration::from_hours(1),
        };
        let now = Timestamp::from_unix(1_000 + age_seconds);
        assert_eq!(pass.freshness(now, lifetimes), expected, "at {age_seconds} s");
    }
}
