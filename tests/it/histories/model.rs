//! What is true at Stripe, in a few lines: whoever paid may read, and until when.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tollhouse::domain::time::Timestamp;

use crate::support::START;

pub(super) const DAY: i64 = 86_400;
const LATE_RENEWAL: i64 = 3 * DAY;
const GRACE: i64 = 7 * DAY;
/// When a renewal that failed is tried again, from the first try on; after the last one it is over.
const TRIES_AGAIN: [i64; 4] = [3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY];

/// Everything at Stripe.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    pub(super) now: i64,
    pub(super) buyers: [Buyer; 2],
}

/// One customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Buyer {
    pub(super) deleted: bool,
    pub(super) subscription: Option<Subscription>,
    pub(super) course: Option<Course>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    Basic,
    Pro,
}

/// The only subscription of a customer that is not over, or the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) plan: Plan,
    began: i64,
    /// How many periods have ended.
    periods: i64,
    pub(super) life: Life,
    /// It will not be renewed.
    pub(super) ends: bool,
    pub(super) paused: bool,
    pub(super) card_is_good: bool,
    pub(super) money: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Active,
    /// A renewal failed; so many tries again have failed, too.
    Behind {
        tried_again: usize,
    },
    Over,
}

/// The money for the period that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    Paid,
    /// Given back. Whoever had the last period's money back is not trusted with the next.
    GivenBack,
    /// Nobody was asked for it.
    Waived,
}

/// What is bought once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    OnItsWay,
    Paid {
        partly_refunded: bool,
    },
    NeverPaid,
    Refunded,
    /// The bank asks, or has decided for the buyer.
    Disputed {
        lost: bool,
    },
    /// It has decided for the owner.
    Won,
}

impl Truth {
    pub(super) fn begin() -> Self {
        Self { now: START, buyers: [Buyer::default(), Buyer::default()] }
    }

    /// Time passes; what falls due on the way happens.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        for buyer in &mut self.buyers {
            if let Some(subscription) = &mut buyer.subscription {
                while subscription.live_on(self.now) {}
            }
        }
    }
}

impl Buyer {
    pub(super) fn is_known(&self) -> bool {
        self.subscription.is_some() || self.course.is_some()
    }

    /// The subscription, if it is not over.
    pub(super) fn running(&self) -> Option<&Subscription> {
        self.subscription.as_ref().filter(|one| one.life != Life::Over)
    }

    pub(super) fn running_mut(&mut self) -> Option<&mut Subscription> {
        self.subscription.as_mut().filter(|one| one.life != Life::Over)
    }

    /// What was paid for and is not over at `now`, in the words of the books.
    pub(super) fn owns(&self, now: i64) -> String {
        let mut owned = BTreeMap::new();
        if let Some((plan, until)) = self.running().and_then(Subscription::opens)
            && now < until
        {
            owned.insert(plan, Some(until));
        }
        if matches!(
            self.course,
            Some(Course::Paid { .. } | Course::Disputed { lost: false } | Course::Won)
        ) {
            owned.insert("course", None);
        }
        let mut words = String::new();
        for (plan, until) in owned {
            let comma = if words.is_empty() { "" } else { ", " };
            let end = until.map_or_else(
                || "for ever".to_owned(),
                |until| format!("until {}", Timestamp::from_unix(until)),
            );
            write!(words, "{comma}{plan} {end}").expect("a text takes everything");
        }
        if words.is_empty() { "nothing".to_owned() } else { words }
    }
}

impl Subscription {
    pub(super) fn begin(plan: Plan, now: i64) -> Self {
        Self {
            plan,
            began: now,
            periods: 0,
            life: Life::Active,
            ends: false,
            paused: false,
            card_is_good: true,
            money: Money::Paid,
        }
    }

    fn period_start(&self) -> i64 {
        months_after(self.began, self.periods)
    }

    fn period_end(&self) -> i64 {
        months_after(self.began, self.periods + 1)
    }

    fn opens(&self) -> Option<(&'static str, i64)> {
        let plan = match self.plan {
            Plan::Basic => "basic",
            Plan::Pro => "pro",
        };
        let end = self.period_end();
        let until = match (self.life, self.money) {
            (Life::Over, _) | (_, Money::GivenBack) => return None,
            (Life::Behind { .. }, Money::Paid | Money::Waived) => self.period_start() + GRACE,
            (Life::Active, Money::Waived) if self.paused => return None,
            (Life::Active, Money::Paid | Money::Waived) if self.ends || self.paused => end,
            (Life::Active, Money::Paid | Money::Waived) => end + LATE_RENEWAL,
        };
        Some((plan, if self.ends { until.min(end) } else { until }))
    }

    /// The next thing that is due by `now` happens; `false`: nothing is.
    fn live_on(&mut self, now: i64) -> bool {
        match self.life {
            Life::Over => false,
            Life::Active if self.period_end() <= now => {
                self.renew();
                true
            }
            Life::Active => false,
            Life::Behind { tried_again } => {
                let due = self.period_start() + TRIES_AGAIN[tried_again] <= now;
                if due {
                    self.life = match (self.card_is_good, tried_again + 1) {
                        (true, _) => Life::Active,
                        (false, tried) if tried == TRIES_AGAIN.len() => Life::Over,
                        (false, tried) => Life::Behind { tried_again: tried },
                    };
                    if self.life == Life::Active {
                        self.money = Money::Paid;
                    }
                }
                due
            }
        }
    }

    fn renew(&mut self) {
        if self.ends {
            self.life = Life::Over;
            return;
        }
        self.periods += 1;
        if self.paused {
            self.money = Money::Waived;
        } else if self.card_is_good {
            self.money = Money::Paid;
        } else {
            self.life = Life::Behind { tried_again: 0 };
        }
    }
}

/// The same day of a later month, or its last one.
fn months_after(began: i64, months: i64) -> i64 {
    let utc = jiff::tz::Offset::UTC;
    let began = utc.to_datetime(jiff::Timestamp::from_second(began).expect("this century"));
    let later = began.checked_add(jiff::Span::new().months(months)).expect("this century");
    utc.to_timestamp(later).expect("this century").as_second()
}
