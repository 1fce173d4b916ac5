//! `/v1/events`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, integer};
use crate::form::Form;
use crate::object::event::Event;
use crate::world::World;

pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["type", "types.*", "delivery_success", "created", "created.*"],
    not_in_sandbox: &[],
};

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let types: Vec<&str> = form.text("type").into_iter().chain(form.list("types")).collect();
    let delivered = boolean(form, "delivery_success")?;
    let created = created(form)?;
    let wanted = |event: &&Event| {
        (types.is_empty() || types.iter().any(|wanted| fits(wanted, &event.kind)))
            && delivered.is_none_or(|delivered| delivered == (event.pending_webhooks == 0))
            && created.contains(&event.created)
    };
    page(world, form, "/v1/events", world.events.iter().filter(wanted))
}

/// `customer.*` fits `customer.created` and `customer.subscription.created`.
fn fits(wanted: &str, kind: &str) -> bool {
    wanted == kind || wanted.strip_suffix('*').is_some_and(|start| kind.starts_with(start))
}

/// From the first to the last second that fits.
pub(crate) fn created(form: &Form) -> Result<std::ops::RangeInclusive<i64>, ApiError> {
    if let Some(exactly) = integer(form, "created")? {
        return Ok(exactly..=exactly);
    }
    let first = integer(form, "created.gt")?.map(|at| at + 1).or(integer(form, "created.gte")?);
    let last = integer(form, "created.lt")?.map(|at| at - 1).or(integer(form, "created.lte")?);
    Ok(first.unwrap_or(i64::MIN)..=last.unwrap_or(i64::MAX))
}
