//! `/v1/invoices`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::Accepts;
use crate::form::Form;
use crate::object::invoice::Invoice;
use crate::world::World;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["customer", "status", "subscription"],
    not_in_sandbox: &[
        "collection_method",
        "created",
        "created.*",
        "customer_account",
        "due_date",
        "due_date.*",
    ],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let is = |name: &str, actual: &str| form.text(name).is_none_or(|wanted| wanted == actual);
    let wanted = |invoice: &&Invoice| {
        is("customer", &invoice.customer)
            && is("subscription", &invoice.subscription)
            && is("status", invoice.state.name())
    };
    page(world, form, "/v1/invoices", world.invoices.iter().filter(wanted))
}
