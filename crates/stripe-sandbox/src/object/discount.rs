//! Discounts: a coupon as it was given to a subscription or a checkout.

use serde_json::{Value, json};

use super::{Object, with_nulls};
use crate::world::World;

/// A coupon in use.
#[derive(Clone, Debug)]
pub(crate) struct Discount {
    pub(crate) id: String,
    pub(crate) start: i64,
    pub(crate) coupon: String,
    pub(crate) promotion_code: Option<String>,
    pub(crate) checkout_session: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) subscription: Option<String>,
}

impl Object for Discount {
    const KIND: &'static str = "discount";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let discount = json!({
            "id": self.id, "object": "discount", "checkout_session": self.checkout_session,
            "customer": self.customer, "promotion_code": self.promotion_code, "start": self.start,
            "source": { "type": "coupon", "coupon": self.coupon }, "subscription": self.subscription,
        });
        with_nulls(
            discount,
            &["customer_account", "end", "invoice", "invoice_item", "subscription_item"],
        )
    }
}
