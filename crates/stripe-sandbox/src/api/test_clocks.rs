//! `/v1/test_helpers/test_clocks`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, FAR_SECONDS, integer, integer_within};
use crate::form::Form;
use crate::object::Object;
use crate::object::test_clock::TestClock;
use crate::world::World;

pub(crate) const CREATE: Accepts =
    Accepts { required: &["frozen_time"], optional: &["name"], not_in_sandbox: &["customer"] };
pub(crate) const ADVANCE: Accepts =
    Accepts { required: &["frozen_time"], optional: &[], not_in_sandbox: &[] };

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let far = world.now() + FAR_SECONDS;
    let frozen_time = integer_within(form, "frozen_time", 0..=far)?.unwrap_or_default();
    let id = world.add_test_clock(frozen_time, form.text("name"));
    Ok(world.test_clocks.known(&id).render(world))
}

/// The answer shows it on its way; it has arrived when the next call comes.
pub(crate) fn advance(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let clock = standing(world, id)?;
    let (from, busy) = (clock.frozen_time, clock.advancing_to.is_some());
    let target = integer(form, "frozen_time")?.unwrap_or_default();
    if busy {
        let message = "Test clock advancement underway: wait until it is ready.";
        return Err(ApiError::invalid(message));
    }
    if target <= from {
        let message = "Test clocks can only be advanced to a time in the future of the clock.";
        return Err(ApiError::invalid(message).at("frozen_time"));
    }
    if target > from + FAR_SECONDS {
        let message = "Test clocks cannot be advanced that far at once.";
        return Err(ApiError::invalid(message).at("frozen_time"));
    }
    world.send_on(id, target);
    Ok(world.test_clocks.known(id).render(world))
}

pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    standing(world, id)?;
    world.delete_clock(id);
    Ok(json!({ "id": id, "object": "test_helpers.test_clock", "deleted": true }))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let clocks = world.test_clocks.iter().filter(|clock| !clock.deleted);
    page(world, form, "/v1/test_helpers/test_clocks", clocks)
}

/// The clock that a parameter names, if one can still live by it.
pub(crate) fn named(world: &World, id: &str) -> Result<String, ApiError> {
    let clock = world.test_clocks.get(id).filter(|clock| !clock.deleted);
    let clock = clock.ok_or_else(|| ApiError::no_such(TestClock::KIND, id, "test_clock"))?;
    Ok(clock.id.clone())
}

fn standing<'a>(world: &'a World, id: &str) -> Result<&'a TestClock, ApiError> {
    let clock = world.test_clocks.get(id).filter(|clock| !clock.deleted);
    clock.ok_or_else(|| ApiError::not_found(TestClock::KIND, id))
}
