//! What customers change in the portal: the price, the card, and what they still owe.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::portal::{UNKNOWN, done, name, own, price};
use super::{host, missing, page, see_other};
use crate::cards;
use crate::form::Form;
use crate::money;
use crate::object::charge::ChargeResult;
use crate::object::payment_method::Means;
use crate::object::portal::PortalSession;
use crate::object::price::{Price, Recurring};
use crate::object::subscription::{Status, Subscription, SubscriptionItem};
use crate::shared::Shared;
use crate::world::{Outcome, Presence, Proration, World};

/// The other prices that a subscription can have. With several items it keeps what it has.
pub(super) fn offers<'a>(
    world: &'a World,
    subscription: &'a Subscription,
) -> Vec<(&'a Price, Recurring)> {
    let changeable = matches!(subscription.status, Status::Active | Status::Trialing);
    let [item] = subscription.items.as_slice() else { return Vec::new() };
    let fits = |price: &&Price| {
        changeable
            && price.active
            && price.currency == subscription.currency
            && price.id != item.price
    };
    let fitting = world.prices.iter().filter(fits);
    fitting.filter_map(|price| Some((price, price.recurring?))).collect()
}

pub(super) async fn show_prices(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
) -> Response {
    shared.with_time_of(&id, |world| match own(world, &id, &subscription) {
        Some(session) => price_page(world, session, &subscription),
        None => missing(UNKNOWN),
    })
}

/// A session that was made for this knows no other page to go back to than its maker's.
pub(super) fn price_page(world: &World, session: &PortalSession, subscription: &str) -> Response {
    let base = world.portal_url(&session.id);
    let of_customer = world.subscriptions.known(subscription);
    let offers: Vec<Value> = offers(world, of_customer)
        .into_iter()
        .map(|(price, recurring)| {
            let amount = money::shown(price.unit_amount, &price.currency);
            json!({
                "id": price.id, "name": world.product(&price.product).name,
                "price": format!("{amount} per {}", recurring.shown()),
            })
        })
        .collect();
    let context = json!({
        "name": name(world, of_customer), "price": price(world, of_customer), "offers": offers,
        "action": format!("{base}/price/{subscription}"),
        "back": session.return_url.as_ref().filter(|_| session.flow.is_some()).unwrap_or(&base),
        "business": session.return_url.as_deref().map(host),
    });
    page(StatusCode::OK, "change_price.html", &context)
}

/// The rest of the period is prorated with the next invoice.
pub(super) async fn change_price(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
    body: String,
) -> Response {
    let form = Form::parse(&body);
    shared.with_time_of(&id, |world| {
        if own(world, &id, &subscription).is_none() {
            return missing(UNKNOWN);
        }
        let of_customer = world.subscriptions.known(&subscription);
        let wanted = offers(world, of_customer)
            .into_iter()
            .find(|(price, _)| form.text("price") == Some(price.id.as_str()))
            .map(|(price, recurring)| (price.id.clone(), recurring));
        let item = of_customer.items.first().cloned();
        if let Some(((price, recurring), item)) = wanted.zip(item) {
            let items = vec![SubscriptionItem { price, ..item }];
            world.change_items(&subscription, items, recurring, Proration::Later);
            return done(world, &id);
        }
        see_other(&world.portal_url(&id))
    })
}

pub(super) async fn show_card(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
) -> Response {
    shared.with_time_of(&id, |world| match own(world, &id, &subscription) {
        Some(_) => card_page(world, &id, &subscription, "", None),
        None => missing(UNKNOWN),
    })
}

/// The bank's page is left out: 3-D Secure counts as completed.
pub(super) async fn change_card(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
    body: String,
) -> Response {
    let form = Form::parse(&body);
    let typed = form.text("card_number").unwrap_or_default();
    shared.with_time_of(&id, |world| {
        let live = own(world, &id, &subscription).is_some()
            && world.subscriptions.known(&subscription).is_live();
        if !live {
            return missing(UNKNOWN);
        }
        match good_card(typed) {
            Ok(means) => {
                world.give_card(&subscription, means);
                done(world, &id)
            }
            Err(problem) => card_page(world, &id, &subscription, typed, Some(problem)),
        }
    })
}

/// A card that is declined at once is not taken.
fn good_card(number: &str) -> Result<Means, &'static str> {
    let card = cards::find(number).ok_or("This is not one of the test cards.")?;
    let means = Means::Card(card);
    match World::first_charge(&means) {
        ChargeResult::Failed(decline) => Err(decline.message),
        ChargeResult::Succeeded | ChargeResult::Pending => Ok(means),
    }
}

fn card_page(
    world: &World,
    id: &str,
    subscription: &str,
    typed: &str,
    problem: Option<&str>,
) -> Response {
    let base = world.portal_url(id);
    let session = world.portal_sessions.known(id);
    let context = json!({
        "name": name(world, world.subscriptions.known(subscription)), "card_number": typed, "problem": problem,
        "action": format!("{base}/card/{subscription}"), "back": base,
        "business": session.return_url.as_deref().map(host),
    });
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    page(status, "change_card.html", &context)
}

/// Pays an open invoice with the card that the subscription has.
pub(super) async fn pay(
    State(shared): State<Arc<Shared>>,
    Path((id, invoice)): Path<(String, String)>,
) -> Response {
    shared.with_time_of(&id, |world| {
        let session = world.portal_sessions.get(&id);
        let own = session.zip(world.invoices.get(&invoice)).is_some_and(|(session, invoice)| {
            invoice.customer == session.customer && invoice.state.can_be_paid()
        });
        if !own {
            return missing(UNKNOWN);
        }
        let outcome = world.try_to_collect(&invoice, Presence::Customer, None);
        let refusal = match outcome {
            Outcome::Paid => return see_other(&world.portal_url(&id)),
            Outcome::Declined(decline) => decline.message,
            Outcome::NothingToCharge | Outcome::NeedsCustomer => {
                "There is no card to charge. Please add one first."
            }
        };
        let onward = super::Link { words: "Back".to_owned(), address: world.portal_url(&id) };
        super::notice(StatusCode::PAYMENT_REQUIRED, "Not paid", refusal, &onward)
    })
}
