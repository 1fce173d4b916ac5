//! `/v1/billing_portal`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::params::{Accepts, bracketed, choice, web_address};
use crate::form::Form;
use crate::object::Object;
use crate::object::portal::{
    Afterwards, Errand, Features, Flow, PortalConfiguration, PortalSession,
};
use crate::object::subscription::{Cancellation, Status, Subscription};
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["customer"],
    optional: &[
        "configuration",
        "flow_data.type",
        "flow_data.subscription_cancel.subscription",
        "flow_data.subscription_update.subscription",
        "flow_data.after_completion.redirect.return_url",
        "flow_data.after_completion.type",
        "locale",
        "return_url",
    ],
    not_in_sandbox: &["after_expiration.**", "customer_account", "flow_data.**", "on_behalf_of"],
};

/// <https://docs.stripe.com/api/customer_portal/sessions/create#create_portal_session-locale>
#[rustfmt::skip]
const LOCALES: [&str; 47] = [
    "auto", "bg", "cs", "da", "de", "el", "en", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ", "en-SG", "es",
    "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl",
    "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

const NO_DEFAULT: &str = "No configuration provided and your test mode default configuration has not been created. Provide a configuration or \
     create your default by saving your customer portal settings in test mode at \
     https://dashboard.stripe.com/test/settings/billing/portal.";

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let customer = customers::named(world, form.required("customer"))?;
    let configuration = configuration(world, form)?;
    let return_url = web_address(form, "return_url")?;
    let default = world.portal_configurations.known(&configuration).default_return_url.clone();
    let session = PortalSession {
        flow: flow(world, form, &customer, &configuration)?,
        return_url: return_url.or(default),
        id: world.ids.long("bps"),
        created: world.now(),
        customer,
        configuration,
        locale: choice(form, "locale", &LOCALES)?.map(str::to_owned),
    };
    let answer = session.render(world);
    world.portal_sessions.insert(session);
    world.emit("billing_portal.session.created", answer.clone());
    Ok(answer)
}

/// The one that the caller names, or the account's default, which not every account has.
fn configuration(world: &World, form: &Form) -> Result<String, ApiError> {
    let Some(id) = form.text("configuration") else {
        let default = world.portal_configurations.iter().find(|it| it.is_default);
        return default.map(|it| it.id.clone()).ok_or_else(|| ApiError::invalid(NO_DEFAULT));
    };
    let known = world.portal_configurations.get(id);
    let known =
        known.ok_or_else(|| ApiError::no_such(PortalConfiguration::KIND, id, "configuration"))?;
    if !known.active {
        let message = format!("The configuration '{id}' is inactive.");
        return Err(ApiError::invalid(message).at("configuration"));
    }
    Ok(known.id.clone())
}

fn flow(
    world: &World,
    form: &Form,
    customer: &str,
    configuration: &str,
) -> Result<Option<Flow>, ApiError> {
    const FLOWS: [&str; 3] =
        ["payment_method_update", "subscription_cancel", "subscription_update"];
    if form.text("flow_data.type") == Some("subscription_update_confirm") {
        return Err(ApiError::not_in_sandbox("flow_data[type]=subscription_update_confirm"));
    }
    let features = &world.portal_configurations.known(configuration).features;
    let errand = match choice(form, "flow_data.type", &FLOWS)? {
        None => return Ok(None),
        Some(kind @ "subscription_cancel") => {
            let subscription = own_subscription(world, form, customer, kind)?;
            can_be_canceled(subscription, features).map_err(|why| refusal(&why, kind))?;
            Errand::CancelSubscription(subscription.id.clone())
        }
        Some(kind @ "subscription_update") => {
            let subscription = own_subscription(world, form, customer, kind)?;
            can_be_updated(subscription, features).map_err(|why| refusal(&why, kind))?;
            Errand::UpdateSubscription(subscription.id.clone())
        }
        Some(_) => Errand::UpdatePaymentMethod,
    };
    Ok(Some(Flow { errand, afterwards: afterwards(form)? }))
}

fn afterwards(form: &Form) -> Result<Afterwards, ApiError> {
    const KINDS: [&str; 3] = ["hosted_confirmation", "portal_homepage", "redirect"];
    const RETURN_URL: &str = "flow_data.after_completion.redirect.return_url";
    match choice(form, "flow_data.after_completion.type", &KINDS)? {
        None | Some("portal_homepage") => Ok(Afterwards::Overview),
        Some("redirect") => {
            let to = web_address(form, RETURN_URL)?;
            let missing = || ApiError::missing_parameter(&bracketed(RETURN_URL));
            to.map(Afterwards::Redirect).ok_or_else(missing)
        }
        Some(_) => {
            Err(ApiError::not_in_sandbox("flow_data[after_completion][type]=hosted_confirmation"))
        }
    }
}

/// Stripe's own sentences, as far as it documents them; what it refuses is the same.
fn can_be_canceled(subscription: &Subscription, features: &Features) -> Result<(), String> {
    let because = |why: &str| Err(format!("This subscription cannot be canceled because {why}."));
    if !features.subscription_cancel {
        return because("the subscription cancel feature in the portal configuration is disabled");
    }
    if !subscription.is_live() {
        return because("it is already canceled");
    }
    if subscription.cancellation != Cancellation::None {
        return because("it is already set to be canceled");
    }
    Ok(())
}

fn can_be_updated(subscription: &Subscription, features: &Features) -> Result<(), String> {
    let because = |why: &str| Err(format!("This subscription cannot be updated because {why}."));
    if !features.subscription_update {
        return because("the subscription update feature in the portal configuration is disabled");
    }
    if !matches!(subscription.status, Status::Active | Status::Trialing) {
        return because("it is not active");
    }
    if subscription.items.len() > 1 {
        return because("it contains multiple subscription items");
    }
    if subscription.cancellation != Cancellation::None {
        return because("it is set to be canceled");
    }
    Ok(())
}

fn refusal(why: &str, flow: &str) -> ApiError {
    ApiError::invalid(why).at(bracketed(&format!("flow_data.{flow}.subscription")))
}

fn own_subscription<'w>(
    world: &'w World,
    form: &Form,
    customer: &str,
    flow: &str,
) -> Result<&'w Subscription, ApiError> {
    let param = format!("flow_data[{flow}][subscription]");
    let id = form.text(&format!("flow_data.{flow}.subscription"));
    let id = id.ok_or_else(|| ApiError::missing_parameter(&param))?;
    let own = world.subscriptions.get(id).filter(|it| it.customer == customer);
    own.ok_or_else(|| ApiError::no_such(Subscription::KIND, id, &param))
}
