//! The sandbox's time, and the only place that asks the system for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Unix seconds: the system's, or a moment that stands still; either can be moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The system's time, and so many seconds more.
    Running { ahead_seconds: i64 },
    /// Only `move_to` changes it.
    Standing { at: i64 },
}

impl Clock {
    pub(crate) fn new(start: Option<i64>) -> Clock {
        start.map_or(Clock::Running { ahead_seconds: 0 }, |at| Clock::Standing { at })
    }

    pub(crate) fn now(self) -> i64 {
        match self {
            Clock::Running { ahead_seconds } => system_seconds() + ahead_seconds,
            Clock::Standing { at } => at,
        }
    }

    /// Never back.
    pub(crate) fn move_to(&mut self, to: i64) {
        match self {
            Clock::Running { ahead_seconds } => {
                *ahead_seconds = (to - system_seconds()).max(*ahead_seconds);
            }
            Clock::Standing { at } => *at = to.max(*at),
        }
    }

    /// By how much it was moved on; nothing, if it stands.
    pub(crate) fn ahead(self) -> Duration {
        match self {
            Clock::Running { ahead_seconds } => {
                Duration::from_secs(u64::try_from(ahead_seconds).unwrap_or(0))
            }
            Clock::Standing { .. } => Duration::ZERO,
        }
    }

    /// How long to wait for a moment; `None` if only a test brings it about.
    pub(crate) fn until(self, moment: i64) -> Option<Duration> {
        match self {
            Clock::Running { .. } => {
                Some(Duration::from_secs(u64::try_from(moment - self.now()).unwrap_or(0)))
            }
            Clock::Standing { .. } => None,
        }
    }
}

/// The real time, in whole seconds.
pub(crate) fn system_seconds() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since_1970.as_secs()).expect("the year is below 292 billion")
}

/// For how long something takes.
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}
