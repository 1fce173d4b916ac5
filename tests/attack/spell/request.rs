//! From a path's text to the bytes of a request: targets, methods, the request line.

use super::Spelling;
use super::lists::FORMS;
use crate::chance::Chance;

const METHODS: &[&str] = &[
    "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY", "TRACE", "CONNECT",
    "SEARCH", "REPORT", "LOCK", "MKCOL", "COPY", "MOVE", "DEBUG", "TRACK", "PURGE", "BREW", "get",
    "Get", "GeT", "GETS", "GET,", "M-SEARCH", "LINK", "PRI",
];

/// Fields that ask for a part of a file, or for a word about it.
const CONDITIONS: &[&str] = &[
    "Range: bytes=0-99",
    "Range: bytes=-20",
    "Range: bytes=0-0,5-9",
    "If-None-Match: *",
    "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT",
    "If-Range: \"x\"\r\nRange: bytes=3-",
    "If-Unmodified-Since: Fri, 31 Dec 2100 00:00:00 GMT",
    "X-HTTP-Method-Override: HEAD",
    "Accept: text/html",
    "Sec-Fetch-Mode: cors",
    "Accept-Encoding: identity;q=1, *;q=0",
];

/// Writes a request. `act` names what is done to its bytes, if anything is.
pub(super) fn written(
    chance: &mut Chance,
    path: &str,
    host: &str,
    family: &'static str,
    act: &str,
) -> Spelling {
    let mut target = bytes_of(chance, path);
    let mut method = "GET";
    let mut line = Shape::PLAIN;
    match act {
        "path: control bytes" => with_bytes(chance, &mut target),
        "path: targets" => target = in_other_form(chance, &target, host),
        "path: request line" => line = *chance.one_of(LINES),
        "path: methods" => method = chance.word(METHODS),
        _ => {}
    }
    let mut start = filled(line.0, method, &target);
    if chance.once_in(10) {
        start.extend_from_slice(chance.word(CONDITIONS).as_bytes());
        start.extend_from_slice(b"\r\n");
    }
    let breaks = target.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
    // A request without a version has no fields: everything behind it is another request.
    let odd = breaks || act == "path: request line" || method == "CONNECT";
    Spelling { family, start, odd }
}

