//! What the comparison of every night sees, when no webhook told and Stripe does not tell of its
//! events.

use std::time::Duration;

use stripe_sandbox::{DisputeOutcome, DisputeStage, Fault, FaultKind};
use tollhouse::domain::time::Timestamp;
use tollhouse::store::Look;

use crate::support::{TestSite, until};

const DAY: Duration = Duration::from_hours(24);

/// Something that happens to the last payment.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Refund,
    RefundFails,
    Dispute,
    DisputeBecomes(DisputeOutcome),
}

#[tokio::test]
async fn money_that_went_back_unheard_closes_by_the_next_night() {
    use Turn::{Dispute, DisputeBecomes, Refund, RefundFails};
    let stories: [&[(Turn, &str)]; 3] = [
        &[(Refund, "the offer")],
        &[(Refund, "the offer"), (RefundFails, "the page")],
        &[
            (Dispute, "the page"),
            (DisputeBecomes(DisputeOutcome::Lost), "the offer"),
            (DisputeBecomes(DisputeOutcome::Won), "the page"),
        ],
    ];
    for (price, page) in [("price_course", "/course/1"), ("price_basic", "/essays/tide")] {
        for turns in stories {
            let site = TestSite::start().await;
            let ann = site.visitor();
            assert_eq!(ann.buy(&site.stripe, price, page).await.shows(), "the page");
            site.settle().await;
            let charge = last_of(&site, "charge.succeeded");
            site.stripe
                .fail_next(Fault::next(10_000, FaultKind::ServerError).only("GET", "/v1/events"));
            for (turn, expected) in turns {
                take(&site, &charge, *turn);
                site.stripe.drop_held();
                site.advance(DAY);
                until(async || compared(&site).await == Some(site.now())).await;
                site.settle().await;
                let shown = ann.open(page).await.shows();
                assert_eq!(shown, *expected, "{price}: {turns:?} at {turn:?}");
            }
        }
    }
}

/// When everything was compared the last time.
async fn compared(site: &TestSite) -> Option<Timestamp> {
    site.store().last_look(Look::Comparison).await.expect("read").map(|look| look.at)
}

fn take(site: &TestSite, charge: &str, turn: Turn) {
    let done = match turn {
        Turn::Refund => site.stripe.refund(charge, None).is_some(),
        Turn::RefundFails => site.stripe.fail_refund(&last_of(site, "refund.created")),
        Turn::Dispute => site.stripe.dispute(charge, DisputeStage::NeedsResponse).is_some(),
        Turn::DisputeBecomes(outcome) => {
            site.stripe.move_dispute(&last_of(site, "charge.dispute.created"), outcome)
        }
    };
    assert!(done, "{turn:?}");
}

/// The object of the last event of this type.
fn last_of(site: &TestSite, kind: &str) -> String {
    let events = site.stripe.events();
    let last = events.iter().rev().find(|event| event["type"] == kind).expect("it happened");
    last["data"]["object"]["id"].as_str().expect("an id").to_owned()
}
