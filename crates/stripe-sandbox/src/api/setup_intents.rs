//! `/v1/setup_intents`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, choice, merge_metadata, merge_text, metadata, web_address};
use super::payment_intents::{check_owner, redirects};
use super::retrieve::existing;
use super::within::within;
use super::{customers, payment_methods, terms};
use crate::form::Form;
use crate::object::Object;
use crate::object::setup_intent::{SetupIntent, SetupStatus};
use crate::world::{Presence, World};

const NOT_IN_SANDBOX: &[&str] = &[
    "allowed_payment_method_types.**",
    "attach_to_self",
    "confirmation_token",
    "customer_account",
    "excluded_payment_method_types.**",
    "flow_directions.**",
    "mandate_data.**",
    "on_behalf_of",
    "payment_method_configuration",
    "payment_method_data.**",
    "payment_method_options.**",
    "single_use.**",
    "use_stripe_sdk",
];
pub(crate) const CREATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "automatic_payment_methods.allow_redirects",
        "automatic_payment_methods.enabled",
        "confirm",
        "customer",
        "description",
        "metadata.*",
        "payment_method",
        "payment_method_types.*",
        "return_url",
        "usage",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["description", "metadata", "metadata.*"],
    not_in_sandbox: &[
        "attach_to_self",
        "customer",
        "customer_account",
        "excluded_payment_method_types.**",
        "flow_directions.**",
        "payment_method",
        "payment_method_configuration",
        "payment_method_data.**",
        "payment_method_options.**",
        "payment_method_types.**",
    ],
};
pub(crate) const CONFIRM: Accepts = Accepts {
    required: &[],
    optional: &["payment_method", "return_url"],
    not_in_sandbox: &[
        "confirmation_token",
        "mandate_data.**",
        "payment_method_data.**",
        "payment_method_options.**",
        "use_stripe_sdk",
    ],
};
pub(crate) const CANCEL: Accepts =
    Accepts { required: &[], optional: &["cancellation_reason"], not_in_sandbox: &[] };
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["created", "created.*", "customer", "payment_method"],
    not_in_sandbox: &["attach_to_self", "customer_account"],
};
const CANCELLATION_REASONS: [&str; 3] = ["abandoned", "duplicate", "requested_by_customer"];

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let confirm = boolean(form, "confirm")?.unwrap_or(false);
    if form.has("return_url") && !confirm {
        let message = "You cannot provide a return_url unless confirm is true.";
        return Err(ApiError::invalid(message).at("return_url"));
    }
    let customer = form.text("customer").map(|id| customers::named(world, id)).transpose()?;
    let usage = choice(form, "usage", &["off_session", "on_session"])?.unwrap_or("off_session");
    let (automatic, listed) = (redirects(form)?, terms::read(form, "")?.method_types);
    let back = web_address(form, "return_url")?;
    let method = payment_methods::named(world, form, "payment_method")?;
    if let Some(method) = &method {
        check_owner(world, method, customer.as_deref())?;
    }
    if confirm && method.is_none() {
        return Err(ApiError::missing_parameter("payment_method"));
    }
    let status = match method {
        Some(_) => SetupStatus::RequiresConfirmation,
        None => SetupStatus::RequiresPaymentMethod { last: None },
    };
    let id = world.add_setup_intent(SetupIntent {
        id: String::new(),
        created: 0,
        customer,
        payment_method: method,
        method_types: listed,
        automatic,
        usage: usage.to_owned(),
        description: form.text("description").map(str::to_owned),
        metadata: metadata(form, "metadata"),
        status,
        return_url: back,
    });
    if confirm { try_to_keep(world, &id) } else { Ok(shown(world, &id)) }
}

