//! `/v1/invoices`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::list::{page, page_of_parts};
use super::params::{self, Accepts, boolean, choice, metadata};
use super::retrieve::existing;
use super::subscription_order::payment_method;
use super::within::within;
use crate::cards::Decline;
use crate::form::Form;
use crate::object::Object;
use crate::object::invoice::{BillingReason, Invoice, InvoiceState};
use crate::object::subscription::Subscription;
use crate::world::{Outcome, Presence, World};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["customer"],
    optional: &[
        "auto_advance",
        "collection_method",
        "currency",
        "default_payment_method",
        "description",
        "metadata",
        "metadata.*",
        "pending_invoice_items_behavior",
        "subscription",
    ],
    not_in_sandbox: &[
        "account_tax_ids.**",
        "application_fee_amount",
        "automatic_tax.**",
        "automatically_finalizes_at",
        "custom_fields.**",
        "customer_account",
        "days_until_due",
        "default_source",
        "default_tax_rates.**",
        "discounts.**",
        "due_date",
        "effective_at",
        "footer",
        "from_invoice.**",
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
pub(crate) const FINALIZE: Accepts =
    Accepts { required: &[], optional: &["auto_advance"], not_in_sandbox: &[] };
pub(crate) const PAY: Accepts = Accepts {
    required: &[],
    optional: &["off_session", "paid_out_of_band", "payment_method"],
    not_in_sandbox: &["forgive", "mandate", "source"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["created", "created.*", "customer", "status", "subscription"],
    not_in_sandbox: &["collection_method", "customer_account", "due_date", "due_date.*"],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    const STATUSES: [&str; 5] = ["draft", "open", "paid", "uncollectible", "void"];
    choice(form, "status", &STATUSES)?;
    let created = within(form, "created")?;
    let is = |name: &str, actual: &str| form.text(name).is_none_or(|wanted| wanted == actual);
    let wanted = |invoice: &&Invoice| {
        is("customer", &invoice.customer)
            && is("subscription", invoice.subscription.as_deref().unwrap_or_default())
            && is("status", invoice.state.name())
            && created.contains(&invoice.created)
    };
    page(world, form, "/v1/invoices", world.invoices.iter().filter(wanted))
}

/// A draft; what waits for an invoice is on it if the caller says so.
pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let customer = customers::named(world, form.required("customer"))?;
    let method = choice(form, "collection_method", &["charge_automatically", "send_invoice"])?;
    if method == Some("send_invoice") {
        return Err(ApiError::not_in_sandbox("collection_method=send_invoice"));
    }
    let pending = choice(form, "pending_invoice_items_behavior", &["exclude", "include"])?;
    let subscription = form.text("subscription");
    if let Some(id) = subscription {
        let own = world.subscriptions.get(id).filter(|it| it.customer == customer);
        own.ok_or_else(|| ApiError::no_such(Subscription::KIND, id, "subscription"))?;
    }
    let method = payment_method(world, form, "default_payment_method", &customer)?;
    let automatic = boolean(form, "auto_advance")?.unwrap_or(false);
    if automatic {
        return Err(ApiError::not_in_sandbox("auto_advance=true"));
    }
    params::currency(form, "currency")?;
    let currency = currency(world, form, &customer, subscription);
    let blank = world.blank_invoice(&customer, &currency, BillingReason::Manual);
    let invoice = Invoice {
        subscription: subscription.map(str::to_owned),
        default_payment_method: method,
        description: form.text("description").map(str::to_owned),
        metadata: metadata(form, "metadata"),
        ..blank
    };
    // Stripe bills what waits of a subscription whenever an invoice names it.
    let id = if pending == Some("include") || (pending.is_none() && subscription.is_some()) {
        world.create_invoice_of_items(invoice)
    } else {
        world.add_invoice(invoice)
    };
    Ok(world.invoices.known(&id).render(world))
}

/// The caller's, or that of what is to be billed.
fn currency(world: &World, form: &Form, customer: &str, subscription: Option<&str>) -> String {
    let of_subscription = subscription.map(|id| world.subscriptions.known(id).currency.clone());
    let pending = world.invoice_items.iter().find(|it| it.customer == customer && it.waits());
    let asked = form.text("currency").map(str::to_lowercase);
    asked
        .or(of_subscription)
        .or_else(|| pending.map(|it| it.currency.clone()))
        .unwrap_or_else(|| "usd".to_owned())
}

pub(crate) fn lines(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let lines = existing(&world.invoices, id)?.shown_lines(world);
    page_of_parts(world, form, &format!("/v1/invoices/{id}/lines"), lines)
}

pub(crate) fn finalize(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let auto_advance = boolean(form, "auto_advance")?;
    if existing(&world.invoices, id)?.state != InvoiceState::Draft {
        let message =
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.";
        return Err(ApiError::invalid(message));
    }
    world.finalize(id);
    let invoice = world.invoices.known_mut(id);
    invoice.collection.automatic = auto_advance.unwrap_or(invoice.collection.automatic);
    if invoice.amount_due() == 0 {
        world.settle_invoice(id);
    } else {
        world.intent_of(id);
        world.bill(id);
    }
    Ok(world.invoices.known(id).render(world))
}

/// A draft is finalized first.
pub(crate) fn pay(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let invoice = existing(&world.invoices, id)?;
    if invoice.state.paid_at().is_some() {
        return Err(ApiError::invalid("Invoice is already paid"));
    }
    if invoice.state.voided_at().is_some() {
        return Err(ApiError::invalid("You can't pay an invoice that is void."));
    }
    let customer = invoice.customer.clone();
    boolean(form, "off_session")?;
    let out_of_band = boolean(form, "paid_out_of_band")? == Some(true);
    let method = payment_method(world, form, "payment_method", &customer)?;
    world.finalize(id);
    if out_of_band {
        world.settle_invoice(id);
        return Ok(world.invoices.known(id).render(world));
    }
    match world.try_to_collect(id, Presence::Asked, method) {
        Outcome::Paid => Ok(world.invoices.known(id).render(world)),
        Outcome::Declined(decline) => Err(declined(decline)),
        Outcome::NeedsCustomer => Err(needs_customer("invoice_payment_intent_requires_action")),
        Outcome::NothingToCharge => {
            let message = "There is no `default_payment_method` set on this Customer or Invoice. Please set a \
                 `default_payment_method` or pass one to pay the invoice.";
            Err(ApiError::invalid(message).code("invoice_no_payment_method_types"))
        }
    }
}

pub(crate) fn declined(decline: Decline) -> ApiError {
    ApiError::card(decline.message, decline.code)
}

pub(crate) fn needs_customer(code: &'static str) -> ApiError {
    let message = "This payment requires additional user action before it can be completed successfully. Payment \
         can be completed using the PaymentIntent associated with the invoice.";
    ApiError::card(message, code)
}

pub(crate) fn void(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    check_open(world, id)?;
    world.void(id);
    world.forgive(id);
    Ok(world.invoices.known(id).render(world))
}

pub(crate) fn mark_uncollectible(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    if existing(&world.invoices, id)?.state == InvoiceState::Draft {
        world.finalize(id);
    }
    check_open(world, id)?;
    world.write_off(id);
    world.forgive(id);
    Ok(world.invoices.known(id).render(world))
}

fn check_open(world: &World, id: &str) -> Result<(), ApiError> {
    if existing(&world.invoices, id)?.state.can_be_paid() {
        return Ok(());
    }
    let message = "You can only pass in open invoices. This invoice isn't open.";
    Err(ApiError::invalid(message).code("invoice_not_editable"))
}
