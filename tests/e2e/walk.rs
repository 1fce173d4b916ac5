//! Somebody walks through the demo at random, with a browser: buys, cancels, changes the card, has
//! his money returned, and lets time go by. After every step a page opens exactly if Stripe says
//! that it is paid for.

use proptest::sample::select;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use tollhouse::clock::Clock;
use tollhouse::domain::time::Timestamp;

use crate::browser::{Browser, PATIENCE, Script, with_browser};
use crate::program::Program;
use crate::{ARTICLE, ARTICLE_SAYS, DECLINED, GOOD};

/// Pays for the first period, and for no other.
const DECLINED_LATER: &str = "4000 0000 0000 0341";

const DAY_SECONDS: i64 = 86_400;

/// The settings as they are if the owner says nothing.
const LATE_RENEWAL_SECONDS: i64 = 3 * DAY_SECONDS;
const GRACE_SECONDS: i64 = 7 * DAY_SECONDS;

const STEPS: usize = 40;

/// Where somebody goes next; where he cannot go there, he stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Buys(&'static str),
    LooksAtAccount,
    Cancels,
    CancelsNow,
    StaysAfterAll,
    ChangesCard(&'static str),
    PaysInvoice,
    /// What the dashboard's button says.
    AtStripe(&'static str),
}

/// The more often one stands here, the more often it happens.
const WAYS: &[Step] = &[
    Step::Buys(GOOD),
    Step::Buys(GOOD),
    Step::Buys(GOOD),
    Step::Buys(DECLINED),
    Step::LooksAtAccount,
    Step::Cancels,
    Step::CancelsNow,
    Step::StaysAfterAll,
    Step::ChangesCard(GOOD),
    Step::ChangesCard(DECLINED_LATER),
    Step::PaysInvoice,
    Step::AtStripe("An hour later"),
    Step::AtStripe("A day later"),
    Step::AtStripe("A day later"),
    Step::AtStripe("To the next renewal"),
    Step::AtStripe("To the next renewal"),
    Step::AtStripe("A month later"),
    Step::AtStripe("Next renewal fails"),
    Step::AtStripe("Give a good card"),
    Step::AtStripe("Refund"),
    Step::AtStripe("Cancel at period end"),
];

#[tokio::test]
async fn a_random_walk_never_reads_what_is_not_paid_and_always_what_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Program::demo(folder.path());
    with_browser(Script::On, async |browser| {
        let mut walk = Walk {
            browser,
            site: demo.address_of("The site"),
            stripe: demo.address_of("Fake Stripe"),
            gone: Vec::new(),
        };
        let rng_seed = RngSeed::Fixed(20_261_125);
        let mut chance = TestRunner::new(Config { rng_seed, ..Config::default() });
        for _ in 0..STEPS {
            let step = select(WAYS).new_tree(&mut chance).expect("one of them").current();
            walk.goes(step).await;
        }
        let often = |wanted: Step| walk.gone.iter().filter(|(step, _)| *step == wanted).count();
        assert!(often(Step::Buys(GOOD)) > 1, "he came back: {:?}", walk.gone);
    })
    .await;
}

struct Walk<'b> {
    browser: &'b Browser,
    site: String,
    stripe: String,
    /// Where he went, and whether the page was open afterwards.
    gone: Vec<(Step, bool)>,
}

