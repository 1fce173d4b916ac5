//! The pages that people see. None needs scripts.

mod bank;
mod checkout;
mod dashboard;
mod index;
mod invoice;
mod portal;
mod portal_changes;
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
    let mut router = Router::new()
        .route("/", get(index::show))
        .route("/settle/{session}", post(index::settle))
        .route("/c/pay/{session}", get(checkout::show).post(checkout::submit))
        .route(
            "/c/pay/{session}/authenticate",
            get(checkout::show_challenge).post(checkout::authenticate),
        )
        .route("/bank/{intent}", get(bank::show).post(bank::answer))
        .route("/i/{invoice}", get(invoice::show).post(invoice::pay))
        .route("/p/session/{session}", get(portal::show))
        .route(
            "/p/session/{session}/cancel/{subscription}",
            get(portal::confirm_cancel).post(portal::cancel),
        )
        .route("/p/session/{session}/resume/{subscription}", post(portal::resume))
        .route(
            "/p/session/{session}/price/{subscription}",
            get(portal_changes::show_prices).post(portal_changes::change_price),
        )
        .route(
            "/p/session/{session}/card/{subscription}",
            get(portal_changes::show_card).post(portal_changes::change_card),
        )
        .route("/p/session/{session}/pay/{invoice}", post(portal_changes::pay))
        .fallback(|| async { missing("There is no such page.") });
    for path in ["/v1", "/v1/", "/v1/{*rest}", "/v2", "/v2/", "/v2/{*rest}"] {
        router = router.route(path, any(api::handle));
    }
    router.merge(dashboard::routes()).with_state(shared)
}

/// A page from a template.
fn page(status: StatusCode, template: &str, context: &Value) -> Response {
    let mut response = (status, Html(templates::render(template, context))).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where a page leads that has nothing else to offer.
struct Link {
    words: String,
    address: String,
}

/// A page that only says something.
fn notice(status: StatusCode, heading: &str, text: &str, onward: &Link) -> Response {
    let context = json!({
        "heading": heading, "text": text, "words": onward.words, "address": onward.address,
    });
    page(status, "notice.html", &context)
}

fn missing(text: &str) -> Response {
    let onward = Link { words: "What this sandbox knows".to_owned(), address: "/".to_owned() };
    notice(StatusCode::NOT_FOUND, "Not found", text, &onward)
}

/// Whose address this is: what customers know the business by.
fn host(address: &str) -> &str {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    after_scheme.split(['/', '?', '#']).next().unwrap_or(after_scheme)
}

/// The front page of the site that an address belongs to.
fn front_page(address: &str) -> String {
    let scheme = address.split_once("://").map_or("https", |(scheme, _)| scheme);
    format!("{scheme}://{}/", host(address))
}

/// 303, to an address on this server or one that the API has checked.
fn see_other(address: &str) -> Response {
    match HeaderValue::from_bytes(address.as_bytes()) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => missing("The address to go to cannot be written in a header."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: (&str, &str)) {
        assert_eq!((host(address), front_page(address).as_str()), expected, "{address}");
    }

    #[test]
    fn a_business_is_known_by_its_host() {
        check("https://shop.example/a?b={C}", ("shop.example", "https://shop.example/"));
        check("http://127.0.0.1:8080?a", ("127.0.0.1:8080", "http://127.0.0.1:8080/"));
        check("https://shop.example", ("shop.example", "https://shop.example/"));
    }
}
