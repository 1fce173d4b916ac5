//! Webhook endpoints.

use serde_json::{Value, json};

use super::{Metadata, Object};
use crate::API_VERSION;
use crate::world::World;

/// Where events are posted to.
#[derive(Clone)]
pub(crate) struct WebhookEndpoint {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) url: String,
    /// Shown once, in the answer to the creation.
    pub(crate) secret: String,
    /// Event types; `*` is all.
    pub(crate) enabled_events: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
}

impl WebhookEndpoint {
    pub(crate) fn wants(&self, event_type: &str) -> bool {
        self.enabled_events.iter().any(|enabled| enabled == "*" || enabled == event_type)
    }
}

impl Object for WebhookEndpoint {
    const KIND: &'static str = "webhook endpoint";
    const NAME: &'static str = "webhook_endpoint";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        json!({
            "id": self.id, "object": "webhook_endpoint", "api_version": API_VERSION, "application": null,
            "created": self.created, "description": self.description, "enabled_events": self.enabled_events,
            "livemode": false, "metadata": self.metadata, "status": "enabled", "url": self.url,
        })
    }
}
