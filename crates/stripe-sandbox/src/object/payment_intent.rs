//! Payment intents.

use serde_json::{Value, json};

use super::payment_method::PaymentMethod;
use super::{Metadata, Object, with_nulls};
use crate::cards::{Decline, NOT_AUTHENTICATED};
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
    pub(crate) terms: Terms,
    pub(crate) status: IntentStatus,
    /// Where the bank's page leads back to.
    pub(crate) return_url: Option<String>,
}

/// What the caller asks for, besides the money.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// `card`, `sepa_debit`.
    pub(crate) method_types: Vec<String>,
    /// The account chooses the means of payment; whether they may lead to other sites.
    pub(crate) automatic: Option<Redirects>,
    /// `on_session` or `off_session`: what pays is kept for the customer.
    pub(crate) setup_future_usage: Option<String>,
    /// As the caller gave it.
    pub(crate) shipping: Option<Value>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
}

/// Whether paying may lead to other sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    Always,
    Never,
}

impl Redirects {
    fn name(self) -> &'static str {
        match self {
            Redirects::Always => "always",
            Redirects::Never => "never",
        }
    }

    pub(crate) fn render(self) -> Value {
        json!({ "allow_redirects": self.name(), "enabled": true })
    }
}

/// What the sandbox can be paid with.
pub(crate) const METHOD_TYPES: [&str; 2] = ["card", "sepa_debit"];

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            method_types: METHOD_TYPES.map(str::to_owned).to_vec(),
            automatic: None,
            setup_future_usage: None,
            shipping: None,
            receipt_email: None,
            statement_descriptor: None,
            statement_descriptor_suffix: None,
        }
    }
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntentStatus {
    /// Before the first try, and after each one that failed.
    RequiresPaymentMethod {
        last: Option<Decline>,
    },
    /// The means of payment is chosen.
    RequiresConfirmation,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled {
        at: i64,
        reason: Option<&'static str>,
    },
}

impl IntentStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            IntentStatus::RequiresPaymentMethod { .. } => "requires_payment_method",
            IntentStatus::RequiresConfirmation => "requires_confirmation",
            IntentStatus::RequiresAction => "requires_action",
            IntentStatus::Processing => "processing",
            IntentStatus::Succeeded => "succeeded",
            IntentStatus::Canceled { .. } => "canceled",
        }
    }
}

/// An address with more behind its question mark, which it may have already.
pub(crate) fn with_query(address: &str, query: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}

/// The customer is to open the bank's page: the caller sends him there, or Stripe.js does.
pub(crate) fn to_the_bank(bank: &str, back: Option<&str>) -> Value {
    match back {
        Some(back) => json!({
            "type": "redirect_to_url", "redirect_to_url": { "return_url": back, "url": bank },
        }),
        None => json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "stripe_js": bank },
        }),
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
        let (canceled_at, reason) = match self.status {
            IntentStatus::Canceled { at, reason } => (Some(at), reason),
            IntentStatus::RequiresPaymentMethod { .. }
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
            | IntentStatus::Processing
            | IntentStatus::Succeeded => (None, None),
        };
        let terms = &self.terms;
        let automatic = terms.automatic.map(Redirects::render);
        let bank = world.bank_url(&self.id);
        let next_action = (self.status == IntentStatus::RequiresAction)
            .then(|| to_the_bank(&bank, self.return_url.as_deref()));
        let intent = json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_capturable": 0,
            "amount_details": { "tip": {} }, "amount_received": received, "canceled_at": canceled_at,
            "cancellation_reason": reason, "automatic_payment_methods": automatic, "capture_method": "automatic_async",
            "client_secret": self.client_secret(), "confirmation_method": "automatic",
            "created": self.created, "currency": self.currency, "customer": self.customer,
            "description": self.description, "latest_charge": self.latest_charge, "livemode": false,
            "last_payment_error": self.last_error(world, method), "metadata": self.metadata,
            "payment_method": self.attached_method(), "payment_method_options": {},
            "payment_method_types": terms.method_types, "status": self.status.name(), "next_action": next_action,
            "setup_future_usage": terms.setup_future_usage, "shipping": terms.shipping,
            "receipt_email": terms.receipt_email, "statement_descriptor": terms.statement_descriptor,
            "statement_descriptor_suffix": terms.statement_descriptor_suffix,
        });
        let nulls = [
            "allowed_payment_method_types",
            "application",
            "application_fee_amount",
            "customer_account",
            "excluded_payment_method_types",
            "managed_payments",
            "on_behalf_of",
            "payment_method_configuration_details",
            "payment_record",
            "processing",
            "review",
            "source",
            "transfer_data",
            "transfer_group",
        ];
        with_nulls(intent, &nulls)
    }
}

impl PaymentIntent {
    fn client_secret(&self) -> String {
        format!("{}_secret_sandbox", self.id)
    }

    /// Where a customer comes back to who was at his bank.
    pub(crate) fn return_address(&self) -> Option<String> {
        let came_to = if self.status == IntentStatus::Succeeded { "succeeded" } else { "failed" };
        let (id, secret) = (&self.id, self.client_secret());
        let query = format!(
            "payment_intent={id}&payment_intent_client_secret={secret}&redirect_status={came_to}"
        );
        Some(with_query(self.return_url.as_deref()?, &query))
    }

    /// A declined payment method is taken off the intent again.
    fn attached_method(&self) -> Option<&str> {
        match self.status {
            IntentStatus::RequiresPaymentMethod { .. } => None,
            IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
            | IntentStatus::Processing
            | IntentStatus::Succeeded
            | IntentStatus::Canceled { .. } => self.payment_method.as_deref(),
        }
    }

    fn last_error(&self, world: &World, method: Option<&PaymentMethod>) -> Option<Value> {
        let IntentStatus::RequiresPaymentMethod { last: Some(decline) } = self.status else {
            return None;
        };
        let mut error = json!({
            "type": "card_error", "code": decline.code, "message": decline.message,
            "doc_url": format!("https://docs.stripe.com/error-codes/{}", decline.code.replace('_', "-")),
            "payment_method": method.map(|method| method.render(world)),
        });
        if decline == NOT_AUTHENTICATED {
            // The bank was not asked for money: nothing was declined.
            error["type"] = json!("invalid_request_error");
            return Some(error);
        }
        error["decline_code"] = json!(decline.reason);
        if let Some(charge) = &self.latest_charge {
            error["charge"] = json!(charge);
        }
        Some(error)
    }
}
