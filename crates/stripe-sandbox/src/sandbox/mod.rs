//! The handle of a running sandbox.

mod billing;
mod payments;
mod webhooks;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cards;
use crate::control::{Fault, RecordedRequest};
use crate::object::Object;
use crate::object::checkout_session::CheckoutSession;
use crate::object::payment_method::Means;
use crate::object::subscription::{Cancellation, Subscription};
use crate::options::{Options, StartError};
use crate::pages;
use crate::server;
use crate::shared::Shared;
use crate::webhooks::{Target, run};
use crate::world::{Payment, Refusal, Step, Table, World};

pub use billing::PayInvoiceError;
pub use payments::{DisputeOutcome, DisputeStage};

/// A running sandbox. Clones are handles of the same one; it runs until [`Sandbox::stop`] or until
/// the runtime ends.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    url: String,
    stop: watch::Sender<bool>,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// Who pays on the checkout page, and how.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Ignored where the session's customer has an address already.
    pub email: String,
    /// The means of payment.
    pub with: PayWith,
    /// Typed into the page before paying.
    pub promotion_code: Option<String>,
}

impl Payer {
    /// Pays with 4242 4242 4242 4242.
    pub fn with_good_card(email: &str) -> Payer {
        Payer::with_card(email, "4242424242424242")
    }

    /// Pays with this test card.
    pub fn with_card(email: &str, number: &str) -> Payer {
        Payer {
            email: email.to_owned(),
            with: PayWith::Card(number.to_owned()),
            promotion_code: None,
        }
    }

    /// Pays from a bank account; the money comes when [`Sandbox::settle`] says so.
    pub fn with_bank_debit(email: &str) -> Payer {
        Payer { email: email.to_owned(), with: PayWith::BankDebit, promotion_code: None }
    }
}

/// The means of payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayWith {
    /// A card number; the test cards behave as Stripe's. 3-D Secure is completed.
    Card(String),
    /// Settles days later.
    BankDebit,
}

/// Why a checkout was not paid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayError {
    /// No checkout session has this address or id.
    #[error("no such checkout session")]
    Unknown,
    /// It is paid already, or expired.
    #[error("the checkout session is not open")]
    Closed,
    /// The page would say so; the session stays open.
    #[error("declined: {decline_code}")]
    Declined {
        /// Such as `insufficient_funds`.
        decline_code: String,
    },
    /// Not one of the test cards.
    #[error("not a test card")]
    NotATestCard,
    /// The session takes cards only, or bank debits only.
    #[error("the checkout session does not take this means of payment")]
    NotTaken,
    /// The session takes no codes, or does not know this one.
    #[error("the promotion code is invalid")]
    InvalidCode,
}

/// How a delayed payment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The money came.
    Succeeded,
    /// It did not.
    Failed,
}

/// When a subscription ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelWhen {
    /// At once.
    Now,
    /// With the period that is paid.
    AtPeriodEnd,
}

/// Starting and stopping.
impl Sandbox {
    /// Binds the address and serves.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        if let Some(webhook) =
            options.webhook.as_ref().filter(|it| Target::parse(&it.url).is_none())
        {
            return Err(StartError::WebhookAddress(webhook.url.clone()));
        }
        if let Some(twice) = options.duplicate_price() {
            return Err(StartError::DuplicatePrice(twice.to_owned()));
        }
        let failed = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let url = format!("http://{}/", listener.local_addr().map_err(failed)?);
        let shared = Arc::new(Shared::new(&options, url.clone()));
        let (stop, stopped) = watch::channel(false);
        let timekeeper = Arc::clone(&shared);
        let tasks = vec![
            tokio::spawn(server::serve(listener, pages::router(Arc::clone(&shared)), stopped)),
            tokio::spawn(run(Arc::clone(&shared))),
            tokio::spawn(async move { timekeeper.keep_time().await }),
        ];
        Ok(Sandbox { shared, url, stop, tasks: Arc::new(Mutex::new(tasks)) })
    }

    /// `http://127.0.0.1:PORT/`: the base of the API and of all pages.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Finishes the answers that are under way, then closes the listener. Undelivered webhooks are lost.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.shared.control.clear_faults();
        self.shared.control.release_hung();
        let tasks = std::mem::take(&mut *self.tasks.lock().expect("no holder of this lock panics"));
        let mut tasks = tasks.into_iter();
        if let Some(server) = tasks.next() {
            // A server that panicked has stopped.
            let _ = server.await;
        }
        tasks.for_each(|task| task.abort());
    }
}

/// Time.
impl Sandbox {
    /// Unix seconds by the sandbox's clock.
    pub fn now(&self) -> i64 {
        self.shared.with(|world| world.now())
    }

    /// Moves the clock on; everything that falls due on the way happens at its time, in order.
    pub fn advance(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.shared.with(|world| world.advance_to(world.now().saturating_add(seconds)));
    }

    /// Waits until the clock was moved on by more than this altogether, here or from the
    /// dashboard, and returns by how much. A clock that stands from the beginning never is.
    pub async fn moved_further(&self, than: Duration) -> Duration {
        self.shared.moved_further(than).await
    }
}

/// Customers at the till.
impl Sandbox {
    /// Does what submitting the checkout page does; `checkout` is its address or the session's id.
    /// The answer is where the browser is sent.
    pub async fn pay(&self, checkout: &str, payer: &Payer) -> Result<String, PayError> {
        let id = session_id(checkout);
        let address = self.shared.with_time_of(id, |world| pay(world, id, payer))?;
        self.shared.before_return().await;
        Ok(address)
    }

