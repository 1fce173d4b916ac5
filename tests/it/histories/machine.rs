//! A history as it is lived: at the simulated Stripe, and in the gateway's books.

use std::time::Duration;

use proptest_state_machine::StateMachineTest;
use serde_json::Value;
use stripe_sandbox::{CancelWhen, DisputeOutcome, DisputeStage, PauseBehavior, Payer, Settlement};
use tokio::runtime::Runtime;

use super::model::{Buyer, DAY, Plan, Truth};
use super::story::{Step, Story, What};
use crate::support::Books;

const STRIPE_FORGETS: i64 = 30 * DAY;
const GOOD_CARD: &str = "4242424242424242";
const CARD_THAT_FAILS_LATER: &str = "4000000000000341";

/// The real thing.
pub(super) struct Machine {
    runtime: Runtime,
    inside: Inside,
}

struct Inside {
    books: Books,
    accounts: [Account; 2],
    /// Events that Stripe has not delivered yet.
    on_their_way: Vec<Value>,
    /// How many events there have been.
    events: usize,
    looked_at: i64,
    /// What was true before this step.
    before: Truth,
    /// The history so far, to be shown if it turns out wrong.
    told: Vec<Step>,
}

/// A buyer's things at Stripe.
#[derive(Default)]
struct Account {
    customer: Option<String>,
    subscription: String,
    checkout: String,
    payment: String,
    refund: String,
    dispute: String,
    /// What was true when Stripe was last asked about him.
    known: Buyer,
}

impl StateMachineTest for Machine {
    type SystemUnderTest = Self;
    type Reference = Story;

    fn init_test(_: &Truth) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let books = runtime.block_on(Books::open());
        let (accounts, on_their_way) = (Default::default(), Vec::new());
        let looked_at = books.now().unix();
        Self {
            runtime,
            inside: Inside {
                books,
                accounts,
                on_their_way,
                events: 0,
                looked_at,
                before: Truth::begin(),
                told: Vec::new(),
            },
        }
    }

    fn apply(mut machine: Self, truth: &Truth, step: Step) -> Self {
        let inside = &mut machine.inside;
        machine.runtime.block_on(async {
            inside.take(step).await;
            inside.note_what_was_asked(truth);
            inside.compare(truth).await;
            inside.before = truth.clone();
        });
        machine
    }

    /// In the end nothing stays lost.
    fn teardown(mut machine: Self, truth: Truth) {
        let inside = &mut machine.inside;
        machine.runtime.block_on(async {
            inside.books.look_for_lost_events().await;
            inside.note_what_was_asked(&truth);
            inside.compare(&truth).await;
            for (account, buyer) in inside.accounts.iter().zip(&truth.buyers) {
                let known = account.known.owns(truth.now);
                assert_eq!(known, buyer.owns(truth.now), "in the end everything is known");
            }
        });
    }
}

impl Inside {
    async fn take(&mut self, step: Step) {
        self.told.push(step.clone());
        match step {
            Step::Happens { buyer, what } => self.happen(buyer, what).await,
            Step::Passes { days } => self.pass(days).await,
            Step::Arrives { which, times, fate } => {
                if let Some(event) = self.next_event(which) {
                    for _ in 0..times {
                        self.books.deliver(&event, fate).await;
                    }
                }
            }
            Step::IsLost { which } => drop(self.next_event(which)),
            Step::Dies => self.books.die(),
            Step::LooksForLostEvents => self.look_for_lost_events().await,
        }
        self.books.work().await;
        let events = self.books.stripe.events();
        self.on_their_way.extend_from_slice(&events[self.events..]);
        self.events = events.len();
    }

    /// Stripe keeps events for thirty days. The gateway asks every hour; here it does at least
    /// before one is forgotten.
    async fn pass(&mut self, days: i64) {
        let later = self.books.now().unix() + days * DAY;
        if later - self.looked_at >= STRIPE_FORGETS {
            self.look_for_lost_events().await;
            // That was asked before the time passed, and before what happens meanwhile.
            let before = self.before.clone();
            self.note_what_was_asked(&before);
        }
        self.books.advance(Duration::from_secs(u64::try_from(days * DAY).expect("forward")));
    }

    async fn look_for_lost_events(&mut self) {
        self.books.look_for_lost_events().await;
        self.looked_at = self.books.now().unix();
    }

    fn next_event(&mut self, which: usize) -> Option<Value> {
        let events = self.on_their_way.len();
        (events > 0).then(|| self.on_their_way.remove(which % events))
    }

    /// Whoever was asked about is known from now on.
    fn note_what_was_asked(&mut self, truth: &Truth) {
        let asked = self.books.stripe.requests();
        for (account, buyer) in self.accounts.iter_mut().zip(&truth.buyers) {
            let Some(customer) = &account.customer else { continue };
            let path = format!("/v1/customers/{customer}");
            if asked.iter().any(|call| call.method == "GET" && call.path == path) {
                account.known = buyer.clone();
            }
        }
        self.books.stripe.forget_requests();
    }

    /// Nobody reads more, or less, than he had paid for when Stripe was last asked about him.
    async fn compare(&self, truth: &Truth) {
        assert_eq!(self.books.now().unix(), truth.now);
        for account in &self.accounts {
            let Some(customer) = &account.customer else { continue };
            let owned = self.books.owned_through(customer).await;
            assert_eq!(owned, account.known.owns(truth.now), "{customer}: {:?}", self.told);
        }
    }

