//! Webhooks, in the hands of a test.

use std::time::Duration;

use serde_json::Value;

use super::Sandbox;
use crate::object::Object;
use crate::object::webhook_endpoint::WebhookEndpoint;
use crate::options::{Payload, StartError};
use crate::webhooks::{Delivery, Disturbances, Release, Target};

impl Sandbox {
    /// Registers an endpoint for all events, from now on. The answer is its id.
    pub fn add_webhook(&self, url: &str, secret: &str) -> Result<String, StartError> {
        Target::parse(url).ok_or_else(|| StartError::WebhookAddress(url.to_owned()))?;
        Ok(self.shared.with(|world| world.add_endpoint(url, Some(secret), vec!["*".to_owned()])))
    }

    /// In which shape an endpoint gets its events from now on. `false`: there is no such endpoint.
    pub fn set_webhook_payload(&self, id: &str, payload: Payload) -> bool {
        self.on_endpoint(id, |endpoint, _| endpoint.payload = payload)
    }

    /// Replaces an endpoint's secret; for `overlap` of the sandbox's time the old one signs, too.
    /// `false`: there is no such endpoint.
    pub fn roll_webhook_secret(&self, id: &str, new: &str, overlap: Duration) -> bool {
        let overlap = i64::try_from(overlap.as_secs()).unwrap_or(i64::MAX);
        self.on_endpoint(id, |endpoint, now| endpoint.roll(new, now.saturating_add(overlap)))
    }

    fn on_endpoint(&self, id: &str, act: impl FnOnce(&mut WebhookEndpoint, i64)) -> bool {
        self.shared.with(|world| {
            let now = world.now();
            let endpoint = world.webhook_endpoints.get_mut(id).filter(|it| it.exists());
            endpoint.map(|endpoint| act(endpoint, now)).is_some()
        })
    }

    /// All webhook endpoints, oldest first, as the API renders them.
    pub fn webhook_endpoints(&self) -> Vec<Value> {
        self.shared.with(|world| {
            let existing = world.webhook_endpoints.iter().filter(|it| it.exists());
            existing.map(|endpoint| endpoint.render(world)).collect()
        })
    }

    /// Lets this happen to all webhooks of coming events, in place of what happened so far.
    pub fn disturb(&self, disturbances: Disturbances) {
        self.shared.with(|world| world.disturbances = disturbances);
    }

    /// Holds back all deliveries from now on.
    pub fn hold_webhooks(&self) {
        self.shared.courier.set_holding(true);
    }

    /// Sends held deliveries, and returns when each has been tried once; further ones are still held.
    pub async fn release_webhooks(&self, release: Release) -> Vec<Delivery> {
        self.shared.courier.release(&release);
        self.shared.courier.quiet().await;
        self.deliveries()
    }

    /// Holds nothing back any more, sends what is held, and returns when each delivery has been
    /// tried at least once, with the whole log.
    pub async fn deliver_all(&self) -> Vec<Delivery> {
        self.shared.courier.set_holding(false);
        self.release_webhooks(Release::All).await
    }

    /// Returns when every delivery that is not held is acknowledged or given up.
    pub async fn webhooks_settled(&self) -> Vec<Delivery> {
        self.shared.courier.settled().await;
        self.deliveries()
    }

    /// Throws the held deliveries away: these webhooks are lost.
    pub fn drop_held(&self) {
        self.shared.courier.drop_held();
    }

    /// Sends an event again, to every endpoint it went to, with a new signature.
    pub async fn resend(&self, event_id: &str) -> Vec<Delivery> {
        self.shared.courier.resend(event_id);
        self.shared.courier.quiet().await;
        self.deliveries()
    }

    /// While set, customers are sent back only after the webhooks of their payment were answered.
    pub fn webhooks_before_return(&self, first: bool) {
        self.shared.set_webhooks_first(first);
    }

    /// The log of all deliveries, in the order of their events.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.courier.deliveries()
    }
}
