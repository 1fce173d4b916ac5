//! Charges: the tries of a payment intent.

use serde_json::{Value, json};

use super::payment_method::charge_details;
use super::refund::Refund;
use super::{Metadata, Object, sublist, with_nulls};
use crate::cards::Decline;
use crate::world::World;

/// One try to take the money.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) customer: Option<String>,
    pub(crate) payment_intent: String,
    pub(crate) payment_method: String,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) result: ChargeResult,
}

/// What became of the try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChargeResult {
    Succeeded,
    /// A bank debit that is under way.
    Pending,
    Failed(Decline),
}

impl ChargeResult {
    fn name(self) -> &'static str {
        match self {
            ChargeResult::Succeeded => "succeeded",
            ChargeResult::Pending => "pending",
            ChargeResult::Failed(_) => "failed",
        }
    }

    fn outcome(self) -> Value {
        let (network_status, reason, message, kind) = match self {
            ChargeResult::Succeeded | ChargeResult::Pending => {
                ("approved_by_network", None, "Payment complete.", "authorized")
            }
            ChargeResult::Failed(decline) => (
                "declined_by_network",
                Some(decline.reason),
                "The bank declined.",
                "issuer_declined",
            ),
        };
        json!({
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": network_status, "reason": reason, "risk_level": "normal",
            "seller_message": message, "type": kind,
        })
    }
}

impl Object for Charge {
    const KIND: &'static str = "charge";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let method = world.payment_methods.get(&self.payment_method);
        let failure = match self.result {
            ChargeResult::Failed(decline) => Some(decline),
            ChargeResult::Succeeded | ChargeResult::Pending => None,
        };
        let refunded = self.refunded_amount(world);
        let captured = if failure.is_none() { self.amount } else { 0 };
        let charge = json!({
            "id": self.id, "object": "charge", "amount": self.amount, "amount_captured": captured,
            "amount_refunded": refunded, "billing_details": method.map(super::payment_method::PaymentMethod::billing_details),
            "calculated_statement_descriptor": "SANDBOX", "captured": failure.is_none(), "created": self.created,
            "currency": self.currency, "customer": self.customer, "description": self.description,
            "disputed": self.is_disputed(world), "failure_code": failure.map(|it| it.code),
            "failure_message": failure.map(|it| it.message), "fraud_details": {}, "livemode": false,
            "metadata": self.metadata, "outcome": self.result.outcome(),
            "paid": self.result == ChargeResult::Succeeded, "payment_intent": self.payment_intent,
            "payment_method": self.payment_method, "refunded": refunded == self.amount, "status": self.result.name(),
            "payment_method_details": method.map(|method| charge_details(&method.means)),
        });
        let nulls = [
            "application",
            "application_fee",
            "application_fee_amount",
            "balance_transaction",
            "failure_balance_transaction",
            "on_behalf_of",
            "receipt_email",
            "receipt_number",
            "receipt_url",
            "review",
            "shipping",
            "source",
            "source_transfer",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ];
        with_nulls(charge, &nulls)
    }
}

impl Charge {
    /// What was given back and has not come back: failed refunds do not count.
    pub(crate) fn refunded_amount(&self, world: &World) -> i64 {
        self.refunds(world).map(Refund::taken).sum()
    }

    /// Whether its money was ever asked back, or asked about.
    pub(crate) fn is_disputed(&self, world: &World) -> bool {
        world.disputes.iter().any(|dispute| dispute.charge == self.id)
    }

    /// The list that `expand[]=refunds` asks for.
    pub(crate) fn render_refunds(&self, world: &World) -> Value {
        let newest_first: Vec<Value> =
            self.refunds(world).rev().map(|refund| refund.render(world)).collect();
        sublist(&newest_first, &format!("/v1/charges/{}/refunds", self.id))
    }

    fn refunds<'a>(&'a self, world: &'a World) -> impl DoubleEndedIterator<Item = &'a Refund> {
        world.refunds.iter().filter(|refund| refund.charge == self.id)
    }
}
