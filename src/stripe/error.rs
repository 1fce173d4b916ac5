//! What can go wrong when Stripe is asked, in the words of an operator.

use ::stripe::{ApiErrors, StripeError as SdkError};

/// Why Stripe did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// No answer, or none that Stripe would stand by. The same call may succeed later.
    #[error("Stripe cannot be reached: {0}")]
    Unreachable(String),
    /// No answer within the time that a call has. The same call may succeed later.
    #[error("Stripe cannot be reached: it took too long to answer")]
    Silent,
    /// Too many calls. The same call may succeed later.
    #[error("Stripe wants fewer calls a second")]
    RateLimited,
    /// The key is wrong, or may not do this.
    #[error("Stripe does not accept the secret key for this: {0}")]
    BadKey(String),
    /// Our request or the account is wrong: no such price, no portal settings …
    #[error(
        "Stripe refused: {message}{}",
        details(code.as_deref(), param.as_deref(), request_id.as_deref())
    )]
    Refused {
        /// Stripe's word for it, such as `resource_missing`.
        code: Option<String>,
        /// Stripe's sentence.
        message: String,
        /// The parameter at fault, as it was sent.
        param: Option<String>,
        /// Names the call in Stripe's own log, and to its support.
        request_id: Option<String>,
    },
    /// The object that was asked for is not there.
    #[error("Stripe does not know it: {0}")]
    NotFound(String),
    /// An answer that we cannot read.
    #[error("cannot read what Stripe answered: {0}")]
    Malformed(String),
    /// What we were told to ask with cannot be used; nothing was sent.
    #[error("cannot ask Stripe: {0}")]
    Unusable(String),
}

impl StripeError {
    /// Whether the same call may succeed a moment later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Silent | Self::RateLimited => true,
            Self::BadKey(_)
            | Self::Refused { .. }
            | Self::NotFound(_)
            | Self::Malformed(_)
            | Self::Unusable(_) => false,
        }
    }

    /// Whether a visitor may be kept waiting for the same call once more. After a call that took
    /// all its time he may not; the worker comes back to it later.
    pub(super) fn is_worth_repeating(&self) -> bool {
        self.is_passing() && *self != Self::Silent
    }

    /// Whether Stripe says that the object is not there, as the answer or as a parameter.
    pub(super) fn is_missing(&self) -> bool {
        match self {
            Self::NotFound(_) => true,
            Self::Refused { code, .. } => code.as_deref() == Some("resource_missing"),
            Self::Unreachable(_)
            | Self::Silent
            | Self::RateLimited
            | Self::BadKey(_)
            | Self::Malformed(_)
            | Self::Unusable(_) => false,
        }
    }

    /// Whether Stripe says that what this parameter names is not there.
    pub fn misses(&self, parameter: &str) -> bool {
        let Self::Refused { param, .. } = self else { return false };
        self.is_missing() && param.as_deref() == Some(parameter)
    }

    /// Puts the library's error into our words. `what` is what was asked for; `key` must not
    /// appear in them, whoever echoes it.
    pub(super) fn explain(error: SdkError, what: &str, key: &str) -> Self {
        match error {
            SdkError::Stripe(problem, status) => refusal(&problem, status, key),
            // The library drops the status with a body that is not Stripe's: a proxy's page,
            // or Stripe in trouble.
            SdkError::JSONDeserialize(text) if text.contains("Stripe error") => Self::Unreachable(
                format!("the answer about {what} is an error, but not in Stripe's own form"),
            ),
            SdkError::JSONDeserialize(text) => Self::Malformed(format!("{what}: {text}")),
            // The library drops the cause: a name, a port, a certificate.
            SdkError::ClientError(text) if text.contains("(Connect)") => {
                Self::Unreachable("no connection could be made".to_owned())
            }
            SdkError::ClientError(text) => Self::Unreachable(hidden(&text, key)),
            SdkError::ConfigError(text) => Self::Unusable(hidden(&text, key)),
            SdkError::Timeout => Self::Silent,
        }
    }
}

