//! The website behind us: where it is, and how patient we are with it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use pingora_core::upstreams::peer::HttpPeer;
use tokio::sync::watch;

use super::files::Folder;
use crate::clock::Clock;
use crate::config::{Config, Limits, Origin};

/// How often the origin's name is looked up again.
const LOOK_UP_EVERY: Duration = Duration::from_secs(30);

/// How long an answer may pause that is meant to: a WebSocket, server-sent events. Whoever has
/// nothing to say for an hour can connect again.
const STREAM_READ: Duration = Duration::from_hours(1);

/// What stands behind us.
#[derive(Clone)]
pub(super) enum Behind {
    /// A server.
    Server(Server),
    /// A folder.
    Folder(Arc<Folder>),
    /// Nothing.
    Nothing,
}

/// A server behind us.
#[derive(Clone)]
pub(super) struct Server {
    tls: bool,
    /// For the certificate.
    name: String,
    authority: String,
    addresses: watch::Receiver<Vec<SocketAddr>>,
}

/// Looks the origin's name up, from time to time.
pub(super) struct LookUp {
    host: String,
    port: u16,
    clock: Clock,
    found: watch::Sender<Vec<SocketAddr>>,
}

impl Behind {
    /// What the configuration names, and the task that keeps its addresses fresh, if it has a
    /// name.
    pub(super) fn new(config: &Config, clock: Clock) -> std::io::Result<(Self, Option<LookUp>)> {
        match &config.site.origin {
            Origin::Nothing => Ok((Self::Nothing, None)),
            Origin::Files(path) => Ok((Self::Folder(Arc::new(Folder::new(path)?)), None)),
            Origin::Http { tls, host, port, authority } => {
                let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
                let known = literal.map(|address| SocketAddr::new(address, *port));
                let (found, addresses) = watch::channel(known.into_iter().collect());
                let server = Server {
                    tls: *tls,
                    name: host.clone(),
                    authority: authority.clone(),
                    addresses,
                };
                let look_up = LookUp { host: host.clone(), port: *port, clock, found };
                Ok((Self::Server(server), literal.is_none().then_some(look_up)))
            }
        }
    }
}

impl Server {
    /// The host that the server wants to be called. A server in the same house (http) is asked
    /// for the site's public host; one elsewhere (https) serves many, and knows only its own.
    pub(super) fn host<'a>(&'a self, public_host: &'a str) -> &'a str {
        if self.tls { &self.authority } else { public_host }
    }

    /// How many addresses it has, as far as is known.
    pub(super) fn addresses(&self) -> usize {
        self.addresses.borrow().len()
    }

    /// Where to connect, at the `attempt`th try; none while the name is not resolved.
    pub(super) fn peer(&self, attempt: usize, limits: &Limits, streams: bool) -> Option<HttpPeer> {
        let addresses = self.addresses.borrow();
        let address = addresses.get(attempt % addresses.len().max(1)).copied()?;
        drop(addresses);
        let mut peer = HttpPeer::new(address, self.tls, self.name.clone());
        let options = &mut peer.options;
        options.connection_timeout = Some(limits.origin_connect);
        options.total_connection_timeout = Some(limits.origin_connect * 2);
        options.read_timeout = Some(if streams { STREAM_READ } else { limits.origin_read });
        options.write_timeout = Some(limits.origin_write);
        options.idle_timeout = Some(limits.origin_idle);
        Some(peer)
    }
}

impl LookUp {
    /// Looks the name up once; an answer replaces the addresses, an error keeps the old ones.
    pub(super) async fn once(&self) {
        match tokio::net::lookup_host((self.host.as_str(), self.port)).await {
            Ok(found) => {
                let found: Vec<SocketAddr> = found.collect();
                self.found.send_if_modified(|known| {
                    let changed = !found.is_empty() && *known != found;
                    if changed {
                        tracing::info!(origin = %self.host, addresses = ?found, "the origin's name is resolved");
                        *known = found;
                    }
                    changed
                });
            }
            Err(problem) => {
                tracing::warn!(origin = %self.host, %problem, "the origin's name cannot be resolved");
            }
        }
    }

    /// Keeps looking it up until it is dropped.
    pub(super) async fn keep_fresh(&self) {
        loop {
            self.once().await;
            self.clock.pause(LOOK_UP_EVERY).await;
        }
    }
}
