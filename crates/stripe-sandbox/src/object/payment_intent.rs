//! Payment intents.

use serde_json::{Value, json};

use super::payment_method::PaymentMethod;
use super::{Metadata, Object, with_nulls};
use crate::cards::Decline;
use crate::world::World;

/// One payment, from the first try to the money.
#[derive(Clone, Debug)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) customer: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) status: IntentStatus,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntentStatus {
    /// Before the first try, and after each one that failed.
    RequiresPaymentMethod {
        last: Option<Decline>,
    },
    RequiresAction,
    Processing,
    Succeeded,
    Canceled {
        at: i64,
    },
}

impl IntentStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            IntentStatus::RequiresPaymentMethod { .. } => "requires_payment_method",
            IntentStatus::RequiresAction => "requires_action",
            IntentStatus::Processing => "processing",
            IntentStatus::Succeeded => "succeeded",
            IntentStatus::Canceled { .. } => "canceled",
        }
    }
}

impl Object for PaymentIntent {
    const KIND: &'static str = "payment_intent";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let received = if self.status == IntentStatus::Succeeded { self.amount } else { 0 };
        let method = self.payment_method.as_deref().and_then(|id| world.payment_methods.get(id));
        let canceled_at = match self.status {
            IntentStatus::Canceled { at } => Some(at),
            IntentStatus::RequiresPaymentMethod { .. }
            | IntentStatus::RequiresAction
            | IntentStatus::Processing
            | IntentStatus::Succeeded => None,
        };
        let intent = json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_capturable": 0,
            "amount_details": { "tip": {} }, "amount_received": received, "canceled_at": canceled_at,
            "cancellation_reason": canceled_at.map(|_| "abandoned"), "capture_method": "automatic_async",
            "client_secret": format!("{}_secret_sandbox", self.id), "confirmation_method": "automatic",
            "created": self.created, "currency": self.currency, "customer": self.customer,
            "description": self.description, "latest_charge": self.latest_charge, "livemode": false,
            "last_payment_error": self.last_error(world, method), "metadata": self.metadata,
            "payment_method": self.attached_method(), "payment_method_options": {},
            "payment_method_types": ["card", "sepa_debit"], "status": self.status.name(),
        });
        let nulls = [
            "allowed_payment_method_types",
            "application",
            "application_fee_amount",
            "automatic_payment_methods",
            "customer_account",
            "excluded_payment_method_types",
            "managed_payments",
            "next_action",
            "on_behalf_of",
            "payment_method_configuration_details",
            "payment_record",
            "processing",
            "receipt_email",
            "review",
            "setup_future_usage",
            "shipping",
            "source",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
            "transfer_group",
        ];
        with_nulls(intent, &nulls)
    }
}

impl PaymentIntent {
    /// A declined payment method is taken off the intent again.
    fn attached_method(&self) -> Option<&str> {
        match self.status {
            IntentStatus::RequiresPaymentMethod { .. } => None,
            IntentStatus::RequiresAction
            | IntentStatus::Processing
            | IntentStatus::Succeeded
            | IntentStatus::Canceled { .. } => self.payment_method.as_deref(),
        }
    }

    fn last_error(&self, world: &World, method: Option<&PaymentMethod>) -> Option<Value> {
        let IntentStatus::RequiresPaymentMethod { last: Some(decline) } = self.status else {
            return None;
        };
        Some(json!({
            "type": "card_error", "code": decline.code, "decline_code": decline.reason,
            "message": decline.message, "charge": self.latest_charge,
            "doc_url": format!("https://docs.stripe.com/error-codes/{}", decline.code.replace('_', "-")),
            "payment_method": method.map(|method| method.render(world)),
        }))
    }
}
