//! A name server on plain UDP, which says what it is told to say, or nothing.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const A: u16 = 1;
const PTR: u16 = 12;
const AAAA: u16 = 28;

/// A running name server, which ends with this value.
pub(crate) struct NameServer {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Book {
    /// What is said of a name, by kind.
    records: HashMap<(String, u16), Vec<Vec<u8>>>,
    asked: usize,
    is_silent: bool,
}

impl NameServer {
    pub(crate) async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let book = Arc::new(Mutex::new(Book::default()));
        let task = tokio::spawn(answer(socket, Arc::clone(&book)));
        Self { address, book, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address says that it has this name.
    pub(crate) fn claim(&self, address: &str, name: &str) {
        self.put((reverse(address.parse().expect("an address")), PTR), in_labels(name));
    }

    /// A name has this address.
    pub(crate) fn confirm(&self, name: &str, address: &str) {
        match address.parse().expect("an address") {
            IpAddr::V4(v4) => self.put((name.to_owned(), A), v4.octets().to_vec()),
            IpAddr::V6(v6) => self.put((name.to_owned(), AAAA), v6.octets().to_vec()),
        }
    }

    fn put(&self, key: (String, u16), data: Vec<u8>) {
        self.book.lock().expect("not poisoned").records.entry(key).or_default().push(data);
    }

    /// It knows nothing any more.
    pub(crate) fn forget(&self) {
        self.book.lock().expect("not poisoned").records.clear();
    }

    /// It takes questions, and says nothing.
    pub(crate) fn be_silent(&self) {
        self.book.lock().expect("not poisoned").is_silent = true;
    }

    /// How many questions came.
    pub(crate) fn asked(&self) -> usize {
        self.book.lock().expect("not poisoned").asked
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(socket: UdpSocket, book: Arc<Mutex<Book>>) {
    let mut question = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut question).await {
        let said = {
            let mut book = book.lock().expect("not poisoned");
            book.asked += 1;
            if book.is_silent { None } else { said(&question[..length], &book) }
        };
        if let Some(said) = said {
            // Whoever does not wait any more misses nothing.
            let _ = socket.send_to(&said, from).await;
        }
    }
}

/// RFC 1035, 4.1: the question again, and what is said of it, each with a pointer to its name.
fn said(message: &[u8], book: &Book) -> Option<Vec<u8>> {
    let (id, question) = (message.get(..2)?, message.get(12..)?);
    let mut name = String::new();
    let mut at = 0;
    while let Some(length) =
        question.get(at).map(|length| usize::from(*length)).filter(|it| *it > 0)
    {
        let label = std::str::from_utf8(question.get(at + 1..=at + length)?).ok()?;
        name = if name.is_empty() { label.to_owned() } else { format!("{name}.{label}") };
        at += 1 + length;
    }
    let kind = question.get(at + 1..at + 3)?;
    let question = question.get(..at + 5)?;
    let kind = u16::from_be_bytes([kind[0], kind[1]]);
    let records = book.records.get(&(name.to_ascii_lowercase(), kind));
    let records = records.map(Vec::as_slice).unwrap_or_default();
    let count = u8::try_from(records.len()).ok()?;
    // A name that is not there at all: 3.
    let code = if records.is_empty() { 0x83 } else { 0x80 };
    let mut said = [id, &[0x81, code, 0, 1, 0, count, 0, 0, 0, 0], question].concat();
    for data in records {
        let length = u16::try_from(data.len()).ok()?.to_be_bytes();
        said.extend([0xC0, 12]);
        said.extend(kind.to_be_bytes());
        said.extend([0, 1, 0, 0, 0, 60]);
        said.extend(length);
        said.extend(data);
    }
    Some(said)
}

fn in_labels(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).expect("a short label"));
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().rev();
            let nibbles = nibbles.flat_map(|byte| [byte & 15, byte >> 4]);
            nibbles
                .map(|nibble| format!("{nibble:x}"))
                .chain(["ip6.arpa".to_owned()])
                .collect::<Vec<_>>()
                .join(".")
        }
    }
}
