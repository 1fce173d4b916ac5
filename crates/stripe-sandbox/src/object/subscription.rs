//! Subscriptions.

use serde_json::{Value, json};

use super::price::Recurring;
use super::{Metadata, Object, sublist, with_nulls};
use crate::calendar;
use crate::world::World;

/// Somebody who pays again and again.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) currency: String,
    pub(crate) items: Vec<SubscriptionItem>,
    pub(crate) recurring: Recurring,
    pub(crate) status: Status,
    /// Periods are counted from here; a trial is before it.
    pub(crate) anchor: i64,
    pub(crate) period: Period,
    pub(crate) trial: Option<Period>,
    pub(crate) cancellation: Cancellation,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
    pub(crate) discount: Option<String>,
    pub(crate) latest_invoice: Option<String>,
    pub(crate) default_payment_method: Option<String>,
    pub(crate) terms: Terms,
}

/// What is agreed besides price and period; the default is what a checkout agrees on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) without_card: WithoutCard,
    pub(crate) pause: Option<CollectionPause>,
    /// Why it ends, in the customer's words.
    pub(crate) comment: Option<String>,
    /// Why it ends, as one of Stripe's words, such as `too_expensive`.
    pub(crate) feedback: Option<String>,
    /// It ended because nobody paid.
    pub(crate) ended_unpaid: bool,
    /// The end of the period that the customer was told of.
    pub(crate) announced: Option<i64>,
}

/// What a trial becomes at its end if there is nothing to charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum WithoutCard {
    #[default]
    CreateInvoice,
    Cancel,
    Pause,
}

/// Invoices are made, but nobody is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CollectionPause {
    pub(crate) behavior: PauseBehavior,
    pub(crate) resumes_at: Option<i64>,
}

/// What becomes of the invoices of a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseBehavior {
    /// They stay drafts: the service is owed for, later.
    KeepAsDraft,
    /// They are written off.
    MarkUncollectible,
    /// They are void: the service is free.
    Void,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubscriptionItem {
    pub(crate) id: String,
    pub(crate) price: String,
    pub(crate) quantity: i64,
}

/// From `start` to just before `end`, Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// The first payment is not there yet.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired {
        ended_at: i64,
    },
    Trialing,
    Active,
    /// A later payment did not come.
    PastDue,
    /// The same, and nobody tries any more.
    Unpaid,
    /// A trial ended with nothing to charge.
    Paused,
    Canceled {
        ended_at: i64,
    },
}

/// Whether and when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancellation {
    None,
    /// Asked for at `asked_at`.
    AtPeriodEnd {
        asked_at: i64,
    },
    At {
        moment: i64,
        asked_at: i64,
    },
    /// Ended before its time.
    Immediate {
        asked_at: i64,
    },
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Incomplete => "incomplete",
            Status::IncompleteExpired { .. } => "incomplete_expired",
            Status::Trialing => "trialing",
            Status::Active => "active",
            Status::PastDue => "past_due",
            Status::Unpaid => "unpaid",
            Status::Paused => "paused",
            Status::Canceled { .. } => "canceled",
        }
    }

    pub(crate) fn ended_at(self) -> Option<i64> {
        match self {
            Status::IncompleteExpired { ended_at } | Status::Canceled { ended_at } => {
                Some(ended_at)
            }
            Status::Incomplete
            | Status::Trialing
            | Status::Active
            | Status::PastDue
            | Status::Unpaid
            | Status::Paused => None,
        }
    }
}

impl WithoutCard {
    pub(crate) const ALL: [WithoutCard; 3] =
        [WithoutCard::CreateInvoice, WithoutCard::Cancel, WithoutCard::Pause];

    pub(crate) fn name(self) -> &'static str {
        match self {
            WithoutCard::CreateInvoice => "create_invoice",
            WithoutCard::Cancel => "cancel",
            WithoutCard::Pause => "pause",
        }
    }
}

impl PauseBehavior {
    pub(crate) const ALL: [PauseBehavior; 3] =
        [PauseBehavior::KeepAsDraft, PauseBehavior::MarkUncollectible, PauseBehavior::Void];

    pub(crate) fn name(self) -> &'static str {
        match self {
            PauseBehavior::KeepAsDraft => "keep_as_draft",
            PauseBehavior::MarkUncollectible => "mark_uncollectible",
            PauseBehavior::Void => "void",
        }
    }
}

impl Cancellation {
    fn asked_at(self) -> Option<i64> {
        match self {
            Cancellation::None => None,
            Cancellation::AtPeriodEnd { asked_at }
            | Cancellation::At { asked_at, .. }
            | Cancellation::Immediate { asked_at } => Some(asked_at),
        }
    }
}

