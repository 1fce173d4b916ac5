//! What follows from a ledger: what opens, until when, and why.

use super::{
    Buyer, Claim, Collection, Consequence, Entitlement, Item, Ledger, Pause, Policy, Purchase,
    PurchaseState, Receipt, Status, Subscription,
};
use crate::domain::ids::{PlanId, PriceId};
use crate::domain::plan::{Catalog, Cycle, Offered};
use crate::domain::standing::{Holding, Next, Standing, Why};
use crate::domain::time::Timestamp;

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
    /// It came, and is wanted back.
    Withdrawn(Claim),
}

/// What each entry of a ledger means. Ends that have passed are left in: whoever asks compares
/// them with his own clock. Prices that the owner does not sell count for nothing.
pub fn sources(ledger: &Ledger, catalog: &Catalog, policy: &Policy) -> Vec<(PlanId, Source)> {
    let subscribed = ledger.subscriptions.iter().flat_map(|one| {
        one.items.iter().filter_map(move |item| of_subscription(one, item, catalog, policy))
    });
    let bought = ledger.purchases.iter().flat_map(|one| {
        one.prices.iter().filter_map(move |price| of_purchase(one, price, catalog, policy))
    });
    let entitled =
        ledger.entitlements.iter().flat_map(|one| of_entitlement(one, ledger, catalog, policy));
    let given = ledger.grants.iter().map(|grant| {
        let holding = Holding { until: grant.until, why: Why::Given };
        (grant.plan.clone(), Source::Gives(holding))
    });
    let free = catalog.plans().iter().filter(|plan| plan.free && ledger.registered).map(|plan| {
        let holding = Holding { until: None, why: Why::Registered };
        (plan.id.clone(), Source::Gives(holding))
    });
    subscribed.chain(bought).chain(given).chain(entitled).chain(free).collect()
}

/// What the ledger amounts to: of several sources of a plan the one that lasts longest counts.
pub fn standing(ledger: &Ledger, catalog: &Catalog, policy: &Policy) -> Standing {
    let mut standing = Standing::none();
    for (plan, source) in sources(ledger, catalog, policy) {
        match source {
            Source::Gives(holding) => standing.add(plan, holding),
            Source::Awaits => standing.expect(plan),
            Source::Failed | Source::Withdrawn(_) => {}
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
    policy: &Policy,
) -> Option<(PlanId, Source)> {
    let plan = catalog.priced(&item.price)?.plan.id.clone();
    Some((plan, by_term(subscription, item, policy)?))
}

/// A feature opens what names it for as long as a subscription of the same customer runs:
/// Stripe says that it is active, not until when.
fn of_entitlement<'l>(
    entitlement: &'l Entitlement,
    ledger: &'l Ledger,
    catalog: &'l Catalog,
    policy: &'l Policy,
) -> impl Iterator<Item = (PlanId, Source)> + 'l {
    let his = ledger.subscriptions.iter().filter(|one| one.customer == entitlement.customer);
    let terms = his.flat_map(|one| one.items.iter().map(move |item| (one, item)));
    let given = terms.filter_map(move |(subscription, item)| {
        let source = by_term(subscription, item, policy)?;
        matches!(source, Source::Gives(_)).then_some(source)
    });
    given.flat_map(move |source| {
        let plans = catalog.plans().iter();
        plans
            .filter(|plan| plan.entitlement.as_ref() == Some(&entitlement.feature))
            .map(move |plan| (plan.id.clone(), source.clone()))
    })
}

fn by_term(subscription: &Subscription, item: &Item, policy: &Policy) -> Option<Source> {
    match term(subscription, item, policy) {
        Term::Runs { until, next } => {
            let why = Why::Subscribed {
                subscription: subscription.id.clone(),
                customer: subscription.customer.clone(),
                next,
            };
            Some(Source::Gives(Holding { until: Some(until), why }))
        }
        Term::AwaitsFirstPayment => Some(Source::Awaits),
        Term::NeverPaid => Some(Source::Failed),
        Term::Withdrawn(claim) => Some(Source::Withdrawn(claim)),
        Term::Over => None,
    }
}

