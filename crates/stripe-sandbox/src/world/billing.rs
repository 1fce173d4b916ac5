//! Subscriptions and their invoices: starting, renewing, ending.

use serde_json::{Value, json};

use super::World;
use super::payment::Purpose;
use crate::calendar;
use crate::money;
use crate::object::Object;
use crate::object::charge::ChargeResult;
use crate::object::checkout_session::PaymentStatus;
use crate::object::coupon::Duration;
use crate::object::invoice::{BillingReason, Invoice, InvoiceDiscount, InvoiceLine, InvoiceState};
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, Period, Status, Subscription, SubscriptionItem};
use crate::options::Interval;

/// What a new subscription has come to.
pub(crate) struct Started {
    pub(crate) invoice: String,
    pub(crate) payment_intent: Option<String>,
    pub(crate) payment: PaymentStatus,
}

impl World {
    /// Bills a subscription that was just made, and takes the first payment.
    ///
    /// With a bank debit it stays `incomplete` until the money has come: the sandbox's choice of
    /// what Stripe leaves to the payment method.
    pub(crate) fn start_subscription(
        &mut self,
        subscription: Subscription,
        means: Option<&Means>,
    ) -> Started {
        let id = subscription.id.clone();
        self.subscriptions.insert(subscription);
        let invoice = self.create_invoice(&id, BillingReason::SubscriptionCreate);
        let total = self.invoices.known(&invoice).total();
        let trialing = self.subscriptions.known(&id).status == Status::Trialing;
        if total == 0 && !trialing {
            self.subscriptions.known_mut(&id).status = Status::Active;
        }
        self.emit_subscription("customer.subscription.created", &id, None);
        let payment = match (total, means) {
            (0, _) | (_, None) => {
                self.mark_paid(&invoice);
                PaymentStatus::NoPaymentRequired
            }
            (_, Some(means)) => self.take_first_payment(&id, &invoice, means),
        };
        let payment_intent = self.invoices.known(&invoice).payment_intent.clone();
        Started { invoice, payment_intent, payment }
    }

    fn take_first_payment(&mut self, id: &str, invoice: &str, means: &Means) -> PaymentStatus {
        let result = World::first_charge(means);
        self.charge_invoice(invoice, id, result);
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
        let subscription = self.subscriptions.known_mut(id);
        let previous = json!({ "status": subscription.status.name() });
        subscription.status = Status::Active;
        self.emit_subscription("customer.subscription.updated", id, Some(previous));
    }

    /// The first payment will not come.
    pub(crate) fn expire_incomplete(&mut self, id: &str) {
        let ended_at = self.now();
        let subscription = self.subscriptions.known_mut(id);
        let previous = json!({ "status": subscription.status.name() });
        subscription.status = Status::IncompleteExpired { ended_at };
        self.emit_subscription("customer.subscription.updated", id, Some(previous));
    }

    /// The next period begins: a trial becomes a payment, a payment the next one.
    pub(crate) fn renew(&mut self, id: &str) {
        let before = self.subscriptions.known(id).render(self);
        // Of a list that changed, all is told.
        let previous = json!({
            "status": before["status"], "latest_invoice": before["latest_invoice"],
            "items": { "data": before["items"]["data"] },
        });
        let subscription = self.subscriptions.known_mut(id);
        subscription.period = subscription.next_period();
        subscription.status = Status::Active;
        let method = subscription.default_payment_method.clone();
        let invoice = self.create_invoice(id, BillingReason::SubscriptionCycle);
        self.emit_subscription("customer.subscription.updated", id, Some(previous));
        if self.invoices.known(&invoice).total() == 0 {
            return self.mark_paid(&invoice);
        }
        let means = method.map(|method| self.payment_methods.known(&method).means.clone());
        match means.as_ref().map(World::later_charge) {
            Some(ChargeResult::Succeeded | ChargeResult::Pending) => {
                self.charge_invoice(&invoice, id, ChargeResult::Succeeded);
                self.mark_paid(&invoice);
            }
            Some(ChargeResult::Failed(decline)) => {
                self.charge_invoice(&invoice, id, ChargeResult::Failed(decline));
                self.fall_behind(id, &invoice);
            }
            None => self.fall_behind(id, &invoice),
        }
    }

    fn fall_behind(&mut self, id: &str, invoice: &str) {
        self.emit_invoice("invoice.payment_failed", invoice);
        self.subscriptions.known_mut(id).status = Status::PastDue;
        self.emit_subscription(
            "customer.subscription.updated",
            id,
            Some(json!({ "status": "active" })),
        );
    }

    /// Changes whether and when a subscription ends.
    pub(crate) fn set_cancellation(&mut self, id: &str, cancellation: Cancellation) {
        let before = self.subscriptions.known(id).render(self);
        self.subscriptions.known_mut(id).cancellation = cancellation;
        let fields = ["cancel_at", "cancel_at_period_end", "canceled_at"];
        let previous =
            fields.into_iter().map(|field| (field.to_owned(), before[field].clone())).collect();
        self.emit_subscription("customer.subscription.updated", id, Some(Value::Object(previous)));
    }

    /// Ends a subscription now.
    pub(crate) fn end_subscription(&mut self, id: &str) {
        let now = self.now();
        let subscription = self.subscriptions.known_mut(id);
        subscription.status = Status::Canceled { ended_at: now };
        if subscription.cancellation == Cancellation::None {
            subscription.cancellation = Cancellation::Immediate { asked_at: now };
        }
        self.emit_subscription("customer.subscription.deleted", id, None);
    }

