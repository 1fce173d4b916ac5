//! Attacks, made by generators, in front of real origins: a canary in every closed file, and an
//! oracle that knows who may read it. `make test` sends a sample, `make attack` everything.

#![cfg(target_os = "linux")]

#[expect(dead_code, unused_imports, reason = "the other tests' support; not all of it is needed")]
#[path = "../it/support/mod.rs"]
mod support;

mod caches;
mod chance;
mod emulated;
mod hosts;
mod legit;
mod line;
mod oracle;
mod origins;
mod paths;
mod relay;
mod site;
mod size;
mod spell;
mod tally;
#[path = "../prove/until.rs"]
mod until;
