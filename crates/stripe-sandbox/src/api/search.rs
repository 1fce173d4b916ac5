//! Search, which real Stripe has for some objects: refused by name, not taken for an id.

use serde_json::Value;

use super::error::ApiError;
use super::params::Accepts;
use crate::form::Form;
use crate::world::World;

pub(crate) const ANYTHING: Accepts =
    Accepts { required: &[], optional: &["**"], not_in_sandbox: &[] };

pub(crate) fn refuse(_: &mut World, _: &Form, _: &str) -> Result<Value, ApiError> {
    let message = "The sandbox does not implement search. Lists with filters are there.";
    Err(ApiError::parameter(message).code("not_in_sandbox"))
}
