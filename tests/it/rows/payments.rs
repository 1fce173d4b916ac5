//! What becomes of a payment after it was made: refunds, disputes, warnings of fraud.

use futures_util::future::join_all;
use stripe_sandbox::{DisputeOutcome, DisputeStage, Payer, Sandbox};

use super::{ESSAY, LESSON, MONTH, last_of, pass, settle, subscriber, with_access};
use crate::support::{TestSite, Visitor, listen_to_log, logged};

/// What the payment is for.
#[derive(Debug, Clone, Copy)]
enum Sold {
    /// A course.
    Once,
    /// The same, by a payment link, which makes no customer of whoever pays.
    ToGuest,
    /// A subscription.
    Monthly,
}

impl Sold {
    /// Somebody who has paid, and the page that he has paid for.
    async fn sell(self, site: &TestSite) -> (Visitor, &'static str) {
        let ann = site.visitor();
        let (price, page) = match self {
            Self::Once | Self::ToGuest => ("price_course", LESSON),
            Self::Monthly => ("price_basic", ESSAY),
        };
        match self {
            Self::Once | Self::Monthly => {
                ann.buy(&site.stripe, price, page).await;
                settle(site).await;
            }
            Self::ToGuest => {
                let payer = Payer::with_good_card("ann@site.example");
                site.stripe.sell_elsewhere(price, &payer).await.expect("the card is good");
                settle(site).await;
                assert!(site.stripe.customers().is_empty());
                ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
            }
        }
        (ann, page)
    }
}

/// Something that happens to the last payment.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Refund(Option<i64>),
    RefundFails,
    Dispute(DisputeStage),
    DisputeBecomes(DisputeOutcome),
    Warning,
}

/// Settings; then what happens, each with whether the page is open after it.
type Story<'a> = (&'a str, &'a [(Turn, bool)]);

#[tokio::test]
async fn money_that_was_given_back_opens_nothing_unless_the_owner_says_so() {
    use DisputeOutcome::{InquiryClosed, Lost};
    use DisputeStage::{Inquiry, NeedsResponse};
    use Turn::{Dispute, DisputeBecomes, Refund, RefundFails, Warning};
    tell(&[
        ("", &[(Refund(Some(100)), true), (Refund(None), false)]),
        ("", &[(Refund(None), false), (RefundFails, true)]),
        (
            "",
            &[
                (Refund(Some(100)), true),
                (Dispute(NeedsResponse), true),
                (DisputeBecomes(Lost), false),
            ],
        ),
        (
            "",
            &[
                (Dispute(Inquiry), true),
                (Refund(None), false),
                (DisputeBecomes(InquiryClosed), false),
            ],
        ),
        ("full_refund = 'keep'", &[(Refund(None), true)]),
        ("", &[(Warning, true), (Refund(None), false)]),
        ("fraud_warning = 'suspend'", &[(Warning, false)]),
    ])
    .await;
}

#[tokio::test]
async fn a_dispute_ends_what_was_paid_when_it_is_lost_and_not_before() {
    use DisputeOutcome::{Escalated, InquiryClosed, Lost, UnderReview, Won};
    use DisputeStage::{Inquiry, NeedsResponse};
    use Turn::{Dispute, DisputeBecomes, Warning};
    tell(&[
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
        ("", &[(Warning, true), (Dispute(NeedsResponse), true), (DisputeBecomes(Lost), false)]),
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
    ])
    .await;
}

/// Each story of each kind of sale. Not all at once: each waits for its own site, and would take
/// the others' time.
async fn tell(stories: &[Story<'_>]) {
    for sold in [Sold::Once, Sold::ToGuest, Sold::Monthly] {
        join_all(stories.iter().map(|(settings, turns)| check(settings, sold, turns))).await;
    }
}

async fn check(settings: &str, sold: Sold, turns: &[(Turn, bool)]) {
    let site = with_access(settings).await;
    let (ann, page) = sold.sell(&site).await;
    assert_eq!(ann.open(page).await.shows(), "the page");
    let payment = last_of(&site.stripe, "charge.succeeded");
    for (turn, open) in turns {
        take(&site.stripe, &payment, *turn);
        settle(&site).await;
        let expected = if *open { "the page" } else { "the offer" };
        let shown = ann.open(page).await.shows();
        assert_eq!(shown, expected, "{sold:?}, {settings}: {turns:?} at {turn:?}");
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
async fn a_warning_of_fraud_is_logged_for_the_owner() {
    listen_to_log();
    let (site, ann, _) = subscriber("").await;
    let payment = last_of(&site.stripe, "charge.succeeded");
    assert!(site.stripe.warn_of_fraud(&payment).is_some());
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    let events = site.stripe.events();
    let warning = events.iter().find(|it| it["type"] == "radar.early_fraud_warning.created");
    let id = warning.expect("it was told")["id"].as_str().expect("an id").to_owned();
    let told = logged(&id);
    assert!(told.iter().any(|line| line.contains("a card network warns of fraud")), "{told:?}");
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
