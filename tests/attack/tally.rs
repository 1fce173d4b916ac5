//! What came of an attack: the rows of the table at the end.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::size;

/// How many requests of a family went to one origin, and what came of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) family: &'static str,
    /// The origin, or what else was attacked.
    pub(crate) against: String,
    pub(crate) sent: u64,
    /// Refused by us, whatever the path.
    pub(crate) refused: u64,
    /// Stopped at a gate, or treated as a stranger.
    pub(crate) gated: u64,
    /// Let through to something that is free.
    pub(crate) public: u64,
    /// What must not happen; each says how to do it again.
    pub(crate) leaks: Vec<String>,
}

/// How many leaks are told of each row.
const TOLD: usize = 40;

/// Writes the rows where the table is made of them, and fails if anything leaked.
pub(crate) fn report(rows: &[Tally]) {
    let mut leaks = String::new();
    let mut table = String::new();
    for row in rows {
        let Tally { family, against, sent, refused, gated, public, .. } = row;
        let leaked = row.leaks.len();
        let line = format!("{family}\t{against}\t{sent}\t{refused}\t{gated}\t{public}\t{leaked}\n");
        table.push_str(&line);
        if let Some(folder) = size::report_folder() {
            let name = format!("{family}-{against}.tsv").replace(['/', ' '], "_");
            fs::write(Path::new(&folder).join(name), line).expect("the folder can be written to");
        }
        for leak in row.leaks.iter().take(TOLD) {
            writeln!(leaks, "{family} against {against}: {leak}").expect("a string takes it");
        }
    }
    size::say(&table);
    assert!(leaks.is_empty(), "leaked:\n{leaks}");
}
