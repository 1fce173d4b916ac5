//! `/v1/invoices/:id` and `/v1/invoiceitems/:id` while they can still be changed, or given up.

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::{Accepts, MAX_AMOUNT, boolean, integer_within, merge_metadata, merge_text};
use super::retrieve::existing;
use super::subscription_order::payment_method;
use crate::form::Form;
use crate::object::Object;
use crate::object::invoice::{Invoice, InvoiceState};
use crate::object::invoice_item::InvoiceItem;
use crate::world::{World, changed};

pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["auto_advance", "default_payment_method", "description", "metadata", "metadata.*"],
    not_in_sandbox: &[
        "account_tax_ids.**",
        "application_fee_amount",
        "automatic_tax.**",
        "automatically_finalizes_at",
        "collection_method",
        "custom_fields.**",
        "days_until_due",
        "default_source",
        "default_tax_rates.**",
        "discounts.**",
        "due_date",
        "effective_at",
        "footer",
        "issuer.**",
        "number",
        "on_behalf_of",
        "payment_settings.**",
        "rendering.**",
        "shipping_cost.**",
        "shipping_details.**",
        "statement_descriptor",
        "transfer_data.**",
    ],
};
pub(crate) const UPDATE_ITEM: Accepts = Accepts {
    required: &[],
    optional: &["amount", "description", "metadata", "metadata.*"],
    not_in_sandbox: &[
        "discountable",
        "discounts.**",
        "period.**",
        "price_data.**",
        "pricing.**",
        "quantity",
        "quantity_decimal",
        "tax_behavior",
        "tax_code",
        "tax_rates.**",
        "unit_amount_decimal",
    ],
};

/// After finalization only the notes and who collects it can change.
pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let invoice = existing(&world.invoices, id)?;
    let (customer, state) = (invoice.customer.clone(), invoice.state);
    let before = invoice.render(world);
    let draft_only = ["default_payment_method", "description"];
    if state != InvoiceState::Draft && draft_only.iter().any(|name| form.has(name)) {
        let message = "Finalized invoices can't be updated in this way";
        return Err(ApiError::invalid(message).code("invoice_not_editable"));
    }
    let method = payment_method(world, form, "default_payment_method", &customer)?;
    let automatic = boolean(form, "auto_advance")?;
    if automatic == Some(true) && state == InvoiceState::Draft {
        return Err(ApiError::not_in_sandbox("auto_advance=true"));
    }
    let invoice = world.invoices.known_mut(id);
    invoice.collection.automatic = automatic.unwrap_or(invoice.collection.automatic);
    if form.raw("default_payment_method").is_some() {
        invoice.default_payment_method = method;
    }
    merge_text(&mut invoice.description, form, "description");
    merge_metadata(&mut invoice.metadata, form, "metadata");
    let after = world.invoices.known(id).render(world);
    world.emit_change("invoice.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

/// Gives up a draft; what it billed waits for another one.
pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let invoice = existing(&world.invoices, id)?;
    if invoice.state != InvoiceState::Draft {
        let message = "You can only delete draft invoices";
        return Err(ApiError::invalid(message).code("invoice_not_editable"));
    }
    if invoice.subscription.is_some() {
        let message = "You can't delete invoices created by subscriptions.";
        return Err(ApiError::invalid(message));
    }
    let last = invoice.render(world);
    let items = invoice.lines.iter().filter_map(|line| line.invoice_item.clone());
    for item in items.collect::<Vec<String>>() {
        world.invoice_items.known_mut(&item).invoice = None;
    }
    world.invoices.known_mut(id).deleted = true;
    world.emit("invoice.deleted", last);
    Ok(json!({ "id": id, "object": Invoice::NAME, "deleted": true }))
}

pub(crate) fn update_item(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let invoice = editable(world, id)?.invoice.clone();
    let amount = integer_within(form, "amount", -MAX_AMOUNT..=MAX_AMOUNT)?;
    let item = world.invoice_items.known_mut(id);
    if let Some(amount) = amount {
        (item.amount, item.price, item.quantity) = (amount, None, 1);
    }
    merge_text(&mut item.description, form, "description");
    merge_metadata(&mut item.metadata, form, "metadata");
    let item = item.clone();
    if let Some(invoice) = invoice {
        let mut lines = world.invoices.known_mut(&invoice).lines.iter_mut();
        if let Some(line) = lines.find(|it| it.invoice_item.as_deref() == Some(id)) {
            (line.amount, line.price, line.quantity) = (item.amount, item.price, item.quantity);
            line.description = item.description;
        }
    }
    Ok(world.invoice_items.known(id).render(world))
}

pub(crate) fn delete_item(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let item = editable(world, id)?;
    let (invoice, last) = (item.invoice.clone(), item.render(world));
    if let Some(invoice) = invoice {
        let lines = &mut world.invoices.known_mut(&invoice).lines;
        lines.retain(|line| line.invoice_item.as_deref() != Some(id));
    }
    world.invoice_items.known_mut(id).deleted = true;
    world.emit("invoiceitem.deleted", last);
    Ok(json!({ "id": id, "object": InvoiceItem::NAME, "deleted": true }))
}

/// An item that no invoice has, or a draft.
fn editable<'a>(world: &'a World, id: &str) -> Result<&'a InvoiceItem, ApiError> {
    let item = existing(&world.invoice_items, id)?;
    let invoice = item.invoice.as_deref().map(|invoice| world.invoices.known(invoice));
    if invoice.is_none_or(|invoice| invoice.state == InvoiceState::Draft) {
        return Ok(item);
    }
    let message = "This invoice item is on an invoice that is no longer editable";
    Err(ApiError::invalid(message).code("invoice_not_editable"))
}
