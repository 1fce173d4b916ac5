//! Getting the money of an invoice: charging, and charging again.

use super::World;
use super::life::Happening;
use super::payment::Purpose;
use crate::calendar::DAY_SECONDS;
use crate::cards::{Behaviour, Decline};
use crate::object::charge::ChargeResult;
use crate::object::invoice::{BillingReason, InvoiceState};
use crate::object::invoice_payment::InvoicePayment;
use crate::object::payment_intent::{IntentStatus, Terms};
use crate::object::payment_method::Means;
use crate::object::subscription::{PauseBehavior, Status};
use crate::object::{Metadata, Object};

/// When a renewal that failed is tried again, in days after the first try. Stripe's Smart Retries
/// choose such days within two weeks: <docs.stripe.com/billing/revenue-recovery/smart-retries>
const RETRY_DAYS: [i64; 4] = [3, 5, 7, 14];

/// Who is there when a card is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Nobody: a renewal.
    Absent,
    /// The owner asks by the API; the bank's page cannot be shown meanwhile.
    Asked,
    /// The same, for a subscription that the owner makes: a card that fails later pays once.
    Buying,
    /// The customer, who does what the bank asks for.
    Customer,
}

/// What a try to charge comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Paid,
    NothingToCharge,
    Declined(Decline),
    /// The bank wants to see the customer.
    NeedsCustomer,
}

/// What charging this would come to.
fn judge(means: &Means, presence: Presence) -> Outcome {
    let asks = matches!(means, Means::Card(card) if card.behaviour == Behaviour::AsksFor3dSecure);
    if asks && presence != Presence::Customer {
        return Outcome::NeedsCustomer;
    }
    let result = match (means, presence) {
        (Means::Card(_), Presence::Buying) => World::first_charge(means),
        (Means::Card(_), Presence::Absent | Presence::Asked | Presence::Customer)
        | (Means::BankDebit(_), _) => World::later_charge(means),
    };
    match result {
        ChargeResult::Succeeded | ChargeResult::Pending => Outcome::Paid,
        ChargeResult::Failed(decline) => Outcome::Declined(decline),
    }
}

impl World {
    /// A draft becomes an invoice, and is charged: now, or after the time that owners have to edit it.
    pub(crate) fn bill(&mut self, invoice_id: &str) {
        let (now, draft_seconds) = (self.now(), self.billing.draft_seconds);
        let collection = &mut self.invoices.known_mut(invoice_id).collection;
        if collection.automatic && draft_seconds > 0 {
            collection.next_attempt = Some(now + draft_seconds);
        } else if collection.automatic {
            self.collect_when_due(invoice_id);
        }
    }

    /// What is due for an invoice by itself: it is finalized, or charged, or charged again.
    pub(crate) fn collect_when_due(&mut self, invoice_id: &str) {
        self.finalize(invoice_id);
        self.invoices.known_mut(invoice_id).collection.next_attempt = None;
        let subscription = self.invoices.known(invoice_id).subscription.as_deref();
        let pause = subscription.and_then(|id| self.subscriptions.known(id).terms.pause);
        match pause.map(|pause| pause.behavior) {
            Some(PauseBehavior::Void) => self.void(invoice_id),
            Some(PauseBehavior::MarkUncollectible) => self.write_off(invoice_id),
            Some(PauseBehavior::KeepAsDraft) | None => self.collect_unasked(invoice_id),
        }
    }

    fn collect_unasked(&mut self, invoice_id: &str) {
        if self.charge_invoice(invoice_id, Presence::Absent, None) != Outcome::Paid {
            let exhausted = !self.schedule_retry(invoice_id);
            self.tell_of_failure(invoice_id);
            let subscription = self.invoices.known(invoice_id).subscription.clone();
            if let Some(subscription) = subscription.filter(|_| exhausted) {
                self.give_up_retrying(&subscription);
            }
        }
    }

    /// Somebody asks for the money of an open invoice, by this means or the usual one.
    pub(crate) fn try_to_collect(
        &mut self,
        invoice_id: &str,
        presence: Presence,
        method: Option<String>,
    ) -> Outcome {
        let outcome = self.charge_invoice(invoice_id, presence, method);
        if outcome != Outcome::Paid {
            self.tell_of_failure(invoice_id);
        }
        outcome
    }

