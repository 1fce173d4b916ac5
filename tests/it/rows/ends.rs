//! When access ends: to the second, if an end was announced; late, if only news is late.

use std::time::Duration;

use stripe_sandbox::{CancelWhen, PauseBehavior, Sandbox};

use super::{
    DAY, ESSAY, HOUR, MONTH, SECOND, WORKSHOP, customer, made, pass, settle, signed_in, subscriber,
};
use crate::support::{START, TestSite, until};

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
async fn a_renewal_of_which_stripe_tells_two_days_late_is_no_gap() {
    let (site, ann, _) = subscriber("").await;
    let late = 2 * DAY;
    // It is February here, and Stripe has said nothing yet.
    for span in [MONTH.saturating_sub(SECOND), SECOND, late.saturating_sub(SECOND), SECOND] {
        site.advance_here(span);
        assert_eq!(ann.open(ESSAY).await.shows(), "the page", "{span:?}");
    }
    site.stripe.advance(MONTH + late);
    settle(&site).await;
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    // Paid for the 28 days of February; then news may be late again.
    let rest = (28 * DAY + 3 * DAY).saturating_sub(late);
    site.advance_here(rest.saturating_sub(SECOND));
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "February, and three days");
    site.advance_here(SECOND);
    assert_eq!(ann.open(ESSAY).await.shows(), "the offer");
}

/// At the end of a period Stripe is asked, though it has told nothing.
#[tokio::test]
async fn what_became_of_a_period_that_has_ended_is_found_without_any_webhook() {
    let paid = MONTH + 4 * DAY;
    //    what happens in January      after  shown: what stood here before would show the other
    finds(paid, "the page", |_, _| {}).await;
    finds(MONTH, "the offer", |stripe, id| {
        assert!(stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd));
    })
    .await;
    finds(paid, "the page", |stripe, id| {
        assert!(stripe.set_card(id, "4000000000000341"), "its days of grace have begun");
    })
    .await;
    finds(MONTH, "the offer", |stripe, id| {
        assert!(stripe.pause_collection(id, PauseBehavior::Void, None));
    })
    .await;
    finds(MONTH, "the offer", |stripe, id| {
        assert!(stripe.change_subscription(id, "price_pro", 1), "a dearer plan, which it is not");
        assert!(stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd));
    })
    .await;
}

/// What was canceled here goes on there.
#[tokio::test]
async fn a_cancellation_that_was_taken_back_is_found_when_it_would_have_ended() {
    let (site, ann, id) = subscriber("").await;
    assert!(site.stripe.cancel_subscription(&id, CancelWhen::AtPeriodEnd));
    settle(&site).await;
    assert!(site.stripe.resume_subscription(&id));
    site.stripe.drop_held();
    site.advance(MONTH.saturating_sub(SECOND));
    assert_eq!(ann.open(ESSAY).await.shows(), "the page", "a second before");
    site.advance(SECOND);
    site.stripe.drop_held();
    until(async || ann.open(ESSAY).await.shows() == "the page").await;
}

async fn finds(after: Duration, shown: &str, happens: impl FnOnce(&Sandbox, &str)) {
    let (site, ann, id) = subscriber("").await;
    happens(&site.stripe, &id);
    site.stripe.drop_held();
    assert_eq!(ann.open(ESSAY).await.shows(), "the page");
    site.advance(after);
    site.stripe.drop_held();
    until(async || ann.open(ESSAY).await.shows() == shown).await;
}

#[tokio::test]
async fn a_pause_ends_with_what_was_paid_and_payments_open_again() {
    use PauseBehavior::{KeepAsDraft, MarkUncollectible, Void};
    //   settings                      in January  in February  in March, which is paid
    let rows = [
        ("", ["the page", "the offer", "the page"]),
        ("paused_collection = 'keep'", ["the page", "the page", "the page"]),
        ("paused_collection = 'end'", ["the offer", "the offer", "the page"]),
    ];
    for (settings, [january, february, march]) in rows {
        for behavior in [Void, KeepAsDraft, MarkUncollectible] {
            let (site, ann, id) = subscriber(settings).await;
            assert!(site.stripe.pause_collection(&id, behavior, None));
            settle(&site).await;
            let row = format!("{settings} {behavior:?}");
            assert_eq!(ann.open(ESSAY).await.shows(), january, "{row}");
            pass(&site, MONTH.saturating_sub(SECOND)).await;
            assert_eq!(ann.open(ESSAY).await.shows(), january, "{row}, a second before");
            pass(&site, SECOND).await;
            assert_eq!(ann.open(ESSAY).await.shows(), february, "{row}: nothing was collected");
            pass(&site, DAY).await;
            assert_eq!(ann.open(ESSAY).await.shows(), february, "{row}: nothing was collected");
            assert!(site.stripe.resume_collection(&id));
            pass(&site, MONTH).await;
            assert_eq!(ann.open(ESSAY).await.shows(), march, "{row}");
        }
    }
}

#[tokio::test]
async fn a_trial_goes_on_with_a_card_and_ends_without_as_its_owner_wants() {
    let after = 7 * DAY + 2 * HOUR;
    let site = TestSite::start().await;
    let ann = site.visitor();
    assert_eq!(ann.buy(&site.stripe, "price_pro", WORKSHOP).await.shows(), "the page");
    pass(&site, after).await;
    assert_eq!(ann.open(WORKSHOP).await.shows(), "the page", "it is paid for");
    //    without a card           then
    for (missing, shown) in
        [("cancel", "the offer"), ("pause", "the offer"), ("create_invoice", "the page")]
    {
        let site = TestSite::start().await;
        let bob = customer(&site, "bob@site.example").await;
        let form = [
            ("customer", bob.as_str()),
            ("items[0][price]", "price_pro"),
            ("trial_period_days", "7"),
            ("trial_settings[end_behavior][missing_payment_method]", missing),
        ];
        made(&site, "subscriptions", &form).await;
        settle(&site).await;
        let bob = signed_in(&site, "bob@site.example").await;
        assert_eq!(bob.open(WORKSHOP).await.shows(), "the page");
        pass(&site, after).await;
        assert_eq!(bob.open(WORKSHOP).await.shows(), shown, "{missing}");
    }
}

#[tokio::test]
async fn a_trial_that_was_paused_goes_on_when_it_is_resumed_with_a_card() {
    let site = TestSite::start().await;
    let buyer = customer(&site, "bob@site.example").await;
    let form = [
        ("customer", buyer.as_str()),
        ("items[0][price]", "price_pro"),
        ("trial_period_days", "7"),
        ("trial_settings[end_behavior][missing_payment_method]", "pause"),
    ];
    let id = made(&site, "subscriptions", &form).await;
    settle(&site).await;
    let bob = signed_in(&site, "bob@site.example").await;
    pass(&site, (7 * DAY).saturating_sub(SECOND)).await;
    assert_eq!(bob.open(WORKSHOP).await.shows(), "the page", "a second before");
    pass(&site, SECOND).await;
    assert_eq!(bob.open(WORKSHOP).await.shows(), "the offer", "paused");
    assert!(site.stripe.set_card(&id, "4242424242424242"));
    settle(&site).await;
    assert_eq!(bob.open(WORKSHOP).await.shows(), "the offer", "a card alone pays nothing");
    made(&site, &format!("subscriptions/{id}/resume"), &[]).await;
    settle(&site).await;
    assert_eq!(bob.open(WORKSHOP).await.shows(), "the page", "it is paid");
}
