//! `/v1/checkout/sessions`

use serde_json::Value;

use super::error::ApiError;
use super::list::{page, page_of_parts};
use super::order;
use super::params::{Accepts, choice, integer, merge_metadata};
use super::retrieve::existing;
use super::within::within;
use crate::calendar::DAY_SECONDS;
use crate::form::Form;
use crate::object::Object;
use crate::object::checkout_session::CheckoutSession;
use crate::object::promotion_code::Redemption;
use crate::world::{Buyer, World};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["mode", "line_items", "success_url"],
    optional: &[
        "allow_promotion_codes",
        "cancel_url",
        "client_reference_id",
        "currency",
        "custom_text.after_submit.message",
        "custom_text.shipping_address.message",
        "custom_text.submit.message",
        "custom_text.terms_of_service_acceptance.message",
        "customer",
        "customer_creation",
        "customer_email",
        "customer_update.address",
        "customer_update.name",
        "customer_update.shipping",
        "discounts.*.coupon",
        "discounts.*.promotion_code",
        "expires_at",
        "line_items.*.price",
        "line_items.*.quantity",
        "locale",
        "metadata.*",
        "payment_intent_data.description",
        "payment_intent_data.metadata.*",
        "payment_intent_data.receipt_email",
        "payment_intent_data.setup_future_usage",
        "payment_intent_data.shipping.address.*",
        "payment_intent_data.shipping.carrier",
        "payment_intent_data.shipping.name",
        "payment_intent_data.shipping.phone",
        "payment_intent_data.shipping.tracking_number",
        "payment_intent_data.statement_descriptor",
        "payment_intent_data.statement_descriptor_suffix",
        "payment_method_collection",
        "payment_method_types.*",
        "submit_type",
        "subscription_data.description",
        "subscription_data.metadata.*",
        "subscription_data.trial_end",
        "subscription_data.trial_period_days",
        "ui_mode",
    ],
    not_in_sandbox: &[
        "adaptive_pricing.**",
        "after_expiration.**",
        "allowed_payment_method_types.**",
        "automatic_tax.**",
        "billing_address_collection",
        "branding_settings.**",
        "consent_collection.**",
        "custom_fields.**",
        "customer_account",
        "excluded_payment_method_types.**",
        "integration_identifier",
        "invoice_creation.**",
        "line_items.*.adjustable_quantity.**",
        "line_items.*.metadata.**",
        "line_items.*.price_data.**",
        "line_items.*.tax_rates.**",
        "managed_payments.**",
        "name_collection.**",
        "optional_items.**",
        "origin_context",
        "payment_intent_data.application_fee_amount",
        "payment_intent_data.capture_method",
        "payment_intent_data.on_behalf_of",
        "payment_intent_data.transfer_data.**",
        "payment_intent_data.transfer_group",
        "payment_method_configuration",
        "payment_method_data.**",
        "payment_method_options.**",
        "permissions.**",
        "phone_number_collection.**",
        "redirect_on_completion",
        "return_url",
        "saved_payment_method_options.**",
        "setup_intent_data.**",
        "shipping_address_collection.**",
        "shipping_options.**",
        "subscription_data.application_fee_percent",
        "subscription_data.billing_cycle_anchor",
        "subscription_data.billing_cycle_anchor_config.**",
        "subscription_data.billing_mode.**",
        "subscription_data.default_tax_rates.**",
        "subscription_data.invoice_settings.**",
        "subscription_data.on_behalf_of",
        "subscription_data.pending_invoice_item_interval.**",
        "subscription_data.proration_behavior",
        "subscription_data.transfer_data.**",
        "subscription_data.trial_settings.**",
        "tax_id_collection.**",
        "wallet_options.**",
    ],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "customer",
        "customer_details.email",
        "payment_intent",
        "status",
        "subscription",
    ],
    not_in_sandbox: &["customer_account", "payment_link"],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["metadata", "metadata.*"],
    not_in_sandbox: &[
        "collected_information.**",
        "line_items.**",
        "payment_intent_data.**",
        "shipping_options.**",
    ],
};

const LEAST_LIFE_SECONDS: i64 = 30 * 60;

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let expires_at = expires_at(form, world.now())?;
    let customer = order::customer(world, form)?;
    let order = order::read(world, form)?;
    if let Some(customer) = &customer {
        order::check_currency(world, customer, &order)?;
    }
    let redemption = Redemption {
        customer: customer.as_deref(),
        subtotal: order.items.iter().map(|item| world.amount(item)).sum(),
        currency: &order.currency,
    };
    let discount = order::discount(world, form, &redemption)?;
    let off =
        discount.as_ref().map(|it| world.coupons.known(&it.coupon).off.of(redemption.subtotal));
    order::check_charge(&order, redemption.subtotal - off.unwrap_or_default())?;
    let id = world.open_session(order, Buyer { customer, discount }, expires_at);
    Ok(world.checkout_sessions.known(&id).render(world))
}

/// From half an hour to a day after the creation.
fn expires_at(form: &Form, now: i64) -> Result<i64, ApiError> {
    let error = |bound: &str| {
        let message =
            format!("The `expires_at` timestamp must be {bound} from Checkout Session creation.");
        Err(ApiError::invalid(message).at("expires_at"))
    };
    match integer(form, "expires_at")? {
        None => Ok(now + DAY_SECONDS),
        Some(at) if at < now + LEAST_LIFE_SECONDS => error("at least 30 minutes"),
        Some(at) if at > now + DAY_SECONDS => error("less than 24 hours"),
        Some(at) => Ok(at),
    }
}

/// The only thing that changes later, and no event tells of it.
pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(&world.checkout_sessions, id)?;
    let session = world.checkout_sessions.known_mut(id);
    merge_metadata(&mut session.order.metadata, form, "metadata");
    Ok(world.checkout_sessions.known(id).render(world))
}

pub(crate) fn line_items(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let items = existing(&world.checkout_sessions, id)?.render_items(world);
    page_of_parts(world, form, &format!("/v1/checkout/sessions/{id}/line_items"), items)
}

pub(crate) fn expire(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    if !existing(&world.checkout_sessions, id)?.is_open() {
        let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
        return Err(ApiError::invalid(message));
    }
    world.expire_session(id);
    Ok(world.checkout_sessions.known(id).render(world))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let status = choice(form, "status", &["complete", "expired", "open"])?;
    let wanted = |session: &&CheckoutSession| {
        let completion = session.completion();
        let is = |name: &str, actual: Option<&str>| {
            form.text(name).is_none_or(|wanted| actual == Some(wanted))
        };
        created.contains(&session.created)
            && is("customer", session.customer.as_deref())
            && is("payment_intent", session.render_payment_intent())
            && is("subscription", completion.and_then(|it| it.subscription.as_deref()))
            && is("customer_details.email", completion.map(|it| it.email.as_str()))
            && status.is_none_or(|status| status == session.state.name())
    };
    page(world, form, "/v1/checkout/sessions", world.checkout_sessions.iter().filter(wanted))
}
