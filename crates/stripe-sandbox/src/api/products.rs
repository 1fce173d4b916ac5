//! `/v1/products`

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, merge_metadata, merge_text, metadata, web_address};
use super::prices;
use super::retrieve::chosen_id;
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::price::Price;
use crate::object::product::Product;
use crate::world::{World, changed};

const NOT_IN_SANDBOX: &[&str] = &[
    "default_price_data.**",
    "marketing_features.**",
    "package_dimensions.**",
    "shippable",
    "tax_code",
    "tax_details.**",
    "type",
];
pub(crate) const CREATE: Accepts = Accepts {
    required: &["name"],
    optional: &[
        "id",
        "active",
        "default_price_data.currency",
        "default_price_data.metadata.*",
        "default_price_data.recurring.interval",
        "default_price_data.recurring.interval_count",
        "default_price_data.unit_amount",
        "description",
        "images.*",
        "metadata.*",
        "statement_descriptor",
        "unit_label",
        "url",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "active",
        "default_price",
        "description",
        "images",
        "images.*",
        "metadata",
        "metadata.*",
        "name",
        "statement_descriptor",
        "unit_label",
        "url",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
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
        "ids.*",
        "url",
    ],
    not_in_sandbox: &["shippable", "type"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let id = chosen_id(form, &world.products, "Product")?;
    let text = |name: &str| form.text(name).map(str::to_owned);
    let default = form.has("default_price_data");
    let default = default.then(|| prices::terms(form, "default_price_data.")).transpose()?;
    let product = Product {
        description: text("description"),
        active: boolean(form, "active")?.unwrap_or(true),
        metadata: metadata(form, "metadata"),
        images: images(form),
        statement_descriptor: text("statement_descriptor"),
        unit_label: text("unit_label"),
        url: web_address(form, "url")?,
        ..Product::named(form.required("name"))
    };
    let id = world.add_product(id, product);
    if let Some(terms) = default {
        let price = prices::insert(world, &id, terms);
        world.products.known_mut(&id).default_price = Some(price.clone());
        let product = announce(world, &id);
        prices::announce(world, &price);
        return Ok(product);
    }
    Ok(announce(world, &id))
}

fn images(form: &Form) -> Vec<String> {
    form.list("images").into_iter().map(str::to_owned).collect()
}

/// Tells the endpoints that a product is new; the answer shows it.
pub(crate) fn announce(world: &mut World, id: &str) -> Value {
    let product = world.product(id).render(world);
    world.emit("product.created", product.clone());
    product
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    Ok(addressed(world, id)?.render(world))
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = addressed(world, id)?.render(world);
    let active = boolean(form, "active")?;
    let url = web_address(form, "url")?;
    let default_price = default_price(world, form, id)?;
    let now = world.now();
    let product = world.products.known_mut(id);
    product.active = active.unwrap_or(product.active);
    if let Some(name) = form.text("name") {
        name.clone_into(&mut product.name);
    }
    if form.has("images") {
        product.images = images(form);
    }
    if form.raw("url").is_some() {
        product.url = url;
    }
    product.default_price = default_price.or_else(|| product.default_price.take());
    merge_text(&mut product.description, form, "description");
    merge_text(&mut product.statement_descriptor, form, "statement_descriptor");
    merge_text(&mut product.unit_label, form, "unit_label");
    merge_metadata(&mut product.metadata, form, "metadata");
    product.updated = now;
    let after = world.product(id).render(world);
    world.emit_change("product.updated", after.clone(), Some(changed(&before, &after)));
    Ok(after)
}

fn default_price(world: &World, form: &Form, id: &str) -> Result<Option<String>, ApiError> {
    let Some(price) = form.text("default_price") else { return Ok(None) };
    let own = world.prices.get(price).filter(|it| it.product == id && it.active);
    let missing = || ApiError::no_such(Price::KIND, price, "default_price");
    own.map(|it| Some(it.id.clone())).ok_or_else(missing)
}

/// Only a product without prices; others are archived.
pub(crate) fn delete(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let last = addressed(world, id)?.render(world);
    if world.prices.iter().any(|price| price.product == id) {
        let message =
            "This product cannot be deleted because it has one or more user-created prices.";
        return Err(ApiError::invalid(message));
    }
    world.products.known_mut(id).deleted = true;
    world.emit("product.deleted", last);
    Ok(json!({ "id": id, "object": "product", "deleted": true }))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let created = within(form, "created")?;
    let ids = form.list("ids");
    let wanted = |product: &&Product| {
        !product.deleted
            && created.contains(&product.created)
            && active.is_none_or(|active| product.active == active)
            && (ids.is_empty() || ids.contains(&product.id.as_str()))
            && form.text("url").is_none_or(|url| product.url.as_deref() == Some(url))
    };
    page(world, form, "/v1/products", world.products.iter().filter(wanted))
}

/// The product that the path names, if it can still be used.
pub(crate) fn addressed<'a>(world: &'a World, id: &str) -> Result<&'a Product, ApiError> {
    living(world, id).ok_or_else(|| ApiError::not_found(Product::KIND, id))
}

/// The product of this id, unless it was deleted.
pub(crate) fn living<'a>(world: &'a World, id: &str) -> Option<&'a Product> {
    world.products.get(id).filter(|product| !product.deleted)
}