impl Subscription {
    /// Not ended, whether it is paid or not.
    pub(crate) fn is_live(&self) -> bool {
        self.status.ended_at().is_none()
    }

    /// The moment at which it ends, if that is settled.
    pub(crate) fn ends_at(&self) -> Option<i64> {
        match self.cancellation {
            Cancellation::None | Cancellation::Immediate { .. } => None,
            Cancellation::AtPeriodEnd { .. } => Some(self.period.end),
            Cancellation::At { moment, .. } => Some(moment),
        }
    }

    /// The period after the present one.
    pub(crate) fn next_period(&self) -> Period {
        let mut periods = 0;
        let end = |periods: i64| {
            calendar::after(self.anchor, self.recurring.interval, periods * self.recurring.count)
        };
        while end(periods) <= self.period.end {
            periods += 1;
        }
        Period { start: self.period.end, end: end(periods) }
    }

    /// What one period costs, before discounts.
    pub(crate) fn cost(&self, world: &World) -> i64 {
        self.items.iter().map(|item| world.price(&item.price).times(item.quantity)).sum()
    }

    fn cancellation_details(&self) -> Value {
        let requested = self.cancellation.asked_at().map(|_| "cancellation_requested");
        let reason = if self.terms.ended_unpaid { Some("payment_failed") } else { requested };
        json!({
            "comment": self.terms.comment, "feedback": self.terms.feedback, "feedback_option": null,
            "reason": reason,
        })
    }

    pub(crate) fn render_item(&self, item: &SubscriptionItem, world: &World) -> Value {
        let price = world.price(&item.price);
        json!({
            "id": item.id, "object": "subscription_item", "billing_thresholds": null, "created": self.created,
            "current_period_end": self.period.end, "current_period_start": self.period.start, "current_trial": null,
            "discounts": [], "metadata": {}, "plan": price.render_plan(self.recurring), "price": price.render(world),
            "quantity": item.quantity, "subscription": self.id, "tax_rates": [],
        })
    }
}

impl Object for Subscription {
    const KIND: &'static str = "subscription";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let items: Vec<Value> =
            self.items.iter().map(|item| self.render_item(item, world)).collect();
        let pause = self.terms.pause.map(
            |pause| json!({ "behavior": pause.behavior.name(), "resumes_at": pause.resumes_at }),
        );
        let subscription = json!({
            "id": self.id, "object": "subscription", "billing_cycle_anchor": self.anchor,
            "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null },
            "billing_mode": { "flexible": { "proration_discounts": "included" }, "type": "flexible" },
            "billing_schedules": [], "cancel_at": self.ends_at(),
            "cancel_at_period_end": matches!(self.cancellation, Cancellation::AtPeriodEnd { .. }),
            "canceled_at": self.cancellation.asked_at(),
            "cancellation_details": self.cancellation_details(), "pause_collection": pause,
            "collection_method": "charge_automatically", "created": self.created, "currency": self.currency,
            "customer": self.customer, "default_payment_method": self.default_payment_method,
            "default_tax_rates": [], "description": self.description, "discounts": self.discount.as_slice(),
            "ended_at": self.status.ended_at(), "livemode": false, "metadata": self.metadata,
            "invoice_settings": {
                "account_tax_ids": null, "custom_fields": null, "description": null, "footer": null,
                "issuer": { "type": "self" },
            },
            "items": sublist(&items, &format!("/v1/subscription_items?subscription={}", self.id)),
            "latest_invoice": self.latest_invoice, "start_date": self.created, "status": self.status.name(),
            "payment_settings": {
                "payment_method_options": null, "payment_method_types": null, "save_default_payment_method": "off",
            },
            "test_clock": world.clock_of(&self.customer),
            "trial_end": self.trial.map(|trial| trial.end), "trial_start": self.trial.map(|trial| trial.start),
            "trial_settings": {
                "end_behavior": { "billing_cycle_anchor": null, "missing_payment_method": self.terms.without_card.name() },
            },
        });
        let nulls = [
            "application",
            "application_fee_percent",
            "billing_cycle_anchor_config",
            "billing_thresholds",
            "customer_account",
            "days_until_due",
            "default_source",
            "managed_payments",
            "next_pending_invoice_item_invoice",
            "on_behalf_of",
            "pending_invoice_item_interval",
            "pending_setup_intent",
            "pending_update",
            "schedule",
            "transfer_data",
        ];
        with_nulls(subscription, &nulls)
    }
}
