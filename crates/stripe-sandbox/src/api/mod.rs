//! The API under `/v1`: keys, parameters, idempotency, and a file per Stripe object.

mod charges;
mod checkout_sessions;
mod coupons;
mod customers;
mod disputes;
mod early_fraud_warnings;
mod entitlements;
mod error;
mod events;
mod expand;
mod http;
mod invoice_drafts;
mod invoice_items;
mod invoice_payments;
mod invoices;
mod key_permissions;
mod keys;
mod list;
mod metadata;
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
mod setup_intents;
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
pub(crate) use keys::Keys;
pub use routes::routes;

use crate::form::Form;
use crate::object::event::Cause;
use crate::older::{self, Shape};
use crate::world::{Answered, World};

/// One call of the API, read but not judged.
pub(crate) struct Call {
    pub(crate) method: String,
    /// Such as `/v1/customers`.
    pub(crate) path: String,
    pub(crate) form: Form,
    pub(crate) idempotency_key: Option<String>,
    /// The `Stripe-Version` header.
    pub(crate) version: Option<String>,
    pub(crate) request_id: String,
}

/// How long the first version of the API remembers a key, and how long the second:
/// <https://docs.stripe.com/api/idempotent_requests>,
/// <https://docs.stripe.com/api-v2-overview#idempotency>
const KEY_SECONDS: i64 = 86_400;
const KEY_SECONDS_V2: i64 = 30 * 86_400;
const MAX_KEY_LETTERS: usize = 255;

/// What is told to the caller once the call has had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Answer,
    ServerError,
}

impl Call {
    /// Only what changes something is remembered; on `DELETE` the first version ignores the key.
    pub(crate) fn remembered_key(&self) -> Option<&str> {
        let counts =
            self.method == "POST" || (self.method == "DELETE" && self.path.starts_with("/v2/"));
        self.idempotency_key.as_deref().filter(|_| counts)
    }

    fn key_seconds(&self) -> i64 {
        if self.path.starts_with("/v2/") { KEY_SECONDS_V2 } else { KEY_SECONDS }
    }

    /// An error as this version of the API words it.
    pub(crate) fn error_body(&self, error: &ApiError) -> Value {
        if self.path.starts_with("/v2/") { error.v2_body() } else { error.body() }
    }
}

/// What a call comes to.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The answer was given before, to the same idempotency key.
    pub(crate) replayed: bool,
    /// The call that had this effect; only calls with an idempotency key tell it.
    pub(crate) original_request: Option<String>,
}

/// Answers a call, once per idempotency key.
pub(crate) fn answer(world: &mut World, call: &Call, after: After) -> Answer {
    let key = call.remembered_key();
    if let Some(error) = key.and_then(too_long) {
        return new_answer(call, Err(error));
    }
    let fingerprint = format!("{} {} {:?}", call.method, call.path, call.form.fingerprint());
    let now = world.now();
    let remembered = key.and_then(|key| world.answered.get(key));
    if let Some(answered) = remembered.filter(|it| now < it.at + call.key_seconds()) {
        if answered.fingerprint != fingerprint {
            return new_answer(call, Err(key_reused(call, &answered.path)));
        }
        return Answer {
            status: answered.status,
            body: answered.body.clone(),
            replayed: true,
            original_request: Some(answered.request_id.clone()),
        };
    }
    world.cause = Cause {
        request_id: Some(call.request_id.clone()),
        idempotency_key: call.idempotency_key.clone(),
    };
    let result = match (run(world, call), after) {
        (Ok(_), After::ServerError) => Err(ApiError::server_error()),
        (result, _) => result,
    };
    world.cause = Cause::default();
    let is_remembered = result.as_ref().err().is_none_or(ApiError::is_remembered);
    let mut answer = new_answer(call, result);
    if let Some(key) = key.filter(|_| is_remembered) {
        let (path, request_id) = (call.path.clone(), call.request_id.clone());
        let (status, body) = (answer.status, answer.body.clone());
        answer.original_request = Some(request_id.clone());
        let answered = Answered { fingerprint, path, at: now, request_id, status, body };
        world.answered.insert(key.to_owned(), answered);
    }
    answer
}

fn new_answer(call: &Call, result: Result<Value, ApiError>) -> Answer {
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.status, call.error_body(&error)),
    };
    Answer { status, body, replayed: false, original_request: None }
}

fn too_long(key: &str) -> Option<ApiError> {
    let message =
        format!("The idempotency key is too long: it can have up to {MAX_KEY_LETTERS} characters.");
    is_too_long(key).then(|| ApiError::parameter(message))
}

fn is_too_long(key: &str) -> bool {
    key.chars().count() > MAX_KEY_LETTERS
}

/// All that can be refused beforehand is: a call that is refused has no effect.
fn run(world: &mut World, call: &Call) -> Result<Value, ApiError> {
    let unknown = || ApiError::unknown_url(&call.method, &call.path);
    let (route, id) = routes::find(&call.method, &call.path).ok_or_else(unknown)?;
    let shape = call.version.as_deref().and_then(Shape::of_version);
    route.check(&call.form, shape)?;
    metadata::check_count(world, &call.form, id)?;
    let clock = clock_of(world, &call.form, id);
    let mut answer = world.living_by(clock, |world| (route.run)(world, &call.form, id))?;
    world.put_mode(&mut answer);
    if let Some(shape) = shape {
        older::object(world, &mut answer, shape);
    }
    for path in call.form.list("expand") {
        expand::expand(world, &mut answer, path, shape);
    }
    Ok(answer)
}

/// By which test clock the call is answered: that of whoever it is about.
fn clock_of(world: &World, form: &Form, id: &str) -> Option<String> {
    const NAMES: [&str; 5] = ["customer", "subscription", "invoice", "payment_intent", "charge"];
    let named = NAMES.into_iter().filter_map(|name| form.text(name));
    let his = std::iter::once(id).chain(named).find_map(|id| world.clock_of(id));
    his.or_else(|| test_clocks::named(world, form.text("test_clock")?).ok())
}

fn key_reused(call: &Call, first_path: &str) -> ApiError {
    let key = call.idempotency_key.as_deref().unwrap_or_default();
    let rule = if call.path == first_path {
        "with the same parameters they were first used with".to_owned()
    } else {
        let path = &call.path;
        format!("for the same endpoint they were first used for ('{path}' vs '{first_path}')")
    };
    ApiError::idempotency(format!(
        "Keys for idempotent requests can only be used {rule}. Try using a key other than '{key}' if you meant to \
         execute a different request."
    ))
}
