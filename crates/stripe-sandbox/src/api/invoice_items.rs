//! `/v1/invoiceitems`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, MAX_AMOUNT, boolean, currency, integer_within, metadata};
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::invoice::{Invoice, InvoiceState};
use crate::object::invoice_item::InvoiceItem;
use crate::object::price::Price;
use crate::object::subscription::{Period, Subscription};
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["customer"],
    optional: &[
        "amount",
        "currency",
        "description",
        "invoice",
        "metadata",
        "metadata.*",
        "pricing.price",
        "quantity",
        "subscription",
    ],
    not_in_sandbox: &[
        "customer_account",
        "discountable",
        "discounts.**",
        "period.**",
        "price_data.**",
        "quantity_decimal",
        "tax_behavior",
        "tax_code",
        "tax_rates.**",
        "unit_amount_decimal",
    ],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["created", "created.*", "customer", "invoice", "pending"],
    not_in_sandbox: &["customer_account"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let now = world.now();
    let customer = customers::named(world, form.required("customer"))?;
    let quantity = integer_within(form, "quantity", 0..=999_999)?.unwrap_or(1);
    let Charged { amount, currency, price } = charged(world, form, quantity)?;
    if let Some(id) = form.text("subscription") {
        let own = world.subscriptions.get(id).filter(|it| it.customer == customer);
        own.ok_or_else(|| ApiError::no_such(Subscription::KIND, id, "subscription"))?;
    }
    check_invoice(world, form, &customer, &currency)?;
    let item = InvoiceItem {
        id: world.ids.long("ii"),
        created: now,
        customer,
        subscription: form.text("subscription").map(str::to_owned),
        subscription_item: None,
        price,
        quantity,
        amount,
        currency,
        description: form.text("description").map(str::to_owned),
        period: Period { start: now, end: now },
        proration: false,
        invoice: form.text("invoice").map(str::to_owned),
        metadata: metadata(form, "metadata"),
        deleted: false,
    };
    let id = item.id.clone();
    world.add_invoice_item(item);
    Ok(world.invoice_items.known(&id).render(world))
}

struct Charged {
    amount: i64,
    currency: String,
    price: Option<String>,
}

/// An amount, or a price that is charged once.
fn charged(world: &World, form: &Form, quantity: i64) -> Result<Charged, ApiError> {
    let amount = integer_within(form, "amount", -MAX_AMOUNT..=MAX_AMOUNT)?;
    match (amount, form.text("pricing.price")) {
        (Some(_), Some(_)) => Err(ApiError::parameter(
            "You may only specify one of these parameters: amount, pricing.",
        )),
        (None, None) => Err(ApiError::missing_parameter("amount")),
        (Some(_), None) if form.has("quantity") => Err(ApiError::parameter(
            "You may only specify one of these parameters: amount, quantity.",
        )),
        (Some(amount), None) => {
            let missing = || ApiError::missing_parameter("currency");
            let currency = currency(form, "currency")?.ok_or_else(missing)?;
            Ok(Charged { amount, currency, price: None })
        }
        (None, Some(id)) => {
            let price = world.prices.get(id);
            let price =
                price.ok_or_else(|| ApiError::no_such(Price::KIND, id, "pricing[price]"))?;
            if price.recurring.is_some() {
                let message = format!(
                    "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`: {id}"
                );
                return Err(ApiError::invalid(message).at("pricing[price]"));
            }
            let (amount, currency) = (price.times(quantity), price.currency.clone());
            Ok(Charged { amount, currency, price: Some(id.to_owned()) })
        }
    }
}

/// Only a draft of the same customer takes more.
fn check_invoice(
    world: &World,
    form: &Form,
    customer: &str,
    currency: &str,
) -> Result<(), ApiError> {
    let Some(id) = form.text("invoice") else { return Ok(()) };
    let own = world.invoices.get(id).filter(|it| it.customer == customer);
    let invoice = own.ok_or_else(|| ApiError::no_such(Invoice::KIND, id, "invoice"))?;
    if invoice.state != InvoiceState::Draft {
        let message = "This invoice is no longer editable";
        return Err(ApiError::invalid(message).code("invoice_not_editable").at("invoice"));
    }
    if invoice.currency != currency {
        let message =
            format!("The currency of the invoice is {}, not {currency}.", invoice.currency);
        return Err(ApiError::invalid(message).at("currency"));
    }
    Ok(())
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let pending = boolean(form, "pending")?;
    let wanted = |item: &&InvoiceItem| {
        form.text("customer").is_none_or(|customer| item.customer == customer)
            && form.text("invoice").is_none_or(|invoice| item.invoice.as_deref() == Some(invoice))
            && pending.is_none_or(|pending| pending == item.invoice.is_none())
            && created.contains(&item.created)
    };
    page(world, form, "/v1/invoiceitems", world.invoice_items.iter().filter(wanted))
}
