//! `/v1/payment_intents`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, MAX_AMOUNT, boolean, choice, currency, integer_within, merge_metadata, merge_text,
    metadata, web_address,
};
use super::retrieve::existing;
use super::within::within;
use super::{customers, payment_methods, terms};
use crate::form::Form;
use crate::money;
use crate::object::Object;
use crate::object::payment_intent::{IntentStatus, PaymentIntent, Redirects, Terms};
use crate::world::{Presence, Purpose, World};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["amount", "currency"],
    optional: &[
        "automatic_payment_methods.allow_redirects",
        "automatic_payment_methods.enabled",
        "capture_method",
        "confirm",
        "customer",
        "description",
        "metadata.*",
        "off_session",
        "payment_method",
        "payment_method_types.*",
        "receipt_email",
        "return_url",
        "setup_future_usage",
        "shipping.address.*",
        "shipping.carrier",
        "shipping.name",
        "shipping.phone",
        "shipping.tracking_number",
        "statement_descriptor",
        "statement_descriptor_suffix",
    ],
    not_in_sandbox: &[
        "allowed_payment_method_types.**",
        "amount_details.**",
        "application_fee_amount",
        "confirmation_method",
        "confirmation_token",
        "customer_account",
        "error_on_requires_action",
        "excluded_payment_method_types.**",
        "hooks.**",
        "mandate",
        "mandate_data.**",
        "on_behalf_of",
        "payment_details.**",
        "payment_method_configuration",
        "payment_method_data.**",
        "payment_method_options.**",
        "radar_options.**",
        "transfer_data.**",
        "transfer_group",
        "use_stripe_sdk",
    ],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["description", "metadata", "metadata.*", "receipt_email"],
    not_in_sandbox: &[
        "amount",
        "amount_details.**",
        "application_fee_amount",
        "capture_method",
        "currency",
        "customer",
        "payment_method",
        "payment_method_options.**",
        "payment_method_types.**",
        "setup_future_usage",
        "shipping.**",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data.**",
        "transfer_group",
    ],
};
pub(crate) const CONFIRM: Accepts = Accepts {
    required: &[],
    optional: &["off_session", "payment_method", "return_url"],
    not_in_sandbox: &[
        "capture_method",
        "confirmation_token",
        "error_on_requires_action",
        "mandate",
        "mandate_data.**",
        "payment_method_data.**",
        "payment_method_options.**",
        "payment_method_types.**",
        "receipt_email",
        "setup_future_usage",
        "shipping.**",
        "use_stripe_sdk",
    ],
};
pub(crate) const CANCEL: Accepts =
    Accepts { required: &[], optional: &["cancellation_reason"], not_in_sandbox: &[] };
pub(crate) const CAPTURE: Accepts = Accepts {
    required: &[],
    optional: &["amount_to_capture", "final_capture", "metadata.*"],
    not_in_sandbox: &["application_fee_amount", "transfer_data.**"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["created", "created.gt", "created.gte", "created.lt", "created.lte", "customer"],
    not_in_sandbox: &["customer_account"],
};
const CANCELLATION_REASONS: [&str; 4] =
    ["abandoned", "duplicate", "fraudulent", "requested_by_customer"];

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    check_capture(form)?;
    let confirm = boolean(form, "confirm")?.unwrap_or(false);
    let amount = integer_within(form, "amount", 1..=MAX_AMOUNT)?;
    let amount = amount.ok_or_else(|| ApiError::missing_parameter("amount"))?;
    let currency = currency(form, "currency")?;
    let currency = currency.ok_or_else(|| ApiError::missing_parameter("currency"))?;
    check_amount(amount, &currency)?;
    let customer = form.text("customer").map(|id| customers::named(world, id)).transpose()?;
    let terms = intent_terms(form)?;
    if confirm {
        check_return(form, &terms)?;
    }
    let method = payment_methods::named(world, form, "payment_method")?;
    if let Some(method) = &method {
        check_owner(world, method, customer.as_deref())?;
    }
    let purpose = Purpose {
        amount,
        currency,
        customer,
        metadata: metadata(form, "metadata"),
        description: form.text("description").map(str::to_owned),
    };
    let id = world.create_intent(purpose, terms);
    if let Some(method) = method {
        let intent = world.payment_intents.known_mut(&id);
        intent.payment_method = Some(method);
        intent.status = IntentStatus::RequiresConfirmation;
    }
    if confirm { try_to_pay(world, form, &id) } else { Ok(shown(world, &id)) }
}

