//! The only reader of the system time, and the only sleeper.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::domain::time::Timestamp;

/// Tells the time. Cheap to clone; clones of a clock that can be moved move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Ahead(Arc<Ahead>),
    ByHand(Arc<ByHand>),
}

#[derive(Debug, Default)]
struct Ahead {
    /// By how much it was moved.
    seconds: AtomicI64,
    moved: Notify,
}

#[derive(Debug)]
struct ByHand {
    unix: AtomicI64,
    /// Nanoseconds that were passed, on top of `unix`.
    passed: AtomicU64,
    moved: Notify,
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The clock of this machine, and as much more as it is advanced by.
    pub fn ahead() -> Self {
        Self(Source::Ahead(Arc::default()))
    }

    /// A clock that stands still until it is advanced.
    pub fn by_hand(start: Timestamp) -> Self {
        let (unix, passed) = (AtomicI64::new(start.unix()), AtomicU64::new(0));
        Self(Source::ByHand(Arc::new(ByHand { unix, passed, moved: Notify::new() })))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_time(),
            Source::Ahead(ahead) => {
                let seconds = ahead.seconds.load(Ordering::SeqCst);
                Timestamp::from_unix(system_time().unix().saturating_add(seconds))
            }
            Source::ByHand(hand) => Timestamp::from_unix(hand.unix.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock that can be moved, and wakes whoever pauses on it; the system's clock goes
    /// its own way.
    pub fn advance(&self, span: Duration) {
        match &self.0 {
            Source::System => {}
            Source::Ahead(ahead) => {
                let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
                ahead.seconds.fetch_add(seconds, Ordering::SeqCst);
                ahead.moved.notify_waiters();
            }
            Source::ByHand(hand) => {
                hand.unix.store(self.now().plus(span).unix(), Ordering::SeqCst);
                hand.moved.notify_waiters();
            }
        }
    }

    /// Waits. The wait also ends when the clock is moved, so that whoever looks again from time
    /// to time looks at once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    pub async fn pause(&self, span: Duration) {
        let moved = match &self.0 {
            Source::System => return tokio::time::sleep(span).await,
            Source::Ahead(ahead) => &ahead.moved,
            Source::ByHand(hand) => &hand.moved,
        };
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = moved.notified() => {}
        }
    }

    /// Time that only goes forward, whatever is done to the time of day: a span since some
    /// beginning, the same for clones.
    pub fn ticks(&self) -> Duration {
        match &self.0 {
            Source::System | Source::Ahead(_) => BEGINNING.elapsed(),
            Source::ByHand(hand) => {
                let unix = u64::try_from(hand.unix.load(Ordering::SeqCst)).unwrap_or_default();
                let passed = Duration::from_nanos(hand.passed.load(Ordering::SeqCst));
                Duration::from_secs(unix) + passed
            }
        }
    }

    /// Lets a span go by, at the end of which `ticks` has moved by it at least. On a clock set by
    /// hand that takes no time: it is moved instead, and its time of day is not.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    pub async fn pass(&self, span: Duration) {
        match &self.0 {
            Source::System | Source::Ahead(_) => tokio::time::sleep(span).await,
            Source::ByHand(hand) => {
                let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
                hand.passed.fetch_add(nanos, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Begins to measure a time-out.
    pub fn mark(&self) -> Mark {
        Mark { began: self.now(), running: Self::stopwatch() }
    }

    /// How much of a time-out is over: as much as really went by, or as much as the clock was
    /// moved by hand if that is more.
    pub fn since(&self, mark: Mark) -> Duration {
        let running = mark.running.elapsed();
        match &self.0 {
            Source::System | Source::Ahead(_) => running,
            Source::ByHand(_) => {
                let moved = self.now().unix().saturating_sub(mark.began.unix());
                running.max(Duration::from_secs(u64::try_from(moved).unwrap_or_default()))
            }
        }
    }

    /// Starts to measure how long something takes.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn stopwatch() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// What `Clock::ticks` counts from, on the clock of this machine.
static BEGINNING: LazyLock<Stopwatch> = LazyLock::new(Clock::stopwatch);

/// When a time-out began.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    began: Timestamp,
    running: Stopwatch,
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

    #[tokio::test]
    async fn a_clock_that_was_moved_goes_on_with_the_system_s_and_wakes_sleepers() {
        let month = Duration::from_hours(24 * 31);
        let clock = Clock::ahead();
        let sleeper = clock.clone();
        let nap = sleeper.pause(Duration::from_hours(1));
        tokio::pin!(nap);
        assert!(futures_util::poll!(nap.as_mut()).is_pending());
        let (mark, before) = (clock.mark(), Clock::system().now());
        clock.advance(month);
        nap.await;
        assert!(clock.since(mark) < Duration::from_mins(1), "nothing is timed out by it");
        assert!(sleeper.now() >= before.plus(month));
        assert!(sleeper.now() <= Clock::system().now().plus(month));
    }

    #[tokio::test]
    async fn a_span_that_is_passed_on_a_clock_set_by_hand_takes_no_time() {
        let clock = Clock::by_hand(Timestamp::from_unix(100));
        let mark = clock.mark();
        clock.pass(Duration::from_millis(3_500)).await;
        assert_eq!(clock.ticks(), Duration::from_millis(103_500));
        assert_eq!(clock.now(), Timestamp::from_unix(100), "the time of day stands still");
        clock.advance(Duration::from_hours(1));
        assert_eq!(clock.ticks(), Duration::from_millis(3_703_500));
        assert_eq!(clock.since(mark), Duration::from_hours(1));
    }
}
