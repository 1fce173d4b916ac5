//! Gates that no rule tells apart.

use std::collections::HashMap;

use super::pattern::{self, Part, Pattern};
use super::{Access, Gate};

/// Two patterns of different gates that are equally specific, match a common path, and do not
/// agree about it. Positions count from zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{pattern}\" is as specific as \"{other_pattern}\" of another gate, and they differ")]
pub struct GateFault {
    /// The gate that comes later.
    pub gate: usize,
    /// Its pattern.
    pub pattern_at: usize,
    /// As written.
    pub pattern: String,
    /// The gate that comes first.
    pub other_gate: usize,
    /// Its pattern.
    pub other_pattern: String,
}

/// A pattern that was looked at: its gate, its place there, its folded parts.
type Seen = (usize, usize, Vec<Part>);

/// Patterns that were looked at, by what they must have in common to be in each other's way.
#[derive(Default)]
struct Known {
    /// By every form of their page.
    pages: HashMap<Vec<Part>, Vec<(usize, usize)>>,
    /// By the shape of their parts.
    shapes: HashMap<Vec<u8>, Vec<Seen>>,
}

/// Pairs of patterns that no rule tells apart.
pub(super) fn conflicts(gates: &[Gate]) -> Vec<GateFault> {
    let mut known = Known::default();
    let mut faults = Vec::new();
    for (gate_at, gate) in gates.iter().enumerate() {
        for (pattern_at, pattern) in gate.patterns.iter().enumerate() {
            let disagrees = |other: usize| differ(&gates[other], gate);
            let clash = if pattern.is_page() {
                known.same_page(pattern, (gate_at, pattern_at), disagrees)
            } else {
                known.same_shape(pattern, (gate_at, pattern_at), disagrees)
            };
            if let Some((other_gate, other_pattern)) = clash {
                faults.push(GateFault {
                    gate: gate_at,
                    pattern_at,
                    pattern: pattern.to_string(),
                    other_gate,
                    other_pattern: gates[other_gate].patterns[other_pattern].to_string(),
                });
            }
        }
    }
    faults
}

impl Known {
    /// A page that one gate closes as `/x` and another opens as `/x.html` is the same page.
    fn same_page(
        &mut self,
        pattern: &Pattern,
        at: (usize, usize),
        disagrees: impl Fn(usize) -> bool,
    ) -> Option<(usize, usize)> {
        let mut clash = None;
        for (form, _) in pattern.forms() {
            let alike = self.pages.entry(form).or_default();
            clash = clash.or_else(|| alike.iter().find(|(other, _)| disagrees(*other)).copied());
            alike.push(at);
        }
        clash
    }

    fn same_shape(
        &mut self,
        pattern: &Pattern,
        at: (usize, usize),
        disagrees: impl Fn(usize) -> bool,
    ) -> Option<(usize, usize)> {
        let written = pattern.forms().into_iter().next().map(|(parts, _)| parts);
        let parts = written.expect("the first form is the pattern as written");
        let shape = parts.iter().map(Part::narrowness).collect();
        let alike = self.shapes.entry(shape).or_default();
        let clash = alike.iter().find(|(other, _, known)| disagrees(*other) && meet(known, &parts));
        let clash = clash.map(|(gate, pattern, _)| (*gate, *pattern));
        alike.push((at.0, at.1, parts));
        clash
    }
}

fn differ(one: &Gate, other: &Gate) -> bool {
    one.access != other.access || (one.access != Access::Open && one.unpaid != other.unpaid)
}

/// Whether two patterns of one shape have a path in common.
fn meet(one: &[Part], other: &[Part]) -> bool {
    one.iter().zip(other).all(|(a, b)| pattern::overlap(a, b))
}
