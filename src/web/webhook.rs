//! Where Stripe tells us that something happened.

use std::sync::Arc;

use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{StatusCode, header};

use super::visitor::Visit;
use super::{Desk, problem};
use crate::billing::Taken;
use crate::stripe::{self, EventError};

/// The largest event that is taken. Stripe's are a few KiB, invoices of many lines a few
/// hundred.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// Verifies the raw bytes, stores the event, and only then acknowledges it.
pub(super) async fn receive(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    request: Request,
) -> Response {
    let mut signatures = visit.headers.get_all("stripe-signature").iter();
    // Stripe sends one. Which of several counts, programs between us might see otherwise.
    let signature = signatures.next().filter(|_| signatures.next().is_none());
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let signature = signature.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secrets = &visit.site.config.stripe.webhook_secrets;
    let hint = match stripe::receive(&body, signature, secrets, desk.clock.now()) {
        Ok(hint) => hint,
        // It is Stripe's, and sent again it would be no better.
        Err(problem @ EventError::Odd(_)) => {
            tracing::warn!(%problem, "a webhook is acknowledged and tells nothing");
            return StatusCode::OK.into_response();
        }
        Err(problem @ EventError::Signature(_)) => return not_stripes(&desk, &visit, &problem),
        Err(problem @ EventError::NotJson(_)) => return refused(&problem),
    };
    let (event, kind) = (hint.event.clone(), hint.kind.clone());
    match desk.billing.receive(hint).await {
        Ok(taken) => {
            tracing::info!(%event, kind, ?taken, "a webhook");
            match taken {
                Taken::Stored | Taken::Again | Taken::Foreign => StatusCode::OK.into_response(),
            }
        }
        Err(problem) => {
            tracing::error!(%event, %problem, "a webhook cannot be stored; Stripe will send it again");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "30")]).into_response()
        }
    }
}

/// What Stripe has not signed. One network that keeps sending such is told so only so often, and
/// fills no log; what Stripe has signed is taken however much of this there is.
fn not_stripes(desk: &Desk, visit: &Visit, problem: &EventError) -> Response {
    match desk.limits.bad_webhooks.count(visit.client.address) {
        Ok(()) => refused(problem),
        Err(too_often) => {
            let wait = [(header::RETRY_AFTER, problem::seconds(too_often.wait))];
            let body = "too many webhooks with a wrong signature came from this network";
            (StatusCode::TOO_MANY_REQUESTS, wait, body).into_response()
        }
    }
}

fn refused(problem: &EventError) -> Response {
    tracing::warn!(%problem, "a webhook is refused");
    (StatusCode::BAD_REQUEST, problem.to_string()).into_response()
}
