//! The lines of a request's head, before pingora sees them: what it would refuse without a word,
//! and what an origin could read otherwise than we do, is refused here.

use std::net::Ipv6Addr;

use http::Method;
use pingora_http::RequestHeader;

/// How many header fields pingora's parser takes (`MAX_HEADERS` in its `v1/common.rs`).
pub(super) const MOST_FIELDS: usize = 256;

/// What is wrong with the fields of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No browser sends this.
    Malformed,
    /// There are more than we take.
    TooMany,
    /// Something is expected that nobody knows.
    Expectation,
}

/// Whether the lines behind a request line are header fields that everybody reads alike: RFC 9112,
/// 5 and 6.
pub(super) fn check(request_line: &[&[u8]], lines: &[u8]) -> Result<(), Fault> {
    let mut seen = Seen::default();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        // Who ends a line with a line feed alone sees other lines than who does not.
        let line = line.strip_suffix(b"\r\n").ok_or(Fault::Malformed)?;
        if !line.is_empty() {
            seen.note(line).ok_or(Fault::Malformed)?;
        }
    }
    if seen.fields > MOST_FIELDS {
        return Err(Fault::TooMany);
    }
    if seen.expects.is_some_and(|value| !value.eq_ignore_ascii_case(b"100-continue")) {
        return Err(Fault::Expectation);
    }
    let [method, target, version] = *request_line else { return Err(Fault::Malformed) };
    let framed = !seen.chunked || (*version == *b"HTTP/1.1" && !seen.measured);
    let sound = framed && seen.means(target) && pingora_takes(method, target);
    if sound { Ok(()) } else { Err(Fault::Malformed) }
}

/// The fields that have been read.
#[derive(Default)]
struct Seen<'a> {
    fields: usize,
    host: Option<&'a [u8]>,
    expects: Option<&'a [u8]>,
    measured: bool,
    chunked: bool,
}

impl<'a> Seen<'a> {
    /// Reads one line; none if it is no field, or one that contradicts what came before. A line
    /// that begins with a space would go on with the one before it: RFC 9112, 5.2.
    fn note(&mut self, line: &'a [u8]) -> Option<()> {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..at], line[at + 1..].trim_ascii());
        if !is_name(name) || !is_text(&line[at + 1..]) {
            return None;
        }
        self.fields += 1;
        if name.eq_ignore_ascii_case(b"host") {
            let first = self.host.replace(value).is_none();
            return (first && is_host(value)).then_some(());
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let first = !std::mem::replace(&mut self.measured, true);
            return (first && length(value).is_some()).then_some(());
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let first = !std::mem::replace(&mut self.chunked, true);
            return (first && value.eq_ignore_ascii_case(b"chunked")).then_some(());
        }
        if name.eq_ignore_ascii_case(b"expect") {
            return self.expects.replace(value).is_none().then_some(());
        }
        Some(())
    }

    /// Whether a target in absolute form names the host that the request is for.
    fn means(&self, target: &[u8]) -> bool {
        let Some(at) = target.windows(3).position(|part| part == b"://") else { return true };
        if target.starts_with(b"/") {
            return true;
        }
        let rest = &target[at + 3..];
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        self.host.is_none_or(|host| host == &rest[..end])
    }
}

/// The length that a field gives, in bytes: digits and nothing else, as many as a number has room
/// for.
pub(super) fn length(value: &[u8]) -> Option<u64> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let digits = std::str::from_utf8(value).ok().filter(|_| is_number)?;
    // What reads it as a signed number gets the same.
    digits.parse::<i64>().ok().and_then(|length| u64::try_from(length).ok())
}

/// Whether a line is a field by itself: RFC 9112, 5.
pub(super) fn is_field(line: &[u8]) -> bool {
    let at = line.iter().position(|byte| *byte == b':');
    at.is_some_and(|at| is_name(&line[..at]) && is_text(&line[at + 1..]))
}

/// RFC 9110, 5.6.2.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_text(value: &[u8]) -> bool {
    value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..))
}

/// RFC 9110, 7.2: a name or an address, and a port perhaps. A host that is not empty: whose page
/// would it be?
fn is_host(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            if address.parse::<Ipv6Addr>().is_err() {
                return false;
            }
            (address, port)
        }
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let has_port = port.strip_prefix(':').is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()));
    !name.is_empty()
        && (port.is_empty() || has_port)
        && (text.starts_with('[') || is_reg_name(name))
}

/// RFC 3986, 3.2.2.
fn is_reg_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let sound = match byte {
            b'%' => {
                let mut digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                digit() && digit()
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !sound {
            return false;
        }
    }
    true
}

fn is_name(name: &[u8]) -> bool {
    let is_usual = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let is_token = |byte: &u8| is_token_byte(*byte);
    !name.is_empty() && (name.iter().all(is_usual) || name.iter().all(is_token))
}

