//! The pages that people see. None needs scripts.

mod checkout;
mod index;
mod portal;
mod rich_text;
mod templates;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::{Value, json};

use crate::api;
use crate::shared::Shared;

/// Every path of the sandbox.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(index::show))
        .route("/settle/{session}", post(index::settle))
        .route("/c/pay/{session}", get(checkout::show).post(checkout::submit))
        .route(
            "/c/pay/{session}/authenticate",
            get(checkout::show_challenge).post(checkout::authenticate),
        )
        .route("/p/session/{session}", get(portal::show))
        .route(
            "/p/session/{session}/cancel/{subscription}",
            get(portal::confirm_cancel).post(portal::cancel),
        )
        .route("/p/session/{session}/resume/{subscription}", post(portal::resume))
        .route("/v1/{*rest}", any(api::handle))
        .fallback(|| async { missing("There is no such page.") })
        .with_state(shared)
}

/// A page from a template.
fn page(status: StatusCode, template: &str, context: &Value) -> Response {
    let mut response = (status, Html(templates::render(template, context))).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page that only says something.
fn notice(status: StatusCode, heading: &str, text: &str) -> Response {
    page(status, "notice.html", &json!({ "heading": heading, "text": text }))
}

fn missing(text: &str) -> Response {
    notice(StatusCode::NOT_FOUND, "Not found", text)
}

/// 303, to an address on this server or one that the API has checked.
fn see_other(address: &str) -> Response {
    match HeaderValue::from_bytes(address.as_bytes()) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => missing("The address to go to cannot be written in a header."),
    }
}
