//! File and environment, put together and checked against the schema: unknown settings and
//! wrong types, all of them.

use std::collections::BTreeMap;

use figment::Figment;
use figment::providers::Serialized;
use serde_json::{Map, Value};

use super::faults::{Reviewer, hide_secrets, nearest};
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
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            reviewer.key(&Spot::default(), "this cannot be read", error.message());
            return None;
        }
    };
    let mut figment = Figment::from(Serialized::defaults(table));
    for (variable, raw) in environment {
        warn_if_ignored(variable, shape, reviewer);
        if let Some((keys, value)) = overriding(variable, raw, shape, reviewer) {
            let spot = keys.iter().fold(Spot::default(), |spot, key| spot.key(key));
            reviewer.overridden(spot, variable);
            figment = figment.merge(Serialized::default(&keys.join("."), value));
        }
    }
    let mut value: Value = match figment.extract() {
        Ok(value) => value,
        Err(error) => {
            reviewer.key(&Spot::default(), "this cannot be read", error.to_string());
            return None;
        }
    };
    walk(&mut value, shape.root(), &Spot::default(), shape, reviewer);
    match serde_json::from_value(value) {
        Ok(file) => Some(file),
        Err(error) => {
            if reviewer.is_content() {
                reviewer.key(&Spot::default(), "this cannot be read", error.to_string());
            }
            None
        }
    }
}

