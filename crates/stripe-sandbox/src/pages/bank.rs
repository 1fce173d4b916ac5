//! The bank's page for 3-D Secure of a payment that has no checkout: the API's, or an invoice's.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{Link, missing, notice, page, see_other};
use crate::form::Form;
use crate::money;
use crate::object::checkout_session::CheckoutSession;
use crate::object::payment_intent::IntentStatus;
use crate::shared::Shared;
use crate::world::World;

const UNKNOWN: &str = "There is no such payment.";

pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with_time_of(&id, |world| {
        let Some(intent) = world.payment_intents.get(&id) else { return missing(UNKNOWN) };
        if intent.status != IntentStatus::RequiresAction || checkout_of(world, &id).is_some() {
            return onward(world, &id);
        }
        let method = intent.payment_method.as_deref().map(|id| world.payment_methods.known(id));
        let context = json!({
            "amount": money::shown(intent.amount, &intent.currency),
            "means": method.map(|method| method.means.shown()),
        });
        page(StatusCode::OK, "challenge.html", &context)
    })
}

/// "Complete" or "Fail".
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let complete = Form::parse(&body).text("outcome") == Some("complete");
    let response = shared.with_time_of(&id, |world| {
        if world.payment_intents.get(&id).is_none() {
            return missing(UNKNOWN);
        }
        if checkout_of(world, &id).is_none() {
            world.answer_bank(&id, complete);
        }
        onward(world, &id)
    });
    shared.before_return().await;
    response
}

/// A checkout has a page of its own for this, and goes on from there.
fn checkout_of<'a>(world: &'a World, intent: &str) -> Option<&'a str> {
    let of_this = |session: &&CheckoutSession| {
        session.is_open() && session.payment_intent.as_deref() == Some(intent)
    };
    world.checkout_sessions.iter().find(of_this).map(|session| session.id.as_str())
}

/// Where the customer came from: a checkout, the caller's site, an invoice.
fn onward(world: &World, id: &str) -> Response {
    if let Some(session) = checkout_of(world, id) {
        return see_other(&format!("{}/authenticate", world.checkout_url(session)));
    }
    let intent = world.payment_intents.known(id);
    let paid = intent.status == IntentStatus::Succeeded;
    let invoice = world.invoice_payments.iter().find(|it| it.payment_intent == id);
    match (intent.return_address(), invoice) {
        (Some(back), _) => see_other(&back),
        (None, Some(payment)) => see_other(&world.invoice_url(&payment.invoice)),
        (None, None) => {
            let heading = if paid { "Your bank has paid" } else { "Your bank has not paid" };
            let onward = Link { words: "The sandbox".to_owned(), address: "/".to_owned() };
            notice(StatusCode::OK, heading, "You can go back to where you came from.", &onward)
        }
    }
}
