//! What payment intents and checkout sessions ask for alike, read from their parameters.

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::choice;
use crate::form::Form;
use crate::object::payment_intent::{METHOD_TYPES, Terms};

/// `prefix` is empty, or `payment_intent_data.`.
pub(crate) fn read(form: &Form, prefix: &str) -> Result<Terms, ApiError> {
    let text = |name: &str| form.text(&format!("{prefix}{name}")).map(str::to_owned);
    let usage = format!("{prefix}setup_future_usage");
    let usage = choice(form, &usage, &["off_session", "on_session"])?.map(str::to_owned);
    let defaults = Terms::default();
    Ok(Terms {
        method_types: method_types(form)?.unwrap_or(defaults.method_types),
        automatic: None,
        setup_future_usage: usage,
        shipping: shipping(form, &format!("{prefix}shipping"))?,
        receipt_email: text("receipt_email"),
        statement_descriptor: text("statement_descriptor"),
        statement_descriptor_suffix: text("statement_descriptor_suffix"),
    })
}

fn method_types(form: &Form) -> Result<Option<Vec<String>>, ApiError> {
    let types = form.list("payment_method_types");
    if let Some(other) = types.iter().find(|it| !METHOD_TYPES.contains(it)) {
        return Err(ApiError::not_in_sandbox(&format!("payment_method_types={other}")));
    }
    let types: Vec<String> = types.into_iter().map(str::to_owned).collect();
    Ok((!types.is_empty()).then_some(types))
}

/// Shown again as it was given.
pub(crate) fn shipping(form: &Form, name: &str) -> Result<Option<Value>, ApiError> {
    if !form.has(name) || form.raw(name) == Some("") {
        return Ok(None);
    }
    let text = |field: &str| form.text(&format!("{name}.{field}"));
    let mut address = crate::object::empty_address();
    for (field, value) in form.entries(&format!("{name}.address")) {
        address[field] = json!(value);
    }
    let missing =
        || ApiError::missing_parameter(&super::params::bracketed(&format!("{name}.name")));
    Ok(Some(json!({
        "address": address, "carrier": text("carrier"), "name": text("name").ok_or_else(missing)?,
        "phone": text("phone"), "tracking_number": text("tracking_number"),
    })))
}
