//! Events: a snapshot of an object at the moment when something happened to it.

use serde_json::{Value, json};

use super::Object;
use crate::API_VERSION;
use crate::world::World;

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// `checkout.session.completed` …
    pub(crate) kind: String,
    /// The object as it was then.
    pub(crate) snapshot: Value,
    /// What an update changed, as it was before.
    pub(crate) previous: Option<Value>,
    pub(crate) cause: Cause,
    /// Endpoints that have not yet acknowledged it.
    pub(crate) pending_webhooks: usize,
}

/// The API call that an event came from; both absent for what happens on pages or by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

impl Event {
    /// The body that is posted to endpoints.
    pub(crate) fn body(&self) -> Value {
        let mut data = json!({ "object": self.snapshot });
        if let Some(previous) = &self.previous {
            data["previous_attributes"] = previous.clone();
        }
        json!({
            "id": self.id, "object": "event", "api_version": API_VERSION, "created": self.created, "data": data,
            "livemode": false, "pending_webhooks": self.pending_webhooks, "type": self.kind,
            "request": { "id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key },
        })
    }
}

impl Object for Event {
    const KIND: &'static str = "event";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        self.body()
    }
}
