//! Chance that can be repeated: `TOLLHOUSE_PROVE_SEED` gives the same again.

use std::ops::Range;
use std::time::Duration;

use crate::{report, size};

/// `SplitMix64` (Steele, Lea, Flood 2014): good enough to choose moments by, and ten lines.
pub(crate) struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// The chance of this run; each test has its own stream.
    pub(crate) fn of(test: &str) -> Self {
        let seed = size::seed();
        let stream = test.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte))
        });
        report::say(&format!("TOLLHOUSE_PROVE_SEED={seed} does {test} again"));
        Self { seed, state: seed ^ stream }
    }

    /// What gives this chance again.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of these.
    pub(crate) fn within(&mut self, range: Range<usize>) -> usize {
        let width = u64::try_from(range.len()).expect("a range of memory");
        range.start + usize::try_from(self.number() % width).expect("less than the range")
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.within(0..times) == 0
    }

    /// A span shorter than this.
    pub(crate) fn span_below(&mut self, longest: Duration) -> Duration {
        let micros = usize::try_from(longest.as_micros()).expect("a short span");
        Duration::from_micros(u64::try_from(self.within(0..micros)).expect("a short span"))
    }
}
