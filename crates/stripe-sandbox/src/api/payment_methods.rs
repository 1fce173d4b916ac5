//! `/v1/payment_methods`

use serde_json::Value;

use super::error::ApiError;
use crate::form::Form;
use crate::object::Object;
use crate::object::payment_method::PaymentMethod;
use crate::world::World;

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let method = world
        .payment_methods
        .get(id)
        .ok_or_else(|| ApiError::not_found(PaymentMethod::KIND, id))?;
    Ok(method.render(world))
}
