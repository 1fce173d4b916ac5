//! What a payment, a refund, a dispute, a pause, a cancellation, a deletion means for what a
//! reader may read: before, and after.

use std::time::Duration;

use futures_util::future::join_all;
use stripe_sandbox::{
    CancelWhen, DeliveryState, DisputeOutcome, DisputeStage, PauseBehavior, Payer, Sandbox,
};
use tollhouse::domain::ids::{CustomerId, PriceId, Subject, SubscriptionId};
use tollhouse::domain::ledger::{Claims, Collection, Item, Owed, PayAddress, Status, Subscription};
use tollhouse::store::Record;

use crate::support::{START, TestSite, Visitor};

const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

/// January, in which every test begins.
const MONTH: Duration = Duration::from_hours(31 * 24);

/// Of the basic plan.
const ESSAY: &str = "/essays/tide";

/// Of the course, which is bought once.
const LESSON: &str = "/course/1";

/// Something that happens to the last payment.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Refund(Option<i64>),
    RefundFails,
    Dispute(DisputeStage),
    DisputeBecomes(DisputeOutcome),
    Warning,
}

#[tokio::test]
async fn what_becomes_of_money_decides_what_it_opens() {
    use DisputeOutcome::{Escalated, InquiryClosed, Lost, UnderReview, Won};
    use DisputeStage::{Inquiry, NeedsResponse};
    use Turn::{Dispute, DisputeBecomes, Refund, RefundFails, Warning};
    let stories: &[(&str, &[(Turn, bool)])] = &[
        // settings, then what happens, each with whether the page is open after it
        ("", &[(Refund(Some(100)), true), (Refund(None), false)]),
        ("", &[(Refund(None), false), (RefundFails, true)]),
        ("", &[(Dispute(Inquiry), true), (DisputeBecomes(InquiryClosed), true)]),
        (
            "",
            &[
                (Dispute(Inquiry), true),
                (DisputeBecomes(Escalated), true),
                (DisputeBecomes(Lost), false),
            ],
        ),
        (
            "",
            &[
                (Dispute(NeedsResponse), true),
                (DisputeBecomes(UnderReview), true),
                (DisputeBecomes(Won), true),
            ],
        ),
        (
            "",
            &[
                (Dispute(NeedsResponse), true),
                (DisputeBecomes(Lost), false),
                (DisputeBecomes(Won), true),
            ],
        ),
        ("", &[(Warning, true), (Refund(None), false)]),
        ("full_refund = 'keep'", &[(Refund(None), true)]),
        (
            "open_dispute = 'suspend'",
            &[
                (Dispute(Inquiry), true),
                (DisputeBecomes(Escalated), false),
                (DisputeBecomes(UnderReview), false),
                (DisputeBecomes(Won), true),
            ],
        ),
        ("lost_dispute = 'keep'", &[(Dispute(NeedsResponse), true), (DisputeBecomes(Lost), true)]),
        ("fraud_warning = 'suspend'", &[(Warning, false)]),
    ];
    let sold = [("price_course", LESSON), ("price_basic", ESSAY)];
    let all = stories.iter().flat_map(|(settings, turns)| sold.map(|it| (*settings, it, *turns)));
    join_all(all.map(|(settings, sold, turns)| check(settings, sold, turns))).await;
}

async fn check(settings: &str, (price, page): (&str, &str), turns: &[(Turn, bool)]) {
    let site = with_access(settings).await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, price, page).await.shows(), "the page");
    settle(&site).await;
    let payment = last_of(&site.stripe, "charge.succeeded");
    for (turn, open) in turns {
        take(&site.stripe, &payment, *turn);
        settle(&site).await;
        let expected = if *open { "the page" } else { "the offer" };
        let shown = ann.open(page).await.shows();
        assert_eq!(shown, expected, "{price}, {settings}: {turns:?} at {turn:?}");
    }
}

fn take(stripe: &Sandbox, payment: &str, turn: Turn) {
    let done = match turn {
        Turn::Refund(amount) => stripe.refund(payment, amount).is_some(),
        Turn::RefundFails => stripe.fail_refund(&last_of(stripe, "refund.created")),
        Turn::Dispute(stage) => stripe.dispute(payment, stage).is_some(),
        Turn::DisputeBecomes(outcome) => {
            stripe.move_dispute(&last_of(stripe, "charge.dispute.created"), outcome)
        }
        Turn::Warning => stripe.warn_of_fraud(payment).is_some(),
    };
    assert!(done, "{turn:?}");
}

