//! Events: recording what happened, and posting it to whoever wants to know.

use serde_json::{Value, json};

use super::World;
use crate::object::event::Event;
use crate::object::webhook_endpoint::WebhookEndpoint;
use crate::older;
use crate::options::{EventVersion, Payload};
use crate::webhooks::Disturbance;

/// One event for one endpoint.
#[derive(Clone)]
pub(crate) struct Posting {
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) endpoint_id: String,
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) way: Way,
    /// What is wrong with the first try; the next one is right.
    pub(crate) first_try: FirstTry,
    /// Goes out after the next one of its moment.
    swapped: bool,
}

/// How a posting sets out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    AtOnce,
    Late,
    Never,
}

/// How the first try is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstTry {
    Right,
    OldTimestamp,
    WrongSecret,
    HugeBody,
}

impl World {
    /// Records that something happened to an object, and posts it to whoever wants to know.
    pub(crate) fn emit(&mut self, kind: &str, snapshot: Value) {
        self.emit_change(kind, snapshot, None);
    }

    /// As [`World::emit`], with what the change replaced.
    pub(crate) fn emit_change(&mut self, kind: &str, mut snapshot: Value, previous: Option<Value>) {
        self.put_mode(&mut snapshot);
        let mut event = Event {
            id: self.ids.long("evt"),
            created: self.now(),
            kind: kind.to_owned(),
            snapshot,
            previous,
            cause: self.cause.clone(),
            livemode: self.livemode,
            pending: std::collections::BTreeSet::new(),
        };
        self.address(event.clone());
        if self.disturbances.strikes(Disturbance::TwoEvents) {
            event.id = self.ids.long("evt");
            self.address(event);
        }
    }

    fn address(&mut self, mut event: Event) {
        let endpoints: Vec<WebhookEndpoint> = self
            .webhook_endpoints
            .iter()
            .filter(|it| posted_type(it, &event.kind).is_some_and(|kind| it.wants(kind)))
            .cloned()
            .collect();
        event.pending = endpoints.iter().map(|endpoint| endpoint.id.clone()).collect();
        for endpoint in &endpoints {
            self.post(endpoint, &event);
        }
        self.events.insert(event);
    }

    /// Posts an event once more, with nothing happening to it on the way: to this endpoint, or
    /// (`None`) to all that want it.
    pub(crate) fn post_again(&mut self, event_id: &str, endpoint_id: Option<&str>) {
        let event = self.events.known(event_id).clone();
        let chosen = |it: &&WebhookEndpoint| match endpoint_id {
            Some(id) => it.id == id,
            None => posted_type(it, &event.kind).is_some_and(|kind| it.wants(kind)),
        };
        let endpoints: Vec<WebhookEndpoint> =
            self.webhook_endpoints.iter().filter(chosen).cloned().collect();
        for endpoint in endpoints {
            let mut own = posting(&endpoint, &self.body_for(&endpoint, &event));
            own.event_id.clone_from(&event.id);
            self.outbox.push(own);
            self.events.known_mut(event_id).pending.insert(endpoint.id);
        }
    }

    /// One event for one endpoint, with all that happens to it on the way.
    fn post(&mut self, endpoint: &WebhookEndpoint, event: &Event) {
        let mut body = self.body_for(endpoint, event);
        let has_status = body["data"]["object"]["status"].is_string();
        if has_status && self.disturbances.strikes(Disturbance::UnknownEnum) {
            body["data"]["object"]["status"] = json!("entangled");
        }
        let mut own = posting(endpoint, &body);
        own.event_id.clone_from(&event.id);
        own.way = self.way();
        own.first_try = self.first_try();
        own.swapped = self.disturbances.strikes(Disturbance::Swap);
        if self.disturbances.strikes(Disturbance::Repeat) {
            self.outbox.push(own.clone());
        }
        self.outbox.push(own);
        if self.disturbances.strikes(Disturbance::UnknownType) {
            let mut other = body.clone();
            other["id"] = json!(self.ids.long("evt"));
            other["type"] = json!("teleport.arrived");
            self.outbox.push(posting(endpoint, &other));
        }
        if self.disturbances.strikes(Disturbance::OtherLivemode) {
            let mut other = body;
            other["id"] = json!(self.ids.long("evt"));
            other["livemode"] = json!(!event.livemode);
            self.outbox.push(posting(endpoint, &other));
        }
    }

