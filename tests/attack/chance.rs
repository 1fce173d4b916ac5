//! Chance that can be repeated: `TOLLHOUSE_ATTACK_SEED` gives the same again.

use crate::size;

/// `SplitMix64` (Steele, Lea, Flood 2014): good enough to choose spellings by, and ten lines.
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    /// The chance of this run; each attack has its own stream.
    pub(crate) fn of(attack: &str) -> Self {
        let seed = size::seed();
        let stream = attack.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte))
        });
        size::say(&format!("TOLLHOUSE_ATTACK_SEED={seed} does {attack} again"));
        Self { state: seed ^ stream }
    }

    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a number of memory");
        usize::try_from(self.number() % end).expect("less than the end")
    }

    /// One of these.
    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of these words.
    pub(crate) fn word(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
