//! All gates of a site, compiled: which one governs a path is found by walking the path's own
//! segments, however many gates there are.

use std::collections::HashMap;

use super::conflicts::{GateFault, conflicts};
use super::other_names;
use super::pattern::{Part, Pattern, Strength};
use super::{Access, Gate, Intent, SearchEngines, Unpaid};
use crate::domain::path::SitePath;

/// What a gate on `/**` leaves open: what certificates are proven with, what crawlers must be
/// able to read, and the icon of our own pages.
pub const ALWAYS_OPEN: [&str; 3] =
    ["/.well-known/acme-challenge/**", "/robots.txt", "/favicon.ico"];

/// Endings of files that no website takes for the name of a page, and tries none behind.
const OTHER_FILES: [&str; 32] = [
    ".avif",
    ".bmp",
    ".css",
    ".csv",
    ".eot",
    ".gif",
    ".ico",
    ".jpeg",
    ".jpg",
    ".js",
    ".json",
    ".m4a",
    ".map",
    ".mjs",
    ".mov",
    ".mp3",
    ".mp4",
    ".ogg",
    ".otf",
    ".pdf",
    ".png",
    ".svg",
    ".ttf",
    ".txt",
    ".wasm",
    ".wav",
    ".webm",
    ".webmanifest",
    ".webp",
    ".woff",
    ".woff2",
    ".xml",
];

/// All gates of a site.
#[derive(Debug, Clone, Default)]
pub struct GateSet {
    gates: Vec<Gate>,
    nodes: Vec<Node>,
    /// Endings of pages that closed patterns with a wildcard in their last part have, or may have:
    /// what they mean is looked for under its name without it, too.
    page_endings: Vec<String>,
    /// Endings that any closed pattern has.
    endings: Vec<String>,
    /// The gate that lists what is always open.
    always_open: Option<usize>,
}

/// One point on the way through a path.
#[derive(Debug, Clone, Default)]
struct Node {
    literals: HashMap<String, usize>,
    globs: Vec<(Part, usize)>,
    any: Option<usize>,
    deep: Option<usize>,
    ends: Option<End>,
}

/// A pattern that ends at a node.
#[derive(Debug, Clone, Copy)]
struct End {
    gate: usize,
    pattern: usize,
    strength: Strength,
}

/// Which reading of a path is being judged.
#[derive(Clone, Copy)]
enum Reading<'a> {
    /// As it is written, decoded.
    Written {
        path: &'a str,
        /// Whether a query follows, by which a website may find anything.
        has_query: bool,
    },
    /// Another way to read it, while this gate is open to it as it is written.
    Other { open: Option<usize> },
    /// What somebody makes up a name of: it counts where a gate has this very name, and not as one
    /// of all that lie in a folder.
    MadeUp {
        /// The path with that name in it.
        path: &'a str,
        /// What the name was made of.
        from: &'a str,
    },
}

impl GateSet {
    /// Compiles gates, in the owner's order.
    pub fn new(mut gates: Vec<Gate>) -> Result<Self, Vec<GateFault>> {
        let faults = conflicts(&gates);
        if !faults.is_empty() {
            return Err(faults);
        }
        let closes_all = gates.iter().any(|gate| {
            gate.access != Access::Open && gate.patterns.iter().any(Pattern::is_everything)
        });
        let mut set = Self { nodes: vec![Node::default()], ..Self::default() };
        if closes_all {
            set.always_open = Some(gates.len());
            gates.push(always_open(gates.len()));
        }
        for (at, pattern, _) in patterns(&gates) {
            for (parts, strength) in pattern.forms() {
                set.insert(&parts, End { strength, ..at });
            }
        }
        // Of two readings that are meant equally strongly the first counts: closed before open.
        for (at, pattern, _) in patterns(&gates).filter(|(.., access)| **access != Access::Open) {
            for parts in pattern.closing_forms() {
                set.insert(&parts, at);
            }
        }
        for (at, pattern, _) in patterns(&gates).filter(|(.., access)| **access == Access::Open) {
            for parts in pattern.readings() {
                set.insert(&parts, at);
            }
        }
        let closed = || patterns(&gates).filter(|(.., access)| **access != Access::Open);
        set.endings = closed().filter_map(|(_, pattern, _)| pattern.ending()).collect();
        let of_globs = closed().filter(|(_, pattern, _)| pattern.ends_in_glob());
        set.page_endings = of_globs.filter_map(|(_, pattern, _)| page_ending(pattern)).collect();
        for endings in [&mut set.endings, &mut set.page_endings] {
            endings.sort();
            endings.dedup();
        }
        set.gates = gates;
        Ok(set)
    }

