//! What is compared when everything here is held against everything at Stripe: as much of a
//! subscription or a purchase as Stripe tells in its lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::ids::{CustomerId, PriceId, ReaderId, Subject, SubscriptionId};
use super::ledger::{Claims, Collection, Ledger, PurchaseState, Receipt, Subscription};
use super::time::Timestamp;

/// A subscription in outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionOutline {
    /// Stripe's id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Stripe's word for where it stands.
    pub status: String,
    /// What is subscribed to: a price, and its current period.
    pub items: Vec<(PriceId, Timestamp, Timestamp)>,
    /// When it will end, because somebody canceled it.
    pub ends_at: Option<Timestamp>,
    /// Whether payments are collected.
    pub collection: Collection,
    /// Since when something is owed. Where it is paid is left out: Stripe may give another address
    /// each time.
    pub owed_since: Option<Timestamp>,
}

impl From<Subscription> for SubscriptionOutline {
    fn from(whole: Subscription) -> Self {
        let item = |item: super::ledger::Item| (item.price, item.period_start, item.period_end);
        Self {
            id: whole.id,
            customer: whole.customer,
            status: whole.status.as_str().to_owned(),
            items: whole.items.into_iter().map(item).collect(),
            ends_at: whole.ends_at,
            collection: whole.collection,
            owed_since: whole.owed.map(|owed| owed.since),
        }
    }
}

/// A one-time purchase in outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseOutline {
    /// The completed checkout, or the paid invoice.
    pub id: Receipt,
    /// Whose payments are looked at to know more.
    pub subject: Subject,
    /// What was bought.
    pub prices: Vec<PriceId>,
    /// Whether Stripe calls it paid.
    pub paid: bool,
}

/// Everything that is known here, in outline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Subscriptions, each with its reader.
    pub subscriptions: BTreeMap<SubscriptionId, (ReaderId, SubscriptionOutline)>,
    /// Purchases, each with its reader and whether it is not paid, yet or ever.
    pub purchases: BTreeMap<Receipt, (ReaderId, bool)>,
}

impl Known {
    /// Subscriptions that should be in Stripe's list, and are not.
    pub fn unlisted<'k>(
        &'k self,
        there: &AtStripe,
    ) -> impl Iterator<Item = &'k (ReaderId, SubscriptionOutline)> {
        let listed: BTreeSet<SubscriptionId> =
            there.subscriptions.iter().map(|one| one.id.clone()).collect();
        self.subscriptions
            .values()
            .filter(move |(_, one)| one.is_live() && !listed.contains(&one.id))
    }
}

/// Everything that Stripe has, in outline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AtStripe {
    /// Every subscription that is not canceled.
    pub subscriptions: Vec<SubscriptionOutline>,
    /// What was bought once lately.
    pub purchases: Vec<PurchaseOutline>,
}

/// Something that is not here as it is at Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whose payments are to be looked at again.
    pub subject: Subject,
    /// His reader, if he has one.
    pub reader: Option<ReaderId>,
    /// The subscription or checkout.
    pub object: String,
    /// What it is for.
    pub prices: Vec<PriceId>,
    /// How it stands here; none: it is not here.
    pub here: Option<String>,
    /// How it stands at Stripe; none: it is not there, or is canceled.
    pub there: Option<String>,
}

/// Compares. What is not known here counts only if it is `sold` here: the account may have other
/// customers.
pub fn differences(
    here: &Known,
    there: &AtStripe,
    sold: impl Fn(&PriceId) -> bool,
) -> Vec<Difference> {
    let mut found: Vec<Difference> = there
        .subscriptions
        .iter()
        .filter_map(|at_stripe| of_subscription(here, at_stripe, &sold))
        .collect();
    let over = here
        .unlisted(there)
        .map(|(reader, one)| one.difference(Some(reader), Some(one.words()), None));
    found.extend(over);
    found.extend(there.purchases.iter().filter_map(|one| of_purchase(here, one, &sold)));
    found
}

impl SubscriptionOutline {
    /// Whether Stripe would list it: what has ended for good is not listed.
    fn is_live(&self) -> bool {
        !matches!(self.status.as_str(), "canceled" | "incomplete_expired")
    }

    /// `active, price_basic to 1 February 2026`, and more if there is more to say.
    fn words(&self) -> String {
        let mut words = self.status.clone();
        for (price, _, end) in &self.items {
            // Writing to a string does not fail.
            let _ = write!(words, ", {price} to {end}");
        }
        if let Some(end) = self.ends_at {
            let _ = write!(words, ", ends {end}");
        }
        words.push_str(match self.collection {
            Collection::Runs => "",
            Collection::PausedAfterPayment => ", not collected",
            Collection::PausedUnpaid => ", not collected and not paid",
        });
        if self.owed_since.is_some() {
            words.push_str(", owed");
        }
        words
    }

