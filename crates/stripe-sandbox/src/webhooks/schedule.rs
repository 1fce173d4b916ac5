//! When a webhook that was not taken is sent again.

use std::time::Duration;

use crate::options::RetrySchedule;

const COMPRESSED_TRIES: u32 = 8;
const COMPRESSED_FIRST: Duration = Duration::from_millis(200);

/// Stripe says "up to three days with an exponential back off", and no more: the hours between are
/// the sandbox's choice. <https://docs.stripe.com/webhooks#retries>
const LIVE_HOURS: [u32; 7] = [1, 2, 4, 8, 16, 20, 20];
/// "Three times over the course of a few hours".
const TEST_HOURS: [u32; 3] = [1, 2, 3];

/// How long until the next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    Real(Duration),
    /// Seconds of the sandbox's clock.
    Sandbox(i64),
}

/// After so many tries that failed; `None` gives up.
pub(super) fn pause(schedule: RetrySchedule, livemode: bool, failed: u32) -> Option<Pause> {
    match schedule {
        RetrySchedule::Compressed => (failed < COMPRESSED_TRIES).then(|| {
            Pause::Real(COMPRESSED_FIRST * 2_u32.saturating_pow(failed.saturating_sub(1)))
        }),
        RetrySchedule::Stripe => {
            let hours = if livemode { &LIVE_HOURS[..] } else { &TEST_HOURS[..] };
            let index = usize::try_from(failed.checked_sub(1)?).ok()?;
            hours.get(index).map(|hours| Pause::Sandbox(i64::from(*hours) * 3_600))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schedule: RetrySchedule, livemode: bool, failed: u32, expected: Option<Pause>) {
        assert_eq!(pause(schedule, livemode, failed), expected, "{schedule:?} after {failed}");
    }

    #[test]
    fn pauses_grow_and_end() {
        use RetrySchedule::{Compressed, Stripe};
        let real = |millis| Some(Pause::Real(Duration::from_millis(millis)));
        let hours = |hours: i64| Some(Pause::Sandbox(hours * 3_600));
        check(Compressed, false, 1, real(200));
        check(Compressed, true, 2, real(400));
        check(Compressed, false, 7, real(12_800));
        check(Compressed, false, 8, None);
        check(Stripe, false, 1, hours(1));
        check(Stripe, false, 3, hours(3));
        check(Stripe, false, 4, None);
        check(Stripe, true, 7, hours(20));
        check(Stripe, true, 8, None);
        assert!(LIVE_HOURS.iter().sum::<u32>() <= 72);
    }
}
