//! The parts that requests are put together of.

use std::fmt;
use std::net::SocketAddr;

use crate::chance::Chance;

/// A place in a request, and what may stand there.
struct Part {
    /// What everybody reads alike.
    sound: &'static [&'static str],
    /// What must be refused. Every `\u{80}` and above stands for one byte.
    odd: &'static [&'static str],
}

#[rustfmt::skip]
const LEAD: Part = Part {
    sound: &["", "", "", "\r\n", "\r\n\r\n"],
    odd: &["\n", "\r", " ", "\t", "\0", "\u{ef}\u{bb}\u{bf}", "\r\n ", "\n\n", "\r\n\n", "\r\r\n", "0\r\n\r\n", ":", "HTTP/1.1 200 OK\r\n\r\n"],
};

#[rustfmt::skip]
const WITHOUT_BODY: Part = Part {
    sound: &["GET", "GET", "HEAD", "OPTIONS", "DELETE", "PROPFIND", "get", "A!#$%&'*+-.^_`|~9"],
    odd: &["", "CONNECT", "TRACE", "GET\0", "G@T", "G\u{c9}T", "(GET)", "GET:", "\u{16}\u{3}\u{1}", "GET\t", "\"GET\"", "GET,", "PRI\u{7f}"],
};

#[rustfmt::skip]
const WITH_BODY: Part = Part {
    sound: &["POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"],
    odd: &["GET", "HEAD", "TRACE", "CONNECT", "POST\0", "P[ST", ""],
};

const BETWEEN: Part =
    Part { sound: &[" "], odd: &["  ", "\t", " \t", "\u{b}", "\u{c}", "\r", "\u{a0}", "\n", "\0"] };

#[rustfmt::skip]
const TARGET: Part = Part {
    sound: &["PATH", "PATH", "http://HOST/PATH", "HTTP://HOSTPATH", "PATH?a=!$&'()*+,;=:@/?", "PATH?u=http://a.example/"],
    odd: &[
        "PATH#f", "PATH q", "PATH\tq", "PATH\0", "PATH\u{7f}", "PATH\u{e9}", "PATH\\x", "/x/../PATH", "PATH\r", "http://evil.example/PATH",
        "http://ann@HOST/PATH", "http://HOST:80:80/PATH", "ftp://HOST/PATH", "http:/PATH", "http:///PATH", "HOST", "", "PATH%", "PATH%0d%0a",
    ],
};

#[rustfmt::skip]
const VERSION: Part = Part {
    sound: &["HTTP/1.1"],
    odd: &[
        "HTTP/2.0", "HTTP/2", "HTTP/0.9", "http/1.1", "HTTP/1.2", "HTTP/1.10", "HTTP/01.1", "HTTP/1.1x", "HTTP /1.1", "HTTP/1.1 ", "HTTP/1.1\t",
        "HTTP/11", "HTTP/1.", "HTTP/1,1", "HTTP/1.1\0", "HTTPS/1.1", "ICY/1.1", "", "HTTP/1.1 HTTP/1.1", "HTTP/-1.1", "HTTP/1.1\u{a0}",
    ],
};

const END: Part = Part { sound: &["\r\n"], odd: &["\n", "\r", "\r\r\n", "\n\r", " \n", "\0\n"] };

#[rustfmt::skip]
const HOST: Part = Part {
    sound: &["Host: HOST", "Host: HOST", "hOST:HOST", "Host:\t HOST \t"],
    odd: &[
        "X: y", "Host: HOST\r\nHost: HOST", "Host: HOST\r\nHost: evil.example", "Host: ", "Host: HOST, evil.example", "Host: \"HOST\"",
        "Host: ann@HOST", "Host: HOST\0", "Host: evil.example\tHOST", "Host : HOST", " Host: HOST", "Host\t: HOST", "Host: evil.example",
        "Host: HOST/", "Host: HOST#", "Host: HOST:80", "Host:\u{b}HOST", "Host: HOST\u{b}", "Host: [HOST]", "Host: HOST\u{e9}", "Host:HOST\r\n\tx",
        "Host", "Host: :80", "Host: *", "Host: \u{a0}HOST",
    ],
};

