//! Periods and dates. All times are Unix seconds, all days UTC.

use crate::options::Interval;

pub(crate) const DAY_SECONDS: i64 = 86_400;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `count` intervals after `anchor`. The 31st of a short month is its last day, and the time of
/// day stays; counting from the anchor each time keeps the 31st for the long months.
pub(crate) fn after(anchor: i64, interval: Interval, count: i64) -> i64 {
    match interval {
        Interval::Day => anchor + count * DAY_SECONDS,
        Interval::Week => anchor + count * 7 * DAY_SECONDS,
        Interval::Month => months_after(anchor, count),
        Interval::Year => months_after(anchor, count * 12),
    }
}

/// `3 November 2026`
pub(crate) fn date(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY_SECONDS));
    let name = usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or_default();
    format!("{day} {name} {year}")
}

/// `2026-11-03T12:00:00.000Z`, as the API's second version writes times.
pub(crate) fn iso(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY_SECONDS));
    let second = at.rem_euclid(DAY_SECONDS);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

fn months_after(anchor: i64, months: i64) -> i64 {
    let (year, month, day) = civil(anchor.div_euclid(DAY_SECONDS));
    let month_index = year * 12 + (month - 1) + months;
    let (year, month) = (month_index.div_euclid(12), month_index.rem_euclid(12) + 1);
    let next_month = if month == 12 { days(year + 1, 1, 1) } else { days(year, month + 1, 1) };
    let length = next_month - days(year, month, 1);
    days(year, month, day.min(length)) * DAY_SECONDS + anchor.rem_euclid(DAY_SECONDS)
}

/// Days since 1970: <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month, day: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + shifted.div_euclid(146_097) * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(anchor: (i64, i64, i64), interval: Interval, count: i64, expected: &str) {
        let (year, month, day) = anchor;
        assert_eq!(
            date(after(days(year, month, day) * DAY_SECONDS + 5, interval, count)),
            expected
        );
    }

    #[test]
    fn moments_are_written_in_full() {
        assert_eq!(iso(1_793_707_200 + 3_723), "2026-11-03T13:02:03.000Z");
        assert_eq!(iso(-1), "1969-12-31T23:59:59.000Z");
    }

    #[test]
    fn periods_end_as_on_a_calendar() {
        check((2026, 1, 15), Interval::Day, 1, "16 January 2026");
        check((2026, 12, 31), Interval::Week, 1, "7 January 2027");
        check((2026, 1, 31), Interval::Month, 1, "28 February 2026");
        check((2026, 1, 31), Interval::Month, 2, "31 March 2026");
        check((2026, 11, 30), Interval::Month, 2, "30 January 2027");
        check((2028, 2, 29), Interval::Year, 1, "28 February 2029");
        check((1970, 1, 1), Interval::Day, 0, "1 January 1970");
    }
}
