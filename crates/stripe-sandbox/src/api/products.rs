//! `/v1/products`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, metadata};
use super::retrieve::chosen_id;
use crate::form::Form;
use crate::object::Object;
use crate::object::product::Product;
use crate::world::World;

pub(crate) const CREATE: Accepts = Accepts {
    required: &["name"],
    optional: &["id", "active", "description", "metadata.*"],
    not_in_sandbox: &[
        "default_price_data.**",
        "images.**",
        "marketing_features.**",
        "package_dimensions.**",
        "shippable",
        "statement_descriptor",
        "tax_code",
        "unit_label",
        "url",
    ],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &["active"],
    not_in_sandbox: &["created", "created.*", "ids.*", "shippable", "url"],
};

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let id = chosen_id(form, &world.products, "Product")?;
    let product = Product {
        description: form.text("description").map(str::to_owned),
        active: boolean(form, "active")?.unwrap_or(true),
        metadata: metadata(form, "metadata"),
        ..Product::named(form.required("name"))
    };
    let id = world.add_product(id, product);
    Ok(announce(world, &id))
}

/// Tells the endpoints that a product is new; the answer shows it.
pub(crate) fn announce(world: &mut World, id: &str) -> Value {
    let product = world.product(id).render(world);
    world.emit("product.created", product.clone());
    product
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let wanted = |product: &&Product| active.is_none_or(|active| product.active == active);
    page(world, form, "/v1/products", world.products.iter().filter(wanted))
}
