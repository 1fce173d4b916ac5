//! The simulated Stripe, its customers, and what it has to tell.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use reqwest::Client;
use serde_json::{Value, json};
use stripe_sandbox::{CancelWhen, Interval, Options, Payer, PriceSeed, Sandbox};
use tollhouse::clock::Clock;

use crate::chance::Chance;
use crate::gateway::{Gateway, WEBHOOK_SECRET};

/// A Stripe that sells a subscription and a course, and posts nothing by itself.
pub(crate) async fn stripe() -> Sandbox {
    let price = |id: &str, name: &str, unit_amount, interval| PriceSeed {
        id: id.to_owned(),
        product_name: name.to_owned(),
        unit_amount,
        currency: "usd".to_owned(),
        interval,
    };
    let prices = vec![
        price("price_basic", "Basic", 900, Some(Interval::Month)),
        price("price_course", "Course", 4_900, None),
    ];
    let options = Options { prices, seed: 7, ..Options::default() };
    Sandbox::start(options).await.expect("the sandbox starts")
}

/// An event as Stripe posts it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    body: String,
}

impl Event {
    fn of(event: &Value) -> Self {
        Self { id: event["id"].as_str().expect("an id").to_owned(), body: event.to_string() }
    }

    /// One more event about a subscription: nothing has changed, as often at Stripe.
    pub(crate) fn about(id: String, subscription: &Value) -> Self {
        let created = Clock::system().now().unix();
        let body = json!({
            "id": id, "object": "event", "type": "customer.subscription.updated",
            "livemode": false, "created": created, "data": { "object": subscription },
        });
        Self { id, body: body.to_string() }
    }
}

/// Where a gateway takes webhooks. Connections are kept, as Stripe keeps them.
#[derive(Clone)]
pub(crate) struct Letterbox {
    client: Client,
    url: String,
}

impl Letterbox {
    pub(crate) fn of(gateway: &Gateway) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { client, url: format!("{}/_tollhouse/stripe/webhook", gateway.url) }
    }

    /// Posts an event, signed now: the status, when the whole answer has been read. None: nobody
    /// answered.
    pub(crate) async fn post(&self, event: &Event) -> Option<u16> {
        let now = Clock::system().now().unix();
        let signature =
            stripe_sandbox::signature_header(WEBHOOK_SECRET, now, event.body.as_bytes());
        let request = self.client.post(&self.url).header("stripe-signature", signature);
        let answer = request.body(event.body.clone()).send().await.ok()?;
        let status = answer.status().as_u16();
        answer.bytes().await.ok()?;
        Some(status)
    }
}

/// What is to be delivered, and what was acknowledged: kept outside of the gateway.
pub(crate) struct Mail {
    stripe: Sandbox,
    subscriptions: Vec<Value>,
    seen: usize,
    changes: usize,
    books: Mutex<Deliveries>,
}

#[derive(Default)]
struct Deliveries {
    waiting: VecDeque<Event>,
    acknowledged: BTreeMap<String, Event>,
    made: usize,
    refused: usize,
}

impl Mail {
    /// Sells so many subscriptions; their events wait to be delivered.
    pub(crate) async fn of_customers(stripe: &Sandbox, customers: usize) -> Self {
        let mut mail = Self {
            stripe: stripe.clone(),
            subscriptions: Vec::new(),
            seen: 0,
            changes: 0,
            books: Mutex::default(),
        };
        for _ in 0..customers {
            mail.sell().await;
        }
        mail
    }

    async fn sell(&mut self) {
        let payer = Payer::with_good_card(&format!("reader{}@site.example", self.changes));
        self.stripe.sell_elsewhere("price_basic", &payer).await.expect("the card is good");
        self.changed();
    }

