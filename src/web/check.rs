//! What a server in front of us is answered that shows the website itself, about somebody who
//! may not have a page.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::join::offer_path;
use super::problem::{Problem, problem_json, reads_html};
use super::{Pages, Visitor, with_renewed};
use crate::domain::return_path::ReturnPath;
use crate::site::Site;

static OFFER: HeaderName = HeaderName::from_static("x-tollhouse-offer");

impl Pages {
    /// 401, and where the offer is: not 402, which nginx would not pass on, and no redirect. Some
    /// servers show the visitor this very answer.
    pub async fn refer(
        &self,
        site: &Arc<Site>,
        headers: &HeaderMap,
        visitor: &Visitor,
        wanted: &ReturnPath,
    ) -> http::Response<Bytes> {
        if matches!(visitor, Visitor::Unclear) {
            return self.problem(site, headers, Problem::cannot_look_up()).await;
        }
        let offer = site.config.site.url.join(&offer_path(wanted));
        let mut answer = self.referral(headers, &offer);
        let fields = answer.headers_mut();
        // RFC 9110, 15.5.2 wants to hear how. Browsers ask nobody for a password by this word.
        fields.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Tollhouse"));
        fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let value = HeaderValue::try_from(offer).expect("an address on the site is ASCII");
        fields.insert(OFFER.clone(), value);
        let answer = self.finish(site, headers, answer).await;
        with_renewed(site, answer, visitor.renewed().cloned())
    }

    fn referral(&self, headers: &HeaderMap, offer: &str) -> Response {
        let status = StatusCode::UNAUTHORIZED;
        if reads_html(headers) {
            return self.desk.views.referral(status, offer);
        }
        let body = serde_json::json!({
            "type": "about:blank",
            "title": "Payment required",
            "status": status.as_u16(),
            "detail": "This page is for readers who have paid. Open the offer in a browser to see how.",
            "offer": offer,
        });
        problem_json(status, &body).into_response()
    }
}
