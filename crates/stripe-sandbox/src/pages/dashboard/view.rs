//! What the dashboard shows.

use serde_json::{Value, json};

use super::act::next_renewal;
use super::actions::{Action, PAYMENT, SUBSCRIPTION};
use crate::calendar;
use crate::control::{Calls, Fault, FaultKind, RecordedRequest};
use crate::money;
use crate::object::charge::Charge;
use crate::object::customer::Customer;
use crate::object::subscription::Subscription;
use crate::pages::index::delivery_said;
use crate::shared::Shared;
use crate::webhooks::{Delivery, Disturbance, Rate, Try};
use crate::world::World;

/// How many of the newest deliveries and calls are shown.
const SHOWN: usize = 50;

pub(super) fn context(shared: &Shared) -> Value {
    let deliveries = shared.courier.deliveries();
    let requests = shared.control.requests();
    let faults = shared.control.faults();
    shared.with(|world| {
        let endpoints = world.webhook_endpoints.iter().filter(|it| it.exists());
        json!({
            "now": moment(world.now()), "renewal": next_renewal(world).map(moment),
            "customers": customers(world),
            "endpoints": endpoints.map(|it| json!({
                "id": it.id, "url": it.url, "events": it.enabled_events.join(", "),
                "rolling": it.secrets(world.now()).len() > 1,
            })).collect::<Vec<_>>(),
            "deliveries": deliveries.iter().rev().take(SHOWN).map(delivery).collect::<Vec<_>>(),
            "disturbances": Disturbance::ALL.map(|(it, name, says)| json!({
                "name": name, "says": says, "percent": percent(world, it),
            })),
            "kinds": FaultKind::ALL.map(|(_, name, says)| json!({ "name": name, "says": says })),
            "faults": faults.iter().map(fault_said).collect::<Vec<_>>(),
            "requests": requests.iter().rev().take(SHOWN).map(request).collect::<Vec<_>>(),
        })
    })
}

/// `2026-11-03 12:00:00 UTC`
fn moment(at: i64) -> String {
    calendar::iso(at).replace('T', " ").replace(".000Z", " UTC")
}

/// The newest first; then what was paid by nobody who is known.
fn customers(world: &World) -> Vec<Value> {
    let known = world.customers.iter().rev().map(|it| customer(world, it));
    let guests: Vec<Value> = world
        .charges
        .iter()
        .rev()
        .filter(|it| it.customer.is_none())
        .map(|it| payment(world, it))
        .collect();
    let unknown = json!({ "id": "guests", "email": "Without a customer", "payments": guests });
    known.chain((!guests.is_empty()).then_some(unknown)).collect()
}

fn customer(world: &World, customer: &Customer) -> Value {
    let subscriptions = world.subscriptions.iter().rev().filter(|it| it.customer == customer.id);
    let own = |it: &&Charge| it.customer.as_deref() == Some(customer.id.as_str());
    let payments = world.charges.iter().rev().filter(own);
    json!({
        "id": customer.id, "email": customer.email, "deleted": customer.deleted,
        "subscriptions": subscriptions.map(|it| subscription(world, it)).collect::<Vec<_>>(),
        "payments": payments.map(|it| payment(world, it)).collect::<Vec<_>>(),
    })
}

fn subscription(world: &World, subscription: &Subscription) -> Value {
    let names = subscription
        .items
        .iter()
        .map(|it| world.product(&world.price(&it.price).product).name.as_str());
    json!({
        "id": subscription.id, "name": names.collect::<Vec<_>>().join(", "),
        "status": subscription.status.name(), "until": moment(subscription.period.end),
        "ends": subscription.ends_at().map(moment), "buttons": buttons(world, SUBSCRIPTION, subscription),
    })
}

fn payment(world: &World, charge: &Charge) -> Value {
    let status = world.find(&charge.id).map(|it| it["status"].clone());
    json!({
        "id": charge.id, "amount": money::shown(charge.amount, &charge.currency), "status": status,
        "date": moment(charge.created), "buttons": buttons(world, PAYMENT, charge),
    })
}

fn buttons<T>(world: &World, actions: &[Action<T>], object: &T) -> Vec<Value> {
    let offered = actions.iter().filter(|action| (action.is_for)(world, object));
    offered.map(|it| json!({ "name": it.name, "label": it.label })).collect()
}

fn delivery(delivery: &Delivery) -> Value {
    json!({
        "event": delivery.event_id, "type": delivery.event_type, "url": delivery.url,
        "said": delivery_said(delivery), "tries": delivery.tries.iter().map(try_said).collect::<Vec<_>>(),
    })
}

fn try_said(one: &Try) -> String {
    let outcome = match &one.outcome {
        Ok(status) => status.to_string(),
        Err(problem) => problem.clone(),
    };
    format!("{}: {outcome} ({} ms)", moment(one.at), one.took.as_millis())
}

fn percent(world: &World, disturbance: Disturbance) -> u8 {
    match world.disturbances.rate(disturbance) {
        Some(Rate::Percent(percent)) => percent,
        Some(Rate::Next(_)) | None => 0,
    }
}

fn fault_said(fault: &Fault) -> String {
    let kind = FaultKind::ALL.into_iter().find(|(kind, ..)| *kind == fault.kind);
    let says = kind.map_or_else(|| format!("{:?}", fault.kind), |(.., says)| says.to_owned());
    let calls = match fault.calls {
        Calls::Next(times) => format!("the next {times}"),
        Calls::Chance { percent, .. } => format!("{percent} % of all"),
    };
    let method = fault.method.as_deref().unwrap_or("any");
    format!("{calls} calls ({method} {}…): {says}", fault.path_prefix)
}

fn request(request: &RecordedRequest) -> Value {
    json!({
        "id": request.request_id, "method": request.method, "path": request.path,
        "status": request.status.map_or("no answer".to_owned(), |status| status.to_string()),
    })
}
