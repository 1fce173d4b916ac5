//! Invoice items: what the next invoice will have besides the periods of a subscription.

use serde_json::{Value, json};

use super::subscription::Period;
use super::{Metadata, Object, with_nulls};
use crate::world::World;

/// Something that is owed, or credited.
#[derive(Clone, Debug)]
pub(crate) struct InvoiceItem {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: String,
    pub(crate) subscription: Option<String>,
    pub(crate) subscription_item: Option<String>,
    /// `None`: the caller named an amount.
    pub(crate) price: Option<String>,
    pub(crate) quantity: i64,
    /// In the currency's smallest unit; negative for credit.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    pub(crate) period: Period,
    pub(crate) proration: bool,
    /// `None`: no invoice has it yet.
    pub(crate) invoice: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) deleted: bool,
}

impl InvoiceItem {
    /// Whether the next invoice will have it.
    pub(crate) fn waits(&self) -> bool {
        self.invoice.is_none() && !self.deleted
    }

    fn parent(&self) -> Option<Value> {
        let subscription = self.subscription.as_ref()?;
        let mut details = json!({ "subscription": subscription });
        if let Some(item) = &self.subscription_item {
            details["subscription_item"] = json!(item);
        }
        Some(json!({ "subscription_details": details, "type": "subscription_details" }))
    }
}

impl Object for InvoiceItem {
    const KIND: &'static str = "invoiceitem";

    fn id(&self) -> &str {
        &self.id
    }

    fn is_gone(&self) -> bool {
        self.deleted
    }

    fn render(&self, world: &World) -> Value {
        let pricing = self.price.as_deref().map(|id| {
            let price = world.price(id);
            json!({
                "price_details": { "price": price.id, "product": price.product }, "type": "price_details",
                "unit_amount_decimal": price.unit_amount.to_string(),
            })
        });
        let item = json!({
            "id": self.id, "object": "invoiceitem", "amount": self.amount, "currency": self.currency,
            "customer": self.customer, "date": self.created, "description": self.description,
            "discountable": !self.proration, "discounts": [], "invoice": self.invoice, "livemode": false,
            "metadata": self.metadata, "parent": self.parent(), "pricing": pricing,
            "period": { "end": self.period.end, "start": self.period.start }, "proration": self.proration,
            "quantity": self.quantity, "quantity_decimal": self.quantity.to_string(), "tax_rates": [],
            "test_clock": world.clock_of(&self.customer),
        });
        with_nulls(item, &["customer_account"])
    }
}
