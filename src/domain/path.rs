//! The path of a request: canonical, or refused. What is judged is what is sent.

mod readings;

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use self::readings::Readings;
pub(super) use self::readings::{PROGRAMS, fold, without_marks};

/// Our own pages stand under this.
const OWN: &str = "_tollhouse";

/// More than any site's pages lie deep. Matching two `**` takes as many steps as the square of it.
const MOST_SEGMENTS: usize = 128;

/// What a file's name keeps as it is in a path.
const IN_FILE_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request's path in its one canonical form, with the query as it came, and with every other
/// way in which a website might read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePath {
    /// Path and query, as they are sent.
    target: Vec<u8>,
    /// The path: where in `target` it ends.
    path_length: usize,
    /// Decoded once; none if that changes nothing.
    decoded: Option<String>,
    readings: Readings,
}

/// Why a request's target is none that a browser sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A byte up to 0x20, or 0x7f.
    #[error("it contains a space or a control character that is not encoded")]
    ControlByte,
    /// `#`, which browsers keep to themselves.
    #[error("it contains a # that is not encoded")]
    Fragment,
    /// Neither `/…` nor an address of this site.
    #[error("it is neither a path nor an address of this site")]
    ForeignForm,
    /// `%` without two hexadecimal digits.
    #[error("it contains a % that is not followed by two hexadecimal digits")]
    BadPercent,
    /// `\`, plain or encoded.
    #[error("it contains a backslash")]
    Backslash,
    /// An encoded slash.
    #[error("it contains an encoded slash (%2F)")]
    EncodedSlash,
    /// Encoded bytes that are no text.
    #[error("it contains encoded bytes that are not UTF-8")]
    NotUtf8,
    /// An encoded control character.
    #[error("it contains an encoded control character")]
    EncodedControl,
    /// `.`, `..`, `...`, in any spelling.
    #[error("it contains a segment of dots or spaces only")]
    DotSegment,
    /// More segments than any site has.
    #[error("it has more than {MOST_SEGMENTS} segments")]
    TooDeep,
    /// More ways to read it than anybody needs.
    #[error("it can be read in too many ways")]
    Ambiguous,
}

