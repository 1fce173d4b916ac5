//! The buttons next to subscriptions and payments. A new one is a row in a table.

use crate::cards;
use crate::object::Metadata;
use crate::object::charge::{Charge, ChargeResult};
use crate::object::dispute::Dispute;
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, CollectionPause, PauseBehavior, Subscription};
use crate::sandbox::{DisputeOutcome, DisputeStage};
use crate::world::{RefundOrder, World};

/// A button.
pub(super) struct Action<T: 'static> {
    /// As the form sends it.
    pub(super) name: &'static str,
    /// What the button says.
    pub(super) label: &'static str,
    /// Whether it is offered for this object.
    pub(super) is_for: fn(&World, &T) -> bool,
    pub(super) act: fn(&mut World, &str),
}

/// Next to each subscription.
pub(super) const SUBSCRIPTION: &[Action<Subscription>] = &[
    Action {
        name: "cancel-at-period-end",
        label: "Cancel at period end",
        is_for: |_, it| it.is_live() && it.cancellation == Cancellation::None,
        act: |world, id| {
            let asked_at = world.now();
            world.set_cancellation(id, Cancellation::AtPeriodEnd { asked_at });
        },
    },
    Action {
        name: "cancel-now",
        label: "Cancel now",
        is_for: |_, it| it.is_live(),
        act: World::end_subscription,
    },
    Action {
        name: "resume",
        label: "Don’t cancel",
        is_for: |_, it| it.is_live() && it.ends_at().is_some(),
        act: |world, id| world.set_cancellation(id, Cancellation::None),
    },
    Action {
        name: "failing-card",
        label: "Next renewal fails",
        is_for: |_, it| it.is_live() && it.default_payment_method.is_some(),
        act: |world, id| give_card(world, id, "4000000000000341"),
    },
    Action {
        name: "good-card",
        label: "Give a good card",
        is_for: |_, it| it.is_live(),
        act: |world, id| give_card(world, id, "4242424242424242"),
    },
    Action {
        name: "pause-collection",
        label: "Charge nothing for now",
        is_for: |_, it| it.is_live() && it.terms.pause.is_none(),
        act: |world, id| {
            let pause = CollectionPause { behavior: PauseBehavior::Void, resumes_at: None };
            world.set_collection_pause(id, Some(pause));
        },
    },
    Action {
        name: "resume-collection",
        label: "Charge again",
        is_for: |_, it| it.is_live() && it.terms.pause.is_some(),
        act: |world, id| world.set_collection_pause(id, None),
    },
];

/// Next to each payment.
pub(super) const PAYMENT: &[Action<Charge>] = &[
    Action {
        name: "refund",
        label: "Refund",
        is_for: |world, it| world.refundable(&it.id) > 0,
        act: |world, id| refund(world, id, world.refundable(id)),
    },
    Action {
        name: "refund-half",
        label: "Refund half of it",
        is_for: |world, it| world.refundable(&it.id) > 1,
        act: |world, id| refund(world, id, world.refundable(id) / 2),
    },
    Action {
        name: "inquiry",
        label: "The bank asks about it",
        is_for: can_be_disputed,
        act: |world, id| dispute(world, id, DisputeStage::Inquiry),
    },
    Action {
        name: "dispute",
        label: "The customer disputes it",
        is_for: can_be_disputed,
        act: |world, id| dispute(world, id, DisputeStage::NeedsResponse),
    },
    Action {
        name: "escalate",
        label: "The inquiry becomes a dispute",
        is_for: |world, it| can_become(world, it, DisputeOutcome::Escalated),
        act: |world, id| move_dispute(world, id, DisputeOutcome::Escalated),
    },
    Action {
        name: "dispute-won",
        label: "The dispute is won",
        is_for: |world, it| can_become(world, it, DisputeOutcome::Won),
        act: |world, id| move_dispute(world, id, DisputeOutcome::Won),
    },
    Action {
        name: "dispute-lost",
        label: "The dispute is lost",
        is_for: |world, it| can_become(world, it, DisputeOutcome::Lost),
        act: |world, id| move_dispute(world, id, DisputeOutcome::Lost),
    },
    Action {
        name: "fraud-warning",
        label: "The issuer warns of fraud",
        is_for: |world, it| {
            let warned = world.early_fraud_warnings.iter().any(|warning| warning.charge == it.id);
            it.result == ChargeResult::Succeeded && !warned
        },
        act: |world, id| {
            world.warn_of_fraud(id);
        },
    },
];

/// The customer gives a card, and the subscription is paid with it from then on.
fn give_card(world: &mut World, id: &str, number: &str) {
    let card = cards::find(number).expect("the dashboard gives test cards");
    world.give_card(id, Means::Card(card));
}

fn refund(world: &mut World, charge: &str, amount: i64) {
    let charge = charge.to_owned();
    world.refund(RefundOrder { charge, amount, reason: None, metadata: Metadata::new() });
}

fn can_be_disputed(world: &World, charge: &Charge) -> bool {
    charge.result == ChargeResult::Succeeded && !charge.is_disputed(world)
}

fn dispute(world: &mut World, charge: &str, stage: DisputeStage) {
    world.open_dispute(charge, stage, "fraudulent");
}

fn dispute_of<'a>(world: &'a World, charge: &str) -> Option<&'a Dispute> {
    world.disputes.iter().find(|dispute| dispute.charge == charge)
}

fn can_become(world: &World, charge: &Charge, outcome: DisputeOutcome) -> bool {
    dispute_of(world, &charge.id).is_some_and(|it| it.status.after(outcome).is_some())
}

fn move_dispute(world: &mut World, charge: &str, outcome: DisputeOutcome) {
    if let Some(id) = dispute_of(world, charge).map(|dispute| dispute.id.clone()) {
        world.move_dispute(&id, outcome);
    }
}