fn refusal(problem: &ApiErrors, status: u16, key: &str) -> StripeError {
    let message = problem.message.as_deref().unwrap_or("it did not say why");
    let message = hidden(message, key);
    match status {
        401 | 403 => StripeError::BadKey(message),
        404 => StripeError::NotFound(message),
        // 409: the same call is still being worked on, or was cut off by another one.
        409 | 500.. => StripeError::Unreachable(format!("status {status}: {message}")),
        429 => StripeError::RateLimited,
        _ => StripeError::Refused {
            code: problem.code.as_ref().map(|code| code.as_str().to_owned()),
            message,
            param: problem.param.clone(),
            request_id: problem.request_log_url.as_deref().and_then(request_id),
        },
    }
}

/// `req_…`, the last part of the address in Stripe's log: the library drops the header.
fn request_id(log_url: &str) -> Option<String> {
    let id = log_url.split(['/', '?', '#']).find(|part| part.starts_with("req_"))?;
    Some(id.to_owned())
}

fn hidden(text: &str, key: &str) -> String {
    if key.is_empty() { text.to_owned() } else { text.replace(key, "[key]") }
}

fn details(code: Option<&str>, param: Option<&str>, request_id: Option<&str>) -> String {
    let named = [("code", code), ("parameter", param), ("request", request_id)];
    let named: Vec<String> = named
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name} {value}")))
        .collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stripe::fixtures;

    #[test]
    fn a_status_says_what_to_do_about_it() {
        let rows = [
            (400, "refused"),
            (401, "bad key"),
            (402, "refused"),
            (403, "bad key"),
            (404, "not found"),
            (409, "unreachable"),
            (418, "refused"),
            (429, "rate limited"),
            (500, "unreachable"),
            (503, "unreachable"),
        ];
        for (status, expected) in rows {
            let error = explained(status, json!({ "message": "So." }));
            assert_eq!(word(&error), expected, "{status}");
        }
    }

    #[test]
    fn what_the_library_says_is_sorted() {
        let rows = [
            (SdkError::Timeout, "silent"),
            (SdkError::ClientError("client error (Connect)".to_owned()), "unreachable"),
            (SdkError::ConfigError("no".to_owned()), "unusable"),
            (
                SdkError::JSONDeserialize("error deserializing Stripe error".to_owned()),
                "unreachable",
            ),
            (SdkError::JSONDeserialize("error deserializing request data".to_owned()), "malformed"),
        ];
        for (error, expected) in rows {
            let shown = error.to_string();
            assert_eq!(word(&StripeError::explain(error, "a price", "")), expected, "{shown}");
        }
    }

    #[test]
    fn a_refusal_names_what_an_operator_needs() {
        let error = explained(
            400,
            json!({
                "message": "No such price: 'price_x'", "code": "resource_missing",
                "param": "line_items[0][price]",
                "request_log_url": "https://dashboard.stripe.com/test/logs/req_1?t=1",
            }),
        );
        let expected = "Stripe refused: No such price: 'price_x' (code resource_missing, \
            parameter line_items[0][price], request req_1)";
        assert_eq!(error.to_string(), expected);
        assert!(error.is_missing());
        let error = explained(400, json!({ "message": "Not now." }));
        assert_eq!(error.to_string(), "Stripe refused: Not now.");
        assert!(!error.is_missing());
    }

    #[test]
    fn the_key_is_not_repeated() {
        let error = explained(401, json!({ "message": "Invalid API Key provided: sk_test_1" }));
        let expected = "Stripe does not accept the secret key for this: \
            Invalid API Key provided: [key]";
        assert_eq!(error.to_string(), expected);
    }

    fn explained(status: u16, mut problem: Value) -> StripeError {
        problem["type"] = json!("invalid_request_error");
        let problem = SdkError::Stripe(Box::new(fixtures::read(&problem)), status);
        StripeError::explain(problem, "a price", "sk_test_1")
    }

    fn word(error: &StripeError) -> &'static str {
        match error {
            StripeError::Unreachable(_) => "unreachable",
            StripeError::Silent => "silent",
            StripeError::RateLimited => "rate limited",
            StripeError::BadKey(_) => "bad key",
            StripeError::Refused { .. } => "refused",
            StripeError::NotFound(_) => "not found",
            StripeError::Malformed(_) => "malformed",
            StripeError::Unusable(_) => "unusable",
        }
    }
}
