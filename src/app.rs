//! The only place where parts meet: a configuration in, a running server out.

pub mod keys;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::Once;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::{JoinError, JoinSet};

use crate::billing::Billing;
use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::crypto;
use crate::dns::Dns;
use crate::domain::gate::{Gate, SearchEngines};
use crate::domain::retention::Retention;
use crate::mail::Mailer;
use crate::proxy::{self, Bound, FrontLimits, Gatekeeper, Operator, Running};
use crate::site::{Site, Sites};
use crate::store::{Settings, Store};
use crate::stripe::Stripe;
use crate::web::{Health, Pages};

/// How often a store that did not open at the start is tried again.
const OPEN_AGAIN: Duration = Duration::from_secs(10);

/// How often what is of no use any more is thrown away.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// A running server. It stops when `stop` is called; dropped, it stops without waiting.
pub struct Server {
    running: Running,
    admin: Option<Running>,
    addresses: Vec<SocketAddr>,
    tasks: JoinSet<()>,
    store: Store,
    billing: Billing,
}

/// Binds the address of the configuration, so that another program there is found out first.
pub fn bind(config: &Config) -> Result<Bound> {
    let listen = config.site.listen;
    Bound::bind(&[listen]).with_context(|| {
        format!("cannot listen on {listen}; is another program using it? [site] listen changes it")
    })
}

fn bind_admin(listen: SocketAddr) -> Result<Bound> {
    Bound::bind(&[listen]).with_context(|| {
        format!("cannot listen on {listen}; is another program using it? [admin] listen changes it")
    })
}

/// One thread is enough for whoever asks every few seconds.
fn serve_admin(health: Health, bound: Bound, limits: &Limits) -> io::Result<Running> {
    let nobody = |_| false;
    proxy::serve(&Operator::new(health), bound, front(limits), nobody, NonZeroUsize::MIN)
}

/// The store of a configuration, not opened yet.
pub fn store(config: &Config, clock: &Clock) -> Store {
    let settings = Settings {
        folder: config.store.clone(),
        mode: config.stripe.mode,
        publish: config.lifetimes.refresh + config.lifetimes.outage,
    };
    Store::new(settings, clock.clone())
}

/// What a command needs that asks Stripe itself, beside a running server or without one. The
/// store is open.
pub async fn billing(config: Config, clock: Clock) -> Result<(Store, Billing)> {
    let store = store(&config, &clock);
    store.open()?;
    let keys = store.signing_keys().await?;
    let passes = keys::passes(&config, &keys, clock.now())?;
    let stripe =
        Stripe::new(&config.stripe.secret_key, config.stripe.api_base.as_deref(), clock.clone())?;
    let sites = Sites::new(Site { config, passes });
    Ok((store.clone(), Billing::new(sites, store, stripe, clock)))
}

/// Starts everything. Answers are given from the moment that this returns.
pub async fn start(config: Config, bound: Bound, clock: Clock) -> Result<Server> {
    crypto::install_tls_provider();
    let admin = config.admin.map(bind_admin).transpose()?;
    let store = store(&config, &clock);
    let (held, now) = (keys::read(&store).await?, clock.now());
    let passes = keys::passes(&config, &held.keys, now)?;
    let stripe =
        Stripe::new(&config.stripe.secret_key, config.stripe.api_base.as_deref(), clock.clone())?;
    let limits = config.limits.clone();
    let trusted = config.site.clone();
    let sites = Sites::new(Site { config: config.clone(), passes });
    let billing = Billing::new(sites.clone(), store.clone(), stripe.clone(), clock.clone());
    let mailer = config.mail.as_ref().map(|mail| Mailer::new(mail, &config.site)).transpose()?;
    let (billed, dns) = (billing.clone(), name_servers(&config));
    let pages = Pages::new(store.clone(), stripe, billed, clock.clone(), mailer, dns, &config)?;
    let post = (pages.clone(), sites.clone());
    let keeping = keys::keep(store.clone(), sites.clone(), held, now, clock.clone());
    let (gatekeeper, fresh_origin) = Gatekeeper::new(sites, pages, &config, clock.clone())
        .context("cannot open the folder that [site] files names")?;
    if let Some(origin) = &fresh_origin {
        origin.first().await;
    }
    let addresses = bound.local_addrs().to_vec();
    let unnamed_proxy = Once::new();
    let exempt = move |address| {
        if trusted.is_unnamed_proxy(address) {
            unnamed_proxy.call_once(|| warn_of_proxy(address));
        }
        trusted.is_exempt_from_limits(address)
    };
    let running = proxy::serve(&gatekeeper, bound, front(&limits), exempt, threads(&limits))?;
    let health = Health::new(store.clone(), clock.clone());
    let admin = admin.map(|bound| serve_admin(health, bound, &limits)).transpose()?;
    let mut tasks = JoinSet::new();
    spawn_background(&mut tasks, billing.clone(), store.clone(), config.retention, clock);
    if let Some(origin) = fresh_origin {
        tasks.spawn(async move { origin.keep().await });
    }
    tasks.spawn(async move { post.0.post(&post.1).await });
    tasks.spawn(keeping);
    Ok(Server { running, admin, addresses, tasks, store, billing })
}

