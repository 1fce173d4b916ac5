//! What webhooks missed: events that were not delivered, and whoever stands here otherwise than
//! at Stripe.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Billing, BillingError, Taken};
use crate::domain::ids::{EventId, PriceId};
use crate::domain::ledger::Ledger;
use crate::domain::outline::{AtStripe, Difference, differences, different_claims};
use crate::domain::plan::Cycle;
use crate::domain::time::Timestamp;
use crate::store::{Look, Looked, Source};
use crate::stripe::{Hint, StripeError, Whose};

/// How often Stripe is asked which events it could not deliver.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// How long to wait after a look that failed.
const AFTER_FAILURE: Duration = Duration::from_mins(5);

/// How much of what was asked for the last time is asked for again: clocks differ, and an event
/// may come into Stripe's list late.
const OVERLAP: Duration = Duration::from_hours(1);

/// How far back is looked: Stripe keeps events for 30 days, <https://docs.stripe.com/api/events>.
const FARTHEST: Duration = Duration::from_hours(24 * 30);

/// The longest time between two comparisons.
const COMPARE_EVERY: Duration = Duration::from_hours(24);

/// When everything is compared: three hours after midnight, UTC.
const NIGHT: Duration = Duration::from_hours(3);

/// How far back purchases are compared before the last comparison: a checkout is open for a day,
/// a bank debit takes up to two weeks (<https://docs.stripe.com/payments/sepa-debit>), and an
/// invoice gives as a rule 30, 60 or 90 days to pay it.
const PURCHASES_OVERLAP: Duration = Duration::from_hours(24 * 92);

/// How far back money that was wanted back is looked at: a refund may fail after 30 days
/// (<https://docs.stripe.com/refunds#failed-refunds>), the bank decides about a dispute within
/// three months of the evidence (<https://docs.stripe.com/disputes/how-disputes-work>).
const WANTED_BACK_OVERLAP: Duration = Duration::from_hours(24 * 120);

/// From how many looks in a row on it is an error that events were not delivered.
const STUBBORN: u32 = 3;

/// What a comparison with Stripe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// How many subscriptions and purchases were compared.
    pub at_stripe: usize,
    /// What is not here as it is there.
    pub differences: Vec<Difference>,
    /// What was for sale when it was compared.
    sold: BTreeSet<PriceId>,
}

/// A difference, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// What was found.
    pub difference: Difference,
    /// The errand that was made of it.
    pub errand: String,
}

impl Billing {
    /// Looks for what webhooks missed, at once and then from time to time, until it is dropped.
    pub async fn reconcile(&self) {
        let mut is_first = true;
        loop {
            let pause = match self.reconcile_if_due(is_first).await {
                Ok(()) => {
                    is_first = false;
                    self.compared.send_replace(true);
                    LOOK_EVERY
                }
                Err(problem) => {
                    tracing::warn!(%problem, again_in = ?AFTER_FAILURE, "cannot compare with Stripe");
                    AFTER_FAILURE
                }
            };
            self.clock.pause(pause).await;
        }
    }

    /// Returns when this process has looked for what webhooks missed for the first time.
    pub async fn has_reconciled(&self) {
        // The sender is ours, and lives as long as we do.
        let _ = self.compared.subscribe().wait_for(|compared| *compared).await;
    }

    async fn reconcile_if_due(&self, is_first: bool) -> Result<(), BillingError> {
        let now = self.clock.now();
        let last = self.last_look(Look::Undelivered).await?;
        let is_due = is_first || last.is_none_or(|last| now.since(last.at) >= LOOK_EVERY);
        let undelivered = if is_due { self.take_undelivered().await } else { Ok(0) };
        // The one does not need the other: the key may be allowed only one of them.
        let last = self.last_look(Look::Comparison).await?;
        if is_night_over(last, now) || (is_first && self.sells_anew().await?) {
            let compared = self.compare().await?;
            self.mend(compared).await?;
        }
        undelivered.map(drop)
    }

    /// Takes in every event that Stripe could not deliver, as a webhook would have been; how many
    /// were new.
    pub async fn take_undelivered(&self) -> Result<usize, BillingError> {
        let began = self.clock.now();
        let hints = self.undelivered().await?;
        let mut found = 0;
        for hint in hints {
            if self.take(hint, Source::Sync).await? == Taken::Stored {
                found += 1;
            }
        }
        let in_a_row = self.store.looked(Look::Undelivered, began, found > 0).await?;
        if found > 0 {
            self.warn_of_undelivered(found, in_a_row);
        }
        Ok(found)
    }

