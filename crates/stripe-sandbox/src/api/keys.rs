//! Which keys are let in, and what each may do.

use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::error::ApiError;
use super::http::text;
use crate::options::{Options, RestrictedKey};

/// The account that error messages name.
const ACCOUNT: &str = "acct_1SandboxSandbox";

/// The permission that a restricted key needs, by the beginning of the path; the names are those
/// of Stripe's own error messages and of `stripe keys permissions`.
#[rustfmt::skip]
const PERMISSIONS: &[(&str, &str)] = &[
    ("billing_portal/configurations", "rak_customer_portal"),
    ("billing_portal/sessions",       "rak_customer_portal"),
    ("charges",                       "rak_charge"),
    ("checkout/sessions",             "rak_checkout_session"),
    ("core/events",                   "rak_event"),
    ("coupons",                       "rak_coupon"),
    ("customers",                     "rak_customer"),
    ("disputes",                      "rak_dispute"),
    ("entitlements",                  "rak_entitlement"),
    ("events",                        "rak_event"),
    ("invoice_payments",              "rak_invoice"),
    ("invoiceitems",                  "rak_invoice"),
    ("invoices",                      "rak_invoice"),
    ("payment_intents",               "rak_payment_intent"),
    ("payment_methods",               "rak_payment_method"),
    ("payment_pages",                 "rak_checkout_session"),
    ("prices",                        "rak_plan"),
    ("products",                      "rak_product"),
    ("promotion_codes",               "rak_promotion_code"),
    ("refunds",                       "rak_charge"),
    ("setup_intents",                 "rak_setup_intent"),
    ("subscription_items",            "rak_subscription"),
    ("subscriptions",                 "rak_subscription"),
    ("test_helpers/test_clocks",      "rak_billing_clock"),
    ("webhook_endpoints",             "rak_webhook"),
];

/// The keys of the account.
pub(crate) struct Keys {
    pub(crate) secret: String,
    pub(crate) restricted: Vec<RestrictedKey>,
}

impl Keys {
    pub(crate) fn new(options: &Options) -> Keys {
        Keys { secret: options.secret_key.clone(), restricted: options.restricted_keys.clone() }
    }

    /// Whether the key in these headers may make this call.
    pub(super) fn admit(
        &self,
        headers: &HeaderMap,
        method: &str,
        path: &str,
    ) -> Result<(), ApiError> {
        let missing = || {
            ApiError::unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, \
                 using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            )
        };
        let header = text(headers, "authorization").ok_or_else(missing)?;
        let key = key_of(&header).filter(|key| !key.is_empty()).ok_or_else(missing)?;
        let account = ["stripe-account", "stripe-context"].iter().find_map(|it| text(headers, it));
        if key == self.secret {
            return match account.filter(|account| account != ACCOUNT) {
                Some(other) => Err(ApiError::other_account(&masked(&key), &other)),
                None => Ok(()),
            };
        }
        match self.restricted.iter().find(|known| known.key == key) {
            Some(known) => known.may(method, path),
            None if key.starts_with("pk_") => Err(ApiError::unauthorized(
                "This API call cannot be made with a publishable API key. Please use a secret API key. You can find \
                 a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            )
            .code("secret_key_required")),
            None => {
                Err(ApiError::unauthorized(format!("Invalid API Key provided: {}", masked(&key))))
            }
        }
    }
}

impl RestrictedKey {
    fn may(&self, method: &str, path: &str) -> Result<(), ApiError> {
        let has = |name: &str| self.permissions.iter().any(|it| it == name);
        let needed = permission(method, path);
        let written = needed.as_deref().map(|name| name.replace("_read", "_write"));
        if needed.as_deref().is_some_and(has) || written.as_deref().is_some_and(has) {
            return Ok(());
        }
        let remedy = match needed {
            Some(needed) => {
                format!("Having the '{needed}' permission would allow this request to continue.")
            }
            None => "This is a restricted API key, but the required permissions are not available for use by \
                     restricted keys."
                .to_owned(),
        };
        Err(ApiError::forbidden(format!(
            "The provided key '{}' does not have the required permissions for this endpoint on account '{ACCOUNT}'. \
             {remedy}",
            masked(&self.key)
        )))
    }
}

/// What a restricted key needs for a call, such as `rak_customer_read`.
pub(super) fn permission(method: &str, path: &str) -> Option<String> {
    let below = path.strip_prefix("/v1/").or_else(|| path.strip_prefix("/v2/"))?;
    let is_for = |start: &str| {
        below.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (_, stem) = PERMISSIONS.iter().find(|(start, _)| is_for(start))?;
    Some(format!("{stem}_{}", if method == "GET" { "read" } else { "write" }))
}

/// `sk_test_****1234`: enough to recognize a key, too little to use it.
fn masked(key: &str) -> String {
    const SHOWN: usize = 4;
    let start =
        ["sk_test_", "sk_live_", "rk_test_", "rk_live_"].into_iter().find(|it| key.starts_with(it));
    let end: String = key.chars().skip(key.chars().count().saturating_sub(SHOWN)).collect();
    format!("{}****{end}", start.unwrap_or_default())
}

/// Bearer, or Basic with the key as user name.
fn key_of(authorization: &str) -> Option<String> {
    let (scheme, value) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    let user = decoded.split(':').next()?.to_owned();
    scheme.eq_ignore_ascii_case("basic").then_some(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_as_bearer_or_as_user_name() {
        assert_eq!(key_of("Bearer sk_test_1").as_deref(), Some("sk_test_1"));
        assert_eq!(key_of("Basic c2tfdGVzdF8xOg==").as_deref(), Some("sk_test_1"));
        assert_eq!(key_of("Digest sk_test_1"), None);
        assert_eq!(key_of("sk_test_1"), None);
    }

    #[test]
    fn calls_need_a_permission_for_what_they_touch() {
        let check = |method, path, expected: Option<&str>| {
            assert_eq!(permission(method, path).as_deref(), expected, "{method} {path}");
        };
        check("GET", "/v1/customers", Some("rak_customer_read"));
        check("GET", "/v1/customers/cus_1", Some("rak_customer_read"));
        check("DELETE", "/v1/customers/cus_1", Some("rak_customer_write"));
        check("POST", "/v1/checkout/sessions", Some("rak_checkout_session_write"));
        check("GET", "/v2/core/events/evt_1", Some("rak_event_read"));
        check("GET", "/v1/customersx", None);
        check("GET", "/v1/accounts", None);
    }

    #[test]
    fn keys_are_shown_masked() {
        assert_eq!(masked("sk_test_abcdef1234"), "sk_test_****1234");
        assert_eq!(masked("nonsense"), "****ense");
    }
}
