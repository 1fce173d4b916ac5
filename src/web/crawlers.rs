//! Finds out whether somebody who says to be a search engine's crawler is one. It is asked only
//! where a gate shows search engines the whole page; in doubt he is a stranger.

use std::net::IpAddr;
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::limits::Limits;
use crate::clock::Clock;
use crate::dns::{Dns, DnsError};
use crate::domain::crawler::{Crawler, Engine};
use crate::domain::time::Timestamp;

/// Addresses that are remembered: some 1 MB.
const REMEMBERED: usize = 10_000;

/// How long it is believed what the domain name system said.
const PROVEN_FOR: Duration = Duration::from_hours(6);
const REFUTED_FOR: Duration = Duration::from_mins(10);
/// If it said nothing.
const UNKNOWN_FOR: Duration = Duration::from_mins(1);

/// How long a crawler waits for all of it.
const PATIENCE: Duration = Duration::from_secs(4);

/// Names of an address that are looked up: crawlers have one.
const MOST_NAMES: usize = 2;

/// Questions at a time: whoever comes beyond that is a stranger.
const AT_ONCE: usize = 32;

/// Whom we know, and whom we ask.
pub(super) struct Crawlers {
    /// None: nobody is shown more than strangers are.
    dns: Option<Dns>,
    known: Cache<(IpAddr, Engine), Known>,
    asking: Semaphore,
    clock: Clock,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    crawler: Option<Crawler>,
    until: Timestamp,
}

impl Crawlers {
    pub(super) fn new(dns: Option<Dns>, clock: Clock) -> Self {
        let known = Cache::new(REMEMBERED);
        Self { dns, known, asking: Semaphore::new(AT_ONCE), clock }
    }

    /// The crawler at an address, if it is proven to be of the engine that it says to be of.
    pub(super) async fn recognise(
        &self,
        address: IpAddr,
        engine: Engine,
        limits: &Limits,
    ) -> Option<Crawler> {
        let dns = self.dns.as_ref()?;
        let address = address.to_canonical();
        let now = self.clock.now();
        if let Some(known) = self.known.get(&(address, engine)).filter(|it| now < it.until) {
            return known.crawler;
        }
        let _one_of_few = self.asking.try_acquire().ok()?;
        limits.crawlers.count(address).ok()?;
        limits.all_crawlers.count().ok()?;
        let found = timeout(PATIENCE, prove(dns, address, engine)).await;
        let (crawler, lasts) = match found {
            Ok(Ok(Some(crawler))) => (Some(crawler), PROVEN_FOR),
            Ok(Ok(None)) => (None, REFUTED_FOR),
            Ok(Err(problem)) => {
                tracing::warn!(?engine, %problem, "cannot tell whether a crawler is one");
                (None, UNKNOWN_FOR)
            }
            Err(_) => {
                tracing::warn!(?engine, "nobody tells in time whether a crawler is one");
                (None, UNKNOWN_FOR)
            }
        };
        self.known.insert((address, engine), Known { crawler, until: now.plus(lasts) });
        crawler
    }
}

/// Asks in both directions.
async fn prove(dns: &Dns, address: IpAddr, engine: Engine) -> Result<Option<Crawler>, DnsError> {
    let names = dns.names(address).await?;
    for name in names.iter().filter(|name| engine.names(name)).take(MOST_NAMES) {
        let addresses = dns.addresses(name, address).await?;
        if let Some(crawler) = engine.crawler(address, name, &addresses) {
            return Ok(Some(crawler));
        }
    }
    Ok(None)
}
