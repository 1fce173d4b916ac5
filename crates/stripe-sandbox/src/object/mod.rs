//! A file per Stripe object: what the sandbox keeps of it, and how the API renders it.
//!
//! Every field that Stripe's own typings require is rendered, as null where the sandbox has
//! nothing to say: clients refuse objects with a field missing.

pub(crate) mod charge;
pub(crate) mod checkout_session;
pub(crate) mod coupon;
pub(crate) mod customer;
pub(crate) mod discount;
pub(crate) mod dispute;
pub(crate) mod early_fraud_warning;
pub(crate) mod entitlement;
pub(crate) mod event;
pub(crate) mod invoice;
pub(crate) mod invoice_item;
pub(crate) mod invoice_payment;
pub(crate) mod payment_intent;
pub(crate) mod payment_method;
pub(crate) mod portal;
pub(crate) mod price;
pub(crate) mod product;
pub(crate) mod promotion_code;
pub(crate) mod refund;
pub(crate) mod setup_intent;
pub(crate) mod subscription;
pub(crate) mod test_clock;
pub(crate) mod webhook_endpoint;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::World;

/// The owner's own notes on an object.
pub(crate) type Metadata = BTreeMap<String, String>;

/// Something that the API can show.
pub(crate) trait Object {
    /// As in `No such customer: 'cus_1'`.
    const KIND: &'static str;
    /// As in its `object` field.
    const NAME: &'static str = Self::KIND;

    fn id(&self) -> &str;

    /// Deleted, so that the API knows it no more.
    fn is_gone(&self) -> bool {
        false
    }

    /// The object in the shape of the rendered API version.
    fn render(&self, world: &World) -> Value;
}

/// Adds fields that are always null here.
pub(crate) fn with_nulls(mut object: Value, names: &[&str]) -> Value {
    for name in names {
        object[*name] = Value::Null;
    }
    object
}

/// How many entries an object shows of a list of its own; the rest is on further pages:
/// <https://docs.stripe.com/api/invoice-line-item/retrieve>
const SHOWN_OF_LIST: usize = 10;

/// The beginning of a list inside an object.
pub(crate) fn sublist(data: &[Value], url: &str) -> Value {
    let shown = &data[..data.len().min(SHOWN_OF_LIST)];
    let has_more = shown.len() < data.len();
    json!({ "object": "list", "data": shown, "has_more": has_more, "url": url })
}

/// An address of which only nothing is known.
pub(crate) fn empty_address() -> Value {
    with_nulls(json!({}), &["city", "country", "line1", "line2", "postal_code", "state"])
}
