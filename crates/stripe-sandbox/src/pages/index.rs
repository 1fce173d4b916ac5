//! What this sandbox is, what it sells, and what has happened.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::dashboard::{foreign, is_ours};
use super::{missing, page, see_other};
use crate::API_VERSION;
use crate::form::Form;
use crate::money;
use crate::object::price::Price;
use crate::sandbox::Settlement;
use crate::shared::Shared;
use crate::webhooks::{Delivery, DeliveryState};
use crate::world::World;

const SHOWN_EVENTS: usize = 30;

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let deliveries = shared.courier.deliveries();
    let context = shared.with(|world| context(world, &shared.keys.secret, &deliveries));
    page(StatusCode::OK, "index.html", &context)
}

/// The buttons next to a bank debit that is under way.
pub(super) async fn settle(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !is_ours(&headers, &shared.with(|world| world.base_url.clone())) {
        return foreign();
    }
    let settlement = match Form::parse(&body).text("outcome") {
        Some("succeeded") => Settlement::Succeeded,
        Some("failed") => Settlement::Failed,
        Some(_) | None => return missing("A bank debit has either succeeded or failed."),
    };
    if shared.with_time_of(&id, |world| world.settle(&id, settlement)) {
        return see_other("/");
    }
    missing("No bank debit is under way for this checkout.")
}

fn context(world: &World, secret_key: &str, deliveries: &[Delivery]) -> Value {
    let events = world.events.iter().rev().take(SHOWN_EVENTS);
    let debits = world.settlements.iter().map(|(_, id)| {
        let session = world.checkout_sessions.known(id);
        json!({
            "id": id, "email": session.completion().map(|it| it.email.as_str()),
            "amount": money::shown(world.totals(session).total, &session.order.currency),
        })
    });
    json!({
        "secret_key": secret_key, "base_url": world.base_url, "version": API_VERSION,
        "prices": world.prices.iter().map(|price| price_context(world, price)).collect::<Vec<_>>(),
        "codes": world.promotion_codes.iter().map(|code| json!({
            "code": code.code, "off": world.coupons.known(&code.coupon).off.shown(),
        })).collect::<Vec<_>>(),
        "endpoints": world.webhook_endpoints.iter().filter(|it| it.exists()).map(|it| it.url.as_str()).collect::<Vec<_>>(),
        "debits": debits.collect::<Vec<_>>(),
        "events": events.map(|event| {
            let own = deliveries.iter().filter(|delivery| delivery.event_id == event.id);
            json!({ "id": event.id, "type": event.kind, "deliveries": own.map(delivery_said).collect::<Vec<_>>() })
        }).collect::<Vec<_>>(),
        "more_events": world.events.len().saturating_sub(SHOWN_EVENTS),
    })
}

fn price_context(world: &World, price: &Price) -> Value {
    let every =
        price.recurring.map_or("once".to_owned(), |recurring| format!("per {}", recurring.shown()));
    json!({
        "id": price.id, "product": world.product(&price.product).name, "every": every,
        "amount": money::shown(price.unit_amount, &price.currency),
    })
}

/// Where a delivery stands, in a few words.
pub(super) fn delivery_said(delivery: &Delivery) -> String {
    let answer = delivery.last_status.map_or("no answer".to_owned(), |status| status.to_string());
    match delivery.state {
        DeliveryState::Held => "held".to_owned(),
        DeliveryState::Waiting if delivery.attempts == 0 => "waiting".to_owned(),
        DeliveryState::Waiting => format!("{answer}, tries again"),
        DeliveryState::Delivered => format!("{answer}, delivered"),
        DeliveryState::GivenUp => format!("{answer}, given up"),
        DeliveryState::Dropped => "dropped".to_owned(),
    }
}
