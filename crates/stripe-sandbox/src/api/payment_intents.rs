//! `/v1/payment_intents`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::Accepts;
use crate::form::Form;
use crate::object::payment_intent::PaymentIntent;
use crate::world::World;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["customer"],
    not_in_sandbox: &["created", "created.*", "customer_account"],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let customer = form.text("customer");
    let wanted =
        |intent: &&PaymentIntent| customer.is_none() || intent.customer.as_deref() == customer;
    page(world, form, "/v1/payment_intents", world.payment_intents.iter().filter(wanted))
}
