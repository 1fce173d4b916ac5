//! Early fraud warnings: the card's issuer says that a payment may be fraud.

use serde_json::{Value, json};

use super::Object;
use crate::world::World;

/// A warning about one charge.
#[derive(Clone, Debug)]
pub(crate) struct EarlyFraudWarning {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) charge: String,
}

impl Object for EarlyFraudWarning {
    const KIND: &'static str = "radar.early_fraud_warning";

    fn id(&self) -> &str {
        &self.id
    }

    /// It asks for something only while the charge is neither refunded nor disputed.
    fn render(&self, world: &World) -> Value {
        let charge = world.charges.known(&self.charge);
        let settled = charge.refunded_amount(world) == charge.amount || charge.is_disputed(world);
        json!({
            "id": self.id, "object": "radar.early_fraud_warning", "actionable": !settled, "charge": self.charge,
            "created": self.created, "fraud_type": "misc", "livemode": false,
            "payment_intent": charge.payment_intent,
        })
    }
}
