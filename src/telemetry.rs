//! Where the log goes.

use std::io::{self, IsTerminal as _};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

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
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .with_filter(filter_fn(may_be_logged));
    registry().with(filter).with(lines).init();
    if let Some(refused) = refused {
        tracing::warn!(%refused, "TOLLHOUSE_LOG cannot be read; write debug, or tollhouse=debug");
    }
}

/// What others' code says of every little thing may hold headers and bodies, keys among them.
fn may_be_logged(line: &Metadata<'_>) -> bool {
    let root = line.target().split("::").next();
    root == Some("tollhouse") || *line.level() <= Level::INFO
}
