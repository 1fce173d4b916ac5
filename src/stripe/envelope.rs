//! What a webhook says: not what happened, but whose payments are to be looked at again.
//!
//! The endpoint's API version is the owner's choice, so only the few fields are read that all
//! of them have, and thin events (`v2.core.event`) as well as full ones.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::signature::SignatureError;
use crate::domain::ids::{
    CheckoutId, CustomerId, EventId, Mode, PaymentId, PriceId, Subject, SubscriptionId,
};
use crate::domain::time::Timestamp;

/// The longest event type that is taken; Stripe's longest has about 70 characters.
const LONGEST_KIND: usize = 200;

/// Why a webhook is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It is not Stripe's, or too old.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It is signed, but not an event.
    #[error("not an event that we can read: {0}")]
    Malformed(String),
}

/// What is taken from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Stripe's id; the same for every delivery of it.
    pub event: EventId,
    /// Stripe's type, such as `invoice.paid`.
    pub kind: String,
    /// Practice or real money.
    pub mode: Mode,
    /// When it happened.
    pub created: Timestamp,
    /// Whose payments are to be looked at again.
    pub whose: Whose,
}

/// Whose payments are to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// This subject's.
    Subject(Subject),
    /// Whoever this object belongs to: the event does not say, Stripe does.
    Ask(Hinted),
    /// Nobody's; the event is of no concern to us.
    Nobody,
}

/// An object at Stripe that belongs to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hinted {
    id: String,
    kind: HintedKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HintedKind {
    Payment,
    Charge,
    Invoice,
    Subscription,
    Checkout,
}

impl Hinted {
    /// Reads an id whose prefix tells the kind: `pi_`, `ch_`, `py_`, `in_`, `sub_`, `cs_`.
    pub fn parse(id: &str) -> Option<Self> {
        let kind = if PaymentId::parse(id).is_ok() {
            HintedKind::Payment
        } else if SubscriptionId::parse(id).is_ok() {
            HintedKind::Subscription
        } else if CheckoutId::parse(id).is_ok() {
            HintedKind::Checkout
        } else if is_plain(id) && id.starts_with("in_") {
            HintedKind::Invoice
        } else if is_plain(id) && (id.starts_with("ch_") || id.starts_with("py_")) {
            HintedKind::Charge
        } else {
            return None;
        };
        Some(Self { id: id.to_owned(), kind })
    }

    /// The id at Stripe.
    pub fn as_str(&self) -> &str {
        &self.id
    }

    pub(super) fn kind(&self) -> HintedKind {
        self.kind
    }
}

/// Reads an event. What it is about may be unknown to us; that it is an event may not.
pub fn read(body: &[u8]) -> Result<Hint, EventError> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(EventError::Malformed("it is not a JSON object".to_owned()));
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(malformed)?;
    let whose = match envelope.object.as_deref() {
        Some("v2.core.event") => {
            let thin: Thin = serde_json::from_slice(body).map_err(malformed)?;
            thin.related_object.map_or(Whose::Nobody, Related::whose)
        }
        Some("event") | None => {
            let full: Full = serde_json::from_slice(body).map_err(malformed)?;
            full.whose()
        }
        Some(other) => {
            return Err(EventError::Malformed(format!("it is a {other:?}, not an event")));
        }
    };
    Ok(Hint {
        event: EventId::parse(&envelope.id).map_err(malformed)?,
        kind: kind(envelope.kind)?,
        mode: Mode::of_livemode(envelope.livemode),
        created: envelope.created.moment()?,
        whose,
    })
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    object: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    livemode: bool,
    created: Created,
}

/// A full event: `data.object` is the object as it was when the event happened.
#[derive(Deserialize)]
struct Full {
    /// Another account that is connected to the owner's; its customers are not ours.
    account: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    object: Option<About>,
}

/// The fields by which the objects of all API versions name each other. A field of a shape
/// that we do not know names nobody.
#[derive(Deserialize)]
struct About {
    id: Option<Value>,
    object: Option<Value>,
    customer: Option<Value>,
    payment_intent: Option<Value>,
    charge: Option<Value>,
    invoice: Option<Value>,
    subscription: Option<Value>,
}

/// A thin event names its object and nothing else.
#[derive(Deserialize)]
struct Thin {
    related_object: Option<Related>,
}

#[derive(Deserialize)]
struct Related {
    id: Option<Value>,
}

impl Full {
    fn whose(self) -> Whose {
        match (self.account, self.data.and_then(|data| data.object)) {
            (None, Some(object)) => object.whose(),
            (Some(_), _) | (None, None) => Whose::Nobody,
        }
    }
}

