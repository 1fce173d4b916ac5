//! A website that records the exact bytes that it is sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// An origin on plain TCP: whatever it gets, it answers as it was told, and remembers it.
pub(crate) struct Origin {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

/// What it answers unless it is told otherwise.
const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\n\
                    Cache-Control: public, max-age=60\r\nContent-Length: 5\r\n\r\npaper";

impl Origin {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new(PAGE.into()));
        let task = tokio::spawn(accept(listener, Arc::clone(&seen), Arc::clone(&answer)));
        Self { address, seen, answer, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The heads of all requests so far, byte for byte.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// The head of the last request.
    pub(crate) fn last(&self) -> String {
        self.seen().pop().expect("a request came")
    }

    /// Answers with these bytes from now on.
    pub(crate) fn answer(&self, bytes: impl Into<Vec<u8>>) {
        *self.answer.lock().expect("not poisoned") = bytes.into();
    }
}

/// The address of an origin that takes no notice of bodies: whatever stands behind a request is
/// the next request to it. It answers each with its path, and never closes.
pub(crate) async fn careless_origin() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_carelessly(stream));
        }
    });
    address
}

async fn answer_carelessly(mut stream: TcpStream) -> Option<()> {
    let mut received = Vec::new();
    loop {
        while let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = received.drain(..end + 4).collect();
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let length = path.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{path}");
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
        if stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, seen: Arc<Mutex<Vec<String>>>, answer: Arc<Mutex<Vec<u8>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, Arc::clone(&seen), Arc::clone(&answer)));
    }
}

async fn converse(
    mut stream: TcpStream,
    seen: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Vec<u8>>>,
) -> Option<()> {
    let mut received = Vec::new();
    loop {
        while let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = received.drain(..end + 4).collect();
            let head = String::from_utf8_lossy(&head).into_owned();
            let answer = answer.lock().expect("not poisoned").clone();
            while !takes_body(&head, &mut received) {
                if stream.read_buf(&mut received).await.ok()? == 0 {
                    return None;
                }
            }
            let is_head = head.starts_with("HEAD ");
            seen.lock().expect("not poisoned").push(head);
            let head_ends = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
            let sent = if is_head { &answer[..head_ends] } else { &answer[..] };
            stream.write_all(sent).await.ok()?;
        }
        let length = stream.read_buf(&mut received).await.ok()?;
        if length == 0 {
            return None;
        }
    }
}

/// Takes the body out of what was received; `false` while parts of it are missing.
fn takes_body(head: &str, received: &mut Vec<u8>) -> bool {
    let fields = head.to_lowercase();
    let field = |name: &str| {
        let line = fields.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    let end = match field("content-length:") {
        Some(length) => Some(length.parse().expect("a length")),
        None if field("transfer-encoding:").is_some() => {
            received.windows(5).position(|five| five == b"0\r\n\r\n").map(|at| at + 5)
        }
        None => Some(0),
    };
    match end.filter(|end| *end <= received.len()) {
        Some(end) => {
            received.drain(..end);
            true
        }
        None => false,
    }
}
