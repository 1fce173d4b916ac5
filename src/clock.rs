//! The only reader of the system time, and the only sleeper.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::domain::time::Timestamp;

/// Tells the time. Cheap to clone; clones of a clock set by hand move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    ByHand(Arc<ByHand>),
}

#[derive(Debug)]
struct ByHand {
    unix: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is advanced.
    pub fn by_hand(start: Timestamp) -> Self {
        let unix = AtomicI64::new(start.unix());
        Self(Source::ByHand(Arc::new(ByHand { unix, moved: Notify::new() })))
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
            }
            Source::ByHand(hand) => Timestamp::from_unix(hand.unix.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock that is set by hand, and wakes whoever pauses on it; the system's clock
    /// goes its own way.
    pub fn advance(&self, span: Duration) {
        if let Source::ByHand(hand) = &self.0 {
            hand.unix.store(self.now().plus(span).unix(), Ordering::SeqCst);
            hand.moved.notify_waiters();
        }
    }

    /// Waits. On a clock set by hand the wait also ends when the clock is moved, so that
    /// whoever looks again from time to time looks at once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    pub async fn pause(&self, span: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(span).await,
            Source::ByHand(hand) => tokio::select! {
                () = tokio::time::sleep(span) => {}
                () = hand.moved.notified() => {}
            },
        }
    }

    /// Starts to measure how long something takes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn stopwatch() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }
}

/// Measures a span of real time, for logs.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Time since it was started.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_clock_set_by_hand_moves_only_by_hand_and_wakes_sleepers() {
        let clock = Clock::by_hand(Timestamp::from_unix(100));
        let sleeper = clock.clone();
        let nap = sleeper.pause(Duration::from_hours(1));
        tokio::pin!(nap);
        assert!(futures_util::poll!(nap.as_mut()).is_pending());
        clock.advance(Duration::from_secs(5));
        nap.await;
        assert_eq!(sleeper.now(), Timestamp::from_unix(105));
    }
}
