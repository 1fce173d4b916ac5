//! libFuzzer around one of the targets: `TOLLHOUSE_FUZZ_TARGET` says which. `scripts/fuzz` builds
//! this and runs it for all of them.

#![no_main]
#![expect(dead_code, unused_imports, reason = "the tests' own parts; not all of them are needed")]

#[path = "../tests/attack/chance.rs"]
mod chance;
#[path = "../tests/attack/emulated.rs"]
mod emulated;
#[path = "../tests/attack/fuzzed/mod.rs"]
mod fuzzed;
#[path = "../tests/attack/line.rs"]
mod line;
#[path = "../tests/attack/oracle.rs"]
mod oracle;
#[path = "../tests/attack/origins/mod.rs"]
mod origins;
#[path = "../tests/attack/relay.rs"]
mod relay;
#[path = "../tests/attack/site.rs"]
mod site;
#[path = "../tests/attack/size.rs"]
mod size;
#[path = "../tests/attack/spell/mod.rs"]
mod spell;
#[path = "../tests/it/support/mod.rs"]
mod support;
#[path = "../tests/prove/until.rs"]
mod until;

use fuzzed::{ALL, Stage, Target};

thread_local! {
    /// libFuzzer has one thread.
    static TARGET: (Stage, Target) = (Stage::set(), target());
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    TARGET.with(|(stage, target)| target(stage, input));
});

fn target() -> Target {
    let wanted = std::env::var("TOLLHOUSE_FUZZ_TARGET").unwrap_or_default();
    let found = ALL.iter().find(|(name, _)| *name == wanted);
    found.unwrap_or_else(|| panic!("TOLLHOUSE_FUZZ_TARGET={wanted}: there is no such target")).1
}
