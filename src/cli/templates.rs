//! `tollhouse templates FOLDER`: our templates and texts, to begin an owner's own with.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Outcome, out};
use crate::web;

/// Where they are written to.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A folder; what is there already is kept. Copy from it what you want to change into
    /// `templates/` or `languages/` beside the configuration: what is not there stays ours.
    folder: PathBuf,
}

/// Writes what is not there yet.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut outcome = Outcome::Done;
    for (name, text) in web::originals() {
        let path = args.folder.join(name);
        if path.exists() {
            out::complain(&format!("{} is there already; it is left as it is", path.display()));
            outcome = Outcome::No;
            continue;
        }
        let folder = path.parent().unwrap_or(&args.folder);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        out::answer(&path.display().to_string())?;
    }
    Ok(outcome)
}
