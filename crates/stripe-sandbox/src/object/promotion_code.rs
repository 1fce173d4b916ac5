//! Promotion codes: what customers type to get a coupon.

use serde_json::{Value, json};

use super::charge::ChargeResult;
use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// A word that stands for a coupon.
#[derive(Clone, Debug)]
pub(crate) struct PromotionCode {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) code: String,
    pub(crate) coupon: String,
    /// As the owner wants it; it counts only as long as its coupon does.
    pub(crate) active: bool,
    pub(crate) expires_at: Option<i64>,
    pub(crate) max_redemptions: Option<u32>,
    /// For this customer only.
    pub(crate) customer: Option<String>,
    pub(crate) restrictions: Restrictions,
    pub(crate) times_redeemed: u32,
    pub(crate) metadata: Metadata,
}

/// What an order must be, for the code to count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Restrictions {
    pub(crate) first_time_transaction: bool,
    pub(crate) minimum: Option<Minimum>,
}

/// The least that an order must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Minimum {
    pub(crate) amount: i64,
    pub(crate) currency: String,
}

/// An order for which somebody wants a code to count.
pub(crate) struct Redemption<'a> {
    pub(crate) customer: Option<&'a str>,
    pub(crate) subtotal: i64,
    pub(crate) currency: &'a str,
}

impl PromotionCode {
    /// Whether anybody can use it now.
    pub(crate) fn is_active(&self, world: &World) -> bool {
        self.active
            && self.expires_at.is_none_or(|end| world.now() < end)
            && self.max_redemptions.is_none_or(|most| self.times_redeemed < most)
            && world.coupons.known(&self.coupon).is_valid(world.now())
    }

    /// Whether it counts for this order.
    pub(crate) fn counts_for(&self, order: &Redemption, world: &World) -> bool {
        let owner = self.customer.as_deref();
        let first = !self.restrictions.first_time_transaction
            || order.customer.is_none_or(|customer| !has_paid(customer, world));
        let enough =
            self.restrictions.minimum.as_ref().is_none_or(|least| {
                least.currency == order.currency && order.subtotal >= least.amount
            });
        self.is_active(world)
            && (owner.is_none() || owner == order.customer)
            && first
            && enough
            && world.coupons.known(&self.coupon).off.fits(order.currency)
    }
}

fn has_paid(customer: &str, world: &World) -> bool {
    world.charges.iter().any(|charge| {
        charge.customer.as_deref() == Some(customer) && charge.result == ChargeResult::Succeeded
    })
}

impl Object for PromotionCode {
    const KIND: &'static str = "promotion code";
    const NAME: &'static str = "promotion_code";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let least = self.restrictions.minimum.as_ref();
        let code = json!({
            "id": self.id, "object": "promotion_code", "active": self.is_active(world), "code": self.code,
            "created": self.created, "customer": self.customer, "expires_at": self.expires_at, "livemode": false,
            "max_redemptions": self.max_redemptions, "metadata": self.metadata,
            "promotion": { "type": "coupon", "coupon": self.coupon },
            "restrictions": {
                "first_time_transaction": self.restrictions.first_time_transaction,
                "minimum_amount": least.map(|it| it.amount),
                "minimum_amount_currency": least.map(|it| &it.currency),
            },
            "times_redeemed": self.times_redeemed,
        });
        with_nulls(code, &["customer_account"])
    }
}