impl Walk<'_> {
    async fn goes(&mut self, step: Step) {
        let went = match step {
            Step::Buys(card) => self.buys(card).await,
            Step::LooksAtAccount => self.at_account().await,
            Step::Cancels => self.in_portal("Cancel subscription", "Cancel subscription").await,
            Step::CancelsNow => self.in_portal("Cancel subscription", "End it now").await,
            Step::StaysAfterAll => self.in_portal("", "Don’t cancel subscription").await,
            Step::ChangesCard(card) => self.changes_card(card).await,
            Step::PaysInvoice => self.in_portal("", "Pay").await,
            Step::AtStripe(button) => self.at_stripe(button).await,
        };
        if went {
            let open = self.ends_up_right(step).await;
            self.gone.push((step, open));
        }
    }

    /// Only whoever has not got it is offered it.
    async fn buys(&self, card: &str) -> bool {
        self.browser.open(&format!("{}{ARTICLE}", self.site)).await;
        if !self.browser.has_button("Get Basic").await {
            return false;
        }
        self.browser.press_and_land("Get Basic").await;
        if !self.browser.has_button("Subscribe").await {
            // He pays for it already, and is told where.
            return false;
        }
        self.browser.pay("ann@example.com", card).await;
        if card == DECLINED {
            self.browser.sees("Your card was declined").await;
            self.browser.follow("← Back").await;
            self.browser.sees("Nothing was charged").await;
        } else {
            self.browser.sees(ARTICLE_SAYS).await;
        }
        true
    }

    async fn at_account(&self) -> bool {
        self.browser.open(&format!("{}/_tollhouse/account", self.site)).await;
        self.browser.has_button("Manage billing").await
    }

    /// Follows a link of the portal, if one is named, and presses a button.
    async fn in_portal(&self, link: &str, button: &str) -> bool {
        if !self.at_account().await {
            return false;
        }
        self.browser.press_and_land("Manage billing").await;
        self.browser.sees("Invoices").await;
        if !link.is_empty() {
            if !self.browser.has_link(link).await {
                return false;
            }
            self.browser.follow(link).await;
        }
        if !self.browser.has_button(button).await {
            return false;
        }
        self.browser.press_and_land(button).await;
        true
    }

    async fn changes_card(&self, card: &str) -> bool {
        if !self.at_account().await {
            return false;
        }
        self.browser.press_and_land("Manage billing").await;
        self.browser.sees("Invoices").await;
        if !self.browser.has_link("Change card").await {
            return false;
        }
        self.browser.follow("Change card").await;
        self.browser.fill("#card_number", card).await;
        self.browser.press_and_land("Save card").await;
        true
    }

    async fn at_stripe(&self, button: &str) -> bool {
        self.browser.open(&format!("{}/dashboard", self.stripe)).await;
        let there = self.browser.has_button(button).await;
        if there {
            self.browser.press_and_land(button).await;
        }
        there
    }

    /// Looks at the page until it is as Stripe says: whether it is open.
    async fn ends_up_right(&self, step: Step) -> bool {
        let watch = Clock::stopwatch();
        let (mut shown, mut due) = (None, false);
        while watch.elapsed() < PATIENCE {
            self.browser.open(&format!("{}/dashboard", self.stripe)).await;
            let now = time_of(&self.browser.text().await);
            due = self.truth().await.opens(now);
            self.browser.open(&format!("{}{ARTICLE}", self.site)).await;
            let text = self.browser.text().await;
            let open = text.contains(ARTICLE_SAYS);
            assert!(open || text.contains("This page is for readers"), "{step:?}: {text}");
            if open == due {
                return open;
            }
            shown = Some(open);
        }
        panic!("after {:?}, {step:?}: open is {shown:?}, and should be {due}", self.gone)
    }

    async fn truth(&self) -> Truth {
        Truth {
            subscriptions: self.all("subscriptions?status=all&limit=100").await,
            charges: self.all("charges?limit=100").await,
        }
    }

    async fn all(&self, what: &str) -> Vec<Value> {
        let request = reqwest::Client::new().get(format!("{}/v1/{what}", self.stripe));
        let answer = request.bearer_auth("sk_test_sandbox").send().await.expect("it answers");
        let list: Value = answer.json().await.expect("JSON");
        list["data"].as_array().expect("a list").clone()
    }
}

/// What Stripe knows, the newest first.
struct Truth {
    subscriptions: Vec<Value>,
    charges: Vec<Value>,
}

impl Truth {
    fn opens(&self, now: i64) -> bool {
        let paid = self.charges.iter().find(|charge| charge["paid"] == true);
        let kept = paid.is_some_and(|charge| charge["refunded"] == false);
        kept && self.subscriptions.iter().any(|one| now < open_until(one))
    }
}

/// Until when a subscription opens what it is for.
fn open_until(subscription: &Value) -> i64 {
    let item = &subscription["items"]["data"][0];
    let moment = |field: &str| item[field].as_i64().expect("a time");
    let until = match subscription["status"].as_str() {
        Some("active" | "trialing") => moment("current_period_end") + LATE_RENEWAL_SECONDS,
        Some("past_due") => moment("current_period_start") + GRACE_SECONDS,
        _ => return 0,
    };
    let ends = subscription["cancel_at_period_end"] == true;
    if ends { until.min(moment("current_period_end")) } else { until }
}

/// The time on the dashboard: `It is 2026-01-31 10:00:00 UTC.`
fn time_of(dashboard: &str) -> i64 {
    let told = dashboard.split_once("It is ").map(|(_, told)| told);
    let told = told.unwrap_or_else(|| panic!("it tells no time: {dashboard}"));
    let day = Timestamp::parse_date(&told[..10]).expect("a date").unix();
    let of_day = told[11..19].split(':').map(|part| part.parse::<i64>().expect("a number"));
    day + of_day.fold(0, |sum, part| sum * 60 + part)
}
