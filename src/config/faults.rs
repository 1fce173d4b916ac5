//! What is wrong with a configuration: every fault at once, each with its line.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::Document;

use super::locate::{Part, Spot, locate};
use super::{Misprint, PLACES, syntax};

/// Longer lines are shown in part, around what is meant.
const WIDEST: usize = 110;

/// What is shown in the place of a secret.
const HIDDEN: &str = "\"…\"";

/// What is shown in the place of each of its characters.
const HIDDEN_SIGN: char = '…';

/// How secrets of Stripe's begin.
const SECRETS: [&str; 5] = ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"];

/// Something that is wrong, or worth a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `config.toml:41`, or the name of an environment variable.
    place: String,
    /// Line and column, to keep the order of the file.
    at: (usize, usize),
    message: String,
    /// The line of the file with a caret under it.
    excerpt: Option<String>,
    help: String,
}

/// Everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    path: PathBuf,
    all: Vec<Fault>,
}

impl Faults {
    /// One fault that concerns no line: the file itself.
    pub(super) fn of_file(path: &Path, message: &str, help: &str) -> Self {
        Self::one(path, path.display().to_string(), message, help)
    }

    /// One fault in a line that cannot be shown.
    pub(super) fn of_line(path: &Path, line: usize, message: &str, help: &str) -> Self {
        Self::one(path, format!("{}:{line}", path.display()), message, help)
    }

    /// Faults of files that the owner laid beside the configuration `path`.
    pub fn of_misprints(path: &Path, misprints: Vec<Misprint>) -> Self {
        let fault = |one: Misprint| Fault {
            place: format!("{}:{}", one.path.display(), one.line),
            at: (one.line, 0),
            message: one.message,
            excerpt: None,
            help: one.help,
        };
        Self { path: path.to_owned(), all: misprints.into_iter().map(fault).collect() }
    }

    fn one(path: &Path, place: String, message: &str, help: &str) -> Self {
        let all = vec![Fault {
            place,
            at: (0, 0),
            message: message.to_owned(),
            excerpt: None,
            help: help.to_owned(),
        }];
        Self { path: path.to_owned(), all }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        match &self.excerpt {
            Some(excerpt) => write!(f, "\n{excerpt} {}", self.help),
            None if self.help.is_empty() => Ok(()),
            None => write!(f, "\n      {}", self.help),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.all {
            writeln!(f, "{fault}")?;
        }
        let count = match self.all.len() {
            1 => "1 fault".to_owned(),
            count => format!("{count} faults"),
        };
        write!(f, "{count}. Nothing was started. Check again with: tollhouse check")?;
        if PLACES.iter().any(|place| Path::new(place) == self.path) {
            return Ok(()); // it is found without its name
        }
        match self.path.display().to_string() {
            path if path.contains(|c: char| c.is_whitespace() || "'\"\\$&;()".contains(c)) => {
                write!(f, " --config '{}'", path.replace('\'', r"'\''"))
            }
            path => write!(f, " --config {path}"),
        }
    }
}

impl std::error::Error for Faults {}

/// Collects what is wrong while a configuration is read.
pub(super) struct Reviewer<'a> {
    path: PathBuf,
    text: &'a str,
    document: Option<Document<&'a str>>,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
    /// Settings that an environment variable has taken over.
    overridden: Vec<(Spot, String)>,
    /// Settings about which enough was said: what stands in their place is not the owner's.
    doubtful: Vec<Spot>,
    /// Settings with which something is wrong.
    faulty: Vec<Spot>,
}

impl<'a> Reviewer<'a> {
    pub(super) fn new(path: &Path, text: &'a str) -> Self {
        let mut reviewer = Self {
            path: path.to_owned(),
            text,
            document: None,
            faults: Vec::new(),
            warnings: Vec::new(),
            overridden: Vec::new(),
            doubtful: Vec::new(),
            faulty: Vec::new(),
        };
        match Document::parse(text) {
            Ok(document) => reviewer.document = Some(document),
            Err(error) => {
                let mut places = syntax::faults(text);
                if places.is_empty() {
                    places.push((error.span().unwrap_or(0..0), error.message().to_owned()));
                }
                for (span, help) in places {
                    let message = "this is not TOML".to_owned();
                    let fault = reviewer.in_file(Some(span), message, help, false);
                    reviewer.faults.push(fault);
                }
            }
        }
        reviewer
    }

    /// Whether the text could be read at all.
    pub(super) fn is_readable(&self) -> bool {
        self.document.is_some()
    }

    /// Remembers that a variable took a setting over: what is wrong with it is wrong there.
    pub(super) fn overridden(&mut self, spot: Spot, variable: &str) {
        self.overridden.push((spot, variable.to_owned()));
    }

    /// Remembers that something else stands in the place of a faulty setting.
    pub(super) fn doubt(&mut self, spot: &Spot) {
        self.doubtful.push(spot.clone());
    }

