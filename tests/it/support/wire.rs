//! One connection to the site, byte for byte.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is used for several requests.
pub(crate) struct Wire {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Wire {
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("connected");
        Self { stream, received: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.expect("sent");
    }

    /// What comes, up to and including these bytes.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        loop {
            let end = end.as_bytes();
            if let Some(at) = self.received.windows(end.len()).position(|part| part == end) {
                let part: Vec<u8> = self.received.drain(..at + end.len()).collect();
                return String::from_utf8_lossy(&part).into_owned();
            }
            let length = self.stream.read_buf(&mut self.received).await.expect("an answer");
            assert!(length > 0, "closed after {:?}", String::from_utf8_lossy(&self.received));
        }
    }

    /// One answer that says how long it is: its head, its body.
    pub(crate) async fn answer(&mut self) -> (String, String) {
        let head = self.until("\r\n\r\n").await;
        let fields = head.to_lowercase();
        let length = fields.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.expect("a length").parse().expect("a number");
        while self.received.len() < length {
            let read = self.stream.read_buf(&mut self.received).await.expect("a body");
            assert!(read > 0, "closed in the body of {head}");
        }
        let body: Vec<u8> = self.received.drain(..length).collect();
        (head, String::from_utf8_lossy(&body).into_owned())
    }
}
