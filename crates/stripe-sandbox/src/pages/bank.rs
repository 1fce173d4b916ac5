//! The bank's page for 3-D Secure where there is no checkout: of a payment that the API or an
//! invoice made, or of a card that is to be kept.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{Link, missing, notice, page, see_other};
use crate::form::Form;
use crate::money;
use crate::object::checkout_session::CheckoutSession;
use crate::object::payment_intent::{IntentStatus, PaymentIntent};
use crate::object::setup_intent::{SetupIntent, SetupStatus};
use crate::shared::Shared;
use crate::world::World;

const UNKNOWN: &str = "There is no such payment.";

pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with_time_of(&id, |world| {
        if !asks(world, &id) || checkout_of(world, &id).is_some() {
            return onward(world, &id);
        }
        let payment = world.payment_intents.get(&id);
        let setup = world.setup_intents.get(&id);
        let method = payment.and_then(|it| it.payment_method.as_deref());
        let method = method.or_else(|| setup.and_then(|it| it.payment_method.as_deref()));
        let context = json!({
            "amount": payment.map(|it| money::shown(it.amount, &it.currency)),
            "means": method.map(|method| world.payment_methods.known(method).means.shown()),
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
        if asks(world, &id) && checkout_of(world, &id).is_none() {
            if world.setup_intents.get(&id).is_some() {
                world.answer_bank_about_setup(&id, complete);
            } else {
                world.answer_bank(&id, complete);
            }
        }
        onward(world, &id)
    });
    shared.before_return().await;
    response
}

/// Whether the bank wants to see the customer.
fn asks(world: &World, id: &str) -> bool {
    let payment = world.payment_intents.get(id).map(|it| it.status);
    let setup = world.setup_intents.get(id).map(|it| it.status);
    payment == Some(IntentStatus::RequiresAction) || setup == Some(SetupStatus::RequiresAction)
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
    let payment = world.payment_intents.get(id);
    let setup = world.setup_intents.get(id);
    if payment.is_none() && setup.is_none() {
        return missing(UNKNOWN);
    }
    let back = payment.and_then(PaymentIntent::return_address);
    let back = back.or_else(|| setup.and_then(SetupIntent::return_address));
    let invoice = world.invoice_payments.iter().find(|it| it.payment_intent == id);
    if let Some(back) = back.or_else(|| Some(world.invoice_url(&invoice?.invoice))) {
        return see_other(&back);
    }
    let agreed = payment.is_some_and(|it| it.status == IntentStatus::Succeeded)
        || setup.is_some_and(|it| it.status == SetupStatus::Succeeded);
    let heading = if agreed { "Your bank has agreed" } else { "Your bank has not agreed" };
    let onward = Link { words: "The sandbox".to_owned(), address: "/".to_owned() };
    notice(StatusCode::OK, heading, "You can go back to where you came from.", &onward)
}
