//! `expand[]`: ids in an answer are replaced by their objects.

use serde_json::{Value, json};

use super::error::ApiError;
use crate::world::World;

/// How deep a path may go: <docs.stripe.com/expand>
const MAX_DEPTH: usize = 4;

/// Expands one path, such as `customer` or `data.line_items`.
pub(crate) fn expand(world: &World, answer: &mut Value, path: &str) -> Result<(), ApiError> {
    let segments: Vec<&str> = path.split('.').collect();
    let depth = segments.iter().filter(|segment| **segment != "data").count();
    if depth > MAX_DEPTH {
        let message =
            format!("You cannot expand more than {MAX_DEPTH} levels of a property: {path}");
        return Err(ApiError::invalid(message).at("expand"));
    }
    walk(world, answer, &segments, path)
}

fn walk(world: &World, node: &mut Value, segments: &[&str], path: &str) -> Result<(), ApiError> {
    let Some((segment, rest)) = segments.split_first() else { return Ok(()) };
    if let Some(items) = node.as_array_mut() {
        return items.iter_mut().try_for_each(|item| walk(world, item, segments, path));
    }
    if let Some(included) = included(world, node, segment) {
        node[*segment] = included;
    }
    let Some(child) = node.get_mut(*segment) else {
        return Err(not_expandable(path));
    };
    replace_ids(world, child, path)?;
    if child.is_null() { Ok(()) } else { walk(world, child, rest, path) }
}

/// An id becomes its object; objects, lists and null stay.
fn replace_ids(world: &World, child: &mut Value, path: &str) -> Result<(), ApiError> {
    match child {
        Value::String(id) => {
            *child = world.find(id).ok_or_else(|| not_expandable(path))?;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| replace_ids(world, item, path)),
        Value::Object(_) | Value::Null => Ok(()),
        Value::Bool(_) | Value::Number(_) => Err(not_expandable(path)),
    }
}

/// Fields that are only there when they are asked for.
fn included(world: &World, node: &Value, segment: &str) -> Option<Value> {
    let id = node["id"].as_str()?;
    match (node["object"].as_str()?, segment) {
        ("checkout.session", "line_items") => {
            Some(world.checkout_sessions.get(id)?.line_items(world))
        }
        ("customer", "subscriptions") => Some(subscriptions_of(world, id)),
        _ => None,
    }
}

fn subscriptions_of(world: &World, customer: &str) -> Value {
    use crate::object::Object;
    let live = world
        .subscriptions
        .iter()
        .rev()
        .filter(|it| it.customer == customer && it.status.ended_at().is_none());
    let data: Vec<Value> = live.map(|subscription| subscription.render(world)).collect();
    json!({ "object": "list", "data": data, "has_more": false, "url": format!("/v1/customers/{customer}/subscriptions") })
}

fn not_expandable(path: &str) -> ApiError {
    ApiError::invalid(format!("This property cannot be expanded ({path}).")).at("expand")
}
