//! Checkouts, payments and customers in older shapes.

use serde_json::{Map, Value, json};

use super::{Shape, found, put};
use crate::object::sublist;
use crate::world::World;

pub(super) fn checkout_session(fields: &mut Map<String, Value>, shape: Shape) {
    if fields.get("ui_mode").is_some_and(|mode| mode == "hosted_page") {
        put(fields, "ui_mode", "hosted");
    }
    fields.remove("collected_information");
    match shape {
        Shape::June2024 => put(fields, "shipping_details", Value::Null),
        Shape::August2020 => {
            put(fields, "shipping", Value::Null);
            put(fields, "shipping_rate", Value::Null);
            // Since 2022-11-15 and 2022-08-01.
            fields.remove("shipping_cost");
            fields.remove("ui_mode");
        }
    }
}

/// An intent listed its charges until 2022-11-15, and named its invoice until 2025-03-31.basil.
pub(super) fn payment_intent(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let id = text(fields, "id");
    put(fields, "invoice", invoice_of(world, &id));
    if shape == Shape::August2020 {
        let own = world.charges.iter().rev().filter(|charge| charge.payment_intent == id);
        let charges: Vec<Value> =
            own.filter_map(|charge| found(world, Some(&charge.id), shape)).collect();
        put(fields, "charges", sublist(&charges, &format!("/v1/charges?payment_intent={id}")));
        fields.remove("latest_charge");
    }
}

/// A charge named its invoice until 2025-03-31.basil, and listed its refunds until 2022-11-15.
pub(super) fn charge(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let intent = text(fields, "payment_intent");
    put(fields, "invoice", invoice_of(world, &intent));
    match shape {
        Shape::June2024 => {
            fields.remove("refunds");
        }
        Shape::August2020 if fields.contains_key("refunds") => {}
        Shape::August2020 => {
            let known = world.charges.known(&text(fields, "id"));
            let mut refunds = known.render_refunds(world);
            world.put_mode(&mut refunds);
            put(fields, "refunds", refunds);
        }
    }
}

/// Customers lost their lists of sources and subscriptions with 2020-08-27 itself.
pub(super) fn customer(fields: &mut Map<String, Value>, shape: Shape) {
    fields.remove("customer_account");
    if shape == Shape::August2020 {
        put(fields, "default_currency", fields.get("currency").cloned().unwrap_or_default());
        if let Some(settings) = fields.get_mut("invoice_settings") {
            *settings = json!({
                "custom_fields": settings["custom_fields"], "footer": settings["footer"],
                "default_payment_method": settings["default_payment_method"],
            });
        }
    }
}

fn invoice_of(world: &World, intent: &str) -> Option<String> {
    let paid_by = |id: &Option<String>| id.as_deref() == Some(intent);
    world.invoices.iter().find(|it| paid_by(&it.payment_intent)).map(|it| it.id.clone())
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
