//! What we know of a reader's payments, and what follows from it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ids::{CheckoutId, CustomerId, PaymentId, PlanId, PriceId, SubscriptionId};
use super::plan::{Catalog, Cycle, Offered};
use super::standing::{Holding, Next, Standing, Why};
use super::time::Timestamp;

/// Everything that a reader paid for or was given, in one mode (test or live).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Subscriptions of all his customers.
    pub subscriptions: Vec<Subscription>,
    /// One-time purchases.
    pub purchases: Vec<Purchase>,
    /// What the owner gave.
    pub grants: Vec<Grant>,
}

impl Ledger {
    /// Everybody at Stripe who paid for something of this.
    pub fn customers(&self) -> BTreeSet<&CustomerId> {
        let subscribed = self.subscriptions.iter().map(|one| &one.customer);
        let bought = self.purchases.iter().filter_map(|one| one.customer.as_ref());
        subscribed.chain(bought).collect()
    }

    /// Whether a renewal of this customer was not paid, and can still be.
    pub fn owes(&self, customer: &CustomerId) -> bool {
        self.subscriptions.iter().any(|one| one.customer == *customer && one.status.is_unpaid())
    }
}

/// A subscription as Stripe last told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Stripe's id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Where it stands.
    pub status: Status,
    /// What is subscribed to.
    pub items: Vec<Item>,
    /// When it will end, because somebody canceled it.
    pub ends_at: Option<Timestamp>,
    /// Whether the owner has paused the collection of payments.
    pub collection_paused: bool,
}

/// One price within a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The price.
    pub price: PriceId,
    /// When the current period began.
    pub period_start: Timestamp,
    /// When the current period (or trial) ends.
    pub period_end: Timestamp,
}

/// Stripe's `status` of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// In its free days.
    Trialing,
    /// Paid.
    Active,
    /// A renewal was not paid; Stripe tries again.
    PastDue,
    /// Stripe has given up collecting, but keeps the subscription.
    Unpaid,
    /// Over.
    Canceled,
    /// The first payment is still missing.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired,
    /// A trial ended without a card.
    Paused,
    /// A status that did not exist when this was written.
    Unknown(String),
}

impl Status {
    /// Reads Stripe's word.
    pub fn parse(word: &str) -> Self {
        match word {
            "trialing" => Self::Trialing,
            "active" => Self::Active,
            "past_due" => Self::PastDue,
            "unpaid" => Self::Unpaid,
            "canceled" => Self::Canceled,
            "incomplete" => Self::Incomplete,
            "incomplete_expired" => Self::IncompleteExpired,
            "paused" => Self::Paused,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// Whether a renewal was not paid, and can still be.
    fn is_unpaid(&self) -> bool {
        matches!(self, Self::PastDue | Self::Unpaid)
    }

    /// Stripe's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Canceled => "canceled",
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Paused => "paused",
            Self::Unknown(other) => other,
        }
    }
}

/// A one-time purchase through Checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The checkout in which it was bought.
    pub checkout: CheckoutId,
    /// The customer, unless it was bought without one, or he was deleted at Stripe.
    pub customer: Option<CustomerId>,
    /// The payment; none if there was nothing to pay.
    pub payment: Option<PaymentId>,
    /// What was bought.
    pub prices: Vec<PriceId>,
    /// Where it stands.
    pub state: PurchaseState,
}

/// Where a one-time purchase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseState {
    /// Ordered; the money is on its way, which takes days with a bank debit.
    Pending,
    /// Paid, or free of charge.
    Paid,
    /// The money never came.
    Failed,
}

/// A plan that the owner gave by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which plan.
    pub plan: PlanId,
    /// The first moment at which it is over; none: never.
    pub until: Option<Timestamp>,
}

/// How patient the owner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Access after the end of a paid period, while the news of its renewal may be late.
    pub late_renewal: Duration,
    /// Access from the start of a period whose payment failed.
    pub past_due: Duration,
}

