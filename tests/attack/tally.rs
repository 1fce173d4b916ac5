//! What came of an attack: the rows of the table at the end.

use std::fmt::Write as _;
use std::fs;

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

/// Writes the rows where the table is made of them, and fails if anything leaked.
#[expect(clippy::disallowed_methods, reason = "the folder is the caller's to name")]
pub(crate) fn report(rows: &[Tally]) {
    let mut lines = String::new();
    for row in rows {
        let Tally { family, against, sent, refused, gated, public, leaks } = row;
        let leaked = leaks.len();
        writeln!(
            lines,
            "| {family} | {against} | {sent} | {refused} | {gated} | {public} | {leaked} |"
        )
        .expect("writing to a String cannot fail");
    }
    if let Some(folder) = std::env::var_os("TOLLHOUSE_ATTACK_REPORT") {
        let name = rows.iter().map(|row| format!("{} {}", row.family, row.against));
        let name: String = name.collect::<Vec<_>>().join(" ").replace(['/', ' '], "-");
        let file = std::path::Path::new(&folder).join(format!("{name}.rows"));
        fs::write(file, &lines).expect("the folder for the table can be written to");
    }
    let leaks: Vec<&String> = rows.iter().flat_map(|row| &row.leaks).collect();
    assert!(leaks.is_empty(), "{lines}leaked: {}\n{leaks:#?}", leaks.len());
}
