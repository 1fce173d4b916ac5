//! A request's head: read whole, in time, within its size, before pingora sees any of it.

use std::io::Write;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::FrontLimits;
use super::chunks::Chunks;
use super::client::{Body, Client};
use super::fields::{self, Fault};
use crate::clock::{Clock, Stopwatch};
use crate::proxy::access;

/// How much of the deadline a head has at least: one over so much. Browsers open connections before
/// they have something to ask, and may use them in the last moment.
const LATE_HEAD: u32 = 5;

/// Why a request is not passed to the proxy. The visitor's part is a status and a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    TooSlow,
    TooLarge,
    OtherProtocol,
    Malformed,
    Tunnel,
    Expectation,
    Busy,
}

impl Refusal {
    /// What the access log calls it.
    fn outcome(self) -> &'static str {
        match self {
            Self::TooSlow => "refused: too slow",
            Self::TooLarge => "refused: too large",
            Self::OtherProtocol => "refused: protocol",
            Self::Malformed => "refused: malformed",
            Self::Tunnel => "refused: method",
            Self::Expectation => "refused: expectation",
            Self::Busy => "refused: too many connections",
        }
    }

    /// Status, its name, a heading and a sentence for whoever reads it.
    fn words(self) -> (u16, &'static str, &'static str, &'static str) {
        match self {
            Self::TooSlow => (
                408,
                "Request Timeout",
                "That took too long",
                "The request did not arrive in time. Please try again.",
            ),
            Self::TooLarge => (
                431,
                "Request Header Fields Too Large",
                "Your browser sends too much",
                "The request is too large, mostly because of too many cookies. Delete the cookies \
                 of this site in your browser, then load the page again.",
            ),
            Self::OtherProtocol => {
                (505, "HTTP Version Not Supported", "Wrong protocol", "This port speaks HTTP/1.1.")
            }
            Self::Malformed => (
                400,
                "Bad Request",
                "That request is not valid",
                "This is not a request that a browser sends.",
            ),
            Self::Tunnel => (
                405,
                "Method Not Allowed",
                "That does not work here",
                "This is a website, not a tunnel.",
            ),
            Self::Expectation => (
                417,
                "Expectation Failed",
                "That request is not valid",
                "The request expects something that this server does not know.",
            ),
            Self::Busy => (
                503,
                "Service Unavailable",
                "One moment, please",
                "Too many connections. Please try again in a moment.",
            ),
        }
    }

    /// The whole answer; the connection is closed after it.
    fn answer(self, form: Form) -> String {
        let (status, name, heading, sentence) = self.words();
        let (kind, body) = match form {
            Form::Text => ("text/plain", format!("{sentence}\n")),
            Form::Page => (
                "text/html; charset=utf-8",
                format!(
                    "<!doctype html><html lang=\"en\"><meta name=\"viewport\" \
                     content=\"width=device-width\"><title>{heading}</title>\
                     <h1>{heading}</h1><p>{sentence}</p></html>\n"
                ),
            ),
        };
        format!(
            "HTTP/1.1 {status} {name}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
             Referrer-Policy: same-origin\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    /// One line for each request that pingora never sees.
    fn log(self, received: &[u8], began: Option<Stopwatch>) {
        let mut words = request_line(received).split(|byte| *byte == b' ');
        let method = words.next().filter(|word| word.iter().all(u8::is_ascii_uppercase));
        let elapsed = began.map(Stopwatch::elapsed).unwrap_or_default();
        tracing::info!(
            target: "tollhouse::access",
            method = %String::from_utf8_lossy(method.unwrap_or_default()),
            path = access::start(words.next().unwrap_or_default()),
            status = self.words().0,
            outcome = self.outcome(),
            ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            bytes = 0,
            "request"
        );
    }
}

/// In which form an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Page,
    Text,
}

impl Form {
    /// What the received part of a head asks for.
    fn of(received: &[u8]) -> Self {
        let shows_pages = received.split(|byte| *byte == b'\n').any(|line| {
            let (name, value) = line.split_at_checked("accept:".len()).unwrap_or((line, b""));
            name.eq_ignore_ascii_case(b"accept:")
                && value.windows("text/html".len()).any(|part| part == b"text/html")
        });
        if shows_pages { Self::Page } else { Self::Text }
    }
}

