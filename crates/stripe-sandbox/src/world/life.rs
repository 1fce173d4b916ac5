//! The life of a subscription: what it becomes when something happens to it.

use crate::object::subscription::{Status, WithoutCard};
use crate::options::AfterRetries;

/// How long a first payment may take: <docs.stripe.com/billing/subscriptions/overview#payment-window>
pub(crate) const FIRST_PAYMENT_SECONDS: i64 = 23 * 3_600;

/// Something that happens to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    /// Its latest invoice is paid, or nothing was due.
    Paid,
    /// A charge for its latest invoice failed, or the bank wants to see the customer.
    NotPaid,
    /// The owner has voided its latest invoice, or written it off.
    Forgiven,
    /// The first payment did not come in time.
    FirstPaymentOverdue,
    /// The next period begins: a trial becomes a payment, a payment the next one.
    PeriodEnded,
    /// A trial ends, and there is nothing to charge.
    TrialEndedWithoutCard(WithoutCard),
    /// The last try to charge failed.
    RetriesExhausted(AfterRetries),
    Canceled,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) status: Status,
    /// Of the subscription itself, in Stripe's order.
    pub(crate) events: &'static [&'static str],
}

const UPDATED: &[&str] = &["customer.subscription.updated"];
const DELETED: &[&str] = &["customer.subscription.deleted"];
const PAUSED: &[&str] = &["customer.subscription.paused", "customer.subscription.updated"];
const RESUMED: &[&str] = &["customer.subscription.resumed", "customer.subscription.updated"];

/// The next state; `None`: nothing changes. Pure.
pub(crate) fn next(status: Status, happening: Happening, now: i64) -> Option<Turn> {
    let turn = |status, events| Some(Turn { status, events });
    if status.ended_at().is_some() {
        return None;
    }
    match happening {
        Happening::Canceled => turn(Status::Canceled { ended_at: now }, DELETED),
        Happening::FirstPaymentOverdue => (status == Status::Incomplete).then_some(Turn {
            status: Status::IncompleteExpired { ended_at: now },
            events: UPDATED,
        }),
        Happening::Paid => paid(status),
        Happening::Forgiven => matches!(status, Status::PastDue | Status::Unpaid)
            .then_some(Turn { status: Status::Active, events: UPDATED }),
        Happening::NotPaid => {
            (status == Status::Active).then_some(Turn { status: Status::PastDue, events: UPDATED })
        }
        Happening::PeriodEnded => period_ended(status),
        Happening::TrialEndedWithoutCard(_) if status != Status::Trialing => None,
        Happening::TrialEndedWithoutCard(WithoutCard::CreateInvoice) => {
            turn(Status::Active, UPDATED)
        }
        Happening::TrialEndedWithoutCard(WithoutCard::Cancel) => {
            turn(Status::Canceled { ended_at: now }, DELETED)
        }
        Happening::TrialEndedWithoutCard(WithoutCard::Pause) => turn(Status::Paused, PAUSED),
        Happening::RetriesExhausted(_) if status != Status::PastDue => None,
        Happening::RetriesExhausted(AfterRetries::PastDue) => None,
        Happening::RetriesExhausted(AfterRetries::Unpaid) => turn(Status::Unpaid, UPDATED),
        Happening::RetriesExhausted(AfterRetries::Cancel) => {
            turn(Status::Canceled { ended_at: now }, DELETED)
        }
    }
}

fn paid(status: Status) -> Option<Turn> {
    match status {
        Status::Incomplete | Status::PastDue | Status::Unpaid => {
            Some(Turn { status: Status::Active, events: UPDATED })
        }
        Status::Paused => Some(Turn { status: Status::Active, events: RESUMED }),
        Status::Trialing
        | Status::Active
        | Status::IncompleteExpired { .. }
        | Status::Canceled { .. } => None,
    }
}

