//! `/v1/billing_portal`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, choice, web_address};
use crate::form::Form;
use crate::object::Object;
use crate::object::portal::{Flow, PortalConfiguration, PortalSession};
use crate::object::subscription::Subscription;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["customer"],
    optional: &[
        "configuration",
        "flow_data.type",
        "flow_data.subscription_cancel.subscription",
        "flow_data.after_completion.**",
        "locale",
        "return_url",
    ],
    not_in_sandbox: &["after_expiration.**", "customer_account", "flow_data.**", "on_behalf_of"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let customer = customers::named(world, form.required("customer"))?;
    if let Some(id) = form.text("configuration").filter(|id| *id != world.portal_configuration.id) {
        return Err(ApiError::no_such("configuration", id, "configuration"));
    }
    let session = PortalSession {
        flow: flow(world, form, &customer)?,
        return_url: web_address(form, "return_url")?,
        id: world.ids.long("bps"),
        created: world.now(),
        customer,
        locale: form.text("locale").map(str::to_owned),
    };
    let answer = session.render(world);
    world.portal_sessions.insert(session);
    world.emit("billing_portal.session.created", answer.clone());
    Ok(answer)
}

fn flow(world: &World, form: &Form, customer: &str) -> Result<Option<Flow>, ApiError> {
    const SUBSCRIPTION: &str = "flow_data[subscription_cancel][subscription]";
    match choice(form, "flow_data.type", &["subscription_cancel", "payment_method_update"])? {
        None => Ok(None),
        Some("payment_method_update") => Ok(Some(Flow::UpdatePaymentMethod)),
        Some(_) => {
            let id = form.text("flow_data.subscription_cancel.subscription");
            let id = id.ok_or_else(|| ApiError::missing_parameter(SUBSCRIPTION))?;
            let own = world
                .subscriptions
                .get(id)
                .filter(|subscription| subscription.customer == customer);
            own.ok_or_else(|| ApiError::no_such(Subscription::KIND, id, SUBSCRIPTION))?;
            Ok(Some(Flow::CancelSubscription(id.to_owned())))
        }
    }
}

pub(crate) fn list_configurations(
    world: &mut World,
    form: &Form,
    _: &str,
) -> Result<Value, ApiError> {
    page(
        world,
        form,
        "/v1/billing_portal/configurations",
        std::iter::once(&world.portal_configuration),
    )
}

pub(crate) fn retrieve_configuration(
    world: &mut World,
    _: &Form,
    id: &str,
) -> Result<Value, ApiError> {
    if id == world.portal_configuration.id {
        return Ok(world.portal_configuration.render(world));
    }
    Err(ApiError::not_found(PortalConfiguration::KIND, id))
}