/// A card is not charged for less than that.
fn check_amount(amount: i64, currency: &str) -> Result<(), ApiError> {
    let least = money::least_charge(currency);
    let message = format!("Amount must be at least {} {currency}", money::shown(least, currency));
    if amount < least {
        return Err(ApiError::invalid(message).code("amount_too_small").at("amount"));
    }
    Ok(())
}

/// The sandbox takes the money at once.
fn check_capture(form: &Form) -> Result<(), ApiError> {
    match choice(form, "capture_method", &["automatic", "automatic_async", "manual"])? {
        Some("manual") => Err(ApiError::not_in_sandbox("capture_method=manual")),
        Some(_) | None => Ok(()),
    }
}

fn intent_terms(form: &Form) -> Result<Terms, ApiError> {
    let (automatic, terms) = (redirects(form)?, terms::read(form, "")?);
    let cards_alone = automatic.is_none() && !form.has("payment_method_types");
    let terms = Terms { automatic, ..terms };
    Ok(if cards_alone { Terms { method_types: vec!["card".to_owned()], ..terms } } else { terms })
}

/// Without a list of its own the account chooses the means of payment.
pub(crate) fn redirects(form: &Form) -> Result<Option<Redirects>, ApiError> {
    let asked = choice(form, "automatic_payment_methods.allow_redirects", &["always", "never"])?;
    let enabled = boolean(form, "automatic_payment_methods.enabled")?.unwrap_or(true);
    let listed = form.has("payment_method_types");
    if listed && form.has("automatic_payment_methods") {
        return Err(ApiError::parameter(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
        ));
    }
    let chosen = if asked == Some("never") { Redirects::Never } else { Redirects::Always };
    Ok((enabled && !listed).then_some(chosen))
}

