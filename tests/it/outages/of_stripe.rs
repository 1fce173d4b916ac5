//! Stripe is down, in each way that there is: what readers, buyers and Stripe itself notice, and how
//! it is made good.

use std::future::pending;
use std::time::Duration;

use reqwest::StatusCode;
use stripe_sandbox::{CancelWhen, DeliveryState, Fault, FaultKind, Payer, signature_header};
use tollhouse::domain::ids::Subject;
use tollhouse::store::Errand;

use crate::support::{Seen, TestSite, Visitor, WEBHOOK_SECRET, until};

const WAYS: [FaultKind; 4] =
    [FaultKind::ServerError, FaultKind::RateLimited, FaultKind::Hang, FaultKind::Reset];

const SECOND: Duration = Duration::from_secs(1);

/// Longer than any errand is put off.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

#[tokio::test]
async fn readers_notice_nothing() {
    //    what somebody does while Stripe is down, and what he is shown
    check(async |s: &Scene| s.ann.open("/essays/tide").await, PAGE).await;
    let renews = async |s: &Scene| {
        s.site.advance_here(Duration::from_mins(10));
        s.ann.open("/essays/tide").await
    };
    check(renews, PAGE).await;
    check(async |s: &Scene| s.ann.open("/_tollhouse/account").await, &["Renews on"]).await;
    let signs_in_elsewhere = async |s: &Scene| {
        let carl = s.site.visitor();
        assert_eq!(carl.submit(&s.link, &[]).await.goes_to(), "/_tollhouse/account");
        carl.open("/_tollhouse/account").await
    };
    check(signs_in_elsewhere, &["carl@site.example"]).await;
    check(async |s: &Scene| s.ann.open("/_tollhouse/join").await, &["This is yours already"]).await;
}

#[tokio::test]
async fn whoever_needs_stripe_is_told_within_three_seconds() {
    let nothing_charged = &["cannot be reached just now", "Nothing was charged", TRY_AGAIN];
    check(async |s: &Scene| s.site.visitor().open("/course/1").await, nothing_charged).await;
    let chooses = async |s: &Scene| {
        let chosen = [("price", "price_pro"), ("to", "/workshop/x")];
        s.ann.submit("/_tollhouse/checkout", &chosen).await
    };
    check(chooses, nothing_charged).await;
    let opens_portal = async |s: &Scene| {
        let customer = s.site.stripe.customers()[0]["id"].as_str().expect("an id").to_owned();
        s.ann.submit("/_tollhouse/portal", &[("customer", &customer)]).await
    };
    check(opens_portal, &["Your bills cannot be reached just now", TRY_AGAIN]).await;
    let looks_again = &["waiting for Stripe to confirm", "as soon as Stripe answers", "looked=1"];
    check(async |s: &Scene| s.bob.follow(&s.back).await, looks_again).await;
}

#[tokio::test]
async fn what_happens_meanwhile_is_taken_in_and_made_good() {
    for way in WAYS {
        let s = Scene::set().await;
        let subscription =
            s.site.stripe.subscriptions()[0]["id"].as_str().expect("an id").to_owned();
        s.goes_down(way);
        assert!(s.site.stripe.cancel_subscription(&subscription, CancelWhen::Now));
        s.site.deliver_webhooks().await;
        for delivery in s.site.stripe.deliveries() {
            assert_eq!(delivery.state, DeliveryState::Delivered, "{way:?}: {delivery:?}");
            assert_eq!(delivery.attempts, 1, "{way:?}: {delivery:?}");
        }
        assert!(!s.errands().await.is_empty(), "{way:?}: they wait");
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the page", "{way:?}: nobody knows");
        s.is_up_again();
        s.all_is_looked_after().await;
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the offer", "{way:?}: canceled");
        let seen = s.bob.follow(&s.back).await;
        assert_eq!(s.bob.open(&seen.goes_to()).await.shows(), "the page", "{way:?}: paid");
    }
}

/// Customers who are heard of while Stripe is down.
const MANY: usize = 300;