#[tokio::test]
async fn a_refund_ends_the_period_that_it_paid_and_no_other() {
    let (site, ann, _) = subscriber("").await;
    let january = last_of(&site.stripe, "charge.succeeded");
    assert!(site.stripe.refund(&january, None).is_some());
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("Your payment for Basic was refunded"), "{account}");
    pass(&site, MONTH).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "February is paid");
    let (site, ann, _) = subscriber("").await;
    let january = last_of(&site.stripe, "charge.succeeded");
    pass(&site, MONTH).await;
    assert!(site.stripe.refund(&january, None).is_some());
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "January is over");
}

#[tokio::test]
async fn an_end_is_kept_to_the_second_and_late_news_of_a_renewal_is_waited_for() {
    //      what happens in January                            the page closes after
    closes(MONTH + 3 * DAY, |_, _| {}).await;
    closes(MONTH, |stripe, id| {
        assert!(stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd));
    })
    .await;
    closes(10 * DAY, |stripe, id| {
        let moment = START + 10 * 24 * 60 * 60;
        assert!(stripe.cancel_subscription_at(id, moment));
    })
    .await;
    closes(MONTH, |stripe, id| {
        assert!(stripe.pause_collection(id, PauseBehavior::Void, None));
    })
    .await;
    closes(MONTH + 3 * DAY, |stripe, id| {
        assert!(stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd));
        assert!(stripe.resume_subscription(id));
    })
    .await;
    closes(Duration::ZERO, |stripe, id| {
        assert!(stripe.cancel_subscription(id, CancelWhen::Now));
    })
    .await;
}

/// Stripe's clock stands still: it tells nothing new.
async fn closes(after: Duration, happens: impl FnOnce(&Sandbox, &str)) {
    let (site, ann, id) = subscriber("").await;
    happens(&site.stripe, &id);
    settle(&site).await;
    if !after.is_zero() {
        site.advance_here(after.saturating_sub(SECOND));
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "a second before {after:?}");
        site.advance_here(SECOND);
    }
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer", "{after:?}");
}

#[tokio::test]
async fn a_pause_ends_with_what_was_paid_and_payments_open_again() {
    for (settings, paused) in [("", "the offer"), ("paused_collection = 'keep'", "the page")] {
        let (site, ann, id) = subscriber(settings).await;
        assert!(site.stripe.pause_collection(&id, PauseBehavior::Void, None));
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page");
        pass(&site, MONTH + DAY).await;
        assert_eq!(ann.open(ESSAY).await.shows(), paused, "nothing was collected for February");
        assert!(site.stripe.resume_collection(&id));
        pass(&site, MONTH).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "March is paid");
    }
    let (site, ann, id) = subscriber("paused_collection = 'end'").await;
    assert!(site.stripe.pause_collection(&id, PauseBehavior::KeepAsDraft, None));
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_days_of_grace_and_a_notice() {
    let (site, ann, id) = subscriber("").await;
    assert!(site.stripe.set_card(&id, "4000000000000341"));
    // An invoice is a draft for an hour before it is charged.
    pass(&site, MONTH + Duration::from_hours(2)).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("The last payment did not go through"), "{account}");
    assert!(account.contains("Update your card"), "{account}");
    let rest = Duration::from_hours(7 * 24 - 2);
    site.advance_here(rest.saturating_sub(SECOND));
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    site.advance_here(SECOND);
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
    let account = ann.open("/_tollhouse/account").await.body;
    assert!(account.contains("A payment did not go through"), "{account}");
    assert!(site.stripe.set_card(&id, "4242424242424242"));
    let invoice = site.stripe.invoices().pop().expect("an invoice");
    let invoice = invoice["id"].as_str().expect("an id");
    site.stripe.pay_invoice(invoice).expect("the card is good");
    // Stripe's clock, by which webhooks are signed, comes after ours.
    site.stripe.advance(rest);
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
}

