//! `/v1/charges`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::Accepts;
use crate::form::Form;
use crate::object::charge::Charge;
use crate::world::World;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["customer", "payment_intent"],
    not_in_sandbox: &["created", "created.*", "transfer_group"],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let wanted = |charge: &&Charge| {
        form.text("customer").is_none_or(|customer| charge.customer.as_deref() == Some(customer))
            && form.text("payment_intent").is_none_or(|intent| charge.payment_intent == intent)
    };
    page(world, form, "/v1/charges", world.charges.iter().filter(wanted))
}