impl Server {
    /// Where it listens, with the real port if 0 was asked for.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where operators ask how it is, with the real port if 0 was asked for.
    pub fn admin_addresses(&self) -> &[SocketAddr] {
        self.admin.as_ref().map_or(&[], Running::local_addrs)
    }

    /// Its store, for whoever shares the process.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What keeps its ledger true, for whoever shares the process.
    pub fn billing(&self) -> &Billing {
        &self.billing
    }

    /// Returns when a part of it has failed for good: a server that takes webhooks and never
    /// looks at them is worse than one that is started again.
    pub async fn fails(&mut self) -> JoinError {
        loop {
            match self.tasks.join_next().await {
                Some(Err(failed)) => return failed,
                Some(Ok(())) => {}
                None => return std::future::pending().await,
            }
        }
    }

    /// Takes no new visitors, lets running answers end, then stops everything else. Operators
    /// hear how it is until then. The store is closed last.
    pub async fn stop(self) {
        let Self { running, admin, mut tasks, store, billing, .. } = self;
        running.stop().await;
        if let Some(admin) = admin {
            admin.stop().await;
        }
        tasks.shutdown().await;
        drop(billing);
        // Its threads finish what is in line.
        drop(store);
    }
}

/// Who is asked whether a crawler is one, if any gate shows crawlers more than others.
fn name_servers(config: &Config) -> Option<Dns> {
    let is_full = |gate: &Gate| gate.search_engines == SearchEngines::Full;
    if !config.gates.gates().iter().any(is_full) {
        return None;
    }
    let dns = Dns::new(&config.site.resolvers);
    dns.inspect_err(|problem| {
        tracing::error!(%problem, "search engines get what strangers get: set [site] resolvers");
    })
    .ok()
}

fn spawn_background(
    tasks: &mut JoinSet<()>,
    billing: Billing,
    store: Store,
    keep: Retention,
    clock: Clock,
) {
    let comparing = billing.clone();
    tasks.spawn(async move { comparing.compare_prices().await });
    tasks.spawn(async move {
        while !store.is_open() {
            clock.pause(OPEN_AGAIN).await;
            let opening = store.clone();
            match tokio::task::spawn_blocking(move || opening.open()).await {
                Ok(Ok(())) => tracing::info!("the store is open"),
                Ok(Err(problem)) => tracing::error!(%problem, "the store still does not open"),
                Err(stopped) => tracing::error!(%stopped, "opening the store was cut off"),
            }
        }
        tokio::join!(billing.work(), billing.reconcile(), sweep(&store, keep, &clock));
    });
}

async fn sweep(store: &Store, keep: Retention, clock: &Clock) {
    let mut next = clock.now();
    loop {
        // A clock that is moved ends the pause early.
        if clock.now() >= next {
            next = clock.now().plus(SWEEP_EVERY);
            match store.sweep(keep).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "what is kept no longer is thrown away"),
                Err(problem) => {
                    tracing::warn!(%problem, "cannot throw away what is old; it is tried again");
                }
            }
        }
        clock.pause(SWEEP_EVERY).await;
    }
}

fn warn_of_proxy(address: IpAddr) {
    tracing::warn!(
        "{address} is a private address: if a proxy connects from there, name it in [site] \
         trusted_proxies; until then all its visitors look like one, and have no limits of their own"
    );
}

fn front(limits: &Limits) -> FrontLimits {
    FrontLimits {
        header_deadline: limits.header,
        idle: limits.idle,
        max_header_bytes: limits.header_bytes,
        connections: limits.connections,
        connections_per_address: limits.connections_per_address,
        client_read: limits.client_read,
        client_write: limits.client_write,
        client_rate: limits.client_rate,
        drain: limits.drain,
    }
}

/// One thread per core unless the owner says how many.
fn threads(limits: &Limits) -> NonZeroUsize {
    let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    NonZeroUsize::new(limits.threads).unwrap_or_else(cores)
}
