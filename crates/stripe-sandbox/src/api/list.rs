//! Lists: newest first, a page at a time, with cursors.

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::integer_within;
use crate::form::Form;
use crate::object::Object;
use crate::world::World;

/// How many objects a page has if the caller does not say.
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 100;

/// One page of these objects, which come oldest first.
pub(crate) fn page<'a, T: Object + 'a>(
    world: &World,
    form: &Form,
    url: &str,
    objects: impl DoubleEndedIterator<Item = &'a T>,
) -> Result<Value, ApiError> {
    let newest_first: Vec<&T> = objects.rev().filter(|it| !it.is_gone()).collect();
    let window = window(&newest_first, form)?;
    let data: Vec<Value> = window.objects.iter().map(|object| object.render(world)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": window.has_more, "url": url }))
}

/// Part of an object, rendered.
struct Part(Value);

impl Object for Part {
    const KIND: &'static str = "item";

    fn id(&self) -> &str {
        self.0["id"].as_str().expect("each part has an id")
    }

    fn render(&self, _: &World) -> Value {
        self.0.clone()
    }
}

/// One page of what an object consists of, in its own order, unlike other lists.
pub(crate) fn page_of_parts(
    world: &World,
    form: &Form,
    url: &str,
    parts: Vec<Value>,
) -> Result<Value, ApiError> {
    let parts: Vec<Part> = parts.into_iter().map(Part).collect();
    page(world, form, url, parts.iter().rev())
}

struct Window<'a, T> {
    objects: &'a [&'a T],
    has_more: bool,
}

fn window<'a, T: Object>(objects: &'a [&'a T], form: &Form) -> Result<Window<'a, T>, ApiError> {
    let limit = limit(form)?;
    if form.text("starting_after").is_some() && form.text("ending_before").is_some() {
        return Err(ApiError::only_one_of(&["ending_before", "starting_after"]));
    }
    let position = |name: &str| match form.text(name) {
        None => Ok(None),
        Some(id) => {
            let position = objects.iter().position(|object| object.id() == id);
            position.map(Some).ok_or_else(|| ApiError::no_such(T::KIND, id, name))
        }
    };
    if let Some(end) = position("ending_before")? {
        let start = end.saturating_sub(limit);
        return Ok(Window { objects: &objects[start..end], has_more: start > 0 });
    }
    let start = position("starting_after")?.map_or(0, |position| position + 1);
    let end = objects.len().min(start + limit);
    Ok(Window { objects: &objects[start..end], has_more: end < objects.len() })
}

fn limit(form: &Form) -> Result<usize, ApiError> {
    let limit = integer_within(form, "limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    Ok(usize::try_from(limit).expect("between 1 and 100"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(&'static str);

    impl Object for Thing {
        const KIND: &'static str = "thing";

        fn id(&self) -> &str {
            self.0
        }

        fn render(&self, _: &World) -> Value {
            Value::Null
        }
    }

    fn check(form: &str, expected: &str) {
        let things = [Thing("d"), Thing("c"), Thing("b"), Thing("a")];
        let newest_first: Vec<&Thing> = things.iter().collect();
        let shown = match window(&newest_first, &Form::parse(form)) {
            Ok(window) => {
                let ids: String = window.objects.iter().map(|thing| thing.0).collect();
                ids + if window.has_more { "+" } else { "" }
            }
            Err(error) => format!("{}", error.body()["error"]["param"]),
        };
        assert_eq!(shown, expected, "{form}");
    }

    #[test]
    fn pages_go_both_ways() {
        check("", "dcba");
        check("limit=4", "dcba");
        check("limit=3", "dcb+");
        check("limit=2&starting_after=d", "cb+");
        check("limit=2&starting_after=c", "ba");
        check("starting_after=a", "");
        check("limit=2&ending_before=a", "cb+");
        check("limit=2&ending_before=b", "dc");
        check("limit=0", "\"limit\"");
        check("limit=101", "\"limit\"");
        check("starting_after=x", "\"starting_after\"");
        check("starting_after=a&ending_before=d", "null");
    }
}
