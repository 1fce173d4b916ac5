//! How many calls a second the account is asked for, and who goes first.

use std::collections::VecDeque;
use std::time::Duration;

/// Calls in any second, all callers together. Stripe takes 25 in test mode and 100 in live mode,
/// from everything that the owner has connected to his account:
/// <https://docs.stripe.com/rate-limits>.
pub(super) const PER_SECOND: usize = 10;

/// How many of them only visitors may use.
const FOR_VISITORS: usize = 3;

const SECOND: Duration = Duration::from_secs(1);

/// How long background work stands back before it looks again whether visitors are waiting.
const STAND_BACK: Duration = Duration::from_millis(100);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// A visitor, who waits for a page.
    Visitor,
    /// Work that can wait.
    Background,
}

/// Counts the calls of the last second. Times are spans since any one beginning.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the last calls went off, oldest first; no more than `PER_SECOND`.
    sent: VecDeque<Duration>,
    /// Visitors who have asked and not gone off yet.
    waiting: usize,
}

impl Pace {
    /// A visitor begins to wait.
    pub(super) fn visitor_waits(&mut self) {
        self.waiting += 1;
    }

    /// He has gone off, or away.
    pub(super) fn visitor_left(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Counts a call that may go off now, or says how long to wait before asking again.
    pub(super) fn ask(&mut self, lane: Lane, now: Duration) -> Result<(), Duration> {
        while self.sent.front().is_some_and(|sent| now >= *sent + SECOND) {
            self.sent.pop_front();
        }
        let room = match lane {
            Lane::Visitor => PER_SECOND,
            Lane::Background => PER_SECOND - FOR_VISITORS,
        };
        if let Some(excess) = self.sent.len().checked_sub(room) {
            // There is room when as many as are too many, and one more, are a second old.
            let oldest = self.sent[excess];
            return Err((oldest + SECOND).saturating_sub(now));
        }
        if lane == Lane::Background && self.waiting > 0 {
            return Err(STAND_BACK);
        }
        self.sent.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lane::{Background, Visitor};

    #[test]
    fn a_burst_is_stretched_to_ten_in_any_second() {
        for (lane, room) in [(Visitor, 10), (Background, 7)] {
            let mut pace = Pace::default();
            let mut now = Duration::ZERO;
            let mut sent = Vec::new();
            while sent.len() < 100 {
                match pace.ask(lane, now) {
                    Ok(()) => sent.push(now),
                    Err(wait) => now += wait,
                }
            }
            for (first, next) in sent.iter().zip(&sent[room..]) {
                assert!(next.saturating_sub(*first) >= SECOND, "{lane:?}: {first:?} and {next:?}");
            }
            assert_eq!(now.as_secs(), 99 / room as u64, "{lane:?}: and not slower than that");
        }
    }

    #[test]
    fn visitors_find_room_and_go_first() {
        let mut pace = Pace::default();
        let at = Duration::from_millis;
        let busy = (0..20).filter(|_| pace.ask(Background, at(0)).is_ok()).count();
        assert_eq!(busy, 7, "background work leaves room");
        pace.visitor_waits();
        assert_eq!(pace.ask(Visitor, at(1)), Ok(()));
        pace.visitor_left();
        assert_eq!(pace.ask(Background, at(999)), Err(at(1)));
        pace.visitor_waits();
        assert_eq!(pace.ask(Background, at(1_000)), Err(STAND_BACK), "a visitor is waiting");
        assert_eq!(pace.ask(Visitor, at(1_000)), Ok(()));
        pace.visitor_left();
        assert_eq!(pace.ask(Background, at(1_000)), Ok(()));
    }
}
