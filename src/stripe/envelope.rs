//! What a webhook says: not what happened, but whose payments are to be looked at again.
//!
//! The endpoint's API version is the owner's choice, so only the few fields are read that all
//! of them have, and thin events (`v2.core.event`) as well as full ones.

use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lenient::{Named, Part, Plain};
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
    /// It is signed, but not JSON: it was cut short on the way.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// It is signed, and tells nothing that could be stored. Sent again, it would tell no more.
    #[error("not an event that we can read: {0}")]
    Odd(String),
}

/// What is taken from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Stripe's id; the same for every delivery of it.
    pub event: EventId,
    /// Stripe's type, such as `invoice.paid`; `unknown` if it is no word.
    pub kind: String,
    /// Practice or real money; none if it does not say.
    pub mode: Option<Mode>,
    /// When it happened; none if it does not say.
    pub created: Option<Timestamp>,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hinted {
    id: String,
    kind: HintedKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HintedKind {
    Payment,
    Charge,
    Invoice,
    Subscription,
    Checkout,
    Refund,
    Dispute,
    FraudWarning,
    InvoicePayment,
}

impl Hinted {
    /// Reads an id whose prefix tells the kind: `pi_`, `ch_`, `py_`, `in_`, `sub_`, `cs_`,
    /// `re_`, `pyr_`, `dp_`, `du_`, `issfr_`, `inpay_`.
    pub fn parse(id: &str) -> Option<Self> {
        let kind = if PaymentId::parse(id).is_ok() {
            HintedKind::Payment
        } else if SubscriptionId::parse(id).is_ok() {
            HintedKind::Subscription
        } else if CheckoutId::parse(id).is_ok() {
            HintedKind::Checkout
        } else {
            let (prefix, _) = id.split_once('_').filter(|_| is_plain(id))?;
            match prefix {
                "in" => HintedKind::Invoice,
                "ch" | "py" => HintedKind::Charge,
                "re" | "pyr" => HintedKind::Refund,
                "dp" | "du" => HintedKind::Dispute,
                "issfr" => HintedKind::FraudWarning,
                "inpay" => HintedKind::InvoicePayment,
                _ => return None,
            }
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

/// Reads an event. Only an id it must have, so that it can be told from others; all else may be
/// missing, or of a shape that we do not know.
pub fn read(body: &[u8]) -> Result<Hint, EventError> {
    serde_json::from_slice::<IgnoredAny>(body)
        .map_err(|error| EventError::NotJson(error.to_string()))?;
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(odd("it is not an object"));
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(odd)?;
    let id = envelope.id.text().ok_or_else(|| odd("it has no id"))?;
    Ok(Hint {
        event: EventId::parse(id).map_err(odd)?,
        kind: envelope.kind.text().filter(|kind| is_word(kind)).unwrap_or("unknown").to_owned(),
        mode: match envelope.livemode {
            Plain::Flag(livemode) => Some(Mode::of_livemode(livemode)),
            Plain::Text(_) | Plain::Whole(_) | Plain::Other => None,
        },
        created: moment(&envelope.created),
        whose: envelope.whose(),
    })
}

/// A full event carries its object as it was when it happened; a thin one (`v2.core.event`) names
/// it and nothing else.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    id: Plain,
    object: Plain,
    #[serde(rename = "type")]
    kind: Plain,
    livemode: Plain,
    created: Plain,
    /// Another account that is connected to the owner's; its customers are not ours.
    account: Option<IgnoredAny>,
    data: Part<Data>,
    related_object: Part<Related>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    object: Part<About>,
}

/// The fields by which the objects of all API versions name each other. A field of a shape
/// that we do not know names nobody.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    id: Plain,
    object: Plain,
    customer: Named,
    payment_intent: Named,
    charge: Named,
    invoice: Named,
    subscription: Named,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Related {
    id: Plain,
}

impl Envelope {
    fn whose(self) -> Whose {
        if self.account.is_some() {
            return Whose::Nobody;
        }
        if self.object.text().is_some_and(|object| object.starts_with("v2.")) {
            return self.related_object.0.map_or(Whose::Nobody, |related| related.whose());
        }
        let object = self.data.0.and_then(|data| data.object.0);
        object.map_or(Whose::Nobody, |object| object.whose())
    }
}

impl About {
    fn whose(&self) -> Whose {
        let (own, kind) = (self.id.text(), self.object.text());
        let customer = if kind == Some("customer") { own } else { self.customer.0.as_deref() };
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
            .map(|field| field.0.as_deref())
            .chain([own])
            .find_map(|id| Hinted::parse(id?))
            .map_or(Whose::Nobody, Whose::Ask)
    }
}

impl Related {
    fn whose(&self) -> Whose {
        let Some(id) = self.id.text() else { return Whose::Nobody };
        if let Ok(customer) = CustomerId::parse(id) {
            return Whose::Subject(Subject::Customer(customer));
        }
        Hinted::parse(id).map_or(Whose::Nobody, Whose::Ask)
    }
}

/// Seconds since 1970 in a full event, RFC 3339 in a thin one.
fn moment(created: &Plain) -> Option<Timestamp> {
    match created {
        Plain::Whole(seconds) => Some(Timestamp::from_unix(*seconds)),
        Plain::Text(text) => rfc3339(text),
        Plain::Flag(_) | Plain::Other => None,
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

fn is_word(text: &str) -> bool {
    (1..=LONGEST_KIND).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte))
}

fn is_plain(id: &str) -> bool {
    // Any plain word is the id of a price.
    PriceId::parse(id).is_ok()
}

fn odd(problem: impl std::fmt::Display) -> EventError {
    EventError::Odd(problem.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
        assert_eq!(hint.mode, Some(Mode::Test));
        assert_eq!(hint.created, Some(Timestamp::from_unix(1_700_000_000)));
        let live = full(json!({ "livemode": true }));
        assert_eq!(read(live.to_string().as_bytes()).map(|hint| hint.mode), Ok(Some(Mode::Live)));
    }

    #[test]
    fn the_moment_of_a_thin_event_is_a_date() {
        let at = |text: &str| {
            let body = thin(json!({ "created": text })).to_string();
            read(body.as_bytes()).expect("an event").created.map(Timestamp::unix)
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
    fn an_event_need_have_an_id_and_nothing_else() {
        let tells = |body: &Value, kind: &str, mode: Option<Mode>, created: Option<i64>| {
            let hint = read(body.to_string().as_bytes()).expect("an event");
            let told = (hint.kind.as_str(), hint.mode, hint.created.map(Timestamp::unix));
            assert_eq!(told, (kind, mode, created), "{body}");
        };
        let (test, at) = (Some(Mode::Test), Some(1_700_000_000));
        tells(&json!({ "id": "evt_1" }), "unknown", None, None);
        for odd in [json!(null), json!(7), json!(""), json!([1]), json!({}), json!("x\r\ny")] {
            tells(&full(json!({ "type": odd })), "unknown", test, at);
            tells(&full(json!({ "livemode": odd })), "invoice.paid", None, at);
        }
        tells(&full(json!({ "type": "x".repeat(201) })), "unknown", test, at);
        for odd in [json!(null), json!(1.5), json!("soon"), json!([]), json!(true), json!(u64::MAX)]
        {
            tells(&full(json!({ "created": odd })), "invoice.paid", test, None);
        }
        for odd in [json!(7), json!("object"), json!([]), json!({ "object": "cus_1" })] {
            assert_eq!(whose(&full(json!({ "data": odd }))), "nobody");
        }
        assert_eq!(whose(&full(json!({ "account": 7 }))), "nobody");
    }

    #[test]
    fn what_is_signed_and_cannot_be_stored_is_odd_and_what_is_no_json_is_told_apart() {
        let with = |changes: Value| full(changes).to_string();
        let twice = r#"{"id":"evt_1","id":"evt_2","object":"event"}"#;
        let odd = [
            "null",
            "{}",
            "[]",
            "7",
            "\"evt_1\"",
            r#"["evt_1", "event"]"#,
            twice,
            r#"{"id":"evt_1","created":1e999}"#,
        ];
        let ids =
            [json!(null), json!(1), json!("cus_1"), json!("evt_1\n"), json!({ "id": "evt_1" })];
        let without_id = ids.into_iter().map(|id| with(json!({ "id": id })));
        for body in odd.map(ToOwned::to_owned).into_iter().chain(without_id) {
            let verdict = read(body.as_bytes());
            assert!(matches!(verdict, Err(EventError::Odd(_))), "{body}: {verdict:?}");
        }
        for body in ["", " ", "{", "evt_1", "{\"id\":\"evt_1\"} x", "\u{feff}{}"] {
            let verdict = read(body.as_bytes());
            assert!(matches!(verdict, Err(EventError::NotJson(_))), "{body}: {verdict:?}");
        }
        assert!(read(b"{\"id\":\"evt_\xff\"}").is_err());
    }

    #[test]
    fn however_deep_something_is_the_rest_is_read() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let objects = format!("{}1{}", r#"{"id":"#.repeat(50_000), "}".repeat(50_000));
        for deep in [deep, objects] {
            let body = format!(
                r#"{{"id":"evt_1","type":{deep},"x":{deep},"data":{{"object":
                {{"object":"invoice","charge":{deep},"lines":{deep},"customer":"cus_1"}}}}}}"#
            );
            let hint = read(body.as_bytes()).expect("an event");
            assert!(matches!(hint.whose, Whose::Subject(_)), "{:?}", hint.whose);
        }
    }

    #[test]
    fn an_object_to_ask_about_survives_writing_and_reading() {
        for id in [
            "pi_1",
            "ch_1",
            "py_1",
            "in_1",
            "sub_1",
            "cs_test_1",
            "re_1",
            "pyr_1",
            "dp_1",
            "du_1",
            "issfr_1",
            "inpay_1",
        ] {
            assert_eq!(Hinted::parse(id).expect("an id").as_str(), id);
        }
        for id in ["", "pi_", "cus_1", "price_1", "ch", "ch_1/refunds", "in_1?expand[]=x", "CH_1"] {
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