    /// The gates, in the owner's order; one that only lists what is always open comes last.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The narrowest gate of each way to read the path, as written first; one, for a plain
    /// path. A gate may come twice.
    pub fn governing<'gates, 'path>(
        &'gates self,
        path: &'path SitePath,
        intent: Intent,
    ) -> impl Iterator<Item = &'gates Gate> + use<'gates, 'path> {
        // Patterns are compared folded, even those that open what is written as they are.
        let folded = path.folded();
        let as_written = Reading::Written { path: path.decoded(), has_query: path.has_query() };
        let written = self.narrowest(&folded, as_written);
        let open = written.filter(|gate| self.gates[*gate].access == Access::Open);
        // A server that guesses (Apache's `MultiViews`) tells those who look what it found; see
        // `proxy::location`.
        let endings = match intent {
            Intent::Look => &self.page_endings,
            Intent::Act => &self.endings,
        };
        let page = as_other_files(&folded, endings);
        let page =
            page.into_iter().filter_map(move |it| self.narrowest(&it, Reading::Other { open }));
        let others = path
            .other_readings()
            .filter_map(move |reading| self.narrowest(reading, Reading::Other { open }));
        let made_up = path
            .made_up()
            .filter_map(move |(path, from)| self.narrowest(path, Reading::MadeUp { path, from }));
        let all = written.into_iter().chain(page).chain(others).chain(made_up);
        all.map(|gate| &self.gates[gate])
    }

    fn insert(&mut self, parts: &[Part], end: End) {
        let mut at = 0;
        for part in parts {
            at = self.step(at, part);
        }
        let known = &mut self.nodes[at].ends;
        // Of two forms of one path the one that is meant more strongly counts, else the first.
        if known.is_none_or(|known| known.strength < end.strength) {
            *known = Some(end);
        }
    }

    fn step(&mut self, at: usize, part: &Part) -> usize {
        let node = &self.nodes[at];
        let known = match part {
            Part::Deep => node.deep,
            Part::Any => node.any,
            Part::Glob(_) => {
                node.globs.iter().find(|(glob, _)| glob == part).map(|(_, next)| *next)
            }
            Part::Literal(text) => node.literals.get(text).copied(),
        };
        if let Some(known) = known {
            return known;
        }
        let next = self.nodes.len();
        self.nodes.push(Node::default());
        let node = &mut self.nodes[at];
        match part {
            Part::Deep => node.deep = Some(next),
            Part::Any => node.any = Some(next),
            Part::Glob(_) => node.globs.push((part.clone(), next)),
            Part::Literal(text) => {
                node.literals.insert(text.clone(), next);
            }
        }
        next
    }

    /// The narrowest gate of one reading: at each segment the narrower part is tried first, so
    /// the first end that is reached is the narrowest.
    fn narrowest(&self, path: &str, reading: Reading<'_>) -> Option<usize> {
        let rest = path.strip_prefix('/').unwrap_or(path);
        self.walk(0, Some(rest), reading)
    }

    /// `rest` is what is left of the path; none behind its last segment.
    fn walk(&self, at: usize, rest: Option<&str>, reading: Reading<'_>) -> Option<usize> {
        let node = self.nodes.get(at)?;
        let Some(rest) = rest else {
            let here = node.ends.filter(|end| self.counts(*end, reading));
            let deep = node.deep.and_then(|next| self.walk(next, None, reading));
            return here.map(|end| end.gate).or(deep);
        };
        let (segment, behind) = match rest.split_once('/') {
            Some((segment, behind)) => (segment, Some(behind)),
            None => (rest, None),
        };
        self.by_literal(node, segment, behind, reading)
            .or_else(|| self.by_glob(node, segment, behind, reading))
            .or_else(|| {
                let next = node.any.filter(|_| !segment.is_empty())?;
                self.walk(next, behind, reading)
            })
            .or_else(|| self.by_deep(node, rest, reading))
    }

    fn by_literal(
        &self,
        node: &Node,
        segment: &str,
        behind: Option<&str>,
        reading: Reading<'_>,
    ) -> Option<usize> {
        let exact = node.literals.get(segment).and_then(|next| self.walk(*next, behind, reading));
        if exact.is_some() || !segment.contains('~') {
            return exact;
        }
        let short = node.literals.iter().filter(|(name, _)| may_be_short_for(segment, name));
        let mut found = short.filter_map(|(_, next)| self.walk(*next, behind, reading));
        found.next()
    }

    fn by_glob(
        &self,
        node: &Node,
        segment: &str,
        behind: Option<&str>,
        reading: Reading<'_>,
    ) -> Option<usize> {
        let fits = |glob: &Part| match glob {
            Part::Glob(pieces) => {
                glob.holds(segment)
                    || (segment.contains('~') && may_be_short_for_some(segment, pieces))
            }
            Part::Deep | Part::Any | Part::Literal(_) => false,
        };
        let mut fitting = node.globs.iter().filter(|(glob, _)| fits(glob));
        fitting.find_map(|(_, next)| self.walk(*next, behind, reading))
    }

    /// `**` takes no segment, or one, or more; what comes behind it may still follow.
    fn by_deep(&self, node: &Node, rest: &str, reading: Reading<'_>) -> Option<usize> {
        let next = node.deep?;
        let after = &self.nodes[next];
        if after.literals.is_empty() && after.globs.is_empty() && after.any.is_none() {
            return after.ends.filter(|end| self.counts(*end, reading)).map(|end| end.gate);
        }
        let mut left = Some(rest);
        while let Some(rest) = left {
            if let Some(gate) = self.walk(next, Some(rest), reading) {
                return Some(gate);
            }
            left = rest.split_once('/').map(|(_, behind)| behind);
        }
        self.walk(next, None, reading)
    }

    /// A gate closes whatever reads like one of its paths, but opens only what is written as
    /// it is: exempt strictly, protect loosely.
    fn counts(&self, end: End, reading: Reading<'_>) -> bool {
        let gate = &self.gates[end.gate];
        match (&gate.access, reading) {
            (Access::Plans(_), Reading::MadeUp { path, from }) => {
                let names = path.split('/').zip(from.split('/'));
                let made_up = names.filter(|(name, from)| name != from).map(|(name, _)| name);
                gate.patterns[end.pattern].names_one_of(made_up)
            }
            (Access::Plans(_), Reading::Written { .. } | Reading::Other { .. }) => true,
            // What we leave open ourselves is a file each, and no way into a website.
            (Access::Open, Reading::Written { path, has_query })
                if self.always_open == Some(end.gate) =>
            {
                !has_query && gate.patterns[end.pattern].is_written(path)
            }
            (Access::Open, Reading::Written { path, .. }) => {
                gate.patterns[end.pattern].matches_as_written(path)
            }
            (Access::Open, Reading::Other { open }) => open == Some(end.gate),
            (Access::Open, Reading::MadeUp { .. }) => false,
        }
    }
}

