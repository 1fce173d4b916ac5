//! `/v1/webhook_endpoints`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, boolean, merge_metadata, merge_text, metadata, required_web_address, web_address,
};
use crate::contract;
use crate::form::Form;
use crate::object::Object;
use crate::object::webhook_endpoint::{EndpointState, WebhookEndpoint};
use crate::options::{EventVersion, Payload};
use crate::webhooks;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["enabled_events", "url"],
    optional: &["enabled_events.*", "description", "metadata", "metadata.*", "api_version"],
    not_in_sandbox: &["connect"],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["enabled_events.*", "url", "description", "metadata", "metadata.*", "disabled"],
    not_in_sandbox: &[],
};

/// <https://docs.stripe.com/webhooks#register-webhook>
const MAX_ENDPOINTS: usize = 16;

/// The only answer that shows the secret.
pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let url = postable(required_web_address(form, "url")?)?;
    let payload = payload(form)?;
    let events = enabled_events(form)?;
    if world.webhook_endpoints.iter().filter(|it| it.exists()).count() >= MAX_ENDPOINTS {
        let message =
            format!("You have reached the maximum of {MAX_ENDPOINTS} test webhook endpoints.");
        return Err(ApiError::invalid(message));
    }
    let id = world.add_endpoint(&url, None, events);
    let endpoint = world.webhook_endpoints.known_mut(&id);
    endpoint.payload = payload;
    endpoint.description = form.text("description").map(str::to_owned);
    endpoint.metadata = metadata(form, "metadata");
    let secret = endpoint.secret.clone();
    let mut answer = world.webhook_endpoints.known(&id).render(world);
    answer["secret"] = json!(secret);
    Ok(answer)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let existing = world.webhook_endpoints.iter().filter(|endpoint| endpoint.exists());
    page(world, form, "/v1/webhook_endpoints", existing)
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    Ok(existing(world, id)?.render(world))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(world, id)?;
    let url = web_address(form, "url")?.map(postable).transpose()?;
    let events = enabled_events(form)?;
    let disabled = boolean(form, "disabled")?;
    let endpoint = world.webhook_endpoints.known_mut(id);
    if let Some(url) = url {
        endpoint.url = url;
    }
    if !events.is_empty() {
        endpoint.enabled_events = events;
    }
    match disabled {
        Some(true) => endpoint.state = EndpointState::Disabled,
        Some(false) => endpoint.state = EndpointState::Enabled,
        None => {}
    }
    merge_text(&mut endpoint.description, form, "description");
    merge_metadata(&mut endpoint.metadata, form, "metadata");
    Ok(world.webhook_endpoints.known(id).render(world))
}

pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    existing(world, id)?;
    world.webhook_endpoints.known_mut(id).state = EndpointState::Deleted;
    Ok(json!({ "id": id, "object": WebhookEndpoint::NAME, "deleted": true }))
}

fn existing<'a>(world: &'a World, id: &str) -> Result<&'a WebhookEndpoint, ApiError> {
    let endpoint = world.webhook_endpoints.get(id).filter(|endpoint| endpoint.exists());
    endpoint.ok_or_else(|| ApiError::not_found(WebhookEndpoint::KIND, id))
}

fn postable(url: String) -> Result<String, ApiError> {
    if webhooks::Target::parse(&url).is_some() {
        return Ok(url);
    }
    let message = "The sandbox posts webhooks to http:// addresses only";
    Err(ApiError::parameter(message).code("url_invalid").at("url"))
}

fn payload(form: &Form) -> Result<Payload, ApiError> {
    let Some(name) = form.text("api_version") else { return Ok(Payload::default()) };
    if !contract::is_api_version(name) {
        let message = format!("Invalid Stripe API version: {name}");
        return Err(ApiError::parameter(message).at("api_version"));
    }
    let version = EventVersion::named(name);
    version.map(Payload::Snapshot).ok_or_else(|| ApiError::not_in_sandbox("api_version"))
}

fn enabled_events(form: &Form) -> Result<Vec<String>, ApiError> {
    let is_known = |kind: &str| kind == "*" || contract::event_types().any(|known| known == kind);
    for (index, kind) in form.entries("enabled_events") {
        if !is_known(kind) {
            let choices: Vec<&str> = std::iter::once("*").chain(contract::event_types()).collect();
            let param = format!("enabled_events[{index}]");
            let message = format!("Invalid {param}: must be one of {}", choices.join(", "));
            return Err(ApiError::parameter(message).at(param));
        }
    }
    Ok(form.list("enabled_events").into_iter().map(str::to_owned).collect())
}
