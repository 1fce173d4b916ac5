//! Changing a subscription that goes on: what it is of, how many, whether it is charged for.

use super::World;
use crate::money;
use crate::object::invoice::{BillingReason, Collection, Invoice};
use crate::object::invoice_item::InvoiceItem;
use crate::object::payment_method::Means;
use crate::object::price::Recurring;
use crate::object::subscription::{
    CollectionPause, Period, Status, Subscription, SubscriptionItem,
};
use crate::object::{Metadata, Object};

/// How a change in the middle of a period is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proration {
    /// With the next invoice.
    Later,
    /// At once.
    Now,
    /// Not at all.
    None,
}

/// Which side of a change in the middle of a period.
#[derive(Clone, Copy)]
enum Rest {
    /// Credit for what was paid and is not used.
    Unused,
    /// What is owed instead.
    Remaining,
}

impl World {
    /// Other prices, or other quantities. What is left of the period is credited at the old price
    /// and owed at the new one, by the second, without discounts. Another interval begins a new
    /// period now, and is charged now.
    pub(crate) fn change_items(
        &mut self,
        id: &str,
        items: Vec<SubscriptionItem>,
        recurring: Recurring,
        proration: Proration,
    ) {
        let old = self.subscriptions.known(id).clone();
        let paid_for = matches!(old.status, Status::Active | Status::PastDue);
        let restarts = recurring != old.recurring && paid_for;
        if paid_for && proration != Proration::None {
            let kept: &[SubscriptionItem] = if restarts { &[] } else { &items };
            for item in old.items.iter().filter(|item| !kept.contains(item)) {
                self.owe_rest_of_period(&old, item, Rest::Unused);
            }
            for item in kept.iter().filter(|item| !old.items.contains(item)) {
                self.owe_rest_of_period(&old, item, Rest::Remaining);
            }
        }
        let now = self.now();
        self.alter(id, |subscription| {
            subscription.items = items;
            subscription.recurring = recurring;
            if restarts {
                subscription.anchor = now;
                subscription.period.end = now;
                subscription.period = subscription.next_period();
            }
        });
        if restarts {
            let invoice = self.create_invoice(id, BillingReason::SubscriptionUpdate);
            self.collect_when_due(&invoice);
        } else if proration == Proration::Now && paid_for {
            self.invoice_changes(&old);
        }
    }

    fn invoice_changes(&mut self, subscription: &Subscription) {
        let reason = BillingReason::SubscriptionUpdate;
        let blank = self.blank_invoice(&subscription.customer, &subscription.currency, reason);
        let invoice = self.create_invoice_of_items(Invoice {
            subscription: Some(subscription.id.clone()),
            collection: Collection { automatic: true, ..Collection::default() },
            subscription_metadata: subscription.metadata.clone(),
            ..blank
        });
        self.collect_when_due(&invoice);
    }

    fn owe_rest_of_period(
        &mut self,
        subscription: &Subscription,
        item: &SubscriptionItem,
        rest: Rest,
    ) {
        let now = self.now();
        let period = subscription.period;
        let price = self.price(&item.price);
        let whole = price.times(item.quantity);
        let part = money::prorated(whole, period.end - now, period.end - period.start);
        let product = &self.product(&price.product).name;
        let (amount, time) = match rest {
            Rest::Unused => (-part, "Unused time on"),
            Rest::Remaining => (part, "Remaining time on"),
        };
        let description = format!("{time} {} × {product}", item.quantity);
        let owed = InvoiceItem {
            id: self.ids.long("ii"),
            created: now,
            customer: subscription.customer.clone(),
            subscription: Some(subscription.id.clone()),
            subscription_item: Some(item.id.clone()),
            price: Some(item.price.clone()),
            quantity: item.quantity,
            amount,
            currency: subscription.currency.clone(),
            description: Some(description),
            period: Period { start: now, end: period.end },
            proration: true,
            invoice: None,
            metadata: Metadata::new(),
            deleted: false,
        };
        self.add_invoice_item(owed);
    }

    /// Nobody is charged from now on; `None`: they are again.
    pub(crate) fn set_collection_pause(&mut self, id: &str, pause: Option<CollectionPause>) {
        self.alter(id, |subscription| subscription.terms.pause = pause);
    }

    /// Another means of payment; the next try takes it.
    pub(crate) fn set_method(&mut self, id: &str, method: String) {
        self.alter(id, |subscription| subscription.default_payment_method = Some(method));
    }

    /// A trial ends now, or at another moment.
    pub(crate) fn set_trial_end(&mut self, id: &str, end: i64) {
        let now = self.now();
        let change = |subscription: &mut Subscription| {
            let start = subscription.trial.map_or(now, |trial| trial.start);
            subscription.trial = Some(Period { start, end });
            subscription.anchor = end;
            subscription.period = Period { start, end };
        };
        if end > now {
            self.alter(id, |subscription| {
                change(subscription);
                subscription.status = Status::Trialing;
            });
        } else if self.subscriptions.known(id).status == Status::Trialing {
            change(self.subscriptions.known_mut(id));
            self.renew(id);
        }
    }

    /// Tells the customer what comes: the end of a trial, or an invoice.
    pub(crate) fn announce_period_end(&mut self, id: &str) {
        let subscription = self.subscriptions.known_mut(id);
        subscription.terms.announced = Some(subscription.period.end);
        if subscription.status == Status::Trialing {
            let snapshot = self.subscriptions.known(id).render(self);
            self.emit("customer.subscription.trial_will_end", snapshot);
        } else {
            self.announce_renewal(id);
        }
    }

    /// A new card of the subscription's customer, which the subscription is paid with from now on.
    pub(crate) fn give_card(&mut self, id: &str, means: Means) {
        let customer = self.subscriptions.known(id).customer.clone();
        let email = self.customers.known(&customer).email.clone().unwrap_or_default();
        let method = self.add_payment_method(means, &email, Some(&customer));
        self.set_method(id, method);
    }

    /// Whether one subscription can have these items: all are charged at the same time.
    pub(crate) fn go_together(&self, items: &[SubscriptionItem], recurring: Recurring) -> bool {
        let prices: Vec<_> = items.iter().map(|item| self.price(&item.price)).collect();
        prices
            .iter()
            .all(|price| price.recurring == Some(recurring) && price.currency == prices[0].currency)
    }
}
