//! Events: a snapshot of an object at the moment when something happened to it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Object;
use crate::API_VERSION;
use crate::calendar;
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
    pub(crate) livemode: bool,
    /// Endpoints that have not yet acknowledged it.
    pub(crate) pending: BTreeSet<String>,
}

/// The API call that an event came from; both absent for what happens on pages or by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

impl Event {
    /// With the object as it was.
    pub(crate) fn body(&self) -> Value {
        let mut data = json!({ "object": self.snapshot });
        if let Some(previous) = &self.previous {
            data["previous_attributes"] = previous.clone();
        }
        json!({
            "id": self.id, "object": "event", "api_version": API_VERSION, "created": self.created, "data": data,
            "livemode": self.livemode, "pending_webhooks": self.pending.len(), "type": self.kind,
            "request": { "id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key },
        })
    }

    /// The id of the event in the API's second version.
    pub(crate) fn thin_id(&self) -> String {
        let mode = if self.livemode { "live" } else { "test" };
        format!("evt_{mode}_{}", self.id.trim_start_matches("evt_"))
    }

    /// The same event as the second version of the API answers it: what has no object of its own
    /// brings the ids of those that it is about.
    pub(crate) fn fetched_body(&self) -> Value {
        let mut event = self.thin_body();
        if self.kind == "invoice.upcoming" {
            let details = &self.snapshot["parent"]["subscription_details"];
            let customer = &self.snapshot["customer"];
            event["data"] =
                json!({ "customer": customer, "subscription": details["subscription"] });
        }
        event
    }

    /// Only what happened to which object.
    pub(crate) fn thin_body(&self) -> Value {
        let mut event = json!({
            "id": self.thin_id(), "object": "v2.core.event", "type": format!("v1.{}", self.kind),
            "created": calendar::iso(self.created), "livemode": self.livemode, "snapshot_event": self.id,
        });
        if let (Some(id), Some(kind)) =
            (self.snapshot["id"].as_str(), self.snapshot["object"].as_str())
        {
            event["related_object"] = json!({ "id": id, "type": kind, "url": path_of(kind, id) });
        }
        if let Some(request) = &self.cause.request_id {
            let key = self.cause.idempotency_key.as_deref().unwrap_or_default();
            let request = json!({ "id": request, "idempotency_key": key });
            event["reason"] = json!({ "type": "request", "request": request });
        }
        event
    }
}

/// `checkout.session` is at `/v1/checkout/sessions/…`.
fn path_of(kind: &str, id: &str) -> String {
    format!("/v1/{}s/{id}", kind.replace('.', "/"))
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
