//! A connection on which raw bytes are sent, and whole answers come back.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Ten times what an answer may take on a machine that has other things to do.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A line to a server; it is connected when it is needed.
pub(crate) struct Line {
    to: SocketAddr,
    stream: Option<TcpStream>,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// All of it, as it came.
    pub(crate) bytes: Vec<u8>,
    /// The head of the last answer in it, without what goes before it.
    pub(crate) head: String,
    /// Whether nothing came, and the connection stayed open.
    pub(crate) hangs: bool,
}

impl Answer {
    /// The status; none if there is no answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.head.split(' ').nth(1)?.parse().ok()
    }

    /// The value of a field, in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found.trim() == name).then_some(value.trim())
        })
    }

    /// Whether it holds these bytes.
    pub(crate) fn holds(&self, text: &str) -> bool {
        holds(&self.bytes, text.as_bytes())
    }
}

/// Whether bytes occur in others.
pub(crate) fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

impl Line {
    pub(crate) fn to(to: SocketAddr) -> Self {
        Self { to, stream: None }
    }

    /// Sends a request, and reads the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer {
        let asked = tokio::time::timeout(LONGEST_WAIT, self.ask_patiently(request)).await;
        asked.unwrap_or_else(|_| {
            self.hang_up();
            Answer { hangs: true, ..Answer::default() }
        })
    }

    /// The next request goes over a new connection.
    pub(crate) fn hang_up(&mut self) {
        self.stream = None;
    }

    async fn ask_patiently(&mut self, request: &[u8]) -> Answer {
        let is_used = self.stream.is_some();
        let answer = self.ask_once(request).await;
        if is_used && answer.bytes.is_empty() {
            // It was closed before the request came: RFC 9112, 9.3.1.
            return self.ask_once(request).await;
        }
        answer
    }

    async fn ask_once(&mut self, request: &[u8]) -> Answer {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.to).await.expect("connected"),
        };
        // Whoever refuses may not read everything.
        let _ = stream.write_all(request).await;
        let is_head = request.starts_with(b"HEAD ");
        let mut bytes = Vec::new();
        loop {
            match Head::of(&bytes, is_head) {
                Some(Head { end, body: Body::Interim }) => {
                    bytes.drain(..end);
                    continue;
                }
                Some(head) if head.body.is_whole(&bytes[head.end..]) => {
                    self.stream = (!says_close(&bytes[..head.end])).then_some(stream);
                    break;
                }
                Some(_) | None => {}
            }
            if !more(&mut stream, &mut bytes).await {
                break;
            }
        }
        let head = Head::of(&bytes, is_head).map(|head| lower(&bytes[..head.end]));
        Answer { bytes, head: head.unwrap_or_default(), hangs: false }
    }
}

/// Reads on; `false` at the end.
async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    stream.read_buf(bytes).await.is_ok_and(|length| length > 0)
}

fn lower(head: &[u8]) -> String {
    String::from_utf8_lossy(head).to_ascii_lowercase()
}

fn says_close(head: &[u8]) -> bool {
    let head = lower(head);
    head.starts_with("http/1.0") || head.contains("\r\nconnection: close\r\n")
}

/// The head of an answer: where it ends, and what is to follow.
struct Head {
    end: usize,
    body: Body,
}

/// How far an answer's body goes.
enum Body {
    /// It is not the answer yet.
    Interim,
    Length(usize),
    Chunks,
    ToTheEnd,
}

impl Head {
    fn of(bytes: &[u8], is_head: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let answer = Answer { head: lower(&bytes[..end]), ..Answer::default() };
        let length = || answer.field("content-length").and_then(|length| length.parse().ok());
        let body = match answer.status() {
            Some(101) => Body::ToTheEnd,
            Some(100..=199) => Body::Interim,
            Some(204 | 304) => Body::Length(0),
            Some(_) if is_head => Body::Length(0),
            Some(_) if answer.field("transfer-encoding").is_some() => Body::Chunks,
            Some(_) => length().map_or(Body::ToTheEnd, Body::Length),
            None => Body::ToTheEnd,
        };
        Some(Self { end, body })
    }
}

impl Body {
    fn is_whole(&self, rest: &[u8]) -> bool {
        match self {
            Self::Interim => true,
            Self::Length(length) => rest.len() >= *length,
            Self::Chunks => rest.starts_with(b"0\r\n\r\n") || rest.ends_with(b"\r\n0\r\n\r\n"),
            Self::ToTheEnd => false,
        }
    }
}
