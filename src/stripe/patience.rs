//! How long a call is waited for, when it is made again, and after which pause.

use std::time::Duration;

use super::pace::Lane;
use crate::clock::{Clock, Mark};

/// How long one attempt may take. Stripe answers within a second as a rule; ten leave room for a
/// bad day.
pub(super) const ATTEMPT: Duration = Duration::from_secs(10);

/// How long a visitor waits for all calls of one page together, before he is told instead.
const VISITOR: Duration = Duration::from_secs(3);

/// How long one call of background work may take, with all its attempts and pauses.
const BACKGROUND: Duration = Duration::from_mins(1);

/// How often a call is made at most. What fails as often is left to whoever asked.
pub(super) const ATTEMPTS: u32 = 3;

/// The pause after the first attempt, before jitter; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that is our own choice.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// The longest `Retry-After` that is waited for; with a longer one the call fails.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Who waits, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// Work that can wait: each call has its own time.
    Background,
    /// A visitor, since when.
    Visitor(Deadline),
}

/// The end of what may be waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    began: Mark,
    span: Duration,
}

impl Deadline {
    fn after(clock: &Clock, span: Duration) -> Self {
        Self { began: clock.mark(), span }
    }

    /// What is left of it.
    pub(super) fn left(&self, clock: &Clock) -> Duration {
        self.span.saturating_sub(clock.since(self.began))
    }

    /// The end of one attempt that begins now.
    pub(super) fn of_attempt(&self, clock: &Clock) -> Self {
        Self::after(clock, ATTEMPT.min(self.left(clock)))
    }

    /// Returns when it is over.
    pub(super) async fn passes(self, clock: &Clock) {
        loop {
            match self.left(clock) {
                Duration::ZERO => return,
                left => clock.pause(left).await,
            }
        }
    }
}

impl Patience {
    /// A visitor begins to wait.
    pub(super) fn of_visitor(clock: &Clock) -> Self {
        Self::Visitor(Deadline::after(clock, VISITOR))
    }

    pub(super) fn lane(&self) -> Lane {
        match self {
            Self::Background => Lane::Background,
            Self::Visitor(_) => Lane::Visitor,
        }
    }

    /// By when a call that begins now must be over.
    pub(super) fn deadline(&self, clock: &Clock) -> Deadline {
        match self {
            Self::Background => Deadline::after(clock, BACKGROUND),
            Self::Visitor(deadline) => *deadline,
        }
    }
}

/// How an attempt ended, as far as another one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// No answer: the connection failed or broke.
    Broken,
    /// No answer in time.
    Silent,
    /// An answer that is not a success.
    Status {
        status: u16,
        /// `Stripe-Should-Retry`.
        should_retry: Option<bool>,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
}

impl Ending {
    /// Whether it means that Stripe is down, not that this one call was wrong or too much.
    pub(super) fn is_outage(self) -> bool {
        match self {
            Self::Broken | Self::Silent => true,
            Self::Status { status, .. } => status >= 500,
        }
    }

    /// The status, if there was one.
    pub(super) fn status(self) -> Option<u16> {
        match self {
            Self::Broken | Self::Silent => None,
            Self::Status { status, .. } => Some(status),
        }
    }
}

/// Whether Stripe may do next time what it did not do now. What Stripe itself says about it
/// comes first: <https://docs.stripe.com/error-low-level#should-retry>.
fn may_help(ending: Ending) -> bool {
    match ending {
        Ending::Broken => true,
        // It has taken all the time there is; the worker comes back to it later.
        Ending::Silent => false,
        // 409: the same call is still being worked on, or was cut off by another one.
        Ending::Status { status, should_retry, .. } => {
            should_retry.unwrap_or(matches!(status, 409 | 429 | 500..))
        }
    }
}

/// The pause before the next attempt; none: there is no next one. `attempt` counts from 1,
/// `random` is any number, `left` what is left of the time for the whole call.
pub(super) fn pause_before_next(
    ending: Ending,
    attempt: u32,
    random: u64,
    left: Duration,
) -> Option<Duration> {
    if attempt >= ATTEMPTS || !may_help(ending) {
        return None;
    }
    let own = jittered(attempt, random);
    let told = match ending {
        Ending::Status { retry_after, .. } => retry_after.unwrap_or_default(),
        Ending::Broken | Ending::Silent => Duration::ZERO,
    };
    let pause = own.max(told);
    (told <= LONGEST_RETRY_AFTER && pause < left).then_some(pause)
}

/// Between half of the pause and all of it, so that those who failed together do not come back
/// together.
fn jittered(attempt: u32, random: u64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let whole = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let half = whole / 2;
    let share = u32::try_from(random % 1_001).expect("at most a thousand");
    half + half * share / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn what_may_help_is_tried_again_and_stripe_has_the_last_word() {
        //    status, Stripe-Should-Retry, Retry-After, pause in milliseconds
        let rows = [
            (400, None, None, None),
            (402, None, None, None),
            (404, None, None, None),
            (409, None, None, Some(250)),
            (429, None, None, Some(250)),
            (500, None, None, Some(250)),
            (503, None, None, Some(250)),
            (500, Some(false), None, None),
            (429, Some(false), Some(1), None),
            (400, Some(true), None, Some(250)),
            (429, None, Some(0), Some(250)),
            (429, None, Some(7), Some(7_000)),
            (503, None, Some(30), Some(30_000)),
            (503, None, Some(31), None),
        ];
        for (status, should_retry, seconds, expected) in rows {
            let retry_after = seconds.map(Duration::from_secs);
            let ending = Ending::Status { status, should_retry, retry_after };
            let pause = pause_before_next(ending, 1, 0, LONG).map(|pause| pause.as_millis());
            assert_eq!(pause, expected, "{ending:?}");
        }
        assert!(pause_before_next(Ending::Broken, 1, 0, LONG).is_some());
        assert_eq!(pause_before_next(Ending::Silent, 1, 0, LONG), None);
    }

    #[test]
    fn no_call_is_made_more_often_or_longer_than_there_is_time() {
        let pause = |attempt, left| pause_before_next(Ending::Broken, attempt, 0, left);
        assert!(pause(2, LONG).is_some());
        assert_eq!(pause(3, LONG), None);
        assert_eq!(pause(1, Duration::from_millis(250)), None);
        assert!(pause(1, Duration::from_millis(251)).is_some());
    }

    #[test]
    fn pauses_double_between_half_and_all_of_their_length() {
        let bounds = |attempt| [0, 500, 1_000].map(|random| jittered(attempt, random).as_millis());
        assert_eq!(bounds(1), [250, 375, 500]);
        assert_eq!(bounds(2), [500, 750, 1_000]);
        assert_eq!(bounds(4), [2_000, 3_000, 4_000]);
        assert_eq!(bounds(u32::MAX), [2_000, 3_000, 4_000]);
        for random in [u64::MAX, 1_001, 123_456_789] {
            assert!((250..=500).contains(&jittered(1, random).as_millis()), "{random}");
        }
    }
}
