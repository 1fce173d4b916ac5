//! Attacks on the gate, made by generators: nobody gets by, and nobody honest is refused.

#[expect(dead_code, unused_imports, reason = "a part of what the tests of the system share")]
#[path = "../it/support/mod.rs"]
mod support;

mod asking;
mod forgery;
mod hooks;
mod passes;
mod pretenders;
mod proof;
mod redirects;
mod reserved;
mod tally;
