//! Customers.

use serde_json::{Value, json};

use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// Somebody who has paid, or may.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Metadata,
    /// Renewals are taken from it, unless the subscription names another.
    pub(crate) default_payment_method: Option<String>,
    /// The test clock by which he lives.
    pub(crate) test_clock: Option<String>,
    /// A deleted customer can still be retrieved, as a stub.
    pub(crate) deleted: bool,
}

impl Object for Customer {
    const KIND: &'static str = "customer";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        if self.deleted {
            return json!({ "id": self.id, "object": "customer", "deleted": true });
        }
        self.render_whole()
    }
}

impl Customer {
    /// Also of a deleted one: the event of its deletion shows it as it was.
    pub(crate) fn render_whole(&self) -> Value {
        let customer = json!({
            "id": self.id, "object": "customer", "created": self.created, "livemode": false,
            "email": self.email, "name": self.name, "phone": self.phone, "description": self.description,
            "metadata": self.metadata, "balance": 0, "delinquent": false, "invoice_prefix": self.invoice_prefix(),
            "invoice_settings": {
                "custom_fields": null, "default_payment_method": self.default_payment_method,
                "footer": null, "rendering_options": null,
            },
            "next_invoice_sequence": 1, "preferred_locales": [], "tax_exempt": "none",
            "test_clock": self.test_clock,
        });
        let nulls =
            ["address", "currency", "customer_account", "default_source", "discount", "shipping"];
        with_nulls(customer, &nulls)
    }

    pub(crate) fn is_on_clock(&self, id: &str) -> bool {
        self.test_clock.as_deref() == Some(id)
    }

    /// What the numbers of this customer's invoices start with.
    pub(crate) fn invoice_prefix(&self) -> String {
        self.id.chars().skip("cus_".len()).take(8).collect::<String>().to_uppercase()
    }
}
