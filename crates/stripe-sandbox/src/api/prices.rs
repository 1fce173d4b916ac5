//! `/v1/prices`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, MAX_AMOUNT, boolean, choice, integer_within, merge_metadata, merge_text, metadata,
};
use super::products;
use super::retrieve::existing;
use crate::form::Form;
use crate::object::Object;
use crate::object::price::{Price, Recurring};
use crate::object::product::Product;
use crate::options::Interval;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["currency"],
    optional: &[
        "active",
        "metadata.*",
        "nickname",
        "product",
        "product_data.name",
        "product_data.metadata.*",
        "recurring.interval",
        "recurring.interval_count",
        "unit_amount",
    ],
    not_in_sandbox: &[
        "billing_scheme",
        "currency_options.**",
        "custom_unit_amount.**",
        "lookup_key",
        "product_data.**",
        "recurring.**",
        "tax_behavior",
        "tiers.**",
        "tiers_mode",
        "transfer_lookup_key",
        "transform_quantity.**",
        "unit_amount_decimal",
    ],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["active", "metadata", "metadata.*", "nickname"],
    not_in_sandbox: &["currency_options.**", "lookup_key", "tax_behavior", "transfer_lookup_key"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["active", "currency", "product", "type"],
    not_in_sandbox: &["created", "created.*", "lookup_keys.*", "recurring.**"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let unit_amount = integer_within(form, "unit_amount", 0..=MAX_AMOUNT)?;
    let price = Price {
        id: world.ids.long("price"),
        created: world.now(),
        unit_amount: unit_amount.ok_or_else(|| ApiError::missing_parameter("unit_amount"))?,
        currency: form.required("currency").to_lowercase(),
        recurring: recurring(form)?,
        nickname: form.text("nickname").map(str::to_owned),
        active: boolean(form, "active")?.unwrap_or(true),
        metadata: metadata(form, "metadata"),
        product: product(world, form)?,
    };
    let answer = price.render(world);
    world.prices.insert(price);
    world.emit("price.created", answer.clone());
    Ok(answer)
}

fn recurring(form: &Form) -> Result<Option<Recurring>, ApiError> {
    let Some(name) = choice(form, "recurring.interval", &["day", "week", "month", "year"])? else {
        return Ok(None);
    };
    let count = integer_within(form, "recurring.interval_count", 1..=1_095)?.unwrap_or(1);
    Ok(Interval::named(name).map(|interval| Recurring { interval, count }))
}

fn product(world: &mut World, form: &Form) -> Result<String, ApiError> {
    match (form.text("product"), form.text("product_data.name")) {
        (Some(id), _) if world.products.get(id).is_some() => Ok(id.to_owned()),
        (Some(id), _) => Err(ApiError::no_such(Product::KIND, id, "product")),
        (None, None) => Err(ApiError::missing_parameter("product")),
        (None, Some(name)) => {
            let metadata = metadata(form, "product_data.metadata");
            let id = world.add_product(None, Product { metadata, ..Product::named(name) });
            products::announce(world, &id);
            Ok(id)
        }
    }
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    existing(&world.prices, id)?;
    let price = world.prices.known_mut(id);
    price.active = active.unwrap_or(price.active);
    merge_text(&mut price.nickname, form, "nickname");
    merge_metadata(&mut price.metadata, form, "metadata");
    let answer = world.price(id).render(world);
    world.emit("price.updated", answer.clone());
    Ok(answer)
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let kind = choice(form, "type", &["one_time", "recurring"])?;
    let is = |wanted: Option<&str>, actual: &str| wanted.is_none_or(|wanted| wanted == actual);
    let wanted = |price: &&Price| {
        active.is_none_or(|active| price.active == active)
            && kind.is_none_or(|kind| (kind == "recurring") == price.recurring.is_some())
            && is(form.text("currency"), &price.currency)
            && is(form.text("product"), &price.product)
    };
    page(world, form, "/v1/prices", world.prices.iter().filter(wanted))
}
