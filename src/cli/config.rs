//! `tollhouse config`: an example of the configuration.

use anyhow::Result;

use super::{Outcome, out};
use crate::config;

/// What to print.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Every setting with its default and its meaning.
    Example,
}

/// Prints it.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    match args.what {
        What::Example => out::answer(config::example().trim_end())?,
    }
    Ok(Outcome::Done)
}
