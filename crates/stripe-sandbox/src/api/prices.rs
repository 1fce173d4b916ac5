//! `/v1/prices`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{
    Accepts, MAX_AMOUNT, boolean, bracketed, choice, currency, integer_within, merge_metadata,
    merge_text, metadata,
};
use super::products;
use super::retrieve::existing;
use super::within::within;
use crate::form::Form;
use crate::object::price::{Price, Recurring};
use crate::object::product::Product;
use crate::object::{Metadata, Object};
use crate::options::Interval;
use crate::world::{World, changed};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["currency"],
    optional: &[
        "active",
        "billing_scheme",
        "lookup_key",
        "metadata.*",
        "nickname",
        "product",
        "product_data.name",
        "product_data.metadata.*",
        "recurring.interval",
        "recurring.interval_count",
        "recurring.usage_type",
        "transfer_lookup_key",
        "unit_amount",
    ],
    not_in_sandbox: &[
        "currency_options.**",
        "custom_unit_amount.**",
        "product_data.**",
        "recurring.**",
        "tax_behavior",
        "tiers.**",
        "tiers_mode",
        "transform_quantity.**",
        "unit_amount_decimal",
    ],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "active",
        "lookup_key",
        "metadata",
        "metadata.*",
        "nickname",
        "transfer_lookup_key",
    ],
    not_in_sandbox: &["currency_options.**", "tax_behavior"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "active",
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "currency",
        "lookup_keys.*",
        "product",
        "recurring.interval",
        "type",
    ],
    not_in_sandbox: &["recurring.**"],
};
/// How many a list asks for at once: <https://docs.stripe.com/api/prices/list>
const MAX_LOOKUP_KEYS: usize = 10;

/// What a price says, whatever it is the price of.
pub(crate) struct PriceTerms {
    unit_amount: i64,
    currency: String,
    recurring: Option<Recurring>,
    metadata: Metadata,
    nickname: Option<String>,
    active: bool,
}

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let terms = PriceTerms {
        nickname: form.text("nickname").map(str::to_owned),
        active: boolean(form, "active")?.unwrap_or(true),
        ..terms(form, "")?
    };
    if choice(form, "billing_scheme", &["per_unit", "tiered"])? == Some("tiered") {
        return Err(ApiError::not_in_sandbox("billing_scheme=tiered"));
    }
    let key = free_lookup_key(world, form, None)?;
    let product = product(world, form)?;
    let id = insert(world, &product, terms);
    if let Some(key) = key {
        take_lookup_key(world, &id, key);
    }
    Ok(announce(world, &id))
}

/// Reads `unit_amount`, `currency` … below a prefix such as `default_price_data.`.
pub(crate) fn terms(form: &Form, prefix: &str) -> Result<PriceTerms, ApiError> {
    let name = |it: &str| format!("{prefix}{it}");
    let missing = |it: &str| ApiError::missing_parameter(&bracketed(&name(it)));
    let unit_amount = integer_within(form, &name("unit_amount"), 0..=MAX_AMOUNT)?;
    let currency = currency(form, &name("currency"))?.ok_or_else(|| missing("currency"))?;
    Ok(PriceTerms {
        unit_amount: unit_amount.ok_or_else(|| missing("unit_amount"))?,
        currency,
        recurring: recurring(form, &name("recurring"))?,
        metadata: metadata(form, &name("metadata")),
        nickname: None,
        active: true,
    })
}

/// The answer is the new price's id. No event tells of it yet.
pub(crate) fn insert(world: &mut World, product: &str, terms: PriceTerms) -> String {
    let id = world.ids.long("price");
    world.prices.insert(Price {
        id: id.clone(),
        created: world.now(),
        product: product.to_owned(),
        unit_amount: terms.unit_amount,
        currency: terms.currency,
        recurring: terms.recurring,
        nickname: terms.nickname,
        lookup_key: None,
        active: terms.active,
        metadata: terms.metadata,
    });
    id
}

/// Tells the endpoints that a price is new; the answer shows it.
pub(crate) fn announce(world: &mut World, id: &str) -> Value {
    let price = world.price(id).render(world);
    world.emit("price.created", price.clone());
    price
}

fn recurring(form: &Form, name: &str) -> Result<Option<Recurring>, ApiError> {
    let interval = choice(form, &format!("{name}.interval"), &["day", "week", "month", "year"])?;
    let Some(interval) = interval.and_then(Interval::named) else {
        let missing = || ApiError::missing_parameter(&bracketed(&format!("{name}.interval")));
        return if form.has(name) { Err(missing()) } else { Ok(None) };
    };
    let usage = format!("{name}.usage_type");
    if choice(form, &usage, &["licensed", "metered"])? == Some("metered") {
        return Err(ApiError::not_in_sandbox("recurring[usage_type]=metered"));
    }
    let count = format!("{name}.interval_count");
    let number = integer_within(form, &count, 1..=i64::MAX)?.unwrap_or(1);
    if number > most_intervals(interval) {
        let message = "The maximum allowed interval is three years (3 years, 36 months, 156 weeks, or 1095 days).";
        return Err(ApiError::parameter(message).at(bracketed(&count)));
    }
    Ok(Some(Recurring { interval, count: number }))
}