    fn difference(
        &self,
        reader: Option<&ReaderId>,
        here: Option<String>,
        there: Option<String>,
    ) -> Difference {
        Difference {
            subject: Subject::Customer(self.customer.clone()),
            reader: reader.cloned(),
            object: self.id.to_string(),
            prices: self.items.iter().map(|(price, ..)| price.clone()).collect(),
            here,
            there,
        }
    }
}

fn of_subscription(
    here: &Known,
    at_stripe: &SubscriptionOutline,
    sold: &impl Fn(&PriceId) -> bool,
) -> Option<Difference> {
    let there = Some(at_stripe.words());
    match here.subscriptions.get(&at_stripe.id) {
        Some((_, known)) if known == at_stripe => None,
        Some((reader, known)) => {
            Some(at_stripe.difference(Some(reader), Some(known.words()), there))
        }
        None if at_stripe.is_live() && at_stripe.items.iter().any(|(price, ..)| sold(price)) => {
            Some(at_stripe.difference(None, None, there))
        }
        None => None,
    }
}

fn of_purchase(
    here: &Known,
    at_stripe: &PurchaseOutline,
    sold: &impl Fn(&PriceId) -> bool,
) -> Option<Difference> {
    let (reader, known) = match here.purchases.get(&at_stripe.id) {
        Some((reader, true)) if at_stripe.paid => (Some(reader.clone()), Some("to be paid")),
        Some(_) => return None,
        None if at_stripe.prices.iter().any(sold) => (None, None),
        None => return None,
    };
    Some(Difference {
        subject: at_stripe.subject.clone(),
        reader,
        object: at_stripe.id.as_str().to_owned(),
        prices: at_stripe.prices.clone(),
        here: known.map(ToOwned::to_owned),
        there: Some(if at_stripe.paid { "paid" } else { "to be paid" }.to_owned()),
    })
}

/// Compares who wants back what a subject paid. `here` is all that his reader has, `there` what
/// Stripe knows of the subject. What is not on both sides is no matter of this.
pub fn different_claims(
    subject: &Subject,
    reader: &ReaderId,
    here: &Ledger,
    there: &Ledger,
) -> Vec<Difference> {
    let known = claims_by_object(here);
    let differs = |(object, (prices, claims)): (String, (Vec<PriceId>, String))| {
        let (_, known) = known.get(&object)?;
        (*known != claims).then(|| Difference {
            subject: subject.clone(),
            reader: Some(reader.clone()),
            object,
            prices,
            here: Some(known.clone()),
            there: Some(claims),
        })
    };
    claims_by_object(there).into_iter().filter_map(differs).collect()
}