fn check_return(form: &Form, terms: &Terms) -> Result<(), ApiError> {
    web_address(form, "return_url")?;
    if terms.automatic != Some(Redirects::Always) || form.has("return_url") {
        return Ok(());
    }
    Err(ApiError::invalid(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these \
         payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't \
         want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and \
         `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    )
    .at("return_url"))
}

/// Nobody pays with another customer's card.
pub(crate) fn check_owner(
    world: &World,
    method: &str,
    customer: Option<&str>,
) -> Result<(), ApiError> {
    let owner = world.payment_methods.known(method).customer.as_deref();
    if owner.is_none() || owner == customer {
        return Ok(());
    }
    let message = "The provided PaymentMethod cannot be used with this PaymentIntent: it belongs to another Customer. \
                   Please include the Customer in the `customer` parameter on the PaymentIntent.";
    Err(ApiError::invalid(message).at("payment_method"))
}

pub(crate) fn confirm(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let intent = existing(&world.payment_intents, id)?;
    let (status, customer) = (intent.status, intent.customer.clone());
    match status {
        IntentStatus::RequiresPaymentMethod { .. }
        | IntentStatus::RequiresConfirmation
        | IntentStatus::RequiresAction => {}
        IntentStatus::Processing | IntentStatus::Succeeded | IntentStatus::Canceled { .. } => {
            let message = format!(
                "You cannot confirm this PaymentIntent because it has a status of {}.",
                status.name()
            );
            return Err(ApiError::unexpected_state(message, &shown(world, id)));
        }
    }
    check_return(form, &intent.terms.clone())?;
    if let Some(method) = payment_methods::named(world, form, "payment_method")? {
        check_owner(world, &method, customer.as_deref())?;
        world.payment_intents.known_mut(id).payment_method = Some(method);
    } else if matches!(status, IntentStatus::RequiresPaymentMethod { .. }) {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either \
                       update the PaymentIntent with a payment method and then confirm it again, or confirm it again \
                       directly with a payment method or ConfirmationToken.";
        return Err(ApiError::unexpected_state(message.to_owned(), &shown(world, id)));
    }
    try_to_pay(world, form, id)
}

fn try_to_pay(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    if let Some(back) = web_address(form, "return_url")? {
        world.payment_intents.known_mut(id).return_url = Some(back);
    }
    let off_session = boolean(form, "off_session")?.unwrap_or(false);
    let presence = if off_session { Presence::Absent } else { Presence::Asked };
    let intent = world.payment_intents.known(id);
    let method = intent.payment_method.clone();
    let method = method.ok_or_else(|| ApiError::missing_parameter("payment_method"))?;
    let kind = world.payment_methods.known(&method).means.type_name();
    if !intent.terms.method_types.iter().any(|it| it == kind) {
        let message = format!(
            "The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent. Please attach a PaymentMethod \
             of one of the following types: {}.",
            intent.terms.method_types.join(", ")
        );
        return Err(ApiError::invalid(message));
    }
    let result = world.confirm_intent(id, &method, presence);
    let intent = shown(world, id);
    result.map_err(|decline| ApiError::declined(decline, &intent))?;
    Ok(intent)
}

pub(crate) fn cancel(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let asked = choice(form, "cancellation_reason", &CANCELLATION_REASONS)?;
    let reason = CANCELLATION_REASONS.into_iter().find(|it| asked == Some(*it));
    let status = existing(&world.payment_intents, id)?.status;
    check_own(world, id)?;
    match status {
        IntentStatus::RequiresPaymentMethod { .. }
        | IntentStatus::RequiresConfirmation
        | IntentStatus::RequiresAction => {}
        IntentStatus::Processing | IntentStatus::Succeeded | IntentStatus::Canceled { .. } => {
            let message = format!(
                "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of \
                 the following statuses may be canceled: requires_payment_method, requires_capture, \
                 requires_confirmation, requires_action, processing.",
                status.name()
            );
            return Err(ApiError::unexpected_state(message, &shown(world, id)));
        }
    }
    world.cancel_intent_because(id, reason);
    Ok(shown(world, id))
}

/// The payment of an invoice or of a checkout ends with that, not by itself.
fn check_own(world: &World, id: &str) -> Result<(), ApiError> {
    let of_invoice = world.invoice_payments.iter().any(|it| it.payment_intent == id);
    let of_checkout =
        world.checkout_sessions.iter().any(|it| it.payment_intent.as_deref() == Some(id));
    let instead = match (of_invoice, of_checkout) {
        (true, _) => {
            "You cannot cancel a PaymentIntent that belongs to an Invoice. Void the Invoice instead."
        }
        (false, true) => {
            "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead."
        }
        (false, false) => return Ok(()),
    };
    Err(ApiError::unexpected_state(instead.to_owned(), &shown(world, id)))
}

/// No intent of the sandbox waits for a capture.
pub(crate) fn capture(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let status = existing(&world.payment_intents, id)?.status.name();
    let message = format!(
        "This PaymentIntent could not be captured because it has a status of {status}. Only a PaymentIntent with one \
         of the following statuses may be captured: requires_capture."
    );
    Err(ApiError::unexpected_state(message, &shown(world, id)))
}

/// Stripe tells of an update only where it changes how the payment goes on.
pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(&world.payment_intents, id)?;
    let intent = world.payment_intents.known_mut(id);
    merge_text(&mut intent.description, form, "description");
    merge_text(&mut intent.terms.receipt_email, form, "receipt_email");
    merge_metadata(&mut intent.metadata, form, "metadata");
    Ok(shown(world, id))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let customer = form.text("customer");
    let wanted = |intent: &&PaymentIntent| {
        created.contains(&intent.created)
            && (customer.is_none() || intent.customer.as_deref() == customer)
    };
    page(world, form, "/v1/payment_intents", world.payment_intents.iter().filter(wanted))
}

fn shown(world: &World, id: &str) -> Value {
    world.payment_intents.known(id).render(world)
}