/// A debt stays a debt: a subscription that is behind goes on, and stays behind.
fn period_ended(status: Status) -> Option<Turn> {
    match status {
        Status::Trialing => Some(Turn { status: Status::Active, events: UPDATED }),
        Status::Active | Status::PastDue | Status::Unpaid => Some(Turn { status, events: UPDATED }),
        Status::Incomplete
        | Status::Paused
        | Status::IncompleteExpired { .. }
        | Status::Canceled { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000;

    fn check(status: Status, happening: Happening, expected: &str) {
        let shown = next(status, happening, NOW).map_or_else(String::new, |turn| {
            let events: Vec<&str> = turn
                .events
                .iter()
                .map(|it| it.trim_start_matches("customer.subscription."))
                .collect();
            if let Some(ended_at) = turn.status.ended_at() {
                assert_eq!(ended_at, NOW, "{status:?} {happening:?}");
            }
            format!("{}: {}", turn.status.name(), events.join(" "))
        });
        assert_eq!(shown, expected, "{status:?} {happening:?}");
    }

    #[test]
    fn a_subscription_begins_with_a_payment_or_not_at_all() {
        check(Status::Incomplete, Happening::Paid, "active: updated");
        check(Status::Incomplete, Happening::NotPaid, "");
        check(Status::Incomplete, Happening::PeriodEnded, "");
        check(Status::Incomplete, Happening::FirstPaymentOverdue, "incomplete_expired: updated");
        check(Status::Incomplete, Happening::Canceled, "canceled: deleted");
        check(Status::Active, Happening::FirstPaymentOverdue, "");
    }

    #[test]
    fn a_trial_ends_as_was_agreed() {
        let without = Happening::TrialEndedWithoutCard;
        check(Status::Trialing, Happening::PeriodEnded, "active: updated");
        check(Status::Trialing, without(WithoutCard::CreateInvoice), "active: updated");
        check(Status::Trialing, without(WithoutCard::Cancel), "canceled: deleted");
        check(Status::Trialing, without(WithoutCard::Pause), "paused: paused updated");
        check(Status::Trialing, Happening::Paid, "");
        check(Status::Trialing, Happening::Canceled, "canceled: deleted");
        check(Status::Active, without(WithoutCard::Cancel), "");
        check(Status::Paused, Happening::Paid, "active: resumed updated");
        check(Status::Paused, Happening::NotPaid, "");
        check(Status::Paused, Happening::PeriodEnded, "");
        check(Status::Paused, Happening::Canceled, "canceled: deleted");
    }

    #[test]
    fn who_does_not_pay_falls_behind_and_can_catch_up() {
        let exhausted = Happening::RetriesExhausted;
        check(Status::Active, Happening::PeriodEnded, "active: updated");
        check(Status::Active, Happening::Paid, "");
        check(Status::Active, Happening::NotPaid, "past_due: updated");
        check(Status::Active, exhausted(AfterRetries::Cancel), "");
        check(Status::PastDue, Happening::NotPaid, "");
        check(Status::PastDue, Happening::PeriodEnded, "past_due: updated");
        check(Status::PastDue, Happening::Paid, "active: updated");
        check(Status::PastDue, exhausted(AfterRetries::Cancel), "canceled: deleted");
        check(Status::PastDue, exhausted(AfterRetries::Unpaid), "unpaid: updated");
        check(Status::PastDue, exhausted(AfterRetries::PastDue), "");
        check(Status::PastDue, Happening::Forgiven, "active: updated");
        check(Status::Unpaid, Happening::Forgiven, "active: updated");
        check(Status::Active, Happening::Forgiven, "");
        check(Status::Incomplete, Happening::Forgiven, "");
        check(Status::Unpaid, Happening::PeriodEnded, "unpaid: updated");
        check(Status::Unpaid, Happening::Paid, "active: updated");
        check(Status::Unpaid, Happening::Canceled, "canceled: deleted");
    }

    #[test]
    fn what_has_ended_stays_ended() {
        for ended in [Status::Canceled { ended_at: 1 }, Status::IncompleteExpired { ended_at: 1 }] {
            check(ended, Happening::Paid, "");
            check(ended, Happening::PeriodEnded, "");
            check(ended, Happening::Canceled, "");
            check(ended, Happening::RetriesExhausted(AfterRetries::Unpaid), "");
        }
    }
}