/// `TOLLHOUSE_SITE_LISTEN` looks as if it were a setting.
fn warn_if_ignored(variable: &str, shape: &Shape, reviewer: &mut Reviewer<'_>) {
    let Some(name) = variable.strip_prefix(PREFIX).map(str::to_lowercase) else { return };
    for (section, schema) in properties(shape.root()) {
        let Some(key) = name.strip_prefix(section.as_str()).and_then(|it| it.strip_prefix('_'))
        else {
            continue;
        };
        if properties(shape.resolve(schema, None)).contains_key(key) {
            let meant = format!("{section}__{key}").to_uppercase();
            let help = format!("write {PREFIX}{meant}, with two _ between section and setting");
            reviewer.warn_of_variable(variable, "this variable is ignored", help);
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
            let message = format!("there is no setting {}", keys.join("."));
            reviewer.variable(variable, message, instead_of(key, schema));
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
        let message = format!("{:?} does not fit {}", hide_secrets(raw), keys.join("."));
        reviewer.variable(variable, message, help);
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

/// What becomes of a value that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repair {
    /// It stays, or an example stands in its place.
    Keep,
    /// It is left out.
    Drop,
}

/// Tells what is wrong in form, and puts something sound in its place, so that everything else
/// can still be checked: the owner sees all faults in one go.
fn walk(
    value: &mut Value,
    written: &Value,
    spot: &Spot,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) -> Repair {
    let schema = shape.resolve(written, Some(value));
    if is_secret(schema) && value.is_string() {
        let help = "write { env = \"NAME\" } or { file = \"/path\" }, and put the secret there";
        reviewer.secret(spot, format!("{spot} is a secret and must not stand in this file"), help);
        return repair(value, written, spot, reviewer);
    }
    if !has_type(schema, value) {
        let help = how_to_write(value, schema, spot);
        reviewer.value(spot, format!("{spot} is not what it should be"), help);
        return repair(value, written, spot, reviewer);
    }
    if let Some(key) = setting_of_nameless(value, schema, shape) {
        let message = format!("\"{key}\" is a setting of one of the {spot}, and none is named");
        let help = format!("write [{spot}.NAME] above it, with a name of yours");
        reviewer.key(spot, message, help);
        reviewer.doubt(spot);
        return Repair::Drop;
    }
    match value {
        Value::Object(map) => {
            walk_table(map, schema, spot, shape, reviewer);
            Repair::Keep
        }
        Value::Array(list) => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            let mut at = 0;
            list.retain_mut(|value| {
                at += 1;
                walk(value, items, &spot.index(at - 1), shape, reviewer) == Repair::Keep
            });
            Repair::Keep
        }
        Value::Number(number) if !is_in_range(number.as_f64(), schema, spot, reviewer) => {
            repair(value, written, spot, reviewer)
        }
        Value::String(text) if !is_a_choice(text, schema, spot, reviewer) => {
            repair(value, written, spot, reviewer)
        }
        Value::Number(_) | Value::String(_) | Value::Null | Value::Bool(_) => Repair::Keep,
    }
}

/// `title` of `[plans]` with `title = …`: the owner left out the name of the plan.
fn setting_of_nameless(value: &Value, schema: &Value, shape: &Shape) -> Option<String> {
    let each = schema.get("additionalProperties").filter(|_| is_map(schema))?;
    let known = properties(shape.resolve(each, None));
    let mut written = value.as_object()?.iter();
    let is_one = |(key, value): &(&String, &Value)| known.contains_key(*key) && !value.is_object();
    written.find(is_one).map(|(key, _)| key.clone())
}

/// Puts the setting's example in the place of what is wrong. Nothing more is said about it.
fn repair(value: &mut Value, written: &Value, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Repair {
    reviewer.doubt(spot);
    match example(written) {
        Some(example) => {
            *value = example;
            Repair::Keep
        }
        None => Repair::Drop,
    }
}

fn example(written: &Value) -> Option<Value> {
    let text = written.get("x-example")?.as_str()?;
    let table: toml::Table = toml::from_str(&format!("value = {text}")).ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

fn walk_table(
    map: &mut Map<String, Value>,
    schema: &Value,
    spot: &Spot,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) {
    let unknown: Vec<String> =
        map.keys().filter(|key| child(schema, key).is_none()).cloned().collect();
    for key in unknown {
        map.remove(&key);
        let message = format!("there is no setting \"{}\" here", hide_secrets(&key));
        if let Some(section) = section_of(&key, shape) {
            let help = format!("it belongs {section}");
            reviewer.key(&spot.key(&key), message, help);
            continue;
        }
        reviewer.key(&spot.key(&key), message, instead_of(&key, schema));
        // What was meant is there, misspelt: enough was said about it.
        let meant = nearest(&key, names(schema)).filter(|name| !map.contains_key(*name));
        if let Some(meant) = meant {
            reviewer.doubt(&spot.key(meant));
        }
    }
    map.retain(|key, value| {
        child(schema, key).is_some_and(|within| {
            walk(value, within, &spot.key(key), shape, reviewer) == Repair::Keep
        })
    });
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for key in required.filter_map(Value::as_str) {
        if !map.contains_key(key) {
            add_missing(key, map, schema, spot, shape, reviewer);
        }
    }
}

fn add_missing(
    key: &str,
    map: &mut Map<String, Value>,
    schema: &Value,
    spot: &Spot,
    shape: &Shape,
    reviewer: &mut Reviewer<'_>,
) {
    let field = child(schema, key).unwrap_or(&Value::Null);
    let shown = field.get("x-example").and_then(Value::as_str);
    let spot = spot.key(key);
    let help = match shown {
        Some(shown) => format!("add: {key} = {shown}"),
        None => format!("add the section [{spot}], with {}", needed_within(field, shape)),
    };
    reviewer.key(&spot, format!("{spot} is missing"), help);
    reviewer.doubt(&spot);
    // A section is filled with the examples of its own settings.
    let mut value = example(field).unwrap_or_else(|| Value::Object(Map::new()));
    walk(&mut value, field, &spot, shape, reviewer);
    map.insert(key.to_owned(), value);
}

/// The settings without which a section cannot be, as they are written.
fn needed_within(section: &Value, shape: &Shape) -> String {
    let schema = shape.resolve(section, None);
    let required = schema.get("required").and_then(Value::as_array);
    let is_needed = |key: &String, field: &Value| {
        required.is_some_and(|keys| keys.iter().any(|it| it == key))
            || field.get("x-shown").is_some()
    };
    let needed = properties(schema).iter().filter(|(key, field)| is_needed(key, field));
    let lines = needed
        .filter_map(|(key, field)| Some(format!("{key} = {}", field.get("x-example")?.as_str()?)));
    lines.collect::<Vec<_>>().join(", ")
}

fn is_in_range(
    number: Option<f64>,
    schema: &Value,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) -> bool {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let (Some(least), Some(most)) = (bound("minimum"), bound("maximum")) else { return true };
    let fits = number.is_some_and(|number| number >= least && number <= most);
    if !fits {
        reviewer.value(spot, format!("{spot} is out of range"), format!("from {least} to {most}"));
    }
    fits
}

fn is_a_choice(text: &str, schema: &Value, spot: &Spot, reviewer: &mut Reviewer<'_>) -> bool {
    let Some(mut choices) = choices(schema) else { return true };
    let fits = choices.any(|choice| choice == format!("\"{text}\""));
    if !fits {
        let help = format!("write {}", type_in_words(schema));
        reviewer.value(spot, format!("{spot} has no such choice"), help);
    }
    fits
}

/// The words between which there is a choice, in quotes.
fn choices(schema: &Value) -> Option<impl Iterator<Item = String>> {
    let choices = schema.get("enum").and_then(Value::as_array)?;
    Some(choices.iter().filter_map(Value::as_str).map(|choice| format!("\"{choice}\"")))
}

fn child<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(key));
    named.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))
}

