//! Whatever the sandbox says is what Stripe's own SDK expects. Every answer and event of every test
//! is checked where it arrives (`support`); here, that nothing is left out, and that the check has
//! teeth.

use std::collections::BTreeSet;

use crate::walk::Walk;
use serde_json::{Value, json};
use stripe_contract::{answer, excused, excuses, pinned_version};
use stripe_sandbox::{API_VERSION, routes};

#[tokio::test]
async fn every_endpoint_answers_as_stripe_does() {
    let walk = Walk::shared().await;
    let answered: BTreeSet<&str> = walk.calls().map(|(call, _)| call).collect();
    let missed: Vec<String> = routes()
        .filter(|(method, path)| !answered.iter().any(|call| is_of(call, method, path)))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missed.is_empty(), "nobody has asked for {missed:#?}");
}

#[tokio::test]
async fn nothing_is_excused_without_need() {
    assert_eq!(pinned_version(), API_VERSION);
    let walk = Walk::shared().await;
    let said = walk.calls().map(|(_, body)| body);
    let needed: BTreeSet<_> = said.flat_map(excuses).collect();
    let excused =
        excused().iter().map(|(interface, field)| ((*interface).to_owned(), (*field).to_owned()));
    assert_eq!(needed, excused.collect());
}

#[tokio::test]
async fn an_object_that_is_not_stripes_is_noticed() {
    let walk = Walk::shared().await;
    let of = |object: &str| walk.object(object).clone();
    let rows: &[(&str, &str, Value, &str)] = &[
        ("price", "/type", json!("bogus"), "/type"),
        ("price", "/unit_amount", json!("500"), "/unit_amount"),
        ("price", "/currency", Value::Null, "/currency"),
        ("price", "/recurring/interval", json!("decade"), "/recurring/interval"),
        ("subscription", "/status", json!("bogus"), "/status"),
        ("subscription", "/current_period_end", json!(1), "current_period_end"),
        ("subscription", "/items/data/0/current_period_end", Value::Null, "/items/data/0"),
        ("subscription", "/items/data/0/colour", json!("red"), "colour"),
        ("subscription", "/customer", json!({ "id": "cus_x" }), "/customer"),
        ("subscription", "/latest_invoice", json!(5), "/latest_invoice"),
        ("checkout.session", "/payment_status", json!("pending"), "/payment_status"),
        ("checkout.session", "/mode", json!("subscribe"), "/mode"),
        ("checkout.session", "/metadata", json!({ "a": 1 }), "/metadata/a"),
        ("customer", "/email", json!(["ada@example.com"]), "/email"),
        ("invoice", "/lines/data/0/amount", json!("700"), "/lines/data/0/amount"),
        ("charge", "/refunded", json!("false"), "/refunded"),
        ("event", "/type", json!("invoice.eaten"), "invoice.eaten"),
        ("event", "/data/object", json!({}), "/data/object"),
        ("event", "/request", json!("req_1"), "/request"),
        ("price", "/object", json!("unicorn"), "unicorn"),
        ("price", "/object", Value::Null, "has an object"),
    ];
    for (object, place, broken, expected) in rows {
        let mut changed = of(object);
        assert_eq!(answer(&changed), Ok(()), "{object} is right before it is broken");
        put(&mut changed, place, broken.clone());
        let told = answer(&changed).map_or_else(|it| it.to_string(), |()| "nothing".to_owned());
        assert!(told.contains(expected), "{object}{place} = {broken}: {told}");
        let list =
            json!({ "object": "list", "data": [changed], "has_more": false, "url": "/v1/x" });
        assert!(answer(&list).is_err(), "{object}{place} in a list");
    }
}

#[tokio::test]
async fn an_object_that_lacks_a_field_is_noticed() {
    let walk = Walk::shared().await;
    let rows = [
        ("charge", "amount_refunded"),
        ("checkout.session", "customer_details"),
        ("coupon", "duration"),
        ("customer", "default_source"),
        ("event", "api_version"),
        ("invoice", "lines"),
        ("payment_intent", "latest_charge"),
        ("price", "recurring"),
        ("subscription", "cancel_at"),
    ];
    for (object, field) in rows {
        let mut less = walk.object(object).clone();
        assert_eq!(answer(&less), Ok(()), "{object} is right before it is broken");
        assert!(
            less.as_object_mut().expect("an object").remove(field).is_some(),
            "{object} has {field}"
        );
        let told = answer(&less).map_or_else(|it| it.to_string(), |()| "nothing".to_owned());
        assert!(
            told.contains(&format!("{field:?} is a required")),
            "{object} without {field}: {told}"
        );
    }
}

fn put(value: &mut Value, place: &str, new: Value) {
    let (parent, field) = place.rsplit_once('/').expect("a path");
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    parent.insert(field.to_owned(), new);
}

fn is_of(call: &str, method: &str, path: &str) -> bool {
    let Some((asked, place)) = call.split_once(' ') else { return false };
    let place = place.split('?').next().unwrap_or_default();
    let (pattern, place) = (path.split('/'), place.split('/'));
    asked == method
        && pattern.clone().count() == place.clone().count()
        && pattern.zip(place).all(|(expected, it)| expected == it || expected == ":id")
}
