//! `/v1/charges`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, merge_metadata, merge_text};
use super::retrieve::existing;
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::charge::Charge;
use crate::world::{World, changed};

pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["description", "metadata", "metadata.*"],
    not_in_sandbox: &[
        "customer",
        "fraud_details.**",
        "receipt_email",
        "shipping.**",
        "transfer_group",
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
        "payment_intent",
    ],
    not_in_sandbox: &["transfer_group"],
};

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = existing(&world.charges, id)?.render(world);
    let charge = world.charges.known_mut(id);
    merge_text(&mut charge.description, form, "description");
    merge_metadata(&mut charge.metadata, form, "metadata");
    let after = world.charges.known(id).render(world);
    world.emit_change("charge.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let wanted = |charge: &&Charge| {
        created.contains(&charge.created)
            && form
                .text("customer")
                .is_none_or(|customer| charge.customer.as_deref() == Some(customer))
            && form.text("payment_intent").is_none_or(|intent| charge.payment_intent == intent)
    };
    page(world, form, "/v1/charges", world.charges.iter().filter(wanted))
}
