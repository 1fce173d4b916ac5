//! Objects by id, in the order of their creation.

use std::collections::HashMap;

use crate::object::Object;

/// All objects of one kind. None is ever removed.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    positions: HashMap<String, usize>,
}

impl<T: Object> Table<T> {
    pub(crate) fn new() -> Table<T> {
        Table { rows: Vec::new(), positions: HashMap::new() }
    }

    /// An object of the same id is replaced.
    pub(crate) fn insert(&mut self, object: T) {
        if let Some(&position) = self.positions.get(object.id()) {
            self.rows[position] = object;
        } else {
            self.positions.insert(object.id().to_owned(), self.rows.len());
            self.rows.push(object);
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.positions.get(id).map(|&position| &self.rows[position])
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.positions.get(id).map(|&position| &mut self.rows[position])
    }

    /// An object that another object names.
    pub(crate) fn known(&self, id: &str) -> &T {
        self.get(id).expect("objects are never removed, and name only objects that exist")
    }

    /// An object that another object names, to be changed.
    pub(crate) fn known_mut(&mut self, id: &str) -> &mut T {
        self.get_mut(id).expect("objects are never removed, and name only objects that exist")
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}
