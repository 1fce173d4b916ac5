//! What the dashboard's forms do. Each leads back to the dashboard.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::actions::{Action, PAYMENT, SUBSCRIPTION};
use super::{foreign, is_ours};
use crate::calendar::{self, DAY_SECONDS};
use crate::control::{Calls, Fault, FaultKind};
use crate::form::Form;
use crate::object::Object;
use crate::options::Interval;
use crate::pages::{missing, see_other};
use crate::shared::Shared;
use crate::webhooks::{Disturbance, Disturbances, Rate};
use crate::world::{Table, World};

const HOUR_SECONDS: i64 = 3_600;
/// For how long the old secret signs, too, if the dashboard rolls it: the most that Stripe offers.
const OVERLAP_SECONDS: i64 = DAY_SECONDS;

pub(super) async fn clock(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        let by = form.text("by").map(str::to_owned);
        shared.with(|world| {
            let target = by.as_deref().and_then(|by| moment(world, by));
            target.map(|target| world.advance_to(target)).is_some()
        })
    })
}

fn moment(world: &World, by: &str) -> Option<i64> {
    let now = world.now();
    match by {
        "hour" => Some(now + HOUR_SECONDS),
        "day" => Some(now + DAY_SECONDS),
        "month" => Some(calendar::after(now, Interval::Month, 1)),
        "renewal" => next_renewal(world),
        _ => None,
    }
}

/// The next moment at which a period ends.
pub(super) fn next_renewal(world: &World) -> Option<i64> {
    let live = world.subscriptions.iter().filter(|it| it.is_live());
    live.map(|it| it.period.end).filter(|end| *end > world.now()).min()
}

pub(super) async fn subscription(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        press(&shared, form, &id, SUBSCRIPTION, |world| &world.subscriptions)
    })
}

pub(super) async fn payment(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        press(&shared, form, &id, PAYMENT, |world| &world.charges)
    })
}

/// Does what a button says, if it is offered for the object at this moment.
fn press<T: Object>(
    shared: &Shared,
    form: &Form,
    id: &str,
    actions: &[Action<T>],
    table: fn(&World) -> &Table<T>,
) -> bool {
    let Some(action) = actions.iter().find(|it| form.text("do") == Some(it.name)) else {
        return false;
    };
    shared.with_time_of(id, |world| {
        let offered = table(world).get(id).is_some_and(|it| (action.is_for)(world, it));
        if offered {
            (action.act)(world, id);
        }
        offered
    })
}

pub(super) async fn webhooks(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        if let Some(event) = form.text("resend") {
            let known = shared.with(|world| world.events.get(event).is_some());
            shared.courier.resend(event);
            return known;
        }
        let Some(endpoint) = form.text("roll") else { return false };
        shared.with(|world| {
            let secret = world.ids.with("whsec_", 32);
            let until = world.now() + OVERLAP_SECONDS;
            let endpoint = world.webhook_endpoints.get_mut(endpoint).filter(|it| it.exists());
            endpoint.map(|endpoint| endpoint.roll(&secret, until)).is_some()
        })
    })
}

pub(super) async fn disturbances(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        let Some(seed) = form.text("seed").unwrap_or("1").parse().ok() else { return false };
        let mut all = Disturbances::seeded(seed);
        for (disturbance, name, _) in Disturbance::ALL {
            match form.text(name).map(str::parse::<u8>) {
                None | Some(Ok(0)) => {}
                Some(Ok(percent @ 1..=100)) => all = all.with(disturbance, Rate::Percent(percent)),
                Some(Ok(_) | Err(_)) => return false,
            }
        }
        shared.with(|world| world.disturbances = all);
        true
    })
}

pub(super) async fn faults(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    submitted(&shared, &headers, &body, |form| {
        if form.has("clear") {
            shared.control.clear_faults();
            shared.control.release_hung();
            return true;
        }
        let kind = form.text("kind").and_then(FaultKind::named);
        let times = form.text("times").unwrap_or("1").parse();
        let (Some(kind), Ok(times)) = (kind, times) else { return false };
        shared.control.add_fault(Fault {
            kind,
            method: form.text("method").map(str::to_owned),
            path_prefix: form.text("path").unwrap_or_default().to_owned(),
            calls: Calls::Next(times),
        });
        true
    })
}

/// Reads a form of ours and acts on it; `false` is a form that makes no sense.
fn submitted(
    shared: &Shared,
    headers: &HeaderMap,
    body: &str,
    act: impl FnOnce(&Form) -> bool,
) -> Response {
    if !is_ours(headers, &shared.with(|world| world.base_url.clone())) {
        return foreign();
    }
    if act(&Form::parse(body)) {
        see_other("/dashboard")
    } else {
        missing("There is nothing to do.")
    }
}
