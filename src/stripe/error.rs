//! What can go wrong when Stripe is asked, in the words of an operator.

use std::fmt::Display;
use std::time::Duration;

use serde::Deserialize;
use stripe_client_core::StripeClientErr;

/// Why Stripe did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// No answer, or none that Stripe would stand by. The same call may succeed later.
    #[error("Stripe cannot be reached: {0}")]
    Unreachable(String),
    /// No answer within the time that a call has. The same call may succeed later.
    #[error("Stripe cannot be reached: it took too long to answer")]
    Silent,
    /// It failed so often that it is not asked at all for a while.
    #[error("Stripe is down, and is asked again in {again_in:?}")]
    Down {
        /// When the next call may go through.
        again_in: Duration,
    },
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
            Self::Unreachable(_) | Self::Silent | Self::Down { .. } | Self::RateLimited => true,
            Self::BadKey(_)
            | Self::Refused { .. }
            | Self::NotFound(_)
            | Self::Malformed(_)
            | Self::Unusable(_) => false,
        }
    }

    /// Whether Stripe says that the object is not there, as the answer or as a parameter.
    pub(super) fn is_missing(&self) -> bool {
        match self {
            Self::NotFound(_) => true,
            Self::Refused { code, .. } => code.as_deref() == Some("resource_missing"),
            Self::Unreachable(_)
            | Self::Silent
            | Self::Down { .. }
            | Self::RateLimited
            | Self::BadKey(_)
            | Self::Malformed(_)
            | Self::Unusable(_) => false,
        }
    }

    /// Reads an answer that is not a success. `key` must not appear in our words, whoever
    /// echoes it.
    pub(super) fn of_answer(status: u16, body: &[u8], request_id: Option<&str>, key: &str) -> Self {
        let Ok(Envelope { error }) = serde_json::from_slice(body) else {
            // A proxy's page, or Stripe in trouble.
            return Self::Unreachable(format!("status {status}, not in Stripe's own form"));
        };
        let message = error.message.as_deref().unwrap_or("it did not say why");
        let message = hidden(message, key);
        match status {
            401 | 403 => Self::BadKey(message),
            404 => Self::NotFound(message),
            // 409: the same call is still being worked on, or was cut off by another one.
            409 | 500.. => Self::Unreachable(format!("status {status}: {message}")),
            429 => Self::RateLimited,
            _ => Self::Refused {
                code: error.code,
                message,
                param: error.param,
                request_id: request_id.map(ToOwned::to_owned),
            },
        }
    }

    /// The same, with the name of what was asked for where the answer cannot be read.
    pub(super) fn about(self, what: &str) -> Self {
        match self {
            Self::Malformed(text) => Self::Malformed(format!("{what}: {text}")),
            Self::Unreachable(_)
            | Self::Silent
            | Self::Down { .. }
            | Self::RateLimited
            | Self::BadKey(_)
            | Self::Refused { .. }
            | Self::NotFound(_)
            | Self::Unusable(_) => self,
        }
    }
}

impl StripeClientErr for StripeError {
    fn deserialize_err(message: impl Display) -> Self {
        Self::Malformed(message.to_string())
    }
}

/// What Stripe sends with every status that is not a success.
#[derive(Deserialize)]
struct Envelope {
    error: Trouble,
}

#[derive(Deserialize)]
struct Trouble {
    code: Option<String>,
    message: Option<String>,
    param: Option<String>,
}

/// A text without the key.
pub(super) fn hidden(text: &str, key: &str) -> String {
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
            let error = explained(status, &json!({ "message": "So." }));
            assert_eq!(word(&error), expected, "{status}");
        }
    }

    #[test]
    fn what_is_not_in_stripes_form_is_no_answer_of_stripes() {
        for body in ["<html>Bad gateway</html>", "", "{}", "{\"error\":\"no\"}"] {
            let error = StripeError::of_answer(400, body.as_bytes(), None, "sk_test_1");
            assert_eq!(word(&error), "unreachable", "{body:?}");
        }
    }

    #[test]
    fn a_refusal_names_what_an_operator_needs() {
        let error = explained(
            400,
            &json!({
                "message": "No such price: 'price_x'", "code": "resource_missing",
                "param": "line_items[0][price]",
            }),
        );
        let expected = "Stripe refused: No such price: 'price_x' (code resource_missing, \
            parameter line_items[0][price], request req_1)";
        assert_eq!(error.to_string(), expected);
        assert!(error.is_missing());
        let error = explained(400, &json!({ "message": "Not now." }));
        assert_eq!(error.to_string(), "Stripe refused: Not now. (request req_1)");
        assert!(!error.is_missing());
    }

    #[test]
    fn the_key_is_not_repeated() {
        let error = explained(401, &json!({ "message": "Invalid API Key provided: sk_test_1" }));
        let expected = "Stripe does not accept the secret key for this: \
            Invalid API Key provided: [key]";
        assert_eq!(error.to_string(), expected);
    }

    fn explained(status: u16, problem: &Value) -> StripeError {
        let body = json!({ "error": problem }).to_string();
        StripeError::of_answer(status, body.as_bytes(), Some("req_1"), "sk_test_1")
    }

    fn word(error: &StripeError) -> &'static str {
        match error {
            StripeError::Unreachable(_) => "unreachable",
            StripeError::Silent => "silent",
            StripeError::Down { .. } => "down",
            StripeError::RateLimited => "rate limited",
            StripeError::BadKey(_) => "bad key",
            StripeError::Refused { .. } => "refused",
            StripeError::NotFound(_) => "not found",
            StripeError::Malformed(_) => "malformed",
            StripeError::Unusable(_) => "unusable",
        }
    }
}
