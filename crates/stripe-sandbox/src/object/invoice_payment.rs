//! Invoice payments: which payment intent pays which invoice.

use serde_json::{Value, json};

use super::Object;
use super::invoice::InvoiceState;
use crate::world::World;

/// The link between an invoice and a payment. What became of it follows from the invoice.
#[derive(Clone, Debug)]
pub(crate) struct InvoicePayment {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) invoice: String,
    pub(crate) payment_intent: String,
    pub(crate) amount: i64,
}

impl InvoicePayment {
    pub(crate) fn status(&self, world: &World) -> &'static str {
        match world.invoices.known(&self.invoice).state {
            InvoiceState::Paid { .. } => "paid",
            InvoiceState::Void { .. } => "canceled",
            InvoiceState::Draft | InvoiceState::Open | InvoiceState::Uncollectible { .. } => "open",
        }
    }
}

impl Object for InvoicePayment {
    const KIND: &'static str = "invoice_payment";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let invoice = world.invoices.known(&self.invoice);
        let paid_at = invoice.state.paid_at();
        json!({
            "id": self.id, "object": "invoice_payment", "amount_paid": paid_at.map(|_| self.amount),
            "amount_requested": self.amount, "created": self.created, "currency": invoice.currency,
            "invoice": self.invoice, "is_default": true, "livemode": false,
            "payment": { "payment_intent": self.payment_intent, "type": "payment_intent" },
            "status": self.status(world),
            "status_transitions": { "canceled_at": invoice.state.voided_at(), "paid_at": paid_at },
        })
    }
}
