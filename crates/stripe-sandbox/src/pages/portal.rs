//! The customer portal: what one pays, until when, and how to stop.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::portal_changes::{offers, price_page};
use super::{host, missing, page, see_other};
use crate::calendar;
use crate::form::Form;
use crate::money;
use crate::object::invoice::Invoice;
use crate::object::portal::{Afterwards, Errand, PortalSession};
use crate::object::subscription::{Cancellation, Status, Subscription};
use crate::shared::Shared;
use crate::world::World;

pub(super) const UNKNOWN: &str = "There is no such portal session.";

/// The overview, or the page that the session was made for.
pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with_time_of(&id, |world| {
        let Some(session) = world.portal_sessions.get(&id) else { return missing(UNKNOWN) };
        match session.flow.as_ref().map(|flow| &flow.errand) {
            Some(Errand::CancelSubscription(subscription))
                if can_cancel(world.subscriptions.known(subscription)) =>
            {
                confirmation(world, session, subscription)
            }
            Some(Errand::UpdateSubscription(subscription)) => {
                price_page(world, session, subscription)
            }
            Some(Errand::CancelSubscription(_) | Errand::UpdatePaymentMethod) | None => {
                overview(world, session)
            }
        }
    })
}

pub(super) async fn confirm_cancel(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
) -> Response {
    shared.with_time_of(&id, |world| match own(world, &id, &subscription) {
        Some(session) => confirmation(world, session, &subscription),
        None => missing(UNKNOWN),
    })
}

pub(super) async fn cancel(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
    body: String,
) -> Response {
    let at_once = Form::parse(&body).text("when") == Some("now");
    shared.with_time_of(&id, |world| {
        if at_once {
            return end(world, &id, &subscription);
        }
        let asked_at = world.now();
        change(world, &id, &subscription, Cancellation::AtPeriodEnd { asked_at })
    })
}

pub(super) async fn resume(
    State(shared): State<Arc<Shared>>,
    Path((id, subscription)): Path<(String, String)>,
) -> Response {
    shared.with_time_of(&id, |world| change(world, &id, &subscription, Cancellation::None))
}

fn end(world: &mut World, id: &str, subscription: &str) -> Response {
    if own(world, id, subscription).is_none() {
        return missing(UNKNOWN);
    }
    world.end_subscription(subscription);
    done(world, id)
}

/// The errand of a session is done: it shows the overview from now on, and leads where its maker
/// wanted.
pub(super) fn done(world: &mut World, id: &str) -> Response {
    let flow = world.portal_sessions.known_mut(id).flow.take();
    match flow.map(|flow| flow.afterwards) {
        Some(Afterwards::Redirect(to)) => see_other(&to),
        Some(Afterwards::Overview) | None => see_other(&world.portal_url(id)),
    }
}

fn change(world: &mut World, id: &str, subscription: &str, cancellation: Cancellation) -> Response {
    if own(world, id, subscription).is_none() {
        return missing(UNKNOWN);
    }
    if world.subscriptions.known(subscription).is_live() {
        world.set_cancellation(subscription, cancellation);
        return done(world, id);
    }
    see_other(&world.portal_url(id))
}

/// The session, if the subscription is its customer's.
pub(super) fn own<'a>(world: &'a World, id: &str, subscription: &str) -> Option<&'a PortalSession> {
    let session = world.portal_sessions.get(id)?;
    let subscription = world.subscriptions.get(subscription)?;
    (subscription.customer == session.customer).then_some(session)
}

fn can_cancel(subscription: &Subscription) -> bool {
    subscription.is_live() && subscription.cancellation == Cancellation::None
}

fn overview(world: &World, session: &PortalSession) -> Response {
    let base = world.portal_url(&session.id);
    let customer = world.customers.known(&session.customer);
    let own = world.subscriptions.iter().rev().filter(|it| it.customer == session.customer);
    let subscriptions: Vec<Value> = own.map(|it| subscription_context(world, &base, it)).collect();
    let invoices =
        world.invoices.iter().rev().filter(|it| it.customer == session.customer && !it.deleted);
    let context = json!({
        "email": customer.email, "subscriptions": subscriptions, "back": session.return_url,
        "business": session.return_url.as_deref().map(host),
        "invoices": invoices.map(|it| invoice_context(&base, it)).collect::<Vec<_>>(),
    });
    page(StatusCode::OK, "portal.html", &context)
}

fn subscription_context(world: &World, base: &str, subscription: &Subscription) -> Value {
    let method =
        subscription.default_payment_method.as_deref().map(|id| world.payment_methods.known(id));
    let cancelable = can_cancel(subscription);
    let resumable = subscription.is_live() && subscription.ends_at().is_some();
    let changeable = !offers(world, subscription).is_empty();
    json!({
        "change": changeable.then(|| format!("{base}/price/{}", subscription.id)),
        "card": subscription.is_live().then(|| format!("{base}/card/{}", subscription.id)),
        "name": name(world, subscription), "price": price(world, subscription), "status": status(subscription),
        "next": next(subscription), "method": method.map(|method| method.means.shown()),
        "cancel": cancelable.then(|| format!("{base}/cancel/{}", subscription.id)),
        "resume": resumable.then(|| format!("{base}/resume/{}", subscription.id)),
    })
}

fn invoice_context(base: &str, invoice: &Invoice) -> Value {
    json!({
        "date": calendar::date(invoice.created), "number": invoice.number, "status": invoice.state.name(),
        "total": money::shown(invoice.total(), &invoice.currency),
        "pay": invoice.state.can_be_paid().then(|| format!("{base}/pay/{}", invoice.id)),
    })
}

fn confirmation(world: &World, session: &PortalSession, subscription_id: &str) -> Response {
    let base = world.portal_url(&session.id);
    let subscription = world.subscriptions.known(subscription_id);
    let context = json!({
        "name": name(world, subscription), "price": price(world, subscription),
        "end": calendar::date(subscription.period.end), "action": format!("{base}/cancel/{subscription_id}"),
        "business": session.return_url.as_deref().map(host),
        "back": session.return_url.as_ref().filter(|_| session.flow.is_some()).unwrap_or(&base),
    });
    page(StatusCode::OK, "cancel.html", &context)
}

pub(super) fn name(world: &World, subscription: &Subscription) -> String {
    let product = |price: &str| world.product(&world.price(price).product).name.clone();
    subscription.items.iter().map(|item| product(&item.price)).collect::<Vec<_>>().join(", ")
}

pub(super) fn price(world: &World, subscription: &Subscription) -> String {
    let amount =
        subscription.items.iter().map(|item| world.price(&item.price).times(item.quantity)).sum();
    format!(
        "{} per {}",
        money::shown(amount, &subscription.currency),
        subscription.recurring.shown()
    )
}

fn status(subscription: &Subscription) -> &'static str {
    match subscription.status {
        Status::Incomplete => "Payment on its way",
        Status::IncompleteExpired { .. } => "Payment failed",
        Status::Trialing => "Trial",
        Status::Active => "Active",
        Status::PastDue | Status::Unpaid => "Payment overdue",
        Status::Paused => "Paused",
        Status::Canceled { .. } => "Canceled",
    }
}

fn next(subscription: &Subscription) -> Option<String> {
    if let Some(ended_at) = subscription.status.ended_at() {
        return Some(format!("Ended on {}", calendar::date(ended_at)));
    }
    if let Some(end) = subscription.ends_at() {
        return Some(format!("Ends on {}", calendar::date(end)));
    }
    let renews = matches!(subscription.status, Status::Active | Status::Trialing);
    renews.then(|| format!("Renews on {}", calendar::date(subscription.period.end)))
}