/// The page of a path under its other names: with an ending that it has not, without the one
/// that it has.
fn as_other_files(path: &str, endings: &[String]) -> Vec<String> {
    if endings.is_empty() {
        return Vec::new();
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    if path.is_empty() || OTHER_FILES.iter().any(|ending| path.ends_with(ending)) {
        return Vec::new();
    }
    let ending = path.rsplit_once('.').filter(|(_, ending)| is_page_ending(ending));
    let bare = ending.map_or(path, |(bare, _)| bare);
    let named = endings.iter().map(|ending| format!("{bare}{ending}"));
    named.chain([bare.to_owned()]).filter(|name| name != path).collect()
}

/// The ending of the pages that a pattern means, or may mean: `.html`, if it says none.
fn page_ending(pattern: &Pattern) -> Option<String> {
    let Some(ending) = pattern.ending() else { return Some(".html".to_owned()) };
    is_page_ending(&ending[1..]).then_some(ending)
}

fn is_page_ending(ending: &str) -> bool {
    ending == "html" || other_names::ENDINGS.contains(&ending)
}

/// All patterns, in order, each with its place and who may pass.
fn patterns(gates: &[Gate]) -> impl Iterator<Item = (End, &Pattern, &Access)> {
    gates.iter().enumerate().flat_map(|(gate, it)| {
        it.patterns.iter().enumerate().map(move |(pattern, text)| {
            (End { gate, pattern, strength: Strength::Reading }, text, &it.access)
        })
    })
}

fn always_open(index: usize) -> Gate {
    let pattern = |text: &&str| Pattern::parse(text).expect("these are patterns");
    Gate {
        index,
        patterns: ALWAYS_OPEN.iter().map(pattern).collect(),
        access: Access::Open,
        unpaid: Unpaid::Offer,
        free_views: None,
        search_engines: SearchEngines::Offer,
    }
}

/// Whether a name such as `LONGRE~1.HTM` may be what Windows calls a longer one for short: up
/// to six of its characters, or two and four hexadecimal digits. Both are folded.
fn may_be_short_for(short: &str, name: &str) -> bool {
    let Some(short) = ShortName::read(short) else { return false };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = stem.replace([' ', '.'], "");
    let begins = stem.starts_with(short.start);
    let hashed = short.before_hash().is_some_and(|start| stem.starts_with(start));
    (begins || hashed) && extension.starts_with(short.extension)
}

/// Whether it may be what Windows calls some name for short that these pieces are in, with
/// anything between them.
fn may_be_short_for_some(short: &str, pieces: &[String]) -> bool {
    let Some(short) = ShortName::read(short) else { return false };
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    let first = first.replace([' ', '.'], "");
    let meets = |start: &str| start.starts_with(first.as_str()) || first.starts_with(start);
    let begins = meets(short.start) || short.before_hash().is_some_and(meets);
    begins && last.rsplit_once('.').is_none_or(|(_, known)| known.starts_with(short.extension))
}

/// The parts of a name such as `LONGRE~1.HTM`.
struct ShortName<'a> {
    start: &'a str,
    extension: &'a str,
}

impl<'a> ShortName<'a> {
    fn read(name: &'a str) -> Option<Self> {
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let (start, number) = stem.split_once('~')?;
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (numbered && !start.is_empty() && start.len() <= 6).then_some(Self { start, extension })
    }

    /// What stands before four hexadecimal digits, if there are any.
    fn before_hash(&self) -> Option<&'a str> {
        let hash = self.start.get(2..6)?;
        hash.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| &self.start[..2])
    }
}
