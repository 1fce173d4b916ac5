//! Invoices.

use serde_json::{Value, json};

use super::subscription::Period;
use super::{Metadata, Object, sublist, with_nulls};
use crate::world::World;

/// What is owed: for a period of a subscription, for a change of one, or for single items.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// Given when it is finalized.
    pub(crate) number: Option<String>,
    pub(crate) customer: String,
    pub(crate) subscription: Option<String>,
    pub(crate) currency: String,
    pub(crate) lines: Vec<InvoiceLine>,
    pub(crate) discount: Option<InvoiceDiscount>,
    pub(crate) reason: BillingReason,
    pub(crate) state: InvoiceState,
    pub(crate) finalized_at: Option<i64>,
    pub(crate) attempts: u32,
    pub(crate) collection: Collection,
    pub(crate) payment_intent: Option<String>,
    pub(crate) default_payment_method: Option<String>,
    /// A draft that was given up.
    pub(crate) deleted: bool,
    pub(crate) description: Option<String>,
    /// The owner's notes on the invoice itself.
    pub(crate) metadata: Metadata,
    /// Of the subscription, at this time.
    pub(crate) subscription_metadata: Metadata,
}

/// How the money is got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Collection {
    /// The invoice is finalized and charged without anybody's doing.
    pub(crate) automatic: bool,
    /// When this happens next.
    pub(crate) next_attempt: Option<i64>,
    /// When the first charge failed that nobody had asked for.
    pub(crate) failed_at: Option<i64>,
    pub(crate) retries: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct InvoiceLine {
    pub(crate) id: String,
    pub(crate) subscription_item: Option<String>,
    pub(crate) invoice_item: Option<String>,
    pub(crate) proration: bool,
    pub(crate) price: Option<String>,
    pub(crate) quantity: i64,
    pub(crate) amount: i64,
    pub(crate) description: Option<String>,
    pub(crate) period: Period,
}

/// What a discount takes off.
#[derive(Clone, Debug)]
pub(crate) struct InvoiceDiscount {
    pub(crate) discount: String,
    pub(crate) amount: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BillingReason {
    Manual,
    SubscriptionCreate,
    SubscriptionCycle,
    SubscriptionUpdate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvoiceState {
    Draft,
    Open,
    Paid { at: i64 },
    Uncollectible { at: i64 },
    Void { at: i64 },
}

impl InvoiceState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            InvoiceState::Draft => "draft",
            InvoiceState::Open => "open",
            InvoiceState::Paid { .. } => "paid",
            InvoiceState::Uncollectible { .. } => "uncollectible",
            InvoiceState::Void { .. } => "void",
        }
    }

    pub(crate) fn paid_at(self) -> Option<i64> {
        match self {
            InvoiceState::Paid { at } => Some(at),
            InvoiceState::Draft
            | InvoiceState::Open
            | InvoiceState::Uncollectible { .. }
            | InvoiceState::Void { .. } => None,
        }
    }

    pub(crate) fn voided_at(self) -> Option<i64> {
        match self {
            InvoiceState::Void { at } => Some(at),
            InvoiceState::Draft
            | InvoiceState::Open
            | InvoiceState::Paid { .. }
            | InvoiceState::Uncollectible { .. } => None,
        }
    }

    /// Also what was written off.
    pub(crate) fn can_be_paid(self) -> bool {
        matches!(self, InvoiceState::Open | InvoiceState::Uncollectible { .. })
    }

    fn written_off_at(self) -> Option<i64> {
        match self {
            InvoiceState::Uncollectible { at } => Some(at),
            InvoiceState::Draft
            | InvoiceState::Open
            | InvoiceState::Paid { .. }
            | InvoiceState::Void { .. } => None,
        }
    }
}

impl BillingReason {
    fn name(self) -> &'static str {
        match self {
            BillingReason::Manual => "manual",
            BillingReason::SubscriptionCreate => "subscription_create",
            BillingReason::SubscriptionCycle => "subscription_cycle",
            BillingReason::SubscriptionUpdate => "subscription_update",
        }
    }
}

impl Invoice {
    pub(crate) fn subtotal(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }

    pub(crate) fn total(&self) -> i64 {
        self.subtotal() - self.discount.as_ref().map_or(0, |discount| discount.amount)
    }

    /// What is to be paid. A negative total is not paid out, and not kept as a balance either.
    pub(crate) fn amount_due(&self) -> i64 {
        self.total().max(0)
    }

    /// The invoice that a renewal will make: it has no id and no number yet.
    pub(crate) fn render_upcoming(&self, world: &World) -> Value {
        let mut upcoming = self.render(world);
        upcoming["billing_reason"] = json!("upcoming");
        upcoming["lines"]["url"] = json!("/v1/invoices/upcoming/lines");
        for line in upcoming["lines"]["data"].as_array_mut().into_iter().flatten() {
            line["invoice"] = Value::Null;
        }
        if let Some(fields) = upcoming.as_object_mut() {
            fields.remove("id");
        }
        upcoming
    }

