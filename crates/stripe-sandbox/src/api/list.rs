//! Lists: newest first, a page at a time, with cursors.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::{integer, integer_within};
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
    let newest_first: Vec<&T> = objects.rev().collect();
    let window = window(&newest_first, form)?;
    let data: Vec<Value> = window.objects.iter().map(|object| object.render(world)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": window.has_more, "url": url }))
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

/// The moments that `created` asks for, from the first to the last second that fits; either a
/// moment or bounds.
pub(crate) fn created(form: &Form) -> Result<RangeInclusive<i64>, ApiError> {
    if let Some(exactly) = integer(form, "created")? {
        return Ok(exactly..=exactly);
    }
    let after = integer(form, "created.gt")?.map(|at| at.saturating_add(1));
    let before = integer(form, "created.lt")?.map(|at| at.saturating_sub(1));
    let first = after.max(integer(form, "created.gte")?).unwrap_or(i64::MIN);
    let last = [before, integer(form, "created.lte")?].into_iter().flatten().min();
    Ok(first..=last.unwrap_or(i64::MAX))
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
    fn moments_are_bounded_on_both_sides() {
        let check = |form: &str, expected| {
            assert_eq!(created(&Form::parse(form)).ok(), Some(expected), "{form}");
        };
        check("", i64::MIN..=i64::MAX);
        check("created=5", 5..=5);
        check("created[gt]=5&created[lt]=9", 6..=8);
        check("created[gte]=5&created[lte]=9", 5..=9);
        check("created[gte]=5&created[gt]=5&created[lte]=9&created[lt]=9", 6..=8);
        assert!(created(&Form::parse("created[gt]=noon")).is_err());
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
