//! `/v1/radar/early_fraud_warnings`

use serde_json::Value;

use super::disputes;
use super::error::ApiError;
use super::list::page;
use super::params::Accepts;
use super::within::within;
use crate::form::Form;
use crate::object::early_fraud_warning::EarlyFraudWarning;
use crate::world::World;

pub(crate) const LIST: Accepts = disputes::LIST;

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let wanted = |warning: &&EarlyFraudWarning| {
        let intent = &world.charges.known(&warning.charge).payment_intent;
        created.contains(&warning.created)
            && form.text("charge").is_none_or(|charge| warning.charge == charge)
            && form.text("payment_intent").is_none_or(|wanted| intent == wanted)
    };
    let warnings = world.early_fraud_warnings.iter().filter(wanted);
    page(world, form, "/v1/radar/early_fraud_warnings", warnings)
}