    fn render_line(&self, line: &InvoiceLine, world: &World) -> Value {
        let pricing = line.price.as_deref().map(|id| {
            let price = world.price(id);
            let unit = if line.amount == 0 { 0 } else { price.unit_amount };
            json!({
                "type": "price_details", "unit_amount_decimal": unit.to_string(),
                "price_details": { "price": price.id, "product": price.product },
            })
        });
        json!({
            "id": line.id, "object": "line_item", "amount": line.amount, "currency": self.currency,
            "description": line.description, "discount_amounts": self.discount_amounts(), "discountable": !line.proration,
            "discounts": [], "invoice": self.id, "livemode": false, "metadata": self.subscription_metadata,
            "parent": self.render_parent(line), "period": { "end": line.period.end, "start": line.period.start },
            "pretax_credit_amounts": [], "pricing": pricing, "quantity": line.quantity,
            "quantity_decimal": line.quantity.to_string(), "subscription": self.subscription,
            "subtotal": line.amount, "taxes": [],
        })
    }

    fn render_parent(&self, line: &InvoiceLine) -> Value {
        let details = json!({
            "invoice_item": line.invoice_item, "proration": line.proration,
            "proration_details": { "credited_items": null }, "subscription": self.subscription,
        });
        match &line.subscription_item {
            Some(item) => {
                let mut details = details;
                details["subscription_item"] = json!(item);
                json!({
                    "invoice_item_details": null, "type": "subscription_item_details",
                    "subscription_item_details": details,
                })
            }
            None => json!({
                "invoice_item_details": details, "type": "invoice_item_details",
                "subscription_item_details": null,
            }),
        }
    }

    fn discount_amounts(&self) -> Vec<Value> {
        let amount = |it: &InvoiceDiscount| json!({ "amount": it.amount, "discount": it.discount });
        self.discount.iter().map(amount).collect()
    }

    fn render_lines(&self, world: &World) -> Value {
        sublist(&self.shown_lines(world), &format!("/v1/invoices/{}/lines", self.id))
    }

    pub(crate) fn shown_lines(&self, world: &World) -> Vec<Value> {
        self.lines.iter().map(|line| self.render_line(line, world)).collect()
    }

    fn transitions(&self) -> Value {
        json!({
            "finalized_at": self.finalized_at, "marked_uncollectible_at": self.state.written_off_at(),
            "paid_at": self.state.paid_at(), "voided_at": self.state.voided_at(),
        })
    }

    /// Of which subscription it is.
    fn details(&self) -> Option<Value> {
        let subscription = self.subscription.as_ref()?;
        Some(json!({
            "quote_details": null, "type": "subscription_details",
            "subscription_details": { "metadata": self.subscription_metadata, "subscription": subscription },
        }))
    }
}

impl Object for Invoice {
    const KIND: &'static str = "invoice";

    fn id(&self) -> &str {
        &self.id
    }

    fn is_gone(&self) -> bool {
        self.deleted
    }

    fn render(&self, world: &World) -> Value {
        let (total, due) = (self.total(), self.amount_due());
        let paid = if self.state.paid_at().is_some() { due } else { 0 };
        let customer = world.customers.get(&self.customer);
        let discounts: Vec<&str> = self.discount.iter().map(|it| it.discount.as_str()).collect();
        let invoice = json!({
            "id": self.id, "object": "invoice", "account_country": "US", "account_name": "Sandbox",
            "amount_due": due, "amount_overpaid": 0, "amount_paid": paid, "amount_remaining": due - paid,
            "amount_shipping": 0, "attempt_count": self.attempts, "attempted": self.attempts > 0,
            "auto_advance": self.collection.automatic, "billing_reason": self.reason.name(), "currency": self.currency,
            "automatic_tax": {
                "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null,
            },
            "collection_method": "charge_automatically", "created": self.created, "customer": self.customer,
            "customer_email": customer.and_then(|it| it.email.as_deref()), "customer_tax_exempt": "none",
            "customer_name": customer.and_then(|it| it.name.as_deref()), "customer_tax_ids": [],
            "default_payment_method": self.default_payment_method, "description": self.description,
            "default_tax_rates": [], "discounts": discounts, "effective_at": self.finalized_at, "ending_balance": 0,
            "hosted_invoice_url": self.finalized_at.map(|_| world.invoice_url(&self.id)), "invoice_pdf": null, "issuer": { "type": "self" },
            "lines": self.render_lines(world), "livemode": false, "metadata": self.metadata, "number": self.number,
            "next_payment_attempt": self.collection.next_attempt, "parent": self.details(),
            "payment_settings": {
                "default_mandate": null, "payment_method_options": null, "payment_method_types": null,
            },
            "period_end": self.created, "period_start": self.created, "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": self.state.name(),
            "status_transitions": self.transitions(), "subtotal": self.subtotal(),
            "subtotal_excluding_tax": self.subtotal(), "total": total, "total_excluding_tax": total,
            "total_discount_amounts": self.discount_amounts(), "total_pretax_credit_amounts": [], "total_taxes": [],
            "test_clock": world.clock_of(&self.customer), "webhooks_delivered_at": self.created,
        });
        with_nulls(invoice, &NULLS)
    }
}

const NULLS: [&str; 20] = [
    "account_tax_ids",
    "application",
    "automatically_finalizes_at",
    "custom_fields",
    "customer_account",
    "customer_address",
    "customer_phone",
    "customer_shipping",
    "default_source",
    "due_date",
    "footer",
    "from_invoice",
    "last_finalization_error",
    "latest_revision",
    "on_behalf_of",
    "receipt_number",
    "rendering",
    "shipping_cost",
    "shipping_details",
    "statement_descriptor",
];
