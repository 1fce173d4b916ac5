//! In how many ways a website might read a path. Measured against file servers and frameworks:
//! some decode twice, ignore case, width or accents, strip `;…`, merge slashes, drop trailing
//! dots, cut at `?`, or find `/a.php` or `/b` for `/a.php/b`.

mod applications;

use icu_casemap::CaseMapper;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use percent_encoding::{percent_decode, percent_decode_str};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

pub(in crate::domain) use self::applications::{PROGRAMS, without_marks};
use super::Refusal;

/// More readings than a path of any real site has; the odd ones of the corpora have up to 20.
const MOST: usize = 96;

/// The longest path with more than one reading, in bytes: each reading costs time.
pub(super) const LONGEST: usize = 2 * 1024;

/// Bytes of all readings together: a long path has few of them, or judging it would cost more
/// than serving it.
const MOST_BYTES: usize = 16 * 1024;

/// Ways to read a path other than as it is written. Each is folded, so that it can be compared
/// with a folded pattern.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Readings {
    all: Vec<String>,
    /// Paths with slugs in them, each with the reading that it is made of.
    made_up: Vec<(String, String)>,
}

impl Readings {
    /// All readings of a decoded path. A plain path has none.
    pub(super) fn of(written: &str) -> Result<Self, Refusal> {
        if is_plain(written) {
            return Ok(Self { all: Vec::new(), made_up: Vec::from_iter(made_up(written)) });
        }
        if written.len() > LONGEST {
            return Err(Refusal::Ambiguous);
        }
        let mut found = vec![written.to_owned()];
        let mut all_folded = Vec::new();
        let mut bytes = written.len();
        while let Some(path) = found.get(all_folded.len()).cloned() {
            let folded = fold(&path);
            all_folded.push(folded.clone());
            for reading in steps(&path).into_iter().chain([folded]) {
                if !found.contains(&reading) {
                    bytes += reading.len();
                    found.push(reading);
                }
            }
            if found.len() > MOST || bytes > MOST_BYTES {
                return Err(Refusal::Ambiguous);
            }
        }
        all_folded.sort();
        all_folded.dedup();
        let made_up = all_folded.iter().filter_map(|reading| made_up(reading)).collect();
        Ok(Self { all: all_folded, made_up })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }

    pub(super) fn made_up(&self) -> impl Iterator<Item = (&str, &str)> {
        self.made_up.iter().map(|(path, from)| (path.as_str(), from.as_str()))
    }
}

/// Hyphens that no slug has.
const HYPHENS: [&str; 3] = ["--", "/-", "-/"];

/// The path with slugs in it, if that makes it another one. Of a plain path only a dot does.
fn made_up(reading: &str) -> Option<(String, String)> {
    let is_unlike = |byte: u8| !byte.is_ascii_alphanumeric() && !b"/-_".contains(&byte);
    if !reading.bytes().any(is_unlike)
        && !HYPHENS.iter().any(|it| reading.contains(it))
        && !reading.ends_with('-')
    {
        return None;
    }
    let slugs = applications::slugs(reading);
    (slugs != reading).then(|| (slugs, reading.to_owned()))
}

/// Whether every website reads it as it is written: lower-case ASCII, one dot at most in the
/// last segment, nothing that means something to anybody. Most paths are.
fn is_plain(path: &str) -> bool {
    let mut dotted = false;
    let mut previous = b'/';
    for (at, &byte) in path.as_bytes().iter().enumerate() {
        match byte {
            b'-' if matches!(previous, b'/' | b'-') => return false,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'/' if at == 0 => {}
            b'/' if matches!(previous, b'/' | b'-') || dotted => return false,
            b'/' => {}
            b'.' if previous == b'/' || previous == b'.' => return false,
            b'.' => dotted = true,
            _ => return false,
        }

        previous = byte;
    }
    !matches!(previous, b'.' | b'-')
        && !is_copy(path)
        && !has_leading_zeros(path)
        && !applications::may_mean_another(path)
}

/// Whether a segment is a number that is written longer than need be.
fn has_leading_zeros(path: &str) -> bool {
    path.contains("/0") && path.split('/').any(|segment| without_zeros(segment) != segment)
}

/// `007` is 7 to whoever looks a number up.
fn without_zeros(segment: &str) -> &str {
    if segment.is_empty() || !segment.bytes().all(|byte| byte.is_ascii_digit()) {
        return segment;
    }
    let number = segment.trim_start_matches('0');
    if number.is_empty() { "0" } else { number }
}

/// One step from a reading to the next ones.
fn steps(path: &str) -> Vec<String> {
    let mut readings = vec![
        decode(path),
        decode_wholly(path),
        decode_utf16(path),
        cut(path, &['?', '#', '\0']),
        path.replace('\\', "/"),
        each_segment(path, |segment| cut(segment, &[';'])),
        merge_slashes(path),
        each_segment(path, trim_tail),
        resolve_dots(path),
        without_copy_suffix(path).to_owned(),
        each_segment(path, |segment| without_zeros(segment).to_owned()),
    ];
    readings.extend(script_paths(path));
    readings.extend(applications::steps(path));
    readings
}