    /// The events that Stripe could not deliver, and that are not in the inbox.
    pub async fn undelivered_and_unseen(&self) -> Result<Vec<EventId>, BillingError> {
        let events = self.undelivered().await?.into_iter().map(|hint| hint.event).collect();
        Ok(self.store.unseen(events).await?)
    }

    /// The last look; none, if it is noted as still to come.
    async fn last_look(&self, look: Look) -> Result<Option<Looked>, BillingError> {
        let last = self.store.last_look(look).await?;
        Ok(believed(last, self.clock.now()))
    }

    async fn undelivered(&self) -> Result<Vec<Hint>, BillingError> {
        let last = self.last_look(Look::Undelivered).await?;
        let mut hints = self.stripe.undelivered(since(last, OVERLAP, self.clock.now())).await?;
        let ours = self.stripe.mode();
        hints.retain(|hint| {
            hint.mode.is_none_or(|mode| mode == ours) && hint.whose != Whose::Nobody
        });
        Ok(hints)
    }

    fn warn_of_undelivered(&self, found: usize, in_a_row: u32) {
        let address = self.sites.current().config.site.url.join("/_tollhouse/stripe/webhook");
        if in_a_row < STUBBORN {
            tracing::warn!(
                found,
                "Stripe could not deliver these events to {address}; they are taken in now"
            );
        } else {
            tracing::error!(
                found,
                in_a_row,
                "Stripe keeps failing to deliver events to {address}: readers wait up to an hour for \
                 what they paid for; look at the endpoint in Stripe's dashboard"
            );
        }
    }

    /// Holds everything that Stripe has against everything here. Changes nothing.
    pub async fn compare(&self) -> Result<Compared, BillingError> {
        let last = self.last_look(Look::Comparison).await?;
        let known = self.store.compared_prices().await?;
        let (sold, sold_once) = (self.sold(|_| true), self.sold(|cycle| cycle == Cycle::Once));
        // What has come into the configuration since may have been bought at any time.
        let from = last
            .filter(|_| sold_once.is_subset(&known))
            .map(|last| last.at.minus(PURCHASES_OVERLAP));
        let mut there = AtStripe {
            subscriptions: self.stripe.live_subscriptions().await?,
            purchases: self.stripe.purchases_since(from, !sold_once.is_empty()).await?,
        };
        let here = self.store.outline().await?;
        // Canceled, as a rule; but those on a test clock Stripe lists for their customer only.
        let mut unlisted = Vec::new();
        for (_, one) in here.unlisted(&there) {
            unlisted.extend(self.stripe.subscription_outline(&one.id).await?);
        }
        there.subscriptions.extend(unlisted);
        let mut differences = differences(&here, &there, |price| self.is_sold(price));
        differences.extend(self.compare_wanted_back(last).await?);
        let erased = self.store.erased().await?;
        differences.retain(|difference| !erased.contains(&difference.subject));
        let at_stripe = there.subscriptions.len() + there.purchases.len();
        Ok(Compared { at_stripe, differences, sold })
    }

    /// Whose money was wanted back lately, and is not known here as Stripe knows it.
    async fn compare_wanted_back(
        &self,
        last: Option<Looked>,
    ) -> Result<Vec<Difference>, BillingError> {
        let last = last.map_or(self.clock.now(), |last| last.at);
        let from = last.minus(WANTED_BACK_OVERLAP);
        let mut found = Vec::new();
        for subject in self.stripe.wanted_back_since(from, self.interest()).await? {
            let Some((reader, ledger)) = self.store.holder(subject.clone()).await? else {
                continue;
            };
            let there = match self.stripe.snapshot_of(&subject, self.interest()).await {
                Err(StripeError::NotFound(_)) => continue,
                there => there?,
            };
            let there = Ledger {
                subscriptions: there.subscriptions,
                purchases: there.purchases,
                ..Ledger::default()
            };
            found.extend(different_claims(&subject, &reader, &ledger, &there));
        }
        Ok(found)
    }

