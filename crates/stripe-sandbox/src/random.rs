//! Numbers that look random and are the same in every run with the same seed.

/// A stream of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True so many times in a hundred; 0 is never, 100 and more always.
    pub(crate) fn chance(&mut self, percent: u8) -> bool {
        self.next() % 100 < u64::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_kept_and_repeatable() {
        let strikes = |percent: u8| {
            let mut random = Random::new(7);
            (0..1_000).filter(|_| random.chance(percent)).count()
        };
        assert_eq!((strikes(0), strikes(100)), (0, 1_000));
        assert!((200..300).contains(&strikes(25)), "{}", strikes(25));
        assert_eq!(strikes(25), strikes(25));
    }
}
