//! The buttons next to subscriptions and payments. A new one is a row in a table.

use serde_json::json;

use crate::cards;
use crate::object::charge::Charge;
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, Subscription};
use crate::world::World;

/// A button.
pub(super) struct Action<T: 'static> {
    /// As the form sends it.
    pub(super) name: &'static str,
    /// What the button says.
    pub(super) label: &'static str,
    /// Whether it is offered for this object.
    pub(super) is_for: fn(&T) -> bool,
    pub(super) act: fn(&mut World, &str),
}

/// Next to each subscription.
pub(super) const SUBSCRIPTION: &[Action<Subscription>] = &[
    Action {
        name: "cancel-at-period-end",
        label: "Cancel at period end",
        is_for: |it| it.is_live() && it.cancellation == Cancellation::None,
        act: |world, id| {
            let asked_at = world.now();
            world.set_cancellation(id, Cancellation::AtPeriodEnd { asked_at });
        },
    },
    Action {
        name: "cancel-now",
        label: "Cancel now",
        is_for: Subscription::is_live,
        act: World::end_subscription,
    },
    Action {
        name: "resume",
        label: "Don’t cancel",
        is_for: |it| it.is_live() && it.ends_at().is_some(),
        act: |world, id| world.set_cancellation(id, Cancellation::None),
    },
    Action {
        name: "failing-card",
        label: "Next renewal fails",
        is_for: |it| it.is_live() && it.default_payment_method.is_some(),
        act: |world, id| change_card(world, id, "4000000000000341"),
    },
    Action {
        name: "good-card",
        label: "Give a good card",
        is_for: Subscription::is_live,
        act: |world, id| change_card(world, id, "4242424242424242"),
    },
];

/// Next to each payment.
pub(super) const PAYMENT: &[Action<Charge>] = &[];

/// The customer gives a card, and the subscription is paid with it from then on.
fn change_card(world: &mut World, id: &str, number: &str) {
    let card = cards::find(number).expect("the dashboard gives test cards");
    let subscription = world.subscriptions.known(id);
    let (customer, before) =
        (subscription.customer.clone(), subscription.default_payment_method.clone());
    let email = world.customers.known(&customer).email.clone().unwrap_or_default();
    let method = world.add_payment_method(Means::Card(card), &email, Some(&customer));
    world.subscriptions.known_mut(id).default_payment_method = Some(method);
    let previous = json!({ "default_payment_method": before });
    world.emit_subscription("customer.subscription.updated", id, Some(previous));
}
