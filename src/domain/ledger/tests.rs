use std::time::Duration;

use super::*;
use crate::domain::plan::{Catalog, Cycle, Plan, Price};
use crate::domain::standing::Standing;

#[test]
fn a_status_opens_until_its_end_and_not_a_second_longer() {
    //     status                 covered at (days after the period began; it ends on day 30)
    covers("trialing", &[(0, true), (30, true), (33 - 1, true), (33, false)]);
    covers("active", &[(0, true), (30, true), (33 - 1, true), (33, false)]);
    covers("past_due", &[(0, true), (6, true), (7, false), (30, false)]);
    covers("unpaid", &[(0, false)]);
    covers("canceled", &[(0, false)]);
    covers("incomplete", &[(0, false)]);
    covers("incomplete_expired", &[(0, false)]);
    covers("paused", &[(0, false)]);
    covers("status_of_the_year_2030", &[(0, true), (29, true), (30, false)]);
}

#[test]
fn the_end_itself_is_over() {
    let ledger = subscribed(Status::Active, None);
    let end = day(33);
    assert!(judge(&ledger).covers(&basic(), end.minus(Duration::from_secs(1))));
    assert!(!judge(&ledger).covers(&basic(), end));
}

#[test]
fn a_canceled_subscription_ends_when_it_was_said_to() {
    let ledger = subscribed(Status::Active, Some(day(30)));
    assert!(judge(&ledger).covers(&basic(), day(30).minus(Duration::from_secs(1))));
    assert!(!judge(&ledger).covers(&basic(), day(30)));
    let far = subscribed(Status::Active, Some(day(90)));
    assert!(judge(&far).covers(&basic(), day(32)));
    assert!(!judge(&far).covers(&basic(), day(33)));
}

#[test]
fn a_pause_of_collection_ends_access_as_the_owner_wants() {
    use Collection::{PausedAfterPayment, PausedUnpaid, Runs};
    //     setting                 collection           covered at (the period ends on day 30)
    paused(Pause::EndsWithPeriod, Runs, &[(29, true), (30, true), (32, true), (33, false)]);
    paused(Pause::EndsWithPeriod, PausedAfterPayment, &[(0, true), (29, true), (30, false)]);
    paused(Pause::EndsWithPeriod, PausedUnpaid, &[(0, false)]);
    paused(Pause::Keeps, PausedAfterPayment, &[(30, true), (32, true), (33, false)]);
    paused(Pause::Keeps, PausedUnpaid, &[(0, true), (32, true), (33, false)]);
    paused(Pause::EndsNow, Runs, &[(32, true)]);
    paused(Pause::EndsNow, PausedAfterPayment, &[(0, false)]);
    paused(Pause::EndsNow, PausedUnpaid, &[(0, false)]);
}

fn paused(pause: Pause, collection: Collection, days: &[(i64, bool)]) {
    let policy = Policy { paused_collection: pause, ..Policy::default() };
    for ends_at in [None, Some(day(40))] {
        let mut ledger = subscribed(Status::Active, ends_at);
        ledger.subscriptions[0].collection = collection;
        let standing = standing(&ledger, &catalog(), &policy);
        for &(at, expected) in days {
            let covers = standing.covers(&basic(), day(at));
            assert_eq!(covers, expected, "{pause:?}, {collection:?}, day {at}");
        }
    }
}

#[test]
fn money_that_is_wanted_back_opens_what_the_owner_wants() {
    use Claim::{DisputeLost, Disputed, FraudWarning, Refunded};
    //        claims                   usual  each setting the other way round
    contested(&[], true, [true, true, true, true]);
    //        settings: refund kept, dispute suspends, loss kept, warning suspends
    contested(&[Refunded], false, [true, false, false, false]);
    contested(&[Disputed], true, [true, false, true, true]);
    contested(&[DisputeLost], false, [false, false, true, false]);
    contested(&[FraudWarning], true, [true, true, true, false]);
    contested(&[FraudWarning, Disputed], true, [true, false, true, false]);
    contested(&[Refunded, DisputeLost], false, [false, false, false, false]);
}

