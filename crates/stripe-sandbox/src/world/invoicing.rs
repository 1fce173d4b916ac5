//! Writing invoices: their lines, and what becomes of them besides being paid.

use super::World;
use crate::calendar;
use crate::money;
use crate::object::checkout_session::LineItem;
use crate::object::coupon::Duration;
use crate::object::invoice::{
    BillingReason, Collection, Invoice, InvoiceDiscount, InvoiceLine, InvoiceState,
};
use crate::object::invoice_item::InvoiceItem;
use crate::object::subscription::{PauseBehavior, Period, Status, Subscription, SubscriptionItem};
use crate::object::{Metadata, Object};
use crate::options::Interval;

impl World {
    /// A draft for the present period, with all that waits for an invoice of this subscription.
    pub(crate) fn create_invoice(
        &mut self,
        subscription_id: &str,
        reason: BillingReason,
    ) -> String {
        let subscription = self.subscriptions.known(subscription_id).clone();
        let mut invoice = self.invoice_for_period(&subscription, reason);
        invoice.lines.extend(self.take_pending(&invoice, Some(subscription_id)));
        self.add_invoice(invoice)
    }

    /// A draft for what waits for one, of this subscription or (`None`) of the whole customer.
    pub(crate) fn create_invoice_of_items(&mut self, mut invoice: Invoice) -> String {
        let subscription = invoice.subscription.clone();
        invoice.lines = self.take_pending(&invoice, subscription.as_deref());
        self.add_invoice(invoice)
    }

    /// A draft without lines.
    pub(crate) fn blank_invoice(
        &mut self,
        customer: &str,
        currency: &str,
        reason: BillingReason,
    ) -> Invoice {
        Invoice {
            id: self.ids.long("in"),
            created: self.now(),
            number: None,
            customer: customer.to_owned(),
            subscription: None,
            currency: currency.to_owned(),
            lines: Vec::new(),
            discount: None,
            reason,
            state: InvoiceState::Draft,
            finalized_at: None,
            attempts: 0,
            collection: Collection::default(),
            payment_intent: None,
            default_payment_method: None,
            deleted: false,
            description: None,
            metadata: Metadata::new(),
            subscription_metadata: Metadata::new(),
        }
    }

    pub(crate) fn add_invoice(&mut self, invoice: Invoice) -> String {
        let (id, subscription) = (invoice.id.clone(), invoice.subscription.clone());
        self.invoices.insert(invoice);
        if let Some(subscription) = subscription {
            self.subscriptions.known_mut(&subscription).latest_invoice = Some(id.clone());
        }
        self.emit_invoice("invoice.created", &id);
        id
    }

    /// Tells of the invoice that the next period will bring.
    pub(crate) fn announce_renewal(&mut self, subscription_id: &str) {
        let mut subscription = self.subscriptions.known(subscription_id).clone();
        subscription.period = subscription.next_period();
        let invoice = self.invoice_for_period(&subscription, BillingReason::SubscriptionCycle);
        let snapshot = invoice.render_upcoming(self);
        self.emit("invoice.upcoming", snapshot);
    }

    /// A draft gets its number, and can be paid.
    pub(crate) fn finalize(&mut self, invoice_id: &str) {
        let now = self.now();
        let invoice = self.invoices.known(invoice_id);
        if invoice.state != InvoiceState::Draft {
            return;
        }
        let numbered = |it: &&Invoice| it.customer == invoice.customer && it.number.is_some();
        let count = self.invoices.iter().filter(numbered).count();
        let prefix = self.customers.known(&invoice.customer).invoice_prefix();
        let invoice = self.invoices.known_mut(invoice_id);
        invoice.number = Some(format!("{prefix}-{:04}", count + 1));
        invoice.state = InvoiceState::Open;
        invoice.finalized_at = Some(now);
        self.emit_invoice("invoice.finalized", invoice_id);
    }

    /// Nobody owes it any more.
    pub(crate) fn void(&mut self, invoice_id: &str) {
        let at = self.now();
        self.close(invoice_id, InvoiceState::Void { at });
        if let Some(intent) = self.invoices.known(invoice_id).payment_intent.clone() {
            self.cancel_intent_because(&intent, Some("void_invoice"));
        }
        self.emit_invoice("invoice.voided", invoice_id);
    }

    /// The invoice of a subscription that never began.
    pub(crate) fn void_invoice(&mut self, invoice_id: &str) {
        let at = self.now();
        self.emit_invoice("invoice.payment_failed", invoice_id);
        self.close(invoice_id, InvoiceState::Void { at });
        self.emit_invoice("invoice.voided", invoice_id);
    }