    /// Where in the file a setting is named, to keep things in the owner's order.
    pub(super) fn position(&self, spot: &Spot) -> usize {
        let document = self.document.as_ref();
        let found = document.and_then(|document| locate(document, spot, Part::Key));
        found.map_or(usize::MAX, |span| span.start)
    }

    fn is_doubtful(&self, spot: &Spot) -> bool {
        self.doubtful.iter().any(|doubtful| doubtful.holds(spot))
    }

    /// Something is wrong with the name of a setting, or with the whole of it.
    pub(super) fn key(&mut self, spot: &Spot, message: impl Into<String>, help: impl Into<String>) {
        self.add(spot, Part::Key, message.into(), help.into());
    }

    /// Something is wrong with a value.
    pub(super) fn value(
        &mut self,
        spot: &Spot,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(spot, Part::Value, message.into(), help.into());
    }

    /// A secret stands in the file: its line is shown without it.
    pub(super) fn secret(
        &mut self,
        spot: &Spot,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.document.as_ref().and_then(|document| locate(document, spot, Part::Value));
        let fault = self.in_file(span, message.into(), help.into(), true);
        self.faulty.push(spot.clone());
        self.faults.push(fault);
    }

    /// Something is wrong with an environment variable.
    pub(super) fn variable(
        &mut self,
        name: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faults.push(of_variable(name, message.into(), help.into()));
    }

    /// Something is wrong with a file beside the configuration, or its name.
    pub(super) fn beside(&mut self, file: &Path, message: &str, help: &str) {
        self.also(Faults::of_file(file, message, help));
    }

    /// What was found wrong elsewhere; it stands behind everything that has a line here.
    pub(super) fn also(&mut self, faults: Faults) {
        let behind = |fault| Fault { at: (usize::MAX, 0), ..fault };
        self.faults.extend(faults.all.into_iter().map(behind));
    }

    /// Something is odd, but does not keep the server from starting.
    pub(super) fn warn(
        &mut self,
        spot: &Spot,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let warning = self.at(spot, Part::Key, message.into(), help.into());
        self.warnings.push(warning);
    }

