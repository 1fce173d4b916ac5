//! What Stripe says: answers of its API, and events that it posts.

use serde_json::Value;

use crate::Broken;
use crate::schema::{Group, check, lacking};

/// Checks an answer of the API: an object, what is left of a deleted one, a list of either version
/// element by element, or an error.
pub fn answer(body: &Value) -> Result<(), Broken> {
    if let Some(error) = body.get("error") {
        return check(Group::Envelopes, "error", error);
    }
    match body["object"].as_str() {
        Some(envelope @ ("list" | "search_result")) => list(envelope, body),
        Some("event") => event(body),
        Some(object) if body["deleted"] == true => check(Group::Deleted, object, body),
        Some(object) => check(Group::Answers, object, body),
        None if body.get("next_page_url").is_some() => list("v2.list", body),
        None => Err(Broken::one("an answer has an object".to_owned())),
    }
}

fn list(envelope: &str, body: &Value) -> Result<(), Broken> {
    check(Group::Envelopes, envelope, body)?;
    body["data"].as_array().into_iter().flatten().try_for_each(answer)
}

/// The excuses that an answer needs: interfaces, and the field of each that is not there.
pub fn excuses(body: &Value) -> Vec<(String, String)> {
    match body["object"].as_str() {
        Some("list" | "search_result") => {
            body["data"].as_array().into_iter().flatten().flat_map(excuses).collect()
        }
        Some("event") if body["type"] == "invoice.upcoming" => Vec::new(), // has no id
        Some("event") => excuses(&body["data"]["object"]),
        Some(object) if body["deleted"] != true => lacking(Group::Answers, object, body),
        Some(_) | None => Vec::new(),
    }
}

/// Checks an event as it is posted: a snapshot, or a thin one. The object of a snapshot with its
/// previous attributes put back is what was there before, and just as valid.
pub fn event(body: &Value) -> Result<(), Broken> {
    if body["object"] == "v2.core.event" {
        return check(Group::Envelopes, "v2.core.event", body);
    }
    let no_type = || Broken::one("an event has a type".to_owned());
    let name = body["type"].as_str().ok_or_else(no_type)?;
    let mut event = body.clone();
    let data = event["data"].as_object_mut();
    let previous = data.and_then(|data| data.remove("previous_attributes"));
    check(Group::Events, name, &event)?;
    let Some(previous) = previous else { return Ok(()) };
    put_back(&mut event["data"]["object"], &previous);
    check(Group::Events, name, &event)
}

/// Stripe tells of a hash what changed in it, and of a list all:
/// <https://docs.stripe.com/api/events/object#event_object-data-previous_attributes>.
fn put_back(object: &mut Value, previous: &Value) {
    let both = (&mut *object, previous);
    let (Value::Object(fields), Value::Object(previous)) = both else {
        *object = previous.clone();
        return;
    };
    for (name, before) in previous {
        let is_metadata = name == "metadata";
        let now = fields.entry(name.clone()).or_insert(Value::Null);
        put_back(now, before);
        if let Value::Object(keys) = now
            && is_metadata
        {
            keys.retain(|_, value| !value.is_null()); // `null`: the key was not there
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn promotion(changes: &Value) -> Value {
        let mut event = json!({
            "id": "evt_1", "object": "event", "api_version": "2026-09-30.endive", "created": 1,
            "livemode": false, "pending_webhooks": 0, "request": null, "type": "promotion_code.updated",
            "data": { "object": {
                "id": "promo_1", "object": "promotion_code", "active": true, "code": "A", "created": 1,
                "customer": null, "customer_account": null, "expires_at": null, "livemode": false,
                "max_redemptions": null, "metadata": { "a": "1" }, "times_redeemed": 0,
                "promotion": { "type": "coupon", "coupon": "HALF" },
                "restrictions": {
                    "first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null,
                },
            } },
        });
        put_back(&mut event, changes);
        event
    }

    fn check(changes: &Value, expected: &str) {
        let told =
            event(&promotion(changes)).map_or_else(|it| it.to_string(), |()| "fine".to_owned());
        assert!(told.contains(expected), "{changes}: {told}");
    }

    #[test]
    fn a_list_of_the_second_version_is_looked_into() {
        let event = |created: Value| {
            json!({
                "id": "evt_test_1", "object": "v2.core.event", "type": "v1.customer.created",
                "created": created, "livemode": false, "snapshot_event": "evt_1",
                "related_object": { "id": "cus_1", "type": "customer", "url": "/v1/customers/cus_1" },
            })
        };
        let mut upcoming = event(json!("2026-11-03T12:00:00.000Z"));
        upcoming["type"] = json!("v1.invoice.upcoming");
        upcoming["data"] = json!({ "customer": "cus_1", "subscription": "sub_1" });
        let mut aimless = upcoming.clone();
        aimless.as_object_mut().expect("an event").remove("related_object");
        let mut silent = aimless.clone();
        silent.as_object_mut().expect("an event").remove("data");
        let rows = [
            (event(json!("2026-11-03T12:00:00.000Z")), Value::Null, "fine"),
            (aimless, Value::Null, "fine"),
            (upcoming, Value::Null, "related_object"),
            (silent, Value::Null, "was expected"),
            (event(json!(1)), Value::Null, "/created"),
            (event(json!("2026-11-03T12:00:00.000Z")), json!(5), "/next_page_url"),
        ];
        for (event, next, expected) in rows {
            let list = json!({ "data": [event], "next_page_url": next, "previous_page_url": null });
            let told = answer(&list).map_or_else(|it| it.to_string(), |()| "fine".to_owned());
            assert!(told.contains(expected), "{list}: {told}");
        }
    }

    #[test]
    fn an_event_is_right_before_and_after_what_it_tells() {
        let before = |previous: Value| json!({ "data": { "previous_attributes": previous } });
        check(&json!({}), "fine");
        check(&before(json!({ "active": false })), "fine");
        check(&before(json!({ "active": "no" })), "/data/object/active");
        check(&before(json!({ "colour": "red" })), "colour");
        check(&before(json!({ "metadata": { "a": null } })), "fine");
        check(&before(json!({ "restrictions": { "minimum_amount": 5 } })), "fine");
        check(&before(json!({ "restrictions": { "minimum_amount": "5" } })), "minimum_amount");
        check(&json!({ "type": "promotion_code.painted" }), "no \"promotion_code.painted\"");
        check(&json!({ "type": null }), "has a type");
        check(&json!({ "livemode": "no" }), "/livemode");
        check(&json!({ "data": { "object": { "object": "coupon" } } }), "/data/object");
        check(&json!({ "data": { "object": { "expires_at": "soon" } } }), "expires_at");
    }
}
