//! Subscriptions: starting, renewing, ending. What a happening makes of one says `life`.

use serde_json::Value;

use super::collect::{Outcome, Presence};
use super::life::{self, Happening};
use super::{World, changed};
use crate::object::Object;
use crate::object::charge::ChargeResult;
use crate::object::checkout_session::PaymentStatus;
use crate::object::invoice::BillingReason;
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, Status, Subscription};

const UPDATED: &str = "customer.subscription.updated";

/// What a new subscription has come to.
pub(crate) struct Started {
    pub(crate) invoice: String,
    pub(crate) payment_intent: Option<String>,
    pub(crate) payment: PaymentStatus,
}

impl World {
    /// Bills a subscription that was just bought, and takes the first payment.
    ///
    /// With a bank debit it stays `incomplete` until the money has come: the sandbox's choice of
    /// what Stripe leaves to the payment method.
    pub(crate) fn start_subscription(
        &mut self,
        subscription: Subscription,
        means: Option<&Means>,
    ) -> Started {
        let id = subscription.id.clone();
        let method = subscription.default_payment_method.clone();
        let invoice = self.open_subscription(subscription);
        let payment = match (self.invoices.known(&invoice).amount_due(), means, method) {
            (0, _, _) | (_, None, _) | (_, _, None) => {
                self.mark_paid(&invoice);
                PaymentStatus::NoPaymentRequired
            }
            (_, Some(means), Some(method)) => {
                self.take_first_payment(&id, &invoice, means, &method)
            }
        };
        let payment_intent = self.invoices.known(&invoice).payment_intent.clone();
        Started { invoice, payment_intent, payment }
    }

    /// Makes a subscription and its first, open invoice, whose id is the answer.
    pub(crate) fn open_subscription(&mut self, subscription: Subscription) -> String {
        let id = subscription.id.clone();
        self.subscriptions.insert(subscription);
        let invoice = self.create_invoice(&id, BillingReason::SubscriptionCreate);
        self.finalize(&invoice);
        let nothing_due = self.invoices.known(&invoice).amount_due() == 0;
        let subscription = self.subscriptions.known_mut(&id);
        if nothing_due && subscription.status == Status::Incomplete {
            subscription.status = Status::Active;
        }
        self.emit_subscription("customer.subscription.created", &id, None);
        invoice
    }

    fn take_first_payment(
        &mut self,
        id: &str,
        invoice: &str,
        means: &Means,
        method: &str,
    ) -> PaymentStatus {
        let result = World::first_charge(means);
        let intent = self.intent_of(invoice);
        self.invoices.known_mut(invoice).attempts += 1;
        self.charge(&intent, method, result);
        match result {
            ChargeResult::Succeeded => {
                self.activate(id);
                self.mark_paid(invoice);
                PaymentStatus::Paid
            }
            ChargeResult::Pending | ChargeResult::Failed(_) => PaymentStatus::Unpaid,
        }
    }

    /// The first payment has come.
    pub(crate) fn activate(&mut self, id: &str) {
        self.turn(id, Happening::Paid);
    }

    /// The first payment will not come.
    pub(crate) fn expire_incomplete(&mut self, id: &str) {
        self.turn(id, Happening::FirstPaymentOverdue);
    }

    /// Nobody paid in time: the invoice is void, and so is the payment.
    pub(crate) fn give_up_on(&mut self, id: &str) {
        self.expire_incomplete(id);
        if let Some(invoice) = self.subscriptions.known(id).latest_invoice.clone() {
            self.void(&invoice);
        }
    }

    /// The next period begins: a trial becomes a payment, a payment the next one.
    pub(crate) fn renew(&mut self, id: &str) {
        let subscription = self.subscriptions.known(id);
        let has_nothing_to_charge = subscription.status == Status::Trialing
            && self.method_of(subscription).is_none()
            && subscription.cost(self) > 0;
        let happening = if has_nothing_to_charge {
            Happening::TrialEndedWithoutCard(subscription.terms.without_card)
        } else {
            Happening::PeriodEnded
        };
        let Some(turn) = life::next(subscription.status, happening, self.now()) else { return };
        match turn.status {
            Status::Canceled { .. } => self.end_subscription(id),
            Status::Paused => {
                self.turn(id, happening);
            }
            status @ (Status::Active
            | Status::PastDue
            | Status::Unpaid
            | Status::Trialing
            | Status::Incomplete
            | Status::IncompleteExpired { .. }) => self.begin_period(id, status),
        }
    }

