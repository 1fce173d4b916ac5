//! Disputes and fraud warnings: what the customer's bank does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::World;
use crate::object::charge::ChargeResult;
use crate::object::dispute::{Dispute, DisputeStatus};
use crate::object::early_fraud_warning::EarlyFraudWarning;
use crate::object::{Metadata, Object};
use crate::sandbox::{DisputeOutcome, DisputeStage};

impl World {
    /// The customer goes to the bank. `None`: the charge is not paid, or disputed already.
    pub(crate) fn open_dispute(
        &mut self,
        charge_id: &str,
        stage: DisputeStage,
        reason: &'static str,
    ) -> Option<String> {
        let charge = self.charges.get(charge_id)?;
        if charge.result != ChargeResult::Succeeded || charge.is_disputed(self) {
            return None;
        }
        let dispute = Dispute {
            id: self.ids.long("du"),
            created: self.now(),
            charge: charge_id.to_owned(),
            reason,
            status: match stage {
                DisputeStage::Inquiry => DisputeStatus::InquiryNeedsResponse,
                DisputeStage::NeedsResponse => DisputeStatus::NeedsResponse,
            },
            evidence: BTreeMap::new(),
            submissions: 0,
            metadata: Metadata::new(),
        };
        let id = dispute.id.clone();
        self.disputes.insert(dispute);
        self.emit_dispute("charge.dispute.created", &id, None);
        match stage {
            DisputeStage::Inquiry => {}
            DisputeStage::NeedsResponse => {
                self.emit_dispute("charge.dispute.funds_withdrawn", &id, None);
            }
        }
        Some(id)
    }

    /// The bank decides, or the owner answers. `false`: no such dispute, or it cannot become that.
    pub(crate) fn move_dispute(&mut self, id: &str, outcome: DisputeOutcome) -> bool {
        let Some(dispute) = self.disputes.get(id) else { return false };
        let from = dispute.status;
        let Some(to) = from.after(outcome) else { return false };
        let previous = Some(json!({ "status": from.name() }));
        let dispute = self.disputes.known_mut(id);
        dispute.status = to;
        if outcome == DisputeOutcome::UnderReview {
            dispute.submissions += 1;
        }
        match to {
            DisputeStatus::InquiryNeedsResponse
            | DisputeStatus::InquiryUnderReview
            | DisputeStatus::UnderReview => {
                self.emit_dispute("charge.dispute.updated", id, previous);
            }
            DisputeStatus::NeedsResponse => {
                self.emit_dispute("charge.dispute.updated", id, previous);
                self.emit_dispute("charge.dispute.funds_withdrawn", id, None);
            }
            DisputeStatus::InquiryClosed | DisputeStatus::Lost => {
                self.emit_dispute("charge.dispute.closed", id, previous);
            }
            DisputeStatus::Won => {
                self.emit_dispute("charge.dispute.closed", id, previous);
                self.emit_dispute("charge.dispute.funds_reinstated", id, None);
            }
        }
        true
    }

    /// The issuer warns. `None`: the charge is not paid, or was warned of.
    pub(crate) fn warn_of_fraud(&mut self, charge_id: &str) -> Option<String> {
        let paid = self.charges.get(charge_id)?.result == ChargeResult::Succeeded;
        let warned = self.early_fraud_warnings.iter().any(|it| it.charge == charge_id);
        if !paid || warned {
            return None;
        }
        let warning = EarlyFraudWarning {
            id: self.ids.long("issfr"),
            created: self.now(),
            charge: charge_id.to_owned(),
        };
        let (id, snapshot) = (warning.id.clone(), warning.render(self));
        self.early_fraud_warnings.insert(warning);
        self.emit("radar.early_fraud_warning.created", snapshot);
        Some(id)
    }

    /// Whether the bank has taken the money, for now or for good.
    pub(crate) fn is_charged_back(&self, charge_id: &str) -> bool {
        self.disputes.iter().any(|dispute| {
            dispute.charge == charge_id
                && !dispute.status.is_inquiry()
                && dispute.status != DisputeStatus::Won
        })
    }

    /// Records what happened to a dispute.
    pub(crate) fn emit_dispute(&mut self, kind: &str, id: &str, previous: Option<Value>) {
        let snapshot = self.disputes.known(id).render(self);
        self.emit_change(kind, snapshot, previous);
    }
}