/// Whether pingora can hold the request line: it has no place in a target for `"`, `<`, `>`, or for
/// bytes that are not UTF-8 (its parser's and its `Uri`'s limits). Browsers encode them all.
fn pingora_takes(method: &[u8], target: &[u8]) -> bool {
    let is_usual = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~%?&=+".contains(byte);
    let usual = target.first() == Some(&b'/') && target.iter().all(is_usual);
    let is_text = usual || std::str::from_utf8(target).is_ok();
    is_text
        && Method::from_bytes(method)
            .is_ok_and(|method| usual || RequestHeader::build_no_case(method, target, None).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn fields_that_can_be_read_in_two_ways_are_refused() {
        //           fields                                          sound
        check_fields("",                                             true);
        check_fields("Host: a\r\nX: \r\n",                           true);
        check_fields("Host: a\r\nX:b\n",                             false);
        check_fields("Host: a\nX:b\r\n",                             false);
        check_fields("!#$%&'*+-.^_`|~09Az: y\r\n",                   true);
        check_fields("X: caf\u{e9}\tx\r\n",                          true);
        check_fields("Host: a\r\nHost: a\r\n",                       false);
        check_fields("Host: ann@a\r\n",                              false);
        check_fields("Host: a\r\n folded\r\n",                       false);
        check_fields("Host: a\r\n\tfolded: x\r\n",                   false);
        check_fields("Host : a\r\n",                                 false);
        check_fields(": a\r\n",                                      false);
        check_fields("Host\r\n",                                     false);
        check_fields("X(A: b\r\n",                                   false);
        check_fields("X\u{e9}: b\r\n",                               false);
        check_fields("X: a\rb\r\n",                                  false);
        check_fields("X: a\0b\r\n",                                  false);
        check_fields("Content-Length: 3\r\n",                        true);
        check_fields("Content-Length: 003\r\n",                      true);
        check_fields("Content-Length: 3, 3\r\n",                     false);
        check_fields("Content-Length: 3\r\nContent-Length: 3\r\n",   false);
        check_fields("Content-Length: +3\r\n",                       false);
        check_fields("Content-Length: \r\n",                         false);
        check_fields("Content-Length: 9223372036854775807\r\n",      true);
        check_fields("Content-Length: 9223372036854775808\r\n",      false);
        check_fields("Content-Length: 18446744073709551621\r\n",     false);
        check_fields("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", false);
        check_fields("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", false);
        check_fields("Expect: 100-Continue\r\n",                     true);
        check_fields("Expect: y 100-continue\r\n",                   false);
        check_fields("Expect: 100-continue, x\r\n",                  false);
        check_fields("Expect: 100-continue\r\nExpect: 100-continue\r\n", false);
        check_fields("Transfer-Encoding: CHUNKED\r\n",               true);
        check_fields("Transfer-Encoding: gzip, chunked\r\n",         false);
        check_fields("Transfer-Encoding: identity\r\n",              false);
        check_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", false);
    }

    #[test]
    #[rustfmt::skip]
    fn request_lines_that_pingora_cannot_hold_are_refused() {
        //         request line                      sound
        check_line("GET /a?b=!$&'()*+,;=:@/?|{}^`[] HTTP/1.1", true);
        check_line("GET /a?b=caf\u{e9} HTTP/1.1",    true);
        check_line("PROPFIND /a HTTP/1.1",           true);
        check_line("OPTIONS * HTTP/1.1",             true);
        check_line("GET http://a/b HTTP/1.1",        true);
        check_line("GET HTTP://a/b HTTP/1.1",        true);
        check_line("GET http://b/a HTTP/1.1",        false);
        check_line("GET /a?b=<c> HTTP/1.1",          false);
        check_line("G\0T / HTTP/1.1",                false);
    }

    #[test]
    #[rustfmt::skip]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        //    Host                        sound
        for (host, sound) in [
            ("a",                         true),
            ("a.example:80",              true),
            ("a.example:",                true),
            ("A_b-c~d!.example",          true),
            ("caf%c3%a9.example",         true),
            ("192.0.2.1:8080",            true),
            ("[::1]",                     true),
            ("[::1]:80",                  true),
            ("",                          false),
            (":80",                       false),
            ("a:b",                       false),
            ("a:80:80",                   false),
            ("a:+80",                     false),
            ("ann@a",                     false),
            ("a, b",                      false),
            ("a b",                       false),
            ("a\tb",                      false),
            ("\"a\"",                     false),
            ("a/b",                       false),
            ("a?b",                       false),
            ("a\\b",                      false),
            ("a%zz",                      false),
            ("a%2",                       false),
            ("caf\u{e9}.example",         false),
            ("[::1",                      false),
            ("[::1]a",                    false),
            ("[::1%25eth0]",              false),
            ("[a]",                       false),
            ("::1",                       false),
        ] {
            assert_eq!(is_host(host.as_bytes()), sound, "{host:?}");
        }
    }

    #[test]
    fn there_are_so_many_fields_and_not_more() {
        let fields = |count| "X: y\r\n".repeat(count);
        let line: [&[u8]; 3] = [b"GET", b"/", b"HTTP/1.1"];
        assert_eq!(check(&line, fields(MOST_FIELDS).as_bytes()), Ok(()));
        assert_eq!(check(&line, fields(MOST_FIELDS + 1).as_bytes()), Err(Fault::TooMany));
    }

    #[test]
    fn http_1_0_knows_no_chunks() {
        let line: [&[u8]; 3] = [b"POST", b"/", b"HTTP/1.0"];
        let fields = b"Transfer-Encoding: chunked\r\n";
        assert_eq!(check(&line, fields), Err(Fault::Malformed));
    }

    fn check_fields(fields: &str, sound: bool) {
        let line: [&[u8]; 3] = [b"POST", b"/", b"HTTP/1.1"];
        assert_eq!(check(&line, fields.as_bytes()).is_ok(), sound, "{fields:?}");
    }

    fn check_line(line: &str, sound: bool) {
        let words: Vec<&[u8]> = line.as_bytes().split(|byte| *byte == b' ').collect();
        assert_eq!(check(&words, b"Host: a\r\n").is_ok(), sound, "{line}");
    }
}