/// What to write instead of a setting that is unknown.
fn instead_of(wrong: &str, schema: &Value) -> String {
    if let Some(name) = nearest(wrong, names(schema)) {
        return format!("did you mean \"{name}\"?");
    }
    let all: Vec<&str> = names(schema).collect();
    if all.is_empty() { String::new() } else { format!("known here: {}", all.join(", ")) }
}

/// Where a setting belongs that stands in the wrong place; none if there is none of its name.
fn section_of(key: &str, shape: &Shape) -> Option<String> {
    let root = properties(shape.root());
    let has = |schema: &Value| properties(shape.resolve(schema, None)).contains_key(key);
    if let Some((section, _)) = root.iter().find(|(_, schema)| has(schema)) {
        return Some(format!("under [{section}]"));
    }
    let several = [
        ("PlanFile", "under a plan: [plans.NAME]"),
        ("GateFile", "under a gate: [[gate]]"),
        ("PriceFile", "in a price of a plan: prices = [{ … }]"),
    ];
    let within = several.iter().find(|(name, _)| has(&shape.root()["$defs"][*name]));
    let top = root.contains_key(key).then_some("at the top, outside of any section");
    within.map(|(_, words)| *words).or(top).map(str::to_owned)
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    properties(schema).keys().map(String::as_str)
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

/// What to write instead of a value of the wrong type. Brackets are easily confused.
fn how_to_write(value: &Value, schema: &Value, spot: &Spot) -> String {
    let takes = |name| type_names(schema).contains(&name) && !is_secret(schema);
    if value.is_object() && takes("array") && spot.is_top() {
        return format!("write [[{spot}]], in double brackets, above each of them");
    }
    if value.is_array() && takes("object") && spot.is_top() && is_map(schema) {
        return format!("write [{spot}.NAME], in single brackets, with a name of yours");
    }
    if value.is_array() && takes("object") {
        return format!("write [{spot}], in single brackets");
    }
    format!("write {}", type_in_words(schema))
}

/// Whether its keys are the owner's to name.
fn is_map(schema: &Value) -> bool {
    schema.get("additionalProperties").is_some_and(Value::is_object)
}

fn type_in_words(schema: &Value) -> String {
    if let Some(choices) = choices(schema) {
        return choices.collect::<Vec<_>>().join(" or ");
    }
    if is_secret(schema) {
        return "{ env = \"NAME\" } or { file = \"/path\" }".to_owned();
    }
    let words =
        type_names(schema).into_iter().filter(|name| *name != "null").map(|name| match name {
            "string" => "text in quotes",
            "integer" => "a whole number",
            "boolean" => "true or false",
            "array" => "a list: [ … ]",
            "object" => "a table: { … }",
            other => other,
        });
    words.collect::<Vec<_>>().join(" or ")
}
