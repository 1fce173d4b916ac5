//! Setup intents.

use serde_json::{Value, json};

use super::payment_intent::{Redirects, to_the_bank, with_query};
use super::{Metadata, Object, with_nulls};
use crate::cards::{Decline, NOT_AUTHENTICATED};
use crate::world::World;

/// A means of payment that is to be kept for later, from the first try to the success.
#[derive(Clone, Debug)]
pub(crate) struct SetupIntent {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) method_types: Vec<String>,
    /// The account chooses the means of payment; whether they may lead to other sites.
    pub(crate) automatic: Option<Redirects>,
    /// `on_session` or `off_session`.
    pub(crate) usage: String,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) status: SetupStatus,
    /// Where the bank's page leads back to.
    pub(crate) return_url: Option<String>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetupStatus {
    /// Before the first try, and after each one that failed.
    RequiresPaymentMethod {
        last: Option<Decline>,
    },
    /// The means of payment is chosen.
    RequiresConfirmation,
    /// The bank wants to see the customer.
    RequiresAction,
    Succeeded,
    Canceled {
        reason: Option<&'static str>,
    },
}

impl SetupStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            SetupStatus::RequiresPaymentMethod { .. } => "requires_payment_method",
            SetupStatus::RequiresConfirmation => "requires_confirmation",
            SetupStatus::RequiresAction => "requires_action",
            SetupStatus::Succeeded => "succeeded",
            SetupStatus::Canceled { .. } => "canceled",
        }
    }
}

impl SetupIntent {
    fn client_secret(&self) -> String {
        format!("{}_secret_sandbox", self.id)
    }

    /// Where a customer comes back to who was at his bank.
    pub(crate) fn return_address(&self) -> Option<String> {
        let came_to = if self.status == SetupStatus::Succeeded { "succeeded" } else { "failed" };
        let (id, secret) = (&self.id, self.client_secret());
        let query = format!(
            "setup_intent={id}&setup_intent_client_secret={secret}&redirect_status={came_to}"
        );
        Some(with_query(self.return_url.as_deref()?, &query))
    }

    fn last_error(&self, world: &World) -> Option<Value> {
        let SetupStatus::RequiresPaymentMethod { last: Some(decline) } = self.status else {
            return None;
        };
        let method = self.payment_method.as_deref().and_then(|id| world.payment_methods.get(id));
        let refused = decline == NOT_AUTHENTICATED;
        let code = if refused { "setup_intent_authentication_failure" } else { decline.code };
        let mut error = json!({
            "type": if refused { "invalid_request_error" } else { "card_error" }, "code": code,
            "message": decline.message, "payment_method": method.map(|method| method.render(world)),
            "doc_url": format!("https://docs.stripe.com/error-codes/{}", code.replace('_', "-")),
        });
        if !refused {
            error["decline_code"] = json!(decline.reason);
        }
        Some(error)
    }

    /// A means of payment that was refused is taken off again.
    fn attached_method(&self) -> Option<&str> {
        match self.status {
            SetupStatus::RequiresPaymentMethod { .. } => None,
            SetupStatus::RequiresConfirmation
            | SetupStatus::RequiresAction
            | SetupStatus::Succeeded
            | SetupStatus::Canceled { .. } => self.payment_method.as_deref(),
        }
    }
}

impl Object for SetupIntent {
    const KIND: &'static str = "setupintent";
    const NAME: &'static str = "setup_intent";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let reason = match self.status {
            SetupStatus::Canceled { reason } => reason,
            SetupStatus::RequiresPaymentMethod { .. }
            | SetupStatus::RequiresConfirmation
            | SetupStatus::RequiresAction
            | SetupStatus::Succeeded => None,
        };
        let automatic = self.automatic.map(Redirects::render);
        let bank = world.bank_url(&self.id);
        let next_action = (self.status == SetupStatus::RequiresAction)
            .then(|| to_the_bank(&bank, self.return_url.as_deref()));
        let intent = json!({
            "id": self.id, "object": "setup_intent", "automatic_payment_methods": automatic,
            "cancellation_reason": reason, "client_secret": self.client_secret(), "created": self.created,
            "customer": self.customer, "description": self.description, "last_setup_error": self.last_error(world),
            "livemode": false, "metadata": self.metadata, "next_action": next_action,
            "payment_method": self.attached_method(), "payment_method_options": {},
            "payment_method_types": self.method_types, "status": self.status.name(), "usage": self.usage,
        });
        let nulls = [
            "allowed_payment_method_types",
            "application",
            "customer_account",
            "excluded_payment_method_types",
            "flow_directions",
            "latest_attempt",
            "managed_payments",
            "mandate",
            "on_behalf_of",
            "payment_method_configuration_details",
            "single_use_mandate",
        ];
        with_nulls(intent, &nulls)
    }
}
