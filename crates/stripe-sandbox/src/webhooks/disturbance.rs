//! What goes wrong with webhooks on their way, as often as one wants and the same in every run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::random::Random;

/// How much later a delayed webhook is sent, in real time.
pub(crate) const DELAY: Duration = Duration::from_secs(2);

/// One thing that can happen to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disturbance {
    /// It is delivered twice.
    Repeat,
    /// It changes places with the next one of the same moment.
    Swap,
    /// It is sent two seconds later.
    Delay,
    /// It is never sent; the API says that it was not delivered.
    Drop,
    /// Stripe makes two event objects, with two ids, of one change.
    TwoEvents,
    /// Its first try is signed an hour ago.
    OldTimestamp,
    /// Its first try is signed with a secret that nobody knows.
    WrongSecret,
    /// Its first try has two megabytes more.
    HugeBody,
    /// An event of a type that nobody knows comes with it.
    UnknownType,
    /// The object's status is a word that nobody knows.
    UnknownEnum,
    /// A copy of it comes along that says to be of the other mode.
    OtherLivemode,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// So many times in a hundred.
    Percent(u8),
    /// The next so many times.
    Next(u32),
}

/// What happens to webhooks, and how often. Equal seeds and equal calls give equal deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disturbances {
    rates: BTreeMap<Disturbance, Rate>,
    random: Random,
}

impl Disturbance {
    /// Each, with a name for forms and flags, and a sentence.
    pub const ALL: [(Disturbance, &'static str, &'static str); 11] = [
        (Disturbance::Repeat, "repeat", "delivered twice"),
        (Disturbance::Swap, "swap", "changes places with the next one"),
        (Disturbance::Delay, "delay", "sent two seconds later"),
        (Disturbance::Drop, "drop", "never sent"),
        (Disturbance::TwoEvents, "two-events", "two event ids for one change"),
        (Disturbance::OldTimestamp, "old-timestamp", "first signed an hour ago"),
        (Disturbance::WrongSecret, "wrong-secret", "first signed with a wrong secret"),
        (Disturbance::HugeBody, "huge-body", "first sent with two megabytes more"),
        (Disturbance::UnknownType, "unknown-type", "joined by an event of an unknown type"),
        (Disturbance::UnknownEnum, "unknown-enum", "its status is an unknown word"),
        (Disturbance::OtherLivemode, "other-livemode", "joined by a copy of the other mode"),
    ];

    /// By its name in [`Disturbance::ALL`].
    pub fn named(name: &str) -> Option<Disturbance> {
        Disturbance::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(it, _, _)| it)
    }
}

impl Disturbances {
    /// Nothing happens.
    pub fn none() -> Disturbances {
        Disturbances::seeded(0)
    }

    /// Nothing happens until [`Disturbances::with`] says so; chances are drawn from this seed.
    pub fn seeded(seed: u64) -> Disturbances {
        Disturbances { rates: BTreeMap::new(), random: Random::new(seed) }
    }

    /// One thing more happens.
    #[must_use]
    pub fn with(mut self, disturbance: Disturbance, rate: Rate) -> Disturbances {
        self.rates.insert(disturbance, rate);
        self
    }

    pub(crate) fn rate(&self, disturbance: Disturbance) -> Option<Rate> {
        self.rates.get(&disturbance).copied()
    }

    /// Whether it happens this time.
    pub(crate) fn strikes(&mut self, disturbance: Disturbance) -> bool {
        match self.rates.get_mut(&disturbance) {
            None => false,
            Some(Rate::Percent(percent)) => self.random.chance(*percent),
            Some(Rate::Next(0)) => false,
            Some(Rate::Next(left)) => {
                *left -= 1;
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(disturbances: &Disturbances, times: usize) -> Vec<bool> {
        let mut disturbances = disturbances.clone();
        (0..times).map(|_| disturbances.strikes(Disturbance::Drop)).collect()
    }

    #[test]
    fn each_happens_as_often_as_it_was_asked_for() {
        let of = |rate| Disturbances::seeded(7).with(Disturbance::Drop, rate);
        assert_eq!(strikes(&Disturbances::none(), 2), [false; 2]);
        assert_eq!(strikes(&of(Rate::Next(2)), 3), [true, true, false]);
        assert_eq!(strikes(&of(Rate::Percent(100)), 3), [true; 3]);
        assert_eq!(strikes(&of(Rate::Percent(50)), 40), strikes(&of(Rate::Percent(50)), 40));
        let other = Disturbances::seeded(8).with(Disturbance::Drop, Rate::Percent(50));
        assert_ne!(strikes(&of(Rate::Percent(50)), 40), strikes(&other, 40));
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        for (disturbance, name, _) in Disturbance::ALL {
            assert_eq!(Disturbance::named(name), Some(disturbance));
        }
        assert_eq!(Disturbance::named("flood"), None);
    }
}
