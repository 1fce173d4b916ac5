//! A server that gives prepared answers and remembers what it was asked.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::client::Stripe;
use crate::clock::Clock;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// The key that the tests use; it must never be seen in an error.
pub(super) const KEY: &str = "sk_test_do_not_print";

/// What the server does when it is asked.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// Answers with JSON.
    Json(u16, Value),
    /// Answers with something else.
    Text(u16, &'static str),
    /// Answers with JSON and more headers.
    With(u16, Vec<(&'static str, &'static str)>, Value),
    /// Answers with JSON, keeps the connection, and hangs up on what comes over it next.
    Once(u16, Value),
    /// Closes the connection.
    HangUp,
    /// Takes the request and does not answer; the clock moves on by as many seconds.
    Silence(u64),
}

/// One request, as it came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Method and target: `GET /v1/prices/price_1`.
    pub(super) what: String,
    pub(super) head: String,
    pub(super) form: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Runs `calls` against a server that gives these answers, one after the other, without
/// waiting for the pauses in between. Returns what it was asked, too.
pub(super) async fn against<T, Calls>(
    replies: Vec<Reply>,
    calls: impl FnOnce(Stripe) -> Calls,
) -> (T, Vec<Asked>)
where
    Calls: Future<Output = T>,
{
    let clock = Clock::by_hand(Timestamp::from_unix(0));
    against_by(&clock, replies, calls).await
}

/// The same, with a clock that the test looks at.
pub(super) async fn against_by<T, Calls>(
    clock: &Clock,
    replies: Vec<Reply>,
    calls: impl FnOnce(Stripe) -> Calls,
) -> (T, Vec<Asked>)
where
    Calls: Future<Output = T>,
{
    crate::crypto::install_tls_provider();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let key = Secret::new(KEY.to_owned());
    let stripe = Stripe::new(&key, Some(&base), clock.clone()).expect("a client");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let result = tokio::select! {
        result = calls(stripe) => result,
        () = serve(listener, replies, clock, Arc::clone(&asked)) => {
            unreachable!("it serves for ever")
        }
    };
    let asked = asked.lock().expect("not poisoned").clone();
    (result, asked)
}

async fn serve(
    listener: TcpListener,
    replies: Vec<Reply>,
    clock: &Clock,
    asked: Arc<Mutex<Vec<Asked>>>,
) {
    let mut unanswered = Vec::new();
    let mut replies = replies.into_iter();
    loop {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let request = receive(&mut stream).await;
        asked.lock().expect("not poisoned").push(request);
        let mut more = String::new();
        let (status, text) = match replies.next().expect("no more calls than answers") {
            Reply::Json(status, json) => (status, json.to_string()),
            Reply::Text(status, text) => (status, text.to_owned()),
            Reply::With(status, headers, json) => {
                for (name, value) in headers {
                    write!(more, "{name}: {value}\r\n").expect("a text takes everything");
                }
                (status, json.to_string())
            }
            Reply::Once(status, json) => {
                let text = json.to_string();
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", text.len());
                stream.write_all((head + &text).as_bytes()).await.expect("a listener");
                let next = receive(&mut stream).await;
                asked.lock().expect("not poisoned").push(next);
                continue;
            }
            Reply::HangUp => continue,
            Reply::Silence(seconds) => {
                unanswered.push(stream);
                clock.advance(Duration::from_secs(seconds));
                continue;
            }
        };
        let length = text.len();
        let answer = format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\n{more}content-length: {length}\r\n\r\n{text}"
        );
        stream.write_all(answer.as_bytes()).await.expect("a listener");
    }
}

async fn receive(stream: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (what, head) = head.split_once(" HTTP/1.1\r\n").expect("a request");
            let asked = Asked { what: what.to_owned(), head: head.to_owned(), form: form(body) };
            let length = asked.header("content-length").map_or(0, |n| n.parse().expect("a number"));
            if body.len() == length {
                return asked;
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.expect("bytes"), 0, "half a request");
    }
}

fn form(body: &str) -> Vec<(String, String)> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    let mut pairs: Vec<_> = pairs.map(|(key, value)| (decoded(key), decoded(value))).collect();
    pairs.sort();
    pairs
}

/// Undoes form encoding.
pub(super) fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().replace('+', " ").into_bytes();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("hex"));
        bytes.extend(part[2..].replace('+', " ").into_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}