fn of_purchase(
    purchase: &Purchase,
    price: &PriceId,
    catalog: &Catalog,
    policy: &Policy,
) -> Option<(PlanId, Source)> {
    let offered = catalog.priced(price)?;
    // What an invoice of a subscription has for its periods is told by the subscription.
    if matches!(purchase.receipt, Receipt::Invoice(_)) && offered.price.cycle != Cycle::Once {
        return None;
    }
    let plan = offered.plan.id.clone();
    let forgotten =
        purchase.buyer == Buyer::Deleted && policy.deleted_customer == Consequence::Ends;
    let source = match &purchase.state {
        PurchaseState::Paid(_) if forgotten => return None,
        PurchaseState::Paid(claims) => match policy.withdraws(claims) {
            Some(claim) => Source::Withdrawn(claim),
            None => Source::Gives(Holding { until: None, why: Why::Bought }),
        },
        PurchaseState::Pending => Source::Awaits,
        PurchaseState::Failed => Source::Failed,
    };
    Some((plan, source))
}

enum Term {
    Runs { until: Timestamp, next: Next },
    AwaitsFirstPayment,
    NeverPaid,
    Withdrawn(Claim),
    Over,
}

fn term(subscription: &Subscription, item: &Item, policy: &Policy) -> Term {
    let running = match subscription.status {
        Status::Trialing => paid_up(subscription, item, policy, Next::TrialEnds(item.period_end)),
        Status::Active => paid_up(subscription, item, policy, Next::Renews(item.period_end)),
        Status::PastDue => in_grace(subscription, item, policy),
        // What it means is not known: what was paid for is kept, nothing is added to it.
        Status::Unknown(_) => {
            Term::Runs { until: item.period_end, next: Next::Ends(item.period_end) }
        }
        Status::Incomplete => Term::AwaitsFirstPayment,
        Status::IncompleteExpired => Term::NeverPaid,
        Status::Unpaid | Status::Canceled | Status::Paused => Term::Over,
    };
    match (running, policy.withdraws(&item.claims)) {
        // Nor is whoever took the money for the last period back trusted with the next.
        (Term::Runs { .. }, Some(claim)) => Term::Withdrawn(claim),
        (term, _) => term,
    }
}

/// From when the oldest unpaid bill was made, so that each further one adds nothing; from the
/// period's start, if none is told.
fn in_grace(subscription: &Subscription, item: &Item, policy: &Policy) -> Term {
    let since = subscription.owed.as_ref().map_or(item.period_start, |owed| owed.since);
    let until = since.plus(policy.past_due);
    let until = subscription.ends_at.map_or(until, |end| until.min(end));
    Term::Runs { until, next: Next::PaymentDue(until) }
}

/// A renewal may be told late; an end that was announced is kept to the second.
fn paid_up(subscription: &Subscription, item: &Item, policy: &Policy, next: Next) -> Term {
    let late = item.period_end.plus(policy.late_renewal);
    let renewed = match (policy.paused_collection, subscription.collection) {
        (Pause::Keeps, _) | (_, Collection::Runs) => Term::Runs { until: late, next },
        (Pause::EndsNow, Collection::PausedAfterPayment | Collection::PausedUnpaid)
        | (Pause::EndsWithPeriod, Collection::PausedUnpaid) => Term::Over,
        (Pause::EndsWithPeriod, Collection::PausedAfterPayment) => {
            Term::Runs { until: item.period_end, next: Next::Pauses(item.period_end) }
        }
    };
    match (renewed, subscription.ends_at) {
        (Term::Runs { until, .. }, Some(end)) => {
            Term::Runs { until: end.min(until), next: Next::Ends(end) }
        }
        (term, _) => term,
    }
}
