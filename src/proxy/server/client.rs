//! One client's connection, as pingora sees it.

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
use tokio::time::timeout;

use super::FrontLimits;
use super::chunks::Chunks;
use super::pace::Pace;

/// First size of the buffer for what a client sends, in bytes. Most heads are smaller.
const READ_BUFFER: usize = 4096;

/// Size of the buffer for what we send, in bytes: an answer's head and a small body leave together.
/// Larger pieces pass it by.
const WRITE_BUFFER: usize = 4096;

/// How many bytes of following requests are kept while one is answered. Reading stops there.
const AHEAD: usize = 16 * 1024;

/// pingora looks for the client's end by reading into a buffer of one byte (`read_idle_probe` in
/// its `v1/server.rs`). What goes through a tunnel it reads into larger ones.
const PROBE: usize = 1;

/// How long a closed connection is still read from, so that a client in the midst of sending gets to
/// see our last answer rather than a reset. nginx gives 5 s between two reads.
const LINGER: Duration = Duration::from_secs(2);

/// What follows a request's head, as the head tells. pingora gets no byte of what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes, often none; then the next request.
    Measured(u64),
    /// Chunks; then the next request.
    Chunked,
    /// No body; the next request, or a tunnel if the origin opens one.
    Tunnel,
}

/// What is still to be read behind a head.
#[derive(Debug)]
enum Unread {
    Measured(u64),
    Chunked(Chunks),
    Tunnel,
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
    body: Unread,
    /// How slowly it may send a body. Who sends nothing for a reason, in a tunnel, between
    /// requests, waiting for an answer, is not measured.
    sends: Pace,
    /// How slowly it may take what we send.
    takes: Pace,
}

impl Client {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, limits: &FrontLimits) -> Self {
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
            body: Unread::Measured(0),
            sends: Pace::new(limits.client_read, limits.client_rate),
            takes: Pace::new(limits.client_write, limits.client_rate),
        }
    }

    /// Waits until something has been sent. `false` if the client has closed instead.
    pub(super) async fn speaks(&mut self) -> io::Result<bool> {
        if !self.received.is_empty() {
            return Ok(true);
        }
        if self.received.capacity() > READ_BUFFER {
            // What a large request needed is not kept for the time until the next one.
            self.received = BytesMut::with_capacity(READ_BUFFER);
        }
        Ok(self.receive().await? > 0)
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
        self.body = match body {
            Body::Measured(length) => Unread::Measured(length),
            Body::Chunked => Unread::Chunked(Chunks::new()),
            Body::Tunnel => Unread::Tunnel,
        };
        self.sends.forgive();
    }

    /// Sends a last answer and closes, reading what may still come.
    pub(super) async fn close_with(mut self, answer: &[u8]) {
        if self.write_all(answer).await.is_ok() {
            Shutdown::shutdown(&mut self).await;
        }
    }

    /// Sends a last answer and closes at once.
    pub(super) async fn end_with(mut self, answer: &[u8]) {
        if self.write_all(answer).await.is_ok() {
            // The connection is over either way.
            let _ = AsyncWriteExt::shutdown(&mut self).await;
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

    /// Reads a part of a body of known length, of which so much is left. pingora asks for no more
    /// than that.
    fn poll_measured(
        &mut self,
        left: u64,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if self.received.is_empty() {
            let read = Pin::new(&mut self.socket).poll_read(cx, buf);
            ready!(self.unless_silent(read.map_ok(|()| buf.filled().len() - before), cx))?;
        } else {
            take(&mut self.received, usize::try_from(left).unwrap_or(usize::MAX), buf);
        }
        let length = buf.filled().len() - before;
        self.body = Unread::Measured(left.saturating_sub(length as u64));
        Poll::Ready(Ok(()))
    }

    /// Reads a part of a chunked body, chunks and all, and nothing of what is behind it.
    fn poll_chunks(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.received.is_empty() {
            self.received.reserve(AHEAD);
            let read = pin!(self.receive()).poll(cx);
            ready!(self.unless_silent(read, cx))?;
        }
        let most = self.received.len().min(buf.remaining());
        let Unread::Chunked(chunks) = &mut self.body else { return Poll::Ready(Ok(())) };
        let length = chunks.read(&self.received[..most]).ok_or(io::ErrorKind::InvalidData)?;
        take(&mut self.received, length, buf);
        Poll::Ready(Ok(()))
    }

    /// Fails a read when the client has been sending too little for too long.
    fn unless_silent(
        &mut self,
        read: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match read {
            Poll::Ready(Ok(length)) => self.sends.moved(length),
            Poll::Ready(Err(_)) => {}
            Poll::Pending if self.sends.is_over(cx) => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Pending => {}
        }
        read
    }

    /// Reads a part of what goes through a tunnel, which may be silent.
    fn poll_tunnel(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.received.is_empty() {
            return Pin::new(&mut self.socket).poll_read(cx, buf);
        }
        take(&mut self.received, usize::MAX, buf);
        Poll::Ready(Ok(()))
    }

    /// Fails a write when the client has been taking too little for too long. `waiting` is how
    /// many bytes were to be sent before, and those that were accepted with this write.
    fn unless_stalled<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        waiting: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        let sent = waiting.saturating_sub(self.socket.buffer().len());
        if written.is_ready() || sent > 0 {
            self.takes.moved(sent);
        }
        if written.is_pending() && self.takes.is_over(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
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
        match &this.body {
            Unread::Measured(0) => this.poll_closed(cx),
            Unread::Measured(left) => this.poll_measured(*left, cx, buf),
            Unread::Chunked(chunks) if chunks.ended() => this.poll_closed(cx),
            Unread::Chunked(_) => this.poll_chunks(cx, buf),
            Unread::Tunnel if buf.remaining() == PROBE => this.poll_closed(cx),
            Unread::Tunnel => this.poll_tunnel(cx, buf),
        }
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
        let before = this.socket.buffer().len();
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        let accepted = match written {
            Poll::Ready(Ok(accepted)) => accepted,
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        };
        this.unless_stalled(written, before + accepted, cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = this.socket.buffer().len();
        let flushed = Pin::new(&mut this.socket).poll_flush(cx);
        this.unless_stalled(flushed, before, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = this.socket.buffer().len();
        let shut = Pin::new(&mut this.socket).poll_shutdown(cx);
        this.unless_stalled(shut, before, cx)
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
