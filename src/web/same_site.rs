//! Forms are taken from our own pages only.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};

use super::problem::Problem;
use super::visitor::Visit;

/// Refuses a POST that another site made the browser send.
pub(super) async fn check(visit: Visit, request: Request, next: Next) -> Response {
    let url = visit.site.config.site.url.as_str();
    if request.method() == Method::POST && !is_ours(request.headers(), url) {
        return Problem::new(StatusCode::FORBIDDEN, "other-site").into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` decides where a browser sends it, else `Origin`; without either it is not
/// one of our pages that asks. The two may not contradict each other, but `Origin` may be kept
/// secret (`null`): some browsers are told to. A header that comes twice counts as a wrong one.
fn is_ours(headers: &HeaderMap, url: &str) -> bool {
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?;
        let text = if values.next().is_none() { first.to_str().unwrap_or_default() } else { "" };
        Some(text)
    };
    match (only("sec-fetch-site"), only(header::ORIGIN.as_str())) {
        (Some(site), None | Some("null")) => site == "same-origin",
        (Some(site), Some(origin)) => site == "same-origin" && origin == url,
        (None, Some(origin)) => origin == url,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        //    Sec-Fetch-Site        Origin                           taken
        check(Some("same-origin"), Some("https://weather.example"), true);
        check(Some("same-origin"), None, true);
        check(Some("same-origin"), Some("null"), true);
        check(Some("same-origin"), Some("https://evil.example"), false);
        check(Some("same-origin"), Some(""), false);
        check(Some("Same-Origin"), None, false);
        check(Some("cross-site"), Some("null"), false);
        check(Some("same-site"), Some("https://weather.example"), false);
        check(Some("cross-site"), Some("https://evil.example"), false);
        check(Some("none"), None, false);
        check(None, Some("https://weather.example"), true);
        check(None, Some("http://weather.example"), false);
        check(None, Some("https://weather.example.evil.example"), false);
        check(None, Some("null"), false);
        check(None, None, false);
    }

    #[test]
    fn a_header_that_comes_twice_is_wrong() {
        let mut headers = HeaderMap::new();
        headers.append("sec-fetch-site", HeaderValue::from_static("same-origin"));
        headers.append("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert!(!is_ours(&headers, "https://weather.example"));
    }

    fn check(site: Option<&'static str>, origin: Option<&'static str>, expected: bool) {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: Option<&'static str>| {
            headers.extend(value.map(|value| {
                (header::HeaderName::from_static(name), HeaderValue::from_static(value))
            }));
        };
        put("sec-fetch-site", site);
        put("origin", origin);
        assert_eq!(is_ours(&headers, "https://weather.example"), expected, "{site:?} {origin:?}");
    }
}
