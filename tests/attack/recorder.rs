//! A website that notes every request that it is sent, connection by connection, and everything
//! about it that somebody could read in another way.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// An origin that reads bodies, and answers each request with its target.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    notes: Arc<Mutex<Notes>>,
    task: JoinHandle<()>,
}

/// What it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    /// Every head, in order.
    pub(crate) heads: Vec<String>,
    /// What came to its end: the target, and the body.
    pub(crate) whole: Vec<(String, Vec<u8>)>,
    /// What went through tunnels.
    pub(crate) tunnelled: Vec<u8>,
    /// What nobody may send to an origin.
    pub(crate) faults: Vec<String>,
}

impl Recorder {
    /// It answers who asks for another protocol with `switch`.
    pub(crate) async fn start(switch: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let notes = Arc::new(Mutex::new(Notes::default()));
        let kept = Arc::clone(&notes);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&kept), switch));
            }
        });
        Self { address, notes, task }
    }

    /// What was noted since the last time.
    pub(crate) fn take(&self) -> Notes {
        std::mem::take(&mut self.notes.lock().expect("not poisoned"))
    }

    /// What is noted so far.
    pub(crate) fn notes(&self) -> Notes {
        self.notes.lock().expect("not poisoned").clone()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    mut stream: TcpStream,
    notes: Arc<Mutex<Notes>>,
    switch: &'static str,
) -> Option<()> {
    let mut received = Vec::new();
    loop {
        let head = until(&mut stream, &mut received, b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&head).into_owned();
        note(&notes, |notes| {
            notes.faults.extend(faults(&head).map(|fault| format!("{fault}: {head:?}")));
            notes.heads.push(head.clone());
        });
        let body = body(&mut stream, &mut received, &head).await?;
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        note(&notes, |notes| {
            if !received.is_empty() {
                notes.faults.push(format!("sent before {target} was answered: {received:?}"));
            }
            notes.whole.push((target.clone(), body));
        });
        if value(&head, "upgrade").is_some() {
            stream.write_all(switch.as_bytes()).await.ok()?;
            return tunnel(&mut stream, &notes).await;
        }
        let length = target.len();
        let rest = if head.starts_with("HEAD ") { "" } else { &target };
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{rest}");
        stream.write_all(answer.as_bytes()).await.ok()?;
        let closes = value(&head, "connection").is_some_and(|value| value == "close");
        if closes && stream.read_buf(&mut received).await.ok()? > 0 {
            note(&notes, |notes| notes.faults.push(format!("sent behind {target}: {received:?}")));
        }
    }
}

fn note(notes: &Mutex<Notes>, what: impl FnOnce(&mut Notes)) {
    what(&mut notes.lock().expect("not poisoned"));
}

async fn tunnel(stream: &mut TcpStream, notes: &Mutex<Notes>) -> Option<()> {
    let mut part = [0; 1024];
    loop {
        let length = stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        note(notes, |notes| notes.tunnelled.extend(&part[..length]));
        stream.write_all(&part[..length]).await.ok()?;
    }
}

async fn until(stream: &mut TcpStream, received: &mut Vec<u8>, end: &[u8]) -> Option<Vec<u8>> {
    loop {
        if let Some(at) = received.windows(end.len()).position(|part| part == end) {
            return Some(received.drain(..at + end.len()).collect());
        }
        stream.read_buf(received).await.ok().filter(|length| *length > 0)?;
    }
}

async fn exactly(stream: &mut TcpStream, received: &mut Vec<u8>, length: usize) -> Option<Vec<u8>> {
    while received.len() < length {
        stream.read_buf(received).await.ok().filter(|length| *length > 0)?;
    }
    Some(received.drain(..length).collect())
}

/// The body, without what frames it.
async fn body(stream: &mut TcpStream, received: &mut Vec<u8>, head: &str) -> Option<Vec<u8>> {
    if let Some(length) = value(head, "content-length") {
        return exactly(stream, received, length.parse().ok()?).await;
    }
    let mut body = Vec::new();
    if value(head, "transfer-encoding").is_none() {
        return Some(body);
    }
    loop {
        let line = until(stream, received, b"\r\n").await?;
        let size = usize::from_str_radix(std::str::from_utf8(&line).ok()?.trim_end(), 16).ok()?;
        let data = exactly(stream, received, size + 2).await?;
        if size == 0 {
            return Some(body);
        }
        body.extend(&data[..size]);
    }
}

/// The first value of a field.
fn value(head: &str, wanted: &str) -> Option<String> {
    values(head, wanted).into_iter().next()
}

fn values(head: &str, wanted: &str) -> Vec<String> {
    let fields = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    fields
        .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
        .collect()
}

/// What of a head somebody could read in another way, or could take for what it is not.
fn faults(head: &str) -> impl Iterator<Item = &'static str> {
    let lines: Vec<&str> = head.trim_end_matches("\r\n").split("\r\n").collect();
    let words: Vec<&str> = lines[0].split(' ').collect();
    let is_plain = |line: &&str| line.bytes().all(|byte| byte == b'\t' || byte >= b' ');
    let is_name = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && *line != name
    };
    let only = |name: &str, allowed: &[&str]| {
        let values = values(head, name);
        values.len() <= 1 && values.iter().all(|value| allowed.contains(&value.as_str()))
    };
    let (lengths, codings) = (values(head, "content-length"), values(head, "transfer-encoding"));
    let absent = ["http2-settings", "te", "trailer", "keep-alive", "proxy-connection"];
    [
        (lines.iter().all(is_plain), "a control character"),
        (words.len() == 3 && words[1].starts_with('/') && words[2] == "HTTP/1.1", "the first line"),
        (lines[1..].iter().all(is_name), "a name"),
        (values(head, "host").len() == 1, "the host"),
        (lengths.len() + codings.len() <= 1, "two lengths"),
        (lengths.iter().all(|it| it.bytes().all(|byte| byte.is_ascii_digit())), "the length"),
        (only("transfer-encoding", &["chunked"]), "the coding"),
        (only("expect", &["100-continue"]), "the expectation"),
        (only("upgrade", &["websocket"]), "the protocol"),
        (only("connection", &["close", "upgrade"]), "the connection"),
        (absent.iter().all(|name| values(head, name).is_empty()), "one hop's own"),
    ]
    .into_iter()
    .filter_map(|(sound, fault)| (!sound).then_some(fault))
}
