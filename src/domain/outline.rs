//! What is compared when everything here is held against everything at Stripe: as much of a
//! subscription or a purchase as Stripe tells in its lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::ids::{CheckoutId, CustomerId, PriceId, ReaderId, Subject, SubscriptionId};
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
    /// Whether the owner has paused the collection of payments.
    pub collection_paused: bool,
}

/// A completed one-time checkout in outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseOutline {
    /// The checkout.
    pub id: CheckoutId,
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
    /// Purchases, each with its reader and whether it is still to be paid.
    pub purchases: BTreeMap<CheckoutId, (ReaderId, bool)>,
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
    /// The checkouts that were completed lately.
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
        if self.collection_paused {
            words.push_str(", not collected");
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
        object: at_stripe.id.to_string(),
        prices: at_stripe.prices.clone(),
        here: known.map(ToOwned::to_owned),
        there: Some(if at_stripe.paid { "paid" } else { "to be paid" }.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_that_is_not_here_as_at_stripe_is_found() {
        let base = || subscription("active", "price_basic", 30);
        let ending = SubscriptionOutline { ends_at: Some(day(30)), ..base() };
        let paused = SubscriptionOutline { collection_paused: true, ..base() };
        let due = subscription("past_due", "price_basic", 30);
        let other = subscription("active", "price_other", 30);
        //    here             at Stripe            found
        check(Some(base()), Some(base()), false);
        check(Some(base()), Some(due), true);
        check(Some(base()), Some(subscription("active", "price_basic", 60)), true);
        check(Some(base()), Some(other.clone()), true);
        check(Some(base()), Some(ending), true);
        check(Some(base()), Some(paused), true);
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
            let id = CheckoutId::parse("cs_1").expect("an id");
            let purchases = here.map(|pending| (id.clone(), (reader(), pending)));
            let known = Known { purchases: purchases.into_iter().collect(), ..Known::default() };
            let bought = PurchaseOutline {
                subject: Subject::Checkout(id.clone()),
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
            collection_paused: true,
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
            collection_paused: false,
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
