//! `/v1/invoice_payments`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, choice};
use super::within::within;
use crate::form::Form;
use crate::object::invoice_payment::InvoicePayment;
use crate::world::World;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "created",
        "created.*",
        "invoice",
        "payment.payment_intent",
        "payment.type",
        "status",
    ],
    not_in_sandbox: &["payment.payment_record"],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let kind = choice(form, "payment.type", &["payment_intent", "payment_record"])?;
    if kind == Some("payment_record") {
        return Err(ApiError::not_in_sandbox("payment[type]=payment_record"));
    }
    if form.has("payment") && kind.is_none() {
        return Err(ApiError::missing_parameter("payment[type]"));
    }
    let status = choice(form, "status", &["canceled", "open", "paid"])?;
    let created = within(form, "created")?;
    let is = |name: &str, actual: &str| form.text(name).is_none_or(|wanted| wanted == actual);
    let wanted = |payment: &&InvoicePayment| {
        is("invoice", &payment.invoice)
            && is("payment.payment_intent", &payment.payment_intent)
            && status.is_none_or(|status| status == payment.status(world))
            && created.contains(&payment.created)
    };
    page(world, form, "/v1/invoice_payments", world.invoice_payments.iter().filter(wanted))
}
