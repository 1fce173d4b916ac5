//! The same few events in every order, one of them twice, and a process that dies over them:
//! after each step, and in the end, the ledger says what Stripe says.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use stripe_sandbox::Payer;

use crate::support::{Books, Effort, Fate};

const MONTH: Duration = Duration::from_hours(24 * 31);

/// One thing that happens at Stripe.
struct Happening {
    what: What,
    /// The one of its events that is delivered; all others are lost.
    told_by: &'static str,
    /// What the buyer owns from then on.
    owns: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Subscribes,
    BuysTheCourse,
    AMonthPasses,
    ChangesToPro,
    CourseIsRefunded,
    Cancels,
    RefundFails,
}

const fn happening(what: What, told_by: &'static str, owns: &'static str) -> Happening {
    Happening { what, told_by, owns }
}

/// The test begins on 1 January; three days of patience follow a period that is to be renewed.
#[rustfmt::skip]
const LIFE: [Happening; 7] = [
    happening(What::Subscribes,       "checkout.session.completed",    "basic until 2026-02-04T00:00:00Z"),
    happening(What::BuysTheCourse,    "checkout.session.completed",    "basic until 2026-02-04T00:00:00Z, course for ever"),
    happening(What::AMonthPasses,     "invoice.paid",                  "basic until 2026-03-04T00:00:00Z, course for ever"),
    happening(What::ChangesToPro,     "customer.subscription.updated", "course for ever, pro until 2026-03-04T00:00:00Z"),
    happening(What::CourseIsRefunded, "charge.refunded",               "pro until 2026-03-04T00:00:00Z"),
    happening(What::Cancels,          "customer.subscription.updated", "pro until 2026-03-01T00:00:00Z"),
    happening(What::RefundFails,      "refund.failed",                 "course for ever, pro until 2026-03-01T00:00:00Z"),
];

/// All orders of six events, or of all seven. Each run delivers one event twice, and dies over
/// one delivery or over every one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_whatever_order_events_come_and_whenever_the_process_dies_the_ledger_is_right() {
    let effort = Effort::asked_for();
    let (events, deaths) = match effort {
        Effort::Short => (6, Deaths::OneOfThem),
        Effort::Long => (7, Deaths::EveryTime),
    };
    let orders = permutations(&(0..events).collect::<Vec<_>>());
    assert_eq!(orders.len(), (1..=events).product::<usize>());
    let runs = orders.iter().enumerate().map(|(run, order)| run_through(run, order, deaths));
    stream::iter(runs).buffer_unordered(8).collect::<()>().await;
    let count = orders.len();
    effort.tell(&format!(
        "all {count} orders of {events} events, each with one event doubled and a process that \
         dies over every delivery: after each the ledger was right"
    ));
}

#[derive(Debug, Clone, Copy)]
enum Deaths {
    OneOfThem,
    EveryTime,
}

impl Deaths {
    /// What becomes of a delivery; it rotates from run to run.
    fn fate(self, run: usize, step: usize, steps: usize) -> Fate {
        let death = Fate::DEATHS[(run + step) % Fate::DEATHS.len()];
        match self {
            Deaths::EveryTime => death,
            Deaths::OneOfThem if step == (run / Fate::DEATHS.len()) % steps => death,
            Deaths::OneOfThem => Fate::Worked,
        }
    }
}

async fn run_through(run: usize, order: &[usize], deaths: Deaths) {
    let mut life = Life::begin().await;
    let deliveries = with_one_doubled(order, run);
    for (step, &event) in deliveries.iter().enumerate() {
        // An event may come as late as one likes, but not before it has happened.
        while life.told.len() <= event {
            life.go_on().await;
        }
        let (told, fate) = (life.told[event].clone(), deaths.fate(run, step, deliveries.len()));
        life.books.deliver(&told, fate).await;
        let now = &LIFE[life.told.len() - 1];
        assert_eq!(
            life.books.all_owned().await,
            [now.owns],
            "run {run}, order {order:?}, after {step}: {:?}, {fate:?}",
            now.what
        );
    }
}

/// The first event again at once in one run, at the end in another.
fn with_one_doubled(order: &[usize], run: usize) -> Vec<usize> {
    let mut deliveries = order.to_vec();
    let doubled = deliveries[run % order.len()];
    let at = run % order.len() + 1 + run % (order.len() - run % order.len());
    deliveries.insert(at, doubled);
    deliveries
}

/// One customer's life at Stripe.
struct Life {
    books: Books,
    /// The telling events of what has happened.
    told: Vec<Value>,
    course_payment: String,
    refund: String,
}

impl Life {
    async fn begin() -> Self {
        let (course_payment, refund) = (String::new(), String::new());
        Self { books: Books::open().await, told: Vec::new(), course_payment, refund }
    }

    /// Lets the next thing happen.
    async fn go_on(&mut self) {
        let next = &LIFE[self.told.len()];
        let before = self.books.stripe.events().len();
        self.happen(next.what).await;
        let events = self.books.stripe.events();
        let telling = events[before..].iter().rfind(|event| event["type"] == next.told_by);
        let telling = telling.unwrap_or_else(|| panic!("{:?} has no {}", next.what, next.told_by));
        self.told.push(telling.clone());
    }

    async fn happen(&mut self, what: What) {
        let payer = Payer::with_good_card("ann@site.example");
        match what {
            What::Subscribes => {
                self.books.sell("price_basic", None, &payer).await;
            }
            What::BuysTheCourse => {
                let customer = text(&self.books.stripe.customers()[0]["id"]);
                let session = self.books.sell("price_course", Some(&customer), &payer).await;
                self.course_payment = text(&session["payment_intent"]);
            }
            What::AMonthPasses => self.books.advance(MONTH),
            What::ChangesToPro => {
                let subscription = self.subscription();
                let item = text(&subscription["items"]["data"][0]["id"]);
                let form = [("items[0][id]", item.as_str()), ("items[0][price]", "price_pro")];
                self.change_subscription(&form).await;
            }
            What::CourseIsRefunded => {
                let refund = self.books.stripe.refund(&self.course_payment, None);
                self.refund = refund.expect("it was paid");
            }
            What::Cancels => self.change_subscription(&[("cancel_at_period_end", "true")]).await,
            What::RefundFails => assert!(self.books.stripe.fail_refund(&self.refund)),
        }
    }

    fn subscription(&self) -> Value {
        self.books.stripe.subscriptions()[0].clone()
    }

    async fn change_subscription(&self, form: &[(&str, &str)]) {
        let id = text(&self.subscription()["id"]);
        self.books.ask_stripe(&format!("subscriptions/{id}"), form).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Every order of these.
fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let within = |rest: Vec<usize>| {
        (0..=rest.len()).map(move |at| {
            let mut order = rest.clone();
            order.insert(at, *first);
            order
        })
    };
    permutations(rest).into_iter().flat_map(within).collect()
}
