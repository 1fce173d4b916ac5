//! File and environment, put together and checked against the schema: unknown settings and
//! wrong types, all of them.

use std::collections::BTreeMap;

use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use serde_json::{Map, Value};

use super::faults::{Reviewer, did_you_mean};
use super::file::ConfigFile;
use super::locate::Spot;

/// Variables that begin like this and contain `__` are settings: `TOLLHOUSE_SITE__LISTEN`.
const PREFIX: &str = "TOLLHOUSE_";

/// The schema of the configuration.
pub(super) struct Shape(Value);

impl Shape {
    pub(super) fn new() -> Self {
        let generator = schemars::generate::SchemaSettings::default().into_generator();
        Self(generator.into_root_schema_for::<ConfigFile>().into())
    }

    pub(super) fn root(&self) -> &Value {
        &self.0
    }

    /// Follows `$ref`, and passes by the null of what may be left out. Where a value may be
    /// written in two forms, the one that it is written in.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value, value: Option<&Value>) -> &'a Value {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.resolve(&self.0["$defs"][name], value);
        }
        let forms = schema.get("anyOf").or_else(|| schema.get("allOf")).and_then(Value::as_array);
        let Some(forms) = forms else { return schema };
        let fits = |form: &&Value| {
            let form = self.resolve(form, value);
            value.is_none_or(|value| has_type(form, value)) && !is_null(form)
        };
        let form = forms.iter().find(fits).or_else(|| forms.iter().find(|form| !is_null(form)));
        form.map_or(schema, |form| self.resolve(form, value))
    }
}

/// Puts file and environment together; every fault of form is told to the reviewer.
pub(super) fn merged(
    text: &str,
    environment: &BTreeMap<String, String>,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) -> Option<ConfigFile> {
    let mut figment = Figment::from(Toml::string(text));
    for (variable, raw) in environment {
        if let Some((keys, value)) = overriding(variable, raw, shape, reviewer) {
            let spot = keys.iter().fold(Spot::default(), |spot, key| spot.key(key));
            reviewer.overridden(spot, variable);
            figment = figment.merge(Serialized::default(&keys.join("."), value));
        }
    }
    let value: Value = match figment.extract() {
        Ok(value) => value,
        Err(error) => {
            reviewer.key(&Spot::default(), "this cannot be read", error.to_string());
            return None;
        }
    };
    walk(&value, shape.root(), &Spot::default(), shape, reviewer);
    if !reviewer.is_content() {
        return None;
    }
    match serde_json::from_value(value) {
        Ok(file) => Some(file),
        Err(error) => {
            reviewer.key(&Spot::default(), "this cannot be read", error.to_string());
            None
        }
    }
}

fn overriding(
    variable: &str,
    raw: &str,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) -> Option<(Vec<String>, Value)> {
    let name = variable.strip_prefix(PREFIX).filter(|name| name.contains("__"))?;
    let keys: Vec<String> = name.split("__").map(str::to_lowercase).collect();
    let mut schema = shape.resolve(shape.root(), None);
    for key in &keys {
        let within = child(schema, key);
        let Some(within) = within else {
            let known = properties(schema).keys().map(String::as_str);
            let hint = did_you_mean(key, known).unwrap_or_default();
            reviewer.variable(variable, format!("there is no setting {}", keys.join(".")), hint);
            return None;
        };
        schema = shape.resolve(within, None);
        if is_secret(schema) {
            let help = "name the variable in the file: { env = \"…\" }";
            reviewer.variable(variable, "a secret cannot be set in this way", help);
            return None;
        }
    }
    let Some(value) = typed(raw, schema) else {
        let help = format!("it takes {}", type_in_words(schema));
        reviewer.variable(variable, format!("{raw:?} does not fit {}", keys.join(".")), help);
        return None;
    };
    Some((keys, value))
}

/// Reads a variable as the setting's type: text as it is, all else as TOML.
fn typed(raw: &str, schema: &Value) -> Option<Value> {
    if type_names(schema).contains(&"string") || schema.get("enum").is_some() {
        return Some(Value::from(raw));
    }
    let document: toml::Table = toml::from_str(&format!("value = {raw}")).ok()?;
    let value = serde_json::to_value(document.get("value")?).ok()?;
    has_type(schema, &value).then_some(value)
}

