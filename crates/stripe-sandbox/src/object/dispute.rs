//! Disputes: the customer's bank asks the money back, or asks about it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Metadata, Object};
use crate::calendar::DAY_SECONDS;
use crate::object::payment_method::Means;
use crate::sandbox::DisputeOutcome;
use crate::world::World;

/// One dispute of one charge.
#[derive(Clone, Debug)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) charge: String,
    /// `fraudulent`, `product_not_received` …
    pub(crate) reason: &'static str,
    pub(crate) status: DisputeStatus,
    /// What the owner says against it, by the name of the field.
    pub(crate) evidence: BTreeMap<String, String>,
    /// How often it was sent to the bank.
    pub(crate) submissions: u32,
    pub(crate) metadata: Metadata,
}

/// Where a dispute stands. An inquiry asks; everything else has taken the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DisputeStatus {
    InquiryNeedsResponse,
    InquiryUnderReview,
    InquiryClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

impl DisputeStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            DisputeStatus::InquiryNeedsResponse => "warning_needs_response",
            DisputeStatus::InquiryUnderReview => "warning_under_review",
            DisputeStatus::InquiryClosed => "warning_closed",
            DisputeStatus::NeedsResponse => "needs_response",
            DisputeStatus::UnderReview => "under_review",
            DisputeStatus::Won => "won",
            DisputeStatus::Lost => "lost",
        }
    }

    /// What it becomes; `None`: it cannot. A bank may give back what it has let the customer win,
    /// and may turn an inquiry into a dispute even after it was closed.
    pub(crate) fn after(self, outcome: DisputeOutcome) -> Option<DisputeStatus> {
        use DisputeStatus as At;
        match (self, outcome) {
            (At::InquiryNeedsResponse, DisputeOutcome::UnderReview) => Some(At::InquiryUnderReview),
            (At::NeedsResponse, DisputeOutcome::UnderReview) => Some(At::UnderReview),
            (At::InquiryNeedsResponse | At::InquiryUnderReview, DisputeOutcome::InquiryClosed) => {
                Some(At::InquiryClosed)
            }
            (
                At::InquiryNeedsResponse | At::InquiryUnderReview | At::InquiryClosed,
                DisputeOutcome::Escalated,
            ) => Some(At::NeedsResponse),
            (At::NeedsResponse | At::UnderReview | At::Lost, DisputeOutcome::Won) => Some(At::Won),
            (At::NeedsResponse | At::UnderReview, DisputeOutcome::Lost) => Some(At::Lost),
            _ => None,
        }
    }

    /// Nobody has taken money for it.
    pub(crate) fn is_inquiry(self) -> bool {
        match self {
            DisputeStatus::InquiryNeedsResponse
            | DisputeStatus::InquiryUnderReview
            | DisputeStatus::InquiryClosed => true,
            DisputeStatus::NeedsResponse
            | DisputeStatus::UnderReview
            | DisputeStatus::Won
            | DisputeStatus::Lost => false,
        }
    }

    pub(crate) fn is_closed(self) -> bool {
        matches!(self, DisputeStatus::InquiryClosed | DisputeStatus::Won | DisputeStatus::Lost)
    }

    /// Evidence can still be given.
    pub(crate) fn needs_response(self) -> bool {
        matches!(self, DisputeStatus::InquiryNeedsResponse | DisputeStatus::NeedsResponse)
    }
}

/// The texts that evidence may hold; files are not in the sandbox.
pub(crate) const EVIDENCE_TEXTS: [&str; 18] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
];
/// The files that it may name.
pub(crate) const EVIDENCE_FILES: [&str; 9] = [
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
];
/// Owners have a week to three; test disputes are due after nine days.
const RESPONSE_DAYS: i64 = 9;

impl Dispute {
    fn render_evidence(&self) -> Value {
        let mut evidence = json!({ "enhanced_evidence": {} });
        for field in EVIDENCE_TEXTS.iter().chain(&EVIDENCE_FILES) {
            evidence[*field] = json!(self.evidence.get(*field));
        }
        evidence
    }

    fn method_details(&self, world: &World) -> Option<Value> {
        let charge = world.charges.known(&self.charge);
        match &world.payment_methods.known(&charge.payment_method).means {
            Means::BankDebit(_) => None,
            Means::Card(card) => {
                let case = if self.status.is_inquiry() { "inquiry" } else { "chargeback" };
                Some(json!({
                    "type": "card",
                    "card": {
                        "brand": card.brand, "case_type": case, "network": card.brand,
                        "network_reason_code": "83",
                    },
                }))
            }
        }
    }
}

impl Object for Dispute {
    const KIND: &'static str = "dispute";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let charge = world.charges.known(&self.charge);
        let due_by = self.created + RESPONSE_DAYS * DAY_SECONDS;
        let method = if self.submissions > 0 { "manual" } else { "not_submitted" };
        let mut dispute = json!({
            "id": self.id, "object": "dispute", "amount": charge.amount, "balance_transactions": [],
            "charge": self.charge, "created": self.created, "currency": charge.currency,
            "enhanced_eligibility_types": [], "evidence": self.render_evidence(),
            "evidence_details": {
                "due_by": (!self.status.is_closed()).then_some(due_by), "enhanced_eligibility": {},
                "has_evidence": !self.evidence.is_empty(), "past_due": world.now() > due_by,
                "submission_count": self.submissions, "submission_method": method,
            },
            "intended_submission_method": null, "is_charge_refundable": self.status.is_inquiry(),
            "livemode": false, "metadata": self.metadata, "network_reason_code": "83",
            "payment_intent": charge.payment_intent, "reason": self.reason, "status": self.status.name(),
        });
        if let Some(details) = self.method_details(world) {
            dispute["payment_method_details"] = details;
        }
        dispute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: DisputeStatus, outcome: DisputeOutcome, expected: &str) {
        let after = from.after(outcome).map_or("no", DisputeStatus::name);
        assert_eq!(after, expected, "{from:?} {outcome:?}");
    }

    #[test]
    fn disputes_go_one_way_but_for_a_bank_that_changes_its_mind() {
        use DisputeOutcome as To;
        use DisputeStatus as At;
        check(At::InquiryNeedsResponse, To::UnderReview, "warning_under_review");
        check(At::InquiryNeedsResponse, To::InquiryClosed, "warning_closed");
        check(At::InquiryUnderReview, To::InquiryClosed, "warning_closed");
        check(At::InquiryNeedsResponse, To::Won, "no");
        check(At::InquiryNeedsResponse, To::Escalated, "needs_response");
        check(At::InquiryClosed, To::Escalated, "needs_response");
        check(At::NeedsResponse, To::UnderReview, "under_review");
        check(At::NeedsResponse, To::InquiryClosed, "no");
        check(At::NeedsResponse, To::Escalated, "no");
        check(At::NeedsResponse, To::Won, "won");
        check(At::UnderReview, To::UnderReview, "no");
        check(At::UnderReview, To::Won, "won");
        check(At::UnderReview, To::Lost, "lost");
        check(At::Lost, To::Won, "won");
        check(At::Won, To::Lost, "no");
        check(At::Won, To::Won, "no");
    }
}
