//! What an event says of an update: `previous_attributes`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The fields that are different, as they were; one that was not there is null. Of metadata only
/// the keys, of the items of a subscription their data.
pub(crate) fn changed(before: &Value, after: &Value) -> Value {
    let mut previous = Map::new();
    for name in different(before, after) {
        let shown = match name {
            "metadata" => changed(&before[name], &after[name]),
            "items" => json!({ "data": before[name]["data"] }),
            _ => before[name].clone(),
        };
        previous.insert(name.to_owned(), shown);
    }
    Value::Object(previous)
}

/// The names of fields that were there before or are there now, and are not the same.
fn different<'a>(before: &'a Value, after: &'a Value) -> BTreeSet<&'a str> {
    let fields = [before, after].into_iter().filter_map(Value::as_object).flat_map(Map::keys);
    fields.map(String::as_str).filter(|name| before[*name] != after[*name]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &Value, after: &Value, expected: &Value) {
        assert_eq!(changed(before, after), *expected, "{before} to {after}");
    }

    #[test]
    fn an_update_says_what_it_replaced_and_no_more() {
        check(&json!({ "a": 1, "b": 2 }), &json!({ "a": 1, "b": null }), &json!({ "b": 2 }));
        check(&json!({ "a": 1 }), &json!({ "b": 2 }), &json!({ "a": 1, "b": null }));
        check(
            &json!({ "metadata": { "x": "1", "z": "3" }, "items": { "data": [1], "url": "u" } }),
            &json!({ "metadata": { "y": "2", "z": "3" }, "items": { "data": [2], "url": "u" } }),
            &json!({ "metadata": { "x": "1", "y": null }, "items": { "data": [1] } }),
        );
        check(&json!({ "a": 1 }), &json!({ "a": 1 }), &json!({}));
    }
}
