//! `/v1/subscriptions`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, FAR_SECONDS, boolean, choice, integer_within, merge_metadata, merge_text,
};
use super::retrieve::existing;
use crate::form::Form;
use crate::object::Object;
use crate::object::subscription::{Cancellation, Subscription};
use crate::world::World;

pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["cancel_at", "cancel_at_period_end", "description", "metadata", "metadata.*"],
    not_in_sandbox: &[
        "add_invoice_items.**",
        "application_fee_percent",
        "automatic_tax.**",
        "billing_cycle_anchor",
        "billing_schedules.**",
        "billing_thresholds.**",
        "cancellation_details.**",
        "collection_method",
        "days_until_due",
        "default_payment_method",
        "default_source",
        "default_tax_rates.**",
        "discounts.**",
        "invoice_settings.**",
        "items.**",
        "off_session",
        "on_behalf_of",
        "pause_collection.**",
        "payment_behavior",
        "payment_settings.**",
        "pending_invoice_item_interval.**",
        "proration_behavior",
        "proration_date",
        "transfer_data.**",
        "trial_end",
        "trial_from_plan",
        "trial_settings.**",
    ],
};
pub(crate) const CANCEL: Accepts = Accepts {
    required: &[],
    optional: &[],
    not_in_sandbox: &["cancellation_details.**", "invoice_now", "prorate"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["customer", "price", "status"],
    not_in_sandbox: &[
        "automatic_tax.**",
        "collection_method",
        "created",
        "created.*",
        "current_period_end",
        "current_period_end.*",
        "current_period_start",
        "current_period_start.*",
        "customer_account",
        "plan",
        "test_clock",
    ],
};
const STATUSES: [&str; 10] = [
    "active",
    "all",
    "canceled",
    "ended",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
];

/// Without `status`, those that are not canceled.
pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let status = choice(form, "status", &STATUSES)?;
    let wanted = |it: &&Subscription| {
        let fits = match status {
            None => it.status.name() != "canceled",
            Some("all") => true,
            Some("ended") => !it.is_live(),
            Some(status) => it.status.name() == status,
        };
        fits && form.text("customer").is_none_or(|customer| it.customer == customer)
            && form
                .text("price")
                .is_none_or(|price| it.items.iter().any(|item| item.price == price))
    };
    page(world, form, "/v1/subscriptions", world.subscriptions.iter().filter(wanted))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    if !existing(&world.subscriptions, id)?.is_live() {
        let message =
            "A canceled subscription can only update its cancellation_details and metadata.";
        return Err(ApiError::invalid(message));
    }
    let cancellation = cancellation(world, form)?;
    let subscription = world.subscriptions.known_mut(id);
    merge_text(&mut subscription.description, form, "description");
    merge_metadata(&mut subscription.metadata, form, "metadata");
    match cancellation {
        Some(cancellation) => world.set_cancellation(id, cancellation),
        None => world.emit_subscription("customer.subscription.updated", id, None),
    }
    Ok(world.subscriptions.known(id).render(world))
}

fn cancellation(world: &World, form: &Form) -> Result<Option<Cancellation>, ApiError> {
    let asked_at = world.now();
    if form.has("cancel_at") && form.has("cancel_at_period_end") {
        return Err(ApiError::parameter(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
        ));
    }
    if form.raw("cancel_at") == Some("") {
        return Ok(Some(Cancellation::None));
    }
    if let Some(moment) = integer_within(form, "cancel_at", 0..=asked_at + FAR_SECONDS)? {
        let future = moment > asked_at;
        let error = || {
            ApiError::invalid("The `cancel_at` timestamp must be in the future.").at("cancel_at")
        };
        return if future { Ok(Some(Cancellation::At { moment, asked_at })) } else { Err(error()) };
    }
    let at_period_end = boolean(form, "cancel_at_period_end")?;
    Ok(at_period_end
        .map(|yes| if yes { Cancellation::AtPeriodEnd { asked_at } } else { Cancellation::None }))
}

pub(crate) fn cancel(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    if !existing(&world.subscriptions, id)?.is_live() {
        return Err(ApiError::not_found(Subscription::KIND, id));
    }
    world.end_subscription(id);
    Ok(world.subscriptions.known(id).render(world))
}
