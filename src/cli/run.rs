//! `tollhouse run`: serve.

use anyhow::Result;

use super::stop::StopSignal;
use super::{Outcome, Where, block_on};
use crate::app::{self, Server};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::telemetry;

/// Serves until it is told to stop.
pub(super) fn run(args: &Where) -> Result<Outcome> {
    let config = match args.load_with_look() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    telemetry::start(config::environment().get("TOLLHOUSE_LOG").map(String::as_str));
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    block_on(async {
        let mut signal = StopSignal::listen()?;
        let mut server = start(config).await?;
        let outcome = tokio::select! {
            () = signal.comes() => Outcome::Done,
            failed = server.fails() => {
                tracing::error!(%failed, "a part of the server has failed: it ends, to be started again");
                Outcome::No
            }
        };
        tracing::info!("stopping: running answers may end, nobody new is let in");
        signal.or_at_once(server.stop()).await;
        Ok(outcome)
    })
}

/// Starts the server and says where it is: from this line on it answers.
async fn start(config: Config) -> Result<Server> {
    let url = config.site.url.as_str().to_owned();
    let bound = app::bind(&config)?;
    let server = app::start(config, bound, Clock::system()).await?;
    for address in server.addresses() {
        tracing::info!("listening on http://{address} for {url}");
    }
    for address in server.admin_addresses() {
        tracing::info!("http://{address}/_tollhouse/health/ready says how it is");
    }
    Ok(server)
}
