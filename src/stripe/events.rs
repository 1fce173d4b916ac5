//! Stripe's own list of events: those that it could not deliver, and one by its id.

use serde_json::json;
use stripe_core::event::{ListEvent, RetrieveEvent};
use stripe_shared::Event;
use stripe_types::RangeQueryTs;

use super::client::{PAGE, Stripe, patiently};
use super::envelope::{self, Hint};
use super::error::StripeError;
use crate::domain::ids::EventId;
use crate::domain::time::Timestamp;

impl Stripe {
    /// The events that happened since then and were not delivered to every endpoint, all pages,
    /// the oldest first. Types are not asked for: Stripe takes twenty names at most, and the
    /// event says itself whom it is about. One that cannot be read is left out: it is logged.
    pub async fn undelivered(&self, since: Timestamp) -> Result<Vec<Hint>, StripeError> {
        let request = ListEvent::new()
            .delivery_success(false)
            .created(RangeQueryTs::gte(since.unix()))
            .limit(PAGE);
        let events = self
            .pages("the events that were not delivered", |after| {
                let request = after.into_iter().fold(request.clone(), ListEvent::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        let mut hints = Vec::with_capacity(events.len());
        for event in events.iter().rev() {
            match hint(event) {
                Ok(hint) => hints.push(hint),
                Err(problem) => {
                    tracing::warn!(event = event.id.as_str(), %problem, "an event cannot be read");
                }
            }
        }
        Ok(hints)
    }

    /// One event. Stripe keeps them for 30 days.
    pub async fn event(&self, id: &EventId) -> Result<Hint, StripeError> {
        let request = RetrieveEvent::new(id.as_str());
        let event = patiently("an event", || request.send(&self.client)).await?;
        hint(&event)
    }
}

/// Reads it as if it had been delivered.
fn hint(event: &Event) -> Result<Hint, StripeError> {
    let malformed = |problem: &dyn std::fmt::Display| StripeError::Malformed(problem.to_string());
    let object = miniserde::json::to_string(&event.data.object);
    let object: serde_json::Value =
        serde_json::from_str(&object).map_err(|problem| malformed(&problem))?;
    let body = json!({
        "id": event.id.as_str(),
        "object": "event",
        "type": event.type_.as_str(),
        "livemode": event.livemode,
        "created": event.created,
        "account": event.account,
        "data": { "object": object },
    });
    envelope::read(body.to_string().as_bytes()).map_err(|problem| malformed(&problem))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stripe::fixtures::list;
    use crate::stripe::stub::{Reply, against, decoded};

    #[tokio::test]
    async fn what_was_not_delivered_is_told_from_all_pages_the_oldest_first() {
        let mut first = list(&[event("evt_3", "a.type_of_2030"), event("evt_2", "invoice.paid")]);
        first["has_more"] = json!(true);
        let second = list(&[event("evt_1", "customer.updated")]);
        let replies = vec![Reply::Json(200, first), Reply::Json(200, second)];
        let (hints, asked) = against(replies, async |stripe: Stripe| {
            stripe.undelivered(Timestamp::from_unix(1_000)).await
        })
        .await;
        let hints = hints.expect("events");
        let told: Vec<_> =
            hints.iter().map(|hint| (hint.event.as_str(), hint.kind.as_str())).collect();
        let expected =
            [("evt_1", "customer.updated"), ("evt_2", "invoice.paid"), ("evt_3", "a.type_of_2030")];
        assert_eq!(told, expected);
        let asked: Vec<_> = asked.iter().map(|asked| decoded(&asked.what)).collect();
        let expected = [
            "GET /v1/events?created[gte]=1000&delivery_success=false&limit=100",
            "GET /v1/events?created[gte]=1000&delivery_success=false&limit=100\
                &starting_after=evt_2",
        ];
        assert_eq!(asked, expected);
    }

    #[tokio::test]
    async fn an_event_that_was_fetched_reads_as_if_it_had_been_delivered() {
        let raw = event("evt_1", "invoice.paid");
        let delivered = envelope::read(raw.to_string().as_bytes()).expect("an event");
        let id = EventId::parse("evt_1").expect("an id");
        let replies = vec![Reply::Json(200, raw)];
        let (fetched, asked) =
            against(replies, async |stripe: Stripe| stripe.event(&id).await).await;
        assert_eq!(fetched, Ok(delivered));
        assert_eq!(asked[0].what, "GET /v1/events/evt_1?");
    }

    fn event(id: &str, kind: &str) -> Value {
        json!({
            "id": id, "object": "event", "api_version": "2020-08-27", "created": 2_000,
            "livemode": false, "pending_webhooks": 1, "type": kind, "request": null,
            "data": { "object": { "object": "invoice", "id": "in_1", "customer": "cus_1" } },
        })
    }
}
