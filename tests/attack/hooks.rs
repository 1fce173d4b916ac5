//! Webhooks that Stripe did not send: whatever is changed about one, nothing is believed.

use std::fmt::Write as _;

use tollhouse::store::Filter;

use crate::asking::Asker;
use crate::support::{START, TestSite, WEBHOOK_SECRET};
use crate::tally::{self, Tally};

const PATH: &str = "/_tollhouse/stripe/webhook";

/// A delivery, of which one thing is changed.
#[derive(Clone)]
struct Delivery {
    line: String,
    /// Lines beside `Host` and what frames the body.
    fields: String,
    body: Vec<u8>,
}

#[tokio::test]
async fn a_delivery_with_one_thing_changed_is_not_taken() {
    let mut tally = Tally { family: "webhook", against: "inbox".to_owned(), ..Tally::default() };
    let all = changed(START);
    assert!(all.len() >= 60, "{}", all.len());
    for some in all.chunks(BEFORE_THE_LIMIT) {
        try_changed(some, &mut tally).await;
    }
    tally::report(&[tally]);
}

/// How many wrong signatures a network may send in a minute, and one less.
const BEFORE_THE_LIMIT: usize = 29;

/// Sends what was changed, and then, as the control, what was not.
async fn try_changed(changed: &[(String, Delivery)], tally: &mut Tally) {
    let site = TestSite::start().await;
    let mut asker = Asker::of(site.address);
    for (at, (name, delivery)) in changed.iter().enumerate() {
        let head = format!(
            "{} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{}\r\n",
            delivery.line,
            site.address,
            delivery.body.len(),
            delivery.fields
        );
        let answer = asker.ask([head.as_bytes(), &delivery.body].concat()).await;
        tally.sent += 1;
        match answer.status() {
            400 | 404 | 405 | 413 => tally.refused += 1,
            status => tally.leaks.push(format!("{at} {name}: {status}")),
        }
    }
    let stored = site.store().events(Filter::default(), 100).await.expect("read");
    tally.leaks.extend(stored.iter().map(|event| format!("stored: {event:?}")));
    let honest = Delivery::signed(START);
    let head = format!("{} HTTP/1.1\r\nHost: {}\r\n", honest.line, site.address);
    let length = format!("Content-Length: {}\r\n{}\r\n", honest.body.len(), honest.fields);
    let answer = asker.ask([head.as_bytes(), length.as_bytes(), &honest.body].concat()).await;
    assert_eq!(answer.status(), 200, "the control");
    let stored = site.store().events(Filter::default(), 100).await.expect("read");
    assert_eq!(stored.len(), 1, "the control");
}

impl Delivery {
    /// As Stripe sends it.
    fn signed(at: i64) -> Self {
        let body = r#"{"id":"evt_forged","object":"event","type":"customer.updated","livemode":false,"created":1,"data":{"object":{"id":"cus_1","object":"customer"}}}"#;
        Self {
            line: format!("POST {PATH}"),
            fields: format!(
                "Content-Type: application/json; charset=utf-8\r\nStripe-Signature: {}\r\n",
                header(WEBHOOK_SECRET, at, body.as_bytes())
            ),
            body: body.as_bytes().to_vec(),
        }
    }

    fn with_line(self, line: String) -> Self {
        Self { line, ..self }
    }

    fn with_header(self, value: &str) -> Self {
        Self { fields: format!("Stripe-Signature: {value}\r\n"), ..self }
    }

    fn with_body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Another field in front of the honest ones.
    fn with_field(mut self, field: &str) -> Self {
        self.fields.insert_str(0, field);
        self
    }
}

/// What Stripe's header says.
fn header(secret: &str, at: i64, body: &[u8]) -> String {
    stripe_sandbox::signature_header(secret, at, body)
}

/// The signature alone.
fn tag(secret: &str, at: i64, body: &[u8]) -> String {
    let header = header(secret, at, body);
    header.split("v1=").nth(1).expect("a signature").split(',').next().expect("one").to_owned()
}

fn changed(now: i64) -> Vec<(String, Delivery)> {
    let mut all = headers(now);
    all.extend(keys(now));
    all.extend(bodies(now));
    all.extend(requests(now));
    all
}

#[rustfmt::skip]
fn headers(now: i64) -> Vec<(String, Delivery)> {
    let honest = Delivery::signed(now);
    let v1 = tag(WEBHOOK_SECRET, now, &honest.body);
    let (zeros, capitals) = ("0".repeat(64), v1.to_uppercase());
    let many = (0..9).fold(format!("t={now},v1={v1}"), |mut text, _| {
        write!(text, ",v1={zeros}").expect("writing to a String cannot fail");
        text
    });
    let values = [
        String::new(), ",".to_owned(), "=".to_owned(), "null".to_owned(), v1.clone(), format!("t={now}"), format!("v1={v1}"),
        format!("t={now};v1={v1}"), format!("t={now} v1={v1}"), format!("t={now}&v1={v1}"), format!("t:{now},v1:{v1}"), format!("\"t={now},v1={v1}\""),
        format!("T={now},V1={v1}"), format!("t={now},V1={v1}"), format!("t={now},v0={v1}"), format!("t={now},v2={v1}"), format!("t={now},v10={v1}"),
        format!("t={now},v1={capitals}"), format!("t={now},v1=0x{v1}"), format!("t={now},v1=\"{v1}\""), format!("t={now},v1={{{v1}}}"), format!("t={now},v1= {v1}"),
        format!("t={now},v1={}", &v1[1..]), format!("t={now},v1={v1}0"), format!("t={now},v1={v1}{v1}"), format!("t={now},v1="), format!("t={now},v1={zeros}"),
        format!("t={now},v1==({v1})"), format!("t={now},v1 ={v1}"), format!("t={now},v1\t={v1}"), format!("t={now},=v1={v1}"), format!("t={now},v1={v1}%00"), many,
        format!("t={},v1={v1}", now + 1), format!("t={},v1={v1}", now - 1), format!("t=,v1={v1}"), format!("t=0,v1={v1}"), format!("t=-{now},v1={v1}"),
        format!("t=+{now},v1={v1}"), format!("t=0{now},v1={v1}"), format!("t={now}.0,v1={v1}"), format!("t={now}000,v1={v1}"), format!("t={now:x},v1={v1}"),
        format!("t=1e9,v1={v1}"), format!("t={},v1={v1}", u64::MAX), format!("t={},v1={v1}", i64::MAX), format!("t=now,v1={v1}"), format!("t=NaN,v1={v1}"),
        format!("t={now},t={now},v1={v1}"), format!("t=0,t={now},v1={v1}"), format!("t={now},t=0,v1={v1}"), format!("t = {now},v1={v1}"),
    ];
    values.into_iter().map(|value| (format!("header {value:?}"), honest.clone().with_header(&value))).collect()
}