    /// Whether a try would succeed, without trying.
    pub(crate) fn foresee(&self, method: Option<&str>, presence: Presence) -> Outcome {
        let means = method.and_then(|id| self.payment_methods.get(id)).map(|it| &it.means);
        means.map_or(Outcome::NothingToCharge, |means| judge(means, presence))
    }

    fn charge_invoice(
        &mut self,
        invoice_id: &str,
        presence: Presence,
        method: Option<String>,
    ) -> Outcome {
        let invoice = self.invoices.known(invoice_id);
        if invoice.amount_due() == 0 {
            self.settle_invoice(invoice_id);
            return Outcome::Paid;
        }
        let method = method.or_else(|| self.method_for(invoice_id));
        let outcome = self.foresee(method.as_deref(), presence);
        let intent = self.intent_of(invoice_id);
        self.invoices.known_mut(invoice_id).attempts += 1;
        match (outcome, method) {
            (Outcome::Paid, Some(method)) => {
                self.charge(&intent, &method, ChargeResult::Succeeded);
                self.settle_invoice(invoice_id);
            }
            (Outcome::Declined(decline), Some(method)) => {
                self.charge(&intent, &method, ChargeResult::Failed(decline));
            }
            (Outcome::NeedsCustomer, method) => {
                self.payment_intents.known_mut(&intent).payment_method = method;
                self.require_action(&intent);
                self.emit_invoice("invoice.payment_action_required", invoice_id);
            }
            (Outcome::NothingToCharge, _) | (Outcome::Paid | Outcome::Declined(_), None) => {}
        }
        outcome
    }

    /// What an invoice is paid with.
    pub(crate) fn method_for(&self, invoice_id: &str) -> Option<String> {
        let invoice = self.invoices.known(invoice_id);
        let subscription = invoice.subscription.as_deref().map(|id| self.subscriptions.known(id));
        let own = invoice.default_payment_method.clone();
        own.or_else(|| match subscription {
            Some(subscription) => self.method_of(subscription),
            None => self.default_method(&invoice.customer),
        })
    }

    /// The payment of an invoice, made when it is first needed; each try is one of its charges.
    pub(crate) fn intent_of(&mut self, invoice_id: &str) -> String {
        let invoice = self.invoices.known(invoice_id);
        if let Some(intent) = &invoice.payment_intent {
            return intent.clone();
        }
        let description = match invoice.reason {
            BillingReason::Manual => "Payment for Invoice",
            BillingReason::SubscriptionCreate => "Subscription creation",
            BillingReason::SubscriptionCycle | BillingReason::SubscriptionUpdate => {
                "Subscription update"
            }
        };
        let amount = invoice.amount_due();
        let purpose = Purpose {
            amount,
            currency: invoice.currency.clone(),
            customer: Some(invoice.customer.clone()),
            metadata: Metadata::new(),
            description: Some(description.to_owned()),
        };
        // What begins a subscription is kept for its renewals.
        let begins = invoice.reason == BillingReason::SubscriptionCreate;
        let setup_future_usage = begins.then(|| "off_session".to_owned());
        let terms = Terms { setup_future_usage, ..Terms::default() };
        let intent = self.create_intent(purpose, terms);
        let payment = InvoicePayment {
            id: self.ids.long("inpay"),
            created: self.now(),
            invoice: invoice_id.to_owned(),
            payment_intent: intent.clone(),
            amount,
        };
        self.invoice_payments.insert(payment);
        self.invoices.known_mut(invoice_id).payment_intent = Some(intent.clone());
        intent
    }

    /// A payment was tried by itself: the invoice that it is for, if there is one, follows.
    pub(crate) fn follow_intent(&mut self, intent_id: &str) {
        let payment = self.invoice_payments.iter().find(|it| it.payment_intent == intent_id);
        let Some(id) = payment.map(|it| it.invoice.clone()) else { return };
        let status = self.payment_intents.known(intent_id).status;
        let invoice = self.invoices.known_mut(&id);
        if !invoice.state.can_be_paid() || status == IntentStatus::Processing {
            return;
        }
        invoice.attempts += 1;
        match status {
            IntentStatus::Succeeded => self.settle_invoice(&id),
            IntentStatus::RequiresPaymentMethod { .. } => self.tell_of_failure(&id),
            IntentStatus::RequiresAction => {
                self.emit_invoice("invoice.payment_action_required", &id);
            }
            IntentStatus::RequiresConfirmation
            | IntentStatus::Processing
            | IntentStatus::Canceled { .. } => {}
        }
    }

