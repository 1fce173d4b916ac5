//! `/v1/entitlements`, and the features of products

use serde_json::{Value, json};

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, merge_metadata, metadata};
use super::products;
use super::retrieve::existing;
use crate::form::Form;
use crate::object::Object;
use crate::object::entitlement::{ActiveEntitlement, Feature, ProductFeature};
use crate::world::World;

pub(crate) const CREATE: Accepts =
    Accepts { required: &["lookup_key", "name"], optional: &["metadata.*"], not_in_sandbox: &[] };
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &["active", "metadata", "metadata.*", "name"],
    not_in_sandbox: &[],
};
pub(crate) const LIST: Accepts =
    Accepts { required: &[], optional: &["archived", "lookup_key"], not_in_sandbox: &[] };
pub(crate) const LIST_ACTIVE: Accepts =
    Accepts { required: &["customer"], optional: &[], not_in_sandbox: &[] };
pub(crate) const ADD: Accepts =
    Accepts { required: &["entitlement_feature"], optional: &[], not_in_sandbox: &[] };

/// Stripe tells of no event.
pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let key = form.required("lookup_key");
    if world.features.iter().any(|feature| feature.lookup_key == key) {
        let message = format!("A feature with lookup key '{key}' already exists.");
        return Err(ApiError::invalid(message).code("resource_already_exists").at("lookup_key"));
    }
    let feature = Feature {
        id: world.ids.with("feat_test_", 40),
        lookup_key: key.to_owned(),
        name: form.required("name").to_owned(),
        active: true,
        metadata: metadata(form, "metadata"),
    };
    let answer = feature.render(world);
    world.features.insert(feature);
    Ok(answer)
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    existing(&world.features, id)?;
    let active = boolean(form, "active")?;
    let feature = world.features.known_mut(id);
    feature.active = active.unwrap_or(feature.active);
    if let Some(name) = form.text("name") {
        name.clone_into(&mut feature.name);
    }
    merge_metadata(&mut feature.metadata, form, "metadata");
    Ok(world.features.known(id).render(world))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let archived = boolean(form, "archived")?.unwrap_or(false);
    let wanted = |feature: &&Feature| {
        feature.active != archived
            && form.text("lookup_key").is_none_or(|key| feature.lookup_key == key)
    };
    page(world, form, "/v1/entitlements/features", world.features.iter().filter(wanted))
}

pub(crate) fn list_active(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let customer = form.required("customer");
    let own = |it: &&ActiveEntitlement| it.active && it.customer == customer;
    page(world, form, "/v1/entitlements/active_entitlements", world.entitlements.iter().filter(own))
}

pub(crate) fn retrieve_active(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let active = world.entitlements.get(id).filter(|it| it.active);
    let missing = || ApiError::not_found(ActiveEntitlement::KIND, id);
    active.map(|it| it.render(world)).ok_or_else(missing)
}

/// `products/:id/features`
pub(crate) fn list_of_product(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    products::addressed(world, id)?;
    let own = |it: &&ProductFeature| it.product == id && !it.deleted;
    let url = format!("/v1/products/{id}/features");
    page(world, form, &url, world.product_features.iter().filter(own))
}

/// Whoever subscribes to the product has the feature from now on.
pub(crate) fn add(world: &mut World, form: &Form, product: &str) -> Result<Value, ApiError> {
    products::addressed(world, product)?;
    let id = form.required("entitlement_feature");
    let feature = world.features.get(id).filter(|feature| feature.active);
    feature.ok_or_else(|| ApiError::no_such(Feature::KIND, id, "entitlement_feature"))?;
    let mut own = world.product_features.iter().filter(|it| it.product == product && !it.deleted);
    if own.any(|it| it.feature == id) {
        let message = "This feature has already been attached to this product.";
        return Err(ApiError::invalid(message).at("entitlement_feature"));
    }
    let added = ProductFeature {
        id: world.ids.with("prodft_", 14),
        product: product.to_owned(),
        feature: id.to_owned(),
        deleted: false,
    };
    let answer = added.render(world);
    world.product_features.insert(added);
    Ok(answer)
}

/// `products/:id/features/:id`
pub(crate) fn remove(world: &mut World, _: &Form, ids: &str) -> Result<Value, ApiError> {
    let id = living(world, ids)?.id.clone();
    world.product_features.known_mut(&id).deleted = true;
    Ok(json!({ "id": id, "object": "product_feature", "deleted": true }))
}

pub(crate) fn retrieve_of_product(
    world: &mut World,
    _: &Form,
    ids: &str,
) -> Result<Value, ApiError> {
    Ok(living(world, ids)?.render(world))
}

/// What has this id at this product.
fn living<'a>(world: &'a World, ids: &str) -> Result<&'a ProductFeature, ApiError> {
    let (product, id) = ids.split_once("/features/").expect("the route has this between two ids");
    products::addressed(world, product)?;
    let added = world.product_features.get(id).filter(|it| !it.deleted && it.product == product);
    added.ok_or_else(|| ApiError::not_found(ProductFeature::KIND, id))
}
