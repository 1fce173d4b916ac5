//! `/v1/disputes`

use serde_json::Value;

use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, merge_metadata};
use super::retrieve::existing;
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::dispute::Dispute;
use crate::sandbox::DisputeOutcome;
use crate::world::{World, changed};

pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "evidence.access_activity_log",
        "evidence.billing_address",
        "evidence.cancellation_policy_disclosure",
        "evidence.cancellation_rebuttal",
        "evidence.customer_email_address",
        "evidence.customer_name",
        "evidence.customer_purchase_ip",
        "evidence.duplicate_charge_explanation",
        "evidence.duplicate_charge_id",
        "evidence.product_description",
        "evidence.refund_policy_disclosure",
        "evidence.refund_refusal_explanation",
        "evidence.service_date",
        "evidence.shipping_address",
        "evidence.shipping_carrier",
        "evidence.shipping_date",
        "evidence.shipping_tracking_number",
        "evidence.uncategorized_text",
        "metadata",
        "metadata.*",
        "submit",
    ],
    not_in_sandbox: &["evidence.**", "intended_submission_method"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "charge",
        "created",
        "created.gt",
        "created.gte",
        "created.lt",
        "created.lte",
        "payment_intent",
    ],
    not_in_sandbox: &[],
};
/// What decides a test dispute: <https://docs.stripe.com/testing#evidence>
const WINNING: &str = "winning_evidence";
const LOSING: &str = "losing_evidence";

/// Evidence is sent to the bank unless the caller says `submit=false`.
pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let submit = boolean(form, "submit")?.unwrap_or(true);
    let dispute = existing(&world.disputes, id)?;
    let evidence = form.entries("evidence");
    if !evidence.is_empty() && !dispute.status.needs_response() {
        return Err(ApiError::invalid("This dispute is already closed or under review."));
    }
    let before = dispute.render(world);
    let dispute = world.disputes.known_mut(id);
    merge_metadata(&mut dispute.metadata, form, "metadata");
    merge_metadata(&mut dispute.evidence, form, "evidence");
    let text = dispute.evidence.get("uncategorized_text").cloned();
    if submit && !evidence.is_empty() {
        world.move_dispute(id, DisputeOutcome::UnderReview);
        match text.as_deref() {
            Some(WINNING) => world.move_dispute(id, DisputeOutcome::Won),
            Some(LOSING) => world.move_dispute(id, DisputeOutcome::Lost),
            Some(_) | None => false,
        };
    } else {
        let after = world.disputes.known(id).render(world);
        let previous = changed(&before, &after);
        world.emit_dispute("charge.dispute.updated", id, Some(previous));
    }
    Ok(world.disputes.known(id).render(world))
}

/// The owner gives in.
pub(crate) fn close(world: &mut World, _: &Form, id: &str) -> Result<Value, ApiError> {
    let inquiry = existing(&world.disputes, id)?.status.is_inquiry();
    let outcome = if inquiry { DisputeOutcome::InquiryClosed } else { DisputeOutcome::Lost };
    if !world.move_dispute(id, outcome) {
        return Err(ApiError::invalid("This dispute is already closed."));
    }
    Ok(world.disputes.known(id).render(world))
}

pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let created = within(form, "created")?;
    let wanted = |dispute: &&Dispute| {
        let intent = &world.charges.known(&dispute.charge).payment_intent;
        created.contains(&dispute.created)
            && form.text("charge").is_none_or(|charge| dispute.charge == charge)
            && form.text("payment_intent").is_none_or(|wanted| intent == wanted)
    };
    page(world, form, "/v1/disputes", world.disputes.iter().filter(wanted))
}