#[rustfmt::skip]
const FIELD: Part = Part {
    sound: &[
        "X-A: b", "X-A:", "!#$%&'*+-.^_`|~09Az: y", "Cookie: a=1", "Connection: keep-alive", "X-A: caf\u{e9}", "Accept: */*", "Trailer: X", "TE: trailers",
        "Transfer-Encodings: chunked", "X-A: Content-Length: 5", "Keep-Alive: timeout=5", "HTTP2-Settings: AAMAAABk", "Proxy-Connection: close",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk", "Connection: upgrade\r\nUpgrade: foo/2", "Upgrade: websocket",
        "Max-Forwards: 0", "Expect: 100-continue", "expect:100-CONTINUE", "Connection: cookie", "Content_Length: 5", "Transfer_Encoding: chunked",
        "X-Transfer-Encoding: chunked", "Connection: transfer-encoding", "Connection: content-length",
    ],
    odd: &[
        "X A: b", "X-A : b", "X-A\t: b", " X-A: b", "\tX-A: b", "X-A b", ": b", "X(A: b", "X\0A: b", "X-A: a\0b", "X-A: a\rb", "X-A: a\u{b}b",
        "X\u{e9}A: b", "X\"A: b", "X{A}: b", "X@A: b", "Expect: 200-ok", "Expect: y 100-continue", "Expect:", "X-A: b\u{7f}", "\0", "X-A: b\r\n folded",
        "Transfer-Encoding : chunked", "Transfer-Encoding\0: chunked", "\u{a0}Transfer-Encoding: chunked", "Content-Length : 3", "Content-Length\u{b}: 3",
        "Connection: host", "Connection: x-forwarded-for", "Expect: 100-continue\r\nExpect: 100-continue", "Content-Length\r\n : 3", "X-A: a\nContent-Length: 3",
        "X-A: a\rTransfer-Encoding: chunked",
    ],
};

/// `LENGTH` is how long the body is.
#[rustfmt::skip]
const LENGTH: Part = Part {
    sound: &["Content-Length: LENGTH", "Content-Length: LENGTH", "content-length:LENGTH", "Content-Length: 00LENGTH", "Content-Length: \tLENGTH \t"],
    odd: &[
        "Content-Length: +LENGTH", "Content-Length: -LENGTH", "Content-Length: 0xLENGTH", "Content-Length: LENGTH,", "Content-Length: LENGTH, LENGTH",
        "Content-Length: ,LENGTH", "Content-Length: LENGTH LENGTH", "Content-Length: LENGTH;", "Content-Length: LENGTH.0", "Content-Length: LENGTHe0",
        "Content-Length: \u{b}LENGTH", "Content-Length: LENGTH\0", "Content-Length: ", "Content-Length: \"LENGTH\"", "Content-Length: LENGTH\u{a0}",
        "Content-Length: LENGTH\r\nContent-Length: LENGTH", "Content-Length: LENGTH\r\nContent-Length: 0", "Content-Length: 0\r\nContent-Length: LENGTH",
        "Content-Length: LENGTH\r\nTransfer-Encoding: chunked", "Content-Length: LENGTH\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nContent-Length: LENGTH", "Content-Length: 18446744073709551616", "Content-Length: 9223372036854775808",
        "Content-Length: 99999999999999999999999999999999", "Content-Length: 0\r\n ,LENGTH", "Content-Length: LENGTH\r\nTransfer-Encoding:",
    ],
};

#[rustfmt::skip]
const CODING: Part = Part {
    sound: &["Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "transfer-encoding:CHUNKED", "Transfer-Encoding: \tchunked \t"],
    odd: &[
        "Transfer-Encoding: \u{b}chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: cow", "Transfer-Encoding: ", "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked\0", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: x\r\n chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Length: 0\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chun\tked",
        "Transfer-Encoding: , chunked", "Transfer-Encoding: chunked,", "Transfer-Encoding: \u{a0}chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: \u{e7}hunked", "Transfer-Encoding: chunKed\u{b}",
    ],
};

/// `DATA` is the body, `SIZE` how long it is.
#[rustfmt::skip]
const CHUNKS: Part = Part {
    sound: &[
        "SIZE\r\nDATA\r\n0\r\n\r\n", "SIZE\r\nDATA\r\n0\r\n\r\n", "000SIZE\r\nDATA\r\n000\r\n\r\n", "SIZE;a\r\nDATA\r\n0;b=c\r\n\r\n",
        "SIZE ; a = \"b;\\\"c\" ;d\r\nDATA\r\n0\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nX-T: 1\r\nY:\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nContent-Length: 5\r\n\r\n",
    ],
    odd: &[
        "SIZE\nDATA\r\n0\r\n\r\n", "SIZE\r\nDATA\n0\r\n\r\n", "SIZE\r\nDATA\r\n0\n\n", "SIZE\r\nDATA\r\n0\r\n\n", "SIZE\r\nDATA0\r\n\r\n",
        "SIZE\r\nDATAx\r\n0\r\n\r\n", "+SIZE\r\nDATA\r\n0\r\n\r\n", "-SIZE\r\nDATA\r\n0\r\n\r\n", " SIZE\r\nDATA\r\n0\r\n\r\n", "SIZE \r\nDATA\r\n0\r\n\r\n",
        "\tSIZE\r\nDATA\r\n0\r\n\r\n", "0xSIZE\r\nDATA\r\n0\r\n\r\n", "SIZE_0\r\nDATA\r\n0\r\n\r\n", "SIZE\0\r\nDATA\r\n0\r\n\r\n", "SIZEg\r\nDATA\r\n0\r\n\r\n",
        "SIZE;\r\nDATA\r\n0\r\n\r\n", "SIZE;a=\r\nDATA\r\n0\r\n\r\n", "SIZE;\nDATA\r\n0\r\n\r\n", "SIZE;a\rb\r\nDATA\r\n0\r\n\r\n", "SIZE;a=\"\r\nDATA\r\n0\r\n\r\n",
        "SIZE;a\0\r\nDATA\r\n0\r\n\r\n", "SIZE\r\nDATA\r\n\r\n0\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nX : 1\r\n\r\n", "SIZE\r\nDATA\r\n0\r\n X: 1\r\n\r\n",
        "SIZE\r\nDATA\r\n0\r\nX\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nX: a\nY: b\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nX: \0\r\n\r\n", "SIZE\r\rDATA\r\n0\r\n\r\n",
        "SIZE\r\nDATA\r\r\n0\r\n\r\n", "\r\nSIZE\r\nDATA\r\n0\r\n\r\n", "SIZE\r\n\r\nDATA\r\n0\r\n\r\n", "00000000000000000SIZE\r\nDATA\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nDATA\r\n0\r\n\r\n", "SIZE\r\nDATA\r\n-0\r\n\r\n", "SIZE\r\nDATA\r\n0x0\r\n\r\n", "SIZE\r\nDATA\r\n0\r\nDATA", "DATA",
    ],
};

/// What is to be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// It is passed on, and answered.
    Answer,
    /// It is refused, and what is behind it is not read. If its head is odd, the origin hears
    /// nothing of it.
    Refusal { in_head: bool },
}

