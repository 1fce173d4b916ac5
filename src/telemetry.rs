//! Where the log goes.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// What is logged unless the owner asks for something else. The Stripe library warns of every
/// attempt that failed; we say once what came of it.
const DEFAULT: &str = "info,stripe=error,pingora=error,pingora_core=error,pingora_proxy=error";

/// Sends the log to standard error: coloured on a terminal, plain elsewhere. `wanted` is a
/// filter such as `debug` or `tollhouse=debug`; one that cannot be read counts for nothing, and
/// is complained of.
pub fn start(wanted: Option<&str>) {
    let asked = wanted.map(|wanted| EnvFilter::try_new(format!("{DEFAULT},{wanted}")));
    let (filter, refused) = match asked {
        Some(Ok(filter)) => (filter, None),
        Some(Err(refused)) => (EnvFilter::new(DEFAULT), Some(refused)),
        None => (EnvFilter::new(DEFAULT), None),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    if let Some(refused) = refused {
        tracing::warn!(%refused, "TOLLHOUSE_LOG cannot be read; write debug, or tollhouse=debug");
    }
}
