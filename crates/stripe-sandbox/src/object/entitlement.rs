//! Entitlements: features, which products have which, and which customers have which.

use serde_json::{Value, json};

use super::{Metadata, Object, sublist};
use crate::world::World;

/// Something that subscribers may do.
#[derive(Clone, Debug)]
pub(crate) struct Feature {
    pub(crate) id: String,
    /// What the owner's program calls it; no two features have the same.
    pub(crate) lookup_key: String,
    pub(crate) name: String,
    /// An archived one is given to no further product.
    pub(crate) active: bool,
    pub(crate) metadata: Metadata,
}

/// A feature of a product.
#[derive(Clone, Debug)]
pub(crate) struct ProductFeature {
    pub(crate) id: String,
    pub(crate) product: String,
    pub(crate) feature: String,
    pub(crate) deleted: bool,
}

/// A feature of a customer, by what he subscribes to.
#[derive(Clone, Debug)]
pub(crate) struct ActiveEntitlement {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) feature: String,
    /// He has it now.
    pub(crate) active: bool,
}

/// All that a customer has, as the event shows it.
pub(crate) fn summary(customer: &str, entitlements: &[Value]) -> Value {
    json!({
        "object": "entitlements.active_entitlement_summary", "customer": customer,
        "entitlements": sublist(entitlements, &format!("/v1/customer/{customer}/entitlements")),
        "livemode": false,
    })
}

impl Object for Feature {
    const KIND: &'static str = "feature";
    const NAME: &'static str = "entitlements.feature";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        json!({
            "id": self.id, "object": "entitlements.feature", "active": self.active, "livemode": false,
            "lookup_key": self.lookup_key, "metadata": self.metadata, "name": self.name,
        })
    }
}

impl Object for ProductFeature {
    const KIND: &'static str = "product feature";
    const NAME: &'static str = "product_feature";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        if self.deleted {
            return json!({ "id": self.id, "object": "product_feature", "deleted": true });
        }
        json!({
            "id": self.id, "object": "product_feature", "livemode": false,
            "entitlement_feature": world.features.known(&self.feature).render(world),
        })
    }
}

impl Object for ActiveEntitlement {
    const KIND: &'static str = "active entitlement";
    const NAME: &'static str = "entitlements.active_entitlement";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        json!({
            "id": self.id, "object": "entitlements.active_entitlement", "feature": self.feature, "livemode": false,
            "lookup_key": world.features.known(&self.feature).lookup_key,
        })
    }
}