impl SitePath {
    /// Reads the target of a request line. `is_ours` tells whether an authority (host and port)
    /// is this site's, for targets in absolute form.
    pub fn canonical(target: &[u8], is_ours: impl Fn(&str) -> bool) -> Result<Self, Refusal> {
        if target.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return Err(Refusal::ControlByte);
        }
        if target.contains(&b'#') {
            return Err(Refusal::Fragment);
        }
        let target = origin_form(target, is_ours)?;
        let path_end = target.iter().position(|byte| *byte == b'?').unwrap_or(target.len());
        let (path, query) = target.split_at(path_end);
        let path = if path.is_empty() { b"/".as_slice() } else { path };
        let mut canonical = canonical_path(path)?;
        if canonical.bytes().filter(|byte| *byte == b'/').count() > MOST_SEGMENTS {
            return Err(Refusal::TooDeep);
        }
        let decoded = decode_strictly(&canonical)?;
        let readings = Readings::of(decoded.as_deref().unwrap_or(&canonical))?;
        let path_length = canonical.len();
        canonical.reserve_exact(query.len());
        let mut target = canonical.into_bytes();
        target.extend_from_slice(query);
        Ok(Self { target, path_length, decoded, readings })
    }

    /// The path of a file in the folder that we serve, written with slashes.
    pub fn of_file(path: &str) -> Option<Self> {
        let encoded = utf8_percent_encode(path, IN_FILE_PATH).to_string();
        Self::canonical(encoded.as_bytes(), |_| false).ok()
    }

    /// Every other way in which a website might read a decoded path, folded; none, if there are
    /// too many.
    pub(super) fn readings_of(decoded: &str) -> Vec<String> {
        let readings = Readings::of(decoded).unwrap_or_default();
        readings.iter().map(str::to_owned).collect()
    }

    /// The canonical path, percent-encoded, without the query.
    pub fn path(&self) -> &str {
        std::str::from_utf8(&self.target[..self.path_length]).expect("a canonical path is ASCII")
    }

    /// Path and query as they are sent; the query byte for byte as it came.
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// The path, decoded once.
    pub fn decoded(&self) -> &str {
        self.decoded.as_deref().unwrap_or_else(|| self.path())
    }

    /// The path, decoded once, in the form in which it can be compared with a folded pattern.
    pub(super) fn folded(&self) -> Cow<'_, str> {
        match self.readings.iter().next() {
            Some(_) => Cow::Owned(fold(self.decoded())),
            // A path of plain characters, which folds to itself.
            None => Cow::Borrowed(self.decoded()),
        }
    }

    /// The same address with a slash behind the path.
    pub fn with_slash(&self) -> String {
        let query = String::from_utf8_lossy(&self.target[self.path_length..]);
        format!("{}/{query}", self.path())
    }

    /// Whether it is a page of ours in any reading: such a path is never forwarded.
    pub fn is_own(&self) -> bool {
        let is_own = |path: &str| path.split('/').nth(1) == Some(OWN);
        is_own(self.decoded()) || self.other_readings().any(is_own)
    }

    /// Whether a request's target spelled it in its one canonical form.
    pub fn is_spelled(&self, target: &[u8], is_ours: impl Fn(&str) -> bool) -> bool {
        origin_form(target, is_ours) == Ok(self.target())
    }

    /// Whether a query follows.
    pub(super) fn has_query(&self) -> bool {
        self.target.len() > self.path_length
    }

    /// Every path that has a name which a website may make up of what is written (slugs), folded,
    /// with the path that it is made of.
    pub(super) fn made_up(&self) -> impl Iterator<Item = (&str, &str)> {
        self.readings.made_up()
    }

    /// Every other way in which a website might read the path, decoded and folded.
    pub(super) fn other_readings(&self) -> impl Iterator<Item = &str> {
        self.readings.iter()
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// `/…` as it is; `http(s)://our-host/…` without its beginning.
fn origin_form(target: &[u8], is_ours: impl Fn(&str) -> bool) -> Result<&[u8], Refusal> {
    if target.first() == Some(&b'/') {
        return Ok(target);
    }
    let rest = [b"http://".as_slice(), b"https://"]
        .into_iter()
        .find_map(|scheme| {
            let (start, rest) = target.split_at_checked(scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(rest)
        })
        .ok_or(Refusal::ForeignForm)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = std::str::from_utf8(authority).map_err(|_| Refusal::ForeignForm)?;
    if is_ours(authority) { Ok(path) } else { Err(Refusal::ForeignForm) }
}

/// One form for each path: hex digits in upper case, what needs no encoding decoded, what needs
/// it encoded, one slash at the start.
fn canonical_path(path: &[u8]) -> Result<String, Refusal> {
    let first = path.iter().position(|byte| *byte != b'/').unwrap_or(path.len());
    let mut canonical = String::with_capacity(path.len());
    canonical.push('/');
    let mut rest = path[first..].iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'%' => {
                let byte = hex_pair(&mut rest)?;
                if is_unreserved(byte) {
                    canonical.push(char::from(byte));
                } else {
                    push_encoded(&mut canonical, byte);
                }
            }
            b'\\' => return Err(Refusal::Backslash),
            b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}' | b'|' | 0x80.. => {
                push_encoded(&mut canonical, byte);
            }
            _ => canonical.push(char::from(byte)),
        }
    }
    Ok(canonical)
}

fn hex_pair<'a>(rest: &mut impl Iterator<Item = &'a u8>) -> Result<u8, Refusal> {
    let mut digit = || {
        let digit = char::from(*rest.next()?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let high = digit().ok_or(Refusal::BadPercent)?;
    let low = digit().ok_or(Refusal::BadPercent)?;
    Ok(high << 4 | low)
}

/// RFC 3986, 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push('%');
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// Decodes a canonical path once and refuses what no page is called; none if nothing was
/// encoded.
fn decode_strictly(canonical: &str) -> Result<Option<String>, Refusal> {
    let decoded = if canonical.contains('%') {
        if canonical.contains("%2F") {
            return Err(Refusal::EncodedSlash);
        }
        let decoded = percent_decode_str(canonical).decode_utf8();
        Some(decoded.map_err(|_| Refusal::NotUtf8)?.into_owned())
    } else {
        None
    };
    let text = decoded.as_deref().unwrap_or(canonical);
    if text.contains('\\') {
        return Err(Refusal::Backslash);
    }
    if text.contains(char::is_control) {
        return Err(Refusal::EncodedControl);
    }
    if text.split('/').any(readings::is_dots) {
        return Err(Refusal::DotSegment);
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests;
