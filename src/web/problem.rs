//! What a visitor reads when something went wrong, and what the log says of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

use super::texts::{self, Arguments, Tongue};
use super::views::{Message, Page, Views};
use crate::billing::BillingError;
use crate::site::Site;
use crate::store::StoreError;
use crate::stripe::StripeError;

/// Something that went wrong: a sentence for the visitor, the chain for the log.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    /// The message of `web/texts`, without its `problem-`: a heading, and advice.
    key: &'static str,
    /// What stands in the place of names there.
    names: Vec<(&'static str, String)>,
    cause: Option<Box<str>>,
    again: Option<Box<str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of the visitor's making, `problem-key` of the texts; nothing to log.
    pub fn new(status: StatusCode, key: &'static str) -> Self {
        debug_assert!(
            texts::english().has(&format!("problem-{key}.advice")),
            "no text for {key:?}"
        );
        Self { status, key, names: Vec::new(), cause: None, again: None, headers: Vec::new() }
    }

    /// Names something in the text.
    #[must_use]
    pub fn naming(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.names.push((name, value.into()));
        self
    }

    /// A network did something too often, and may do it again after `wait`.
    pub(super) fn too_often(wait: Duration, key: &'static str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, key).with(header::RETRY_AFTER, seconds(wait))
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
        Self::new(StatusCode::NOT_FOUND, "no-page")
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method")
    }

    pub(super) fn bad_request(key: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, key)
    }

    /// Neither the store nor Stripe could tell what somebody may read.
    pub fn cannot_look_up() -> Self {
        Self::once_more("cannot-look-up")
    }

    /// Stripe did not open a checkout.
    pub(super) fn at_the_till(error: &StripeError) -> Self {
        Self::of_stripe(error, "till-away", "till-wrong")
    }

    /// The store could not tell or note down what a sale needs.
    pub(super) fn cannot_sell(error: &StoreError) -> Self {
        Self::once_more("cannot-sell").because(error)
    }

    /// Stripe did not open the portal.
    pub(super) fn at_the_portal(error: &StripeError) -> Self {
        Self::of_stripe(error, "portal-away", "portal-wrong")
    }

    /// What somebody pays could not be ended, so his account stays.
    pub(super) fn cannot_delete(error: &BillingError) -> Self {
        match error {
            BillingError::Stripe(error) => {
                Self::of_stripe(error, "deletion-away", "deletion-wrong")
            }
            BillingError::Store(error) => Self::once_more("deletion-away").because(error),
        }
    }

    /// Stripe or the store did not tell what somebody who comes back has paid.
    pub(super) fn after_paying(error: &BillingError) -> Self {
        match error {
            BillingError::Stripe(error) => Self::of_stripe(error, "payment-away", "payment-wrong"),
            BillingError::Store(error) => Self::once_more("payment-away").because(error),
        }
    }

    /// The browser forgets the pass, but the store could not note that it is worth nothing.
    pub(super) fn half_signed_out(cause: impl fmt::Display, cookie: HeaderValue) -> Self {
        Self::once_more("half-signed-out").because(cause).with(header::SET_COOKIE, cookie)
    }

    fn of_stripe(error: &StripeError, away: &'static str, wrong: &'static str) -> Self {
        let problem = if error.is_passing() {
            Self::once_more(away)
        } else {
            Self::new(StatusCode::BAD_GATEWAY, wrong)
        };
        problem.because(error)
    }

    fn once_more(key: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, key)
            .with(header::RETRY_AFTER, HeaderValue::from_static("30"))
    }

    /// Logs the cause, once, in English; what the visitor did wrong is not worth a line.
    pub(super) fn log(&self) {
        if let Some(cause) = &self.cause {
            let (status, said) = (self.status.as_u16(), self.said(texts::english()));
            if self.status.is_server_error() {
                tracing::error!(status, cause, "{}", said.heading);
            } else {
                tracing::warn!(status, cause, "{}", said.heading);
            }
        }
    }

    /// As a page in the visitor's language, or as English for programs.
    pub(super) fn render(
        &self,
        views: &Views,
        site: &Site,
        headers: &HeaderMap,
        answer: &Response,
    ) -> Response {
        let mut rendered = if reads_html(headers) {
            let tongue = views.texts.for_headers(headers);
            let said = self.said(tongue);
            let message = Message {
                heading: &said.heading,
                advice: &said.advice,
                again: self.again.as_deref(),
            };
            views.render(site, tongue, self.status, &Page::message(&message))
        } else {
            let said = self.said(texts::english());
            let body = json!({
                "type": "about:blank",
                "title": said.heading,
                "status": self.status.as_u16(),
                "detail": said.advice,
            });
            problem_json(self.status, &body)
        };
        rendered.headers_mut().extend(answer.headers().clone());
        rendered
    }

    fn said(&self, tongue: &Tongue) -> Said {
        let mut names = Arguments::new();
        for (name, value) in &self.names {
            names.set(*name, value.clone());
        }
        let say = |key: String| {
            tongue.say(&key, &names).unwrap_or_else(|unsaid| {
                tracing::error!(%unsaid, "a text of ours is wrong");
                String::new()
            })
        };
        Said {
            heading: say(format!("problem-{}", self.key)),
            advice: say(format!("problem-{}.advice", self.key)),
        }
    }
}

/// A problem in somebody's language.
struct Said {
    heading: String,
    advice: String,
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
