//! What the API, the pages, the courier and the handle have in common.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::clock;
use crate::control::Control;
use crate::options::{Options, SignatureTime};
use crate::webhooks::Courier;
use crate::world::World;

/// One sandbox.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) courier: Courier,
    pub(crate) control: Control,
    pub(crate) secret_key: String,
    signature_time: SignatureTime,
    /// Something may fall due earlier than before.
    rescheduled: Notify,
    webhooks_first: AtomicBool,
}

impl Shared {
    /// `base_url` is where the pages are, with a slash at the end.
    pub(crate) fn new(options: &Options, base_url: String) -> Shared {
        Shared {
            world: Mutex::new(World::new(options, base_url)),
            courier: Courier::new(),
            control: Control::new(),
            secret_key: options.secret_key.clone(),
            signature_time: options.signature_time,
            rescheduled: Notify::new(),
            webhooks_first: AtomicBool::new(false),
        }
    }

    /// Does something to the world, after all that is due by now; the events go out afterwards.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.catch_up();
        let result = act(&mut world);
        world.follow_up();
        for posting in std::mem::take(&mut world.outbox) {
            self.courier.accept(posting);
        }
        drop(world);
        self.rescheduled.notify_one();
        result
    }

    /// An endpoint has answered with a 2xx.
    pub(crate) fn acknowledge(&self, event_id: &str) {
        if let Some(event) = self.lock().events.get_mut(event_id) {
            event.pending_webhooks = event.pending_webhooks.saturating_sub(1);
        }
    }

    /// What signatures say of the time.
    pub(crate) fn signature_time(&self) -> i64 {
        match self.signature_time {
            SignatureTime::WallClock => clock::system_seconds(),
            SignatureTime::SandboxClock => self.lock().now(),
        }
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
                world.next_moment().and_then(|moment| world.clock.until(moment))
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
