//! The public keys, for an origin that checks who reads.

use axum::response::IntoResponse;
use http::{HeaderValue, header};

use super::visitor::Visit;

/// The keys of identity tokens, as a JWK set.
pub(super) async fn show(visit: Visit) -> impl IntoResponse {
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"))];
    (kept, kind, visit.site.passes.public_keys().to_string())
}
