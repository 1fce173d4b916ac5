//! The owner's side: the clock, customers and what they pay, webhooks, faults, the request log.

mod act;
mod actions;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};

use super::{notice, page};
use crate::pages::Link;
use crate::shared::Shared;

/// All paths below `/dashboard`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/dashboard", get(show))
        .route("/dashboard/clock", post(act::clock))
        .route("/dashboard/subscriptions/{id}", post(act::subscription))
        .route("/dashboard/payments/{id}", post(act::payment))
        .route("/dashboard/webhooks", post(act::webhooks))
        .route("/dashboard/disturbances", post(act::disturbances))
        .route("/dashboard/faults", post(act::faults))
}

async fn show(State(shared): State<Arc<Shared>>) -> Response {
    page(StatusCode::OK, "dashboard.html", &view::context(&shared))
}

/// Whether a form was sent from one of our own pages: other sites in the same browser may not move
/// the clock.
pub(super) fn is_ours(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == base_url.trim_end_matches('/'),
        (None, None) => false,
    }
}

pub(super) fn foreign() -> Response {
    let onward = Link { words: "The dashboard".to_owned(), address: "/dashboard".to_owned() };
    notice(
        StatusCode::FORBIDDEN,
        "Not from here",
        "This form was not sent from one of the sandbox’s own pages.",
        &onward,
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let pairs = headers
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)));
        let map: HeaderMap = pairs.collect();
        assert_eq!(is_ours(&map, "http://127.0.0.1:12111/"), expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        check(&[], false);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:12111")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://127.0.0.1:12111")], true);
        check(&[("origin", "http://127.0.0.1:8080")], false);
        check(&[("origin", "null")], false);
    }
}