#[tokio::test]
async fn a_trial_goes_on_with_a_card_and_ends_without_as_its_owner_wants() {
    let after = 7 * DAY + Duration::from_hours(2);
    let site = TestSite::start().await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_pro", "/workshop/x").await.shows(), "the page");
    pass(&site, after).await;
    assert_eq!(ann.open("/workshop/x").await.shows(), "the page", "it is paid for");
    //    without a card           then
    for (missing, shown) in
        [("cancel", "the offer"), ("pause", "the offer"), ("create_invoice", "the page")]
    {
        let site = TestSite::start().await;
        let email = [("email", "bob@site.example")];
        let customer = site.ask_stripe(reqwest::Method::POST, "customers", &email).await;
        let form = [
            ("customer", customer["id"].as_str().expect("an id")),
            ("items[0][price]", "price_pro"),
            ("trial_period_days", "7"),
            ("trial_settings[end_behavior][missing_payment_method]", missing),
        ];
        site.ask_stripe(reqwest::Method::POST, "subscriptions", &form).await;
        settle(&site).await;
        let bob = site.visitor();
        bob.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
        assert_eq!(bob.open("/workshop/x").await.shows(), "the page");
        pass(&site, after).await;
        assert_eq!(bob.open("/workshop/x").await.shows(), shown, "{missing}");
    }
}

#[tokio::test]
async fn an_invoice_that_waits_can_be_paid_from_the_account_page() {
    let (site, ann, id) = subscriber("").await;
    let customer = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
    let customer = CustomerId::parse(&customer).expect("an id");
    let address = "https://invoice.stripe.com/i/acct_1/test_1";
    for (status, words) in [("past_due", "confirm or pay it"), ("unpaid", "pay the invoice")] {
        let subscription = Subscription {
            id: SubscriptionId::parse(&id).expect("an id"),
            customer: customer.clone(),
            status: Status::parse(status),
            items: vec![Item {
                price: PriceId::parse("price_basic").expect("an id"),
                period_start: site.now(),
                period_end: site.now().plus(MONTH),
                claims: Claims::none(),
            }],
            ends_at: None,
            collection: Collection::Runs,
            owed: Some(Owed { since: None, pay_at: PayAddress::parse(address) }),
        };
        let record = Record {
            subject: Subject::Customer(customer.clone()),
            email: None,
            buyer: None,
            subscriptions: vec![subscription],
            purchases: Vec::new(),
            entitlements: Vec::new(),
            deleted: false,
            of_ours: true,
        };
        let ticket = site.store().begin_fetch().await.expect("a ticket");
        site.store().record(record, ticket).await.expect("written");
        let account = ann.open("/_tollhouse/account").await.body;
        let readable = account.replace("&#x2f;", "/");
        assert!(account.contains(words) && readable.contains(address), "{account}");
    }
}

#[tokio::test]
async fn a_feature_opens_a_plan_for_as_long_as_its_subscription_runs() {
    let feature = "[plans.basic]\nentitlement = \"reading\"";
    let site = TestSite::with(|config| config.replacen("[plans.basic]", feature, 1)).await;
    let made = async |path: &str, form: &[(&str, &str)]| {
        let made = site.ask_stripe(reqwest::Method::POST, path, form).await;
        made["id"].as_str().expect("an id").to_owned()
    };
    let product = made("products", &[("name", "A bundle of papers")]).await;
    let form = [("name", "Reading"), ("lookup_key", "reading")];
    let feature = made("entitlements/features", &form).await;
    made(&format!("products/{product}/features"), &[("entitlement_feature", &feature)]).await;
    let form = [
        ("product", product.as_str()),
        ("currency", "usd"),
        ("unit_amount", "500"),
        ("recurring[interval]", "month"),
    ];
    let price = made("prices", &form).await;
    let payer = Payer::with_good_card("ann@site.example");
    site.stripe.sell_elsewhere(&price, &payer).await.expect("the card is good");
    let ann = site.visitor();
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
    settle(&site).await;
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    assert!(site.stripe.cancel_subscription(&id, CancelWhen::Now));
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
}

