//! `/v1/payment_methods`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, bracketed, choice, merge_metadata, merge_text, metadata};
use super::retrieve::existing;
use crate::cards;
use crate::form::Form;
use crate::object::Object;
use crate::object::payment_intent::METHOD_TYPES;
use crate::object::payment_method::{BankAccount, BillingDetails, Means, PaymentMethod};
use crate::world::{World, changed};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["type"],
    optional: &[
        "allow_redisplay",
        "billing_details.address.*",
        "billing_details.email",
        "billing_details.name",
        "billing_details.phone",
        "card.cvc",
        "card.exp_month",
        "card.exp_year",
        "card.number",
        "card.token",
        "metadata.*",
        "sepa_debit.iban",
    ],
    not_in_sandbox: &[
        "billing_details.tax_id",
        "card.networks.**",
        "customer",
        "customer_account",
        "payment_method",
        "radar_options.**",
    ],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "allow_redisplay",
        "billing_details.address.*",
        "billing_details.email",
        "billing_details.name",
        "billing_details.phone",
        "metadata",
        "metadata.*",
    ],
    not_in_sandbox: &["billing_details.tax_id", "card.**", "us_bank_account.**"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["customer", "type"],
    not_in_sandbox: &["allow_redisplay", "customer_account"],
};
pub(crate) const LIST_OF_CUSTOMER: Accepts =
    Accepts { required: &[], optional: &["type"], not_in_sandbox: &["allow_redisplay"] };
pub(crate) const ATTACH: Accepts =
    Accepts { required: &["customer"], optional: &[], not_in_sandbox: &["customer_account"] };

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let means = means(form)?;
    let mut payer = BillingDetails::default();
    merge_payer(&mut payer, form);
    let id = world.create_method(means, payer, metadata(form, "metadata"));
    Ok(world.payment_methods.known(&id).render(world))
}

fn means(form: &Form) -> Result<Means, ApiError> {
    match form.required("type") {
        "card" => card(form).map(Means::Card),
        "sepa_debit" => {
            let iban = form.text("sepa_debit.iban");
            let iban = iban.ok_or_else(|| ApiError::missing_parameter("sepa_debit[iban]"))?;
            let invalid = || {
                ApiError::parameter(format!("The provided IBAN is invalid: {iban}"))
                    .code("invalid_bank_account_iban")
                    .at("sepa_debit[iban]")
            };
            BankAccount::of(iban).map(Means::BankDebit).ok_or_else(invalid)
        }
        other => Err(ApiError::not_in_sandbox(&format!("type={other}"))),
    }
}

fn card(form: &Form) -> Result<cards::Card, ApiError> {
    let (param, card) = match (form.text("card.token"), form.text("card.number")) {
        (Some(token), _) => ("card[token]", cards::by_token(token)),
        (None, Some(number)) => ("card[number]", cards::find(number)),
        (None, None) => return Err(ApiError::missing_parameter("card[number]")),
    };
    card.ok_or_else(|| {
        ApiError::parameter("The sandbox takes test cards only: this is none of them.")
            .code("incorrect_number")
            .at(param)
    })
}

fn merge_payer(payer: &mut BillingDetails, form: &Form) {
    merge_text(&mut payer.email, form, "billing_details.email");
    merge_text(&mut payer.name, form, "billing_details.name");
    merge_text(&mut payer.phone, form, "billing_details.phone");
    merge_metadata(&mut payer.address, form, "billing_details.address");
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = existing(&world.payment_methods, id)?.render(world);
    if world.payment_methods.known(id).customer.is_none() {
        let message = "You must save this PaymentMethod to a customer before you can update it.";
        return Err(ApiError::invalid(message));
    }
    let method = world.payment_methods.known_mut(id);
    merge_payer(&mut method.payer, form);
    merge_metadata(&mut method.metadata, form, "metadata");
    let after = world.payment_methods.known(id).render(world);
    world.emit_change("payment_method.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

/// The path may hold a test token, which stands for a new payment method each time.
pub(crate) fn attach(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let customer = customers::named(world, form.required("customer"))?;
    let id =
        known_or_token(world, id).ok_or_else(|| ApiError::not_found(PaymentMethod::KIND, id))?;
    check_usable(world, &id)?;
    attach_to(world, &id, &customer)?;
    Ok(world.payment_methods.known(&id).render(world))
}

/// Attaches it, unless it is this customer's already.
pub(crate) fn attach_to(world: &mut World, id: &str, customer: &str) -> Result<(), ApiError> {
    match world.payment_methods.known(id).customer.as_deref() {
        Some(owner) if owner == customer => Ok(()),
        Some(_) => Err(ApiError::invalid(
            "The payment method you provided has already been attached to a customer.",
        )),
        None => {
            world.attach(id, customer);
            Ok(())
        }
    }
}

pub(crate) fn detach(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    if existing(&world.payment_methods, id)?.customer.is_none() {
        let message = "The payment method you provided is not attached to a customer so detachment is impossible.";
        return Err(ApiError::invalid(message));
    }
    world.detach(id);
    Ok(world.payment_methods.known(id).render(world))
}

/// The payment method that a parameter names. A test token, such as `pm_card_visa`, stands for a
/// new one each time.
pub(crate) fn named(
    world: &mut World,
    form: &Form,
    param: &str,
) -> Result<Option<String>, ApiError> {
    let Some(id) = form.text(param) else { return Ok(None) };
    let missing = || ApiError::no_such(PaymentMethod::KIND, id, &bracketed(param));
    let id = known_or_token(world, id).ok_or_else(missing)?;
    check_usable(world, &id)?;
    Ok(Some(id))
}

fn check_usable(world: &World, id: &str) -> Result<(), ApiError> {
    if !world.payment_methods.known(id).detached {
        return Ok(());
    }
    let message = "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, \
                   shared with a connected account without Customer attachment, or was detached from a Customer. It \
                   may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.";
    Err(ApiError::invalid(message))
}

fn known_or_token(world: &mut World, id: &str) -> Option<String> {
    if world.payment_methods.get(id).is_some() {
        return Some(id.to_owned());
    }
    let card = cards::by_token(id).filter(|_| id.starts_with("pm_card_"))?;
    let payer = BillingDetails::default();
    Some(world.create_method(Means::Card(card), payer, crate::object::Metadata::new()))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    page_of(world, form, form.text("customer"), "/v1/payment_methods")
}

/// `customers/:id/payment_methods`
pub(crate) fn list_of_customer(
    world: &mut World,
    form: &Form,
    customer: &str,
) -> Result<Value, ApiError> {
    customers::addressed(world, customer)?;
    let url = format!("/v1/customers/{customer}/payment_methods");
    page_of(world, form, Some(customer), &url)
}

fn page_of(
    world: &World,
    form: &Form,
    customer: Option<&str>,
    url: &str,
) -> Result<Value, ApiError> {
    let kind = choice(form, "type", &METHOD_TYPES)?;
    let wanted = |method: &&PaymentMethod| {
        kind.is_none_or(|kind| method.means.type_name() == kind)
            && customer.is_none_or(|customer| method.customer.as_deref() == Some(customer))
    };
    page(world, form, url, world.payment_methods.iter().filter(wanted))
}