/// Reads the head of the request that has begun, on a connection that was `silent` for so long
/// before. Nothing if the connection is over: the client went away, or it was refused and has its
/// answer.
pub(super) async fn receive(
    mut client: Client,
    limits: &FrontLimits,
    silent: Duration,
) -> Option<Client> {
    let began = Clock::stopwatch();
    let deadline = deadline(limits.header_deadline, silent);
    let read = timeout(deadline, read_head(&mut client, limits.max_header_bytes)).await;
    let refusal = match read {
        Ok(Some(Ok(head))) => {
            let body = body_after(&client.received()[..head]);
            client.begin_request(head, body);
            return Some(client);
        }
        Ok(Some(Err(refusal))) => refusal,
        Ok(None) => return None,
        Err(_) => Refusal::TooSlow,
    };
    refusal.log(client.received(), Some(began));
    let answer = refusal.answer(Form::of(client.received()));
    if refusal == Refusal::TooSlow {
        // It has had its time, and sends nothing that could get in the way of the answer.
        client.end_with(answer.as_bytes()).await;
    } else {
        client.close_with(answer.as_bytes()).await;
    }
    None
}

/// How long a head may take on a connection that has been silent before.
fn deadline(whole: Duration, silent: Duration) -> Duration {
    whole.saturating_sub(silent).max(whole / LATE_HEAD)
}

/// Tells a client without a seat so, as far as that takes no waiting, and closes.
pub(super) fn refuse_busy(stream: TcpStream) {
    Refusal::Busy.log(b"", None);
    if let Ok(mut stream) = stream.into_std() {
        // A new socket's buffer takes this; if not, closing must do.
        let _ = stream.write_all(Refusal::Busy.answer(Form::Text).as_bytes());
    }
}

/// The length of the head at the beginning of what the client sends, or nothing if it went away.
async fn read_head(client: &mut Client, max_bytes: usize) -> Option<Result<usize, Refusal>> {
    let mut searched = 0;
    loop {
        if let Some(head) = head_in(client.received(), searched, max_bytes) {
            return Some(head);
        }
        searched = client.received().len();
        if client.receive().await.ok()? == 0 {
            return None;
        }
    }
}

/// The length of the head at the beginning of these bytes, or nothing if more is to come. Before
/// `searched` there is no end.
fn head_in(received: &[u8], searched: usize, max_bytes: usize) -> Option<Result<usize, Refusal>> {
    if let Some(length) = head_length(received, searched) {
        return Some(judge(&received[..length], max_bytes).map(|()| length));
    }
    // There may never be an end: some take this for one, and wait for an answer.
    if has_bare_return(&received[searched.saturating_sub(1)..]) {
        return Some(Err(Refusal::Malformed));
    }
    (received.len() > max_bytes).then_some(Err(Refusal::TooLarge))
}

/// What the first bytes on a connection are, by our own reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRequest {
    /// A request of which more is to come.
    Unfinished,
    /// Nothing that the proxy gets to see, or not all of it.
    Refused,
    /// A whole request, which ends where a next one may begin. Lengths in bytes.
    Whole {
        /// Request line and fields, the empty line included.
        head: usize,
        /// What comes behind them, chunk sizes and trailers included.
        body: usize,
    },
}

/// Reads the first request of a connection as the listener does, for whoever compares its reading
/// with others'.
pub fn first_request(sent: &[u8], max_header_bytes: usize) -> FirstRequest {
    let head = match head_in(sent, 0, max_header_bytes) {
        None => return FirstRequest::Unfinished,
        Some(Err(_)) => return FirstRequest::Refused,
        Some(Ok(head)) => head,
    };
    let (head_bytes, rest) = sent.split_at(head);
    let body = match body_after(head_bytes) {
        Body::Tunnel => Some(0),
        Body::Measured(length) => usize::try_from(length).ok().filter(|it| *it <= rest.len()),
        Body::Chunked => {
            let mut chunks = Chunks::new();
            match chunks.read(rest) {
                None => return FirstRequest::Refused,
                Some(length) => chunks.ended().then_some(length),
            }
        }
    };
    body.map_or(FirstRequest::Unfinished, |body| FirstRequest::Whole { head, body })
}

fn has_bare_return(received: &[u8]) -> bool {
    received.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n')
}

/// Where the head ends: behind the first empty line, not counting those before the request line
/// (RFC 9112, 2.2). A line may lack its carriage return here, so that such a head is refused at
/// once rather than waited for. Before `searched` there is no end.
fn head_length(received: &[u8], searched: usize) -> Option<usize> {
    let request_line = received.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    // The end may be longer than one byte, and begin in what was searched.
    let from = searched.saturating_sub(2).max(request_line);
    let rest = &received[from..];
    rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').find_map(|(at, _)| {
        let line = &rest[at + 1..];
        let empty = if line.starts_with(b"\n") { 1 } else { 2 };
        (empty == 1 || line.starts_with(b"\r\n")).then_some(from + at + 1 + empty)
    })
}

