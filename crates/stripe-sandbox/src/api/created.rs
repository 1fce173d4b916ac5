//! The `created` filter of lists.

use super::error::ApiError;
use super::params::integer;
use crate::form::Form;

/// The names that a list with this filter takes.
pub(crate) const BOUNDS: [&str; 4] = ["created.gt", "created.gte", "created.lt", "created.lte"];

/// From `least` to `most`, both included, Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Created {
    least: i64,
    most: i64,
}

impl Created {
    /// Either a moment, or bounds.
    pub(crate) fn read(form: &Form) -> Result<Created, ApiError> {
        if let Some(moment) = integer(form, "created")? {
            return Ok(Created { least: moment, most: moment });
        }
        let [gt, gte, lt, lte] = BOUNDS.map(|name| integer(form, name));
        let least = gte?.unwrap_or(i64::MIN).max(gt?.map_or(i64::MIN, |it| it.saturating_add(1)));
        let most = lte?.unwrap_or(i64::MAX).min(lt?.map_or(i64::MAX, |it| it.saturating_sub(1)));
        Ok(Created { least, most })
    }

    pub(crate) fn includes(self, moment: i64) -> bool {
        (self.least..=self.most).contains(&moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, expected: [bool; 3]) {
        let created = Created::read(&Form::parse(form)).expect("numbers");
        assert_eq!([9, 10, 11].map(|moment| created.includes(moment)), expected, "{form}");
    }

    #[test]
    fn bounds_are_included_or_not_as_their_name_says() {
        check("", [true, true, true]);
        check("created=10", [false, true, false]);
        check("created[gt]=10", [false, false, true]);
        check("created[gte]=10", [false, true, true]);
        check("created[lt]=10", [true, false, false]);
        check("created[lte]=10", [true, true, false]);
        check("created[gte]=10&created[lt]=11", [false, true, false]);
        assert!(Created::read(&Form::parse("created[gt]=x")).is_err());
    }
}
