//! `tollhouse check`: every fault of the configuration.

use std::path::PathBuf;

use anyhow::Result;

use super::{Outcome, Where, out};

/// Which configuration; most will name it without `--config`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The same as --config FILE.
    #[arg(value_name = "FILE", conflicts_with = "config")]
    file: Option<PathBuf>,
    #[command(flatten)]
    config: Where,
}

/// Says what is wrong, or what will be served.
pub(super) fn run(args: Args) -> Result<Outcome> {
    let named = Where { config: args.file.or(args.config.config) };
    let Ok(config) = named.load_with_look() else { return Ok(Outcome::No) };
    for warning in &config.warnings {
        out::complain(&warning.to_string());
    }
    out::answer(&format!("{}: no fault found.", config.path.display()))?;
    for gate in config.gates.gates() {
        out::answer(&format!("  {}", gate.in_words()))?;
    }
    Ok(Outcome::Done)
}
