//! `/v1/customers`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, bracketed, email, merge_metadata, merge_text, metadata, text};
use super::within::within;
use super::{payment_methods, test_clocks};
use crate::form::Form;
use crate::object::Object;
use crate::object::customer::Customer;
use crate::object::payment_method::PaymentMethod;
use crate::world::{World, changed};

const NOT_IN_SANDBOX: &[&str] = &[
    "address.**",
    "balance",
    "business_name",
    "cash_balance.**",
    "individual_name",
    "invoice_prefix",
    "invoice_settings.custom_fields.**",
    "invoice_settings.footer",
    "invoice_settings.rendering_options.**",
    "next_invoice_sequence",
    "preferred_locales.**",
    "shipping.**",
    "source",
    "tax.**",
    "tax_exempt",
    "tax_id_data.**",
    "validate",
];
pub(crate) const CREATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "email",
        "name",
        "phone",
        "description",
        "invoice_settings.default_payment_method",
        "metadata",
        "metadata.*",
        "payment_method",
        "test_clock",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
/// A payment method comes by `attach` later.
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "email",
        "name",
        "phone",
        "description",
        "invoice_settings.default_payment_method",
        "metadata",
        "metadata.*",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "email",
        "test_clock",
    ],
    not_in_sandbox: &[],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    check_texts(form)?;
    let clock = form.text("test_clock").map(|id| test_clocks::named(world, id)).transpose()?;
    let method = new_method(world, form)?;
    let id = world.add_customer(Customer {
        email: form.text("email").map(str::to_owned),
        name: form.text("name").map(str::to_owned),
        phone: form.text("phone").map(str::to_owned),
        description: form.text("description").map(str::to_owned),
        metadata: metadata(form, "metadata"),
        default_payment_method: form.text(DEFAULT_METHOD).and(method.clone()),
        test_clock: clock,
        ..Customer::default()
    });
    if let Some(method) = method {
        world.attach(&method, &id);
    }
    Ok(world.customers.known(&id).render(world))
}

/// <https://docs.stripe.com/api/customers/create>
fn check_texts(form: &Form) -> Result<(), ApiError> {
    const MAX_LETTERS: [(&str, usize); 3] = [("name", 256), ("phone", 20), ("description", 5_000)];
    email(form, "email")?;
    MAX_LETTERS.iter().try_for_each(|(name, most)| text(form, name, *most).map(|_| ()))
}

const DEFAULT_METHOD: &str = "invoice_settings.default_payment_method";

/// What a new customer pays with. The default one must be the same: he has no other yet.
fn new_method(world: &mut World, form: &Form) -> Result<Option<String>, ApiError> {
    let default = form.text(DEFAULT_METHOD);
    if let Some(default) = default.filter(|it| form.text("payment_method") != Some(it)) {
        return Err(ApiError::no_such(PaymentMethod::KIND, default, &bracketed(DEFAULT_METHOD)));
    }
    let method = payment_methods::named(world, form, "payment_method")?;
    let taken = |id: &String| world.payment_methods.known(id).customer.is_some();
    if method.as_ref().is_some_and(taken) {
        return Err(ApiError::invalid(
            "The payment method you provided has already been attached to a customer.",
        ));
    }
    Ok(method)
}

/// The default payment method that an update asks for; it must be the customer's own.
fn own_method(world: &World, form: &Form, id: &str) -> Result<Option<String>, ApiError> {
    let Some(method) = form.text(DEFAULT_METHOD) else { return Ok(None) };
    let own = world.payment_methods.get(method).filter(|it| it.customer.as_deref() == Some(id));
    let missing = || ApiError::no_such(PaymentMethod::KIND, method, &bracketed(DEFAULT_METHOD));
    own.map(|it| Some(it.id.clone())).ok_or_else(missing)
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = addressed(world, id)?.render_whole();
    check_texts(form)?;
    let method = own_method(world, form, id)?;
    let customer = world.customers.known_mut(id);
    if form.raw(DEFAULT_METHOD).is_some() {
        customer.default_payment_method = method;
    }
    merge_text(&mut customer.email, form, "email");
    merge_text(&mut customer.name, form, "name");
    merge_text(&mut customer.phone, form, "phone");
    merge_text(&mut customer.description, form, "description");
    merge_metadata(&mut customer.metadata, form, "metadata");
    let after = customer.render_whole();
    world.emit_change("customer.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    addressed(world, id)?;
    world.delete_customer(id);
    Ok(json!({ "id": id, "object": "customer", "deleted": true }))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let email = form.text("email");
    // Whoever lives by a test clock is not shown, unless it is asked for.
    let clock = form.text("test_clock");
    let wanted = |customer: &&Customer| {
        !customer.deleted
            && customer.test_clock.as_deref() == clock
            && created.contains(&customer.created)
            && (email.is_none() || customer.email.as_deref() == email)
    };
    page(world, form, "/v1/customers", world.customers.iter().filter(wanted))
}

/// The customer that the path names, if it can still be used.
pub(crate) fn addressed<'a>(world: &'a World, id: &str) -> Result<&'a Customer, ApiError> {
    living(world, id).ok_or_else(|| ApiError::not_found(Customer::KIND, id))
}

/// The customer that a parameter names, if it can still be used.
pub(crate) fn named(world: &World, id: &str) -> Result<String, ApiError> {
    let customer = living(world, id);
    customer
        .map(|it| it.id.clone())
        .ok_or_else(|| ApiError::no_such(Customer::KIND, id, "customer"))
}

fn living<'a>(world: &'a World, id: &str) -> Option<&'a Customer> {
    world.customers.get(id).filter(|customer| !customer.deleted)
}