/// Mostly as browsers write them, sometimes raw.
fn bytes_of(chance: &mut Chance, path: &str) -> Vec<u8> {
    let raw_text = chance.once_in(6);
    let raw_space = chance.once_in(8);
    let mut bytes = Vec::new();
    for byte in path.bytes() {
        let as_it_is = match byte {
            b' ' => raw_space,
            0x21..=0x7e => true,
            _ => raw_text,
        };
        if as_it_is {
            bytes.push(byte);
        } else {
            bytes.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    bytes
}

/// A byte, or a few, that no text has.
fn with_bytes(chance: &mut Chance, target: &mut Vec<u8>) {
    const RUNS: &[&[u8]] = &[
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b"\t",
        b"\x0b",
        b"\x0c",
        b"\x7f",
        b"\x80",
        b"\x85",
        b"\xa0",
        b"\xff",
        b"\xfe\xff",
        b"\xc0\xaf",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x80",
        b"\xf4\x90\x80\x80",
        b"\x1b[2J",
        b"\x08",
    ];
    let at = chance.below(target.len() + 1);
    let run: Vec<u8> = if chance.once_in(2) {
        chance.one_of(RUNS).to_vec()
    } else {
        vec![u8::try_from(chance.below(0x21)).expect("a byte")]
    };
    let run: Vec<u8> = match chance.below(3) {
        0 => run,
        1 => run.iter().flat_map(|byte| format!("%{byte:02x}").into_bytes()).collect(),
        _ => run.iter().flat_map(|byte| format!("%25{byte:02x}").into_bytes()).collect(),
    };
    target.splice(at..at, run);
}

/// Targets that are no path: absolute, of an authority, and what is like them.
fn in_other_form(chance: &mut Chance, target: &[u8], host: &str) -> Vec<u8> {
    let form = chance.word(FORMS).replace("HOST", host).into_bytes();
    match chance.below(8) {
        // The target alone, without its slash.
        0 => target.strip_prefix(b"/").unwrap_or(target).to_vec(),
        // What a proxy would be told.
        1 => host.as_bytes().to_vec(),
        _ => [form, target.to_vec()].concat(),
    }
}

/// A request line, with `M` for the method and `T` for the target.
#[derive(Clone, Copy)]
struct Shape(&'static str);

impl Shape {
    const PLAIN: Self = Self("M T HTTP/1.1\r\n");
}

const LINES: &[Shape] = &[
    Shape("M T HTTP/1.0\r\n"),
    Shape("M T HTTP/0.9\r\n"),
    Shape("M T HTTP/1.2\r\n"),
    Shape("M T HTTP/1.9\r\n"),
    Shape("M T HTTP/2.0\r\n"),
    Shape("M T HTTP/1\r\n"),
    Shape("M T HTTP/11\r\n"),
    Shape("M T HTTP/01.1\r\n"),
    Shape("M T HTTP/1.10\r\n"),
    Shape("M T HTTP/1.1\n"),
    Shape("M T HTTP/1.1 \r\n"),
    Shape("M T HTTP/1.1 x\r\n"),
    Shape("M T HTTP/1.1\t\r\n"),
    Shape("M T HTTP/1.1\x00\r\n"),
    Shape("M T HTTP /1.1\r\n"),
    Shape("M T HTTP/ 1.1\r\n"),
    Shape("M T http/1.1\r\n"),
    Shape("M T hTTP/1.1\r\n"),
    Shape("M T ICAP/1.0\r\n"),
    Shape("M T \r\n"),
    Shape("M T\r\n"),
    Shape("M T x HTTP/1.1\r\n"),
    Shape("M T /about.html HTTP/1.1\r\n"),
    Shape("M /about.html T HTTP/1.1\r\n"),
    Shape("M  T HTTP/1.1\r\n"),
    Shape("M T  HTTP/1.1\r\n"),
    Shape("M\tT HTTP/1.1\r\n"),
    Shape("M T\tHTTP/1.1\r\n"),
    Shape("M\x0bT HTTP/1.1\r\n"),
    Shape("M T\x0cHTTP/1.1\r\n"),
    Shape("M T\rHTTP/1.1\r\n"),
    Shape("M\x00 T HTTP/1.1\r\n"),
    Shape(" M T HTTP/1.1\r\n"),
    Shape("\tM T HTTP/1.1\r\n"),
    Shape("\r\nM T HTTP/1.1\r\n"),
    Shape("\nM T HTTP/1.1\r\n"),
    Shape("\r\n\r\n\r\nM T HTTP/1.1\r\n"),
    Shape("\u{feff}M T HTTP/1.1\r\n"),
    Shape("T HTTP/1.1\r\n"),
    Shape("HTTP/1.1 M T\r\n"),
    Shape("M T HTTP/1.1\r\n Folded: x\r\n"),
    Shape("M T HTTP/1.1\r\n\tHost: localhost\r\n"),
    Shape("M T HTTP/1.1\r\nM T HTTP/1.1\r\n"),
    Shape("M /about.html HTTP/1.1\r\nM T HTTP/1.1\r\n"),
];

fn filled(shape: &str, method: &str, target: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    for byte in shape.bytes() {
        match byte {
            b'M' => line.extend_from_slice(method.as_bytes()),
            // The only other `T`s are those of `HTTP`, behind an `H` or another `T`.
            b'T' if !matches!(line.last(), Some(b'H' | b'h' | b'T')) => {
                line.extend_from_slice(target);
            }
            _ => line.push(byte),
        }
    }
    line
}