    /// The money of an invoice is there: what hung on it goes on.
    pub(crate) fn settle_invoice(&mut self, invoice_id: &str) {
        if let Some(subscription) = self.hanging_on(invoice_id) {
            self.turn(&subscription, Happening::Paid);
        }
        self.mark_paid(invoice_id);
    }

    /// The owner does not want the money of an invoice: what hung on it goes on.
    pub(crate) fn forgive(&mut self, invoice_id: &str) {
        if let Some(subscription) = self.hanging_on(invoice_id) {
            self.turn(&subscription, Happening::Forgiven);
        }
    }

    /// The money of an invoice is there, or nothing was due.
    pub(crate) fn mark_paid(&mut self, invoice_id: &str) {
        let at = self.now();
        let invoice = self.invoices.known_mut(invoice_id);
        invoice.state = InvoiceState::Paid { at };
        invoice.attempts = invoice.attempts.max(1);
        invoice.collection.next_attempt = None;
        invoice.collection.automatic = false;
        self.emit_invoice("invoice.paid", invoice_id);
        self.emit_invoice("invoice.payment_succeeded", invoice_id);
        let payment = self.invoice_payments.iter().find(|it| it.invoice == invoice_id);
        if let Some(snapshot) = payment.map(|it| it.render(self)) {
            self.emit("invoice_payment.paid", snapshot);
        }
    }

    fn tell_of_failure(&mut self, invoice_id: &str) {
        self.emit_invoice("invoice.payment_failed", invoice_id);
        if let Some(subscription) = self.hanging_on(invoice_id) {
            self.turn(&subscription, Happening::NotPaid);
        }
    }

    /// `false`: that was the last try. A first payment is not tried again.
    fn schedule_retry(&mut self, invoice_id: &str) -> bool {
        let now = self.now();
        let subscription = self.hanging_on(invoice_id);
        let status = subscription.map(|id| self.subscriptions.known(&id).status);
        let begins = matches!(status, Some(Status::Incomplete | Status::Paused));
        let collection = &mut self.invoices.known_mut(invoice_id).collection;
        let failed_at = *collection.failed_at.get_or_insert(now);
        let days = RETRY_DAYS.get(collection.retries).filter(|_| !begins);
        collection.retries += 1;
        collection.next_attempt = days.map(|days| failed_at + days * DAY_SECONDS);
        collection.automatic = collection.next_attempt.is_some();
        collection.automatic
    }

    fn give_up_retrying(&mut self, subscription_id: &str) {
        let happening = Happening::RetriesExhausted(self.billing.after_retries);
        let asked_at = self.now();
        let status = self.subscriptions.known(subscription_id).status;
        let turn = super::life::next(status, happening, asked_at);
        if turn.is_some_and(|turn| turn.status.ended_at().is_some()) {
            self.subscriptions.known_mut(subscription_id).terms.ended_unpaid = true;
            self.end_subscription(subscription_id);
        } else {
            self.turn(subscription_id, happening);
        }
    }

    /// The subscription whose latest invoice this is.
    fn hanging_on(&self, invoice_id: &str) -> Option<String> {
        let subscription = self.invoices.known(invoice_id).subscription.clone()?;
        let latest = self.subscriptions.known(&subscription).latest_invoice.as_deref();
        (latest == Some(invoice_id)).then_some(subscription)
    }

    /// Nobody is charged any more for what this subscription owes.
    pub(crate) fn stop_collecting(&mut self, subscription_id: &str) {
        let of_it = self.invoices.iter().filter(|it| {
            it.subscription.as_deref() == Some(subscription_id) && it.collection.automatic
        });
        let invoices: Vec<String> = of_it.map(|it| it.id.clone()).collect();
        for id in invoices {
            let collection = &mut self.invoices.known_mut(&id).collection;
            collection.automatic = false;
            collection.next_attempt = None;
        }
    }
}
