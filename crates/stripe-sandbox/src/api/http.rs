//! From HTTP to a call of the API, and back.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{After, Answer, ApiError, Call, answer};
use crate::API_VERSION;
use crate::contract;
use crate::control::{FaultKind, RecordedRequest};
use crate::form::Form;
use crate::server::CloseInstead;
use crate::shared::Shared;

const MAX_BODY_BYTES: usize = 1 << 20;

/// What something between says that is not Stripe.
const GARBAGE: &str = "<html><head><title>Service unavailable</title></head><body></body></html>\n";

/// Everything below `/v1` and `/v2`.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned(),
        form: Form::parse(&encoded(parts.uri.query().unwrap_or_default(), &body)),
        idempotency_key: text(&parts.headers, "idempotency-key"),
        version: text(&parts.headers, "stripe-version"),
        request_id: shared.with(|world| world.ids.with("req_", 14)),
    };
    shared.control.record(RecordedRequest {
        method: call.method.clone(),
        path: call.path.clone(),
        parameters: call.form.recorded(),
        idempotency_key: call.idempotency_key.clone(),
        request_id: call.request_id.clone(),
        status: None,
    });
    let incoming = Incoming { shared: &shared, call, headers: &parts.headers, body: &body };
    let response = with_headers(incoming.response().await, &incoming.call);
    if response.extensions().get::<CloseInstead>().is_none() {
        shared.control.answered(&incoming.call.request_id, response.status().as_u16());
    }
    response
}

/// A call as it came.
struct Incoming<'a> {
    shared: &'a Shared,
    call: Call,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Incoming<'_> {
    /// The answer, or what goes wrong with it.
    async fn response(&self) -> Response {
        let fault = self.shared.control.take_fault(&self.call.method, &self.call.path);
        match fault {
            None => self.answered(None, After::Answer).await,
            Some(FaultKind::ServerError) => self.refuse(&ApiError::server_error()),
            Some(FaultKind::ServerErrorAfter) => self.answered(None, After::ServerError).await,
            Some(FaultKind::RateLimited) => self.rate_limited(None),
            Some(FaultKind::RateLimitedFor { seconds }) => self.rate_limited(Some(seconds)),
            Some(FaultKind::Hang) => {
                self.shared.control.hang().await;
                self.refuse(&ApiError::server_error())
            }
            Some(FaultKind::Slow(pause)) => self.answered(Some(pause), After::Answer).await,
            Some(FaultKind::Reset) => closed(),
            Some(FaultKind::ResetAfter) => {
                self.answered(None, After::Answer).await;
                closed()
            }
            Some(FaultKind::Garbage { status }) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                (status, [(header::CONTENT_TYPE, "text/html")], GARBAGE).into_response()
            }
        }
    }

    async fn answered(&self, pause: Option<std::time::Duration>, after: After) -> Response {
        if let Err(error) = self.admitted() {
            return self.refuse(&error);
        }
        if self.shared.control.is_one_too_many(self.shared.with(|world| world.now())) {
            return self.rate_limited(None);
        }
        let key = self.call.remembered_key();
        let in_use = key.map(|key| self.shared.control.use_key(key));
        if let (Some(key), Some(None)) = (key, &in_use) {
            let mut response = self.refuse(&ApiError::key_in_use(key));
            put(&mut response, "stripe-should-retry", "true");
            return response;
        }
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
        let answer = self.shared.with(|world| answer(world, &self.call, after));
        respond(&answer)
    }

    /// What the headers are refused for, before anybody looks at the parameters.
    fn admitted(&self) -> Result<(), ApiError> {
        self.shared.keys.admit(self.headers, &self.call.method, &self.call.path)?;
        self.check_version()?;
        check_content_type(self.headers, self.body, &self.call.path)
    }

    /// Any version that Stripe has had is taken.
    fn check_version(&self) -> Result<(), ApiError> {
        match self.call.version.as_deref() {
            Some(version) if !contract::is_api_version(version) => {
                Err(ApiError::parameter(format!("Invalid Stripe API version: {version}")))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn rate_limited(&self, retry_after_seconds: Option<u32>) -> Response {
        let mut response = self.refuse(&ApiError::rate_limited());
        put(&mut response, "stripe-rate-limited-reason", "global-rate");
        put(&mut response, "stripe-should-retry", "true");
        if let Some(seconds) = retry_after_seconds {
            put(&mut response, "retry-after", &seconds.to_string());
        }
        response
    }

    fn refuse(&self, error: &ApiError) -> Response {
        json(error.status, &self.call.error_body(error))
    }
}

/// The second version of the API takes JSON, but the sandbox has no endpoint of it that reads any.
fn check_content_type(headers: &HeaderMap, body: &[u8], path: &str) -> Result<(), ApiError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    if path.starts_with("/v2/") {
        return Ok(());
    }
    let content_type = text(headers, "content-type").filter(|_| !body.is_empty());
    match content_type.as_deref().and_then(|it| it.split(';').next()) {
        Some(other) if !other.trim().eq_ignore_ascii_case(FORM) => {
            let message = format!(
                "Invalid request (check that your POST content type is {FORM}, not {other})."
            );
            Err(ApiError::parameter(message))
        }
        Some(_) | None => Ok(()),
    }
}

/// Query and body count as one.
fn encoded(query: &str, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    match (query.is_empty(), body.is_empty()) {
        (true, _) => body.into_owned(),
        (_, true) => query.to_owned(),
        (false, false) => format!("{query}&{body}"),
    }
}

fn closed() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseInstead);
    response
}

fn respond(answer: &Answer) -> Response {
    let mut response = json(answer.status, &answer.body);
    if let Some(original) = &answer.original_request {
        put(&mut response, "original-request", original);
    }
    if answer.replayed {
        put(&mut response, "idempotent-replayed", "true");
    }
    response
}

fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("answers have the status codes of HTTP");
    let text = format!("{body:#}\n");
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn with_headers(mut response: Response, call: &Call) -> Response {
    put(&mut response, "cache-control", "no-cache, no-store");
    let version = call.version.as_deref().filter(|version| contract::is_api_version(version));
    put(&mut response, "stripe-version", version.unwrap_or(API_VERSION));
    put(&mut response, "request-id", &call.request_id);
    if let Some(key) = call.idempotency_key.as_deref().filter(|key| !super::is_too_long(key)) {
        put(&mut response, "idempotency-key", key);
    }
    response
}

/// A value that a header cannot carry is left out.
fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

pub(super) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