/// Whether a renewal of this plan, or of one that it comes with, was not paid and can still be.
pub fn owes_for(ledger: &Ledger, plan: &PlanId, catalog: &Catalog) -> bool {
    let confers = |item: &Item| {
        catalog.priced(&item.price).is_some_and(|had| catalog.confers(&had.plan.id, plan))
    };
    ledger.subscriptions.iter().any(|one| one.status.is_unpaid() && one.items.iter().any(confers))
}

/// What one entry of a ledger means for a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It gives the plan.
    Gives(Holding),
    /// It will give the plan when the money has come.
    Awaits,
    /// The money never came.
    Failed,
}

/// What each entry of a ledger means. Ends that have passed are left in: whoever asks compares
/// them with his own clock. Prices that the owner does not sell count for nothing.
pub fn sources(ledger: &Ledger, catalog: &Catalog, patience: Patience) -> Vec<(PlanId, Source)> {
    let subscribed = ledger.subscriptions.iter().flat_map(|one| {
        one.items.iter().filter_map(move |item| of_subscription(one, item, catalog, patience))
    });
    let bought = ledger.purchases.iter().flat_map(|one| {
        one.prices.iter().filter_map(move |price| of_purchase(one, price, catalog))
    });
    let given = ledger.grants.iter().map(|grant| {
        let holding = Holding { until: grant.until, why: Why::Given };
        (grant.plan.clone(), Source::Gives(holding))
    });
    subscribed.chain(bought).chain(given).collect()
}

/// What the ledger amounts to: of several sources of a plan the one that lasts longest counts.
pub fn standing(ledger: &Ledger, catalog: &Catalog, patience: Patience) -> Standing {
    let mut standing = Standing::none();
    for (plan, source) in sources(ledger, catalog, patience) {
        match source {
            Source::Gives(holding) => standing.add(plan, holding),
            Source::Awaits => standing.expect(plan),
            Source::Failed => {}
        }
    }
    standing
}

/// The free days that a subscription begins with, for whoever has this ledger. A plan is tried
/// once: who had it before, whatever became of it, knows it.
pub fn free_days(offered: Offered<'_>, ledger: Option<&Ledger>, catalog: &Catalog) -> Option<u16> {
    let subscribed = |subscription: &Subscription| {
        let began = !matches!(subscription.status, Status::Incomplete | Status::IncompleteExpired);
        began
            && subscription.items.iter().any(|item| {
                catalog.priced(&item.price).is_some_and(|had| had.plan.id == offered.plan.id)
            })
    };
    let had_it = ledger.is_some_and(|ledger| ledger.subscriptions.iter().any(subscribed));
    offered.plan.trial_days.filter(|_| offered.price.cycle != Cycle::Once && !had_it)
}

fn of_subscription(
    subscription: &Subscription,
    item: &Item,
    catalog: &Catalog,
    patience: Patience,
) -> Option<(PlanId, Source)> {
    let plan = catalog.priced(&item.price)?.plan.id.clone();
    let source = match term(subscription, item, patience) {
        Term::Runs { until, next } => {
            let why = Why::Subscribed {
                subscription: subscription.id.clone(),
                customer: subscription.customer.clone(),
                next,
            };
            Source::Gives(Holding { until: Some(until), why })
        }
        Term::AwaitsFirstPayment => Source::Awaits,
        Term::NeverPaid => Source::Failed,
        Term::Over => return None,
    };
    Some((plan, source))
}

fn of_purchase(
    purchase: &Purchase,
    price: &PriceId,
    catalog: &Catalog,
) -> Option<(PlanId, Source)> {
    let plan = catalog.priced(price)?.plan.id.clone();
    let source = match purchase.state {
        PurchaseState::Paid => Source::Gives(Holding { until: None, why: Why::Bought }),
        PurchaseState::Pending => Source::Awaits,
        PurchaseState::Failed => Source::Failed,
    };
    Some((plan, source))
}

enum Term {
    Runs { until: Timestamp, next: Next },
    AwaitsFirstPayment,
    NeverPaid,
    Over,
}

