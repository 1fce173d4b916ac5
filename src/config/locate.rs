//! Where in the file a setting stands.

use std::fmt;
use std::ops::Range;

use toml_edit::{Document, Item, Table, TableLike, Value};

/// The way to a setting: `plans` → `pro` → `prices` → 0 → `id`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spot(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Spot {
    /// A section or setting at the top.
    pub(super) fn top(key: &str) -> Self {
        Self::default().key(key)
    }

    /// A setting within.
    pub(super) fn key(&self, key: &str) -> Self {
        self.then(Step::Key(key.to_owned()))
    }

    /// One of a list, from zero.
    pub(super) fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Whether the other one is this one, or within.
    pub(super) fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// Whether it stands at the top.
    pub(super) fn is_top(&self) -> bool {
        self.0.len() == 1
    }

    fn parent(&self) -> Option<Self> {
        let (_, before) = self.0.split_last()?;
        Some(Self(before.to_vec()))
    }
}

impl fmt::Display for Spot {
    /// As people name it: `plans.pro.prices.1.id`, counted from one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            match step {
                Step::Key(key) => f.write_str(key)?,
                Step::Index(index) => write!(f, "{}", index + 1)?,
            }
        }
        Ok(())
    }
}

/// Which part of a setting is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its name.
    Key,
    /// What stands behind `=`.
    Value,
}

/// Bytes of the text where a setting stands; of the nearest thing around it that stands there
/// if it does not.
pub(super) fn locate(document: &Document<&str>, spot: &Spot, part: Part) -> Option<Range<usize>> {
    let mut part = part;
    let mut spot = spot.clone();
    loop {
        if let Some(found) = exactly(document.as_table(), &spot, part) {
            return Some(found);
        }
        spot = spot.parent()?;
        part = Part::Key;
    }
}

/// A thing of the document, whatever it is written as.
#[derive(Clone, Copy)]
enum Thing<'a> {
    Item(&'a Item),
    Table(&'a Table),
    Value(&'a Value),
}

fn exactly(root: &Table, spot: &Spot, part: Part) -> Option<Range<usize>> {
    let (last, before) = spot.0.split_last()?;
    let mut thing = Thing::Table(root);
    for step in before {
        thing = thing.child(step)?;
    }
    match (last, part) {
        (Step::Key(key), Part::Key) => {
            let table = thing.table()?;
            let (key, item) = table.get_key_value(key)?;
            // A section stands where its header does.
            let header = item.as_table().and_then(Table::span);
            header.or_else(|| key.span())
        }
        (Step::Key(_), Part::Value) | (Step::Index(_), _) => thing.child(last)?.span(),
    }
}

impl<'a> Thing<'a> {
    fn table(self) -> Option<&'a dyn TableLike> {
        match self {
            Self::Item(item) => item.as_table_like(),
            Self::Table(table) => Some(table),
            Self::Value(value) => value.as_inline_table().map(|table| table as &dyn TableLike),
        }
    }

    fn child(self, step: &Step) -> Option<Self> {
        match step {
            Step::Key(key) => self.table()?.get(key).map(Self::Item),
            Step::Index(index) => match self {
                Self::Item(Item::ArrayOfTables(tables)) => tables.get(*index).map(Self::Table),
                Self::Item(item) => item.as_array()?.get(*index).map(Self::Value),
                Self::Value(value) => value.as_array()?.get(*index).map(Self::Value),
                Self::Table(_) => None,
            },
        }
    }

    fn span(self) -> Option<Range<usize>> {
        match self {
            Self::Item(item) => item.span(),
            Self::Table(table) => table.span(),
            Self::Value(value) => value.span(),
        }
    }
}