/// Whether a complete head may go on. The request line is looked at here, because pingora's reading
/// of it drops what stands behind a `#` and takes spaces in a target.
fn judge(head: &[u8], max_bytes: usize) -> Result<(), Refusal> {
    if head.len() > max_bytes {
        return Err(Refusal::TooLarge);
    }
    let line = request_line(head);
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    match words[..] {
        [b"CONNECT", _, b"HTTP/1.1" | b"HTTP/1.0"] => Err(Refusal::Tunnel),
        [_, target, b"HTTP/1.1" | b"HTTP/1.0"] if is_sound(target) && begins_plainly(head) => {
            fields::check(&words, behind(head, line)).map_err(|fault| match fault {
                Fault::Malformed => Refusal::Malformed,
                Fault::TooMany => Refusal::TooLarge,
                Fault::Expectation => Refusal::Expectation,
            })
        }
        [.., version] if is_other_version(version) => Err(Refusal::OtherProtocol),
        _ => Err(Refusal::Malformed),
    }
}

/// The first line that is not empty, without its end.
fn request_line(received: &[u8]) -> &[u8] {
    let start = received.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    let line = received[start.unwrap_or(received.len())..].split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The lines behind the request line.
fn behind<'a>(head: &'a [u8], request_line: &[u8]) -> &'a [u8] {
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    &head[start + request_line.len()..]
}

/// Whether before the request line there is nothing but whole empty lines.
fn begins_plainly(head: &[u8]) -> bool {
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    head[..start].chunks(2).all(|line| line == b"\r\n")
}

/// RFC 9112, 3.2: no white space, no control characters; and no fragment, which browsers keep.
fn is_sound(target: &[u8]) -> bool {
    !target.is_empty() && !target.iter().any(|byte| *byte <= b' ' || matches!(byte, 0x7f | b'#'))
}

fn is_other_version(version: &[u8]) -> bool {
    let Some(number) = version.strip_prefix(b"HTTP/") else { return false };
    match number {
        b"1.1" | b"1.0" => false,
        [major] => major.is_ascii_digit(),
        [major, b'.', minor] => major.is_ascii_digit() && minor.is_ascii_digit(),
        _ => false,
    }
}