    async fn happen(&mut self, buyer: usize, what: What) {
        let done = match what {
            What::Subscribes(plan) => {
                let session = self.sell(buyer, price_of(plan), false).await;
                self.accounts[buyer].subscription = text(&session["subscription"]);
                true
            }
            What::BuysTheCourse { by_bank } => {
                let session = self.sell(buyer, "price_course", by_bank).await;
                let account = &mut self.accounts[buyer];
                account.checkout = text(&session["id"]);
                account.payment = text(&session["payment_intent"]);
                true
            }
            What::ChangesPlan => {
                self.change_plan(buyer).await;
                true
            }
            What::IsDeleted => {
                let customer = self.accounts[buyer].customer.clone().expect("he is known");
                self.books.delete_customer(&customer).await;
                true
            }
            What::GetsThePeriodsMoneyBack => {
                let payment = self.payment_of_the_period(buyer).await;
                self.books.stripe.refund(&payment, None).is_some()
            }
            What::GetsTheCoursesMoneyBack => self.refund_course(buyer, None),
            What::GetsHalfOfTheCoursesMoneyBack => self.refund_course(buyer, Some(2_450)),
            What::BankAsks => {
                let account = &mut self.accounts[buyer];
                let stage = DisputeStage::NeedsResponse;
                let dispute = self.books.stripe.dispute(&account.payment, stage);
                account.dispute = dispute.expect("it was paid");
                true
            }
            What::MoneyComes
            | What::MoneyDoesNotCome
            | What::CancelsNow
            | What::CancelsLater
            | What::TakesItBack
            | What::IsPaused
            | What::IsNotPausedAnyMore
            | What::CardGoesBad
            | What::CardIsGoodAgain
            | What::RefundFails
            | What::BankDecidesForHim
            | What::BankDecidesForTheOwner => self.happen_at_once(buyer, what),
        };
        assert!(done, "{what:?}");
    }

    fn happen_at_once(&self, buyer: usize, what: What) -> bool {
        let (stripe, account) = (&self.books.stripe, &self.accounts[buyer]);
        let subscription = account.subscription.as_str();
        match what {
            What::MoneyComes => stripe.settle(&account.checkout, Settlement::Succeeded),
            What::MoneyDoesNotCome => stripe.settle(&account.checkout, Settlement::Failed),
            What::CancelsNow => stripe.cancel_subscription(subscription, CancelWhen::Now),
            What::CancelsLater => stripe.cancel_subscription(subscription, CancelWhen::AtPeriodEnd),
            What::TakesItBack => stripe.resume_subscription(subscription),
            What::IsPaused => stripe.pause_collection(subscription, PauseBehavior::Void, None),
            What::IsNotPausedAnyMore => stripe.resume_collection(subscription),
            What::CardGoesBad => stripe.set_card(subscription, CARD_THAT_FAILS_LATER),
            What::CardIsGoodAgain => stripe.set_card(subscription, GOOD_CARD),
            What::RefundFails => stripe.fail_refund(&account.refund),
            What::BankDecidesForHim => stripe.move_dispute(&account.dispute, DisputeOutcome::Lost),
            What::BankDecidesForTheOwner => {
                stripe.move_dispute(&account.dispute, DisputeOutcome::Won)
            }
            What::Subscribes(_)
            | What::BuysTheCourse { .. }
            | What::GetsThePeriodsMoneyBack
            | What::GetsTheCoursesMoneyBack
            | What::GetsHalfOfTheCoursesMoneyBack
            | What::ChangesPlan
            | What::BankAsks
            | What::IsDeleted => unreachable!("it takes a call"),
        }
    }

    /// From now on, without a bill or a credit for the rest of the period.
    async fn change_plan(&self, buyer: usize) {
        let id = &self.accounts[buyer].subscription;
        let shown = self.books.stripe.object(id).expect("it is there");
        let item = &shown["items"]["data"][0];
        let is_basic = item["price"]["id"] == "price_basic";
        let price = price_of(if is_basic { Plan::Pro } else { Plan::Basic });
        let item = text(&item["id"]);
        let form = [
            ("items[0][id]", item.as_str()),
            ("items[0][price]", price),
            ("proration_behavior", "none"),
        ];
        self.books.ask_stripe(&format!("subscriptions/{id}"), &form).await;
    }

    fn refund_course(&mut self, buyer: usize, amount: Option<i64>) -> bool {
        let account = &mut self.accounts[buyer];
        let refund = self.books.stripe.refund(&account.payment, amount);
        account.refund = refund.expect("it was paid");
        true
    }

    async fn sell(&mut self, buyer: usize, price: &str, by_bank: bool) -> Value {
        let email = format!("buyer{buyer}@site.example");
        let payer =
            if by_bank { Payer::with_bank_debit(&email) } else { Payer::with_good_card(&email) };
        let customer = self.accounts[buyer].customer.clone();
        let session = self.books.sell(price, customer.as_deref(), &payer).await;
        self.accounts[buyer].customer = Some(text(&session["customer"]));
        session
    }

    async fn payment_of_the_period(&self, buyer: usize) -> String {
        let subscription = &self.accounts[buyer].subscription;
        let subscription = self.books.stripe.object(subscription).expect("it is there");
        let invoice = text(&subscription["latest_invoice"]);
        let payments = self.books.look_up(&format!("invoice_payments?invoice={invoice}")).await;
        text(&payments["data"][0]["payment"]["payment_intent"])
    }
}

fn price_of(plan: Plan) -> &'static str {
    match plan {
        Plan::Basic => "price_basic",
        Plan::Pro => "price_pro",
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
