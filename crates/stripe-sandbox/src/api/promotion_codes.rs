//! `/v1/promotion_codes`

use serde_json::Value;

use super::coupons;
use super::customers;
use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, FAR_SECONDS, MAX_AMOUNT, boolean, choice, integer_within, merge_metadata, metadata,
};
use super::retrieve::existing;
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::coupon::Coupon;
use crate::object::promotion_code::{Minimum, PromotionCode, Restrictions};
use crate::world::{World, changed};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["promotion.type", "promotion.coupon"],
    optional: &[
        "active",
        "code",
        "customer",
        "expires_at",
        "max_redemptions",
        "metadata.*",
        "restrictions.first_time_transaction",
        "restrictions.minimum_amount",
        "restrictions.minimum_amount_currency",
    ],
    not_in_sandbox: &["customer_account", "restrictions.currency_options.**"],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["active", "metadata", "metadata.*"],
    not_in_sandbox: &["restrictions.**"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "active",
        "code",
        "coupon",
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "customer",
    ],
    not_in_sandbox: &["customer_account"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    choice(form, "promotion.type", &["coupon"])?;
    let coupon = form.required("promotion.coupon");
    let named = coupons::living(world, coupon);
    let missing = || ApiError::no_such(Coupon::KIND, coupon, "promotion[coupon]");
    let coupon = named.map(|it| it.id.clone()).ok_or_else(missing)?;
    let active = boolean(form, "active")?.unwrap_or(true);
    let typed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if form.text("code").is_some_and(|code| !code.chars().all(typed)) {
        let message = "The promotion code can only contain alphanumeric characters and dashes.";
        return Err(ApiError::parameter(message).at("code"));
    }
    if let Some(word) = form.text("code").filter(|_| active) {
        check_free(world, word)?;
    }
    let now = world.now();
    let expires_at = integer_within(form, "expires_at", now + 1..=now + FAR_SECONDS)?;
    let customer = form.text("customer").map(|id| customers::named(world, id)).transpose()?;
    let restrictions = restrictions(form)?;
    let max_redemptions = coupons::max_redemptions(form)?;
    let code = PromotionCode {
        id: world.ids.long("promo"),
        created: now,
        code: form.text("code").map_or_else(|| world.ids.with("", 8).to_uppercase(), str::to_owned),
        coupon,
        active,
        expires_at,
        max_redemptions,
        customer,
        restrictions,
        times_redeemed: 0,
        metadata: metadata(form, "metadata"),
    };
    let answer = code.render(world);
    world.promotion_codes.insert(code);
    world.emit("promotion_code.created", answer.clone());
    Ok(answer)
}

/// A customer who types a word must get one coupon.
fn check_free(world: &World, word: &str) -> Result<(), ApiError> {
    let mut same = world.promotion_codes.iter().filter(|it| it.code.eq_ignore_ascii_case(word));
    if same.any(|it| it.is_active(world)) {
        let message = format!("An active promotion code with `code: {word}` already exists.");
        return Err(ApiError::invalid(message).at("code"));
    }
    Ok(())
}

fn restrictions(form: &Form) -> Result<Restrictions, ApiError> {
    let amount = integer_within(form, "restrictions.minimum_amount", 1..=MAX_AMOUNT)?;
    let currency = form.text("restrictions.minimum_amount_currency").map(str::to_lowercase);
    let missing = |name: &str| Err(ApiError::missing_parameter(name));
    let minimum = match (amount, currency) {
        (Some(amount), Some(currency)) => Some(Minimum { amount, currency }),
        (Some(_), None) => return missing("restrictions[minimum_amount_currency]"),
        (None, Some(_)) => return missing("restrictions[minimum_amount]"),
        (None, None) => None,
    };
    let first_time_transaction =
        boolean(form, "restrictions.first_time_transaction")?.unwrap_or(false);
    Ok(Restrictions { first_time_transaction, minimum })
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let code = existing(&world.promotion_codes, id)?;
    let before = code.render(world);
    let active = boolean(form, "active")?.unwrap_or(code.active);
    if active && !code.active {
        check_free(world, &code.code)?;
        if !(PromotionCode { active, ..code.clone() }).is_active(world) {
            let message =
                "This promotion code cannot be activated: it or its coupon is expired or used up.";
            return Err(ApiError::invalid(message).at("active"));
        }
    }
    let code = world.promotion_codes.known_mut(id);
    code.active = active;
    merge_metadata(&mut code.metadata, form, "metadata");
    let after = world.promotion_codes.known(id).render(world);
    world.emit_change("promotion_code.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let created = within(form, "created")?;
    let wanted = |it: &&PromotionCode| {
        created.contains(&it.created)
            && active.is_none_or(|active| it.is_active(world) == active)
            && form.text("coupon").is_none_or(|coupon| it.coupon == coupon)
            && form.text("code").is_none_or(|code| it.code.eq_ignore_ascii_case(code))
            && form.text("customer").is_none_or(|wanted| it.customer.as_deref() == Some(wanted))
    };
    page(world, form, "/v1/promotion_codes", world.promotion_codes.iter().filter(wanted))
}
