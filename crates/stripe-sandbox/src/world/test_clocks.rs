//! Test clocks: they go on, and arrive. Who was made with one lives by it, with all that is his.

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

    /// What lives by it has lived on when it says that it is ready.
    pub(crate) fn arrive(&mut self, id: &str) {
        if let Some(target) = self.test_clocks.known(id).advancing_to {
            self.living_by(Some(id.to_owned()), |world| world.advance_to(target));
            self.test_clocks.known_mut(id).advancing_to = None;
            self.emit_clock("test_helpers.test_clock.ready", id);
        }
    }

    /// Whoever lives by it is deleted with it.
    pub(crate) fn delete_clock(&mut self, id: &str) {
        let last = self.test_clocks.known(id).render(self);
        let his = self.customers.iter().filter(|it| !it.deleted && it.is_on_clock(id));
        let customers: Vec<String> = his.map(|it| it.id.clone()).collect();
        for customer in customers {
            self.in_time_of(&customer, |world| world.delete_customer(&customer));
        }
        let clock = self.test_clocks.known_mut(id);
        clock.deleted = true;
        clock.advancing_to = None;
        self.emit("test_helpers.test_clock.deleted", last);
    }

    /// Unix seconds, by the clock by which one lives here.
    pub(crate) fn now(&self) -> i64 {
        let by = self.living_by.as_deref().map(|id| self.test_clocks.known(id));
        by.map_or_else(|| self.clock.now(), |clock| clock.frozen_time)
    }

    pub(crate) fn move_clock_to(&mut self, moment: i64) {
        match self.living_by.clone() {
            Some(id) => self.test_clocks.known_mut(&id).frozen_time = moment,
            None => self.clock.move_to(moment),
        }
    }

    /// Does something to an object, at the time that it is for its customer.
    pub(crate) fn in_time_of<T>(&mut self, id: &str, act: impl FnOnce(&mut World) -> T) -> T {
        let clock = self.clock_of(id);
        self.living_by(clock, act)
    }

    /// Does something at the time that a test clock says; `None`: the sandbox's own.
    pub(crate) fn living_by<T>(
        &mut self,
        clock: Option<String>,
        act: impl FnOnce(&mut World) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.living_by, clock);
        let result = act(self);
        self.living_by = before;
        result
    }

    /// The test clock by which a customer lives, or the customer of an object of any kind.
    pub(crate) fn clock_of(&self, id: &str) -> Option<String> {
        if self.test_clocks.len() == 0 {
            return None;
        }
        if let Some(customer) = self.customers.get(id) {
            return customer.test_clock.clone();
        }
        let object = self.find(id)?;
        // A refund names its charge, and a dispute too.
        ["customer", "charge"].iter().find_map(|field| self.clock_of(object[*field].as_str()?))
    }

    pub(crate) fn lives_by_this_clock(&self, customer: Option<&str>) -> bool {
        let customer = customer.and_then(|id| self.customers.get(id));
        customer.and_then(|it| it.test_clock.as_deref()) == self.living_by.as_deref()
    }

    /// Whoever lives by a test clock does not notice the others.
    pub(crate) fn clocks_on_their_way(&self) -> impl Iterator<Item = String> {
        let going = self.test_clocks.iter().filter(|clock| clock.advancing_to.is_some());
        going.filter(|_| self.living_by.is_none()).map(|clock| clock.id.clone())
    }

    fn emit_clock(&mut self, kind: &str, id: &str) {
        let snapshot = self.test_clocks.known(id).render(self);
        self.emit(kind, snapshot);
    }
}