#[tokio::test]
async fn what_is_changed_in_the_midst_of_a_period_opens_at_once() {
    let (site, ann, id) = subscriber("").await;
    //    changed to                 the workshop  the essays
    for (price, count, workshop, essays) in [
        ("price_basic", 3, "the offer", "the page"),
        ("price_pro", 1, "the page", "the page"),
        ("price_basic", 1, "the offer", "the page"),
    ] {
        assert!(site.stripe.change_subscription(&id, price, count));
        settle(&site).await;
        assert_eq!(ann.open("/workshop/x").await.shows(), workshop, "{price} x {count}");
        assert_eq!(ann.open(ESSAY).await.shows(), essays, "{price} x {count}");
    }
}

#[tokio::test]
async fn the_end_of_one_subscription_does_not_end_the_other() {
    let (site, ann, old) = subscriber("").await;
    ann.buy(&site.stripe, "price_pro", "/workshop/x").await;
    settle(&site).await;
    assert!(site.stripe.cancel_subscription(&old, CancelWhen::Now));
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    assert_eq!(ann.open("/workshop/x").await.shows(), "the page");
}

#[tokio::test]
async fn a_deleted_customer_loses_subscriptions_and_keeps_purchases() {
    for (settings, course) in [("", "the page"), ("deleted_customer = 'end'", "the offer")] {
        let (site, ann, _) = subscriber(settings).await;
        ann.buy(&site.stripe, "price_course", LESSON).await;
        settle(&site).await;
        assert_eq!(ann.open(LESSON).await.shows(), "the page");
        for customer in site.stripe.customers() {
            let id = customer["id"].as_str().expect("an id");
            site.ask_stripe(reqwest::Method::DELETE, &format!("customers/{id}"), &[]).await;
        }
        settle(&site).await;
        assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
        assert_eq!(ann.open(LESSON).await.shows(), course, "{settings}");
    }
}

#[tokio::test]
async fn an_archived_price_and_another_address_take_nothing_away() {
    let (site, ann, _) = subscriber("").await;
    let customer = site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
    site.ask_stripe(reqwest::Method::POST, "prices/price_basic", &[("active", "false")]).await;
    let email = [("email", "other@site.example")];
    site.ask_stripe(reqwest::Method::POST, &format!("customers/{customer}"), &email).await;
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    pass(&site, MONTH).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "it is renewed at the old price");
}

#[tokio::test]
async fn a_payment_that_began_elsewhere_counts_if_the_price_is_sold_here() {
    let site = TestSite::start().await;
    for (price, page, email, after) in [
        ("price_course", LESSON, "ann@site.example", "the page"),
        ("price_basic", ESSAY, "bob@site.example", "the page"),
        ("price_of_another_shop", LESSON, "eve@site.example", "the offer"),
    ] {
        let payer = Payer::with_good_card(email);
        site.stripe.sell_elsewhere(price, &payer).await.expect("the card is good");
        settle(&site).await;
        let visitor = site.visitor();
        assert_ne!(visitor.open(page).await.shows(), "the page");
        visitor.submit(&site.link(email).await, &[]).await.goes_to();
        assert_eq!(visitor.open(page).await.shows(), after, "{price}");
    }
    let answered =
        |delivery: &stripe_sandbox::Delivery| matches!(delivery.state, DeliveryState::Delivered);
    let deliveries = site.stripe.deliveries();
    assert!(!deliveries.is_empty() && deliveries.iter().all(answered), "{deliveries:?}");
}

/// A site with these settings in `[access]`.
async fn with_access(settings: &str) -> TestSite {
    let access = format!("[access]\n{settings}\n[plans.basic]");
    TestSite::with(|config| config.replacen("[plans.basic]", &access, 1)).await
}

/// Somebody who subscribed to the basic plan on 1 January, and the subscription.
async fn subscriber(settings: &str) -> (TestSite, Visitor, String) {
    let site = with_access(settings).await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_basic", ESSAY).await.shows(), "the page");
    settle(&site).await;
    let id = site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
    (site, ann, id)
}

/// Time passes, and everybody hears what happened.
async fn pass(site: &TestSite, span: Duration) {
    site.advance(span);
    settle(site).await;
}

/// Every webhook is delivered, and what it brought has been looked at.
async fn settle(site: &TestSite) {
    site.settle().await;
}

/// The object of the last event of this type.
fn last_of(stripe: &Sandbox, kind: &str) -> String {
    let events = stripe.events();
    let last = events.iter().rev().find(|event| event["type"] == kind).expect("it happened");
    last["data"]["object"]["id"].as_str().expect("an id").to_owned()
}
