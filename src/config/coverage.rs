//! Gates that close less than they look as if they did: warned about, and what stays open is
//! named.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;

use super::faults::Reviewer;
use super::locate::Spot;
use crate::domain::gate::{Access, Gate, GateSet, Intent, Pattern};
use crate::domain::path::SitePath;

/// What looks like a regular expression.
const SIGNS: [char; 9] = ['[', ']', '{', '}', '(', ')', '$', '^', '|'];

/// How many files and folders below a page are looked at, at most.
const MOST_FILES: usize = 10_000;

/// Warns about the gates of a file, which has `written` of them. `served` is the folder that is
/// served, if one is.
pub(super) fn warn(
    gates: &GateSet,
    written: usize,
    served: Option<&Path>,
    reviewer: &mut Reviewer<'_>,
) {
    let closed: Vec<&Gate> = gates.gates().iter().filter(|gate| is_closed(gate)).collect();
    if closed.is_empty() {
        let help = "add a [[gate]] with plans, or default = \"closed\" under [site]";
        reviewer.warn(&Spot::top("gate"), "nothing is closed: everybody reads everything", help);
    }
    let only_closed = GateSet::new(closed.into_iter().cloned().collect()).unwrap_or_default();
    for gate in gates.gates().iter().filter(|gate| gate.index < written) {
        for (at, pattern) in gate.patterns.iter().enumerate() {
            let spot = Spot::top("gate").index(gate.index).key("paths").index(at);
            warn_of_signs(pattern, &spot, reviewer);
            if is_closed(gate) {
                warn_of_deeper(pattern, gates, &spot, reviewer);
                warn_of_files_below(pattern, gates, served, &spot, reviewer);
                warn_of_namesake(gate, pattern, gates, &spot, reviewer);
            } else if !only_closed.gates().is_empty() && is_open_anyway(pattern, &only_closed) {
                let help = "no gate closes it: take it out";
                reviewer.warn(&spot, "this opens what is open already", help);
            }
        }
    }
}

fn is_closed(gate: &Gate) -> bool {
    match gate.access {
        Access::Open => false,
        Access::Plans(_) => true,
    }
}

fn warn_of_signs(pattern: &Pattern, spot: &Spot, reviewer: &mut Reviewer<'_>) {
    let text = pattern.as_str();
    let names_a_variable = |segment: &&str| segment.len() > 1 && segment.starts_with(':');
    let sign = text.find(SIGNS).map(|at| &text[at..=at]);
    if let Some(sign) = sign.or_else(|| text.split('/').find(names_a_variable)) {
        let help = "it is taken literally: there are no regular expressions, only * and **";
        reviewer.warn(spot, format!("this path has \"{sign}\" in it"), help);
    }
}

/// `/x/*` is one segment deep, and looks as if it were all of `/x/`.
fn warn_of_deeper(pattern: &Pattern, gates: &GateSet, spot: &Spot, reviewer: &mut Reviewer<'_>) {
    let text = pattern.as_str().trim_end_matches('/');
    if !text.ends_with('*') || text.ends_with("**") {
        return;
    }
    if is_free(gates, &format!("{}/a", an_address_of(text))) {
        let folder = text.trim_end_matches('*').trim_end_matches('/');
        let help = format!("write {folder}/** for everything below");
        reviewer.warn(spot, "what is deeper than this path stays open", help);
    }
}

/// `/x/` is one page, and looks as if it were all that is below.
fn warn_of_files_below(
    pattern: &Pattern,
    gates: &GateSet,
    served: Option<&Path>,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) {
    let (Some(served), Some(page)) = (served, address(pattern.as_str())) else { return };
    if pattern.as_str().contains('*') {
        return;
    }
    let folder_of =
        |path: &str| path.trim_end_matches("/index.html").trim_end_matches('/').to_owned();
    let page = folder_of(page.decoded());
    if let Some(open) = first_free_file(gates, served, page.trim_start_matches('/')) {
        let folder = folder_of(pattern.as_str());
        let help = format!("write {folder}/** for everything below");
        reviewer.warn(spot, format!("this is one page: {open} stays open"), help);
    }
}

/// What one gate closes may read like what another one does. Then both must admit, and whoever has
/// what the one asks for is locked out by the other.
fn warn_of_namesake(
    gate: &Gate,
    pattern: &Pattern,
    gates: &GateSet,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) {
    let (Access::Plans(own), Some(path)) =
        (&gate.access, address(&an_address_of(pattern.as_str())))
    else {
        return;
    };
    let governing: Vec<&Gate> = gates.governing(&path, Intent::Look).collect();
    let is_other = |other: &&&Gate| match &other.access {
        Access::Plans(plans) => plans.is_disjoint(own),
        Access::Open => false,
    };
    let is_own = governing.iter().any(|other| other.index == gate.index);
    if let Some(other) = governing.iter().find(is_other).filter(|_| is_own) {
        let number = other.index + 1;
        let message =
            format!("a website may read this path as one of gate {number}, which other plans open");
        let help = "whoever has one of them alone is asked for the other: name both plans in both gates, or the pages otherwise";
        reviewer.warn(spot, message, help);
    }
}

fn first_free_file(gates: &GateSet, served: &Path, page: &str) -> Option<String> {
    let mut folders = VecDeque::from([page.to_owned()]);
    let mut looked_at = 0;
    while let Some(folder) = folders.pop_front() {
        let mut entries: Vec<_> =
            fs::read_dir(served.join(&folder)).into_iter().flatten().flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            looked_at += 1;
            let (name, kind) = (entry.file_name().into_string(), entry.file_type());
            let (Ok(name), Ok(kind)) = (name, kind) else { continue };
            if name.starts_with('.') {
                continue; // it is not served
            }
            let path = format!("{folder}/{name}");
            let path = path.trim_start_matches('/');
            if kind.is_dir() && looked_at < MOST_FILES {
                folders.push_back(path.to_owned());
            }
            let of_file = SitePath::of_file(&format!("/{path}")).filter(|_| kind.is_file());
            if let Some(file) =
                of_file.filter(|file| gates.governing(file, Intent::Look).next().is_none())
            {
                return Some(file.path().to_owned());
            }
        }
    }
    None
}

/// Whether what a gate opens is nothing that another one closes. Only what is certain counts:
/// paths that begin alike may meet.
fn is_open_anyway(pattern: &Pattern, closed: &GateSet) -> bool {
    let before_wildcard =
        |pattern: &Pattern| pattern.as_str().split('*').next().unwrap_or_default().to_lowercase();
    let ours = before_wildcard(pattern);
    let mut others = closed.gates().iter().flat_map(|gate| &gate.patterns).map(before_wildcard);
    !others.any(|other| other.starts_with(&ours) || ours.starts_with(&other))
        && is_free(closed, &an_address_of(pattern.as_str()))
}

/// One of the addresses that a pattern stands for.
fn an_address_of(pattern: &str) -> String {
    pattern.replace("**", "a").replace('*', "a")
}

fn is_free(gates: &GateSet, path: &str) -> bool {
    address(path).is_some_and(|path| gates.governing(&path, Intent::Look).next().is_none())
}

fn address(path: &str) -> Option<SitePath> {
    SitePath::canonical(path.replace(' ', "%20").as_bytes(), |_| false).ok()
}
