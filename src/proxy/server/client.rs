//! One client's connection, as pingora sees it.

use std::future::{Pending, pending};
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Buf, BytesMut};
use pingora_core::protocols::raw_connect::ProxyDigest;
use pingora_core::protocols::{
    GetProxyDigest, GetSocketDigest, GetTimingDigest, Peek, Shutdown, SocketDigest, Ssl,
    TimingDigest, UniqueID, UniqueIDType,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Timeout, timeout};

/// First size of the buffer for what a client sends, in bytes. Most heads are smaller.
const READ_BUFFER: usize = 4096;

/// Size of the buffer for what we send, in bytes: an answer's head and a small body leave together.
/// Larger pieces pass it by.
const WRITE_BUFFER: usize = 4096;

/// How many bytes of following requests are kept while one is answered. Reading stops there.
const AHEAD: usize = 16 * 1024;

/// pingora looks for the client's end by reading into a buffer of one byte (`read_idle_probe` in
/// its `v1/server.rs`). Chunked bodies and tunnels it reads into larger ones.
const PROBE: usize = 1;

/// How long a closed connection is still read from, so that a client in the midst of sending gets to
/// see our last answer rather than a reset. nginx gives 5 s between two reads.
const LINGER: Duration = Duration::from_secs(2);

/// What follows a request's head, as far as the head tells. Where a request ends is for pingora alone
/// to say; this is only about what it may look at before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes, often none; then the next request.
    Measured(u64),
    /// A chunked body, perhaps a tunnel.
    Unmeasured,
}

/// A connection that hands pingora one request at a time, and does not wait for ever to send.
#[derive(Debug)]
pub(super) struct Client {
    socket: BufWriter<TcpStream>,
    digest: Arc<SocketDigest>,
    /// What the client sent and nobody has read yet.
    received: BytesMut,
    /// How many bytes of `received` are the head of the request that pingora is about to read. It
    /// gets no others before it has had these, so it never holds parts of the next request.
    head: usize,
    /// What is still to be read behind that head.
    body: Body,
    /// How long a write may stand still.
    patience: Duration,
    /// Runs while a write stands still.
    stalled: Option<Pin<Box<Timeout<Pending<()>>>>>,
}

impl Client {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, patience: Duration) -> Self {
        // Answers are flushed when they are complete; waiting for more only delays them. Without
        // it they are as correct.
        let _ = stream.set_nodelay(true);
        let digest = SocketDigest::from_raw_fd(stream.as_raw_fd());
        digest.peer_addr.set(Some(peer.into())).expect("the digest is new");
        Self {
            socket: BufWriter::with_capacity(WRITE_BUFFER, stream),
            digest: Arc::new(digest),
            received: BytesMut::with_capacity(READ_BUFFER),
            head: 0,
            body: Body::Measured(0),
            patience,
            stalled: None,
        }
    }

    /// Waits until something has been sent. `false` if the client has closed instead.
    pub(super) async fn speaks(&mut self) -> io::Result<bool> {
        Ok(!self.received.is_empty() || self.receive().await? > 0)
    }

    /// Reads more; 0 at the end.
    pub(super) async fn receive(&mut self) -> io::Result<usize> {
        self.socket.read_buf(&mut self.received).await
    }

    /// What was sent and not read yet.
    pub(super) fn received(&self) -> &[u8] {
        &self.received
    }

    /// Marks the first `head` received bytes as the head of the next request.
    pub(super) fn begin_request(&mut self, head: usize, body: Body) {
        self.head = head;
        self.body = body;
    }

    /// Sends a last answer and closes.
    pub(super) async fn close_with(mut self, answer: &[u8]) {
        if self.write_all(answer).await.is_ok() {
            Shutdown::shutdown(&mut self).await;
        }
    }

    /// Sends what was written but not flushed. pingora flushes the head of an answer of known
    /// length together with its end; but when it turns to listening it has nothing more to say
    /// for now, and what the origin has sent so far should not wait for the rest.
    fn send_what_waits(&mut self, cx: &mut Context<'_>) {
        if !self.socket.buffer().is_empty() {
            // Pending or failed, the next write meets it again.
            let _ = Pin::new(&mut self.socket).poll_flush(cx);
        }
    }

    /// Ready only when the client has closed. What it sends meanwhile belongs to its next request and
    /// waits in `received`; pingora would take it for an error, and cut the answer that is running.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.received.len() < AHEAD {
            if ready!(pin!(self.receive()).poll(cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        Poll::Pending
    }

    /// Fails a write that has been standing still for too long.
    fn unless_stalled<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(timeout(patience, pending())));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Client {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.send_what_waits(cx);
        if this.head > 0 {
            this.head -= take(&mut this.received, this.head, buf);
            return Poll::Ready(Ok(()));
        }
        let complete = match this.body {
            Body::Measured(left) => left == 0,
            Body::Unmeasured => buf.remaining() == PROBE,
        };
        if complete {
            return this.poll_closed(cx);
        }
        let before = buf.filled().len();
        if this.received.is_empty() {
            ready!(Pin::new(&mut this.socket).poll_read(cx, buf))?;
        } else {
            take(&mut this.received, usize::MAX, buf);
        }
        if let Body::Measured(left) = &mut this.body {
            *left = left.saturating_sub((buf.filled().len() - before) as u64);
        }
        Poll::Ready(Ok(()))
    }
}

/// Moves what fits, `most` bytes at most; returns how many.
fn take(received: &mut BytesMut, most: usize, buf: &mut ReadBuf<'_>) -> usize {
    let length = received.len().min(most).min(buf.remaining());
    buf.put_slice(&received[..length]);
    received.advance(length);
    length
}

impl AsyncWrite for Client {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.unless_stalled(written, cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.socket).poll_flush(cx);
        this.unless_stalled(flushed, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let shut = Pin::new(&mut this.socket).poll_shutdown(cx);
        this.unless_stalled(shut, cx)
    }
}

#[async_trait]
impl Shutdown for Client {
    /// Sends the end, and reads on for a while: closing a socket with unread bytes resets the
    /// connection, and the client may lose the answer (RFC 9112, 9.6).
    async fn shutdown(&mut self) {
        if AsyncWriteExt::shutdown(self).await.is_err() {
            return;
        }
        let until_closed = async {
            self.received.clear();
            while self.receive().await.is_ok_and(|length| length > 0) {
                self.received.clear();
            }
        };
        // Elapsed or not, the connection is over.
        let _ = timeout(LINGER, until_closed).await;
    }
}

impl Drop for Client {
    /// pingora drops a connection after a failed answer and relies on what was written being sent,
    /// as far as it can be without waiting.
    fn drop(&mut self) {
        let _ = Pin::new(&mut self.socket).poll_flush(&mut Context::from_waker(Waker::noop()));
    }
}

impl UniqueID for Client {
    fn id(&self) -> UniqueIDType {
        self.socket.get_ref().as_raw_fd()
    }
}

impl GetSocketDigest for Client {
    fn get_socket_digest(&self) -> Option<Arc<SocketDigest>> {
        Some(Arc::clone(&self.digest))
    }
}

impl GetProxyDigest for Client {
    fn get_proxy_digest(&self) -> Option<Arc<ProxyDigest>> {
        None
    }
}

impl GetTimingDigest for Client {
    fn get_timing_digest(&self) -> Vec<Option<TimingDigest>> {
        Vec::new()
    }
}

impl Ssl for Client {}

impl Peek for Client {}
