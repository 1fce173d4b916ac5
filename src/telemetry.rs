//! Where the log goes.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// What is logged unless the owner asks for something else. The Stripe library warns of every
/// attempt that failed; we say once what came of it.
const DEFAULT: &str = "info,stripe=error,pingora=error,pingora_core=error,pingora_proxy=error";

/// Sends the log to standard error: coloured on a terminal, plain elsewhere. `wanted` is a
/// filter such as `debug` or `tollhouse=debug`; one that cannot be read counts for nothing.
pub fn start(wanted: Option<&str>) {
    let filter = wanted
        .and_then(|wanted| EnvFilter::try_new(format!("{DEFAULT},{wanted}")).ok())
        .unwrap_or_else(|| EnvFilter::new(DEFAULT));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
}