/// <https://docs.stripe.com/api/prices/create#create_price-recurring-interval_count>
fn most_intervals(interval: Interval) -> i64 {
    match interval {
        Interval::Day => 1_095,
        Interval::Week => 156,
        Interval::Month => 36,
        Interval::Year => 3,
    }
}

fn product(world: &mut World, form: &Form) -> Result<String, ApiError> {
    match (form.text("product"), form.text("product_data.name")) {
        (Some(_), _) if form.has("product_data") => {
            Err(ApiError::only_one_of(&["product", "product_data"]))
        }
        (Some(id), _) if products::living(world, id).is_some() => Ok(id.to_owned()),
        (Some(id), _) => Err(ApiError::no_such(Product::KIND, id, "product")),
        (None, None) if form.has("product_data") => {
            Err(ApiError::missing_parameter("product_data[name]"))
        }
        (None, None) => Err(ApiError::missing_parameter("product")),
        (None, Some(name)) => {
            let metadata = metadata(form, "product_data.metadata");
            let id = world.add_product(None, Product { metadata, ..Product::named(name) });
            products::announce(world, &id);
            Ok(id)
        }
    }
}

/// The lookup key that the caller wants; one that another price has must be transferred.
fn free_lookup_key(
    world: &World,
    form: &Form,
    own: Option<&str>,
) -> Result<Option<String>, ApiError> {
    let transfer = boolean(form, "transfer_lookup_key")?.unwrap_or(false);
    let Some(key) = form.text("lookup_key") else { return Ok(None) };
    match holder(world, key).filter(|holder| Some(holder.as_str()) != own) {
        Some(holder) if !transfer => {
            let message = format!("A price (`{holder}`) already uses that lookup key.");
            Err(ApiError::invalid(message).at("lookup_key"))
        }
        Some(_) | None => Ok(Some(key.to_owned())),
    }
}

fn holder(world: &World, key: &str) -> Option<String> {
    let holder = world.prices.iter().find(|price| price.lookup_key.as_deref() == Some(key))?;
    Some(holder.id.clone())
}

/// The price that had it is updated.
fn take_lookup_key(world: &mut World, id: &str, key: String) {
    if let Some(holder) = holder(world, &key).filter(|holder| holder != id) {
        let before = world.price(&holder).render(world);
        world.prices.known_mut(&holder).lookup_key = None;
        emit_update(world, &holder, &before);
    }
    world.prices.known_mut(id).lookup_key = Some(key);
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let before = existing(&world.prices, id)?.render(world);
    let product = world.product(&world.price(id).product);
    if active == Some(false) && product.default_price.as_deref() == Some(id) {
        let message =
            "This price cannot be archived because it is the default price of its product.";
        return Err(ApiError::invalid(message));
    }
    let key = free_lookup_key(world, form, Some(id))?;
    if let Some(key) = key {
        take_lookup_key(world, id, key);
    } else if form.raw("lookup_key") == Some("") {
        world.prices.known_mut(id).lookup_key = None;
    }
    let price = world.prices.known_mut(id);
    price.active = active.unwrap_or(price.active);
    merge_text(&mut price.nickname, form, "nickname");
    merge_metadata(&mut price.metadata, form, "metadata");
    Ok(emit_update(world, id, &before))
}

fn emit_update(world: &mut World, id: &str, before: &Value) -> Value {
    let after = world.price(id).render(world);
    world.emit_change("price.updated", after.clone(), Some(changed(before, &after)));
    after
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let created = within(form, "created")?;
    let kind = choice(form, "type", &["one_time", "recurring"])?;
    let keys = form.list("lookup_keys");
    if keys.len() > MAX_LOOKUP_KEYS {
        let message = format!("You may only specify up to {MAX_LOOKUP_KEYS} lookup keys.");
        return Err(ApiError::parameter(message).at("lookup_keys"));
    }
    let is = |wanted: Option<&str>, actual: Option<&str>| wanted.is_none() || wanted == actual;
    let wanted = |price: &&Price| {
        let key = price.lookup_key.as_deref();
        created.contains(&price.created)
            && active.is_none_or(|active| price.active == active)
            && kind.is_none_or(|kind| (kind == "recurring") == price.recurring.is_some())
            && is(form.text("currency"), Some(&price.currency))
            && is(form.text("product"), Some(&price.product))
            && is(form.text("recurring.interval"), price.recurring.map(|it| it.interval.name()))
            && (keys.is_empty() || key.is_some_and(|key| keys.contains(&key)))
    };
    page(world, form, "/v1/prices", world.prices.iter().filter(wanted))
}
