//! What everything that happens at Stripe means for what a reader may read: before, and after.

mod buyers;
mod changes;
mod checkouts;
mod ends;
mod owing;
mod payments;

use std::time::Duration;

use stripe_sandbox::Sandbox;

use crate::support::{TestSite, Visitor};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

/// January, in which every test begins.
const MONTH: Duration = Duration::from_hours(31 * 24);

/// Of the basic plan.
const ESSAY: &str = "/essays/tide";

/// Of the pro plan, which begins with seven free days.
const WORKSHOP: &str = "/workshop/x";

/// Of the course, which is bought once.
const LESSON: &str = "/course/1";

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

/// Somebody who has signed in by mail: what is paid for him is his, without his coming back.
async fn signed_in(site: &TestSite, email: &str) -> Visitor {
    let visitor = site.visitor();
    visitor.submit(&site.link(email).await, &[]).await.goes_to();
    visitor
}

/// A customer whom the owner makes: his id.
async fn customer(site: &TestSite, email: &str) -> String {
    made(site, "customers", &[("email", email)]).await
}

/// What the owner makes by a call of Stripe: its id.
async fn made(site: &TestSite, path: &str, form: &[(&str, &str)]) -> String {
    let made = site.ask_stripe(reqwest::Method::POST, path, form).await;
    made["id"].as_str().expect("an id").to_owned()
}
