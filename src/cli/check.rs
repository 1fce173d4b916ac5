//! `tollhouse check`: every fault of the configuration.

use anyhow::Result;

use super::{Outcome, Where, out};

/// Says what is wrong, or what will be served.
pub(super) fn run(args: &Where) -> Result<Outcome> {
    let Ok(config) = args.load() else { return Ok(Outcome::No) };
    for warning in &config.warnings {
        out::complain(&warning.to_string());
    }
    out::say(&format!("{}: no fault found.", config.path.display()));
    for gate in config.gates.gates() {
        out::say(&format!("  {}", gate.in_words()));
    }
    Ok(Outcome::Done)
}