fn contested(claims: &[Claim], usual: bool, otherwise: [bool; 4]) {
    let policy = Policy::default();
    let rows = [
        (policy, usual),
        (Policy { full_refund: Consequence::Keeps, ..policy }, otherwise[0]),
        (Policy { open_dispute: Consequence::Ends, ..policy }, otherwise[1]),
        (Policy { lost_dispute: Consequence::Keeps, ..policy }, otherwise[2]),
        (Policy { fraud_warning: Consequence::Ends, ..policy }, otherwise[3]),
    ];
    let claims: Claims = claims.iter().copied().collect();
    let mut subscription = subscribed(Status::Active, None);
    subscription.subscriptions[0].items[0].claims = claims.clone();
    let purchase = bought(PurchaseState::Paid(claims.clone()));
    for (policy, expected) in rows {
        for ledger in [&subscription, &purchase] {
            let covers = standing(ledger, &catalog(), &policy).covers(&basic(), day(1));
            assert_eq!(covers, expected, "{claims:?}, {policy:?}");
            let told = sources(ledger, &catalog(), &policy);
            let withdrawn = told.iter().any(|(_, it)| matches!(it, Source::Withdrawn(_)));
            assert_eq!(withdrawn, !expected, "{claims:?}, {policy:?}");
        }
    }
}

#[test]
fn whoever_took_his_money_back_gets_no_days_of_grace() {
    let mut ledger = subscribed(Status::PastDue, None);
    assert!(judge(&ledger).covers(&basic(), day(6)));
    ledger.subscriptions[0].items[0].claims = [Claim::Refunded].into_iter().collect();
    assert!(!judge(&ledger).covers(&basic(), day(0)));
}

#[test]
fn grace_begins_with_the_oldest_unpaid_bill() {
    let second = Duration::from_secs(1);
    //    owed since    canceled for   access ends
    for (since, ends_at, end) in [
        (None, None, day(7)),
        (Some(day(15)), None, day(22)),
        (Some(day(15)), Some(day(20)), day(20)),
        (Some(day(-3)), None, day(4)),
        (Some(day(-40)), None, day(-33)),
    ] {
        let mut ledger = subscribed(Status::PastDue, ends_at);
        ledger.subscriptions[0].owed = since.map(|since| Owed { since, pay_at: None });
        assert!(judge(&ledger).covers(&basic(), end.minus(second)), "{since:?} {ends_at:?}");
        assert!(!judge(&ledger).covers(&basic(), end), "{since:?} {ends_at:?}");
    }
}

#[test]
fn the_purchases_of_a_deleted_customer_stay_unless_the_owner_says_otherwise() {
    let forgets = Policy { deleted_customer: Consequence::Ends, ..Policy::default() };
    let customer = Buyer::Customer(CustomerId::parse("cus_1").expect("an id"));
    for (buyer, kept) in [(customer, true), (Buyer::Guest, true), (Buyer::Deleted, false)] {
        let mut ledger = bought(PurchaseState::PAID);
        ledger.purchases[0].buyer = buyer;
        assert!(judge(&ledger).covers(&basic(), day(1)));
        assert_eq!(standing(&ledger, &catalog(), &forgets).covers(&basic(), day(1)), kept);
    }
}

#[test]
fn an_entitlement_opens_only_while_a_subscription_of_the_same_customer_runs() {
    //       whose    what       his subscription   covered at
    entitled("cus_1", "reading", Status::Active, &[(0, true), (32, true), (33, false)]);
    entitled("cus_1", "reading", Status::PastDue, &[(6, true), (7, false)]);
    entitled("cus_1", "reading", Status::Canceled, &[(0, false)]);
    entitled("cus_1", "reading", Status::Incomplete, &[(0, false)]);
    entitled("cus_2", "reading", Status::Active, &[(0, false)]);
    entitled("cus_1", "writing", Status::Active, &[(0, false)]);
}

fn entitled(customer: &str, feature: &str, status: Status, days: &[(i64, bool)]) {
    let mut ledger = subscribed(status, None);
    ledger.subscriptions[0].items[0].price = price("price_of_a_bundle");
    assert!(judge(&ledger).is_empty());
    let customer = CustomerId::parse(customer).expect("an id");
    let feature = Feature::parse(feature).expect("a key");
    ledger.entitlements.push(Entitlement { customer, feature });
    for &(at, expected) in days {
        assert_eq!(judge(&ledger).covers(&basic(), day(at)), expected, "day {at}: {ledger:?}");
    }
    assert!(judge(&ledger).pending().next().is_none());
    ledger.subscriptions[0].items[0].claims = [Claim::Refunded].into_iter().collect();
    assert!(!judge(&ledger).covers(&basic(), day(0)), "its money was given back");
}

#[test]
fn an_invoice_can_be_paid_where_a_subscription_waits_for_it() {
    let customer = CustomerId::parse("cus_1").expect("an id");
    let address = PayAddress::parse("https://invoice.stripe.com/i/1");
    for (status, waits) in [("past_due", true), ("unpaid", true), ("active", false)] {
        let mut ledger = subscribed(Status::parse(status), None);
        ledger.subscriptions[0].owed = Some(Owed { since: day(0), pay_at: address.clone() });
        assert_eq!(ledger.pay_address(&customer).is_some(), waits, "{status}");
        assert_eq!(ledger.owes(&customer), waits, "{status}");
    }
}

