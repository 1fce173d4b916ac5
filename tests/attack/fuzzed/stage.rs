//! What the targets need around them, started once: a real nginx, and gateways in this process in
//! front of it and of our own files, with a canary in every closed file.

use std::cell::RefCell;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tollhouse::config::Config;

use crate::line::{Answer, Line};
use crate::oracle::Oracle;
use crate::origins::{Kind, Origin};
use crate::relay::Received;
use crate::site::{self, Behind, Pages};
use crate::support::TestSite;

/// How long a connection is listened to. Whoever announces more than he sends is waited for, and
/// a fuzzer has no time for that.
const PATIENCE: Duration = Duration::from_millis(300);

/// Everything that runs.
pub(crate) struct Stage {
    runtime: Runtime,
    pages: &'static Pages,
    oracle: RefCell<Oracle<'static>>,
    origin: Origin,
    /// A connection to nginx which no gateway guards.
    unguarded: RefCell<Line>,
    sites: Vec<TestSite>,
    config: Config,
}

impl Stage {
    pub(crate) fn set() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        // They are needed as long as this process lives.
        let pages: &'static Pages = Box::leak(Box::new(Pages::written()));
        let mut oracle = Oracle::new(pages);
        let (origin, sites) = runtime.block_on(async {
            let origin = Origin::start(Kind::Nginx, pages).await;
            oracle.meet(origin.direct.expect("it is a server")).await;
            let in_front = site::gateway(pages, &origin.behind()).await;
            (origin, vec![in_front, site::gateway(pages, &Behind::Folder).await])
        });
        let unguarded = Line::to(origin.direct.expect("it is a server"));
        let config = sites[0].config();
        let (oracle, unguarded) = (RefCell::new(oracle), RefCell::new(unguarded));
        Self { runtime, pages, oracle, origin, unguarded, sites, config }
    }

    /// The settings of the gateway in front of nginx.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// What nginx answers to whoever asks it directly.
    pub(super) fn ask_origin(&self, target: &[u8]) -> Answer {
        let mut line = self.unguarded.borrow_mut();
        let request = [b"GET ", target, b" HTTP/1.1\r\nHost: localhost\r\n\r\n"].concat();
        self.wait_for(line.ask(&request))
    }

    /// Fails if an answer shows something of a closed file.
    pub(super) fn shows_nothing(&self, answer: &Answer) {
        let shown = self.oracle.borrow().shown_by(answer);
        assert!(shown.is_none(), "{:?}", shown.map(|(file, what)| (&file.name, what)));
    }

    /// Where the gateways are.
    pub(super) fn gateways(&self) -> impl Iterator<Item = SocketAddr> {
        self.sites.iter().map(|site| site.address)
    }

    /// Sends these bytes as a stranger, and fails if they got something of a closed file, or had
    /// the origin asked for one.
    pub(super) fn attack(&self, gateway: SocketAddr, bytes: &[u8]) {
        let received = self.wait_for(exchange(gateway, bytes));
        let shown = self.pages.source_of(&received);
        assert!(shown.is_none(), "{shown:?} came through");
        let asked_for = self.origin.relay.as_ref().expect("nginx has one").take();
        let asked_for = asked_for.iter().find_map(|request| self.shown_for(request));
        assert!(asked_for.is_none(), "the origin was asked for {}", asked_for.unwrap_or_default());
    }

    /// The closed file that nginx shows to whoever asks for this.
    fn shown_for(&self, request: &Received) -> Option<&'static str> {
        let (mut oracle, mut line) = (self.oracle.borrow_mut(), self.unguarded.borrow_mut());
        self.wait_for(oracle.replay(request, &mut line)).map(|file| file.name)
    }

    fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

/// All that comes back for these bytes, to the end or until patience does.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("the gateway lives");
    // So that thousands in a second leave no connections behind that wait for their end.
    stream.set_zero_linger().expect("a socket");
    let mut received = Vec::new();
    let talk = async {
        // Whoever refuses may not read everything.
        let _ = stream.write_all(bytes).await;
        while stream.read_buf(&mut received).await.is_ok_and(|length| length > 0) {}
    };
    // What came is looked at either way.
    let _ = timeout(PATIENCE, talk).await;
    received
}