    fn way(&mut self) -> Way {
        if self.disturbances.strikes(Disturbance::Drop) {
            Way::Never
        } else if self.disturbances.strikes(Disturbance::Delay) {
            Way::Late
        } else {
            Way::AtOnce
        }
    }

    fn first_try(&mut self) -> FirstTry {
        if self.disturbances.strikes(Disturbance::OldTimestamp) {
            FirstTry::OldTimestamp
        } else if self.disturbances.strikes(Disturbance::WrongSecret) {
            FirstTry::WrongSecret
        } else if self.disturbances.strikes(Disturbance::HugeBody) {
            FirstTry::HugeBody
        } else {
            FirstTry::Right
        }
    }

    fn body_for(&self, endpoint: &WebhookEndpoint, event: &Event) -> Value {
        match endpoint.payload {
            Payload::Thin => event.thin_body(),
            Payload::Snapshot(version) => older::event(self, event.body(), version),
        }
    }

    /// What is to be posted, oldest first, swapped ones after their neighbours.
    pub(crate) fn take_outbox(&mut self) -> Vec<Posting> {
        let mut outbox = std::mem::take(&mut self.outbox);
        let mut at = 0;
        while at < outbox.len() {
            let endpoint = &outbox[at].endpoint_id;
            let next = (at + 1..outbox.len()).find(|it| outbox[*it].endpoint_id == *endpoint);
            if let Some(next) = next.filter(|_| outbox[at].swapped) {
                outbox[at].swapped = false;
                outbox.swap(at, next);
            }
            at += 1;
        }
        outbox
    }

    /// Says in an object, and in all objects in it, which mode the account is in.
    pub(crate) fn put_mode(&self, node: &mut Value) {
        if self.livemode {
            put_live(node);
        }
    }
}

fn posting(endpoint: &WebhookEndpoint, body: &Value) -> Posting {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Posting {
        event_id: text("id"),
        event_type: text("type"),
        endpoint_id: endpoint.id.clone(),
        url: endpoint.url.clone(),
        body: body.to_string(),
        way: Way::AtOnce,
        first_try: FirstTry::Right,
        swapped: false,
    }
}

/// What an event is called at this endpoint; `None` if its version does not have it.
fn posted_type<'a>(endpoint: &WebhookEndpoint, kind: &'a str) -> Option<&'a str> {
    match endpoint.payload {
        Payload::Snapshot(version) => older::event_type(kind, version),
        Payload::Thin => older::event_type(kind, EventVersion::Current),
    }
}

fn put_live(node: &mut Value) {
    if let Some(items) = node.as_array_mut() {
        items.iter_mut().for_each(put_live);
    }
    let Some(fields) = node.as_object_mut() else { return };
    for (name, value) in fields {
        match name.as_str() {
            "livemode" => *value = json!(true),
            // The owner's own words.
            "metadata" => {}
            _ => put_live(value),
        }
    }
}

#[cfg(test)]
impl Posting {
    /// Of an event that nothing is said of.
    pub(crate) fn plain(event_id: &str, endpoint_id: &str, way: Way) -> Posting {
        Posting {
            event_id: event_id.to_owned(),
            event_type: "x".to_owned(),
            endpoint_id: endpoint_id.to_owned(),
            url: String::new(),
            body: String::new(),
            way,
            first_try: FirstTry::Right,
            swapped: false,
        }
    }
}
