//! What fuzzers drive: each target takes any bytes, and panics if a promise does not hold for them.
//! `make fuzz` invents the bytes (`fuzz/main.rs`); whatever once was of interest is kept in
//! `fuzz/corpus` and tried again with every `make test`.

mod config;
mod head;
mod pass;
mod path;
mod return_path;
mod site;
mod stage;
mod webhook;

pub(crate) use self::stage::Stage;

/// What is tried with some bytes.
pub(crate) type Target = fn(&Stage, &[u8]);

/// Every target, by the name of its corpus.
pub(crate) const ALL: &[(&str, Target)] = &[
    ("config", config::try_with),
    ("head", head::try_with),
    ("pass", pass::try_with),
    ("path", path::try_with),
    ("return_path", return_path::try_with),
    ("site", site::try_with),
    ("webhook", webhook::try_with),
];

/// A number for each input, by which a target chooses among its ways: FNV-1a, 64 bits.
fn number_of(input: &[u8]) -> u64 {
    input.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Tries every kept input again.
#[test]
fn what_was_of_interest_to_a_fuzzer_still_holds() {
    use crate::tally::{self, Tally};

    const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");
    let stage = Stage::set();
    let rows = ALL.iter().map(|(name, target)| {
        let mut row = Tally { family: "fuzzed", against: (*name).to_owned(), ..Tally::default() };
        for file in std::fs::read_dir(format!("{CORPUS}/{name}")).expect("it has a corpus") {
            let file = file.expect("a file").path();
            let input = std::fs::read(&file).expect("it can be read");
            row.sent += 1;
            let tried = || target(&stage, &input);
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(tried)).is_err() {
                row.leaks.push(file.display().to_string());
            }
        }
        assert!(row.sent > 0, "{name} has no corpus");
        row
    });
    tally::report(&rows.collect::<Vec<_>>());
}
