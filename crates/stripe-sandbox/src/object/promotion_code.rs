//! Promotion codes: what customers type to get a coupon.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// A word that stands for a coupon.
#[derive(Clone, Debug)]
pub(crate) struct PromotionCode {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) code: String,
    pub(crate) coupon: String,
    pub(crate) active: bool,
    pub(crate) times_redeemed: u32,
    pub(crate) metadata: Metadata,
}

impl Object for PromotionCode {
    const KIND: &'static str = "promotion code";
    const NAME: &'static str = "promotion_code";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let code = json!({
            "id": self.id, "object": "promotion_code", "active": self.active, "code": self.code,
            "created": self.created, "livemode": false, "metadata": self.metadata,
            "promotion": { "type": "coupon", "coupon": self.coupon },
            "restrictions": {
                "first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null,
            },
            "times_redeemed": self.times_redeemed,
        });
        with_nulls(code, &["customer", "customer_account", "expires_at", "max_redemptions"])
    }
}
