//! Attacks, made by generators: in front of real origins, with a canary in every closed file and an
//! oracle that knows who may read it; on the wire, on passes, forms and webhooks. `make test` sends
//! a sample, `make attack` everything.

#![cfg(target_os = "linux")]

#[expect(dead_code, reason = "shared with the proofs, which need more of it")]
#[path = "../prove/gateway.rs"]
mod gateway;
#[expect(dead_code, unused_imports, reason = "the other tests' support; not all of it is needed")]
#[path = "../it/support/mod.rs"]
mod support;

mod asking;
mod caches;
mod chance;
mod emulated;
mod exhaustion;
mod forgery;
mod framing;
mod fuzzed;
mod guesses;
mod hooks;
mod hosts;
mod in_front;
mod legit;
mod line;
mod oracle;
mod origins;
mod passes;
mod paths;
mod pretenders;
mod proof;
mod recorder;
mod redirects;
mod relay;
mod reserved;
mod site;
mod size;
mod spell;
mod switches;
mod tally;
#[path = "../prove/until.rs"]
mod until;
