//! The API under `/v1`: keys, parameters, idempotency, and a file per Stripe object.

mod charges;
mod checkout_sessions;
mod coupons;
mod customers;
mod error;
mod events;
mod expand;
mod http;
mod invoices;
mod list;
mod order;
mod params;
mod payment_intents;
mod payment_methods;
mod portal;
mod prices;
mod products;
mod promotion_codes;
mod routes;
mod subscriptions;
mod webhook_endpoints;

use serde_json::Value;

pub(crate) use error::ApiError;
pub(crate) use http::handle;

use crate::form::Form;
use crate::object::event::Cause;
use crate::world::{Answered, World};

/// One call of the API, read but not judged.
pub(crate) struct Call {
    pub(crate) method: String,
    /// Such as `/v1/customers`.
    pub(crate) path: String,
    pub(crate) form: Form,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) request_id: String,
}

/// What a call comes to.
pub(crate) struct Answer {
    pub(crate) result: Result<Value, ApiError>,
    /// The answer was given before, to the same idempotency key.
    pub(crate) replayed: bool,
}

/// Answers a call, once per idempotency key.
pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    // Only what changes something is remembered.
    let key = call.idempotency_key.as_ref().filter(|_| call.method == "POST");
    let fingerprint = format!("{} {} {:?}", call.method, call.path, call.form.fingerprint());
    if let Some(answered) = key.and_then(|key| world.answered.get(key)) {
        let result = if answered.fingerprint == fingerprint {
            Ok(answered.answer.clone())
        } else {
            Err(key_reused(call))
        };
        return Answer { replayed: result.is_ok(), result };
    }
    world.cause = Cause {
        request_id: Some(call.request_id.clone()),
        idempotency_key: call.idempotency_key.clone(),
    };
    let result = run(world, call);
    world.cause = Cause::default();
    if let (Some(key), Ok(answer)) = (key, &result) {
        let answer = answer.clone();
        world.answered.insert(key.clone(), Answered { fingerprint, answer });
    }
    Answer { result, replayed: false }
}

fn run(world: &mut World, call: &Call) -> Result<Value, ApiError> {
    let unknown = || ApiError::unknown_url(&call.method, &call.path);
    let (route, id) = routes::find(&call.method, &call.path).ok_or_else(unknown)?;
    route.check(&call.form)?;
    let mut answer = (route.run)(world, &call.form, id)?;
    for path in call.form.list("expand") {
        expand::expand(world, &mut answer, path)?;
    }
    Ok(answer)
}

fn key_reused(call: &Call) -> ApiError {
    let key = call.idempotency_key.as_deref().unwrap_or_default();
    ApiError::idempotency(format!(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. \
         Try using a key other than '{key}' if you meant to execute a different request."
    ))
}
