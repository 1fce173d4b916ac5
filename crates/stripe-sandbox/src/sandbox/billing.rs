//! What happens to subscriptions, at the hands of their customers, their owner, or nobody.

use serde_json::Value;

use super::{Sandbox, rendered};
use crate::cards;
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, CollectionPause, PauseBehavior, SubscriptionItem};
use crate::options::AfterRetries;
use crate::world::{Outcome, Presence, Proration};

/// Why an invoice was not paid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayInvoiceError {
    /// No open invoice has this id.
    #[error("no such open invoice")]
    NotOpen,
    /// Neither the subscription nor the customer has a card.
    #[error("there is nothing to charge")]
    NothingToCharge,
    /// The card was declined.
    #[error("declined: {decline_code}")]
    Declined {
        /// Such as `insufficient_funds`.
        decline_code: String,
    },
}

/// Subscriptions and invoices.
impl Sandbox {
    /// Sells another price, or another number, from now on; the rest of the period is prorated with
    /// the next invoice. `false`: no live subscription has this id, or no recurring price that one.
    pub fn change_subscription(&self, id: &str, price: &str, quantity: i64) -> bool {
        self.shared.with_time_of(id, |world| {
            let recurring = world.prices.get(price).and_then(|price| price.recurring);
            let live = world.subscriptions.get(id).filter(|it| it.is_live());
            let Some((recurring, subscription)) = recurring.zip(live) else { return false };
            let Some(first) = subscription.items.first() else { return false };
            let item = SubscriptionItem { id: first.id.clone(), price: price.to_owned(), quantity };
            let rest = subscription.items.iter().skip(1).cloned();
            let items: Vec<SubscriptionItem> = std::iter::once(item).chain(rest).collect();
            if !world.go_together(&items, recurring) {
                return false;
            }
            world.change_items(id, items, recurring, Proration::Later);
            true
        })
    }

    /// Charges nobody from now on. `false`: no live subscription has this id.
    pub fn pause_collection(
        &self,
        id: &str,
        behavior: PauseBehavior,
        resumes_at: Option<i64>,
    ) -> bool {
        let pause = CollectionPause { behavior, resumes_at };
        self.on_live_subscription(id, |world| world.set_collection_pause(id, Some(pause)))
    }

    /// Charges again, from the next invoice on.
    pub fn resume_collection(&self, id: &str) -> bool {
        self.on_live_subscription(id, |world| world.set_collection_pause(id, None))
    }

    /// Ends a subscription at a moment, in Unix seconds.
    pub fn cancel_subscription_at(&self, id: &str, moment: i64) -> bool {
        self.on_live_subscription(id, |world| {
            let asked_at = world.now();
            world.set_cancellation(id, Cancellation::At { moment, asked_at });
        })
    }

    /// Gives a subscription another test card. `false`: no live subscription, or no test card.
    pub fn set_card(&self, id: &str, number: &str) -> bool {
        let Some(card) = cards::find(number) else { return false };
        self.on_live_subscription(id, |world| world.give_card(id, Means::Card(card)))
    }

    /// What a customer does who pays an open invoice on its page; 3-D Secure is completed.
    pub fn pay_invoice(&self, id: &str) -> Result<(), PayInvoiceError> {
        self.shared.with_time_of(id, |world| {
            let open = world.invoices.get(id).is_some_and(|invoice| invoice.state.can_be_paid());
            if !open {
                return Err(PayInvoiceError::NotOpen);
            }
            match world.try_to_collect(id, Presence::Customer, None) {
                Outcome::Paid => Ok(()),
                Outcome::NothingToCharge | Outcome::NeedsCustomer => {
                    Err(PayInvoiceError::NothingToCharge)
                }
                Outcome::Declined(decline) => {
                    Err(PayInvoiceError::Declined { decline_code: decline.reason.to_owned() })
                }
            }
        })
    }

    /// Sets what becomes of subscriptions after the last failed try to charge.
    pub fn after_retries(&self, setting: AfterRetries) {
        self.shared.with(|world| world.billing.after_retries = setting);
    }

    /// All invoices, oldest first.
    pub fn invoices(&self) -> Vec<Value> {
        self.shared.with(|world| rendered(world, &world.invoices))
    }
}
