//! `/v1/webhook_endpoints`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, metadata, required_web_address};
use crate::API_VERSION;
use crate::form::Form;
use crate::object::Object;
use crate::webhooks;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["enabled_events", "url"],
    optional: &["enabled_events.*", "description", "metadata.*", "api_version"],
    not_in_sandbox: &["connect"],
};

/// The only answer that shows the secret.
pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let url = required_web_address(form, "url")?;
    if webhooks::Target::parse(&url).is_none() {
        return Err(ApiError::parameter("The sandbox posts webhooks to http:// addresses only")
            .code("url_invalid")
            .at("url"));
    }
    if form.text("api_version").is_some_and(|version| version != API_VERSION) {
        return Err(ApiError::not_in_sandbox("api_version"));
    }
    let events = form.list("enabled_events").into_iter().map(str::to_owned).collect();
    let id = world.add_endpoint(&url, None, events);
    let endpoint = world.webhook_endpoints.known_mut(&id);
    endpoint.description = form.text("description").map(str::to_owned);
    endpoint.metadata = metadata(form, "metadata");
    let secret = endpoint.secret.clone();
    let mut answer = world.webhook_endpoints.known(&id).render(world);
    answer["secret"] = json!(secret);
    Ok(answer)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    page(world, form, "/v1/webhook_endpoints", world.webhook_endpoints.iter())
}
