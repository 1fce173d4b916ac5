//! Carries events to endpoints: per endpoint one at a time, in order; failed ones again later,
//! without keeping the others waiting.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::delivery::{Delivery, DeliveryState, Release};
use super::{post, signature};
use crate::shared::Shared;
use crate::world::Posting;

/// Stripe tries for three days; the sandbox eight times, each pause twice the one before.
const MAX_ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The queue of deliveries, and their log.
pub(crate) struct Courier {
    queue: Mutex<Queue>,
    /// Something is ready to be sent.
    ready: Notify,
    /// Changes with every delivery: what waiters look at.
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Queue {
    /// All deliveries ever; a position in here is a delivery's name.
    log: Vec<(Posting, Delivery)>,
    /// By endpoint, what goes out next.
    ready: BTreeMap<String, VecDeque<usize>>,
    /// Endpoints that are being posted to.
    busy: HashSet<String>,
    holding: bool,
    held: Vec<usize>,
}

impl Queue {
    fn make_ready(&mut self, position: usize) {
        let endpoint = self.log[position].0.endpoint_id.clone();
        self.log[position].1.state = DeliveryState::Waiting;
        self.ready.entry(endpoint).or_default().push_back(position);
    }

    /// The next delivery for an endpoint that is not being posted to.
    fn take_next(&mut self) -> Option<(usize, Posting)> {
        let free = self
            .ready
            .iter_mut()
            .find(|(endpoint, queue)| !queue.is_empty() && !self.busy.contains(*endpoint));
        let (endpoint, queue) = free?;
        let position = queue.pop_front()?;
        self.busy.insert(endpoint.clone());
        Some((position, self.log[position].0.clone()))
    }

    fn is_quiet(&self) -> bool {
        self.busy.is_empty() && self.ready.values().all(VecDeque::is_empty)
    }
}

impl Courier {
    pub(crate) fn new() -> Courier {
        Courier { queue: Mutex::default(), ready: Notify::new(), changed: watch::Sender::new(()) }
    }

    /// Takes an event along, or holds it back.
    pub(crate) fn accept(&self, posting: Posting) {
        let mut queue = self.queue();
        let position = queue.log.len();
        let delivery = Delivery {
            event_id: posting.event_id.clone(),
            event_type: posting.event_type.clone(),
            url: posting.url.clone(),
            attempts: 0,
            last_status: None,
            state: DeliveryState::Held,
        };
        queue.log.push((posting, delivery));
        if queue.holding {
            queue.held.push(position);
        } else {
            queue.make_ready(position);
        }
        self.ready.notify_one();
    }

    pub(crate) fn set_holding(&self, holding: bool) {
        self.queue().holding = holding;
    }

    pub(crate) fn release(&self, release: &Release) {
        let mut queue = self.queue();
        let held = std::mem::take(&mut queue.held);
        let positions = release.positions(held.len());
        for &position in &positions {
            queue.make_ready(held[position]);
        }
        queue.held = held
            .iter()
            .enumerate()
            .filter(|(at, _)| !positions.contains(at))
            .map(|(_, it)| *it)
            .collect();
        self.ready.notify_one();
    }

    pub(crate) fn drop_held(&self) {
        let mut queue = self.queue();
        for position in std::mem::take(&mut queue.held) {
            queue.log[position].1.state = DeliveryState::Dropped;
        }
    }

    /// Sends an event again to every endpoint it went to.
    pub(crate) fn resend(&self, event_id: &str) {
        let mut queue = self.queue();
        let again =
            queue.log.iter().enumerate().filter(|(_, (posting, _))| posting.event_id == event_id);
        let again: Vec<usize> = again.map(|(position, _)| position).collect();
        for position in again {
            queue.make_ready(position);
        }
        self.ready.notify_one();
    }

    /// The log, oldest first.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.queue().log.iter().map(|(_, delivery)| delivery.clone()).collect()
    }

    /// Returns when all that was released has been tried at least once.
    pub(crate) async fn quiet(&self) {
        self.until(Queue::is_quiet).await;
    }

    /// Returns when all that was released is delivered or given up.
    pub(crate) async fn settled(&self) {
        let waits = |(_, delivery): &(Posting, Delivery)| delivery.state == DeliveryState::Waiting;
        self.until(|queue| queue.is_quiet() && !queue.log.iter().any(waits)).await;
    }

    async fn until(&self, condition: impl Fn(&Queue) -> bool) {
        let mut changed = self.changed.subscribe();
        while !condition(&self.queue()) {
            changed.changed().await.expect("the sender lives as long as `self`");
        }
    }

    /// Notes an answer.
    fn conclude(&self, position: usize, status: Option<u16>) -> Conclusion {
        let mut queue = self.queue();
        let (posting, delivery) = &mut queue.log[position];
        let endpoint = posting.endpoint_id.clone();
        let delivered = matches!(status, Some(200..300));
        let first_success = delivered && !matches!(delivery.last_status, Some(200..300));
        let acknowledged = first_success.then(|| posting.event_id.clone());
        delivery.attempts += 1;
        delivery.last_status = status;
        let pause = FIRST_PAUSE * 2_u32.saturating_pow(delivery.attempts - 1);
        let again = !delivered && delivery.attempts < MAX_ATTEMPTS;
        delivery.state = match (delivered, again) {
            (true, _) => DeliveryState::Delivered,
            (false, true) => DeliveryState::Waiting,
            (false, false) => DeliveryState::GivenUp,
        };
        queue.busy.remove(&endpoint);
        Conclusion { acknowledged, pause: again.then_some(pause) }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("no holder of this lock panics")
    }
}

/// What an answer means.
struct Conclusion {
    /// The event, if this is the first time that the endpoint takes it.
    acknowledged: Option<String>,
    /// Until the next try, if there is one.
    pause: Option<Duration>,
}

/// What a task of the courier ends with.
enum Done {
    Answered(usize, Option<u16>),
    Paused(usize),
}

/// Delivers until it is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut tasks: JoinSet<Done> = JoinSet::new();
    let courier = &shared.courier;
    loop {
        let next = courier.queue().take_next();
        if let Some((position, posting)) = next {
            tasks.spawn(attempt(position, posting, shared.signature_time()));
            continue;
        }
        tokio::select! {
            () = courier.ready.notified() => {}
            Some(done) = tasks.join_next() => match done {
                Ok(Done::Answered(position, status)) => answered(&shared, &mut tasks, position, status),
                Ok(Done::Paused(position)) => courier.queue().make_ready(position),
                Err(_panicked_or_stopped) => {}
            },
        }
    }
}

async fn attempt(position: usize, posting: Posting, signed_at: i64) -> Done {
    let signature = signature::header(&posting.secret, signed_at, posting.body.as_bytes());
    Done::Answered(position, post::post(&posting.url, signature, posting.body).await)
}

fn answered(shared: &Arc<Shared>, tasks: &mut JoinSet<Done>, position: usize, status: Option<u16>) {
    let Conclusion { acknowledged, pause } = shared.courier.conclude(position, status);
    if let Some(event_id) = acknowledged {
        shared.acknowledge(&event_id);
    }
    if let Some(pause) = pause {
        tasks.spawn(async move {
            tokio::time::sleep(pause).await;
            Done::Paused(position)
        });
    }
    shared.courier.changed.send_replace(());
}
