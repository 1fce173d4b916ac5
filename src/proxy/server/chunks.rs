//! A chunked body as RFC 9112, 7.1 spells it, and where it ends. pingora and many an origin take
//! more than that, each something else; a body that two of them read differently hides a request.

use super::fields;

/// The longest line between two chunks, extensions included, in bytes. Signed uploads need about 90.
const LONGEST_LINE: usize = 1024;

/// How much may stand in a body that is no data, in bytes: extensions and trailers. What is sent
/// in chunks of a byte, each with an extension, costs more than it brings.
const MOST_BESIDES: usize = 64 * 1024;

/// How many digits a size may have: those of 64 bits.
const MOST_DIGITS: usize = 16;

/// A chunked body that is being read.
#[derive(Debug)]
pub(super) struct Chunks {
    state: State,
    /// The line that is being read, without its end.
    line: Vec<u8>,
    /// How many bytes of extensions and trailers there were.
    besides: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// In the line with a chunk's size.
    Size,
    /// In a chunk, with so many bytes to come.
    Data(u64),
    /// In the end of the line behind a chunk.
    Behind,
    /// In the trailers.
    Trailers,
    Ended,
    Malformed,
}

impl Chunks {
    pub(super) fn new() -> Self {
        Self { state: State::Size, line: Vec::new(), besides: 0 }
    }

    /// Whether all of it was read.
    pub(super) fn ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Reads on: how many of these bytes belong to the body, which are all unless it ends among
    /// them. None if this is no chunked body, now and ever after.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() && self.state != State::Ended {
            let rest = &bytes[at..];
            at += match self.state {
                State::Data(left) => self.skip(left, rest.len()),
                State::Size | State::Behind | State::Trailers => {
                    let Some(length) = self.read_line(rest) else {
                        self.state = State::Malformed;
                        return None;
                    };
                    length
                }
                State::Malformed => return None,
                State::Ended => 0,
            };
        }
        Some(at)
    }

    /// Passes over data, as much of it as there is.
    fn skip(&mut self, left: u64, there: usize) -> usize {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(there);
        let left = left - length as u64;
        self.state = if left == 0 { State::Behind } else { State::Data(left) };
        length
    }

    /// Reads up to the end of the line, or all. A line ends with both of its bytes, and has
    /// neither of them, nor any other control character but a tab, within.
    fn read_line(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            match (self.line.last(), *byte) {
                (Some(b'\r'), b'\n') => {
                    self.line.pop();
                    let line = std::mem::take(&mut self.line);
                    self.state = self.after(&line)?;
                    return Some(at + 1);
                }
                (Some(b'\r'), _) => return None,
                (_, b'\r' | b'\t' | b' '..=b'~' | 0x80..) => self.line.push(*byte),
                (_, _) => return None,
            }
            let allowed = if self.state == State::Behind { 1 } else { LONGEST_LINE };
            if self.line.len() > allowed || (self.state == State::Behind && *byte != b'\r') {
                return None;
            }
        }
        Some(bytes.len())
    }

    /// What comes behind a whole line.
    fn after(&mut self, line: &[u8]) -> Option<State> {
        match self.state {
            State::Size => {
                let (size, digits) = size(line)?;
                self.note(line.len() - digits)?;
                Some(if size == 0 { State::Trailers } else { State::Data(size) })
            }
            State::Behind => line.is_empty().then_some(State::Size),
            State::Trailers if line.is_empty() => Some(State::Ended),
            State::Trailers => {
                self.note(line.len())?;
                fields::is_field(line).then_some(State::Trailers)
            }
            State::Data(_) | State::Ended | State::Malformed => None,
        }
    }

    fn note(&mut self, besides: usize) -> Option<()> {
        self.besides += besides;
        (self.besides <= MOST_BESIDES).then_some(())
    }
}

/// The size that a line gives, and how many digits it has.
fn size(line: &[u8]) -> Option<(u64, usize)> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let text = std::str::from_utf8(&line[..digits]).ok()?;
    let sound = digits <= MOST_DIGITS && are_extensions(&line[digits..]);
    sound.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(|size| (size, digits))
}