#[test]
fn a_purchase_opens_for_ever_once_it_is_paid() {
    let state = |state| judge(&bought(state));
    assert!(state(PurchaseState::PAID).covers(&basic(), day(36_500)));
    assert!(!state(PurchaseState::Pending).covers(&basic(), day(0)));
    assert!(state(PurchaseState::Pending).awaits(&basic()));
    assert!(state(PurchaseState::Failed).is_empty());
}

#[test]
fn the_first_payment_of_a_subscription_may_be_on_its_way() {
    assert!(judge(&subscribed(Status::Incomplete, None)).awaits(&basic()));
}

#[test]
fn of_several_sources_the_longest_counts() {
    let mut ledger = subscribed(Status::Active, None);
    ledger.grants.push(Grant { plan: basic(), until: Some(day(10)) });
    assert!(judge(&ledger).covers(&basic(), day(32)));
    ledger.grants.push(Grant { plan: basic(), until: None });
    assert!(judge(&ledger).covers(&basic(), day(999)));
    let mut two = subscribed(Status::Canceled, None);
    two.subscriptions.extend(subscribed(Status::Active, None).subscriptions);
    assert!(judge(&two).covers(&basic(), day(1)));
}

#[test]
fn a_price_that_is_not_for_sale_opens_nothing() {
    let mut ledger = subscribed(Status::Active, None);
    ledger.subscriptions[0].items[0].price = price("price_of_something_else");
    assert!(judge(&ledger).is_empty());
}

#[test]
fn a_status_survives_writing_and_reading() {
    for word in ["trialing", "active", "past_due", "unpaid", "canceled", "paused", "new"] {
        assert_eq!(Status::parse(word).as_str(), word);
    }
}

fn covers(status: &str, days: &[(i64, bool)]) {
    let standing = judge(&subscribed(Status::parse(status), None));
    for &(at, expected) in days {
        assert_eq!(standing.covers(&basic(), day(at)), expected, "{status} on day {at}");
    }
}

#[test]
fn a_plan_is_tried_once() {
    //   status of an earlier subscription   free days
    tried(None, Some(7));
    tried(Some("trialing"), None);
    tried(Some("canceled"), None);
    tried(Some("paused"), None);
    tried(Some("incomplete_expired"), Some(7));
}

fn tried(status: Option<&str>, expected: Option<u16>) {
    let ledger = status.map(|status| subscribed(Status::parse(status), None));
    let catalog = catalog();
    let free = |price: &str| {
        let offered = catalog.priced(&self::price(price)).expect("it is sold");
        free_days(offered, ledger.as_ref(), &catalog)
    };
    assert_eq!(free("price_basic"), expected, "{status:?}");
    assert_eq!(free("price_once"), None, "nothing is free of a price that is paid once");
}

fn judge(ledger: &Ledger) -> Standing {
    standing(ledger, &catalog(), &Policy::default())
}

fn catalog() -> Catalog {
    let sold =
        |id: &str, cycle| Price { id: price(id), cycle, shown: "$9".to_owned(), best: false };
    let plan = Plan {
        id: basic(),
        title: "Basic".to_owned(),
        perk: None,
        includes: Vec::new(),
        free: false,
        trial_days: Some(7),
        prices: vec![sold("price_basic", Cycle::Month), sold("price_once", Cycle::Once)],
        entitlement: Feature::parse("reading"),
    };
    Catalog::new(vec![plan]).expect("sound")
}

fn subscribed(status: Status, ends_at: Option<Timestamp>) -> Ledger {
    let subscription = Subscription {
        id: SubscriptionId::parse("sub_1").expect("an id"),
        customer: CustomerId::parse("cus_1").expect("an id"),
        status,
        items: vec![Item {
            price: price("price_basic"),
            period_start: day(0),
            period_end: day(30),
            claims: Claims::none(),
        }],
        ends_at,
        collection: Collection::Runs,
        owed: None,
    };
    Ledger { subscriptions: vec![subscription], ..Ledger::default() }
}

fn bought(state: PurchaseState) -> Ledger {
    let purchase = Purchase {
        receipt: Receipt::parse("cs_1").expect("an id"),
        buyer: Buyer::Guest,
        payment: None,
        prices: vec![price("price_basic")],
        state,
    };
    Ledger { purchases: vec![purchase], ..Ledger::default() }
}

fn price(id: &str) -> PriceId {
    PriceId::parse(id).expect("an id")
}

fn basic() -> PlanId {
    PlanId::parse("basic").expect("an id")
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_unix(day * 86_400)
}