#[tokio::test]
async fn hundreds_wait_until_stripe_is_up_and_nobody_at_the_till_waits_for_them() {
    let s = Scene::set().await;
    for number in 0..MANY {
        let payer = Payer::with_good_card(&format!("reader{number}@site.example"));
        s.site.stripe.sell_elsewhere("price_basic", &payer).await.expect("sold");
    }
    s.site.stripe.drop_held();
    s.goes_down(FaultKind::ServerError);
    let customers = s.customers();
    for customer in &customers {
        assert_eq!(tell_of(&s.site, customer).await, StatusCode::OK);
    }
    s.site.forget_requests();
    for _ in 0..60 {
        s.site.advance(SECOND);
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the page");
    }
    // One that asks whether it is up again, five, ten, twenty and thirty seconds apart, and what
    // was under way when that became necessary.
    let calls = s.site.stripe.requests().len();
    assert!(calls <= 20, "{calls} calls in a minute to a Stripe that is down");

    s.is_up_again();
    until(async || {
        s.site.advance(SECOND);
        s.site.stripe.requests().len() > calls + 20
    })
    .await;
    let (before, began) = (s.site.stripe.requests().len(), s.site.ticks());
    assert_eq!(s.site.visitor().open("/course/1").await.shows(), "the till");
    let waiting = MANY - s.known(&customers[2..]).await;
    assert!(waiting > MANY / 2, "{waiting} still wait when he is served");
    let nothing_is_due = async {
        while !s.site.store().errands(LONGEST_WAIT).await.expect("read").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(120 * SECOND, nothing_is_due).await.expect("it catches up");
    let calls = s.site.stripe.requests().len() - before;
    let took = s.site.ticks().saturating_sub(began);
    assert!(calls > MANY / 2, "{calls}");
    assert!(took.as_millis() >= 100 * (calls as u128 - 10), "{calls} calls in {took:?}");
    s.all_is_looked_after().await;
    // After Ann and Bob.
    assert_eq!(s.known(&customers[2..]).await, MANY);
}

#[tokio::test]
async fn a_stripe_that_wants_fewer_calls_is_not_asked_for_everybody() {
    let s = Scene::set().await;
    s.site.stripe.drop_held();
    s.goes_down(FaultKind::RateLimited);
    for number in 0..MANY {
        assert_eq!(tell_of(&s.site, &format!("cus_{number}")).await, StatusCode::OK);
    }
    for _ in 0..12 {
        s.site.advance(5 * SECOND);
        assert_eq!(s.ann.open("/essays/tide").await.shows(), "the page");
    }
    // Four at once, then one alone every five seconds, each of three tries.
    let calls = s.site.stripe.requests().iter().filter(|call| call.path.contains("cus_")).count();
    assert!(calls <= 3 * (4 + 12 + 1), "{calls} calls in a minute");
}

#[tokio::test]
async fn connections_that_have_died_do_not_keep_a_reader_from_the_till() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    assert_eq!(ann.open("/course/1").await.shows(), "the till");
    // The connection of that call is kept, and closed on the next one; then two real failures.
    site.stripe.fail_next(Fault::next(3, FaultKind::ResetAfter).only("POST", "/v1/checkout"));
    let bob = site.visitor();
    let till = bob.choose("price_course", "/course/1").await;
    assert!(till.contains("/c/pay/"), "{till}");
    assert_eq!(site.stripe.checkouts().len(), 2, "one each, however often it was asked for");
}

/// The page itself.
const PAGE: &[&str] = &["paper"];
const TRY_AGAIN: &str = "Try again";

/// Ann has bought Basic; Bob has paid for the course and is on his way back; Carl has a link to
/// sign in. Stripe has told nothing of it yet.
struct Scene {
    site: TestSite,
    ann: Visitor,
    bob: Visitor,
    back: String,
    link: String,
}

impl Scene {
    async fn set() -> Self {
        let site = TestSite::start().await;
        let (ann, bob) = (site.visitor(), site.visitor());
        ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        let till = bob.choose("price_course", "/course/1").await;
        let back = bob.pay(&site.stripe, &till).await;
        let link = site.link("carl@site.example").await;
        Self { site, ann, bob, back, link }
    }

    fn goes_down(&self, way: FaultKind) {
        self.site.stripe.fail_next(Fault::sometimes(100, 1, way));
    }

    fn is_up_again(&self) {
        self.site.stripe.clear_faults();
        self.site.stripe.release_hung();
    }

    /// How many of these customers are known with what they have.
    async fn known(&self, customers: &[String]) -> usize {
        let mut known = 0;
        for customer in customers {
            let subject = Subject::parse(customer).expect("an id");
            let holder = self.site.store().holder(subject).await.expect("read");
            known += usize::from(holder.is_some_and(|(_, had)| had.subscriptions.len() == 1));
        }
        known
    }

    /// Who waits to be looked after, now or later: the first of them.
    async fn errands(&self) -> Vec<Errand> {
        // What is due later than that counts as written under a wrong clock, and is due now.
        self.site.store().errands(Duration::ZERO).await.expect("read")
    }

    /// Time passes until nobody waits.
    async fn all_is_looked_after(&self) {
        until(async || {
            self.site.advance(5 * SECOND);
            self.errands().await.is_empty()
        })
        .await;
    }

    fn customers(&self) -> Vec<String> {
        let ids = self.site.stripe.customers();
        ids.iter().map(|customer| customer["id"].as_str().expect("an id").to_owned()).collect()
    }
}

/// In each way that Stripe can be down, somebody does something and reads these words.
async fn check(does: impl AsyncFn(&Scene) -> Seen, reads: &[&str]) {
    for way in WAYS {
        let scene = Scene::set().await;
        scene.goes_down(way);
        let three_seconds_pass = async {
            scene.site.stripe.until_hanging(1).await;
            scene.site.advance_here(3 * SECOND);
            pending::<()>().await;
        };
        let seen = tokio::select! {
            // Much less than any other time-out, so that it is those three seconds that end it.
            seen = tokio::time::timeout(6 * SECOND, does(&scene)) => seen.expect("it is told in time"),
            () = three_seconds_pass => unreachable!("nobody ends it"),
        };
        let page = seen.read();
        for words in reads {
            assert!(page.contains(words), "{way:?}: {words:?} in {} {page}", seen.status);
        }
        let is_fine = seen.status == StatusCode::OK;
        assert!(is_fine || seen.header("retry-after").is_some(), "{way:?}: {}", seen.status);
    }
}

/// Stripe tells that something happened to a customer.
async fn tell_of(site: &TestSite, customer: &str) -> StatusCode {
    let body = format!(
        r#"{{"id":"evt_{customer}","object":"event","type":"customer.updated","livemode":false,"created":1,"data":{{"object":{{"id":"{customer}","object":"customer"}}}}}}"#
    );
    let signature = signature_header(WEBHOOK_SECRET, site.now().unix(), body.as_bytes());
    let headers = [("stripe-signature", signature.as_str())];
    site.visitor().post("/_tollhouse/stripe/webhook", &headers, body).await.status
}