    /// Records what happened to a subscription.
    pub(crate) fn emit_subscription(&mut self, kind: &str, id: &str, previous: Option<Value>) {
        let snapshot = self.subscriptions.known(id).render(self);
        self.emit_change(kind, snapshot, previous);
    }

    fn emit_invoice(&mut self, kind: &str, id: &str) {
        let snapshot = self.invoices.known(id).render(self);
        self.emit(kind, snapshot);
    }

    /// The money of an invoice is there, or nothing was due.
    pub(crate) fn mark_paid(&mut self, invoice_id: &str) {
        let at = self.now();
        let invoice = self.invoices.known_mut(invoice_id);
        invoice.state = InvoiceState::Paid { at };
        invoice.attempts = invoice.attempts.max(1);
        self.emit_invoice("invoice.paid", invoice_id);
        self.emit_invoice("invoice.payment_succeeded", invoice_id);
    }

    /// The invoice of a subscription that never began.
    pub(crate) fn void_invoice(&mut self, invoice_id: &str) {
        let at = self.now();
        self.emit_invoice("invoice.payment_failed", invoice_id);
        self.invoices.known_mut(invoice_id).state = InvoiceState::Void { at };
        self.emit_invoice("invoice.voided", invoice_id);
    }

    fn charge_invoice(&mut self, invoice_id: &str, subscription_id: &str, result: ChargeResult) {
        let subscription = self.subscriptions.known(subscription_id);
        let method = subscription
            .default_payment_method
            .clone()
            .expect("only a subscription with a card is charged");
        let invoice = self.invoices.known(invoice_id);
        let description = match invoice.reason {
            BillingReason::SubscriptionCreate => "Subscription creation",
            BillingReason::SubscriptionCycle => "Subscription update",
        };
        let purpose = Purpose {
            amount: invoice.total(),
            currency: invoice.currency.clone(),
            customer: Some(invoice.customer.clone()),
            metadata: crate::object::Metadata::new(),
            description: Some(description.to_owned()),
        };
        let intent = self.create_intent(purpose);
        let invoice = self.invoices.known_mut(invoice_id);
        invoice.payment_intent = Some(intent.clone());
        invoice.attempts += 1;
        self.charge(&intent, &method, result);
    }

    /// An invoice for the present period; finalized at once.
    fn create_invoice(&mut self, subscription_id: &str, reason: BillingReason) -> String {
        let now = self.now();
        let id = self.ids.long("in");
        let subscription = self.subscriptions.known(subscription_id).clone();
        let lines: Vec<InvoiceLine> =
            subscription.items.iter().map(|item| self.invoice_line(&subscription, item)).collect();
        let count = self
            .invoices
            .iter()
            .filter(|invoice| invoice.customer == subscription.customer)
            .count();
        let prefix = self.customers.known(&subscription.customer).invoice_prefix();
        let discount =
            self.invoice_discount(&subscription, lines.iter().map(|line| line.amount).sum());
        self.invoices.insert(Invoice {
            id: id.clone(),
            created: now,
            number: format!("{prefix}-{:04}", count + 1),
            customer: subscription.customer,
            subscription: subscription.id,
            currency: subscription.currency,
            lines,
            discount,
            reason,
            state: InvoiceState::Draft,
            attempts: 0,
            payment_intent: None,
            metadata: subscription.metadata,
        });
        self.subscriptions.known_mut(subscription_id).latest_invoice = Some(id.clone());
        self.emit_invoice("invoice.created", &id);
        self.invoices.known_mut(&id).state = InvoiceState::Open;
        self.emit_invoice("invoice.finalized", &id);
        id
    }

    fn invoice_line(
        &mut self,
        subscription: &Subscription,
        item: &SubscriptionItem,
    ) -> InvoiceLine {
        let id = self.ids.long("il");
        let price = self.price(&item.price);
        let product = &self.product(&price.product).name;
        let every = subscription.recurring.shown();
        let (amount, description) = if subscription.status == Status::Trialing {
            (0, format!("Trial period for {product}"))
        } else {
            let unit = money::shown(price.unit_amount, &price.currency);
            (
                price.times(item.quantity),
                format!("{} × {product} (at {unit} / {every})", item.quantity),
            )
        };
        let period: Period = subscription.period;
        InvoiceLine {
            id,
            subscription_item: item.id.clone(),
            price: item.price.clone(),
            quantity: item.quantity,
            amount,
            description,
            period,
        }
    }

    fn invoice_discount(
        &self,
        subscription: &Subscription,
        subtotal: i64,
    ) -> Option<InvoiceDiscount> {
        let discount = self.discounts.known(subscription.discount.as_deref()?);
        let coupon = self.coupons.known(&discount.coupon);
        let first = subscription.latest_invoice.is_none();
        let applies = match coupon.duration {
            Duration::Forever => true,
            Duration::Once => first,
            Duration::Months(months) => {
                self.now() < calendar::after(discount.start, Interval::Month, i64::from(months))
            }
        };
        let taken_off =
            InvoiceDiscount { discount: discount.id.clone(), amount: coupon.off.of(subtotal) };
        (applies && subtotal > 0).then_some(taken_off)
    }
}
