//! How long it takes until who paid reads, and who took his money back does not.

use std::time::Duration;

use stripe_sandbox::{Payer, Sandbox, Settlement};
use tollhouse::clock::Clock;

use crate::books::Books;
use crate::gateway::{ESSAY, Gateway, LESSON, WEBHOOK_SECRET};
use crate::reader::Reader;
use crate::report::{Chapter, spread, tell};
use crate::size::size;
use crate::stripe::stripe;
use crate::until::until;

const DELAYS: Chapter = Chapter { file: "80-delays", title: "From Stripe to the reader" };

/// Ten times the second that is promised.
const DEADLINE: Duration = Duration::from_secs(10);

/// The gateway counts its calls to Stripe by the second: what went before is forgotten after it.
const A_SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_opens_and_its_end_shuts() {
    let stripe = stripe().await;
    let mut gateway = Gateway::new(&stripe);
    gateway.start();
    let webhooks = format!("{}/_tollhouse/stripe/webhook", gateway.url);
    stripe.add_webhook(&webhooks, WEBHOOK_SECRET).expect("an address");
    let (mut opened, mut shut) = (Vec::new(), Vec::new());
    for turn in 0..size().journeys {
        opened.push(until_access(&gateway, &stripe, turn).await);
        shut.push(until_lock_out(&gateway, &stripe, turn).await);
    }
    tell(
        DELAYS,
        &[
            "each begins when the gateway has asked Stripe for nothing in the second before: of \
             ten calls a second, work in the background gets seven"
                .to_owned(),
            format!("from the webhook of a payment until the page opens: {}", spread(&opened)),
            format!("from a refund until the page is shut: {}", spread(&shut)),
        ],
    );
}

/// A debit of a bank account arrives: the time until the page that it pays for opens.
async fn until_access(gateway: &Gateway, stripe: &Sandbox, turn: usize) -> Duration {
    let payer = Payer::with_bank_debit(&format!("debit{turn}@site.example"));
    let reader = Reader::who_buys(gateway, stripe, "price_course", &payer).await;
    quiet(gateway, stripe).await;
    assert_ne!(reader.opens(LESSON).await, 200, "it is not paid yet");
    let watch = Clock::stopwatch();
    assert!(stripe.settle(&reader.checkout, Settlement::Succeeded), "it waits for the bank");
    comes_about(async || reader.opens(LESSON).await == 200).await;
    watch.elapsed()
}

/// A subscriber's money goes back: the time until his page is shut.
async fn until_lock_out(gateway: &Gateway, stripe: &Sandbox, turn: usize) -> Duration {
    let payer = Payer::with_good_card(&format!("card{turn}@site.example"));
    let reader = Reader::who_buys(gateway, stripe, "price_basic", &payer).await;
    quiet(gateway, stripe).await;
    assert_eq!(reader.opens(ESSAY).await, 200, "it is paid");
    let events = stripe.events();
    let paid = events.iter().rfind(|event| event["type"] == "charge.succeeded");
    let charge =
        paid.and_then(|event| event["data"]["object"]["id"].as_str()).expect("he has paid");
    let watch = Clock::stopwatch();
    assert!(stripe.refund(charge, None).is_some(), "there is money");
    comes_about(async || reader.opens(ESSAY).await != 200).await;
    watch.elapsed()
}

/// Everything told so far is delivered and looked after, and a second has gone by in which Stripe
/// was asked for nothing.
async fn quiet(gateway: &Gateway, stripe: &Sandbox) {
    stripe.webhooks_settled().await;
    until(async || Books::open(gateway.store()).waiting() == 0).await;
    Clock::system().pause(A_SECOND).await;
}

/// Asks again and again: one page load is the resolution.
async fn comes_about(condition: impl AsyncFn() -> bool) {
    let asked = async { while !condition().await {} };
    tokio::time::timeout(DEADLINE, asked).await.expect("it came about in time");
}
