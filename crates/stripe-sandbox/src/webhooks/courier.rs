//! Carries events to endpoints: per endpoint one at a time, in order; failed ones again later,
//! without keeping the others waiting.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::delivery::{Delivery, Release, Try};
use super::queue::{Conclusion, Number, Queue};
use super::{post, signature};
use crate::clock;
use crate::options::Options;
use crate::shared::{Receiver, Shared};
use crate::world::{FirstTry, Posting};

/// Older than Stripe's libraries allow, which is five minutes.
const OLD_SECONDS: i64 = 3_600;
/// More than any event of Stripe's has.
const HUGE_BYTES: usize = 2 << 20;

/// The queue of deliveries, and their log.
pub(crate) struct Courier {
    queue: Mutex<Queue>,
    /// Something is ready to be sent.
    ready: Notify,
    /// Changes with every delivery: what waiters look at.
    changed: watch::Sender<()>,
}

impl Courier {
    pub(crate) fn new(options: &Options) -> Courier {
        let livemode = options.livemode();
        Courier {
            queue: Mutex::new(Queue::new(options.retries, livemode)),
            ready: Notify::new(),
            changed: watch::Sender::new(()),
        }
    }

    /// Takes an event along, or holds it back.
    pub(crate) fn accept(&self, posting: Posting) {
        self.queue().accept(posting);
        self.ready.notify_one();
    }

    pub(crate) fn set_holding(&self, holding: bool) {
        self.queue().holding = holding;
    }

    pub(crate) fn release(&self, release: &Release) {
        self.queue().release(release);
        self.ready.notify_one();
    }

    pub(crate) fn drop_held(&self) {
        self.queue().drop_held();
    }

    /// Sends an event again to every endpoint it went to.
    pub(crate) fn resend(&self, event_id: &str) {
        self.queue().resend(event_id);
        self.ready.notify_one();
    }

    /// Sends what is due by this moment of the sandbox's clock.
    pub(crate) fn wake(&self, now: i64) {
        let mut queue = self.queue();
        if queue.next_moment().is_some_and(|moment| moment <= now) {
            queue.wake(now);
            self.ready.notify_one();
        }
    }

    /// The next moment of the sandbox's clock at which something is sent again.
    pub(crate) fn next_moment(&self) -> Option<i64> {
        self.queue().next_moment()
    }

    /// The log, oldest first.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.queue().deliveries()
    }

    /// Returns when all that was released has been tried at least once.
    pub(crate) async fn quiet(&self) {
        self.until(Queue::is_quiet).await;
    }

    /// Returns when all that was released is delivered or given up, or waits for the sandbox's clock.
    pub(crate) async fn settled(&self) {
        self.until(Queue::is_settled).await;
    }

    async fn until(&self, condition: impl Fn(&Queue) -> bool) {
        let mut changed = self.changed.subscribe();
        while !condition(&self.queue()) {
            changed.changed().await.expect("the sender lives as long as `self`");
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("no holder of this lock panics")
    }
}

/// What a task of the courier ends with.
enum Done {
    Tried(Number, Option<Try>),
    Paused(Number),
}

/// Delivers until it is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut tasks: JoinSet<Done> = JoinSet::new();
    let courier = &shared.courier;
    loop {
        let (late, next) = {
            let mut queue = courier.queue();
            (queue.take_late(), queue.take_next())
        };
        for (number, pause) in late {
            tasks.spawn(paused(number, pause));
        }
        if let Some((number, posting)) = next {
            let receiver = shared.receiver(&posting.endpoint_id);
            tasks.spawn(attempt(number, posting, receiver));
            continue;
        }
        tokio::select! {
            () = courier.ready.notified() => {}
            Some(done) = tasks.join_next() => match done {
                Ok(Done::Tried(number, done)) => conclude(&shared, &mut tasks, number, done),
                Ok(Done::Paused(number)) => courier.queue().make_ready(number),
                Err(_panicked_or_stopped) => {}
            },
        }
    }
}

async fn paused(number: Number, pause: Duration) -> Done {
    tokio::time::sleep(pause).await;
    Done::Paused(number)
}

/// Posts once, signed anew.
async fn attempt(number: Number, posting: Posting, receiver: Option<Receiver>) -> Done {
    let Some(Receiver { url, mut secrets, mut signed_at, now }) = receiver else {
        return Done::Tried(number, None);
    };
    let mut body = posting.body;
    match posting.first_try {
        FirstTry::Right => {}
        FirstTry::OldTimestamp => signed_at -= OLD_SECONDS,
        FirstTry::WrongSecret => secrets = vec!["whsec_nobody_knows".to_owned()],
        // White space is JSON, too.
        FirstTry::HugeBody => body.push_str(&" ".repeat(HUGE_BYTES)),
    }
    let signature = signature::header_of_all(&secrets, signed_at, body.as_bytes());
    let began = clock::stopwatch();
    let outcome = post::post(&url, signature, body).await.map_err(|error| error.to_string());
    Done::Tried(number, Some(Try { at: now, outcome, took: began.elapsed() }))
}

fn conclude(shared: &Arc<Shared>, tasks: &mut JoinSet<Done>, number: Number, done: Option<Try>) {
    let Conclusion { acknowledged, pause } = shared.courier.queue().conclude(number, done);
    if let Some((event, endpoint)) = acknowledged {
        shared.acknowledge(&event, &endpoint);
    }
    if let Some(pause) = pause {
        tasks.spawn(paused(number, pause));
    }
    shared.rescheduled();
    shared.courier.changed.send_replace(());
}
