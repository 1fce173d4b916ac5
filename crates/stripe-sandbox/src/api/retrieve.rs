//! Objects that a path names, and ids that callers choose.

use serde_json::Value;

use super::error::ApiError;
use crate::form::Form;
use crate::object::Object;
use crate::world::{Table, World};

/// The object that the path names.
pub(crate) fn existing<'a, T: Object>(table: &'a Table<T>, id: &str) -> Result<&'a T, ApiError> {
    table.get(id).filter(|it| !it.is_gone()).ok_or_else(|| ApiError::not_found(T::KIND, id))
}

/// The same, as the API shows it.
pub(crate) fn retrieve<T: Object>(
    world: &World,
    table: &Table<T>,
    id: &str,
) -> Result<Value, ApiError> {
    Ok(existing(table, id)?.render(world))
}

/// The id that the caller wants a new object to have; one that is taken is refused.
pub(crate) fn chosen_id<'a, T: Object>(
    form: &'a Form,
    table: &Table<T>,
    called: &str,
) -> Result<Option<&'a str>, ApiError> {
    match form.text("id") {
        Some(id) if table.get(id).is_some() => Err(ApiError::already_exists(called)),
        chosen => Ok(chosen),
    }
}
