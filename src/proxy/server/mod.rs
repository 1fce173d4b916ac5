//! The front door: listeners, limits, deadlines and the drain around pingora's HTTP proxy.
//!
//! pingora's own runner cuts running answers when it stops, knows no total deadline for a request's
//! head and counts no connections. So accepting is ours, and pingora gets one request at a time:
//!
//! 1. A worker thread accepts ([`serve`]) and finds a seat in the [`Crowd`], or refuses.
//! 2. [`head::receive`] reads a whole request head, under our deadlines and our size limit.
//! 3. pingora answers it. It reads the head from memory, then body and tunnel from the socket, all
//!    through [`Client`], which also bounds how long a write may stand still.
//! 4. If the connection can be used again, it goes on at 2, else it ends.
//!
//! Since nothing but step 2 ever waits for a request, pingora's idle time-outs do not matter: hooks
//! may switch keep-alive off (`set_keepalive(None)`), and have no reason to set anything else.
//!
//! Every worker has a current-thread runtime and a proxy of its own (`P: Clone`), hence its own pool
//! of connections to the origin: no work stealing, no lock between workers, and no connection
//! whose events arrive on one thread while another one waits for them.
//!
//! HTTP/1.0 and HTTP/1.1 without TLS. Anything else is refused with 505.

mod chunks;
mod client;
mod crowd;
mod fields;
mod head;
mod pace;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener};
use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures_util::future::join_all;
use pingora_core::apps::{HttpPersistentSettings, HttpServerApp};
use pingora_core::protocols::http::ServerSession;
use pingora_core::server::ShutdownWatch;
use pingora_core::server::configuration::ServerConf;
use pingora_proxy::{HttpProxy, ProxyHttp};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use client::Client;
use crowd::{Crowd, Seat};
pub use head::{FirstRequest, first_request};

use crate::clock::Clock;

/// How often one request is sent to the origin at most, where a hook allows another try. Two are
/// needed: a pooled connection may have been closed by the origin. pingora's own limit is 16.
const ORIGIN_TRIES: usize = 3;

/// How long a worker leaves new connections waiting after accepting one failed, so that a process
/// that has run out of file descriptors does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What one client, and all of them together, may take of us.
#[derive(Clone, Copy, Debug)]
pub struct FrontLimits {
    /// How long a request's head may take in all, from its first byte on; a new connection's first
    /// one from the beginning of the connection on, and a fifth of it at least. nginx gives 60 s.
    pub header_deadline: Duration,
    /// How long a connection may stay silent between two requests. nginx gives 75 s.
    pub idle: Duration,
    /// The largest head of a request, request line included, in bytes. More is answered 431.
    pub max_header_bytes: usize,
    /// How many connections there may be in all.
    pub connections: usize,
    /// How many connections one client address may have; for IPv6, one /64 network.
    pub connections_per_address: usize,
    /// How long a client may send nothing of a body.
    pub client_read: Duration,
    /// How long sending may stand still because the client takes nothing.
    pub client_write: Duration,
    /// How many bytes a second a client must send of a body, or take, so that it may stand still
    /// again and again.
    pub client_rate: u32,
    /// How long running answers may go on after [`Running::stop`].
    pub drain: Duration,
}

/// Listeners that are bound already: the port is ours before anything else is started.
#[derive(Debug)]
pub struct Bound {
    listeners: Vec<StdListener>,
    addrs: Vec<SocketAddr>,
}

impl Bound {
    /// Binds every address, or none. Port 0 takes any free port; see [`Bound::local_addrs`].
    pub fn bind(addrs: &[SocketAddr]) -> io::Result<Self> {
        let listeners = addrs.iter().map(StdListener::bind).collect::<io::Result<Vec<_>>>()?;
        let addrs = listeners.iter().map(StdListener::local_addr).collect::<io::Result<_>>()?;
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        Ok(Self { listeners, addrs })
    }

    /// The addresses with their real ports, in the order they were asked for.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }
}

/// The worker threads. Dropping it begins the drain and waits for nothing.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    /// Closed once the last worker has ended; nothing is ever sent.
    ended: mpsc::Receiver<()>,
    workers: Vec<JoinHandle<()>>,
    addrs: Vec<SocketAddr>,
}

impl Running {
    /// The addresses that are served, with their real ports.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }

    /// Closes the listeners and the idle connections, lets running answers go on for
    /// [`FrontLimits::drain`] at most, cuts what is left, and returns when all is over. May be called
    /// from any tokio runtime.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let _closed: Option<()> = self.ended.recv().await;
        for worker in self.workers {
            if worker.join().is_err() {
                tracing::error!("a worker thread of the proxy panicked");
            }
        }
    }
}

/// Serves `proxy` on the listeners with this many worker threads, each with its own clone of it.
/// Peers that are `exempt` have no limit of their own and count only in the whole: a reverse proxy
/// in front of us holds the connections of everybody. Returns when every worker accepts.
pub fn serve<P>(
    proxy: &P,
    bound: Bound,
    limits: FrontLimits,
    exempt: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    threads: NonZeroUsize,
) -> io::Result<Running>
where
    P: ProxyHttp + Clone + Send + Sync + 'static,
    P::CTX: Send + Sync,
{
    let crowd = Arc::new(Crowd::new(limits.connections, limits.connections_per_address, exempt));
    let (stop, stopped) = watch::channel(false);
    let (alive, ended) = mpsc::channel(1);
    let mut workers = Vec::with_capacity(threads.get());
    for number in 0..threads.get() {
        let front = Arc::new(Front {
            proxy: Arc::new(http_proxy(proxy.clone())),
            crowd: Arc::clone(&crowd),
            limits,
            stopped: stopped.clone(),
        });
        let listeners =
            bound.listeners.iter().map(StdListener::try_clone).collect::<io::Result<_>>()?;
        workers.push(start_worker(number, front, listeners, alive.clone())?);
    }
    Ok(Running { stop, ended, workers, addrs: bound.addrs })
}