/// Of each subscription and each paid purchase: what it is for, and in words who wants its money
/// back.
fn claims_by_object(ledger: &Ledger) -> BTreeMap<String, (Vec<PriceId>, String)> {
    let words = |claims: &Claims| match claims.words() {
        words if words.is_empty() => "paid".to_owned(),
        words => words,
    };
    let subscribed = ledger.subscriptions.iter().map(|one| {
        let prices = one.items.iter().map(|item| item.price.clone()).collect();
        let claims: Vec<String> = one.items.iter().map(|item| words(&item.claims)).collect();
        (one.id.to_string(), (prices, claims.join(", ")))
    });
    let bought = ledger.purchases.iter().filter_map(|one| match &one.state {
        PurchaseState::Paid(claims) => {
            Some((one.receipt.as_str().to_owned(), (one.prices.clone(), words(claims))))
        }
        PurchaseState::Pending | PurchaseState::Failed => None,
    });
    subscribed.chain(bought).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CheckoutId;
    use crate::domain::ledger::{Buyer, Claim, Purchase};

    #[test]
    fn a_subscription_that_is_not_here_as_at_stripe_is_found() {
        let base = || subscription("active", "price_basic", 30);
        let ending = SubscriptionOutline { ends_at: Some(day(30)), ..base() };
        let paused = SubscriptionOutline { collection: Collection::PausedAfterPayment, ..base() };
        let owing = SubscriptionOutline { owed_since: Some(day(1)), ..base() };
        let due = subscription("past_due", "price_basic", 30);
        let other = subscription("active", "price_other", 30);
        //    here             at Stripe            found
        check(Some(base()), Some(base()), false);
        check(Some(base()), Some(due), true);
        check(Some(base()), Some(subscription("active", "price_basic", 60)), true);
        check(Some(base()), Some(other.clone()), true);
        check(Some(base()), Some(ending), true);
        check(Some(base()), Some(paused), true);
        check(Some(base()), Some(owing), true);
        check(None, Some(base()), true);
        check(None, Some(other.clone()), false);
        check(None, Some(subscription("incomplete_expired", "price_basic", 30)), false);
        check(Some(base()), None, true);
        check(Some(subscription("canceled", "price_basic", 30)), None, false);
        check(Some(subscription("incomplete_expired", "price_basic", 30)), None, false);
        check(Some(other), None, true);
        check(None, None, false);
    }

    #[test]
    fn a_purchase_is_found_if_it_is_not_here_or_was_not_paid_when_last_heard_of() {
        let check = |here: Option<bool>, price: &str, paid, expected: bool| {
            let checkout = CheckoutId::parse("cs_1").expect("an id");
            let id = Receipt::Checkout(checkout.clone());
            let purchases = here.map(|pending| (id.clone(), (reader(), pending)));
            let known = Known { purchases: purchases.into_iter().collect(), ..Known::default() };
            let bought = PurchaseOutline {
                subject: Subject::Checkout(checkout),
                id,
                prices: vec![PriceId::parse(price).expect("an id")],
                paid,
            };
            let there = AtStripe { purchases: vec![bought], ..AtStripe::default() };
            let found = differences(&known, &there, sold);
            assert_eq!(!found.is_empty(), expected, "{here:?} {price} {paid}: {found:?}");
        };
        check(None, "price_basic", true, true);
        check(None, "price_basic", false, true);
        check(None, "price_other", true, false);
        check(Some(true), "price_basic", true, true);
        check(Some(true), "price_basic", false, false);
        check(Some(false), "price_basic", true, false);
    }

    #[test]
    fn a_difference_says_how_both_stand() {
        let known = known(subscription("active", "price_basic", 30));
        let paused = SubscriptionOutline {
            collection: Collection::PausedAfterPayment,
            ..subscription("active", "price_basic", 60)
        };
        let there = AtStripe { subscriptions: vec![paused], ..AtStripe::default() };
        let found = differences(&known, &there, sold);
        let (here, there) = (day(30), day(60));
        assert_eq!(found[0].here.as_deref(), Some(&*format!("active, price_basic to {here}")));
        assert_eq!(
            found[0].there.as_deref(),
            Some(&*format!("active, price_basic to {there}, not collected"))
        );
        assert_eq!(found[0].subject.as_str(), "cus_1");
    }

    #[test]
    fn money_that_is_wanted_back_on_one_side_only_is_found() {
        let refunded: Claims = [Claim::Refunded].into_iter().collect();
        let lost: Claims = [Claim::DisputeLost].into_iter().collect();
        let paid = || PurchaseState::PAID;
        //    here                          at Stripe                           found
        check_claims(Some(paid()), Some(paid()), None);
        check_claims(Some(paid()), Some(PurchaseState::Paid(lost)), Some(("paid", "lost")));
        let refunded = || PurchaseState::Paid(refunded.clone());
        check_claims(Some(refunded()), Some(paid()), Some(("refunded", "paid")));
        check_claims(Some(refunded()), Some(refunded()), None);
        check_claims(Some(PurchaseState::Pending), Some(paid()), None);
        check_claims(None, Some(refunded()), None);
        check_claims(Some(paid()), None, None);
    }

    fn check_claims(
        here: Option<PurchaseState>,
        there: Option<PurchaseState>,
        expected: Option<(&str, &str)>,
    ) {
        let shown = format!("{here:?} {there:?}");
        let id = || CheckoutId::parse("cs_1").expect("an id");
        let ledger = |state: Option<PurchaseState>| Ledger {
            purchases: Vec::from_iter(state.map(|state| Purchase {
                receipt: Receipt::Checkout(id()),
                buyer: Buyer::Guest,
                payment: None,
                prices: vec![PriceId::parse("price_basic").expect("an id")],
                state,
            })),
            ..Ledger::default()
        };
        let subject = Subject::Checkout(id());
        let found = different_claims(&subject, &reader(), &ledger(here), &ledger(there));
        let found = found.first().map(|one| (one.here.as_deref(), one.there.as_deref()));
        assert_eq!(found, expected.map(|(here, there)| (Some(here), Some(there))), "{shown}");
    }

    fn check(
        here: Option<SubscriptionOutline>,
        there: Option<SubscriptionOutline>,
        expected: bool,
    ) {
        let shown = format!("{here:?} {there:?}");
        let known = here.map(known).unwrap_or_default();
        let there = AtStripe { subscriptions: there.into_iter().collect(), ..AtStripe::default() };
        let found = differences(&known, &there, sold);
        assert_eq!(!found.is_empty(), expected, "{shown}: {found:?}");
    }

    fn known(subscription: SubscriptionOutline) -> Known {
        let entry = (subscription.id.clone(), (reader(), subscription));
        Known { subscriptions: [entry].into(), ..Known::default() }
    }

    fn subscription(status: &str, price: &str, ends: i64) -> SubscriptionOutline {
        SubscriptionOutline {
            id: SubscriptionId::parse("sub_1").expect("an id"),
            customer: CustomerId::parse("cus_1").expect("an id"),
            status: status.to_owned(),
            items: vec![(PriceId::parse(price).expect("an id"), day(0), day(ends))],
            ends_at: None,
            collection: Collection::Runs,
            owed_since: None,
        }
    }

    fn reader() -> ReaderId {
        ReaderId::parse("reader_1").expect("an id")
    }

    fn sold(price: &PriceId) -> bool {
        price.as_str() == "price_basic"
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_unix(day * 86_400)
    }
}