/// A request, and what is behind it.
pub(super) struct Case {
    pub(super) bytes: Vec<u8>,
    pub(super) path: String,
    pub(super) expected: Expected,
    /// What a sound request brings to the origin.
    pub(super) body: Vec<u8>,
    pub(super) is_head: bool,
    /// How many requests are behind it.
    pub(super) behind: usize,
    /// Whether the client goes in the midst of the body.
    pub(super) breaks_off: bool,
}

/// How a body is framed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Nothing,
    Length,
    Chunks,
}

impl Case {
    /// Puts a request together.
    pub(super) fn draw(chance: &mut Chance, number: usize, site: SocketAddr) -> Self {
        let (path, host) = (format!("/c{number}e"), site.to_string());
        let hidden = request(&host, "/essays/hidden");
        let framing = *chance.one_of(&[Framing::Nothing, Framing::Length, Framing::Chunks]);
        let mut draft = Draft { chance, odd: 0 };
        let method =
            draft.part(if framing == Framing::Nothing { &WITHOUT_BODY } else { &WITH_BODY });
        let head = draft.head(&method, framing);
        let in_head = draft.odd > 0;
        let (data, sent) = match framing {
            Framing::Nothing => (String::new(), String::new()),
            Framing::Length => (hidden, "DATA".to_owned()),
            Framing::Chunks => (hidden, draft.part(&CHUNKS)),
        };
        let is_odd = draft.odd > 0;
        let breaks_off = !is_odd && !data.is_empty() && chance.once_in(20);
        let mut bytes = to_bytes(
            &(head + &sent)
                .replace("DATA", &data)
                .replace("LENGTH", &data.len().to_string())
                .replace("SIZE", &format!("{:x}", data.len()))
                .replace("PATH", &path)
                .replace("HOST", &host),
        );
        let mut behind = 0;
        if breaks_off {
            bytes.pop();
        } else if chance.once_in(2) {
            behind = 1;
            bytes.extend(to_bytes(&request(&host, "/essays/behind")));
        }
        let refused = is_odd || breaks_off;
        let expected = if refused { Expected::Refusal { in_head } } else { Expected::Answer };
        let is_head = method == "HEAD";
        Self { bytes, path, expected, body: to_bytes(&data), is_head, behind, breaks_off }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} for b\"{}\"", self.expected, self.bytes.escape_ascii())
    }
}

/// A request that is being put together.
struct Draft<'c> {
    chance: &'c mut Chance,
    /// How many of its parts are odd.
    odd: usize,
}

impl Draft<'_> {
    /// What stands in a place; now and then something odd.
    fn part(&mut self, part: &Part) -> String {
        let is_odd = self.chance.once_in(15);
        self.odd += usize::from(is_odd);
        (*self.chance.one_of(if is_odd { part.odd } else { part.sound })).to_owned()
    }

    fn head(&mut self, method: &str, framing: Framing) -> String {
        let mut head = self.part(&LEAD) + method;
        for part in [&BETWEEN, &TARGET, &BETWEEN, &VERSION, &END, &HOST, &END] {
            head += &self.part(part);
        }
        let mut expects = false;
        for _ in 0..self.chance.below(3) {
            let field = self.part(&FIELD);
            // Two expectations are odd, sound as each may be.
            self.odd += usize::from(expects && field.starts_with(['E', 'e']));
            expects |= field.starts_with(['E', 'e']);
            head += &field;
            head += &self.part(&END);
        }
        let framed = match framing {
            Framing::Nothing => {
                return head + *self.chance.one_of::<&str>(&["", "Content-Length: 0\r\n"]) + "\r\n";
            }
            Framing::Length => &LENGTH,
            Framing::Chunks => &CODING,
        };
        head + &self.part(framed) + &self.part(&END) + "\r\n"
    }
}

fn request(host: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

/// One byte for each character.
fn to_bytes(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).expect("a byte")).collect()
}
