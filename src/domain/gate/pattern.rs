//! Patterns: sets of paths as owners write them.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::other_names::{behind_program, data_of, in_other_endings, without_ending};
use crate::domain::path::{SitePath, fold, without_marks};

/// A set of paths: `/longreads/**`. `*` stands for anything within a segment, `**` for any
/// number of segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

/// One segment of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// Any number of segments.
    Deep,
    /// Any one segment.
    Any,
    /// A segment with wildcards in it: the pieces between them.
    Glob(Vec<String>),
    /// Exactly this segment; empty behind a last slash.
    Literal(String),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// It is not a path.
    #[error("a path begins with \"/\": write {instead}")]
    NoSlash {
        /// The path that is meant.
        instead: String,
    },
    /// A query or fragment.
    #[error("a gate looks at the path only: leave out what begins with \"?\" or \"#\"")]
    Query,
    /// `.`, `..`, `...`.
    #[error("a part of a path is not made of dots alone")]
    Dots,
    /// A segment with a space at its edge, which no address has.
    #[error("a part of a path does not begin or end with a space")]
    Space,
    /// `%` without two hexadecimal digits.
    #[error("behind \"%\" come two hexadecimal digits; the sign itself is %25")]
    Percent,
    /// `//`.
    #[error("there is nothing between two slashes")]
    EmptySegment,
    /// `**` beside other characters.
    #[error("\"**\" stands alone between slashes, such as in /longreads/**")]
    DeepWithin,
    /// `**/` at the end: only addresses that end in a slash.
    #[error("this is only what ends in a slash: write {instead}")]
    DeepSlash {
        /// The path without the slash.
        instead: String,
    },
    /// More than two `**`.
    #[error("\"**\" may come twice at most")]
    TooDeep,
    /// Encoded bytes that are no text, control characters, backslashes.
    #[error("it contains characters that no path has")]
    BadText,
    /// Our own pages.
    #[error("paths under /_tollhouse/ are pages of tollhouse itself and need no gate")]
    Own,
}

impl Pattern {
    /// Reads a pattern as an owner writes it: plain or percent-encoded.
    pub fn parse(text: &str) -> Result<Self, PatternFault> {
        let Some(inner) = text.strip_prefix('/') else {
            return Err(PatternFault::NoSlash { instead: path_meant(text) });
        };
        if text.contains(['?', '#']) {
            return Err(PatternFault::Query);
        }
        if !inner.split('%').skip(1).all(begins_with_a_byte) {
            return Err(PatternFault::Percent);
        }
        let decoded = percent_decode_str(inner).decode_utf8().map_err(|_| PatternFault::BadText)?;
        if decoded.contains(|part: char| part.is_control() || part == '\\') {
            return Err(PatternFault::BadText);
        }
        let segments: Vec<&str> = decoded.split('/').collect();
        let last = segments.len() - 1;
        let parts = segments
            .iter()
            .enumerate()
            .map(|(at, segment)| Part::parse(segment, at == last))
            .collect::<Result<Vec<_>, _>>()?;
        if parts.iter().filter(|part| **part == Part::Deep).count() > 2 {
            return Err(PatternFault::TooDeep);
        }
        if parts.ends_with(&[Part::Deep, literal("")]) {
            let instead = text.trim_end_matches('/').to_owned();
            return Err(PatternFault::DeepSlash { instead });
        }
        if parts.first() == Some(&Part::Literal("_tollhouse".to_owned())) {
            return Err(PatternFault::Own);
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// As the owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `/**`: everything.
    pub fn is_everything(&self) -> bool {
        self.parts == [Part::Deep]
    }

    /// Whether it is a single page: there is no wildcard in it.
    pub(super) fn is_page(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Literal(_)))
    }

    /// Every form in which its paths may come, each folded, with how strongly it is meant.
    pub(super) fn forms(&self) -> Vec<(Vec<Part>, Strength)> {
        forms_of(&self.parts)
            .into_iter()
            .map(|(parts, strength)| (parts.iter().map(Part::folded).collect(), strength))
            .collect()
    }

    /// More forms, for closing only, each folded: what a website may find that tries endings, or
    /// leaves them out (nginx: `try_files $uri $uri.html $uri.php`), or takes no notice of accents;
    /// and where it keeps what a page shows, for the page's own scripts.
    pub(super) fn closing_forms(&self) -> Vec<Vec<Part>> {
        let written: Vec<Vec<Part>> = self.forms().into_iter().map(|(parts, _)| parts).collect();
        let mut forms: Vec<Vec<Part>> = written
            .iter()
            .flat_map(|form| in_other_endings(form).into_iter().chain(without_ending(form)))
            .chain(data_of(&written[0]))
            .chain(behind_program(&written[0]))
            .collect();
        let plain = |form: &Vec<Part>| {
            let plain: Vec<Part> = form.iter().map(Part::without_marks).collect();
            (plain != *form).then_some(plain)
        };
        let plain: Vec<Vec<Part>> = written.iter().chain(&forms).filter_map(plain).collect();
        forms.extend(plain);
        forms
    }

