//! `/v1/promotion_codes`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, choice, metadata};
use crate::form::Form;
use crate::object::Object;
use crate::object::coupon::Coupon;
use crate::object::promotion_code::PromotionCode;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["promotion.type", "promotion.coupon"],
    optional: &["active", "code", "metadata.*"],
    not_in_sandbox: &[
        "customer",
        "customer_account",
        "expires_at",
        "max_redemptions",
        "restrictions.**",
    ],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["active", "code", "coupon"],
    not_in_sandbox: &["created", "created.*", "customer", "customer_account"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    choice(form, "promotion.type", &["coupon"])?;
    let coupon = form.required("promotion.coupon");
    if world.coupons.get(coupon).is_none() {
        return Err(ApiError::no_such(Coupon::KIND, coupon, "promotion[coupon]"));
    }
    let code = PromotionCode {
        id: world.ids.long("promo"),
        created: world.now(),
        code: form.text("code").map_or_else(|| world.ids.with("", 8).to_uppercase(), str::to_owned),
        coupon: coupon.to_owned(),
        active: boolean(form, "active")?.unwrap_or(true),
        times_redeemed: 0,
        metadata: metadata(form, "metadata"),
    };
    let answer = code.render(world);
    world.promotion_codes.insert(code);
    world.emit("promotion_code.created", answer.clone());
    Ok(answer)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let wanted = |it: &&PromotionCode| {
        active.is_none_or(|active| it.active == active)
            && form.text("coupon").is_none_or(|coupon| it.coupon == coupon)
            && form.text("code").is_none_or(|code| it.code.eq_ignore_ascii_case(code))
    };
    page(world, form, "/v1/promotion_codes", world.promotion_codes.iter().filter(wanted))
}