fn walk(value: &Value, schema: &Value, spot: &Spot, shape: &Shape, reviewer: &mut Reviewer<'_>) {
    let schema = shape.resolve(schema, Some(value));
    if is_secret(schema) && value.is_string() {
        let help = "write { env = \"NAME\" } or { file = \"/path\" }, and put the secret there";
        reviewer.secret(spot, format!("{spot} is a secret and must not stand in this file"), help);
        return;
    }
    if !has_type(schema, value) {
        let help = format!("write {}", type_in_words(schema));
        reviewer.value(spot, format!("{spot} is not what it should be"), help);
        return;
    }
    match value {
        Value::Object(map) => walk_table(map, schema, spot, shape, reviewer),
        Value::Array(list) => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            for (at, value) in list.iter().enumerate() {
                walk(value, items, &spot.index(at), shape, reviewer);
            }
        }
        Value::Number(number) => check_range(number.as_f64(), schema, spot, reviewer),
        Value::String(text) => check_choice(text, schema, spot, reviewer),
        Value::Null | Value::Bool(_) => {}
    }
}

fn walk_table(
    map: &Map<String, Value>,
    schema: &Value,
    spot: &Spot,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) {
    for (key, value) in map {
        match child(schema, key) {
            Some(within) => walk(value, within, &spot.key(key), shape, reviewer),
            None => {
                let known = properties(schema).keys().map(String::as_str);
                let hint = did_you_mean(key, known.clone()).unwrap_or_else(|| {
                    format!("known here: {}", known.collect::<Vec<_>>().join(", "))
                });
                reviewer.key(&spot.key(key), format!("there is no setting \"{key}\" here"), hint);
            }
        }
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for key in required.filter_map(Value::as_str).filter(|key| !map.contains_key(*key)) {
        let example = child(schema, key).and_then(|field| field.get("x-example")?.as_str());
        let help = match example {
            Some(example) => format!("add: {key} = {example}"),
            None => format!("add: {key}"),
        };
        reviewer.key(spot, format!("{} is missing", spot.key(key)), help);
    }
}

fn check_range(number: Option<f64>, schema: &Value, spot: &Spot, reviewer: &mut Reviewer<'_>) {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let (Some(least), Some(most)) = (bound("minimum"), bound("maximum")) else { return };
    if number.is_some_and(|number| number < least || number > most) {
        reviewer.value(spot, format!("{spot} is out of range"), format!("from {least} to {most}"));
    }
}

fn check_choice(text: &str, schema: &Value, spot: &Spot, reviewer: &mut Reviewer<'_>) {
    let Some(choices) = schema.get("enum").and_then(Value::as_array) else { return };
    let choices = choices.iter().filter_map(Value::as_str);
    if !choices.clone().any(|choice| choice == text) {
        let all: Vec<String> = choices.map(|choice| format!("\"{choice}\"")).collect();
        reviewer.value(
            spot,
            format!("{spot} has no such choice"),
            format!("write {}", all.join(" or ")),
        );
    }
}

fn child<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(key));
    named.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))
}

pub(super) fn properties(schema: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    schema.get("properties").and_then(Value::as_object).unwrap_or(&NONE)
}

/// What `SecretFile` looks like in the schema.
fn is_secret(schema: &Value) -> bool {
    let names = properties(schema);
    names.len() == 2 && names.contains_key("env") && names.contains_key("file")
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

fn type_names(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let names = type_names(schema);
    names.is_empty()
        || names.iter().any(|name| match *name {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => value.is_null(),
        })
}

fn type_in_words(schema: &Value) -> String {
    if is_secret(schema) {
        return "{ env = \"NAME\" } or { file = \"/path\" }".to_owned();
    }
    let words =
        type_names(schema).into_iter().filter(|name| *name != "null").map(|name| match name {
            "string" => "text in quotes",
            "integer" => "a whole number",
            "boolean" => "true or false",
            "array" => "a list: [ … ]",
            "object" => "a table",
            other => other,
        });
    words.collect::<Vec<_>>().join(" or ")
}
