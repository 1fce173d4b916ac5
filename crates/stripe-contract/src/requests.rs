//! What Stripe is asked.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Broken;
use crate::schema::{Group, check, names, resolved, root};

/// Checks a call: its path, such as `/v1/prices/price_1`, and its parameters, named as they are
/// sent: `line_items[0][price]`. A form holds texts only, so that each is read as what the schema
/// takes at its place.
pub fn request(method: &str, path: &str, parameters: &[(String, String)]) -> Result<(), Broken> {
    let name = names(Group::Requests)
        .filter(|name| leads_to(name, method, path))
        .min_by_key(|name| name.matches(':').count())
        .ok_or_else(|| {
            Broken::one(format!("the schema has no {method} {path} among the requests"))
        })?;
    let mut form = Form::default();
    for (name, value) in parameters {
        form.insert(&segments(name), value);
    }
    let schema = root(Group::Requests, name).expect("it is named");
    check(Group::Requests, name, &form.read_as(schema))
}

fn leads_to(name: &str, method: &str, path: &str) -> bool {
    let Some((of, pattern)) = name.split_once(' ') else { return false };
    let (pattern, path) = (pattern.split('/'), path.split('/'));
    of == method
        && pattern.clone().count() == path.clone().count()
        && pattern
            .zip(path)
            .all(|(expected, it)| expected == it || expected == ":id" && !it.is_empty())
}

/// `a[b][0]` is a, b, 0.
fn segments(name: &str) -> Vec<&str> {
    name.split(['[', ']']).filter(|segment| !segment.is_empty()).collect()
}

/// Parameters before anybody knows what they mean.
enum Form {
    Text(String),
    Fields(BTreeMap<String, Form>),
}

impl Default for Form {
    fn default() -> Form {
        Form::Fields(BTreeMap::new())
    }
}

impl Form {
    fn insert(&mut self, path: &[&str], value: &str) {
        match (self, path) {
            (Form::Fields(fields), [first, rest @ ..]) => {
                fields.entry((*first).to_owned()).or_default().insert(rest, value);
            }
            (it, _) => *it = Form::Text(value.to_owned()),
        }
    }

    fn read_as(&self, schema: &'static Value) -> Value {
        let schema = self.form_of(schema);
        match self {
            Form::Text(text) => text_as(text, schema),
            Form::Fields(fields) if schema["type"] == "array" => {
                let mut items: Vec<_> = fields.iter().collect();
                items.sort_by_key(|(index, _)| index.parse::<u32>().ok());
                items.into_iter().map(|(_, item)| item.read_as(&schema["items"])).collect()
            }
            Form::Fields(fields) => {
                let read = |(name, field): (&String, &Form)| {
                    let known = schema["properties"].get(name);
                    let schema = known.unwrap_or(&schema["additionalProperties"]);
                    (name.clone(), field.read_as(schema))
                };
                Value::Object(fields.iter().map(read).collect::<Map<_, _>>())
            }
        }
    }

    /// Where several forms are right, the first that these parameters could be.
    fn form_of(&self, schema: &'static Value) -> &'static Value {
        let schema = resolved(schema);
        let Some(forms) = schema["anyOf"].as_array() else { return schema };
        let mut forms = forms.iter().map(|form| self.form_of(form));
        forms.clone().find(|form| self.could_be(form)).or_else(|| forms.next()).unwrap_or(schema)
    }

    fn could_be(&self, schema: &Value) -> bool {
        match self {
            Form::Text(text) => {
                let read = text_as(text, schema);
                let is_one_of = schema["enum"].as_array().is_some_and(|all| all.contains(&read));
                is_one_of
                    || schema["const"] == read
                    || match schema["type"].as_str() {
                        Some("number") => read.is_number(),
                        Some("boolean") => read.is_boolean(),
                        Some("string") => true,
                        _ => false,
                    }
            }
            Form::Fields(fields) => match schema["type"].as_str() {
                Some("array") => fields.keys().all(|index| index.parse::<u32>().is_ok()),
                Some("object") => {
                    let has = |name| schema["properties"].get(name).is_some();
                    schema["additionalProperties"] != false || fields.keys().all(has)
                }
                _ => false,
            },
        }
    }
}

/// A text as the number or the truth that it spells, where one is wanted.
fn text_as(text: &str, schema: &Value) -> Value {
    let read = match schema["type"].as_str() {
        Some("number") => text.parse::<i64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    // `true` alone is a constant, `false` or a number beside words stands in an enum.
    let constants = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    let spelled = serde_json::from_str::<Value>(text).ok().filter(|it| !it.is_string());
    let spelled = spelled.filter(|it| constants.into_iter().any(|constant| constant == it));
    read.or(spelled).unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &str, parameters: &[(&str, &str)], expected: &str) {
        let (method, path) = call.split_once(' ').expect("method and path");
        let parameters: Vec<_> =
            parameters.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect();
        let told = request(method, path, &parameters)
            .map_or_else(|it| it.to_string(), |()| "fine".to_owned());
        assert!(told.contains(expected), "{call} {parameters:?}: {told}");
    }

    #[test]
    fn parameters_are_read_as_what_their_place_takes() {
        let sessions = "POST /v1/checkout/sessions";
        let item = [("line_items[0][price]", "price_1"), ("line_items[0][quantity]", "1")];
        check(sessions, &item, "fine");
        check(sessions, &[("line_items[0][quantity]", "one")], "/line_items/0/quantity");
        check(sessions, &[("line_items[price]", "price_1")], "/line_items");
        check(sessions, &[("mode", "subscription")], "fine");
        check(sessions, &[("mode", "subscribe")], "/mode");
        check(sessions, &[("colour", "red")], "colour");
        check(sessions, &[("subscription_data[colour]", "red")], "colour");
        check(sessions, &[("allow_promotion_codes", "true")], "fine");
        check(sessions, &[("allow_promotion_codes", "perhaps")], "/allow_promotion_codes");
        check(sessions, &[("metadata[any][deeper]", "1")], "/metadata/any");
        check(sessions, &[("metadata[any]", "1")], "fine");
        check("GET /v1/events", &[("created[gte]", "1"), ("types[0]", "invoice.paid")], "fine");
        check("GET /v1/events", &[("created", "1"), ("delivery_success", "false")], "fine");
        check("GET /v1/events", &[("created[since]", "1")], "/created");
        check("GET /v1/subscriptions", &[("status", "all"), ("limit", "100")], "fine");
        check("GET /v1/subscriptions", &[("status", "some")], "/status");
        check("POST /v1/subscriptions/sub_1", &[("cancel_at", "")], "fine");
        check("POST /v1/billing_portal/sessions", &[("customer", "cus_1")], "fine");
        check("POST /v1/billing_portal/sessions", &[("customer[id]", "cus_1")], "/customer");
    }

    #[test]
    fn a_call_that_the_schema_does_not_know_is_broken() {
        check("GET /v1/unicorns", &[], "no GET /v1/unicorns");
        check("DELETE /v1/prices/price_1", &[], "no DELETE /v1/prices/price_1");
        check("GET /v1/prices/", &[], "no GET /v1/prices/");
        check("GET /v1/prices/price_1", &[], "fine");
        check("GET /v1/prices/price_1", &[("expand[0]", "product")], "fine");
    }
}
