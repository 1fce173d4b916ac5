//! What the API, the pages, the courier and the handle have in common.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::api::Keys;
use crate::clock;
use crate::control::Control;
use crate::object::webhook_endpoint::EndpointState;
use crate::options::{Options, SignatureTime};
use crate::webhooks::Courier;
use crate::world::World;

/// One sandbox.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) courier: Courier,
    pub(crate) control: Control,
    pub(crate) keys: Keys,
    signature_time: SignatureTime,
    /// Something may fall due earlier than before.
    rescheduled: Notify,
    /// By how much the clock was moved on.
    ahead: watch::Sender<Duration>,
    webhooks_first: AtomicBool,
}

/// An endpoint at the moment of a try.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) secrets: Vec<String>,
    /// What the signature says of the time.
    pub(crate) signed_at: i64,
    /// The sandbox's time.
    pub(crate) now: i64,
}

impl Shared {
    /// `base_url` is where the pages are, with a slash at the end.
    pub(crate) fn new(options: &Options, base_url: String) -> Shared {
        Shared {
            world: Mutex::new(World::new(options, base_url)),
            courier: Courier::new(options),
            control: Control::new(options),
            keys: Keys::new(options),
            signature_time: options.signature_time,
            rescheduled: Notify::new(),
            ahead: watch::Sender::new(Duration::ZERO),
            webhooks_first: AtomicBool::new(false),
        }
    }

    /// Does something to the world, after all that is due by now; the events go out afterwards.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.catch_up();
        let result = act(&mut world);
        world.follow_up();
        for posting in world.take_outbox() {
            self.courier.accept(posting);
        }
        let (now, ahead) = (world.now(), world.clock.ahead());
        drop(world);
        self.ahead.send_if_modified(|was| std::mem::replace(was, ahead) != ahead);
        self.courier.wake(now);
        self.rescheduled.notify_one();
        result
    }

    /// The same, at the time that it is for the customer of this object.
    pub(crate) fn with_time_of<T>(&self, id: &str, act: impl FnOnce(&mut World) -> T) -> T {
        self.with(|world| world.in_time_of(id, act))
    }

    /// An endpoint has answered with a 2xx.
    pub(crate) fn acknowledge(&self, event_id: &str, endpoint_id: &str) {
        if let Some(event) = self.lock().events.get_mut(event_id) {
            event.pending.remove(endpoint_id);
        }
    }

    /// Where and how to post at this moment; `None` if the endpoint is disabled or deleted.
    pub(crate) fn receiver(&self, endpoint_id: &str) -> Option<Receiver> {
        let world = self.lock();
        let now = world.now();
        let endpoint = world.webhook_endpoints.get(endpoint_id)?;
        let enabled = endpoint.state == EndpointState::Enabled;
        let signed_at = match self.signature_time {
            SignatureTime::WallClock => clock::system_seconds(),
            SignatureTime::SandboxClock => now,
        };
        enabled.then(|| Receiver {
            url: endpoint.url.clone(),
            secrets: endpoint.secrets(now),
            signed_at,
            now,
        })
    }

    /// Something may fall due earlier than before.
    pub(crate) fn rescheduled(&self) {
        self.rescheduled.notify_one();
    }

    /// Returns by how much the clock was moved on, when it is more than that.
    pub(crate) async fn moved_further(&self, than: Duration) -> Duration {
        let mut ahead = self.ahead.subscribe();
        let further = ahead.wait_for(|ahead| *ahead > than).await;
        *further.expect("whoever tells it is this object")
    }

    pub(crate) fn set_webhooks_first(&self, first: bool) {
        self.webhooks_first.store(first, Ordering::Relaxed);
    }

    /// Before a customer is sent back: waits for the webhooks, if a test wants them to be first.
    pub(crate) async fn before_return(&self) {
        if self.webhooks_first.load(Ordering::Relaxed) {
            self.courier.quiet().await;
        }
    }

    /// Lets things happen when they are due, until it is dropped.
    pub(crate) async fn keep_time(&self) {
        loop {
            let pause = {
                let world = self.lock();
                let moments = world.next_moment().into_iter().chain(self.courier.next_moment());
                moments.min().and_then(|moment| world.clock.until(moment))
            };
            match pause {
                None => self.rescheduled.notified().await,
                Some(pause) => tokio::select! {
                    () = tokio::time::sleep(pause) => self.with(|_| ()),
                    () = self.rescheduled.notified() => {}
                },
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no holder of this lock panics")
    }
}
