//! `/v1/customers`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, merge_metadata, merge_text, metadata};
use crate::form::Form;
use crate::object::Object;
use crate::object::customer::Customer;
use crate::world::World;

const NOT_IN_SANDBOX: &[&str] = &[
    "address.**",
    "balance",
    "business_name",
    "cash_balance.**",
    "individual_name",
    "invoice_prefix",
    "invoice_settings.**",
    "next_invoice_sequence",
    "payment_method",
    "preferred_locales.**",
    "shipping.**",
    "source",
    "tax.**",
    "tax_exempt",
    "tax_id_data.**",
    "test_clock",
    "validate",
];
pub(crate) const CREATE: Accepts = Accepts {
    required: &[],
    optional: &["email", "name", "phone", "description", "metadata", "metadata.*"],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const UPDATE: Accepts = CREATE;
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["email"],
    not_in_sandbox: &["created", "created.*", "test_clock"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let id = world.add_customer(Customer {
        email: form.text("email").map(str::to_owned),
        name: form.text("name").map(str::to_owned),
        phone: form.text("phone").map(str::to_owned),
        description: form.text("description").map(str::to_owned),
        metadata: metadata(form, "metadata"),
        ..Customer::default()
    });
    Ok(world.customers.known(&id).render(world))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = addressed(world, id)?.render_whole();
    let customer = world.customers.known_mut(id);
    merge_text(&mut customer.email, form, "email");
    merge_text(&mut customer.name, form, "name");
    merge_text(&mut customer.phone, form, "phone");
    merge_text(&mut customer.description, form, "description");
    merge_metadata(&mut customer.metadata, form, "metadata");
    let after = customer.render_whole();
    let changed = ["email", "name", "phone", "description", "metadata"]
        .into_iter()
        .filter(|field| before[field] != after[field]);
    let previous = changed.map(|field| (field.to_owned(), before[field].clone())).collect();
    world.emit_change("customer.updated", after.clone(), Some(Value::Object(previous)));
    Ok(after)
}

/// Deleting a customer ends his subscriptions at once.
pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let last = addressed(world, id)?.render_whole();
    let live = world.subscriptions.iter().filter(|it| it.customer == id && it.is_live());
    let subscriptions: Vec<String> = live.map(|it| it.id.clone()).collect();
    for subscription in &subscriptions {
        world.end_subscription(subscription);
    }
    world.customers.known_mut(id).deleted = true;
    world.emit("customer.deleted", last);
    Ok(json!({ "id": id, "object": "customer", "deleted": true }))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let email = form.text("email");
    let wanted = |customer: &&Customer| {
        !customer.deleted && (email.is_none() || customer.email.as_deref() == email)
    };
    page(world, form, "/v1/customers", world.customers.iter().filter(wanted))
}

/// The customer that the path names, if it can still be used.
fn addressed<'a>(world: &'a World, id: &str) -> Result<&'a Customer, ApiError> {
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
