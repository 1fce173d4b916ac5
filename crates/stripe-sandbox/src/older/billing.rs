//! Subscriptions, invoices and what they cost, before 2025-03-31.basil.

use serde_json::{Map, Value, json};

use super::{Shape, found, put, take};
use crate::world::World;

/// Periods were the subscription's, not its items'.
pub(super) fn subscription(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let items = fields.get_mut("items").and_then(|items| items["data"].as_array_mut());
    let mut first = Map::new();
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        let (start, end) = (take(item, "current_period_start"), take(item, "current_period_end"));
        if first.is_empty() {
            put(&mut first, "current_period_start", start);
            put(&mut first, "current_period_end", end);
            // Only a subscription of one item has these; with more they are null.
            put(&mut first, "plan", item.get("plan").cloned().unwrap_or_default());
            put(&mut first, "quantity", item.get("quantity").cloned().unwrap_or_default());
        } else {
            put(&mut first, "plan", Value::Null);
            put(&mut first, "quantity", Value::Null);
        }
    }
    fields.extend(first);
    let discount = single_discount(world, fields, shape);
    put(fields, "discount", discount);
    if shape == Shape::August2020 {
        fields.remove("discounts");
    }
    fields.remove("billing_mode");
    fields.remove("billing_schedules");
}

/// What an update changed is named as the object is: of items that differ in their periods only,
/// nothing but the periods is told. `items` are those of the object, in the same shape.
pub(super) fn previous_periods(previous: &mut Value, items: &Value) {
    let Some(fields) = previous.as_object_mut() else { return };
    let before = fields.get_mut("items").and_then(|items| items["data"].as_array_mut());
    let Some(before) = before else { return };
    let mut first = Map::new();
    for item in before.iter_mut().filter_map(Value::as_object_mut) {
        let (start, end) = (take(item, "current_period_start"), take(item, "current_period_end"));
        if first.is_empty() {
            put(&mut first, "current_period_start", start);
            put(&mut first, "current_period_end", end);
        }
    }
    if items["data"].as_array() == Some(before) {
        fields.remove("items");
    }
    first.retain(|_, value| !value.is_null());
    fields.extend(first);
}

/// Invoices named their subscription and their payment themselves.
pub(super) fn invoice(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let parent = take(fields, "parent");
    let details = &parent["subscription_details"];
    put(fields, "subscription", details["subscription"].clone());
    put(fields, "subscription_details", json!({ "metadata": details["metadata"] }));
    let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
    let intent = world.invoices.get(id).and_then(|invoice| invoice.payment_intent.clone());
    let charge = intent
        .as_deref()
        .and_then(|id| world.payment_intents.get(id))
        .and_then(|intent| intent.latest_charge.clone());
    put(fields, "payment_intent", intent);
    put(fields, "charge", charge);
    let paid = fields.get("status").is_some_and(|status| status == "paid");
    put(fields, "paid", paid);
    put(fields, "paid_out_of_band", false);
    let discount = single_discount(world, fields, shape);
    put(fields, "discount", discount);
    let taxes = take(fields, "total_taxes");
    put(fields, "total_tax_amounts", taxes);
    for name in ["application_fee_amount", "quote", "tax", "transfer_data"] {
        put(fields, name, Value::Null);
    }
    for name in ["confirmation_secret", "payments", "amount_overpaid"] {
        fields.remove(name);
    }
}

pub(super) fn line(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let parent = take(fields, "parent");
    let details = &parent["subscription_item_details"];
    put(fields, "type", if details.is_null() { "invoiceitem" } else { "subscription" });
    put(fields, "subscription", details["subscription"].clone());
    put(fields, "subscription_item", details["subscription_item"].clone());
    put(fields, "proration", details["proration"] == true);
    put(fields, "proration_details", json!({ "credited_items": null }));
    let pricing = take(fields, "pricing");
    let price = pricing["price_details"]["price"].as_str();
    put(fields, "price", found(world, price, shape));
    put(fields, "plan", price.and_then(|id| plan(world, id)));
    let amount = fields.get("amount").cloned().unwrap_or_default();
    put(fields, "amount_excluding_tax", amount);
    put(fields, "unit_amount_excluding_tax", pricing["unit_amount_decimal"].clone());
    let taxes = take(fields, "taxes");
    put(fields, "tax_amounts", taxes);
    put(fields, "tax_rates", json!([]));
    fields.remove("quantity_decimal");
    if shape == Shape::August2020 {
        fields.remove("amount_excluding_tax");
        fields.remove("unit_amount_excluding_tax");
    }
}

fn plan(world: &World, price: &str) -> Option<Value> {
    let price = world.prices.get(price)?;
    let mut plan = price.render_plan(price.recurring?);
    world.put_mode(&mut plan);
    put(plan.as_object_mut()?, "aggregate_usage", Value::Null);
    Some(plan)
}

/// Metered prices said how their usage is added up.
pub(super) fn price(fields: &mut Map<String, Value>) {
    if fields.contains_key("usage_type") {
        put(fields, "aggregate_usage", Value::Null);
    }
    if let Some(recurring) = fields.get_mut("recurring").and_then(Value::as_object_mut) {
        put(recurring, "aggregate_usage", Value::Null);
    }
}

/// A discount carried its coupon.
pub(super) fn discount(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let source = take(fields, "source");
    put(fields, "coupon", found(world, source["coupon"].as_str(), shape));
}

/// So did a promotion code.
pub(super) fn promotion_code(world: &World, fields: &mut Map<String, Value>, shape: Shape) {
    let promotion = take(fields, "promotion");
    put(fields, "coupon", found(world, promotion["coupon"].as_str(), shape));
}

/// The last of the discounts, whole.
fn single_discount(world: &World, fields: &Map<String, Value>, shape: Shape) -> Option<Value> {
    let last = fields.get("discounts")?.as_array()?.last()?;
    match last.as_str() {
        Some(id) => found(world, Some(id), shape),
        None => Some(last.clone()),
    }
}