pub(crate) fn confirm(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let intent = existing(&world.setup_intents, id)?;
    let (customer, chosen) = (intent.customer.clone(), intent.payment_method.clone());
    match intent.status {
        SetupStatus::RequiresPaymentMethod { .. }
        | SetupStatus::RequiresConfirmation
        | SetupStatus::RequiresAction => {}
        status @ (SetupStatus::Succeeded | SetupStatus::Canceled { .. }) => {
            let message = format!(
                "You cannot confirm this SetupIntent because it has a status of {}.",
                status.name()
            );
            return Err(unexpected_state(message, &shown(world, id)));
        }
    }
    let back = web_address(form, "return_url")?;
    let refused =
        matches!(world.setup_intents.known(id).status, SetupStatus::RequiresPaymentMethod { .. });
    let method = payment_methods::named(world, form, "payment_method")?;
    let method = method.or(chosen.filter(|_| !refused)).ok_or_else(|| {
        let message = "You cannot confirm this SetupIntent because it's missing a payment method.";
        unexpected_state(message.to_owned(), &shown(world, id))
    })?;
    check_owner(world, &method, customer.as_deref())?;
    let intent = world.setup_intents.known_mut(id);
    intent.payment_method = Some(method);
    intent.return_url = back.or_else(|| intent.return_url.clone());
    try_to_keep(world, id)
}

fn try_to_keep(world: &mut World, id: &str) -> Result<Value, ApiError> {
    let intent = world.setup_intents.known(id);
    let method = intent.payment_method.as_deref().map(|id| world.payment_methods.known(id));
    let kind = method.map(|method| method.means.type_name()).unwrap_or_default();
    if !intent.method_types.iter().any(|it| it == kind) {
        let message = format!(
            "The PaymentMethod provided ({kind}) is not allowed for this SetupIntent. Please attach a PaymentMethod of \
             one of the following types: {}.",
            intent.method_types.join(", ")
        );
        return Err(ApiError::invalid(message));
    }
    let result = world.confirm_setup(id, Presence::Asked);
    let intent = shown(world, id);
    result.map_err(|decline| {
        ApiError::card(decline.message, decline.code).with(json!({
            "decline_code": decline.reason, "setup_intent": intent,
            "payment_method": intent["last_setup_error"]["payment_method"],
        }))
    })?;
    Ok(intent)
}

pub(crate) fn cancel(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let asked = choice(form, "cancellation_reason", &CANCELLATION_REASONS)?;
    let reason = CANCELLATION_REASONS.into_iter().find(|it| asked == Some(*it));
    match existing(&world.setup_intents, id)?.status {
        SetupStatus::RequiresPaymentMethod { .. }
        | SetupStatus::RequiresConfirmation
        | SetupStatus::RequiresAction => {}
        status @ (SetupStatus::Succeeded | SetupStatus::Canceled { .. }) => {
            let message = format!(
                "You cannot cancel this SetupIntent because it has a status of {}. Only a SetupIntent with one of the \
                 following statuses may be canceled: requires_payment_method, requires_confirmation, requires_action.",
                status.name()
            );
            return Err(unexpected_state(message, &shown(world, id)));
        }
    }
    world.cancel_setup(id, reason);
    Ok(shown(world, id))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(&world.setup_intents, id)?;
    let intent = world.setup_intents.known_mut(id);
    merge_text(&mut intent.description, form, "description");
    merge_metadata(&mut intent.metadata, form, "metadata");
    Ok(shown(world, id))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let is = |name: &str, actual: Option<&str>| {
        form.text(name).is_none_or(|wanted| actual == Some(wanted))
    };
    let wanted = |intent: &&SetupIntent| {
        created.contains(&intent.created)
            && is("customer", intent.customer.as_deref())
            && is("payment_method", intent.payment_method.as_deref())
    };
    page(world, form, "/v1/setup_intents", world.setup_intents.iter().filter(wanted))
}

fn unexpected_state(message: String, intent: &Value) -> ApiError {
    let error = ApiError::invalid(message).code("setup_intent_unexpected_state");
    error.with(json!({ "setup_intent": intent }))
}

fn shown(world: &World, id: &str) -> Value {
    world.setup_intents.known(id).render(world)
}
