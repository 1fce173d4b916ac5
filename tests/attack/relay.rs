//! What an origin receives, byte for byte: every connection to it goes through here.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The field by which a request is known again behind the gate.
pub(crate) const MARK: &str = "X-Attack";

/// A request as an origin received it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Which of ours it was; none if it has no mark.
    pub(crate) mark: Option<usize>,
    /// Its first line, without the end.
    pub(crate) line: Vec<u8>,
}

/// Passes connections on to an origin, and remembers each request.
pub(crate) struct Relay {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Relay {
    pub(crate) async fn to(origin: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass_on(stream, origin, Arc::clone(&kept)));
            }
        });
        Self { address, received, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What came since this was asked last.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().expect("not poisoned"))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(gate: TcpStream, origin: SocketAddr, kept: Arc<Mutex<Vec<Received>>>) {
    let Ok(origin) = TcpStream::connect(origin).await else { return };
    let (from_gate, mut to_gate) = gate.into_split();
    let (mut from_origin, to_origin) = origin.into_split();
    let back = async move {
        // Whoever breaks off has nothing more to say.
        let _ = tokio::io::copy(&mut from_origin, &mut to_gate).await;
        let _ = to_gate.shutdown().await;
    };
    tokio::join!(back, forth(from_gate, to_origin, kept));
}

/// Nothing that we send has a body, so whatever comes is heads.
async fn forth(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    kept: Arc<Mutex<Vec<Received>>>,
) -> Option<()> {
    let mut unread = Vec::new();
    let mut bytes = Vec::new();
    while from.read_buf(&mut bytes).await.ok()? > 0 {
        unread.extend_from_slice(&bytes);
        while let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = unread.drain(..end + 4).collect();
            kept.lock().expect("not poisoned").push(Received::of(&head));
        }
        to.write_all(&bytes).await.ok()?;
        bytes.clear();
    }
    to.shutdown().await.ok()
}

impl Received {
    fn of(head: &[u8]) -> Self {
        let end = head.windows(2).position(|two| two == b"\r\n").unwrap_or(head.len());
        let text = String::from_utf8_lossy(head).to_ascii_lowercase();
        let field = format!("\r\n{}: ", MARK.to_ascii_lowercase());
        let mark = text.split(&field).nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        Self { mark, line: head[..end].to_vec() }
    }
}
