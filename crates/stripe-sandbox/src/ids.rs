//! Ids that look like Stripe's and are the same in every run with the same seed.

use crate::random::Random;

const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A stream of ids.
#[derive(Debug)]
pub(crate) struct Ids {
    random: Random,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Ids {
        Ids { random: Random::new(seed) }
    }

    /// `prefix` and so many letters and digits: `with("cus_", 14)`.
    pub(crate) fn with(&mut self, prefix: &str, letters: usize) -> String {
        let mut id = String::with_capacity(prefix.len() + letters);
        id.push_str(prefix);
        for _ in 0..letters {
            id.push(self.letter());
        }
        id
    }

    /// The usual shape: `sub_1` and 23 letters, as `sub_1Pgc6rB7WZ01zgkWNy0Cn5nw`.
    pub(crate) fn long(&mut self, prefix: &str) -> String {
        self.with(&format!("{prefix}_1"), 23)
    }

    fn letter(&mut self) -> char {
        let index =
            usize::try_from(self.random.next() % 62).expect("a remainder of 62 fits any integer");
        char::from(LETTERS[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_ids() {
        let (mut one, mut same, mut other) = (Ids::new(7), Ids::new(7), Ids::new(8));
        let first = one.long("sub");
        assert_eq!(first, same.long("sub"));
        assert_ne!(first, other.long("sub"));
        assert_ne!(first, one.long("sub"));
        assert_eq!(first.len(), "sub_1Pgc6rB7WZ01zgkWNy0Cn5nw".len());
    }
}
