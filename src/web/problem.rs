//! What a visitor reads when something went wrong, and what the log says of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

use super::views::{Message, Views};
use crate::billing::BillingError;
use crate::site::Site;
use crate::store::StoreError;
use crate::stripe::StripeError;

/// Something that went wrong: a sentence for the visitor, the chain for the log.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    heading: String,
    advice: String,
    cause: Option<Box<str>>,
    again: Option<Box<str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of the visitor's making; nothing to log.
    pub fn new(status: StatusCode, heading: &str, advice: impl Into<String>) -> Self {
        Self {
            status,
            heading: heading.to_owned(),
            advice: advice.into(),
            cause: None,
            again: None,
            headers: Vec::new(),
        }
    }

    /// A network did something too often, and may do it again after `wait`.
    pub(super) fn too_often(wait: Duration, advice: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "One moment, please", advice)
            .with(header::RETRY_AFTER, seconds(wait))
    }

    /// Adds what the operator should know.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Offers to try again at a path on this site, if that may help.
    #[must_use]
    pub(super) fn again_at(self, page: &str) -> Self {
        let may_help = self.status == StatusCode::SERVICE_UNAVAILABLE;
        Self { again: may_help.then(|| page.into()), ..self }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn no_such_page() -> Self {
        let advice = "There is no such page here. The address may be cut off or mistyped.";
        Self::new(StatusCode::NOT_FOUND, "No such page", advice)
    }

    pub(super) fn wrong_method() -> Self {
        let advice =
            "This address is not to be asked in this way. Go back and use the button there.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "That does not work here", advice)
    }

    pub(super) fn bad_request(advice: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "That was not understood", advice)
    }

    /// Neither the store nor Stripe could tell what somebody may read.
    pub fn cannot_look_up() -> Self {
        let advice = "We cannot look up your access just now. Nothing is lost: please try again in a minute.";
        Self::once_more(advice)
    }

    /// Stripe did not open a checkout.
    pub(super) fn at_the_till(error: &StripeError) -> Self {
        let down = "The payment page cannot be reached just now. Nothing was charged: please try again in a minute.";
        let wrong = "This site's payments are not set up rightly, so nothing was charged. Please tell its owner.";
        Self::of_stripe(error, down, ("This cannot be bought just now", wrong))
    }

    /// The store could not tell or note down what a sale needs.
    pub(super) fn cannot_sell(error: &StoreError) -> Self {
        let advice = "This cannot be bought just now, because we could not note it down. Nothing was charged: please try again in a minute.";
        Self::once_more(advice).because(error)
    }

    /// Stripe did not open the portal.
    pub(super) fn at_the_portal(error: &StripeError) -> Self {
        let down = "Your bills cannot be reached just now. Please try again in a minute.";
        let wrong = "The page of your bills is not set up rightly. Please tell the owner of this site: he can look and cancel for you.";
        Self::of_stripe(error, down, ("Your bills cannot be shown just now", wrong))
    }

    /// Stripe or the store did not tell what somebody who comes back has paid.
    pub(super) fn after_paying(error: &BillingError) -> Self {
        let down = "We cannot look at your payment just now. If you have paid, it is not lost: load this page again in a minute.";
        let wrong = "We cannot look at your payment. If you have paid, it is not lost: please tell the owner of this site.";
        match error {
            BillingError::Stripe(error) => {
                Self::of_stripe(error, down, ("Your payment cannot be looked at just now", wrong))
            }
            BillingError::Store(error) => Self::once_more(down).because(error),
        }
    }

    /// The browser forgets the pass, but the store could not note that it is worth nothing.
    pub(super) fn half_signed_out(cause: impl fmt::Display, cookie: HeaderValue) -> Self {
        let advice = "You are signed out in this browser. We could not note it down just now: if somebody may have a copy of your sign-in, sign in and out again in a minute.";
        Self::once_more(advice).because(cause).with(header::SET_COOKIE, cookie)
    }

    fn of_stripe(error: &StripeError, down: &str, wrong: (&str, &str)) -> Self {
        let problem = if error.is_passing() {
            Self::once_more(down)
        } else {
            let (heading, advice) = wrong;
            Self::new(StatusCode::BAD_GATEWAY, heading, advice)
        };
        problem.because(error)
    }

    fn once_more(advice: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "One moment, please", advice)
            .with(header::RETRY_AFTER, HeaderValue::from_static("30"))
    }

    /// Logs the cause, once; what the visitor did wrong is not worth a line.
    pub(super) fn log(&self) {
        if let Some(cause) = &self.cause {
            let status = self.status.as_u16();
            if self.status.is_server_error() {
                tracing::error!(status, cause, "{}", self.heading);
            } else {
                tracing::warn!(status, cause, "{}", self.heading);
            }
        }
    }

    pub(super) fn render(
        &self,
        views: &Views,
        site: &Site,
        headers: &HeaderMap,
        answer: &Response,
    ) -> Response {
        let mut rendered = if reads_html(headers) {
            views.message(
                site,
                self.status,
                &Message {
                    heading: &self.heading,
                    advice: &self.advice,
                    again: self.again.as_deref(),
                },
            )
        } else {
            let body = json!({
                "type": "about:blank",
                "title": self.heading,
                "status": self.status.as_u16(),
                "detail": self.advice,
            });
            problem_json(self.status, &body)
        };
        rendered.headers_mut().extend(answer.headers().clone());
        rendered
    }
}

/// A span as `Retry-After` has it: whole seconds, at least one.
pub(super) fn seconds(span: Duration) -> HeaderValue {
    let whole = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    HeaderValue::from(whole.max(1))
}

/// An answer in the form of RFC 9457.
pub(super) fn problem_json(status: StatusCode, body: &serde_json::Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}

/// Whether the visitor's program shows pages.
pub(super) fn reads_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

#[derive(Clone)]
struct Unrendered(Arc<Problem>);

/// The problem that a handler left in its answer.
pub(super) fn in_answer(answer: &Response) -> Option<Arc<Problem>> {
    answer.extensions().get::<Unrendered>().map(|left| Arc::clone(&left.0))
}

impl IntoResponse for Problem {
    /// Leaves the rendering to whoever knows the site and what the visitor reads.
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.headers_mut().extend(self.headers.iter().cloned());
        answer.extensions_mut().insert(Unrendered(Arc::new(self)));
        answer
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::cannot_look_up().because(error)
    }
}