    /// An environment variable is odd.
    pub(super) fn warn_of_variable(
        &mut self,
        name: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.warnings.push(of_variable(name, message.into(), help.into()));
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_content(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether nothing is wrong so far with a setting, all that is within, and all around it.
    pub(super) fn is_content_with(&self, spot: &Spot) -> bool {
        let mut wrong = self.faulty.iter().chain(&self.doubtful);
        !wrong.any(|wrong| spot.holds(wrong) || wrong.holds(spot))
    }

    /// The warnings, or everything that is wrong in the order of the file.
    pub(super) fn verdict(mut self) -> Result<Vec<Fault>, Faults> {
        if self.faults.is_empty() {
            self.warnings.sort_by_key(|warning| warning.at);
            return Ok(self.warnings);
        }
        self.faults.sort_by_key(|fault| fault.at);
        self.faults.dedup();
        Err(Faults { path: self.path, all: self.faults })
    }

    fn add(&mut self, spot: &Spot, part: Part, message: String, help: String) {
        if !self.is_doubtful(spot) {
            let fault = self.at(spot, part, message, help);
            self.faulty.push(spot.clone());
            self.faults.push(fault);
        }
    }

    fn at(&self, spot: &Spot, part: Part, message: String, help: String) -> Fault {
        if let Some((_, variable)) = self.overridden.iter().find(|(taken, _)| taken.holds(spot)) {
            return of_variable(variable, message, help);
        }
        let span = self.document.as_ref().and_then(|document| locate(document, spot, part));
        self.in_file(span, message, help, false)
    }

    fn in_file(
        &self,
        span: Option<Range<usize>>,
        message: String,
        help: String,
        is_secret: bool,
    ) -> Fault {
        let file = self.path.display();
        let Some(span) = span else {
            return Fault { place: file.to_string(), at: (0, 0), message, excerpt: None, help };
        };
        let start = span.start;
        let excerpt = Excerpt::new(self.text, span, is_secret);
        let place = format!("{file}:{}", excerpt.number);
        let at = (excerpt.number, start);
        Fault { place, at, message, excerpt: Some(excerpt.to_string()), help }
    }
}

fn of_variable(name: &str, message: String, help: String) -> Fault {
    // Behind everything that has a line.
    Fault { place: name.to_owned(), at: (usize::MAX, 0), message, excerpt: None, help }
}

/// A line of the file with what is meant on it.
struct Excerpt {
    number: usize,
    line: String,
    before: usize,
    width: usize,
}

impl Excerpt {
    fn new(text: &str, span: Range<usize>, is_secret: bool) -> Self {
        let start = span.start.min(text.len());
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = span.end.clamp(start, line_end);
        let number = text[..line_start].matches('\n').count() + 1;
        let shown = text[line_start..line_end].trim_end_matches('\r').replace('\t', " ");
        let mut line: Vec<char> = hide_secrets(&shown).chars().collect();
        let mut before = text[line_start..start].chars().count().min(line.len());
        let mut width = text[start..end].chars().count().min(line.len() - before);
        if is_secret {
            line.splice(before..before + width, HIDDEN.chars());
            width = HIDDEN.chars().count();
        }
        if line.len() > WIDEST {
            let skip = before.saturating_sub(WIDEST / 2);
            line = line.into_iter().skip(skip).take(WIDEST).collect();
            before -= skip;
        }
        let width = width.clamp(1, WIDEST - before.min(WIDEST - 1));
        Self { number, line: line.into_iter().collect(), before, width }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>5} | {}", self.number, self.line.trim_end())?;
        write!(f, "      | {}{}", " ".repeat(self.before), "^".repeat(self.width))
    }
}

/// Hides what looks like a secret, wherever it stands: keys of Stripe's, and names and passwords
/// in addresses. The text stays as wide as it is, so that a caret under it still fits.
pub(super) fn hide_secrets(text: &str) -> String {
    let mut hidden = text.to_owned();
    for secret in keys(text).chain(passwords(text)) {
        // What was hidden by an earlier range is hidden again, as wide as it is.
        let dots: String = text[secret.clone()].chars().map(|_| HIDDEN_SIGN).collect();
        let (before, width) = (text[..secret.start].chars().count(), dots.chars().count());
        let (kept, rest) = split_at_char(&hidden, before);
        let (_, behind) = split_at_char(rest, width);
        hidden = format!("{kept}{dots}{behind}");
    }
    hidden
}

fn split_at_char(text: &str, count: usize) -> (&str, &str) {
    let at = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

/// What stands behind the prefix of each key, to the end of the value.
fn keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    SECRETS.iter().flat_map(move |prefix| {
        text.match_indices(prefix).map(move |(at, prefix)| {
            let start = at + prefix.len();
            let is_end = |c: char| match text[..at].chars().next_back() {
                Some(quote @ ('"' | '\'')) => c == quote,
                _ => c.is_whitespace() || c == '"' || c == '\'',
            };
            start..text[start..].find(is_end).map_or(text.len(), |length| start + length)
        })
    })
}

/// What stands between `://` and the last `@` of each value, and between `:` and `@` of a word:
/// owners forget the `smtps://` in front.
fn passwords(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(':').filter_map(move |(at, _)| {
        let (start, end) = match text[at..].strip_prefix("://") {
            Some(rest) => (at + 3, at + 3 + length_of_value(&text[..at], rest)),
            None => {
                let rest = &text[at + 1..];
                let length = rest.find(|c: char| c.is_whitespace() || c == '"' || c == '\'');
                (at + 1, at + 1 + length.unwrap_or(rest.len()))
            }
        };
        text[start..end].rfind('@').map(|length| start..start + length)
    })
}

/// How long a value goes on that began before `rest`. A password may have spaces, and within one
/// kind of quotes the other.
fn length_of_value(before: &str, rest: &str) -> usize {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let opening = before.trim_end_matches(is_scheme).chars().next_back();
    let quote = opening.filter(|c| matches!(c, '"' | '\''));
    quote.and_then(|quote| rest.find(quote)).unwrap_or(rest.len())
}

/// The closest of some names, if one is close.
pub(super) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(wrong, name);
    let nearest = known.min_by_key(distance)?;
    let allowed = (wrong.chars().count() / 3).max(1) + 1;
    (distance(&nearest) <= allowed).then_some(nearest)
}

/// `did you mean "basic"? This file has: basic, pro`.
pub(super) fn known_names<'a>(
    wrong: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    what: &str,
) -> String {
    let hint = nearest(wrong, known.clone());
    let mut help = hint.map_or_else(String::new, |name| format!("did you mean \"{name}\"? "));
    let all: Vec<&str> = known.collect();
    let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    write!(help, "{what}: {all}").expect("writing to a String cannot fail");
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_to_its_end() {
        let check = |text: &str, shown: &str| assert_eq!(hide_secrets(text), shown, "{text}");
        check("nothing", "nothing");
        check("k = \"sk_live_a\" # b", "k = \"sk_live_…\" # b");
        check("k = sk_live_a b", "k = sk_live_… b");
        check("k = \"whsec_a+B/c==\"", "k = \"whsec_…………………\"");
        check("k = \"whsec_a b'c\"", "k = \"whsec_……………\"");
        check("k = \"rk_test_a", "k = \"rk_test_…");
        check("[\"sk_test_a\", 'whsec_é']", "[\"sk_test_…\", 'whsec_…']");
        check("u = \"smtps://me:p@ss@mail\"", "u = \"smtps://…………………@mail\"");
        check("u = \"smtps://me:it's a@mail\"", "u = \"smtps://………………………@mail\"");
        check("u = smtps://me:a b@mail", "u = smtps://………………@mail");
        check("u = \"me:hush@mail\"", "u = \"me:…………@mail\"");
        check("u = \"Me: a@mail\"", "u = \"Me: a@mail\"");
        check("u = 'https://a' # me@b", "u = 'https://a' # me@b");
        check("u = \"https://a:sk_live_1@b\"", "u = \"https://…………………………………\"");
    }
}