impl About {
    fn whose(&self) -> Whose {
        let kind = self.object.as_ref().and_then(Value::as_str);
        let own = named(self.id.as_ref());
        let customer = if kind == Some("customer") { own } else { named(self.customer.as_ref()) };
        if let Some(id) = customer.and_then(|id| CustomerId::parse(id).ok()) {
            return Whose::Subject(Subject::Customer(id));
        }
        if kind == Some("checkout.session")
            && let Some(id) = own.and_then(|id| CheckoutId::parse(id).ok())
        {
            return Whose::Subject(Subject::Checkout(id));
        }
        [&self.payment_intent, &self.charge, &self.invoice, &self.subscription]
            .into_iter()
            .map(|field| named(field.as_ref()))
            .chain([own])
            .find_map(|id| Hinted::parse(id?))
            .map_or(Whose::Nobody, Whose::Ask)
    }
}

impl Related {
    fn whose(self) -> Whose {
        let Some(id) = named(self.id.as_ref()) else { return Whose::Nobody };
        if let Ok(customer) = CustomerId::parse(id) {
            return Whose::Subject(Subject::Customer(customer));
        }
        Hinted::parse(id).map_or(Whose::Nobody, Whose::Ask)
    }
}

/// The id in a field that holds either an id or the whole object.
fn named(field: Option<&Value>) -> Option<&str> {
    let field = field?;
    field.as_str().or_else(|| field.get("id")?.as_str())
}

/// Seconds since 1970 in a full event, RFC 3339 in a thin one.
struct Created(Value);

impl<'de> Deserialize<'de> for Created {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

impl Created {
    fn moment(&self) -> Result<Timestamp, EventError> {
        let seconds = self.0.as_i64().map(Timestamp::from_unix);
        seconds
            .or_else(|| rfc3339(self.0.as_str()?))
            .ok_or_else(|| EventError::Malformed("`created` is not a moment".to_owned()))
    }
}

/// `2026-11-23T22:08:36.123Z`; Stripe writes UTC only.
fn rfc3339(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let whole = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = whole.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let since_midnight = Duration::from_secs(hours * 3_600 + minutes * 60 + seconds);
    Some(Timestamp::parse_date(date)?.plus(since_midnight))
}

fn kind(text: String) -> Result<String, EventError> {
    let plain = (1..=LONGEST_KIND).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte));
    if plain { Ok(text) } else { Err(EventError::Malformed("`type` is not a word".to_owned())) }
}

fn is_plain(id: &str) -> bool {
    // Any plain word is the id of a price.
    PriceId::parse(id).is_ok()
}

