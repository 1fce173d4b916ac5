//! Ways to write the address of a closed file that somebody might read as that file: each family
//! is a generator, and all of them compose.

mod lists;
mod request;
mod text;
mod unicode;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::chance::Chance;
use crate::site::Pages;

/// A request that asks for a closed file, in its way.
#[derive(Debug, Clone)]
pub(crate) struct Spelling {
    /// The first family that had a hand in it.
    pub(crate) family: &'static str,
    /// Everything before the fields that everybody sends; ends with a line break.
    pub(crate) start: Vec<u8>,
    /// Whether its answer may leave the connection unfit for another.
    pub(crate) odd: bool,
}

/// Changes the text of a path.
type Change = fn(&mut Chance, &str) -> String;

/// What a family does to a path, before it is written as bytes.
const TEXT: &[(&str, Change)] = &[
    ("path: plain", |_, path| path.to_owned()),
    ("path: encoding", text::encoded),
    ("path: bad encoding", text::badly_encoded),
    ("path: dots", text::with_dots),
    ("path: slashes", text::with_slashes),
    ("path: parameters", text::with_parameters),
    ("path: case", text::in_other_case),
    ("path: path info", text::with_path_info),
    ("path: suffix", text::with_suffix),
    ("path: short names", text::short_names),
    ("path: query", text::with_query),
    ("path: ignorables", unicode::with_ignorables),
    ("path: fold forms", unicode::in_fold_forms),
    ("path: normal forms", unicode::in_other_normal_form),
    ("path: spaces", unicode::with_spaces),
];

/// What a family does to the bytes of a request.
const BYTES: &[&str] =
    &["path: control bytes", "path: targets", "path: request line", "path: methods"];

/// How many families there are.
const FAMILIES: usize = TEXT.len() + BYTES.len();

/// The next spelling; `number` makes families take turns. `host` is the site's own.
pub(crate) fn spelling(chance: &mut Chance, pages: &Pages, host: &str, number: usize) -> Spelling {
    let turn = number % FAMILIES;
    let mut path = text::base(chance, pages);
    let (family, act) = match TEXT.get(turn) {
        Some((family, change)) => {
            path = change(chance, &path);
            (*family, "")
        }
        None => (BYTES[turn - TEXT.len()], BYTES[turn - TEXT.len()]),
    };
    // Half of them alone, the others in company.
    let company = [0, 0, 0, 1, 1, 2, 3][chance.below(7)];
    for _ in 0..company {
        path = chance.one_of(TEXT).1(chance, &path);
    }
    let act = if act.is_empty() && chance.once_in(12) { chance.word(BYTES) } else { act };
    request::written(chance, &path, host, family, act)
}

/// The address of a file as a browser writes it, without the first slash.
pub(crate) fn plainly(name: &str) -> String {
    const KEPT: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(name, KEPT).to_string()
}
