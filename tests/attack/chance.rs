//! Chance that can be repeated: `TOLLHOUSE_ATTACK_SEED` gives the same again.

use std::io::Write as _;

/// Whether everything is tried, as `TOLLHOUSE_ATTACK=all` asks, or a sample of it.
#[expect(clippy::disallowed_methods, reason = "this is how much to test, not what is tested")]
pub(crate) fn all_is_asked_for() -> bool {
    std::env::var("TOLLHOUSE_ATTACK").is_ok_and(|asked| asked == "all")
}

/// What is drawn unless somebody asks for another seed.
const SEED: u64 = 4;

/// `SplitMix64` (Steele, Lea, Flood 2014): good enough to choose spellings by, and ten lines.
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    /// The chance of this run; each test has its own stream.
    #[expect(clippy::disallowed_methods, reason = "this is how to test, not what is tested")]
    pub(crate) fn of(test: &str) -> Self {
        let asked = std::env::var("TOLLHOUSE_ATTACK_SEED").ok();
        let seed = asked.and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
        // Past the test harness. Nobody reads it if it cannot be written.
        let _ = writeln!(std::io::stderr(), "TOLLHOUSE_ATTACK_SEED={seed} does \"{test}\" again");
        let stream = test.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte))
        });
        Self { state: seed ^ stream }
    }

    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("a size in memory");
        usize::try_from(self.number() % limit).expect("less than a size in memory")
    }

    /// One of these.
    pub(crate) fn of_these<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
