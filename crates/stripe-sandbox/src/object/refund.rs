//! Refunds: money of a charge that goes back.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::object::payment_method::Means;
use crate::world::World;

/// Some or all of a charge, given back.
#[derive(Clone, Debug)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) charge: String,
    /// In the currency's smallest unit.
    pub(crate) amount: i64,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) status: RefundStatus,
    /// The bank's reference for it has come.
    pub(crate) referenced: bool,
}

/// Whether the customer has the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefundStatus {
    Pending,
    Succeeded,
    /// The bank sent it back: the account has the money again.
    Failed,
}

impl RefundStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            RefundStatus::Pending => "pending",
            RefundStatus::Succeeded => "succeeded",
            RefundStatus::Failed => "failed",
        }
    }
}

impl Refund {
    /// What it takes off the charge; nothing, once it has failed.
    pub(crate) fn taken(&self) -> i64 {
        match self.status {
            RefundStatus::Pending | RefundStatus::Succeeded => self.amount,
            RefundStatus::Failed => 0,
        }
    }

    /// Where the money goes; absent for banks, as Stripe leaves it out there.
    fn destination(&self, world: &World) -> Option<Value> {
        let charge = world.charges.known(&self.charge);
        match world.payment_methods.known(&charge.payment_method).means {
            Means::BankDebit(_) => None,
            Means::Card(_) if self.referenced => Some(json!({
                "type": "card",
                "card": {
                    "reference": "4242420000000001", "reference_status": "available",
                    "reference_type": "acquirer_reference_number", "type": "refund",
                },
            })),
            Means::Card(_) => Some(json!({
                "type": "card",
                "card": {
                    "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund",
                },
            })),
        }
    }
}

impl Object for Refund {
    const KIND: &'static str = "refund";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let charge = world.charges.known(&self.charge);
        let mut refund = json!({
            "id": self.id, "object": "refund", "amount": self.amount, "charge": self.charge,
            "created": self.created, "currency": charge.currency, "customer": charge.customer,
            "metadata": self.metadata, "payment_intent": charge.payment_intent,
            "payment_method": charge.payment_method, "reason": self.reason, "status": self.status.name(),
        });
        if let Some(destination) = self.destination(world) {
            refund["destination_details"] = destination;
        }
        match self.status {
            RefundStatus::Failed => refund["failure_reason"] = json!("unknown"),
            RefundStatus::Pending => refund["pending_reason"] = json!("processing"),
            RefundStatus::Succeeded => {}
        }
        let nulls = [
            "balance_transaction",
            "customer_account",
            "receipt_number",
            "source_transfer_reversal",
            "transfer_reversal",
        ];
        with_nulls(refund, &nulls)
    }
}