/// pingora's proxy around our hooks, ready to take requests.
fn http_proxy<P: ProxyHttp>(hooks: P) -> HttpProxy<P> {
    let conf = ServerConf { threads: 1, max_retries: ORIGIN_TRIES, ..ServerConf::default() };
    let mut proxy = HttpProxy::new(hooks, Arc::new(conf));
    proxy.handle_init_modules();
    proxy
}

/// What all connections of one worker share.
struct Front<P> {
    proxy: Arc<HttpProxy<P>>,
    crowd: Arc<Crowd>,
    limits: FrontLimits,
    stopped: ShutdownWatch,
}

/// Starts one worker thread, and returns when it accepts connections or why it cannot.
fn start_worker<P>(
    number: usize,
    front: Arc<Front<P>>,
    listeners: Vec<StdListener>,
    alive: mpsc::Sender<()>,
) -> io::Result<JoinHandle<()>>
where
    P: ProxyHttp + Send + Sync + 'static,
    P::CTX: Send + Sync,
{
    let (report, ready) = std_mpsc::sync_channel(1);
    let worker = thread::Builder::new().name(format!("proxy-{number}")).spawn(move || {
        let _alive = alive;
        match prepare(listeners) {
            Err(error) => drop(report.send(Err(error))),
            Ok((runtime, listeners)) => {
                drop(report.send(Ok(())));
                runtime.block_on(join_all(
                    listeners.into_iter().map(|listener| accept(&front, listener)),
                ));
                // Dropping it would wait for blocking work that a cut request has left behind.
                runtime.shutdown_background();
            }
        }
    })?;
    let outcome = ready.recv().expect("a worker reports before anything else can fail");
    outcome.map(|()| worker)
}

/// The runtime of a worker, and the listeners registered with it.
fn prepare(listeners: Vec<StdListener>) -> io::Result<(Runtime, Vec<TcpListener>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let guard = runtime.enter();
    let listeners = listeners.into_iter().map(TcpListener::from_std).collect::<io::Result<_>>()?;
    drop(guard);
    Ok((runtime, listeners))
}

/// Accepts connections until the stop, then waits for those that are being answered.
async fn accept<P>(front: &Arc<Front<P>>, listener: TcpListener)
where
    P: ProxyHttp + Send + Sync + 'static,
    P::CTX: Send + Sync,
{
    let mut stop = front.stopped.clone();
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            Some(ended) = conversations.join_next() => log_panic(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match front.crowd.admit(peer.ip()) {
                    Some(seat) => drop(conversations.spawn(converse(Arc::clone(front), stream, peer, seat))),
                    None => {
                        front.crowd.warn();
                        head::refuse_busy(stream);
                    }
                },
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    // Elapsing is the point of it; a stop ends the pause early.
                    let _ = timeout(ACCEPT_PAUSE, stopped(&mut stop)).await;
                }
            },
        }
    }
    drop(listener);
    drain(conversations, front.limits.drain).await;
}

/// Waits for the running answers, `patience` at most, then cuts the rest.
async fn drain(mut conversations: JoinSet<()>, patience: Duration) {
    let all_ended = async {
        while let Some(ended) = conversations.join_next().await {
            log_panic(ended);
        }
    };
    if timeout(patience, all_ended).await.is_err() {
        tracing::warn!(
            connections = conversations.len(),
            "cut: still open at the end of the drain"
        );
    }
    conversations.shutdown().await;
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task failed");
    }
}

/// One connection from its first byte to its end: request after request, one at a time.
async fn converse<P>(front: Arc<Front<P>>, stream: TcpStream, peer: SocketAddr, seat: Seat)
where
    P: ProxyHttp + Send + Sync + 'static,
    P::CTX: Send + Sync,
{
    let _seat = seat;
    let limits = &front.limits;
    let mut stop = front.stopped.clone();
    let began = Clock::stopwatch();
    let mut client = Client::new(stream, peer, limits);
    let mut carried = None;
    let mut silence = limits.header_deadline;
    let mut is_first = true;
    while begins(&mut client, silence, &mut stop).await {
        let silent = if is_first { began.elapsed() } else { Duration::ZERO };
        let Some(ready) = head::receive(client, limits, silent).await else {
            return;
        };
        is_first = false;
        let session = new_session(ready, carried.take());
        let Some(reusable) = front.proxy.process_new_http(session, &front.stopped).await else {
            return;
        };
        let (stream, settings) = reusable.consume();
        client =
            *stream.into_any().downcast().expect("pingora hands back the stream that it was given");
        carried = settings;
        silence = limits.idle;
    }
}

/// Whether another request begins before the silence lasts too long or the server stops. One whose
/// first bytes have arrived is still answered.
async fn begins(client: &mut Client, silence: Duration, stop: &mut ShutdownWatch) -> bool {
    tokio::select! {
        biased;
        begun = timeout(silence, client.speaks()) => matches!(begun, Ok(Ok(true))),
        () = stopped(stop) => false,
    }
}

/// A session for one request, with what pingora carries over from the connection's previous one.
fn new_session(client: Client, carried: Option<HttpPersistentSettings>) -> ServerSession {
    let mut session = ServerSession::new_http1(Box::new(client));
    if let Some(settings) = carried {
        settings.apply_to_session(&mut session);
    }
    // Carried over, keep-alive would be without end while the head is read. The head that is read
    // then decides anew whether the connection is kept.
    session.set_keepalive(None);
    session
}

/// Completes when the server is told to stop, or when nobody is left who could tell it.
async fn stopped(stop: &mut ShutdownWatch) {
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests;
