//! What a reader may read, until when, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{CustomerId, PlanId, SubscriptionId};
use super::time::{Timestamp, later_end};

/// Plans that a reader owns directly, each with its end. Which gates they open, and which
/// other plans they amount to, is the catalog's matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    holdings: BTreeMap<PlanId, Holding>,
    pending: BTreeSet<PlanId>,
}

/// One plan that a reader owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The first moment at which it is over; none: never.
    pub until: Option<Timestamp>,
    /// Where it comes from.
    pub why: Why,
}

impl Holding {
    /// Whether nothing says that it will end: no date, no cancellation, no missing payment.
    pub fn goes_on(&self) -> bool {
        match self.why {
            Why::Subscribed { next: Next::Renews(_) | Next::TrialEnds(_), .. } => true,
            Why::Subscribed {
                next: Next::Ends(_) | Next::Pauses(_) | Next::PaymentDue(_), ..
            } => false,
            Why::Bought | Why::Given | Why::Registered | Why::Pass => self.until.is_none(),
        }
    }
}

/// Where a holding comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A running subscription.
    Subscribed {
        /// Which one.
        subscription: SubscriptionId,
        /// Whose portal changes it.
        customer: CustomerId,
        /// What happens next.
        next: Next,
    },
    /// Paid once.
    Bought,
    /// Given by the owner.
    Given,
    /// Free for whoever has proved an address.
    Registered,
    /// Read from a pass, which does not tell.
    Pass,
}

/// What happens next to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is paid again at this moment.
    Renews(Timestamp),
    /// The free days end, and it is paid for the first time.
    TrialEnds(Timestamp),
    /// It ends, because it was canceled.
    Ends(Timestamp),
    /// It was paid until here; then nothing more is collected, because the owner has paused it.
    Pauses(Timestamp),
    /// A payment failed; access ends here unless it is made good.
    PaymentDue(Timestamp),
}

impl Standing {
    /// The standing of somebody who owns nothing.
    pub const fn none() -> Self {
        Self { holdings: BTreeMap::new(), pending: BTreeSet::new() }
    }

    /// The standing that a pass carries.
    pub fn of_pass(plans: &BTreeMap<PlanId, Option<Timestamp>>) -> Self {
        let holding = |(plan, until): (&PlanId, &Option<Timestamp>)| {
            (plan.clone(), Holding { until: *until, why: Why::Pass })
        };
        Self { holdings: plans.iter().map(holding).collect(), pending: BTreeSet::new() }
    }

    /// Whether the plan is owned at `now`; its end itself is over.
    pub fn covers(&self, plan: &PlanId, now: Timestamp) -> bool {
        self.holdings.get(plan).is_some_and(|holding| holding.until.is_none_or(|end| now < end))
    }

    /// Plans with their ends, as a pass carries them.
    pub fn ends(&self) -> BTreeMap<PlanId, Option<Timestamp>> {
        self.holdings.iter().map(|(plan, holding)| (plan.clone(), holding.until)).collect()
    }

    /// Plans owned, by name.
    pub fn holdings(&self) -> impl Iterator<Item = (&PlanId, &Holding)> {
        self.holdings.iter()
    }

    /// Plans whose payment is on its way.
    pub fn pending(&self) -> impl Iterator<Item = &PlanId> {
        self.pending.iter()
    }

    /// Whether a payment for this plan is on its way.
    pub fn awaits(&self, plan: &PlanId) -> bool {
        self.pending.contains(plan)
    }

    /// Whether nothing is owned and nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.holdings.is_empty() && self.pending.is_empty()
    }

    /// Adds a source of a plan; of several the one that lasts longest stays.
    pub(super) fn add(&mut self, plan: PlanId, holding: Holding) {
        match self.holdings.get(&plan) {
            Some(known) if later_end(known.until, holding.until) == known.until => {}
            Some(_) | None => {
                self.holdings.insert(plan, holding);
            }
        }
    }

    pub(super) fn expect(&mut self, plan: PlanId) {
        self.pending.insert(plan);
    }
}
