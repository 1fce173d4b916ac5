//! What a command says.

use std::io::{self, Write as _};

/// Says something to whoever called: standard output.
pub(super) fn say(text: &str) {
    // Nobody listens to a closed pipe.
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Says what is wrong: standard error.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