/// What the head says about its body; it was found to say that once. A tunnel may follow where no
/// body does.
fn body_after(head: &[u8]) -> Body {
    let mut body = Body::Measured(0);
    let mut upgrades = false;
    for line in head.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            continue;
        };
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Body::Chunked;
        }
        upgrades |= name.eq_ignore_ascii_case(b"upgrade");
        if name.eq_ignore_ascii_case(b"content-length") {
            body = Body::Measured(fields::length(value.trim_ascii()).unwrap_or(0));
        }
    }
    if upgrades && body == Body::Measured(0) { Body::Tunnel } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_head_ends_with_its_first_empty_line() {
        //    sent                                        the head in it
        check("GET / HTTP/1.1\r\n\r\n",                    Some("GET / HTTP/1.1\r\n\r\n"));
        check("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody",     Some("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        check("GET / HTTP/1.1\n\nbody",                    Some("GET / HTTP/1.1\n\n"));
        check("GET / HTTP/1.1\r\nHost: a\n\r\nbody",       Some("GET / HTTP/1.1\r\nHost: a\n\r\n"));
        check("\r\n\n\r\nGET / HTTP/1.1\r\n\r\nbody",      Some("\r\n\n\r\nGET / HTTP/1.1\r\n\r\n"));
        check("",                                          None);
        check("\r\n\r\n\r\n",                              None);
        check("GET / HTTP/1.1\r\n",                        None);
        check("GET / HTTP/1.1\r\n\r",                      None);
        check("GET / HTTP/1.1\r\nHost: a\r\n",             None);
        check("GET / HTTP/1.1\r\r",                        None);
    }

    fn check(sent: &str, expected: Option<&str>) {
        let sent = sent.as_bytes();
        let whole = head_length(sent, 0).map(|length| &sent[..length]);
        assert_eq!(whole, expected.map(str::as_bytes), "{:?}", sent.escape_ascii().to_string());
        // In two pieces it ends at the same place.
        for cut in 0..sent.len() {
            let searched = if head_length(&sent[..cut], 0).is_some() { 0 } else { cut };
            assert_eq!(head_length(sent, searched), whole.map(<[u8]>::len), "cut at {cut}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn only_http_1_goes_on_and_only_within_the_size() {
        //          head                            largest    judged
        check_judge("GET / HTTP/1.1\r\n\r\n",       18,        Ok(()));
        check_judge("GET / HTTP/1.1\r\n\r\n",       17,        Err(Refusal::TooLarge));
        check_judge("GET / HTTP/1.0\r\n\r\n",       99,        Ok(()));
        check_judge("\r\nGET / HTTP/1.0\r\n\r\n",   99,        Ok(()));
        check_judge("\r\nGET / HTTP/1.0\n\n",       99,        Err(Refusal::Malformed));
        check_judge("\nGET / HTTP/1.0\r\n\r\n",     99,        Err(Refusal::Malformed));
        check_judge("GET / HTTP/1.1\r\nA: b\n\r\n", 99,        Err(Refusal::Malformed));
        check_judge("GET / HTTP/1.1\r\r\n\r\n",     99,        Err(Refusal::Malformed));
        check_judge("GET / HTTP/1.1x\r\n\r\n",      99,        Err(Refusal::Malformed));
        check_judge("GET / HTTP/1.10\r\n\r\n",      99,        Err(Refusal::Malformed));
        check_judge("GET / HTTP/2\r\n\r\n",         99,        Err(Refusal::OtherProtocol));
        check_judge("GET / HTTP/1.1\r\nExpect: x\r\n\r\n", 99, Err(Refusal::Expectation));
        check_judge("PRI * HTTP/2.0\r\n\r\n",       99,        Err(Refusal::OtherProtocol));
        check_judge("GET / HTTP/1.2\r\n\r\n",       99,        Err(Refusal::OtherProtocol));
        check_judge("GET /\r\n\r\n",                    99,        Err(Refusal::Malformed));
        check_judge("GET /a b HTTP/1.1\r\n\r\n",       99,        Err(Refusal::Malformed));
        check_judge("CONNECT a:1 HTTP/1.1\r\n\r\n",  99,        Err(Refusal::Tunnel));
        check_judge("GET  / HTTP/1.1\r\n\r\n",         99,        Err(Refusal::Malformed));
        check_judge("GET /a#b HTTP/1.1\r\n\r\n",       99,        Err(Refusal::Malformed));
        check_judge("GET /\t HTTP/1.1\r\n\r\n",        99,        Err(Refusal::Malformed));
        check_judge("get / http/1.1\r\n\r\n",          99,        Err(Refusal::Malformed));
    }

    fn check_judge(head: &str, max_bytes: usize, expected: Result<(), Refusal>) {
        assert_eq!(judge(head.as_bytes(), max_bytes), expected, "{head:?}");
    }

    #[test]
    fn a_first_heads_deadline_begins_with_the_connection() {
        //    silent before, and left of ten seconds
        for (silent, left) in [(0, 10), (1, 9), (7, 3), (8, 2), (9, 2), (10, 2), (99, 2)] {
            let [silent, left] = [silent, left].map(Duration::from_secs);
            assert_eq!(deadline(Duration::from_secs(10), silent), left, "{silent:?}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn the_body_is_measured_where_the_head_is_plain() {
        check_body("",                                        Body::Measured(0));
        check_body("Content-Length: 0\r\n",                   Body::Measured(0));
        check_body("X: y\r\ncontent-length:\t12 \r\n",        Body::Measured(12));
        check_body("Content-Length: 12\n",                    Body::Measured(12));
        check_body("X-Content-Length: 12\r\n",                Body::Measured(0));
        check_body("Content-Length: 0012\r\n",                Body::Measured(12));
        check_body("Transfer-Encoding: chunked\r\n",          Body::Chunked);
        check_body("UPGRADE: websocket\r\nTransfer-Encoding: chunked\r\n", Body::Chunked);
        check_body("UPGRADE: websocket\r\n",                  Body::Tunnel);
        check_body("UPGRADE: websocket\r\nContent-Length: 0\r\n", Body::Tunnel);
        check_body("UPGRADE: h2c\r\nContent-Length: 1\r\n",   Body::Measured(1));
    }

    fn check_body(fields: &str, expected: Body) {
        let head = format!("GET / HTTP/1.1\r\n{fields}\r\n");
        assert_eq!(body_after(head.as_bytes()), expected, "{fields:?}");
    }
}
