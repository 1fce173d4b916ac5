//! Events as Stripe has sent them since 2020: whom they are about is always found, and whatever
//! has become of their fields, they are taken.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tollhouse::stripe::{EventError, Whose, read};

use crate::support::{TestSite, WEBHOOK_SECRET};

/// A folder for each API version, and one for thin events.
const FOLDERS: [&str; 6] =
    ["2020-08-27", "2022-11-15", "2024-06-20", "2025-03-31", "2026-09-30", "thin"];

/// Whom the events of a type are about, whatever the version.
const ABOUT: [(&str, &str); 23] = [
    ("checkout.session.async_payment_succeeded", "cus_OT9aV3"),
    ("checkout.session.", "cs_test_a1B2"),
    ("customer.", "cus_OT9aV3"),
    ("invoice.", "cus_OT9aV3"),
    ("charge.succeeded", "cus_OT9aV3"),
    ("charge.refunded", "cus_OT9aV3"),
    ("charge.refund.updated", "ask pi_3NhQ2dKZ"),
    ("refund.", "ask pi_3NhQ2dKZ"),
    ("charge.dispute.", "ask pi_3NhQ2dKZ"),
    ("payment_intent.", "ask pi_3NhQ2dKZ"),
    ("radar.early_fraud_warning.", "ask pi_3NhQ2dKZ"),
    ("entitlements.", "cus_OT9aV3"),
    ("invoice_payment.", "ask in_1NhQ2cKZ"),
    ("price.", "nobody"),
    ("product.", "nobody"),
    ("v1.customer.updated", "cus_OT9aV3"),
    ("v1.customer.subscription.", "ask sub_1NhQ2bKZ"),
    ("v1.invoice.", "ask in_1NhQ2cKZ"),
    ("v1.charge.", "ask ch_3NhQ2dKZ"),
    ("v1.checkout.session.", "ask cs_test_a1B2"),
    ("v1.payment_intent.", "ask pi_3NhQ2dKZ"),
    ("v1.billing.meter.", "nobody"),
    ("", "no row for this type"),
];

#[test]
fn events_of_every_version_tell_whom_they_are_about() {
    for folder in FOLDERS {
        let events = events(folder);
        assert!(events.len() > 5, "{folder}");
        for (kind, event) in events {
            let hint = read(event.to_string().as_bytes()).expect("an event");
            assert_eq!(hint.kind, kind, "{folder}");
            assert!(hint.mode.is_some() && hint.created.is_some(), "{folder}: {kind}");
            let about = ABOUT.iter().find(|(of, _)| kind.starts_with(of)).expect("the last row");
            // Disputes and warnings of 2020 name the charge alone.
            let charge_alone = event["data"]["object"]["payment_intent"].is_null()
                && about.1 == "ask pi_3NhQ2dKZ"
                && event["data"]["object"]["charge"].is_string();
            let expected = if charge_alone { "ask ch_3NhQ2dKZ" } else { about.1 };
            assert_eq!(told(&hint.whose), expected, "{folder}: {kind}");
        }
    }
}

#[tokio::test]
async fn what_is_signed_is_acknowledged_unless_it_was_cut_short() {
    let site = TestSite::start().await;
    for (body, expected) in [
        (r#"{"id":"evt_1","type":"invoice.paid","data":{"object":{"customer":"cus_1"}}}"#, 200),
        (r#"{"id":"evt_2","type":7,"livemode":"no","created":[],"data":7}"#, 200),
        (r#"{"object":"event"}"#, 200),
        ("[]", 200),
        (r#"{"id":"evt_3""#, 400),
        ("", 400),
    ] {
        let now = site.now().unix();
        let signature = stripe_sandbox::signature_header(WEBHOOK_SECRET, now, body.as_bytes());
        let request = reqwest::Client::new()
            .post(site.url("/_tollhouse/stripe/webhook"))
            .header("stripe-signature", signature)
            .body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), expected, "{body}");
    }
}

proptest! {
    #[test]
    fn whatever_became_of_its_fields_an_event_is_taken(
        folder in prop::sample::select(FOLDERS.to_vec()),
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd_value()), 1..6),
    ) {
        let events = events(folder);
        let mut event = which.get(&events).1.clone();
        for (place, odd) in changes {
            let places = places(&event, "");
            let place = place.get(&places).clone();
            match odd {
                Some(value) => *event.pointer_mut(&place).expect("a place") = value,
                None => remove(&mut event, &place),
            }
        }
        let known = event["id"].as_str().is_some_and(|id| id.starts_with("evt_"));
        match read(event.to_string().as_bytes()) {
            Ok(hint) => prop_assert!(known, "{:?}", hint),
            Err(EventError::Odd(_)) => prop_assert!(!known, "{}", event),
            Err(problem) => prop_assert!(false, "{}: {}", problem, event),
        }
    }
}

/// What may stand where something else is expected; none: nothing at all.
fn odd_value() -> impl Strategy<Value = Option<Value>> {
    let deep = (0..60).fold(json!("cus_1"), |inner, _| json!({ "id": [inner] }));
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        Just(Some(json!([]))),
        Just(Some(json!({}))),
        Just(Some(json!({ "id": "cus_1", "object": "customer" }))),
        Just(Some(json!(["cus_1", 7, null]))),
        Just(Some(deep)),
        Just(Some(json!("a word of 2030 \u{0} é".repeat(500)))),
        any::<bool>().prop_map(|flag| Some(json!(flag))),
        any::<u64>().prop_map(|number| Some(json!(number))),
        any::<i64>().prop_map(|number| Some(json!(number))),
        any::<f64>().prop_map(|number| Some(json!(number))),
        ".{0,20}".prop_map(|text| Some(json!(text))),
    ]
}

/// Every place in a value but the whole.
fn places(value: &Value, at: &str) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(key, value)| (format!("{at}/{}", escaped(key)), value)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(nr, value)| (format!("{at}/{nr}"), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    below
        .into_iter()
        .flat_map(|(at, value)| std::iter::once(at.clone()).chain(places(value, &at)))
        .collect()
}

fn remove(event: &mut Value, place: &str) {
    let (parent, key) = place.rsplit_once('/').expect("it begins with a slash");
    if let Some(fields) = event.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
}

fn told(whose: &Whose) -> String {
    match whose {
        Whose::Subject(subject) => subject.to_string(),
        Whose::Ask(object) => format!("ask {}", object.as_str()),
        Whose::Nobody => "nobody".to_owned(),
    }
}

fn events(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events").join(folder);
    let mut events: Vec<(String, Value)> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|file| {
            let path = file.expect("a file").path();
            let kind = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let text = fs::read_to_string(&path).expect("a text");
            (kind, serde_json::from_str(&text).expect("JSON"))
        })
        .collect();
    events.sort_by(|one, other| one.0.cmp(&other.0));
    events
}