/// Signed well, by somebody else or at another time.
fn keys(now: i64) -> Vec<(String, Delivery)> {
    let honest = Delivery::signed(now);
    let by = |secret: &str, at: i64| {
        let value = header(secret, at, &honest.body);
        (format!("by {secret:?} at {at}"), honest.clone().with_header(&value))
    };
    let bare = WEBHOOK_SECRET.strip_prefix("whsec_").expect("a prefix");
    let secrets = ["", " ", "whsec_", "whsec_other", "null", "undefined", "sk_test_sandbox", bare];
    let spaced = format!("{WEBHOOK_SECRET}\n");
    let mut all: Vec<_> = secrets.into_iter().map(|secret| by(secret, now)).collect();
    all.push(by(&spaced, now));
    all.push(by(&WEBHOOK_SECRET.to_uppercase(), now));
    all.extend([301, 3_600, 400_000_000, now].map(|age| by(WEBHOOK_SECRET, now - age)));
    all
}

#[rustfmt::skip]
fn bodies(now: i64) -> Vec<(String, Delivery)> {
    let honest = Delivery::signed(now);
    let text = String::from_utf8(honest.body.clone()).expect("text");
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(), b"{}".to_vec(), format!("{text}\n").into(), format!(" {text}").into(), format!("\u{feff}{text}").into(), format!("{text}\0").into(),
        format!("{text}{text}").into(), text.replace("cus_1", "cus_2").into(), text.replace("evt_forged", "evt_forgee").into(), text.replace("false", "true").into(),
        text.replace(':', ": ").into(), text.replace("evt", "\\u0065vt").into(), text.replacen('{', "{\"id\":\"evt_x\",", 1).into(), text.to_uppercase().into(),
        text[1..].to_owned().into(), text[..text.len() - 1].to_owned().into(), text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        format!("payload={text}").into(), tollhouse::crypto::hex(text.as_bytes()).into_bytes(), [b"\x1f\x8b".as_slice(), text.as_bytes()].concat(),
    ];
    let mut all: Vec<_> = bodies
        .into_iter()
        .map(|body| (format!("body {:?}", String::from_utf8_lossy(&body)), honest.clone().with_body(body)))
        .collect();
    // Signed, but nothing that could be an event.
    for odd in ["", "null", "[]", "\"evt_1\"", "{", "{\"id\":\"evt_1\"}{", "\u{feff}{}"] {
        let value = header(WEBHOOK_SECRET, now, odd.as_bytes());
        let delivery = honest.clone().with_body(odd).with_header(&value);
        if serde_json::from_str::<serde_json::Value>(odd).is_err() {
            all.push((format!("signed {odd:?}"), delivery));
        }
    }
    all
}

#[rustfmt::skip]
fn requests(now: i64) -> Vec<(String, Delivery)> {
    let honest = Delivery::signed(now);
    let other = format!("Stripe-Signature: {}\r\n", header("whsec_other", now, &honest.body));
    let again = format!("Stripe-Signature: {}\r\n", header(WEBHOOK_SECRET, now, &honest.body));
    let unsigned = Delivery { fields: String::new(), ..honest.clone() };
    let value = header(WEBHOOK_SECRET, now, &honest.body);
    let mut all = vec![
        ("no signature".to_owned(), unsigned.clone()),
        ("two signatures, the first wrong".to_owned(), honest.clone().with_field(&other)),
        ("two signatures, both right".to_owned(), honest.clone().with_field(&again)),
        ("an empty one in front".to_owned(), honest.clone().with_field("Stripe-Signature:\r\n")),
    ];
    for name in ["Stripe_Signature", "Stripe.Signature", "X-Stripe-Signature", "Stripe-Signature-V1", "Signature", "Authorization"] {
        all.push((format!("in {name}"), unsigned.clone().with_field(&format!("{name}: {value}\r\n"))));
    }
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "post"] {
        all.push((format!("by {method}"), honest.clone().with_line(format!("{method} {PATH}"))));
    }
    for path in ["/_tollhouse/stripe/webhook/", "//_tollhouse/stripe/webhook", "/_Tollhouse/stripe/webhook", "/_tollhouse/stripe/webhook;x", "/_tollhouse/stripe%2Fwebhook", "/_tollhouse/stripe//webhook", "/_tollhouse/stripe/Webhook"] {
        all.push((format!("at {path}"), honest.clone().with_line(format!("POST {path}"))));
    }
    all
}
