//! How long is kept what is of no use any more. What readers paid for and were given is kept for
//! ever.

use std::time::Duration;

/// How long each kind is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// An event that was worked off, after it was last looked after.
    pub events: Duration,
    /// What was changed, by whom, and when.
    pub audit: Duration,
    /// A sign-in link, after its end.
    pub sign_ins: Duration,
    /// A checkout, after it was begun.
    pub checkouts: Duration,
    /// A session that nobody has ended, after it was last seen.
    pub sessions: Duration,
}