fn malformed(problem: impl std::fmt::Display) -> EventError {
    EventError::Malformed(problem.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_tells_whose_payments_are_to_be_looked_at_again() {
        let rows = [
            // A customer, by name or by himself, as an id or as the whole object.
            (json!({ "object": "customer", "id": "cus_1" }), "cus_1"),
            (json!({ "object": "customer", "id": "cus_1", "deleted": true }), "cus_1"),
            (json!({ "object": "subscription", "id": "sub_1", "customer": "cus_1" }), "cus_1"),
            (json!({ "object": "invoice", "id": "in_1", "customer": "cus_1" }), "cus_1"),
            (json!({ "object": "invoice", "id": "in_1", "customer": { "id": "cus_1" } }), "cus_1"),
            (json!({ "object": "invoice", "customer": "cus_1" }), "cus_1"),
            (json!({ "object": "source", "id": "src_1", "customer": "cus_1" }), "cus_1"),
            (
                json!({ "object": "entitlements.active_entitlement_summary", "customer": "cus_1" }),
                "cus_1",
            ),
            (json!({ "object": "a.thing_of_2030", "id": "x", "customer": "cus_1" }), "cus_1"),
            (json!({ "customer": "cus_1" }), "cus_1"),
            // A checkout without a customer is a subject of its own.
            (json!({ "object": "checkout.session", "id": "cs_1", "customer": "cus_1" }), "cus_1"),
            (json!({ "object": "checkout.session", "id": "cs_1", "customer": null }), "cs_1"),
            (
                json!({ "object": "checkout.session", "id": "cs_1", "payment_intent": "pi_1" }),
                "cs_1",
            ),
            // What names neither, Stripe is asked about.
            (json!({ "object": "payment_intent", "id": "pi_1", "customer": null }), "ask pi_1"),
            (json!({ "object": "charge", "id": "ch_1", "payment_intent": "pi_1" }), "ask pi_1"),
            (json!({ "object": "charge", "id": "py_1" }), "ask py_1"),
            (json!({ "object": "refund", "id": "re_1", "charge": "ch_1" }), "ask ch_1"),
            (
                json!({ "object": "dispute", "id": "dp_1", "charge": "ch_1",
                "payment_intent": "pi_1" }),
                "ask pi_1",
            ),
            (json!({ "object": "dispute", "id": "dp_1", "charge": { "id": "ch_1" } }), "ask ch_1"),
            (
                json!({ "object": "invoice_payment", "id": "inpay_1", "invoice": "in_1" }),
                "ask in_1",
            ),
            (json!({ "object": "usage", "subscription": "sub_1" }), "ask sub_1"),
            (json!({ "object": "charge", "id": "ch_1", "customer": "gcus_1" }), "ask ch_1"),
            // What belongs to nobody, or is of a shape that we do not know.
            (json!({ "object": "price", "id": "price_1" }), "nobody"),
            (json!({ "object": "payout", "id": "po_1" }), "nobody"),
            (json!({ "object": "coupon", "id": "cus_tomers_only" }), "nobody"),
            (json!({ "object": "x", "customer": 7, "charge": ["ch_1"], "invoice": {} }), "nobody"),
            (json!({ "object": "x", "customer": { "id": { "id": "cus_1" } } }), "nobody"),
            (json!({ "object": "x", "customer": "cus_1\r\nx: y" }), "nobody"),
            (json!({ "object": "x", "charge": "ch_../../customers" }), "nobody"),
            (json!({ "object": ["customer"], "id": "cus_1" }), "nobody"),
            (json!({}), "nobody"),
        ];
        for (object, expected) in rows {
            let body = full(json!({ "data": { "object": object } }));
            assert_eq!(whose(&body), expected, "{body}");
        }
    }

    #[test]
    fn an_event_without_an_object_or_of_another_account_is_nobodys() {
        let object = json!({ "object": "customer", "id": "cus_1" });
        let rows = [
            (full(json!({})), "nobody"),
            (full(json!({ "data": null })), "nobody"),
            (full(json!({ "data": {} })), "nobody"),
            (full(json!({ "data": { "object": null } })), "nobody"),
            (full(json!({ "data": { "object": object } })), "cus_1"),
            (full(json!({ "data": { "object": object }, "account": null })), "cus_1"),
            (full(json!({ "data": { "object": object }, "account": "acct_1" })), "nobody"),
        ];
        for (body, expected) in rows {
            assert_eq!(whose(&body), expected, "{body}");
        }
    }

    #[test]
    fn a_thin_event_names_its_object_alone() {
        let rows = [
            (json!({ "id": "cus_1", "type": "customer", "url": "/v1/customers/cus_1" }), "cus_1"),
            (json!({ "id": "cs_1", "type": "checkout.session" }), "ask cs_1"),
            (json!({ "id": "sub_1", "type": "subscription" }), "ask sub_1"),
            (json!({ "id": "in_1", "type": "invoice" }), "ask in_1"),
            (json!({ "id": "ch_1", "type": "charge" }), "ask ch_1"),
            (json!({ "id": "pi_1", "type": "payment_intent" }), "ask pi_1"),
            (json!({ "id": "mtr_1", "type": "billing.meter" }), "nobody"),
            (json!({ "id": 7 }), "nobody"),
            (json!({}), "nobody"),
            (Value::Null, "nobody"),
        ];
        for (object, expected) in rows {
            let body = thin(json!({ "related_object": object, "data": { "object": 7 } }));
            assert_eq!(whose(&body), expected, "{body}");
        }
    }

    #[test]
    fn an_event_carries_its_id_type_mode_and_moment() {
        let hint = read(full(json!({})).to_string().as_bytes()).expect("an event");
        assert_eq!(hint.event.as_str(), "evt_1");
        assert_eq!(hint.kind, "invoice.paid");
        assert_eq!(hint.mode, Mode::Test);
        assert_eq!(hint.created, Timestamp::from_unix(1_700_000_000));
        let live = full(json!({ "livemode": true }));
        assert_eq!(read(live.to_string().as_bytes()).map(|hint| hint.mode), Ok(Mode::Live));
    }

    #[test]
    fn the_moment_of_a_thin_event_is_a_date() {
        let at = |text: &str| {
            let body = thin(json!({ "created": text })).to_string();
            read(body.as_bytes()).ok().map(|hint| hint.created.unix())
        };
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(at("2026-11-23T22:08:36.123Z"), Some(1_795_471_716));
        assert_eq!(at("2026-11-23T22:08:36.Z"), Some(1_795_471_716));
        for bad in [
            "",
            "Z",
            "T",
            "2026-11-23",
            "2026-11-23T22:08Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T22:08:36",
            "2026-02-30T00:00:00Z",
            "2026-11-23T22:08:36+02:00",
            "2026-11-23T1:2:3:4Z",
            "yesterday",
        ] {
            assert_eq!(at(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn events_of_old_versions_are_read() {
        let of_2012 = r#"{ "created": 1326853478, "livemode": false,
            "id": "evt_00000000000000", "type": "charge.succeeded",
            "data": { "object": { "id": "ch_1", "object": "charge", "customer": "cus_1" } } }"#;
        assert_eq!(
            read(of_2012.as_bytes()).map(|hint| hint.kind).as_deref(),
            Ok("charge.succeeded")
        );
        let of_2020 = full(json!({ "api_version": "2020-08-27", "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "data": { "object": { "object": "subscription", "id": "sub_1", "customer": "cus_1",
                "plan": {}, "current_period_end": 1, "status": "of_later_years" },
                "previous_attributes": { "status": "active" } } }));
        assert_eq!(whose(&of_2020), "cus_1");
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let without = |key: &str| {
            let mut body = full(json!({}));
            body.as_object_mut().expect("an object").remove(key);
            body.to_string()
        };
        let with = |changes: Value| full(changes).to_string();
        let rows = [
            String::new(),
            " ".to_owned(),
            "null".to_owned(),
            "{".to_owned(),
            "{}".to_owned(),
            "[]".to_owned(),
            "\"evt_1\"".to_owned(),
            r#"["evt_1", "event", "x", false, 1]"#.to_owned(),
            format!("{} x", with(json!({}))),
            without("id"),
            without("type"),
            without("livemode"),
            without("created"),
            with(json!({ "id": "cus_1" })),
            with(json!({ "id": 1 })),
            with(json!({ "id": "evt_1\n" })),
            with(json!({ "object": "customer" })),
            with(json!({ "object": 1 })),
            with(json!({ "type": "" })),
            with(json!({ "type": "invoice.paid\r\nforged" })),
            with(json!({ "type": "x".repeat(201) })),
            with(json!({ "type": null })),
            with(json!({ "livemode": "false" })),
            with(json!({ "livemode": null })),
            with(json!({ "created": null })),
            with(json!({ "created": 1.5 })),
            with(json!({ "created": "soon" })),
            with(json!({ "data": "object" })),
            with(json!({ "data": { "object": "cus_1" } })),
            with(json!({ "account": 7 })),
            r#"{"id":"evt_1","id":"evt_2","object":"event","type":"x","livemode":false,
                "created":1}"#
                .to_owned(),
            r#"{"id":"evt_1","object":"event","type":"x","livemode":false,"livemode":true,
                "created":1}"#
                .to_owned(),
            r#"{"id":"evt_1","object":"event","type":"x","livemode":false,"created":1,
                "data":{"object":{"customer":"cus_1","customer":"cus_2"}}}"#
                .to_owned(),
            format!(
                r#"{{"id":"evt_1","object":"event","type":"x","livemode":false,"created":1,
                "data":{{"object":{{"customer":{}1{}}}}}}}"#,
                "[".repeat(500),
                "]".repeat(500)
            ),
        ];
        for body in rows {
            let verdict = read(body.as_bytes());
            assert!(matches!(verdict, Err(EventError::Malformed(_))), "{body}: {verdict:?}");
        }
        assert!(read(b"{\"id\":\"evt_\xff\"}").is_err());
    }

    #[test]
    fn an_object_to_ask_about_survives_writing_and_reading() {
        for id in ["pi_1", "ch_1", "py_1", "in_1", "sub_1", "cs_test_1"] {
            assert_eq!(Hinted::parse(id).expect("an id").as_str(), id);
        }
        for id in ["", "pi_", "cus_1", "re_1", "ch", "ch_1/refunds", "in_1?expand[]=x", "CH_1"] {
            let fine = Hinted::parse(id).is_some();
            assert_eq!(fine, id == "pi_", "{id:?}");
        }
    }

    fn full(changes: Value) -> Value {
        let base = json!({ "id": "evt_1", "object": "event", "type": "invoice.paid",
            "livemode": false, "created": 1_700_000_000 });
        merged(base, changes)
    }

    fn thin(changes: Value) -> Value {
        let base = json!({ "id": "evt_1", "object": "v2.core.event", "type": "v1.invoice.paid",
            "livemode": false, "created": "2026-11-23T22:08:36.123Z" });
        merged(base, changes)
    }

    fn merged(mut base: Value, changes: Value) -> Value {
        if let (Value::Object(base), Value::Object(changes)) = (&mut base, changes) {
            base.extend(changes);
        }
        base
    }

    fn whose(body: &Value) -> String {
        match read(body.to_string().as_bytes()).expect("an event").whose {
            Whose::Subject(subject) => subject.to_string(),
            Whose::Ask(object) => format!("ask {}", object.as_str()),
            Whose::Nobody => "nobody".to_owned(),
        }
    }
}