    /// Makes an errand of each difference, in the same order, and notes that all was compared.
    pub async fn mend(&self, compared: Compared) -> Result<Vec<Mended>, BillingError> {
        let now = self.clock.now();
        let Compared { differences, sold, .. } = compared;
        let errands = self.store.note_differences(differences.clone()).await?;
        self.store.note_compared_prices(sold).await?;
        self.store.looked(Look::Comparison, now, !differences.is_empty()).await?;
        let found = differences.len();
        if found > 0 {
            self.news.notify_one();
            tracing::warn!(found, "compared with Stripe: not everything was here as it is there");
        } else {
            tracing::info!("compared with Stripe: everything is here as it is there");
        }
        let pairs = differences.into_iter().zip(errands);
        Ok(pairs.map(|(difference, errand)| Mended { difference, errand }).collect())
    }

    /// Runs every errand that is due, for a command that does not leave it to the server; `ended`
    /// hears of each.
    pub async fn run_errands(&self, ended: &(dyn Fn() + Sync)) -> Result<(), BillingError> {
        Ok(self.work_off(ended).await?)
    }

    /// Whether something is for sale that was not at the last comparison.
    async fn sells_anew(&self) -> Result<bool, BillingError> {
        let known = self.store.compared_prices().await?;
        Ok(!self.sold(|_| true).is_subset(&known))
    }

    fn sold(&self, in_cycle: impl Fn(Cycle) -> bool) -> BTreeSet<PriceId> {
        let site = self.sites.current();
        let prices = site.config.catalog.plans().iter().flat_map(|plan| &plan.prices);
        prices.filter(|price| in_cycle(price.cycle)).map(|price| price.id.clone()).collect()
    }

    pub(super) fn is_sold(&self, price: &PriceId) -> bool {
        self.sites.current().config.catalog.priced(price).is_some()
    }
}

/// A look that is noted for a moment to come was noted under a clock that was wrong: nobody knows
/// when it was. A clock may be set back by less than what is asked for again anyway.
fn believed(last: Option<Looked>, now: Timestamp) -> Option<Looked> {
    last.filter(|last| last.at <= now.plus(OVERLAP))
}

/// From when on Stripe is asked.
fn since(last: Option<Looked>, overlap: Duration, now: Timestamp) -> Timestamp {
    let farthest = now.minus(FARTHEST);
    last.map_or(farthest, |last| last.at.minus(overlap).max(farthest))
}

/// Whether a night has passed since the last comparison, or a whole day.
fn is_night_over(last: Option<Looked>, now: Timestamp) -> bool {
    let Some(last) = last else { return true };
    let day = i64::try_from(COMPARE_EVERY.as_secs()).unwrap_or(i64::MAX);
    let night_of = |moment: Timestamp| moment.minus(NIGHT).unix().div_euclid(day);
    now.since(last.at) >= COMPARE_EVERY || night_of(last.at) < night_of(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_compared_once_a_night() {
        //    last    now    whether (hours since a midnight)
        check(None, 0, true);
        check(Some(2), 2, false);
        check(Some(2), 3, true);
        check(Some(3), 4, false);
        check(Some(3), 26, false);
        check(Some(3), 27, true);
        check(Some(50), 2, false);
    }

    fn check(last: Option<i64>, now: i64, expected: bool) {
        let last = last.map(looked);
        assert_eq!(is_night_over(last, hour(now)), expected, "{last:?} {now}");
    }

    #[test]
    fn a_look_that_is_still_to_come_is_none() {
        let is_believed = |at| believed(Some(looked(at)), hour(10)).is_some();
        assert!(is_believed(9) && is_believed(11) && !is_believed(12));
        assert_eq!(believed(None, hour(10)), None);
    }

    #[test]
    fn stripe_is_asked_from_the_last_look_on_and_never_farther_back_than_it_remembers() {
        let from = |last: Option<i64>, now| since(last.map(looked), OVERLAP, hour(now));
        assert_eq!(from(Some(10), 11), hour(9));
        assert_eq!(from(Some(0), 719), hour(-1));
        assert_eq!(from(Some(0), 720), hour(0));
        assert_eq!(from(None, 720), hour(0));
    }

    fn looked(at: i64) -> Looked {
        Looked { at: hour(at), found_in_a_row: 0 }
    }

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_unix(hour * 3_600)
    }
}
