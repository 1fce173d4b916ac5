//! Products.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// Something that is sold.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) active: bool,
    pub(crate) metadata: Metadata,
}

impl Product {
    /// For sale, and nothing but its name known; the world gives it an id.
    pub(crate) fn named(name: &str) -> Product {
        Product {
            id: String::new(),
            created: 0,
            name: name.to_owned(),
            description: None,
            active: true,
            metadata: Metadata::new(),
        }
    }
}

impl Object for Product {
    const KIND: &'static str = "product";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let product = json!({
            "id": self.id, "object": "product", "active": self.active, "created": self.created,
            "updated": self.created, "name": self.name, "description": self.description, "images": [],
            "livemode": false, "marketing_features": [], "metadata": self.metadata, "type": "service",
        });
        let nulls = [
            "default_price",
            "package_dimensions",
            "shippable",
            "statement_descriptor",
            "tax_code",
            "tax_details",
            "unit_label",
            "url",
        ];
        with_nulls(product, &nulls)
    }
}
