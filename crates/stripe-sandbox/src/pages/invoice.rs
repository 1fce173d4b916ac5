//! The page of an invoice: what is owed, and the way to pay it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{missing, page, see_other};
use crate::cards::{self, Behaviour};
use crate::form::Form;
use crate::money;
use crate::object::Metadata;
use crate::object::invoice::{Invoice, InvoiceState};
use crate::object::payment_intent::IntentStatus;
use crate::object::payment_method::{BillingDetails, Means};
use crate::shared::Shared;
use crate::world::{Outcome, Presence, World};

const UNKNOWN: &str = "There is no such invoice.";

pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with_time_of(&id, |world| render(world, &id, "", None))
}

/// Pays with the card that was typed, or with the one that the invoice is to be paid with.
pub(super) async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::parse(&body);
    let typed = form.text("card_number").unwrap_or_default().trim();
    let response = shared.with_time_of(&id, |world| {
        if !world.invoices.get(&id).is_some_and(|invoice| invoice.state.can_be_paid()) {
            return render(world, &id, typed, None);
        }
        match collect(world, &id, typed) {
            Ok(onward) => see_other(&onward),
            Err(problem) => render(world, &id, typed, Some(problem)),
        }
    });
    shared.before_return().await;
    response
}

/// The answer is where the customer goes next: to his bank, if it wants to see him, or back here.
fn collect(world: &mut World, id: &str, typed: &str) -> Result<String, &'static str> {
    let method = method(world, id, typed)?;
    if asks_the_bank(&world.payment_methods.known(&method).means) {
        let intent = world.intent_of(id);
        world.payment_intents.known_mut(&intent).payment_method = Some(method);
        if world.payment_intents.known(&intent).status != IntentStatus::RequiresAction {
            world.require_action(&intent);
        }
        return Ok(world.bank_url(&intent));
    }
    match world.try_to_collect(id, Presence::Customer, Some(method)) {
        Outcome::Paid => Ok(world.invoice_url(id)),
        Outcome::Declined(decline) => Err(decline.message),
        Outcome::NothingToCharge | Outcome::NeedsCustomer => Err("Enter a card number."),
    }
}

fn method(world: &mut World, id: &str, typed: &str) -> Result<String, &'static str> {
    if typed.is_empty() {
        return world.method_for(id).ok_or("Enter a card number.");
    }
    let card = cards::find(typed).ok_or("This is not one of the test cards.")?;
    let customer = world.customers.known(&world.invoices.known(id).customer);
    let payer = BillingDetails { email: customer.email.clone(), ..BillingDetails::default() };
    Ok(world.create_method(Means::Card(card), payer, Metadata::new()))
}

fn asks_the_bank(means: &Means) -> bool {
    matches!(means, Means::Card(card) if card.behaviour == Behaviour::AsksFor3dSecure)
}

/// A draft has no page yet.
fn render(world: &World, id: &str, typed: &str, problem: Option<&str>) -> Response {
    let invoice = world.invoices.get(id).filter(|invoice| invoice.finalized_at.is_some());
    let Some(invoice) = invoice else { return missing(UNKNOWN) };
    let customer = world.customers.known(&invoice.customer);
    let kept =
        world.method_for(id).map(|method| world.payment_methods.known(&method).means.shown());
    let context = json!({
        "number": invoice.number, "email": customer.email, "lines": lines(invoice),
        "total": money::shown(invoice.total(), &invoice.currency), "state": said(invoice.state),
        "open": invoice.state.can_be_paid(), "kept": kept, "action": world.invoice_url(id),
        "confirms": awaits_bank(world, invoice), "card_number": typed, "problem": problem,
    });
    let status = if problem.is_some() { StatusCode::PAYMENT_REQUIRED } else { StatusCode::OK };
    page(status, "invoice.html", &context)
}

fn lines(invoice: &Invoice) -> Vec<Value> {
    let shown = |amount| money::shown(amount, &invoice.currency);
    let line = |what: &str, amount| json!({ "what": what, "amount": shown(amount) });
    let items = invoice.lines.iter();
    let items = items.map(|it| line(it.description.as_deref().unwrap_or("Item"), it.amount));
    items.chain(invoice.discount.iter().map(|it| line("Discount", -it.amount))).collect()
}

/// Whether the bank wants to see the customer before it pays.
fn awaits_bank(world: &World, invoice: &Invoice) -> bool {
    let intent = invoice.payment_intent.as_deref().map(|id| world.payment_intents.known(id));
    intent.is_some_and(|intent| intent.status == IntentStatus::RequiresAction)
}

fn said(state: InvoiceState) -> &'static str {
    match state {
        InvoiceState::Draft => "Draft",
        InvoiceState::Open | InvoiceState::Uncollectible { .. } => "To be paid",
        InvoiceState::Paid { .. } => "Paid",
        InvoiceState::Void { .. } => "Void: nothing is owed",
    }
}
