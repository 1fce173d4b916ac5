//! What happens by itself when time passes.

use super::World;
use super::life::FIRST_PAYMENT_SECONDS;
use crate::calendar::DAY_SECONDS;
use crate::object::payment_intent::IntentStatus;
use crate::object::subscription::{Status, Subscription};
use crate::sandbox::Settlement;

/// How long before its end a trial is announced: <docs.stripe.com/billing/subscriptions/trials>
const TRIAL_NOTICE_SECONDS: i64 = 3 * DAY_SECONDS;
/// How long before it is made an invoice is announced: the default of a Stripe account.
const INVOICE_NOTICE_SECONDS: i64 = 7 * DAY_SECONDS;

/// Something that happens at its time.
enum Due {
    /// A checkout that nobody paid.
    ExpireSession(String),
    /// A bank debit of a checkout.
    Settle(String),
    /// A test clock that was sent on has arrived.
    Arrive(String),
    /// The end of a trial, or the next invoice, is near.
    Announce(String),
    /// Of a subscription: nobody paid the first invoice.
    ExpireFirstPayment(String),
    EndSubscription(String),
    Renew(String),
    ResumeCollection(String),
    /// Of an invoice.
    Collect(String),
}

impl World {
    /// The next moment at which something happens by itself.
    pub(crate) fn next_moment(&self) -> Option<i64> {
        self.next_due().map(|(moment, _)| moment)
    }

    /// Does what is due by now.
    pub(crate) fn catch_up(&mut self) {
        self.advance_to(self.now());
    }

    /// Moves the clock on; what lives by it and falls due on the way happens at its time, in order.
    pub(crate) fn advance_to(&mut self, target: i64) {
        while let Some((moment, due)) = self.next_due().filter(|(moment, _)| *moment <= target) {
            self.move_clock_to(moment);
            self.happen(due);
        }
        self.move_clock_to(target);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::ExpireSession(id) => self.expire_session(&id),
            Due::Settle(id) => {
                self.settle(&id, Settlement::Succeeded);
            }
            Due::Arrive(id) => self.arrive(&id),
            Due::Announce(id) => self.announce_period_end(&id),
            Due::ExpireFirstPayment(id) => self.give_up_on(&id),
            Due::EndSubscription(id) => self.end_subscription(&id),
            Due::Renew(id) => self.renew(&id),
            Due::ResumeCollection(id) => self.set_collection_pause(&id, None),
            Due::Collect(id) => self.collect_when_due(&id),
        }
    }

    /// The first of what is due; of two at the same moment the one that stands first here.
    fn next_due(&self) -> Option<(i64, Due)> {
        let lives = |customer: Option<&str>| self.lives_by_this_clock(customer);
        let sessions = self.checkout_sessions.iter().filter(|session| session.is_open());
        let sessions = sessions.filter(|session| lives(session.customer.as_deref()));
        let expiries =
            sessions.map(|session| (session.expires_at, Due::ExpireSession(session.id.clone())));
        let settlements = self
            .settlements
            .iter()
            .filter(|(_, id)| lives(self.checkout_sessions.known(id).customer.as_deref()));
        let settlements = settlements.map(|(moment, id)| (*moment, Due::Settle(id.clone())));
        let arrivals = self.clocks_on_their_way().map(|id| (self.now(), Due::Arrive(id)));
        let invoices = self.invoices.iter().filter(|invoice| lives(Some(&invoice.customer)));
        let invoices = invoices.filter_map(|invoice| {
            let moment = invoice.collection.next_attempt?;
            Some((moment, Due::Collect(invoice.id.clone())))
        });
        let subscriptions = self.subscriptions.iter().filter(|it| lives(Some(&it.customer)));
        let subscriptions = subscriptions.flat_map(|it| self.due_of(it));
        let all = expiries.chain(settlements).chain(arrivals).chain(invoices).chain(subscriptions);
        all.filter(|(moment, _)| *moment != i64::MAX).min_by_key(|(moment, _)| *moment)
    }

    fn due_of(&self, subscription: &Subscription) -> Vec<(i64, Due)> {
        let id = || subscription.id.clone();
        let mut due = Vec::new();
        if !subscription.is_live() {
            return due;
        }
        if let Some(moment) = subscription.terms.pause.and_then(|pause| pause.resumes_at) {
            due.push((moment, Due::ResumeCollection(id())));
        }
        if subscription.status == Status::Incomplete {
            if !self.first_payment_is_under_way(subscription) {
                let moment = subscription.created + FIRST_PAYMENT_SECONDS;
                due.push((moment, Due::ExpireFirstPayment(id())));
            }
            return due;
        }
        let end = subscription.ends_at();
        let renews = subscription.status != Status::Paused;
        let renews_first = renews && end.is_none_or(|end| subscription.period.end < end);
        if renews_first {
            due.extend(notice(subscription).map(|moment| (moment, Due::Announce(id()))));
            due.push((subscription.period.end, Due::Renew(id())));
        } else if let Some(end) = end {
            due.push((end, Due::EndSubscription(id())));
        }
        due
    }

    /// A bank debit takes its time.
    fn first_payment_is_under_way(&self, subscription: &Subscription) -> bool {
        let invoice = subscription.latest_invoice.as_deref().map(|id| self.invoices.known(id));
        let intent = invoice.and_then(|invoice| invoice.payment_intent.as_deref());
        intent.is_some_and(|id| self.payment_intents.known(id).status == IntentStatus::Processing)
    }
}

/// When the end of the period is announced, if it was not yet. Invoices of periods that are no
/// longer than the notice are not.
fn notice(subscription: &Subscription) -> Option<i64> {
    let period = subscription.period;
    if subscription.terms.announced == Some(period.end) {
        return None;
    }
    match subscription.status {
        Status::Trialing => Some((period.end - TRIAL_NOTICE_SECONDS).max(period.start)),
        Status::Active | Status::PastDue => {
            Some(period.end - INVOICE_NOTICE_SECONDS).filter(|moment| *moment > period.start)
        }
        Status::Incomplete
        | Status::IncompleteExpired { .. }
        | Status::Unpaid
        | Status::Paused
        | Status::Canceled { .. } => None,
    }
}
