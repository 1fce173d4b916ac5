//! From HTTP to a call of the API, and back.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::{Answer, ApiError, Call, answer};
use crate::API_VERSION;
use crate::control::{FaultKind, RecordedRequest};
use crate::form::Form;
use crate::server::CloseInstead;
use crate::shared::Shared;

const MAX_BODY_BYTES: usize = 1 << 20;

/// Everything below `/v1` and `/v2`.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        form: Form::parse(&encoded(parts.uri.query().unwrap_or_default(), &body)),
        idempotency_key: text(&parts.headers, "idempotency-key"),
        request_id: shared.with(|world| world.ids.with("req_", 14)),
    };
    shared.control.record(RecordedRequest {
        method: call.method.clone(),
        path: call.path.clone(),
        parameters: call.form.recorded(),
        idempotency_key: call.idempotency_key.clone(),
    });
    let answer = match meet_fault(&shared, &call).await {
        Err(fault) => fault,
        Ok(()) => match admitted(&shared.secret_key, &parts.headers, &body) {
            Ok(()) => respond(&shared.with(|world| answer(world, &call))),
            Err(error) => refuse(&error),
        },
    };
    with_headers(answer, &call)
}

/// What the headers are refused for, before anybody looks at the parameters.
fn admitted(secret_key: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), ApiError> {
    authorized(secret_key, headers)?;
    check_version(headers)?;
    check_content_type(headers, body)
}

/// Older and newer versions are taken, and answered in the one that is rendered.
fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, "stripe-version") {
        Some(version) if !is_version(&version) => {
            Err(ApiError::parameter(format!("Invalid Stripe API version: {version}")))
        }
        Some(_) | None => Ok(()),
    }
}

/// `2020-08-27` or, since 2024, `2026-09-30.endive`.
fn is_version(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase());
    match text.split_once('.') {
        Some((date, release)) => is_date(date) && is_name(release),
        None => is_date(text),
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let number = |part: &str, digits: usize| {
        let exact = part.len() == digits && part.bytes().all(|it| it.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| exact)
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

fn check_content_type(headers: &HeaderMap, body: &[u8]) -> Result<(), ApiError> {
    const FORM: &str = "application/x-www-form-urlencoded";
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

async fn meet_fault(shared: &Shared, call: &Call) -> Result<(), Response> {
    match shared.control.take_fault(&call.method, &call.path) {
        None => Ok(()),
        Some(FaultKind::ServerError) => Err(refuse(&ApiError::server_error())),
        Some(FaultKind::RateLimited) => Err(refuse(&ApiError::rate_limited())),
        Some(FaultKind::Hang) => {
            shared.control.hang().await;
            Err(refuse(&ApiError::server_error()))
        }
        Some(FaultKind::Reset) => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(CloseInstead);
            Err(response)
        }
    }
}

fn authorized(secret_key: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let missing = || {
        ApiError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using \
             Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    };
    let header = text(headers, "authorization").ok_or_else(missing)?;
    let key = key_of(&header).ok_or_else(missing)?;
    if key == secret_key {
        return Ok(());
    }
    let end: String = key.chars().skip(key.chars().count().saturating_sub(4)).collect();
    Err(ApiError::unauthorized(format!("Invalid API Key provided: ****{end}")))
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

fn respond(answer: &Answer) -> Response {
    let mut response = json(answer.status, &answer.body);
    if answer.replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn refuse(error: &ApiError) -> Response {
    json(error.status, &error.body())
}

fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("answers have the status codes of HTTP");
    let text = format!("{body:#}\n");
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn with_headers(mut response: Response, call: &Call) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    headers.insert("stripe-version", HeaderValue::from_static(API_VERSION));
    let echoed = [
        ("request-id", Some(&call.request_id)),
        ("idempotency-key", call.idempotency_key.as_ref()),
    ];
    for (name, value) in echoed {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
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
    fn versions_are_dates_some_with_a_name() {
        for version in ["2020-08-27", "2026-09-30.endive", crate::API_VERSION] {
            assert!(is_version(version), "{version}");
        }
        for other in
            ["", "latest", "2020-8-27", "2020-00-01", "2020-12-32", "2020-01-01.", "2020-01-01-01"]
        {
            assert!(!is_version(other), "{other}");
        }
    }
}
