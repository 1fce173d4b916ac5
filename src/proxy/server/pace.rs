//! How slow a client may be: it may stand still for a while, and go slowly for ever, but not stand
//! still again and again.

use std::future::{Pending, pending};
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use tokio::time::{Timeout, timeout};

use crate::clock::{Clock, Stopwatch};

/// What a client has taken of our patience in one direction. Waiting for it uses patience up, every
/// byte gives some back, never more than was used.
#[derive(Debug)]
pub(super) struct Pace {
    patience: Duration,
    bytes_per_second: u32,
    used: Duration,
    standing: Option<Standing>,
}

/// It stands still.
#[derive(Debug)]
struct Standing {
    since: Stopwatch,
    end: Pin<Box<Timeout<Pending<()>>>>,
}

impl Pace {
    pub(super) fn new(patience: Duration, bytes_per_second: u32) -> Self {
        Self { patience, bytes_per_second, used: Duration::ZERO, standing: None }
    }

    /// Nothing moves: whether the patience is at its end. Wakes the task when it is.
    pub(super) fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        let left = self.patience.saturating_sub(self.used);
        let standing = self.standing.get_or_insert_with(|| Standing {
            since: Clock::stopwatch(),
            end: Box::pin(timeout(left, pending())),
        });
        standing.end.as_mut().poll(cx).is_ready()
    }

    /// So many bytes have moved.
    pub(super) fn moved(&mut self, bytes: usize) {
        let stood = self.standing.take().map(|standing| standing.since.elapsed());
        self.used = used(self.used + stood.unwrap_or_default(), bytes, self.bytes_per_second);
    }

    /// Begins anew: what was used is forgiven.
    pub(super) fn forgive(&mut self) {
        self.used = Duration::ZERO;
        self.standing = None;
    }
}

/// What is still used up once so many bytes have moved.
fn used(used: Duration, bytes: usize, bytes_per_second: u32) -> Duration {
    if used.is_zero() {
        return used;
    }
    let millis = bytes as u64 * 1000 / u64::from(bytes_per_second.max(1));
    used.saturating_sub(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn bytes_give_back_what_standing_still_has_used() {
        //    used    bytes   a second   left
        check(0,      0,      500,       0);
        check(0,      99_999, 500,       0);
        check(20_000, 0,      500,       20_000);
        check(20_000, 1,      500,       19_998);
        check(20_000, 9_999,  500,       2);
        check(20_000, 10_000, 500,       0);
        check(20_000, 10_001, 500,       0);
        check(20_000, 20,     1,         0);
    }

    fn check(before: u64, bytes: usize, bytes_per_second: u32, after: u64) {
        let left = used(Duration::from_millis(before), bytes, bytes_per_second);
        assert_eq!(left, Duration::from_millis(after), "{before} ms, {bytes} bytes");
    }
}
