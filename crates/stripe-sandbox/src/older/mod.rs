//! Events and answers in the shapes of older API versions, made from those of today.
//!
//! Only what a later version took away or moved is put back; what was added since stays, as at
//! Stripe, where additions show in every version. What changed and when:
//! <https://docs.stripe.com/changelog>

mod billing;
mod payments;

use serde_json::{Map, Value, json};

use crate::options::EventVersion;
use crate::world::World;

/// A shape that is not today's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    August2020,
    June2024,
}

impl Shape {
    /// Of an API version that exists; `None` is today's. Versions between are answered in the
    /// shape of the known one before them.
    pub(crate) fn of_version(version: &str) -> Option<Shape> {
        // Dates written like this are in the order of the alphabet.
        let date = version.get(..10)?;
        let last = [("2022-07-31", Shape::August2020), ("2025-03-30", Shape::June2024)];
        last.into_iter().find(|(until, _)| date <= *until).map(|(_, shape)| shape)
    }

    fn of_events(version: EventVersion) -> Option<Shape> {
        match version {
            EventVersion::OfAccount | EventVersion::Current => None,
            EventVersion::June2024 => Some(Shape::June2024),
            EventVersion::August2020 => Some(Shape::August2020),
        }
    }
}

/// What an event is called in this version; `None` if there it does not exist.
pub(crate) fn event_type(kind: &str, version: EventVersion) -> Option<&str> {
    match (Shape::of_events(version), kind) {
        (None, _) => Some(kind),
        // Refunds of charges spoke through their charge until 2024-10-28.acacia.
        (Some(_), "refund.created" | "refund.updated" | "refund.failed") => None,
        // Since 2025-03-31.basil.
        (Some(_), "invoice_payment.paid") => None,
        (Some(_), _) => Some(kind),
    }
}

/// An event as an endpoint of this version gets it.
pub(crate) fn event(world: &World, mut event: Value, version: EventVersion) -> Value {
    let Some(shape) = Shape::of_events(version) else { return event };
    event["api_version"] = json!(version.name());
    if let Some(kind) = event["type"].as_str().and_then(|kind| event_type(kind, version)) {
        event["type"] = json!(kind);
    }
    object(world, &mut event["data"]["object"], shape);
    let items = event["data"]["object"]["items"].clone();
    if let Some(previous) = event["data"].get_mut("previous_attributes") {
        object(world, previous, shape);
        billing::previous_periods(previous, &items);
    }
    event
}

/// Puts an object, and all objects in it, into an older shape.
pub(crate) fn object(world: &World, node: &mut Value, shape: Shape) {
    if let Some(items) = node.as_array_mut() {
        for item in items {
            object(world, item, shape);
        }
    }
    let Some(fields) = node.as_object_mut() else { return };
    for (name, value) in fields.iter_mut() {
        if name != "metadata" {
            object(world, value, shape);
        }
    }
    let kind = fields.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
    match kind.as_str() {
        "subscription" => billing::subscription(world, fields, shape),
        "invoice" => billing::invoice(world, fields, shape),
        "line_item" => billing::line(world, fields, shape),
        "price" | "plan" => billing::price(fields),
        "discount" => billing::discount(world, fields, shape),
        "promotion_code" => billing::promotion_code(world, fields, shape),
        "checkout.session" => payments::checkout_session(fields, shape),
        "payment_intent" => payments::payment_intent(world, fields, shape),
        "charge" => payments::charge(world, fields, shape),
        "customer" => payments::customer(fields, shape),
        _ => {}
    }
}

/// The object with this id, in the older shape.
fn found(world: &World, id: Option<&str>, shape: Shape) -> Option<Value> {
    let mut found = world.find(id?)?;
    world.put_mode(&mut found);
    object(world, &mut found, shape);
    Some(found)
}

fn take(fields: &mut Map<String, Value>, name: &str) -> Value {
    fields.remove(name).unwrap_or(Value::Null)
}

fn put(fields: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    fields.insert(name.to_owned(), value.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_the_shape_of_their_time() {
        let check = |version, shape| assert_eq!(Shape::of_version(version), shape, "{version}");
        check("2020-08-27", Some(Shape::August2020));
        check("2022-08-01", Some(Shape::June2024));
        check("2024-06-20", Some(Shape::June2024));
        check("2025-02-24.acacia", Some(Shape::June2024));
        check("2025-03-31.basil", None);
        check(crate::API_VERSION, None);
    }

    #[test]
    fn refunds_speak_through_their_charge_in_old_versions() {
        let check = |kind, version, expected| assert_eq!(event_type(kind, version), expected);
        check("refund.updated", EventVersion::Current, Some("refund.updated"));
        check("refund.updated", EventVersion::June2024, None);
        check("refund.failed", EventVersion::August2020, None);
        check("refund.created", EventVersion::August2020, None);
        check("invoice_payment.paid", EventVersion::June2024, None);
        check("charge.refunded", EventVersion::August2020, Some("charge.refunded"));
    }
}
