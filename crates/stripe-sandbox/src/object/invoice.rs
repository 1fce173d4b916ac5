//! Invoices of subscriptions.

use serde_json::{Value, json};

use super::subscription::Period;
use super::{Metadata, Object, sublist, with_nulls};
use crate::world::World;

/// What a subscription costs for one period.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) number: String,
    pub(crate) customer: String,
    pub(crate) subscription: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<InvoiceLine>,
    pub(crate) discount: Option<InvoiceDiscount>,
    pub(crate) reason: BillingReason,
    pub(crate) state: InvoiceState,
    pub(crate) attempts: u32,
    pub(crate) payment_intent: Option<String>,
    /// Of the subscription, at this time.
    pub(crate) metadata: Metadata,
}

#[derive(Clone, Debug)]
pub(crate) struct InvoiceLine {
    pub(crate) id: String,
    pub(crate) subscription_item: String,
    pub(crate) price: String,
    pub(crate) quantity: i64,
    pub(crate) amount: i64,
    pub(crate) description: String,
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
    SubscriptionCreate,
    SubscriptionCycle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvoiceState {
    Draft,
    Open,
    Paid { at: i64 },
    Void { at: i64 },
}

impl InvoiceState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            InvoiceState::Draft => "draft",
            InvoiceState::Open => "open",
            InvoiceState::Paid { .. } => "paid",
            InvoiceState::Void { .. } => "void",
        }
    }

    fn transitions(self, created: i64) -> Value {
        let (finalized, paid, voided) = match self {
            InvoiceState::Draft => (None, None, None),
            InvoiceState::Open => (Some(created), None, None),
            InvoiceState::Paid { at } => (Some(created), Some(at), None),
            InvoiceState::Void { at } => (Some(created), None, Some(at)),
        };
        json!({ "finalized_at": finalized, "marked_uncollectible_at": null, "paid_at": paid, "voided_at": voided })
    }
}

impl BillingReason {
    fn name(self) -> &'static str {
        match self {
            BillingReason::SubscriptionCreate => "subscription_create",
            BillingReason::SubscriptionCycle => "subscription_cycle",
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

    fn render_line(&self, line: &InvoiceLine, world: &World) -> Value {
        let price = world.price(&line.price);
        let unit = if line.amount == 0 { 0 } else { price.unit_amount };
        json!({
            "id": line.id, "object": "line_item", "amount": line.amount, "currency": self.currency,
            "description": line.description, "discount_amounts": self.discount_amounts(), "discountable": true,
            "discounts": [], "invoice": self.id, "livemode": false, "metadata": self.metadata,
            "parent": {
                "invoice_item_details": null, "type": "subscription_item_details",
                "subscription_item_details": {
                    "invoice_item": null, "proration": false, "proration_details": { "credited_items": null },
                    "subscription": self.subscription, "subscription_item": line.subscription_item,
                },
            },
            "period": { "end": line.period.end, "start": line.period.start }, "pretax_credit_amounts": [],
            "pricing": {
                "type": "price_details", "unit_amount_decimal": unit.to_string(),
                "price_details": { "price": price.id, "product": price.product },
            },
            "quantity": line.quantity, "quantity_decimal": line.quantity.to_string(),
            "subscription": self.subscription, "subtotal": line.amount, "taxes": [],
        })
    }

    fn discount_amounts(&self) -> Vec<Value> {
        let amount = |it: &InvoiceDiscount| json!({ "amount": it.amount, "discount": it.discount });
        self.discount.iter().map(amount).collect()
    }

    fn render_lines(&self, world: &World) -> Value {
        let lines: Vec<Value> =
            self.lines.iter().map(|line| self.render_line(line, world)).collect();
        sublist(&lines, &format!("/v1/invoices/{}/lines", self.id))
    }
}

impl Object for Invoice {
    const KIND: &'static str = "invoice";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let total = self.total();
        let paid = if matches!(self.state, InvoiceState::Paid { .. }) { total } else { 0 };
        let customer = world.customers.get(&self.customer);
        let discounts: Vec<&str> = self.discount.iter().map(|it| it.discount.as_str()).collect();
        let invoice = json!({
            "id": self.id, "object": "invoice", "account_country": "US", "account_name": "Sandbox",
            "amount_due": total, "amount_overpaid": 0, "amount_paid": paid, "amount_remaining": total - paid,
            "amount_shipping": 0, "attempt_count": self.attempts, "attempted": self.attempts > 0,
            "auto_advance": false, "billing_reason": self.reason.name(), "currency": self.currency,
            "automatic_tax": {
                "disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null,
            },
            "collection_method": "charge_automatically", "created": self.created, "customer": self.customer,
            "customer_email": customer.and_then(|it| it.email.as_deref()), "customer_tax_exempt": "none",
            "customer_name": customer.and_then(|it| it.name.as_deref()), "customer_tax_ids": [],
            "default_tax_rates": [], "discounts": discounts, "effective_at": self.created, "ending_balance": 0,
            "hosted_invoice_url": null, "invoice_pdf": null, "issuer": { "type": "self" },
            "lines": self.render_lines(world), "livemode": false, "metadata": {}, "number": self.number,
            "parent": {
                "quote_details": null, "type": "subscription_details",
                "subscription_details": { "metadata": self.metadata, "subscription": self.subscription },
            },
            "payment_settings": {
                "default_mandate": null, "payment_method_options": null, "payment_method_types": null,
            },
            "period_end": self.created, "period_start": self.created, "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": self.state.name(),
            "status_transitions": self.state.transitions(self.created), "subtotal": self.subtotal(),
            "subtotal_excluding_tax": self.subtotal(), "total": total, "total_excluding_tax": total,
            "total_discount_amounts": self.discount_amounts(), "total_pretax_credit_amounts": [], "total_taxes": [],
            "webhooks_delivered_at": self.created,
        });
        with_nulls(invoice, &NULLS)
    }
}

const NULLS: [&str; 24] = [
    "account_tax_ids",
    "application",
    "automatically_finalizes_at",
    "custom_fields",
    "customer_account",
    "customer_address",
    "customer_phone",
    "customer_shipping",
    "default_payment_method",
    "default_source",
    "description",
    "due_date",
    "footer",
    "from_invoice",
    "last_finalization_error",
    "latest_revision",
    "next_payment_attempt",
    "on_behalf_of",
    "receipt_number",
    "rendering",
    "shipping_cost",
    "shipping_details",
    "statement_descriptor",
    "test_clock",
];
