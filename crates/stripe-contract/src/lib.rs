//! What Stripe's objects and the parameters of its API look like, for tests of those who talk to
//! Stripe and of those who play it. The schema is made from the typings of Stripe's own SDK, by
//! `tests/contract/generate.mjs`; neither the gateway nor the sandbox has a say in it.

mod answers;
mod requests;
mod schema;

use std::fmt;

pub use answers::{answer, event, excuses};
pub use requests::request;
pub use schema::{excused, pinned_version};

/// Why something is not what Stripe would have said, or would have understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(Vec<String>);

impl Broken {
    fn one(fault: String) -> Broken {
        Broken(vec![fault])
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.0.join("\n"))
    }
}
