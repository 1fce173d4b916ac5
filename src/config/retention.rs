//! `[retention]`: how long is kept what is of no use any more.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::pass::Lifetimes;
use crate::domain::retention::Retention;

const DAY: u64 = 24 * 60 * 60;

/// How much longer than its passes a session is kept: that it was seen is noted once a day, and
/// not at all while the disk is full.
const SPARE: Duration = Duration::from_secs(7 * DAY);

/// `[retention]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "a setting's name says its unit")]
pub(super) struct RetentionFile {
    /// Days that an event of Stripe's is kept after it was last looked after, for `tollhouse
    /// events`. Stripe may send one again for 30 days. 31 to 3650.
    #[schemars(range(min = 31, max = 3650), extend("x-example" = "90"))]
    pub(super) events_days: u16,
    /// Days that a line of the audit is kept: what was given or put right, and when. 30 to 3650.
    #[schemars(range(min = 30, max = 3650), extend("x-example" = "1095"))]
    pub(super) audit_days: u16,
    /// Days that a sign-in link is kept after its end. 1 to 365.
    #[schemars(range(min = 1, max = 365), extend("x-example" = "7"))]
    pub(super) sign_in_days: u16,
    /// Days that a checkout is kept after it was begun; its browser can come back from it for
    /// two. 3 to 90.
    #[schemars(range(min = 3, max = 90), extend("x-example" = "3"))]
    pub(super) checkout_days: u16,
}

impl Default for RetentionFile {
    fn default() -> Self {
        Self { events_days: 90, audit_days: 1095, sign_in_days: 7, checkout_days: 3 }
    }
}

/// How long each kind is kept. A session outlives its passes.
pub(super) fn retention(written: &RetentionFile, lifetimes: Lifetimes) -> Retention {
    let days = |days: u16| Duration::from_secs(u64::from(days) * DAY);
    Retention {
        events: days(written.events_days),
        audit: days(written.audit_days),
        sign_ins: days(written.sign_in_days),
        checkouts: days(written.checkout_days),
        sessions: lifetimes.session + SPARE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_outlives_its_passes_and_what_was_noted_of_it() {
        for session_days in [1, 180, 365] {
            let session = Duration::from_secs(session_days * DAY);
            let lifetimes = Lifetimes { refresh: Duration::ZERO, session, outage: Duration::ZERO };
            let kept = retention(&RetentionFile::default(), lifetimes).sessions;
            assert!(kept >= session + Duration::from_hours(48), "{session_days}");
        }
    }
}
