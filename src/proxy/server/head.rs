//! A request's head: read whole, in time, within its size, before pingora sees any of it.

use std::io::Write;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::FrontLimits;
use super::client::{Body, Client};

/// Why a request is not passed to the proxy. The visitor's part is a status and a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    TooSlow,
    TooLarge,
    OtherProtocol,
    Malformed,
    Tunnel,
    Busy,
}

impl Refusal {
    /// The whole answer; the connection is closed after it.
    fn answer(self) -> String {
        let (status, sentence) = match self {
            Self::TooSlow => ("408 Request Timeout", "The request did not arrive in time.\n"),
            Self::TooLarge => (
                "431 Request Header Fields Too Large",
                "The request is too large. Clearing the cookies of this site may help.\n",
            ),
            Self::OtherProtocol => {
                ("505 HTTP Version Not Supported", "This port speaks HTTP/1.1.\n")
            }
            Self::Malformed => ("400 Bad Request", "This is not a request that a browser sends.\n"),
            Self::Tunnel => ("405 Method Not Allowed", "This is a website, not a tunnel.\n"),
            Self::Busy => {
                ("503 Service Unavailable", "Too many connections. Please try again in a moment.\n")
            }
        };
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n{sentence}",
            sentence.len()
        )
    }
}

/// Reads the head of the request that has begun. Nothing if the connection is over: the client went
/// away, or it was refused and has its answer.
pub(super) async fn receive(mut client: Client, limits: &FrontLimits) -> Option<Client> {
    let read =
        timeout(limits.header_deadline, read_head(&mut client, limits.max_header_bytes)).await;
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
    tracing::debug!(?refusal, "a request's head was refused");
    client.close_with(refusal.answer().as_bytes()).await;
    None
}

/// Tells a client without a seat so, as far as that takes no waiting, and closes.
pub(super) fn refuse_busy(stream: TcpStream) {
    tracing::debug!(refusal = ?Refusal::Busy, "a connection was refused");
    if let Ok(mut stream) = stream.into_std() {
        // A new socket's buffer takes this; if not, closing must do.
        let _ = stream.write_all(Refusal::Busy.answer().as_bytes());
    }
}

/// The length of the head at the beginning of what the client sends, or nothing if it went away.
async fn read_head(client: &mut Client, max_bytes: usize) -> Option<Result<usize, Refusal>> {
    let mut searched = 0;
    loop {
        let received = client.received();
        if let Some(length) = head_length(received, searched) {
            return Some(judge(&received[..length], max_bytes).map(|()| length));
        }
        searched = received.len();
        if searched > max_bytes {
            return Some(Err(Refusal::TooLarge));
        }
        if client.receive().await.ok()? == 0 {
            return None;
        }
    }
}

/// Where the head ends: behind the first empty line, not counting those before the request line
/// (RFC 9112, 2.2). A line may end without its carriage return. Just as pingora's parser counts: it
/// must find a whole head wherever we do, or it would wait for the rest without our deadline.
/// Before `searched` there is no end.
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

/// Whether a complete head may go on. Whatever else is wrong with it is pingora's to answer (400).
/// The request line is looked at here, because pingora's reading of it drops what stands behind a
/// `#` and takes spaces in a target.
fn judge(head: &[u8], max_bytes: usize) -> Result<(), Refusal> {
    if head.len() > max_bytes {
        return Err(Refusal::TooLarge);
    }
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let line = head[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    match words[..] {
        [b"CONNECT", _, b"HTTP/1.1" | b"HTTP/1.0"] => Err(Refusal::Tunnel),
        [_, target, b"HTTP/1.1" | b"HTTP/1.0"] if is_sound(target) => Ok(()),
        [.., version] if is_other_version(version) => Err(Refusal::OtherProtocol),
        _ => Err(Refusal::Malformed),
    }
}

/// RFC 9112, 3.2: no white space, no control characters; and no fragment, which browsers keep.
fn is_sound(target: &[u8]) -> bool {
    !target.is_empty() && !target.iter().any(|byte| *byte <= b' ' || matches!(byte, 0x7f | b'#'))
}

fn is_other_version(version: &[u8]) -> bool {
    version.starts_with(b"HTTP/") && !matches!(version, b"HTTP/1.1" | b"HTTP/1.0")
}

/// What the head says about its body. Whatever is not plain is left to pingora. A tunnel may follow
/// where no body does.
fn body_after(head: &[u8]) -> Body {
    let mut body = Body::Measured(0);
    let mut upgrades = false;
    for line in head.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            continue;
        };
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Body::Unmeasured;
        }
        upgrades |= name.eq_ignore_ascii_case(b"upgrade");
        if name.eq_ignore_ascii_case(b"content-length") {
            let length =
                std::str::from_utf8(value.trim_ascii()).ok().and_then(|digits| digits.parse().ok());
            body = match (body, length) {
                (Body::Measured(0), Some(length)) => Body::Measured(length),
                _ => return Body::Unmeasured,
            };
        }
    }
    if upgrades && body == Body::Measured(0) { Body::Unmeasured } else { body }
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
        check_judge("\r\nGET / HTTP/1.0\n\n",       99,        Ok(()));
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
    #[rustfmt::skip]
    fn the_body_is_measured_where_the_head_is_plain() {
        check_body("",                                        Body::Measured(0));
        check_body("Content-Length: 0\r\n",                   Body::Measured(0));
        check_body("X: y\r\ncontent-length:\t12 \r\n",        Body::Measured(12));
        check_body("Content-Length: 12\n",                    Body::Measured(12));
        check_body("X-Content-Length: 12\r\n",                Body::Measured(0));
        check_body("Content-Length: 12, 12\r\n",              Body::Unmeasured);
        check_body("Content-Length: 12\r\nContent-Length: 12\r\n", Body::Unmeasured);
        check_body("Content-Length: -1\r\n",                  Body::Unmeasured);
        check_body("Content-Length: 99999999999999999999\r\n", Body::Unmeasured);
        check_body("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", Body::Unmeasured);
        check_body("UPGRADE: websocket\r\n",                  Body::Unmeasured);
        check_body("UPGRADE: websocket\r\nContent-Length: 0\r\n", Body::Unmeasured);
        check_body("UPGRADE: h2c\r\nContent-Length: 1\r\n",   Body::Measured(1));
    }

    fn check_body(fields: &str, expected: Body) {
        let head = format!("GET / HTTP/1.1\r\n{fields}\r\n");
        assert_eq!(body_after(head.as_bytes()), expected, "{fields:?}");
    }
}
