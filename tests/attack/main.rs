//! No way around the gate: attacks by generators. `make test` runs a sample, `make attack` all.

mod chance;
mod exhaustion;
mod framing;
#[path = "../prove/gateway.rs"]
#[expect(dead_code, reason = "shared with the proofs, which need more of it")]
mod gateway;
mod recorder;
#[path = "../it/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the integration tests, which need more of it"
)]
mod support;
mod switches;
mod tally;
