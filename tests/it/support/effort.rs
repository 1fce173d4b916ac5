//! How long the proofs may take, and what they came to.

use std::io::Write as _;

/// `make test` takes the short ones, `make prove` the long ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    Short,
    Long,
}

impl Effort {
    /// `TOLLHOUSE_PROVE=long` asks for the long ones.
    #[expect(clippy::disallowed_methods, reason = "this is how much to test, not what is tested")]
    pub(crate) fn asked_for() -> Self {
        match std::env::var("TOLLHOUSE_PROVE").as_deref() {
            Ok("long") => Self::Long,
            Ok(_) | Err(_) => Self::Short,
        }
    }

    /// What was proven, for `scripts/prove` to put into its report; the short form is in none.
    pub(crate) fn tell(self, proven: &str) {
        if self == Self::Long {
            // Past the test harness. Nobody reads it if it cannot be written.
            let _ = writeln!(std::io::stderr(), "proven: {proven}");
        }
    }
}