    fn begin_period(&mut self, id: &str, status: Status) {
        let before = self.subscriptions.known(id).render(self);
        let subscription = self.subscriptions.known_mut(id);
        subscription.period = subscription.next_period();
        subscription.status = status;
        let invoice = self.create_invoice(id, BillingReason::SubscriptionCycle);
        self.announce(id, &before, &[UPDATED]);
        self.bill(&invoice);
    }

    /// A paused subscription begins anew, if the invoice for it is paid.
    pub(crate) fn unpause(&mut self, id: &str) {
        let now = self.now();
        let subscription = self.subscriptions.known_mut(id);
        subscription.anchor = now;
        subscription.period.end = now;
        subscription.period = subscription.next_period();
        let invoice = self.create_invoice(id, BillingReason::SubscriptionUpdate);
        self.finalize(&invoice);
        self.try_to_collect(&invoice, Presence::Asked, None);
    }

    /// Takes the first payment of a subscription that the API made.
    pub(crate) fn pay_first_invoice(&mut self, invoice: &str) -> Outcome {
        self.try_to_collect(invoice, Presence::Buying, None)
    }

    /// Changes whether and when a subscription ends.
    pub(crate) fn set_cancellation(&mut self, id: &str, cancellation: Cancellation) {
        self.alter(id, |subscription| subscription.cancellation = cancellation);
    }

    /// Ends a subscription now. Nobody is charged for it any more; what is open stays open.
    pub(crate) fn end_subscription(&mut self, id: &str) {
        let asked_at = self.now();
        let subscription = self.subscriptions.known_mut(id);
        if subscription.cancellation == Cancellation::None {
            subscription.cancellation = Cancellation::Immediate { asked_at };
        }
        self.stop_collecting(id);
        self.turn(id, Happening::Canceled);
    }

    /// Something happened: the subscription becomes what it must. `false`: it stays what it is.
    pub(crate) fn turn(&mut self, id: &str, happening: Happening) -> bool {
        let status = self.subscriptions.known(id).status;
        let Some(turn) = life::next(status, happening, self.now()) else { return false };
        let before = self.subscriptions.known(id).render(self);
        self.subscriptions.known_mut(id).status = turn.status;
        self.announce(id, &before, turn.events);
        true
    }

    /// Changes a subscription and says what was there before.
    pub(crate) fn alter(&mut self, id: &str, change: impl FnOnce(&mut Subscription)) {
        let before = self.subscriptions.known(id).render(self);
        change(self.subscriptions.known_mut(id));
        self.announce(id, &before, &[UPDATED]);
    }

    /// An update that changed nothing is no event.
    pub(crate) fn announce(&mut self, id: &str, before: &Value, events: &[&str]) {
        let after = self.subscriptions.known(id).render(self);
        let previous = changed(before, &after);
        for event in events {
            if *event != UPDATED {
                self.emit(event, after.clone());
            } else if before != &after {
                self.emit_change(event, after.clone(), Some(previous.clone()));
            }
        }
    }

    /// Records what happened to a subscription.
    pub(crate) fn emit_subscription(&mut self, kind: &str, id: &str, previous: Option<Value>) {
        let snapshot = self.subscriptions.known(id).render(self);
        self.emit_change(kind, snapshot, previous);
    }

    /// What a subscription is paid with: its own means, or its customer's.
    pub(crate) fn method_of(&self, subscription: &Subscription) -> Option<String> {
        let own = subscription.default_payment_method.clone();
        own.or_else(|| self.default_method(&subscription.customer))
    }

    pub(crate) fn default_method(&self, customer: &str) -> Option<String> {
        self.customers.known(customer).default_payment_method.clone()
    }
}
