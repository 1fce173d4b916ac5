//! Marks in a page that is read: what they say, and what is made of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::mpsc;

use super::Uncut;

/// What can stand in a paragraph (HTML, "phrasing content", and old names for the like), and what
/// drawings and formulas in it are made of. Anything else ends a paragraph that nobody closed, or
/// what it stands in: a list's entry, a table's cell.
#[rustfmt::skip]
pub(super) const IN_PARAGRAPHS: [&str; 135] = [
    "a", "abbr", "acronym", "area", "audio", "b", "bdi", "bdo", "big", "br", "canvas", "cite", "code",
    "data", "datalist", "del", "dfn", "em", "embed", "font", "i", "iframe", "img", "ins", "kbd", "label",
    "link", "map", "mark", "meta", "meter", "nobr", "noscript", "output", "param", "picture", "progress",
    "q", "s", "samp", "script", "small", "source", "span", "strike", "strong", "style", "sub", "sup",
    "template", "time", "track", "tt", "u", "var", "video", "wbr", "button", "input", "select", "option",
    "textarea", "object", "ruby", "rb", "rp", "rt", "rtc",
    // SVG
    "svg", "circle", "clippath", "defs", "desc", "ellipse", "filter", "g", "image", "line",
    "lineargradient", "marker", "mask", "path", "pattern", "polygon", "polyline", "radialgradient",
    "rect", "stop", "symbol", "text", "textpath", "title", "tspan", "use", "view", "animate",
    "fegaussianblur", "feoffset", "feblend", "fecolormatrix", "femerge", "femergenode",
    // MathML
    "math", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
    "mpadded", "mphantom", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "semantics", "annotation", "mprescripts",
    "none", "mlabeledtr",
];

/// What of a page stands before the cut.
#[derive(Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its HTML, in whatever encoding.
    pub html: Vec<u8>,
    /// Whether a form that stands behind it is one: not within another form, and no rule of the
    /// page forbids it.
    pub takes_forms: bool,
}

/// What is read of a page on the way to the cut.
#[derive(Default)]
pub(super) struct Seen {
    /// A form is open.
    pub(super) in_form: AtomicBool,
    /// There was something in it in which its end may be no end of it.
    pub(super) is_odd_for_forms: AtomicBool,
    /// A rule of the page forbids forms.
    pub(super) forbids_forms: AtomicBool,
    /// Paragraphs where they are counted.
    pub(super) counted: AtomicU16,
    /// Paragraphs since the first place where they are counted. We know only roughly what a browser
    /// takes for the end of that.
    pub(super) at_most: AtomicU16,
    /// Such a place has begun.
    pub(super) has_begun: AtomicBool,
    /// The paragraph that begins here is in an odd place.
    pub(super) is_odd: AtomicBool,
}

/// What is written into the output: a word that no page has, and a letter that says what is there.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) word: String,
    pub(super) seen: Arc<Seen>,
}

/// The page is cut here, and forms are taken; or they are not.
pub(super) const CUT: u8 = b'c';
pub(super) const CUT_WITHOUT_FORMS: u8 = b'w';
/// Here begins the last paragraph that is given away.
pub(super) const LAST: u8 = b'l';
/// It cannot be told where to cut.
pub(super) const UNCLEAR: u8 = b'u';

impl Mark {
    pub(super) fn cut(&self) -> String {
        let Seen { in_form, forbids_forms, .. } = &*self.seen;
        let takes = !in_form.load(Ordering::Relaxed) && !forbids_forms.load(Ordering::Relaxed);
        self.with(if takes { CUT } else { CUT_WITHOUT_FORMS })
    }

    pub(super) fn with(&self, letter: u8) -> String {
        format!("{}{}", self.word, char::from(letter))
    }
}

/// What was written, and is looked through for marks.
pub(super) struct Reading<'m> {
    pub(super) mark: &'m Mark,
    pub(super) beginning: Vec<u8>,
    pub(super) last: Option<usize>,
}

/// What came of it.
pub(super) enum Taken {
    Whole(Begun),
    SoFar { beginning: Vec<u8>, last: Option<usize> },
}

impl Reading<'_> {
    /// Takes what was written since; what stands before the cut, once it is there.
    pub(super) fn take(mut self, output: &mpsc::Receiver<Vec<u8>>) -> Result<Taken, Uncut> {
        let word = self.mark.word.as_bytes();
        let mut from = self.beginning.len().saturating_sub(word.len());
        for bytes in output.try_iter() {
            self.beginning.extend_from_slice(&bytes);
        }
        // The word, and what it says.
        while let Some(at) = self.beginning[from..]
            .windows(word.len() + 1)
            .position(|window| window.starts_with(word))
            .map(|at| from + at)
        {
            match self.beginning[at + word.len()] {
                UNCLEAR => return Err(Uncut::NoMark),
                LAST => {
                    self.beginning.drain(at..=at + word.len());
                    self.last = Some(at);
                    from = at;
                }
                letter => {
                    self.beginning.truncate(at);
                    let ends = self.last.map(|last| &self.beginning[last..]);
                    if ends.is_some_and(is_ended_within) {
                        return Err(Uncut::NoMark);
                    }
                    let takes_forms = letter == CUT;
                    return Ok(Taken::Whole(Begun { html: self.beginning, takes_forms }));
                }
            }
        }
        Ok(Taken::SoFar { beginning: self.beginning, last: self.last })
    }
}

/// Whether a paragraph has an end tag in it, before its last one, by which a browser may take it to be
/// over.
fn is_ended_within(paragraph: &[u8]) -> bool {
    let tags = (0..paragraph.len()).map(|at| &paragraph[at..]).filter_map(|rest| {
        let tag = rest.strip_prefix(b"</")?;
        let is_last = tag.iter().position(|byte| *byte == b'>') == Some(tag.len() - 1);
        (!is_last).then_some(tag)
    });
    tags.map(name).any(|name| !IN_PARAGRAPHS.contains(&name.as_str()))
}

/// The name at the start of a tag.
fn name(tag: &[u8]) -> String {
    let letters = tag.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}
