//! `/v1/coupons`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, FAR_SECONDS, MAX_AMOUNT, choice, currency, integer_within, merge_metadata, merge_text,
    metadata, text,
};
use super::retrieve::chosen_id;
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::coupon::{Coupon, Duration, Off};
use crate::world::{World, changed};

pub(crate) const CREATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "id",
        "name",
        "percent_off",
        "amount_off",
        "currency",
        "duration",
        "duration_in_months",
        "max_redemptions",
        "metadata.*",
        "redeem_by",
    ],
    not_in_sandbox: &["applies_to.**", "currency_options.**"],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["metadata", "metadata.*", "name"],
    not_in_sandbox: &["currency_options.**"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["created", "created.gt", "created.gte", "created.lt", "created.lte"],
    not_in_sandbox: &[],
};

/// <https://docs.stripe.com/api/coupons/create#create_coupon-name>
const MAX_NAME_LETTERS: usize = 40;

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let id = chosen_id(form, &world.coupons, "Coupon")?;
    let now = world.now();
    let redeem_by = integer_within(form, "redeem_by", now + 1..=now + FAR_SECONDS)?;
    let coupon = Coupon {
        off: off(form)?,
        duration: duration(form)?,
        redeem_by,
        max_redemptions: max_redemptions(form)?,
        deleted: false,
        id: id.map_or_else(|| world.ids.with("", 8), str::to_owned),
        created: world.now(),
        name: text(form, "name", MAX_NAME_LETTERS)?,
        times_redeemed: 0,
        metadata: metadata(form, "metadata"),
    };
    let answer = coupon.render(world);
    world.coupons.insert(coupon);
    world.emit("coupon.created", answer.clone());
    Ok(answer)
}

fn off(form: &Form) -> Result<Off, ApiError> {
    match (
        form.text("percent_off"),
        integer_within(form, "amount_off", 1..=MAX_AMOUNT)?,
        currency(form, "currency")?,
    ) {
        (Some(percent), None, _) => basis_points(percent).map(Off::BasisPoints).ok_or_else(|| {
            let message = format!("Invalid percent_off: {percent} is not above 0 and at most 100");
            ApiError::parameter(message).at("percent_off")
        }),
        (None, Some(minor_units), Some(currency)) => Ok(Off::Amount { minor_units, currency }),
        (None, Some(_), None) => Err(ApiError::missing_parameter("currency")),
        (Some(_), Some(_), _) => Err(ApiError::parameter(
            "You may only specify one of these parameters: percent_off, amount_off.",
        )),
        (None, None, _) => Err(ApiError::missing_parameter("percent_off")),
    }
}

/// `12.5` is 1250. More than two decimals are cut off.
fn basis_points(percent: &str) -> Option<u32> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let hundredths: String = fraction.chars().chain("00".chars()).take(2).collect();
    let points =
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths.parse().ok()?)?;
    (1..=10_000).contains(&points).then_some(points)
}

fn duration(form: &Form) -> Result<Duration, ApiError> {
    let duration = choice(form, "duration", &["once", "forever", "repeating"])?;
    if duration != Some("repeating") && form.has("duration_in_months") {
        let message = "`duration_in_months` can only be set if `duration` is `repeating`.";
        return Err(ApiError::parameter(message).at("duration_in_months"));
    }
    match duration {
        Some("forever") => Ok(Duration::Forever),
        Some("repeating") => {
            let months = integer_within(form, "duration_in_months", 1..=1_200)?;
            let months = months.ok_or_else(|| ApiError::missing_parameter("duration_in_months"))?;
            Ok(Duration::Months(u32::try_from(months).unwrap_or(u32::MAX)))
        }
        Some(_) | None => Ok(Duration::Once),
    }
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    Ok(addressed(world, id)?.render(world))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = addressed(world, id)?.render(world);
    text(form, "name", MAX_NAME_LETTERS)?;
    let coupon = world.coupons.known_mut(id);
    merge_text(&mut coupon.name, form, "name");
    merge_metadata(&mut coupon.metadata, form, "metadata");
    let after = world.coupons.known(id).render(world);
    world.emit_change("coupon.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

/// Who has it keeps it; nobody gets it any more.
pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let last = addressed(world, id)?.render(world);
    world.coupons.known_mut(id).deleted = true;
    world.emit("coupon.deleted", last);
    Ok(json!({ "id": id, "object": "coupon", "deleted": true }))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let wanted = |coupon: &&Coupon| !coupon.deleted && created.contains(&coupon.created);
    page(world, form, "/v1/coupons", world.coupons.iter().filter(wanted))
}

/// How often a coupon or a code can be used.
pub(crate) fn max_redemptions(form: &Form) -> Result<Option<u32>, ApiError> {
    let most = integer_within(form, "max_redemptions", 1..=i64::from(u32::MAX))?;
    Ok(most.map(|most| u32::try_from(most).expect("its range was checked")))
}

fn addressed<'a>(world: &'a World, id: &str) -> Result<&'a Coupon, ApiError> {
    living(world, id).ok_or_else(|| ApiError::not_found(Coupon::KIND, id))
}

/// The coupon of this id, unless it was deleted.
pub(crate) fn living<'a>(world: &'a World, id: &str) -> Option<&'a Coupon> {
    world.coupons.get(id).filter(|coupon| !coupon.deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_above_nothing_and_at_most_everything() {
        assert_eq!(basis_points("20"), Some(2_000));
        assert_eq!(basis_points("12.5"), Some(1_250));
        assert_eq!(basis_points("0.01"), Some(1));
        assert_eq!(basis_points("100"), Some(10_000));
        assert_eq!(["0", "100.01", "-1", "x", ""].map(basis_points), [None; 5]);
    }
}
