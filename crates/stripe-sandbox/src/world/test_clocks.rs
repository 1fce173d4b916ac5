//! Test clocks: they go on, and arrive.

use super::World;
use crate::object::Object;
use crate::object::test_clock::TestClock;

impl World {
    /// A clock that stands still; the answer is its id.
    pub(crate) fn add_test_clock(&mut self, frozen_time: i64, name: Option<&str>) -> String {
        let clock = TestClock {
            id: self.ids.long("clock"),
            created: self.now(),
            name: name.map(str::to_owned),
            frozen_time,
            advancing_to: None,
            deleted: false,
        };
        let id = clock.id.clone();
        self.test_clocks.insert(clock);
        self.emit_clock("test_helpers.test_clock.created", &id);
        id
    }

    pub(crate) fn send_on(&mut self, id: &str, target: i64) {
        self.test_clocks.known_mut(id).advancing_to = Some(target);
        self.emit_clock("test_helpers.test_clock.advancing", id);
    }

    pub(crate) fn arrive(&mut self, id: &str) {
        let clock = self.test_clocks.known_mut(id);
        if let Some(target) = clock.advancing_to.take() {
            clock.frozen_time = target;
            self.emit_clock("test_helpers.test_clock.ready", id);
        }
    }

    pub(crate) fn delete_clock(&mut self, id: &str) {
        let last = self.test_clocks.known(id).render(self);
        let clock = self.test_clocks.known_mut(id);
        clock.deleted = true;
        clock.advancing_to = None;
        self.emit("test_helpers.test_clock.deleted", last);
    }

    fn emit_clock(&mut self, kind: &str, id: &str) {
        let snapshot = self.test_clocks.known(id).render(self);
        self.emit(kind, snapshot);
    }
}