    /// Nobody expects to be paid; it can still be.
    pub(crate) fn write_off(&mut self, invoice_id: &str) {
        let at = self.now();
        self.close(invoice_id, InvoiceState::Uncollectible { at });
        self.emit_invoice("invoice.marked_uncollectible", invoice_id);
    }

    fn close(&mut self, invoice_id: &str, state: InvoiceState) {
        let invoice = self.invoices.known_mut(invoice_id);
        invoice.state = state;
        invoice.collection.automatic = false;
        invoice.collection.next_attempt = None;
    }

    pub(crate) fn emit_invoice(&mut self, kind: &str, id: &str) {
        let snapshot = self.invoices.known(id).render(self);
        self.emit(kind, snapshot);
    }

    fn invoice_for_period(
        &mut self,
        subscription: &Subscription,
        reason: BillingReason,
    ) -> Invoice {
        let items = subscription.items.iter();
        let lines: Vec<InvoiceLine> =
            items.map(|item| self.line_for_period(subscription, item)).collect();
        let subtotal = lines.iter().map(|line| line.amount).sum();
        let keeps_drafts = subscription
            .terms
            .pause
            .is_some_and(|pause| pause.behavior == PauseBehavior::KeepAsDraft);
        let blank = self.blank_invoice(&subscription.customer, &subscription.currency, reason);
        Invoice {
            subscription: Some(subscription.id.clone()),
            lines,
            discount: self.invoice_discount(subscription, subtotal),
            collection: Collection {
                automatic: !keeps_drafts && subscription.status != Status::Unpaid,
                ..Collection::default()
            },
            subscription_metadata: subscription.metadata.clone(),
            ..blank
        }
    }

    fn line_for_period(
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
        InvoiceLine {
            id,
            subscription_item: Some(item.id.clone()),
            invoice_item: None,
            proration: false,
            price: Some(item.price.clone()),
            quantity: item.quantity,
            amount,
            description: Some(description),
            period: subscription.period,
        }
    }

    /// The items that wait for an invoice in its currency, as its lines.
    fn take_pending(&mut self, invoice: &Invoice, subscription: Option<&str>) -> Vec<InvoiceLine> {
        let waits = |item: &&InvoiceItem| {
            let of_this = subscription.is_none()
                || item.subscription.is_none()
                || item.subscription.as_deref() == subscription;
            item.waits()
                && item.customer == invoice.customer
                && item.currency == invoice.currency
                && of_this
        };
        let items: Vec<InvoiceItem> = self.invoice_items.iter().filter(waits).cloned().collect();
        let mut lines = Vec::new();
        for item in items {
            self.invoice_items.known_mut(&item.id).invoice = Some(invoice.id.clone());
            lines.push(self.line_of_item(item));
        }
        lines
    }

    /// An item as a line of an invoice.
    pub(crate) fn line_of_item(&mut self, item: InvoiceItem) -> InvoiceLine {
        InvoiceLine {
            id: self.ids.long("il"),
            subscription_item: item.subscription_item,
            invoice_item: Some(item.id),
            proration: item.proration,
            price: item.price,
            quantity: item.quantity,
            amount: item.amount,
            description: item.description,
            period: item.period,
        }
    }

    /// Something to be owed; an invoice that it names has it at once.
    pub(crate) fn add_invoice_item(&mut self, item: InvoiceItem) {
        let id = item.id.clone();
        if let Some(invoice) = &item.invoice {
            let line = self.line_of_item(item.clone());
            self.invoices.known_mut(invoice).lines.push(line);
        }
        self.invoice_items.insert(item);
        let snapshot = self.invoice_items.known(&id).render(self);
        self.emit("invoiceitem.created", snapshot);
    }

    /// What is bought once beside a new subscription is on its first invoice.
    pub(crate) fn add_items_bought_once(
        &mut self,
        bought: &[LineItem],
        subscription: &Subscription,
    ) {
        let now = self.now();
        for line in bought {
            let price = self.price(&line.price).clone();
            if price.recurring.is_none() {
                let item = InvoiceItem {
                    id: self.ids.long("ii"),
                    created: now,
                    customer: subscription.customer.clone(),
                    subscription: Some(subscription.id.clone()),
                    subscription_item: None,
                    amount: price.times(line.quantity),
                    currency: price.currency,
                    price: Some(price.id),
                    quantity: line.quantity,
                    description: None,
                    period: Period { start: now, end: now },
                    proration: false,
                    invoice: None,
                    metadata: Metadata::new(),
                    deleted: false,
                };
                self.add_invoice_item(item);
            }
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
