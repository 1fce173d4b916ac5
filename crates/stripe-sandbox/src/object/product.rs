//! Products.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// Something that is sold.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// When it last changed.
    pub(crate) updated: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) active: bool,
    pub(crate) metadata: Metadata,
    pub(crate) default_price: Option<String>,
    /// Addresses; at most eight.
    pub(crate) images: Vec<String>,
    pub(crate) statement_descriptor: Option<String>,
    pub(crate) unit_label: Option<String>,
    pub(crate) url: Option<String>,
    /// Nobody finds it any more.
    pub(crate) deleted: bool,
}

impl Product {
    /// For sale, and nothing but its name known; the world gives it an id.
    pub(crate) fn named(name: &str) -> Product {
        Product {
            id: String::new(),
            created: 0,
            updated: 0,
            name: name.to_owned(),
            description: None,
            active: true,
            metadata: Metadata::new(),
            default_price: None,
            images: Vec::new(),
            statement_descriptor: None,
            unit_label: None,
            url: None,
            deleted: false,
        }
    }
}

impl Object for Product {
    const KIND: &'static str = "product";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        if self.deleted {
            return json!({ "id": self.id, "object": "product", "deleted": true });
        }
        let product = json!({
            "id": self.id, "object": "product", "active": self.active, "created": self.created,
            "updated": self.updated, "name": self.name, "description": self.description, "images": self.images,
            "default_price": self.default_price, "statement_descriptor": self.statement_descriptor,
            "unit_label": self.unit_label, "url": self.url,
            "livemode": false, "marketing_features": [], "metadata": self.metadata, "type": "service",
        });
        let nulls = ["package_dimensions", "shippable", "tax_code", "tax_details"];
        with_nulls(product, &nulls)
    }
}
