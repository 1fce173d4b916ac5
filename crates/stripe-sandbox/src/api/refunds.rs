//! `/v1/refunds`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, MAX_AMOUNT, choice, integer_within, merge_metadata, metadata};
use super::retrieve::existing;
use super::within::within;
use crate::form::Form;
use crate::money;
use crate::object::Object;
use crate::object::charge::{Charge, ChargeResult};
use crate::object::payment_intent::PaymentIntent;
use crate::object::refund::Refund;
use crate::world::{RefundOrder, World};

pub(crate) const CREATE: Accepts = Accepts {
    required: &[],
    optional: &["amount", "charge", "metadata", "metadata.*", "payment_intent", "reason"],
    not_in_sandbox: &[
        "currency",
        "customer",
        "instructions_email",
        "origin",
        "refund_application_fee",
        "reverse_transfer",
    ],
};
pub(crate) const UPDATE: Accepts =
    Accepts { required: &[], optional: &["metadata", "metadata.*"], not_in_sandbox: &[] };
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "charge",
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "payment_intent",
    ],
    not_in_sandbox: &[],
};
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let reason = choice(form, "reason", &REASONS)?.map(str::to_owned);
    let asked = integer_within(form, "amount", 1..=MAX_AMOUNT)?;
    let charge = charge(world, form)?;
    check_refundable(world, &charge)?;
    let left = world.refundable(&charge);
    let amount = asked.unwrap_or(left);
    if amount > left {
        let currency = &world.charges.known(&charge).currency;
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            money::shown(amount, currency),
            money::shown(left, currency),
        );
        return Err(ApiError::invalid(message).at("amount"));
    }
    let order = RefundOrder { charge, amount, reason, metadata: metadata(form, "metadata") };
    let id = world.refund(order);
    Ok(world.refunds.known(&id).render(world))
}

fn charge(world: &World, form: &Form) -> Result<String, ApiError> {
    match (form.text("charge"), form.text("payment_intent")) {
        (Some(id), None) => {
            let charge = world.charges.get(id).map(|charge| charge.id.clone());
            charge.ok_or_else(|| ApiError::no_such(Charge::KIND, id, "charge"))
        }
        (None, Some(id)) => {
            let missing = || ApiError::no_such(PaymentIntent::KIND, id, "payment_intent");
            let intent = world.payment_intents.get(id).ok_or_else(missing)?;
            let message =
                format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
            intent.latest_charge.clone().ok_or_else(|| ApiError::invalid(message))
        }
        (Some(_), Some(_)) => Err(ApiError::parameter(
            "You may only specify one of these parameters: charge, payment_intent.",
        )),
        (None, None) => Err(ApiError::parameter(
            "One of the following params should be provided for this request: payment_intent or charge.",
        )
        .code("parameter_missing")),
    }
}

fn check_refundable(world: &World, id: &str) -> Result<(), ApiError> {
    let charge = world.charges.known(id);
    if charge.result != ChargeResult::Succeeded {
        let intent = &charge.payment_intent;
        return Err(ApiError::invalid(format!(
            "This PaymentIntent ({intent}) does not have a successful charge to refund."
        )));
    }
    if world.is_charged_back(id) {
        let message = format!("Charge {id} has been charged back; cannot issue a refund.");
        return Err(ApiError::invalid(message).code("charge_disputed"));
    }
    if world.refundable(id) == 0 {
        let message = format!("Charge {id} has already been refunded.");
        return Err(ApiError::invalid(message).code("charge_already_refunded"));
    }
    Ok(())
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = existing(&world.refunds, id)?.render(world);
    merge_metadata(&mut world.refunds.known_mut(id).metadata, form, "metadata");
    world.emit_refund_update(id, &before);
    Ok(world.refunds.known(id).render(world))
}

/// Stripe cancels only refunds that wait for the customer's bank details; no means of payment of
/// the sandbox has such.
pub(crate) fn cancel(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let status = existing(&world.refunds, id)?.status.name();
    let message = format!("You cannot cancel a refund with status {status}.");
    Err(ApiError::invalid(message))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let wanted = |refund: &&Refund| {
        let intent = &world.charges.known(&refund.charge).payment_intent;
        created.contains(&refund.created)
            && form.text("charge").is_none_or(|charge| refund.charge == charge)
            && form.text("payment_intent").is_none_or(|wanted| intent == wanted)
    };
    page(world, form, "/v1/refunds", world.refunds.iter().filter(wanted))
}

/// `charges/:id/refunds`
pub(crate) fn list_of_charge(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(&world.charges, id)?;
    let url = format!("/v1/charges/{id}/refunds");
    page(world, form, &url, world.refunds.iter().filter(|refund| refund.charge == id))
}
