//! The schema, and its roots ready to be used.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::Broken;

/// Fields that the typings have and the pinned API version has not yet, and that the sandbox could
/// therefore not know: the interface, and its field. Nothing else is excused.
const EXCUSED: &[(&str, &str)] = &[
    ("BillingPortal.Configurations.Configuration.Features", "subscription_pause"),
    ("BillingPortal.Sessions.Session.Flow", "subscription_pause"),
];

/// The same list, for the test that each excuse is needed.
pub fn excused() -> &'static [(&'static str, &'static str)] {
    EXCUSED
}

/// The API version that answers are rendered in, such as `2026-09-30.endive`.
pub fn pinned_version() -> &'static str {
    SCHEMA["pinned"].as_str().expect("the generator writes it")
}

/// Where a name is looked up: a group of `roots.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    Answers,
    Deleted,
    Events,
    Envelopes,
    Requests,
}

impl Group {
    fn name(self) -> &'static str {
        match self {
            Group::Answers => "answers",
            Group::Deleted => "deleted",
            Group::Events => "events",
            Group::Envelopes => "envelopes",
            Group::Requests => "requests",
        }
    }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let mut text = Vec::new();
    let packed = include_bytes!("../schema.json.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text).expect("the file is whole");
    serde_json::from_slice(&text).expect("the generator writes JSON")
});

/// A schema whose roots are built as they are needed.
struct Book {
    definitions: Value,
    roots: Mutex<HashMap<(Group, String), Arc<Validator>>>,
}

impl Book {
    fn new(excused: &[(&str, &str)]) -> Book {
        let mut definitions = SCHEMA["definitions"].clone();
        for (interface, field) in excused {
            excuse(&mut definitions, interface, field);
        }
        Book { definitions, roots: Mutex::default() }
    }

    fn root(&self, group: Group, name: &str, root: &Value) -> Arc<Validator> {
        let mut roots = self.roots.lock().expect("no holder of this lock panics");
        let validator = roots.entry((group, name.to_owned())).or_insert_with(|| {
            let schema = json!({ "allOf": [root], "definitions": self.definitions });
            let options = jsonschema::options().with_draft(Draft::Draft7);
            Arc::new(options.build(&schema).expect("the generator writes a schema"))
        });
        Arc::clone(validator)
    }
}

/// The schema that counts.
static EXCUSING: LazyLock<Book> = LazyLock::new(|| Book::new(EXCUSED));

/// The schema as the typings have it.
static STRICT: LazyLock<Book> = LazyLock::new(|| Book::new(&[]));

fn excuse(definitions: &mut Value, interface: &str, field: &str) {
    let required = definitions[interface]["required"].as_array_mut().expect("fields are required");
    required.retain(|it| it != field);
}

/// The schema of a name, if the group has it; for [`crate::requests`], which reads types in it.
pub(crate) fn root(group: Group, name: &str) -> Option<&'static Value> {
    SCHEMA["roots"][group.name()].get(name)
}

/// All names of a group.
pub(crate) fn names(group: Group) -> impl Iterator<Item = &'static str> {
    let roots: &Map<String, Value> = SCHEMA["roots"][group.name()].as_object().expect("a group");
    roots.keys().map(String::as_str)
}

/// Follows a reference to its definition.
pub(crate) fn resolved(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/definitions/")) {
        Some(name) => &SCHEMA["definitions"][name],
        None => schema,
    }
}

/// Compares a value with a root.
pub(crate) fn check(group: Group, name: &str, value: &Value) -> Result<(), Broken> {
    let root = root(group, name).ok_or_else(|| {
        Broken::one(format!("the schema has no {name:?} among the {}", group.name()))
    })?;
    let validator = EXCUSING.root(group, name, root);
    let faults: Vec<String> = validator
        .iter_errors(value)
        .flat_map(|error| leaves(&error, &|it| format!("{}: {}", it.instance_path(), short(it))))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Broken(faults)) }
}

/// What a value that is right but for the excuses lacks: interfaces and fields.
pub(crate) fn lacking(group: Group, name: &str, value: &Value) -> Vec<(String, String)> {
    let root = root(group, name).expect("it is named");
    let validator = STRICT.root(group, name, root);
    let lacks = |error: &ValidationError| {
        let place = error.schema_path().as_str().to_owned();
        let interface = place.strip_prefix("/definitions/").and_then(|it| it.split('/').next());
        let ValidationErrorKind::Required { property } = error.kind() else { return None };
        Some((interface?.to_owned(), property.as_str()?.to_owned()))
    };
    let errors = validator.iter_errors(value);
    errors.flat_map(|error| leaves(&error, &lacks)).flatten().collect()
}

/// The faults themselves. Of several forms that would be right, those of the one that fits best
/// are told: whose faults are deepest.
fn leaves<T>(error: &ValidationError, tell: &impl Fn(&ValidationError) -> T) -> Vec<T> {
    let depth = |form: &Vec<ValidationError>| {
        form.iter().map(|it| it.instance_path().as_str().matches('/').count()).max()
    };
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && let Some(closest) = context.iter().max_by_key(|form| depth(form))
    {
        return closest.iter().flat_map(|error| leaves(error, tell)).collect();
    }
    vec![tell(error)]
}

/// An object that is shown whole hides what is said about it.
fn short(error: &ValidationError) -> String {
    error.to_string().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_after_the_pinned_version_is_excused() {
        for (interface, field) in EXCUSED {
            let added = SCHEMA["added"][interface].as_array();
            assert!(
                added.is_some_and(|it| it.contains(&json!(field))),
                "{interface}.{field} was there before {}",
                pinned_version()
            );
        }
    }

    #[test]
    fn every_root_is_a_schema() {
        for group in
            [Group::Answers, Group::Deleted, Group::Events, Group::Envelopes, Group::Requests]
        {
            for name in names(group) {
                let definition = resolved(root(group, name).expect("it is named"));
                assert!(
                    definition["properties"].is_object() || definition["anyOf"].is_array(),
                    "{name}"
                );
            }
        }
    }
}