/// RFC 9112, 7.1.1: `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`
fn are_extensions(mut rest: &[u8]) -> bool {
    while !rest.is_empty() {
        match behind_extension(rest) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    true
}

fn behind_extension(text: &[u8]) -> Option<&[u8]> {
    let name = text.trim_ascii_start().strip_prefix(b";")?.trim_ascii_start();
    let behind_name = behind_token(name)?;
    let Some(value) = behind_name.trim_ascii_start().strip_prefix(b"=") else {
        return Some(behind_name);
    };
    let value = value.trim_ascii_start();
    value.strip_prefix(b"\"").map_or_else(|| behind_token(value), behind_quoted)
}

fn behind_token(text: &[u8]) -> Option<&[u8]> {
    let length = text.iter().take_while(|byte| fields::is_token_byte(**byte)).count();
    (length > 0).then(|| &text[length..])
}

/// What stands behind the end of a quoted text.
fn behind_quoted(text: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some(&text[at + 1..]),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_body_ends_where_the_rfc_says_or_is_none() {
        //    sent                                               how much of it is the body
        check("0\r\n\r\n",                                       Some(5));
        check("0\r\n\r\nGET / HTTP/1.1\r\n",                     Some(5));
        check("5\r\nhello\r\n0\r\n\r\n",                         Some(15));
        check("000a\r\n0123456789\r\n000\r\n\r\n",               Some(25));
        check("A\r\n0123456789\r\n0\r\n\r\n",                    Some(20));
        check("2\r\n\r\n\r\n0\r\n\r\n",                          Some(12));
        check("5;a\r\nhello\r\n0;b=c\r\n\r\n",                   Some(21));
        check("5 ; a = \"b \\\" ;\r\"\r\nhello\r\n0\r\n\r\n",    None);
        check("5 ; a = \"b \\\" ;\";c=d\r\nhello\r\n0\r\n\r\n",  Some(34));
        check("0\r\nX-T: 1\r\nY:\r\n\r\nrest",                   Some(17));
        check("",                                                None);
        check("\r\n",                                            None);
        check("5\nhello\r\n0\r\n\r\n",                           None);
        check("5\r\nhello\n0\r\n\r\n",                           None);
        check("5\r\nhello\r\n0\n\n",                             None);
        check("5\r\nhello\r\n0\r\n\n",                           None);
        check("5\r\nhello0\r\n\r\n",                             None);
        check("5\r\nhello\r0\r\n\r\n",                           None);
        check("3\r\nhello\r\n0\r\n\r\n",                         None);
        check("5\r\rhello\r\n0\r\n\r\n",                         None);
        check("+5\r\nhello\r\n0\r\n\r\n",                        None);
        check("-0\r\n\r\n",                                      None);
        check(" 5\r\nhello\r\n0\r\n\r\n",                        None);
        check("5 \r\nhello\r\n0\r\n\r\n",                        None);
        check("5\t\r\nhello\r\n0\r\n\r\n",                       None);
        check("5_0\r\nhello\r\n0\r\n\r\n",                       None);
        check("0x5\r\nhello\r\n0\r\n\r\n",                       None);
        check("5\0\r\nhello\r\n0\r\n\r\n",                       None);
        check("5;\r\nhello\r\n0\r\n\r\n",                        None);
        check("5;a=\r\nhello\r\n0\r\n\r\n",                      None);
        check("5;\nhello\r\n0\r\n\r\n",                          None);
        check("5;a=\"\r\nhello\r\n0\r\n\r\n",                    None);
        check("5;a\rb\r\nhello\r\n0\r\n\r\n",                    None);
        check("00000000000000000\r\n\r\n",                       None);
        check("0\r\nGET / HTTP/1.1\r\n\r\n",                     None);
        check("0\r\nX: a\r\n b\r\n\r\n",                         None);
        check("0\r\nX : a\r\n\r\n",                              None);
    }

    #[test]
    fn a_size_may_be_huge_and_a_line_may_not() {
        let mut chunks = Chunks::new();
        assert_eq!(chunks.read(b"ffffffffffffffff\r\nhello"), Some(23));
        assert!(!chunks.ended());
        let long = |length: usize| format!("0;{}\r\n\r\n", "a".repeat(length - 2));
        check(&long(LONGEST_LINE - 1), Some(LONGEST_LINE - 1 + 4));
        check(&long(LONGEST_LINE + 1), None);
    }

    #[test]
    fn extensions_and_trailers_are_few() {
        let chunk = format!("1;{}\r\nx\r\n", "a".repeat(1000));
        let fitting = MOST_BESIDES / 1001;
        let mut chunks = Chunks::new();
        assert!(chunks.read(chunk.repeat(fitting).as_bytes()).is_some());
        assert_eq!(chunks.read(chunk.as_bytes()), None);
        assert_eq!(chunks.read(b"0\r\n\r\n"), None, "it stays malformed");
    }

    fn check(sent: &str, expected: Option<usize>) {
        assert_eq!(body_of(&[sent.as_bytes()]), expected, "{sent:?}");
        // In two pieces it ends at the same place.
        for cut in 0..sent.len() {
            let (one, two) = sent.as_bytes().split_at(cut);
            assert_eq!(body_of(&[one, two]), expected, "{sent:?} cut at {cut}");
        }
    }

    /// How much of the pieces is a whole body.
    fn body_of(pieces: &[&[u8]]) -> Option<usize> {
        let mut chunks = Chunks::new();
        let mut length = 0;
        for piece in pieces {
            length += chunks.read(piece)?;
        }
        chunks.ended().then_some(length)
    }
}