    /// How a website might read what it opens: in all of these ways together with the written one
    /// it stays open. None for a pattern with wildcards within.
    pub(super) fn readings(&self) -> Vec<Vec<Part>> {
        let forms = forms_of(&self.parts);
        forms.iter().flat_map(|(form, _)| readings_of(form)).collect()
    }

    /// The ending of the files that it means, folded, with its dot: `.pdf` for `/downloads/*.pdf`.
    pub(super) fn ending(&self) -> Option<String> {
        let name = match self.parts.last()? {
            Part::Literal(name) => name,
            Part::Glob(pieces) => pieces.last()?,
            Part::Any | Part::Deep => return None,
        };
        let (_, ending) = name.rsplit_once('.')?;
        (!ending.is_empty()).then(|| format!(".{}", fold(ending)))
    }

    /// Whether its last part has a wildcard among other characters.
    pub(super) fn ends_in_glob(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Glob(_)))
    }

    /// Whether it has a part of its own for one of these folded segments: `**` and `*` have not.
    pub(super) fn names_one_of<'a>(&self, mut segments: impl Iterator<Item = &'a str>) -> bool {
        let named: Vec<Part> = self
            .parts
            .iter()
            .filter(|part| matches!(part, Part::Literal(_) | Part::Glob(_)))
            .flat_map(|part| [part.folded(), part.folded().without_marks()])
            .collect();
        segments.any(|segment| named.iter().any(|part| part.holds(segment)))
    }

    /// Whether a decoded path is exactly what the owner wrote, and none of its other forms.
    pub(super) fn is_written(&self, path: &str) -> bool {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        matches(&self.parts, &segments)
    }

    /// Whether a decoded path is one of its forms exactly as written, case and all.
    pub(super) fn matches_as_written(&self, path: &str) -> bool {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        forms_of(&self.parts).iter().any(|(parts, _)| matches(parts, &segments))
    }
}

/// The path that is meant by what does not begin like one: a whole address, a kind of file, a
/// path without its first slash.
fn path_meant(text: &str) -> String {
    let text = text.trim();
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => text.trim_start_matches("./"),
    };
    if path.starts_with('*') && !path.contains('/') && path != "**" {
        return format!("/**/{path}");
    }
    format!("/{}", path.trim_start_matches('/'))
}

fn begins_with_a_byte(behind_percent: &str) -> bool {
    let digits = behind_percent.as_bytes().get(..2);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// How strongly a form is meant, where two patterns share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// What a website might make of it.
    Reading,
    /// A page form of `/x/**`.
    OfFolder,
    /// A page form of `/x`.
    OfPage,
    /// As written.
    Written,
}

/// A page may be asked for in several forms: `/x` owns `/x/`, `/x.html` and `/x/index.html`,
/// and `/x/**` owns `/x` and `/x.html`.
fn forms_of(written: &[Part]) -> Vec<(Vec<Part>, Strength)> {
    let mut forms = vec![(written.to_vec(), Strength::Written)];
    match written {
        [before @ .., Part::Literal(name), Part::Deep] if !name.is_empty() => {
            forms.push((joined(before, &[literal(&format!("{name}.html"))]), Strength::OfFolder));
        }
        [.., Part::Deep] => {}
        [before @ .., last] => {
            for form in page_forms(before, last) {
                if form != written {
                    forms.push((form, Strength::OfPage));
                }
            }
        }
        [] => {}
    }
    forms
}

fn page_forms(before: &[Part], last: &Part) -> Vec<Vec<Part>> {
    let folder =
        |base: &[Part]| vec![joined(base, &[literal("")]), joined(base, &[literal("index.html")])];
    match (before, last) {
        // `/x/` and `/x/index.html`, and `/` itself
        ([.., Part::Literal(_)], Part::Literal(name))
            if name.is_empty() || name == "index.html" =>
        {
            let (parent, base) = before.split_at(before.len() - 1);
            page_forms(parent, &base[0])
        }
        (_, Part::Literal(name)) if name.is_empty() || name == "index.html" => folder(before),
        (_, Part::Literal(name)) => {
            let name = name.strip_suffix(".html").unwrap_or(name);
            let page = joined(before, &[literal(name)]);
            let file = joined(before, &[literal(&format!("{name}.html"))]);
            let mut forms = folder(&page);
            forms.extend([page, file]);
            forms
        }
        (_, Part::Any | Part::Glob(_)) => folder(&joined(before, std::slice::from_ref(last))),
        (_, Part::Deep) => Vec::new(),
    }
}

