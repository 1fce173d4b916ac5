//! The owner's notes on an object: <https://docs.stripe.com/metadata>

use std::collections::BTreeMap;

use super::error::ApiError;
use crate::form::{Form, spelled};
use crate::object::Metadata;
use crate::world::World;

const NAME: &str = "metadata";
/// <https://docs.stripe.com/metadata#data>
const MAX_KEYS: usize = 50;
const MAX_KEY_LETTERS: usize = 40;
const MAX_VALUE_LETTERS: usize = 500;

/// Whether one entry is a short name with a text.
pub(super) fn check_entry(path: &[String], value: &str) -> Result<(), ApiError> {
    let error =
        |message: String, path: &[String]| Err(ApiError::parameter(message).at(spelled(path)));
    let (depth, key) = match path {
        [.., parent, _, inner] if parent == NAME => (path.len() - 1, inner),
        [.., parent, key] if parent == NAME => (path.len(), key),
        [.., name] if name == NAME && !value.is_empty() => {
            return error("Invalid object".to_owned(), path);
        }
        _ => return Ok(()),
    };
    if depth < path.len() {
        let message = format!("Invalid value type: {{\"{key}\"=>\"{value}\"}} must be a string");
        return error(message, &path[..depth]);
    }
    let wrong = |what: &str, letters: usize, text: &str| {
        let most = if what == "key" { MAX_KEY_LETTERS } else { MAX_VALUE_LETTERS };
        format!(
            "Metadata {what}s can have up to {most} characters, but you passed in a {what} that is {letters} \
             characters. Invalid {what}: {text}"
        )
    };
    match (key.chars().count(), value.chars().count()) {
        (letters, _) if letters > MAX_KEY_LETTERS => error(wrong("key", letters, key), path),
        (_, letters) if letters > MAX_VALUE_LETTERS => error(wrong("value", letters, value), path),
        _ => Ok(()),
    }
}

/// Whether no object comes to have too many entries. The call may change the object with this id.
pub(super) fn check_count(world: &World, form: &Form, id: &str) -> Result<(), ApiError> {
    let mut entries: BTreeMap<&[String], Vec<(&str, &str)>> = BTreeMap::new();
    for (path, value) in form.fields() {
        if let [.., parent, key] = path.as_slice()
            && parent == NAME
        {
            entries.entry(&path[..path.len() - 1]).or_default().push((key, value));
        }
    }
    for (path, changes) in entries {
        let existing = if path.len() == 1 { existing(world, form, id) } else { Metadata::new() };
        let after = changed(existing, changes);
        if after.len() > MAX_KEYS {
            let message =
                format!("Metadata can have up to {MAX_KEYS} keys, but you've set {}.", after.len());
            return Err(ApiError::parameter(message).at(spelled(path)));
        }
    }
    Ok(())
}

fn existing(world: &World, form: &Form, id: &str) -> Metadata {
    if id.is_empty() || form.raw(NAME) == Some("") {
        return Metadata::new();
    }
    let object = world.find(id).unwrap_or_default();
    let entries = object[NAME].as_object().into_iter().flatten();
    entries
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

/// An empty value removes its key.
fn changed<'a>(
    mut metadata: Metadata,
    changes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Metadata {
    for (key, value) in changes {
        if value.is_empty() {
            metadata.remove(key);
        } else {
            metadata.insert(key.to_owned(), value.to_owned());
        }
    }
    metadata
}

/// The metadata of a new object.
pub(crate) fn metadata(form: &Form, name: &str) -> Metadata {
    let mut metadata = Metadata::new();
    merge_metadata(&mut metadata, form, name);
    metadata
}

/// Changes metadata as updates do: an empty value removes a key, an empty `metadata` all of them.
pub(crate) fn merge_metadata(metadata: &mut Metadata, form: &Form, name: &str) {
    if form.raw(name) == Some("") {
        metadata.clear();
    }
    *metadata = changed(std::mem::take(metadata), form.entries(name));
}
