//! What came of an attack: the rows of the table at the end.

use std::io::Write as _;

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
pub(crate) fn report(rows: &[Tally]) {
    for row in rows {
        let Tally { family, against, sent, refused, gated, public, leaks } = row;
        let leaked = leaks.len();
        // Past the test harness. Nobody reads it if it cannot be written.
        let _ = writeln!(
            std::io::stderr(),
            "{family} × {against}: {sent} sent, {refused} refused, {gated} gated, {public} public, {leaked} leaked"
        );
    }
    let leaks: Vec<&String> = rows.iter().flat_map(|row| &row.leaks).take(20).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