fn readings_of(form: &[Part]) -> Vec<Vec<Part>> {
    let (literals, deep) = match form.split_last() {
        Some((Part::Deep, before)) => (before, Some(Part::Deep)),
        Some(_) | None => (form, None),
    };
    let mut path = String::new();
    for part in literals {
        let Part::Literal(text) = part else { return Vec::new() };
        path.push('/');
        path.push_str(text);
    }
    if deep.is_none() {
        let parts = |reading: &String| reading.split('/').skip(1).map(literal).collect();
        return SitePath::readings_of(&path).iter().map(parts).collect();
    }
    // Read as the start of what lies below it.
    path.push('/');
    let parts = |reading: &String| {
        let start = reading.trim_matches('/');
        let parts = start.split('/').map(literal).chain(deep.clone());
        (!start.is_empty()).then(|| parts.collect::<Vec<_>>())
    };
    SitePath::readings_of(&path).iter().filter_map(parts).collect()
}

pub(super) fn joined(before: &[Part], after: &[Part]) -> Vec<Part> {
    [before, after].concat()
}

pub(super) fn literal(text: &str) -> Part {
    Part::Literal(text.to_owned())
}

fn matches(parts: &[Part], segments: &[&str]) -> bool {
    match (parts.split_first(), segments.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some((Part::Deep, rest)), _) => {
            rest.is_empty() || (0..=segments.len()).any(|skip| matches(rest, &segments[skip..]))
        }
        (Some(_), None) => false,
        (Some((part, parts)), Some((segment, segments))) => {
            part.holds(segment) && matches(parts, segments)
        }
    }
}

impl Part {
    fn parse(segment: &str, is_last: bool) -> Result<Self, PatternFault> {
        match segment {
            "**" => Ok(Self::Deep),
            "*" => Ok(Self::Any),
            "" if !is_last => Err(PatternFault::EmptySegment),
            "" => Ok(Self::Literal(String::new())),
            _ if segment.trim_matches('.').is_empty() => Err(PatternFault::Dots),
            _ if segment.trim() != segment => Err(PatternFault::Space),
            _ if segment.contains("**") => Err(PatternFault::DeepWithin),
            _ if segment.contains('*') => {
                Ok(Self::Glob(segment.split('*').map(str::to_owned).collect()))
            }
            _ => Ok(Self::Literal(segment.to_owned())),
        }
    }

    fn folded(&self) -> Self {
        match self {
            Self::Deep => Self::Deep,
            Self::Any => Self::Any,
            Self::Glob(pieces) => Self::Glob(pieces.iter().map(|piece| fold(piece)).collect()),
            Self::Literal(text) => Self::Literal(fold(text)),
        }
    }

    fn without_marks(&self) -> Self {
        match self {
            Self::Deep => Self::Deep,
            Self::Any => Self::Any,
            Self::Glob(pieces) => {
                Self::Glob(pieces.iter().map(|piece| without_marks(piece)).collect())
            }
            Self::Literal(text) => Self::Literal(without_marks(text)),
        }
    }

    /// Whether one segment is what this part stands for. `*` stands for at least one character:
    /// what is behind the last slash is another page.
    pub(super) fn holds(&self, segment: &str) -> bool {
        match self {
            Self::Deep => true,
            Self::Any => !segment.is_empty(),
            Self::Glob(pieces) => glob_holds(pieces, segment),
            Self::Literal(text) => text == segment,
        }
    }

    /// Which of two parts is narrower.
    pub(super) fn narrowness(&self) -> u8 {
        match self {
            Self::Deep => 0,
            Self::Any => 1,
            Self::Glob(_) => 2,
            Self::Literal(_) => 3,
        }
    }
}

fn glob_holds(pieces: &[String], segment: &str) -> bool {
    let (Some((first, rest)), Some(last)) = (pieces.split_first(), pieces.last()) else {
        return false;
    };
    let Some(mut remaining) = segment.strip_prefix(first.as_str()) else { return false };
    for piece in &rest[..rest.len().saturating_sub(1)] {
        let Some(at) = remaining.find(piece.as_str()) else { return false };
        remaining = &remaining[at + piece.len()..];
    }
    remaining.ends_with(last.as_str())
}

/// Whether some segment could be both.
pub(super) fn overlap(one: &Part, other: &Part) -> bool {
    match (one, other) {
        (Part::Literal(text), part) | (part, Part::Literal(text)) => part.holds(text),
        (Part::Glob(one), Part::Glob(other)) => {
            let starts = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
            let ends = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
            let edge = |pieces: &[String]| {
                let first = pieces.first().cloned().unwrap_or_default();
                (first, pieces.last().cloned().unwrap_or_default())
            };
            // What stands between the edges can always be made to fit.
            let ((a, y), (b, z)) = (edge(one), edge(other));
            starts(&a, &b) && ends(&y, &z)
        }
        (Part::Any | Part::Deep, _) | (_, Part::Any | Part::Deep) => true,
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
