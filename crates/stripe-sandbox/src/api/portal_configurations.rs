//! `/v1/billing_portal/configurations`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, choice, merge_metadata, merge_text, metadata, web_address};
use super::retrieve::existing;
use crate::form::Form;
use crate::object::Object;
use crate::object::portal::{Features, OfferedProduct, PortalConfiguration};
use crate::object::price::Price;
use crate::world::{World, changed};

const NOT_IN_SANDBOX: &[&str] = &[
    "features.payment_method_update.payment_method_configuration",
    "features.subscription_cancel.**",
    "features.subscription_pause.**",
    "features.subscription_update.**",
    "login_page.**",
];
pub(crate) const CREATE: Accepts = Accepts {
    required: &["features"],
    optional: &[
        "business_profile.headline",
        "business_profile.privacy_policy_url",
        "business_profile.terms_of_service_url",
        "default_return_url",
        "features.customer_update.allowed_updates.*",
        "features.customer_update.enabled",
        "features.invoice_history.enabled",
        "features.payment_method_update.enabled",
        "features.subscription_cancel.enabled",
        "features.subscription_cancel.mode",
        "features.subscription_update.default_allowed_updates.*",
        "features.subscription_update.enabled",
        "features.subscription_update.products.*.prices.*",
        "features.subscription_update.products.*.product",
        "features.subscription_update.proration_behavior",
        "metadata.*",
        "name",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "active",
        "business_profile.headline",
        "business_profile.privacy_policy_url",
        "business_profile.terms_of_service_url",
        "default_return_url",
        "features.customer_update.allowed_updates.*",
        "features.customer_update.enabled",
        "features.invoice_history.enabled",
        "features.payment_method_update.enabled",
        "features.subscription_cancel.enabled",
        "features.subscription_cancel.mode",
        "features.subscription_update.default_allowed_updates.*",
        "features.subscription_update.enabled",
        "features.subscription_update.products.*.prices.*",
        "features.subscription_update.products.*.product",
        "features.subscription_update.proration_behavior",
        "metadata",
        "metadata.*",
        "name",
    ],
    not_in_sandbox: NOT_IN_SANDBOX,
};
pub(crate) const LIST: Accepts =
    Accepts { required: &[], optional: &["active", "is_default"], not_in_sandbox: &[] };

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let features = features(world, form, Features::default())?;
    let mut configuration = PortalConfiguration::with(features);
    merge_profile(&mut configuration, form)?;
    configuration.metadata = metadata(form, "metadata");
    let id = world.add_portal_configuration(configuration);
    let answer = world.portal_configurations.known(&id).render(world);
    world.emit("billing_portal.configuration.created", answer.clone());
    Ok(answer)
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let before = existing(&world.portal_configurations, id)?.clone();
    let shown = before.render(world);
    let active = boolean(form, "active")?.unwrap_or(before.active);
    if before.is_default && !active {
        let message = "You cannot deactivate the default configuration.";
        return Err(ApiError::invalid(message).at("active"));
    }
    let features = features(world, form, before.features.clone())?;
    let mut updated = PortalConfiguration { active, features, updated: world.now(), ..before };
    merge_profile(&mut updated, form)?;
    merge_metadata(&mut updated.metadata, form, "metadata");
    world.portal_configurations.insert(updated);
    let answer = world.portal_configurations.known(id).render(world);
    let previous = changed(&shown, &answer);
    world.emit_change("billing_portal.configuration.updated", answer.clone(), Some(previous));
    Ok(answer)
}

fn merge_profile(configuration: &mut PortalConfiguration, form: &Form) -> Result<(), ApiError> {
    for address in [
        "business_profile.privacy_policy_url",
        "business_profile.terms_of_service_url",
        "default_return_url",
    ] {
        web_address(form, address)?;
    }
    merge_text(&mut configuration.name, form, "name");
    merge_text(&mut configuration.headline, form, "business_profile.headline");
    merge_text(&mut configuration.privacy_policy_url, form, "business_profile.privacy_policy_url");
    merge_text(
        &mut configuration.terms_of_service_url,
        form,
        "business_profile.terms_of_service_url",
    );
    merge_text(&mut configuration.default_return_url, form, "default_return_url");
    Ok(())
}

/// What is not said stays as it was.
fn features(world: &World, form: &Form, before: Features) -> Result<Features, ApiError> {
    let enabled = |name: &str, before: bool| {
        boolean(form, &format!("features.{name}.enabled")).map(|it| it.unwrap_or(before))
    };
    let listed = |name: &str, before: Vec<String>| {
        let listed = form.list(&format!("features.{name}"));
        if listed.is_empty() { before } else { listed.into_iter().map(str::to_owned).collect() }
    };
    let word = |name: &str, words: &[&str], before: String| {
        let word = choice(form, &format!("features.{name}"), words)?;
        Ok(word.map_or(before, str::to_owned))
    };
    let products = products(world, form)?;
    Ok(Features {
        customer_update: enabled("customer_update", before.customer_update)?,
        allowed_customer_updates: listed(
            "customer_update.allowed_updates",
            before.allowed_customer_updates,
        ),
        invoice_history: enabled("invoice_history", before.invoice_history)?,
        payment_method_update: enabled("payment_method_update", before.payment_method_update)?,
        subscription_cancel: enabled("subscription_cancel", before.subscription_cancel)?,
        cancel_mode: word(
            "subscription_cancel.mode",
            &["at_period_end", "immediately"],
            before.cancel_mode,
        )?,
        subscription_update: enabled("subscription_update", before.subscription_update)?,
        allowed_subscription_updates: listed(
            "subscription_update.default_allowed_updates",
            before.allowed_subscription_updates,
        ),
        products: if products.is_empty() { before.products } else { products },
        proration: word(
            "subscription_update.proration_behavior",
            &["always_invoice", "create_prorations", "none"],
            before.proration,
        )?,
    })
}

/// The products are numbered from 0, as clients send lists.
fn products(world: &World, form: &Form) -> Result<Vec<OfferedProduct>, ApiError> {
    let mut products = Vec::new();
    loop {
        let at = format!("features.subscription_update.products.{}", products.len());
        let Some(product) = form.text(&format!("{at}.product")) else { return Ok(products) };
        let prices = form.list(&format!("{at}.prices"));
        let own = |id: &&str| world.prices.get(id).is_some_and(|it| it.product == product);
        if let Some(other) = prices.iter().find(|id| !own(id)) {
            return Err(ApiError::no_such(Price::KIND, other, &super::params::bracketed(&at)));
        }
        let prices = prices.into_iter().map(str::to_owned).collect();
        products.push(OfferedProduct { product: product.to_owned(), prices });
    }
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let (active, is_default) = (boolean(form, "active")?, boolean(form, "is_default")?);
    let wanted = |it: &&PortalConfiguration| {
        active.is_none_or(|active| it.active == active)
            && is_default.is_none_or(|is_default| it.is_default == is_default)
    };
    let configurations = world.portal_configurations.iter().filter(wanted);
    page(world, form, "/v1/billing_portal/configurations", configurations)
}