/// Decodes again, as leniently as the laxest: what cannot be decoded stays.
fn decode(path: &str) -> String {
    text_of(percent_decode_str(path).collect())
}

/// Bytes as the laxest read them: with characters that are written longer than need be.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|wrong| {
        String::from_utf8_lossy(&without_overlong(wrong.as_bytes())).into_owned()
    })
}

/// ASCII that was written in two to four bytes, which UTF-8 forbids: RFC 3629, 10.
fn without_overlong(bytes: &[u8]) -> Vec<u8> {
    let mut short = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        let (high, last, length) = match rest {
            [high @ 0xc0..=0xc1, last @ 0x80..=0xbf, ..] => (*high, *last, 2),
            [0xe0, high @ 0x80..=0x81, last @ 0x80..=0xbf, ..] => (*high, *last, 3),
            [0xf0, 0x80, high @ 0x80..=0x81, last @ 0x80..=0xbf, ..] => (*high, *last, 4),
            _ => {
                short.push(first);
                rest = behind;
                continue;
            }
        };
        short.push((high & 1) << 6 | (last & 0x3f));
        rest = &rest[length..];
    }
    short
}

/// `%u0061`, which `unescape` of JavaScript and some servers on Windows decode.
fn decode_utf16(path: &str) -> String {
    let mut pieces = path.split("%u");
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits =
            piece.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match unit.and_then(char::from_u32) {
            Some(part) => {
                decoded.push(part);
                decoded.push_str(&piece[4..]);
            }
            None => {
                decoded.push_str("%u");
                decoded.push_str(piece);
            }
        }
    }
    decoded
}

/// Decodes until nothing is left to decode. Step by step, bytes of one character that are encoded
/// unequally often would never meet.
fn decode_wholly(path: &str) -> String {
    let mut bytes = path.as_bytes().to_vec();
    loop {
        let decoded: Vec<u8> = percent_decode(&bytes).collect();
        if decoded.len() == bytes.len() {
            return text_of(bytes);
        }
        bytes = decoded;
    }
}

fn cut(text: &str, at: &[char]) -> String {
    text.split(at).next().unwrap_or_default().to_owned()
}

fn each_segment(path: &str, change: impl Fn(&str) -> String) -> String {
    path.split('/').map(change).collect::<Vec<_>>().join("/")
}

/// Slashes within are merged; one at the end stays.
fn merge_slashes(path: &str) -> String {
    let mut merged = String::with_capacity(path.len());
    for part in path.chars() {
        if part != '/' || !merged.ends_with('/') {
            merged.push(part);
        }
    }
    merged
}

/// Windows drops dots and spaces at the end of a name, and `::$DATA` names the file's content.
fn trim_tail(segment: &str) -> String {
    cut(segment, &[':']).trim_end_matches(['.', ' ']).to_owned()
}

/// Dots that a second decoding has brought to light.
fn resolve_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        // Windows drops spaces behind a name, and may find dots before them.
        let name = segment.trim_end_matches(' ');
        match name {
            "." | ".." => {
                if name == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// `/a.php` may answer for `/a.php/b`: every segment that looks like a file may be one. A
/// version (`/v1.2/b`) or a hidden folder (`/.well-known/b`) does not.
fn script_paths(path: &str) -> Vec<String> {
    let inner = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]);
    inner.filter(|start| is_file(start)).map(str::to_owned).collect()
}

fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// A compressed copy or an editor's backup shows what the file itself shows.
fn without_copy_suffix(path: &str) -> &str {
    COPIES.iter().find_map(|suffix| path.strip_suffix(suffix)).unwrap_or(path)
}

const COPIES: [&str; 8] = [".gz", ".br", ".zst", "~", ".bak", ".orig", ".old", ".swp"];

fn is_copy(path: &str) -> bool {
    without_copy_suffix(path).len() < path.len()
}

/// Whether a segment is made of dots or spaces alone before a `;`, however they are spelled.
pub(super) fn is_dots(segment: &str) -> bool {
    let name = segment.split(';').next().unwrap_or_default();
    let dots = |name: &str| !name.is_empty() && name.chars().all(|part| part == '.' || part == ' ');
    dots(name) || (!name.is_ascii() && dots(&fold(name)))
}

/// The form in which spellings are equal that some file system or framework takes for the same:
/// without case, width, and characters that are not seen (`NFKC_Casefold` of the Unicode
/// standard, 3.13).
pub(in crate::domain) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let visible = text.chars().filter(|part| !part.is_ascii_control());
        return visible.map(|part| part.to_ascii_lowercase()).collect();
    }
    let mut folded = fold_once(text);
    // Twice is what the standard asks for; a third round finds nothing to do.
    for _ in 0..2 {
        folded = fold_once(&folded);
    }
    folded
}

fn fold_once(text: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let is_seen = |part: &char| !part.is_control() && !ignorable.contains(*part);
    let lower = CaseMapper::new().fold_string(text);
    // Most text is normal already, which is quicker to see than to bring about.
    if is_nfkc_quick(lower.chars()) == IsNormalized::Yes && lower.chars().all(|part| is_seen(&part))
    {
        return lower.into_owned();
    }
    lower.nfkc().filter(is_seen).nfkc().collect()
}
