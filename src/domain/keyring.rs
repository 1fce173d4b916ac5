//! Which of the keys that sign passes is used for what. A new one is published before it signs, and
//! one that signs no more is kept as long as something that it signed can still be shown: so keys
//! change without anybody being signed out.

use std::time::Duration;

use super::time::Timestamp;

/// How long a key is published before it signs. Who checks identity tokens fetches the keys from
/// time to time: we say five minutes, libraries that know better keep them up to an hour.
pub const PUBLISHED_BEFORE: Duration = Duration::from_hours(1);

/// What a key is used for. Whatever it is, passes that it signed are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is published, and signs from this moment on.
    Announced {
        /// When.
        signs_from: Timestamp,
    },
    /// It signs.
    Signs {
        /// When it began.
        since: Timestamp,
    },
    /// It signs no more, and is thrown away at this moment.
    Checks {
        /// When.
        until: Timestamp,
    },
}

/// What each key is used for, by the moment from which it signs, the latest first. `kept` is how
/// long something that a key signed can be shown. There is always one that signs, whatever the
/// clock says.
pub fn uses(begins: &[Timestamp], now: Timestamp, kept: Duration) -> Vec<Use> {
    let oldest = begins.len().saturating_sub(1);
    let signer = begins.iter().position(|begin| *begin <= now).unwrap_or(oldest);
    let of = |(place, begin): (usize, &Timestamp)| match place {
        _ if place < signer => Use::Announced { signs_from: *begin },
        _ if place == signer => Use::Signs { since: *begin },
        _ => Use::Checks { until: begins[place - 1].plus(kept) },
    };
    begins.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Duration = Duration::from_secs(1000);

    fn at(unix: i64) -> Timestamp {
        Timestamp::from_unix(unix)
    }

    #[test]
    fn a_key_is_announced_then_signs_and_then_only_checks() {
        let check = |begins: &[i64], now: i64, expected: &[Use]| {
            let begins: Vec<_> = begins.iter().map(|unix| at(*unix)).collect();
            assert_eq!(uses(&begins, at(now), KEPT), expected, "{begins:?} at {now}");
        };
        let announced = |unix| Use::Announced { signs_from: at(unix) };
        let signs = |unix| Use::Signs { since: at(unix) };
        let checks = |unix| Use::Checks { until: at(unix) };
        check(&[], 5, &[]);
        check(&[0], 5, &[signs(0)]);
        check(&[100, 0], 99, &[announced(100), signs(0)]);
        check(&[100, 0], 100, &[signs(100), checks(1100)]);
        check(&[100, 0], 101, &[signs(100), checks(1100)]);
        check(&[300, 200, 0], 250, &[announced(300), signs(200), checks(1200)]);
        check(&[300, 200, 0], 300, &[signs(300), checks(1300), checks(1200)]);
        // A clock that went back.
        check(&[100, 50], 0, &[announced(100), signs(50)]);
    }
}