fn term(subscription: &Subscription, item: &Item, patience: Patience) -> Term {
    match subscription.status {
        Status::Trialing => paid_up(subscription, item, patience, Next::TrialEnds(item.period_end)),
        Status::Active => paid_up(subscription, item, patience, Next::Renews(item.period_end)),
        Status::PastDue => {
            let until = item.period_start.plus(patience.past_due);
            let until = subscription.ends_at.map_or(until, |end| until.min(end));
            Term::Runs { until, next: Next::PaymentDue(until) }
        }
        // What it means is not known: what was paid for is kept, nothing is added to it.
        Status::Unknown(_) => {
            Term::Runs { until: item.period_end, next: Next::Ends(item.period_end) }
        }
        Status::Incomplete => Term::AwaitsFirstPayment,
        Status::IncompleteExpired => Term::NeverPaid,
        Status::Unpaid | Status::Canceled | Status::Paused => Term::Over,
    }
}

/// A renewal may be told late; an end that was announced is kept to the second.
fn paid_up(subscription: &Subscription, item: &Item, patience: Patience, next: Next) -> Term {
    match subscription.ends_at {
        Some(end) => {
            let until = end.min(item.period_end.plus(patience.late_renewal));
            Term::Runs { until, next: Next::Ends(end) }
        }
        None if subscription.collection_paused => {
            Term::Runs { until: item.period_end, next: Next::Ends(item.period_end) }
        }
        None => Term::Runs { until: item.period_end.plus(patience.late_renewal), next },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Plan, Price};

    #[test]
    fn a_status_opens_until_its_end_and_not_a_second_longer() {
        //     status                 covered at (days after the period began; it ends on day 30)
        covers("trialing", &[(0, true), (30, true), (33 - 1, true), (33, false)]);
        covers("active", &[(0, true), (30, true), (33 - 1, true), (33, false)]);
        covers("past_due", &[(0, true), (6, true), (7, false), (30, false)]);
        covers("unpaid", &[(0, false)]);
        covers("canceled", &[(0, false)]);
        covers("incomplete", &[(0, false)]);
        covers("incomplete_expired", &[(0, false)]);
        covers("paused", &[(0, false)]);
        covers("status_of_the_year_2030", &[(0, true), (29, true), (30, false)]);
    }

    #[test]
    fn the_end_itself_is_over() {
        let ledger = subscribed(Status::Active, None);
        let end = day(33);
        assert!(judge(&ledger).covers(&basic(), end.minus(Duration::from_secs(1))));
        assert!(!judge(&ledger).covers(&basic(), end));
    }

    #[test]
    fn a_canceled_subscription_ends_when_it_was_said_to() {
        let ledger = subscribed(Status::Active, Some(day(30)));
        assert!(judge(&ledger).covers(&basic(), day(30).minus(Duration::from_secs(1))));
        assert!(!judge(&ledger).covers(&basic(), day(30)));
        let far = subscribed(Status::Active, Some(day(90)));
        assert!(judge(&far).covers(&basic(), day(32)));
        assert!(!judge(&far).covers(&basic(), day(33)));
    }

    #[test]
    fn paused_collection_lasts_until_the_paid_period_ends() {
        let mut ledger = subscribed(Status::Active, None);
        ledger.subscriptions[0].collection_paused = true;
        assert!(judge(&ledger).covers(&basic(), day(29)));
        assert!(!judge(&ledger).covers(&basic(), day(30)));
    }

    #[test]
    fn a_purchase_opens_for_ever_once_it_is_paid() {
        let state = |state| judge(&bought(state));
        assert!(state(PurchaseState::Paid).covers(&basic(), day(36_500)));
        assert!(!state(PurchaseState::Pending).covers(&basic(), day(0)));
        assert!(state(PurchaseState::Pending).awaits(&basic()));
        assert!(state(PurchaseState::Failed).is_empty());
    }

    #[test]
    fn the_first_payment_of_a_subscription_may_be_on_its_way() {
        assert!(judge(&subscribed(Status::Incomplete, None)).awaits(&basic()));
    }

    #[test]
    fn of_several_sources_the_longest_counts() {
        let mut ledger = subscribed(Status::Active, None);
        ledger.grants.push(Grant { plan: basic(), until: Some(day(10)) });
        assert!(judge(&ledger).covers(&basic(), day(32)));
        ledger.grants.push(Grant { plan: basic(), until: None });
        assert!(judge(&ledger).covers(&basic(), day(999)));
        let mut two = subscribed(Status::Canceled, None);
        two.subscriptions.extend(subscribed(Status::Active, None).subscriptions);
        assert!(judge(&two).covers(&basic(), day(1)));
    }

    #[test]
    fn a_price_that_is_not_for_sale_opens_nothing() {
        let mut ledger = subscribed(Status::Active, None);
        ledger.subscriptions[0].items[0].price = price("price_of_something_else");
        assert!(judge(&ledger).is_empty());
    }

    #[test]
    fn a_status_survives_writing_and_reading() {
        for word in ["trialing", "active", "past_due", "unpaid", "canceled", "paused", "new"] {
            assert_eq!(Status::parse(word).as_str(), word);
        }
    }

    fn covers(status: &str, days: &[(i64, bool)]) {
        let standing = judge(&subscribed(Status::parse(status), None));
        for &(at, expected) in days {
            assert_eq!(standing.covers(&basic(), day(at)), expected, "{status} on day {at}");
        }
    }

    #[test]
    fn a_plan_is_tried_once() {
        //   status of an earlier subscription   free days
        tried(None, Some(7));
        tried(Some("trialing"), None);
        tried(Some("canceled"), None);
        tried(Some("paused"), None);
        tried(Some("incomplete_expired"), Some(7));
    }

    fn tried(status: Option<&str>, expected: Option<u16>) {
        let ledger = status.map(|status| subscribed(Status::parse(status), None));
        let catalog = catalog();
        let free = |price: &str| {
            let offered = catalog.priced(&self::price(price)).expect("it is sold");
            free_days(offered, ledger.as_ref(), &catalog)
        };
        assert_eq!(free("price_basic"), expected, "{status:?}");
        assert_eq!(free("price_once"), None, "nothing is free of a price that is paid once");
    }

    fn judge(ledger: &Ledger) -> Standing {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        standing(ledger, &catalog(), Patience { late_renewal: days(3), past_due: days(7) })
    }

    fn catalog() -> Catalog {
        let sold =
            |id: &str, cycle| Price { id: price(id), cycle, shown: "$9".to_owned(), best: false };
        let plan = Plan {
            id: basic(),
            title: "Basic".to_owned(),
            perk: None,
            includes: Vec::new(),
            trial_days: Some(7),
            prices: vec![sold("price_basic", Cycle::Month), sold("price_once", Cycle::Once)],
        };
        Catalog::new(vec![plan]).expect("sound")
    }

    fn subscribed(status: Status, ends_at: Option<Timestamp>) -> Ledger {
        let subscription = Subscription {
            id: SubscriptionId::parse("sub_1").expect("an id"),
            customer: CustomerId::parse("cus_1").expect("an id"),
            status,
            items: vec![Item {
                price: price("price_basic"),
                period_start: day(0),
                period_end: day(30),
            }],
            ends_at,
            collection_paused: false,
        };
        Ledger { subscriptions: vec![subscription], ..Ledger::default() }
    }

    fn bought(state: PurchaseState) -> Ledger {
        let purchase = Purchase {
            checkout: CheckoutId::parse("cs_1").expect("an id"),
            customer: None,
            payment: None,
            prices: vec![price("price_basic")],
            state,
        };
        Ledger { purchases: vec![purchase], ..Ledger::default() }
    }

    fn price(id: &str) -> PriceId {
        PriceId::parse(id).expect("an id")
    }

    fn basic() -> PlanId {
        PlanId::parse("basic").expect("an id")
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_unix(day * 86_400)
    }
}
