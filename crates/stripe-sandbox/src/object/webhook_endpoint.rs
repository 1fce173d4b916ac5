//! Webhook endpoints.

use serde_json::{Value, json};

use super::{Metadata, Object};
use crate::API_VERSION;
use crate::options::{EventVersion, Payload};
use crate::world::World;

/// Where events are posted to.
#[derive(Clone)]
pub(crate) struct WebhookEndpoint {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) url: String,
    /// Shown once, in the answer to the creation.
    pub(crate) secret: String,
    /// The secret before this one, while both sign.
    pub(crate) retiring: Option<RetiringSecret>,
    /// Event types; `*` is all.
    pub(crate) enabled_events: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) payload: Payload,
    pub(crate) state: EndpointState,
}

/// A secret that was replaced.
#[derive(Clone)]
pub(crate) struct RetiringSecret {
    pub(crate) secret: String,
    /// From then on only the new one signs.
    pub(crate) until: i64,
}

/// Whether events are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointState {
    Enabled,
    Disabled,
    Deleted,
}

impl EventVersion {
    /// As the API spells it; `None` is the account's.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            EventVersion::OfAccount => None,
            EventVersion::Current => Some(API_VERSION),
            EventVersion::June2024 => Some("2024-06-20"),
            EventVersion::August2020 => Some("2020-08-27"),
        }
    }

    /// A version whose shapes the sandbox knows.
    pub(crate) fn named(name: &str) -> Option<EventVersion> {
        [EventVersion::Current, EventVersion::June2024, EventVersion::August2020]
            .into_iter()
            .find(|version| version.name() == Some(name))
    }
}

impl WebhookEndpoint {
    pub(crate) fn wants(&self, event_type: &str) -> bool {
        self.state == EndpointState::Enabled
            && self.enabled_events.iter().any(|enabled| enabled == "*" || enabled == event_type)
    }

    pub(crate) fn exists(&self) -> bool {
        self.state != EndpointState::Deleted
    }

    /// From now on `new` signs, and until then the present secret, too.
    pub(crate) fn roll(&mut self, new: &str, until: i64) {
        let secret = std::mem::replace(&mut self.secret, new.to_owned());
        self.retiring = Some(RetiringSecret { secret, until });
    }

    /// What signs at this moment, the newest first.
    pub(crate) fn secrets(&self, now: i64) -> Vec<String> {
        let retiring = self.retiring.as_ref().filter(|it| now < it.until);
        std::iter::once(&self.secret).chain(retiring.map(|it| &it.secret)).cloned().collect()
    }
}

impl Object for WebhookEndpoint {
    const KIND: &'static str = "webhook endpoint";
    const NAME: &'static str = "webhook_endpoint";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let status = if self.state == EndpointState::Enabled { "enabled" } else { "disabled" };
        let version = match self.payload {
            Payload::Snapshot(version) => version.name(),
            Payload::Thin => None,
        };
        json!({
            "id": self.id, "object": "webhook_endpoint", "api_version": version, "application": null,
            "created": self.created, "description": self.description, "enabled_events": self.enabled_events,
            "livemode": false, "metadata": self.metadata, "status": status, "url": self.url,
        })
    }
}
