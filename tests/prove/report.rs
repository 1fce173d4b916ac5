//! What was found, for whoever runs this and for RELIABILITY.md.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::size;

/// One chapter of the report, in the order of their files' names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chapter {
    /// Such as `10-kill`.
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
}

/// Writes a chapter: figures, one a line.
pub(crate) fn tell(chapter: Chapter, lines: &[String]) {
    let text = lines
        .iter()
        .fold(format!("## {}\n\n", chapter.title), |text, line| format!("{text}- {line}\n"));
    say(&format!("\n{text}"));
    if let Some(folder) = size::report_folder() {
        let file = Path::new(&folder).join(format!("{}.md", chapter.file));
        fs::write(file, text).expect("the report's folder can be written to");
    }
}

/// Says that something was not proven here, where nobody can overlook it: a test that cannot run
/// must not look like one that passed.
pub(crate) fn not_run(chapter: Chapter, why: &str) {
    tell(chapter, &[format!("**NOT RUN** on this machine: {why}")]);
}

/// Past the test harness, which keeps to itself what a test that passes prints.
pub(crate) fn say(text: &str) {
    // Nobody reads it if it cannot be written.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The value below which so many of a hundred are: nearest rank.
pub(crate) fn percentile(spans: &[Duration], of_hundred: usize) -> Duration {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * of_hundred).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().expect("something was measured")
}

/// `p50 1.2 ms, p99 3.4 ms, longest 5.6 ms of 100`.
pub(crate) fn spread(spans: &[Duration]) -> String {
    let milliseconds = |of_hundred| percentile(spans, of_hundred).as_secs_f64() * 1_000.0;
    let [half, most, longest] = [50, 99, 100].map(milliseconds);
    format!("p50 {half:.1} ms, p99 {most:.1} ms, longest {longest:.1} ms of {}", spans.len())
}

#[test]
fn a_percentile_is_one_of_the_values() {
    let spans: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
    let check = |of_hundred, expected| {
        assert_eq!(percentile(&spans, of_hundred), Duration::from_millis(expected));
    };
    check(50, 100);
    check(99, 198);
    check(100, 200);
    assert_eq!(percentile(&spans[..1], 50), Duration::from_millis(200));
}
