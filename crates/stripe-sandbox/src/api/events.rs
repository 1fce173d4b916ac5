//! `/v1/events` and `/v2/core/events`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, integer_within};
use super::within::within;
use crate::calendar::DAY_SECONDS;
use crate::form::Form;
use crate::object::Object;
use crate::object::event::Event;
use crate::object::webhook_endpoint::WebhookEndpoint;
use crate::world::World;

/// <https://docs.stripe.com/api/events>
const KEPT_SECONDS: i64 = 30 * DAY_SECONDS;
/// <https://docs.stripe.com/api/events/list#list_events-types>
const MAX_TYPES: usize = 20;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["type", "types.*", "delivery_success", "created", "created.*"],
    not_in_sandbox: &[],
};
pub(crate) const RETRY: Accepts = Accepts {
    required: &[],
    optional: &["for_stripecli", "webhook_endpoint"],
    not_in_sandbox: &["account"],
};
pub(crate) const LIST_V2: Accepts = Accepts {
    required: &[],
    optional: &["limit", "object_id", "page", "types.*"],
    not_in_sandbox: &["created.*"],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let types = form.list("types");
    if form.text("type").is_some() && !types.is_empty() {
        return Err(ApiError::only_one_of(&["type", "types"]));
    }
    check_count(&types)?;
    let types: Vec<&str> = form.text("type").into_iter().chain(types).collect();
    let delivered = boolean(form, "delivery_success")?;
    let created = within(form, "created")?;
    let wanted = |event: &&Event| {
        is_kept(world, event)
            && (types.is_empty() || types.iter().any(|wanted| fits(wanted, &event.kind)))
            && delivered.is_none_or(|delivered| delivered == event.pending.is_empty())
            && created.contains(&event.created)
    };
    page(world, form, "/v1/events", world.events.iter().filter(wanted))
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let event = world.events.get(id).filter(|event| is_kept(world, event));
    Ok(event.ok_or_else(|| ApiError::not_found(Event::KIND, id))?.render(world))
}

/// What `stripe events resend` asks for. Where real Stripe would send it to the command line that
/// listens, it goes to every endpoint: nobody listens here.
pub(crate) fn retry(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    boolean(form, "for_stripecli")?;
    let event = world.events.get(id).filter(|event| is_kept(world, event));
    event.ok_or_else(|| ApiError::not_found(Event::KIND, id))?;
    let endpoint = form.text("webhook_endpoint");
    if let Some(endpoint) = endpoint {
        let known = world.webhook_endpoints.get(endpoint).filter(|it| it.exists());
        let missing = || ApiError::no_such(WebhookEndpoint::KIND, endpoint, "webhook_endpoint");
        known.ok_or_else(missing)?;
    }
    world.post_again(id, endpoint);
    Ok(world.events.known(id).render(world))
}

/// What a thin event points to, newest first.
pub(crate) fn list_v2(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let limit = integer_within(form, "limit", 1..=100)?.unwrap_or(20);
    let types = form.list("types");
    check_count(&types)?;
    let wanted = |event: &&Event| {
        let about = form.text("object_id").is_none_or(|id| event.snapshot["id"] == id);
        let kind = format!("v1.{}", event.kind);
        is_kept(world, event) && about && (types.is_empty() || types.contains(&kind.as_str()))
    };
    let limit = usize::try_from(limit).expect("between 1 and 100");
    let found: Vec<&Event> = world.events.iter().rev().filter(wanted).collect();
    let start = match form.text("page") {
        None => 0,
        Some(page) => {
            let last = found.iter().position(|event| event.thin_id() == page);
            last.map(|last| last + 1).ok_or_else(|| ApiError::no_such("page", page, "page"))?
        }
    };
    let shown: Vec<&Event> = found.iter().skip(start).take(limit).copied().collect();
    let more = found.len() > start + shown.len();
    let next = shown.last().filter(|_| more).map(|last| next_page(form, &last.thin_id()));
    let data: Vec<Value> = shown.into_iter().map(Event::fetched_body).collect();
    Ok(json!({ "data": data, "next_page_url": next, "previous_page_url": null }))
}

/// The same call from after an event on, whose id is the token of the page.
fn next_page(form: &Form, last: &str) -> String {
    const START: &str = "/v2/core/events?";
    let mut url = form_urlencoded::Serializer::for_suffix(START.to_owned(), START.len());
    for (name, value) in form.recorded().iter().filter(|(name, _)| name != "page") {
        url.append_pair(name, value);
    }
    url.append_pair("page", last).finish()
}

pub(crate) fn retrieve_v2(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let event = world.events.iter().rev().find(|event| event.thin_id() == id);
    let event = event.filter(|event| is_kept(world, event));
    Ok(event.ok_or_else(|| ApiError::not_found(Event::KIND, id))?.fetched_body())
}

fn check_count(types: &[&str]) -> Result<(), ApiError> {
    let message = format!("You may only specify up to {MAX_TYPES} types.");
    if types.len() > MAX_TYPES { Err(ApiError::parameter(message).at("types")) } else { Ok(()) }
}

fn is_kept(world: &World, event: &Event) -> bool {
    event.created > world.now() - KEPT_SECONDS
}

/// `customer.*` fits `customer.created` and `customer.subscription.created`.
fn fits(wanted: &str, kind: &str) -> bool {
    wanted == kind || wanted.strip_suffix('*').is_some_and(|start| kind.starts_with(start))
}