    /// Sells a price without the gateway knowing, as a payment link or another shop would.
    /// The answer is the checkout session's id.
    pub async fn sell_elsewhere(&self, price: &str, payer: &Payer) -> Result<String, PayError> {
        let id = self
            .shared
            .with(|world| world.open_session_elsewhere(price))
            .ok_or(PayError::Unknown)?;
        self.pay(&id, payer).await?;
        Ok(id)
    }

    /// The money of a bank debit comes, or does not. `false`: none is under way for this checkout.
    pub fn settle(&self, checkout: &str, settlement: Settlement) -> bool {
        let id = session_id(checkout);
        self.shared.with_time_of(id, |world| world.settle(id, settlement))
    }

    /// What the customer does in the portal, or the owner in the dashboard. `false`: no live
    /// subscription has this id.
    pub fn cancel_subscription(&self, id: &str, when: CancelWhen) -> bool {
        self.on_live_subscription(id, |world| match when {
            CancelWhen::Now => world.end_subscription(id),
            CancelWhen::AtPeriodEnd => {
                world.set_cancellation(id, Cancellation::AtPeriodEnd { asked_at: world.now() });
            }
        })
    }

    /// Takes a cancellation back that has not happened yet.
    pub fn resume_subscription(&self, id: &str) -> bool {
        self.on_live_subscription(id, |world| world.set_cancellation(id, Cancellation::None))
    }

    fn on_live_subscription(&self, id: &str, act: impl FnOnce(&mut World)) -> bool {
        self.shared.with_time_of(id, |world| {
            let live = world.subscriptions.get(id).is_some_and(Subscription::is_live);
            if live {
                act(world);
            }
            live
        })
    }
}

/// What Stripe knows.
impl Sandbox {
    /// Any object by its id, as the API renders it.
    pub fn object(&self, id: &str) -> Option<Value> {
        self.shared.with(|world| {
            let mut object = world.find(id)?;
            world.put_mode(&mut object);
            Some(object)
        })
    }

    /// All checkout sessions, oldest first, as the API renders them.
    pub fn checkouts(&self) -> Vec<Value> {
        self.shared.with(|world| rendered(world, &world.checkout_sessions))
    }

    /// All customers, oldest first.
    pub fn customers(&self) -> Vec<Value> {
        self.shared.with(|world| rendered(world, &world.customers))
    }

    /// All subscriptions, oldest first.
    pub fn subscriptions(&self) -> Vec<Value> {
        self.shared.with(|world| rendered(world, &world.subscriptions))
    }

    /// All events, oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.shared.with(|world| rendered(world, &world.events))
    }
}

/// The API, seen from the other side.
impl Sandbox {
    /// All API calls so far, oldest first, also those that met a fault.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.control.requests()
    }

    /// Forgets the calls so far.
    pub fn forget_requests(&self) {
        self.shared.control.forget_requests();
    }

    /// Lets coming API calls go wrong.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.control.add_fault(fault);
    }

    /// What can still go wrong with API calls.
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.control.faults()
    }

    /// Lets nothing go wrong any more; calls that hang go on hanging.
    pub fn clear_faults(&self) {
        self.shared.control.clear_faults();
    }

    /// Returns when so many calls hang.
    pub async fn until_hanging(&self, calls: usize) {
        self.shared.control.until_hanging(calls).await;
    }

    /// Answers the calls that hang with 500.
    pub fn release_hung(&self) {
        self.shared.control.release_hung();
    }
}

fn rendered<T: Object>(world: &World, table: &Table<T>) -> Vec<Value> {
    let mut objects: Vec<Value> = table.iter().map(|object| object.render(world)).collect();
    for object in &mut objects {
        world.put_mode(object);
    }
    objects
}

/// The last segment of a checkout page's address, or the id itself.
fn session_id(checkout: &str) -> &str {
    let path = checkout.split(['?', '#']).next().unwrap_or(checkout);
    path.rsplit('/').next().unwrap_or(path)
}

fn pay(world: &mut World, id: &str, payer: &Payer) -> Result<String, PayError> {
    world.checkout_sessions.get(id).ok_or(PayError::Unknown)?;
    if let Some(code) = &payer.promotion_code
        && !world.apply_code(id, code)
    {
        return Err(PayError::InvalidCode);
    }
    let means = match &payer.with {
        PayWith::Card(number) => Means::Card(cards::find(number).ok_or(PayError::NotATestCard)?),
        PayWith::BankDebit => Means::bank_debit(),
    };
    let email = world.checkout_email(id).unwrap_or_else(|| payer.email.clone());
    match world.pay(id, Payment { email, means: Some(means) }).map_err(refused)? {
        Step::Return => {}
        Step::Authenticate => {
            world.authenticate(id, true).map_err(refused)?;
        }
    }
    Ok(world.checkout_sessions.get(id).map(CheckoutSession::return_address).unwrap_or_default())
}

fn refused(refusal: Refusal) -> PayError {
    match refusal {
        Refusal::Closed => PayError::Closed,
        Refusal::Declined(decline) => {
            PayError::Declined { decline_code: decline.reason.to_owned() }
        }
        Refusal::NothingToPayWith => PayError::NotATestCard,
        Refusal::NotTaken => PayError::NotTaken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkouts_are_named_by_address_or_id() {
        assert_eq!(session_id("cs_test_a1"), "cs_test_a1");
        assert_eq!(session_id("http://127.0.0.1:1/c/pay/cs_test_a1?x#y"), "cs_test_a1");
    }
}
