//! Errors as the API words them: <docs.stripe.com/api/errors>

use serde_json::{Value, json};

use crate::cards::Decline;
use crate::contract;

/// What else the second version of the API has, from the paths that Stripe's Node SDK 23.1.0 calls.
const RESOURCES_V2: [&str; 3] = ["/v2/billing/", "/v2/core/account", "/v2/core/event_destinations"];

/// An answer that is not 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    /// What stands in the error besides: the objects that it is about.
    details: Option<Box<Value>>,
    stage: Stage,
}

/// How far a call has come that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The call could not be read: its endpoint did not begin.
    Reading,
    /// The endpoint itself refuses.
    Running,
}

impl ApiError {
    /// A request that makes no sense.
    pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
        ApiError {
            status: 400,
            kind: "invalid_request_error",
            code: None,
            param: None,
            message: message.into(),
            details: None,
            stage: Stage::Running,
        }
    }

    /// A parameter that cannot be what it says.
    pub(crate) fn parameter(message: impl Into<String>) -> ApiError {
        ApiError { stage: Stage::Reading, ..ApiError::invalid(message) }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> ApiError {
        ApiError { status: 403, ..ApiError::parameter(message) }
    }

    /// Whether the same idempotency key is answered with it again. Stripe remembers all that comes
    /// of an endpoint, and nothing of what never reached one:
    /// <https://docs.stripe.com/api/idempotent_requests>
    pub(crate) fn is_remembered(&self) -> bool {
        self.stage == Stage::Running
    }

    /// With the parameter that is to blame.
    pub(crate) fn at(mut self, param: impl Into<String>) -> ApiError {
        self.param = Some(param.into());
        self
    }

    /// With one of Stripe's error codes.
    pub(crate) fn code(mut self, code: &'static str) -> ApiError {
        self.code = Some(code);
        self
    }

    /// With the objects that it is about, by name.
    pub(crate) fn with(mut self, details: Value) -> ApiError {
        self.details = Some(Box::new(details));
        self
    }

    pub(crate) fn unknown_parameter(name: &str) -> ApiError {
        ApiError::parameter(format!("Received unknown parameter: {name}"))
            .code("parameter_unknown")
            .at(name)
    }

    /// Stripe names all of them, and blames the first.
    pub(crate) fn unknown_parameters(names: &[String]) -> ApiError {
        match names {
            [name] => ApiError::unknown_parameter(name),
            names => {
                ApiError::parameter(format!("Received unknown parameters: {}", names.join(", ")))
                    .code("parameter_unknown")
                    .at(names.first().map_or("", String::as_str))
            }
        }
    }

    /// Parameters that exclude each other.
    pub(crate) fn only_one_of(names: &[&str]) -> ApiError {
        let names = names.join(", ");
        ApiError::parameter(format!("You may only specify one of these parameters: {names}."))
    }

    pub(crate) fn missing_parameter(name: &str) -> ApiError {
        ApiError::parameter(format!("Missing required param: {name}."))
            .code("parameter_missing")
            .at(name)
    }

    /// An empty value unsets, and this parameter has no such state.
    pub(crate) fn invalid_empty(name: &str) -> ApiError {
        ApiError::parameter(format!(
            "You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; \
             however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty \
             value."
        ))
        .code("parameter_invalid_empty")
        .at(name)
    }

    /// A text that is longer than Stripe keeps.
    pub(crate) fn too_long(text: &str, max_letters: usize, name: &str) -> ApiError {
        const SHOWN: usize = 20;
        let start: String = text.chars().take(SHOWN).collect();
        ApiError::parameter(format!(
            "Invalid string: {start}...; must be at most {max_letters} characters"
        ))
        .at(name)
    }

    /// Real Stripe knows this parameter; better no answer than a wrong one.
    pub(crate) fn not_in_sandbox(name: &str) -> ApiError {
        ApiError::parameter(format!("The sandbox does not implement the parameter {name}"))
            .code("not_in_sandbox")
            .at(name)
    }

    /// An object that a parameter names does not exist.
    pub(crate) fn no_such(kind: &str, id: &str, param: &str) -> ApiError {
        ApiError::invalid(format!("No such {kind}: '{id}'")).code("resource_missing").at(param)
    }

    /// An object that the path names does not exist.
    pub(crate) fn not_found(kind: &str, id: &str) -> ApiError {
        ApiError { status: 404, ..ApiError::no_such(kind, id, "id") }
    }

    /// An id that the caller chose is taken.
    pub(crate) fn already_exists(called: &str) -> ApiError {
        ApiError::invalid(format!("{called} already exists.")).code("resource_already_exists")
    }

    /// The bank, or Stripe, does not take the card; `intent` is the payment as it stands now.
    pub(crate) fn declined(decline: Decline, intent: &Value) -> ApiError {
        let details = json!({
            "charge": intent["latest_charge"], "decline_code": decline.reason, "payment_intent": intent,
            "payment_method": intent["last_payment_error"]["payment_method"],
        });
        ApiError {
            status: 402,
            kind: "card_error",
            code: Some(decline.code),
            details: Some(Box::new(details)),
            ..ApiError::invalid(decline.message)
        }
    }

    /// A payment intent is not where the call needs it.
    pub(crate) fn unexpected_state(message: String, intent: &Value) -> ApiError {
        ApiError {
            code: Some("payment_intent_unexpected_state"),
            details: Some(Box::new(json!({ "payment_intent": intent }))),
            ..ApiError::invalid(message)
        }
    }

    pub(crate) fn unknown_url(method: &str, path: &str) -> ApiError {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        let error = ApiError { status: 404, ..ApiError::parameter(message) };
        let is_stripes = match path.strip_prefix("/v1/") {
            Some(below) => contract::is_resource(below),
            None => RESOURCES_V2.iter().any(|known| path.starts_with(known)),
        };
        if !["GET", "POST", "DELETE"].contains(&method) || !is_stripes {
            return error;
        }
        // Real Stripe may well know it: better no answer than a wrong one.
        let message = format!("The sandbox does not implement {method} {path}");
        ApiError { message, ..error.code("not_in_sandbox") }
    }

    /// The headers speak for an account that the key cannot reach.
    pub(crate) fn other_account(key: &str, account: &str) -> ApiError {
        ApiError::forbidden(format!(
            "The provided key '{key}' does not have access to account '{account}' (or that account does not exist). \
             Application access may have been revoked."
        ))
        .code("account_invalid")
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> ApiError {
        ApiError { status: 401, ..ApiError::invalid(message) }
    }

    pub(crate) fn idempotency(message: impl Into<String>) -> ApiError {
        ApiError { kind: "idempotency_error", ..ApiError::invalid(message) }
    }

    /// A payment that was tried and not made.
    pub(crate) fn card(message: impl Into<String>, code: &'static str) -> ApiError {
        ApiError { status: 402, kind: "card_error", ..ApiError::invalid(message) }.code(code)
    }

    /// Another call with the same key is under way.
    pub(crate) fn key_in_use(key: &str) -> ApiError {
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key (that probably means you \
             submitted twice, and the other request is still going through): {key}. Please try again later."
        );
        ApiError { status: 409, ..ApiError::idempotency(message).code("idempotency_key_in_use") }
    }

    pub(crate) fn server_error() -> ApiError {
        let message = "An unknown error occurred in the sandbox, as it was told to.";
        ApiError { status: 500, kind: "api_error", ..ApiError::invalid(message) }
    }

    pub(crate) fn rate_limited() -> ApiError {
        let message = "Request rate limit exceeded.";
        ApiError { status: 429, code: Some("rate_limit"), ..ApiError::invalid(message) }
    }

    /// The envelope of the API's second version, which always has a code.
    pub(crate) fn v2_body(&self) -> Value {
        let missing = if self.status == 404 { "not_found" } else { "invalid_request" };
        let code = match self.code {
            None | Some("resource_missing") => missing,
            Some(
                "parameter_unknown"
                | "parameter_missing"
                | "parameter_invalid_empty"
                | "parameter_invalid_integer",
            ) => "invalid_fields",
            Some(code) => code,
        };
        json!({ "error": { "code": code, "message": self.message, "type": self.kind } })
    }

    /// Stripe's envelope.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code {
            error["code"] = json!(code);
            error["doc_url"] =
                json!(format!("https://docs.stripe.com/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        for (name, value) in self.details.iter().filter_map(|it| it.as_object()).flatten() {
            error[name.as_str()] = value.clone();
        }
        json!({ "error": error })
    }
}