    /// Something changes at Stripe: somebody cancels or changes his mind.
    pub(crate) fn happen(&mut self, chance: &mut Chance) {
        let subscriptions = self.stripe.subscriptions();
        let chosen = &subscriptions[chance.within(0..subscriptions.len())];
        let id = chosen["id"].as_str().expect("an id");
        let changed = if chosen["cancel_at_period_end"] == true && !chance.once_in(4) {
            self.stripe.resume_subscription(id)
        } else if chance.once_in(8) {
            self.stripe.cancel_subscription(id, CancelWhen::Now)
        } else {
            self.stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd)
        };
        if changed {
            self.changed();
        }
    }

    /// The first customer cancels.
    pub(crate) fn cancel_first(&mut self) {
        let id = self.subscriptions[0]["id"].as_str().expect("an id");
        assert!(self.stripe.cancel_subscription(id, CancelWhen::AtPeriodEnd));
        self.changed();
    }

    /// The same mail, of which nothing is delivered yet but what had been acknowledged.
    pub(crate) fn again(&self) -> Self {
        let books = self.books();
        let (waiting, acknowledged) = (books.waiting.clone(), books.acknowledged.clone());
        let books = Deliveries { waiting, acknowledged, ..Deliveries::default() };
        Self {
            stripe: self.stripe.clone(),
            subscriptions: self.subscriptions.clone(),
            seen: self.seen,
            changes: self.changes,
            books: Mutex::new(books),
        }
    }

    fn changed(&mut self) {
        self.changes += 1;
        let events = self.stripe.events();
        let fresh = events[self.seen..].iter().map(Event::of);
        self.seen = events.len();
        self.subscriptions = self.stripe.subscriptions();
        self.books().waiting.extend(fresh);
    }

    /// Whose mail it is.
    pub(crate) fn stripe(&self) -> &Sandbox {
        &self.stripe
    }

    /// How often something changed at Stripe.
    pub(crate) fn changes(&self) -> usize {
        self.changes
    }

    /// Delivers until nobody answers: what Stripe has to tell, and when that is through, one more
    /// event about somebody. What was not acknowledged is delivered again.
    pub(crate) async fn deliver(&self, letterbox: &Letterbox) {
        loop {
            let event = self.next();
            let status = letterbox.post(&event).await;
            if !self.answered(event, status) {
                return;
            }
        }
    }

    /// Delivers all that waits; each must be taken.
    pub(crate) async fn deliver_rest(&self, letterbox: &Letterbox) {
        loop {
            let Some(event) = self.books().waiting.pop_front() else { return };
            let status = letterbox.post(&event).await;
            assert_eq!(status, Some(200), "{event:?}");
            self.answered(event, status);
        }
    }

    /// So many more events about somebody wait to be delivered.
    pub(crate) fn more(&self, events: usize) {
        let made: Vec<_> = (0..events).map(|_| self.make(&mut self.books())).collect();
        self.books().waiting.extend(made);
    }

    /// Delivers each once that waits, whether or not it is taken; somebody must answer.
    pub(crate) async fn deliver_once(&self, letterbox: &Letterbox) {
        let all = std::mem::take(&mut self.books().waiting);
        for event in all {
            let status = letterbox.post(&event).await;
            assert!(self.answered(event, status), "it does not stay up");
        }
    }

    /// Delivers one event; it may be refused.
    pub(crate) async fn deliver_next(&self, letterbox: &Letterbox) {
        let event = self.next();
        let status = letterbox.post(&event).await;
        assert!(self.answered(event, status), "it does not stay up");
    }

    /// Delivers until one is refused: whether that happened.
    pub(crate) async fn deliver_until_refused(&self, letterbox: &Letterbox, most: usize) -> bool {
        let before = self.refused();
        for _ in 0..most {
            self.deliver_next(letterbox).await;
            if self.refused() > before {
                return true;
            }
        }
        false
    }

    fn next(&self) -> Event {
        let mut books = self.books();
        books.waiting.pop_front().unwrap_or_else(|| self.make(&mut books))
    }

    fn make(&self, books: &mut Deliveries) -> Event {
        books.made += 1;
        let subscription = &self.subscriptions[books.made % self.subscriptions.len()];
        Event::about(format!("evt_made{}", books.made), subscription)
    }

    /// Writes down what became of a delivery: whether anybody answered.
    pub(crate) fn answered(&self, event: Event, status: Option<u16>) -> bool {
        let mut books = self.books();
        match status {
            Some(200) => {
                books.acknowledged.insert(event.id.clone(), event);
            }
            Some(503) => {
                books.refused += 1;
                books.waiting.push_back(event);
            }
            Some(other) => panic!("{other} for {event:?}"),
            None => books.waiting.push_front(event),
        }
        status.is_some()
    }

    /// What was acknowledged so far.
    pub(crate) fn acknowledged(&self) -> BTreeSet<String> {
        self.books().acknowledged.keys().cloned().collect()
    }

    /// Takes back every acknowledgement but these; the events are to be delivered again.
    pub(crate) fn unsay_all_but(&self, acknowledged: &BTreeSet<String>) {
        let mut books = self.books();
        let all = std::mem::take(&mut books.acknowledged);
        let (kept, unsaid): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.into_iter().partition(|(id, _)| acknowledged.contains(id));
        books.acknowledged = kept;
        books.waiting.extend(unsaid.into_values());
    }

    /// How many deliveries were answered with 503.
    pub(crate) fn refused(&self) -> usize {
        self.books().refused
    }

    /// How many deliveries were answered at all.
    pub(crate) fn answers(&self) -> usize {
        let books = self.books();
        books.acknowledged.len() + books.refused
    }

    fn books(&self) -> std::sync::MutexGuard<'_, Deliveries> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
