//! The API under `/v1`: keys, parameters, idempotency, and a file per Stripe object.

mod charges;
mod checkout_sessions;
mod coupons;
mod created;
mod customers;
mod disputes;
mod early_fraud_warnings;
mod entitlements;
mod error;
mod events;
mod expand;
mod http;
mod invoice_items;
mod invoice_payments;
mod invoices;
mod list;
mod order;
mod params;
mod payment_intents;
mod payment_methods;
mod payment_pages;
mod portal;
mod portal_configurations;
mod prices;
mod products;
mod promotion_codes;
mod refunds;
mod retrieve;
mod routes;
mod search;
mod subscription_items;
mod subscription_order;
mod subscriptions;
mod terms;
mod test_clocks;
mod webhook_endpoints;
mod within;

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
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The answer was given before, to the same idempotency key.
    pub(crate) replayed: bool,
}

/// Answers a call, once per idempotency key.
pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    // Only what changes something is remembered.
    let key = call.idempotency_key.as_ref().filter(|_| call.method == "POST");
    let fingerprint = format!("{} {} {:?}", call.method, call.path, call.form.fingerprint());
    if let Some(answered) = key.and_then(|key| world.answered.get(key)) {
        if answered.fingerprint != fingerprint {
            return new_answer(Err(key_reused(call)));
        }
        return Answer { status: answered.status, body: answered.body.clone(), replayed: true };
    }
    world.cause = Cause {
        request_id: Some(call.request_id.clone()),
        idempotency_key: call.idempotency_key.clone(),
    };
    let result = run(world, call);
    world.cause = Cause::default();
    let is_remembered = result.as_ref().err().is_none_or(ApiError::is_remembered);
    let answer = new_answer(result);
    if let Some(key) = key.filter(|_| is_remembered) {
        let (status, body) = (answer.status, answer.body.clone());
        world.answered.insert(key.clone(), Answered { fingerprint, status, body });
    }
    answer
}

fn new_answer(result: Result<Value, ApiError>) -> Answer {
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.status, error.body()),
    };
    Answer { status, body, replayed: false }
}

/// All that can be refused beforehand is: a call that is refused has no effect.
fn run(world: &mut World, call: &Call) -> Result<Value, ApiError> {
    let unknown = || ApiError::unknown_url(&call.method, &call.path);
    let (route, id) = routes::find(&call.method, &call.path).ok_or_else(unknown)?;
    route.check(&call.form)?;
    let mut answer = (route.run)(world, &call.form, id)?;
    for path in call.form.list("expand") {
        expand::expand(world, &mut answer, path);
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
