//! `/v1/subscription_items`: read only; an update of the subscription changes them.

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::Accepts;
use crate::form::Form;
use crate::object::Object;
use crate::object::subscription::Subscription;
use crate::world::World;

pub(crate) const LIST: Accepts =
    Accepts { required: &["subscription"], optional: &[], not_in_sandbox: &[] };

/// An item with the subscription that it is shown from.
struct Shown<'a> {
    id: &'a str,
    object: Value,
}

impl Object for Shown<'_> {
    const KIND: &'static str = "subscription_item";

    fn id(&self) -> &str {
        self.id
    }

    fn render(&self, _: &World) -> Value {
        self.object.clone()
    }
}

fn shown<'a>(world: &World, subscription: &'a Subscription) -> Vec<Shown<'a>> {
    let items = subscription.items.iter();
    items
        .map(|item| Shown { id: &item.id, object: subscription.render_item(item, world) })
        .collect()
}

/// In the order of the subscription, as Stripe lists them.
pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let id = form.required("subscription");
    let subscription = world.subscriptions.get(id);
    let subscription =
        subscription.ok_or_else(|| ApiError::no_such(Subscription::KIND, id, "subscription"))?;
    let items = shown(world, subscription);
    page(world, form, "/v1/subscription_items", items.iter().rev())
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let all = world.subscriptions.iter().flat_map(|it| shown(world, it));
    let found = all.into_iter().find(|item| item.id == id).map(|item| item.object);
    found.ok_or_else(|| ApiError::not_found("subscription_item", id))
}
