//! Filters of lists by a moment: `created=1`, `created[gte]=1`.

use std::ops::RangeInclusive;

use super::error::ApiError;
use super::params::integer;
use crate::form::Form;

/// From the first to the last second that fits.
pub(crate) fn within(form: &Form, name: &str) -> Result<RangeInclusive<i64>, ApiError> {
    if let Some(exactly) = integer(form, name)? {
        return Ok(exactly..=exactly);
    }
    let bound = |word: &str| integer(form, &format!("{name}.{word}"));
    let first = bound("gt")?.map(|at| at.saturating_add(1)).into_iter().chain(bound("gte")?).max();
    let last = bound("lt")?.map(|at| at.saturating_sub(1)).into_iter().chain(bound("lte")?).min();
    Ok(first.unwrap_or(i64::MIN)..=last.unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, expected: (i64, i64)) {
        let range = within(&Form::parse(form), "created").expect("whole numbers");
        assert_eq!((*range.start(), *range.end()), expected, "{form}");
    }

    #[test]
    fn bounds_belong_to_the_range_or_not() {
        check("", (i64::MIN, i64::MAX));
        check("created=5", (5, 5));
        check("created[gt]=5&created[lt]=9", (6, 8));
        check("created[gte]=5&created[lte]=9", (5, 9));
        check("created[gt]=5&created[gte]=9", (9, i64::MAX));
        check("created[gt]=5&created[gte]=5&created[lt]=9&created[lte]=9", (6, 8));
        assert!(within(&Form::parse("created[gt]=x"), "created").is_err());
    }
}
