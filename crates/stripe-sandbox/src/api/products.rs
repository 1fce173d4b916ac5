//! `/v1/products`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, metadata};
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
    let id = form.text("id").map_or_else(|| world.ids.with("prod_", 14), str::to_owned);
    let product = Product {
        id,
        created: world.now(),
        name: form.text("name").unwrap_or_default().to_owned(),
        description: form.text("description").map(str::to_owned),
        active: boolean(form, "active")?.unwrap_or(true),
        metadata: metadata(form, "metadata"),
    };
    let answer = product.render(world);
    world.products.insert(product);
    world.emit("product.created", answer.clone());
    Ok(answer)
}

pub(crate) fn retrieve(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let product = world.products.get(id).ok_or_else(|| ApiError::not_found(Product::KIND, id))?;
    Ok(product.render(world))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let active = boolean(form, "active")?;
    let wanted = |product: &&Product| active.is_none_or(|active| product.active == active);
    page(world, form, "/v1/products", world.products.iter().filter(wanted))
}
