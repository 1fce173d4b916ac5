//! Who wants the money of a payment back.

use std::collections::BTreeSet;

/// Something that was said of a payment after it had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// All of it was given back.
    Refunded,
    /// The payer's bank has taken it back, and a decision is still to come.
    Disputed,
    /// The bank has decided for the payer.
    DisputeLost,
    /// The card network believes that the card was stolen; nothing has been taken back yet.
    FraudWarning,
}

impl Claim {
    const ALL: [Self; 4] = [Self::Refunded, Self::Disputed, Self::DisputeLost, Self::FraudWarning];

    fn word(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
            Self::DisputeLost => "lost",
            Self::FraudWarning => "warned",
        }
    }
}

/// All claims on one payment: a warning of fraud is often followed by a dispute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims(BTreeSet<Claim>);

impl Claims {
    /// Nobody wants it back.
    pub const fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Each of them, those that weigh most first.
    pub fn iter(&self) -> impl Iterator<Item = Claim> {
        self.0.iter().copied()
    }

    /// In words that [`Claims::parse`] reads.
    pub fn words(&self) -> String {
        let words: Vec<&str> = self.iter().map(Claim::word).collect();
        words.join(" ")
    }

    /// Reads words; those that are none of ours claim nothing.
    pub fn parse(words: &str) -> Self {
        let claim = |word: &str| Claim::ALL.into_iter().find(|claim| claim.word() == word);
        words.split(' ').filter_map(claim).collect()
    }
}

impl FromIterator<Claim> for Claims {
    fn from_iter<T: IntoIterator<Item = Claim>>(claims: T) -> Self {
        Self(claims.into_iter().collect())
    }
}

impl Extend<Claim> for Claims {
    fn extend<T: IntoIterator<Item = Claim>>(&mut self, claims: T) {
        self.0.extend(claims);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_survive_writing_and_reading() {
        for all in 0..16_u8 {
            let chosen = Claim::ALL.into_iter().enumerate().filter(|(at, _)| all >> at & 1 == 1);
            let claims: Claims = chosen.map(|(_, claim)| claim).collect();
            assert_eq!(Claims::parse(&claims.words()), claims);
        }
        assert_eq!(Claims::parse("refunded of_2030").words(), "refunded");
    }
}
