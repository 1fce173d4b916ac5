//! Giving money back, and what comes of it.

use serde_json::json;

use super::World;
use super::aftermath::{Aftermath, CardAftermath};
use crate::object::charge::ChargeResult;
use crate::object::refund::{Refund, RefundStatus};
use crate::object::{Metadata, Object};

/// What somebody wants to be given back.
pub(crate) struct RefundOrder {
    pub(crate) charge: String,
    /// In the currency's smallest unit; at most what is left of the charge.
    pub(crate) amount: i64,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
}

impl World {
    /// The charge that a `pi_` or `ch_` id stands for.
    pub(crate) fn charge_of(&self, payment: &str) -> Option<String> {
        let by_intent = || self.payment_intents.get(payment)?.latest_charge.clone();
        self.charges.get(payment).map(|charge| charge.id.clone()).or_else(by_intent)
    }

    /// What can still be given back: nothing of a charge whose money never came, or was taken back.
    pub(crate) fn refundable(&self, charge_id: &str) -> i64 {
        let charge = self.charges.known(charge_id);
        if charge.result != ChargeResult::Succeeded || self.is_charged_back(charge_id) {
            return 0;
        }
        charge.amount - charge.refunded_amount(self)
    }

    /// A refund; the answer is its id. The caller has looked whether so much can be given back.
    pub(crate) fn refund(&mut self, order: RefundOrder) -> String {
        let aftermath = self.card_aftermath(&order.charge);
        let slow = aftermath == CardAftermath::SlowRefund;
        let refund = Refund {
            id: self.ids.long("re").replacen("re_1", "re_3", 1),
            created: self.now(),
            charge: order.charge,
            amount: order.amount,
            reason: order.reason,
            metadata: order.metadata,
            status: if slow { RefundStatus::Pending } else { RefundStatus::Succeeded },
            referenced: false,
        };
        let (id, charge) = (refund.id.clone(), refund.charge.clone());
        let before = self.charges.known(&charge).render(self);
        self.refunds.insert(refund);
        self.emit_refund("refund.created", &id, None);
        let after = self.charges.known(&charge).render(self);
        let previous = json!({
            "amount_refunded": before["amount_refunded"], "refunded": before["refunded"],
        });
        self.emit_change("charge.refunded", after, Some(previous));
        let refund = id.clone();
        self.aftermaths.push(match aftermath {
            CardAftermath::RefundFails => Aftermath::RefundFails { refund },
            CardAftermath::Nothing
            | CardAftermath::Dispute { .. }
            | CardAftermath::FraudWarning
            | CardAftermath::SlowRefund => Aftermath::RefundArrives { refund },
        });
        id
    }

    /// The bank has it: the reference comes, and a pending one succeeds.
    pub(crate) fn complete_refund(&mut self, id: &str) {
        let before = self.refunds.known(id).render(self);
        let refund = self.refunds.known_mut(id);
        refund.referenced = true;
        if refund.status == RefundStatus::Pending {
            refund.status = RefundStatus::Succeeded;
        }
        self.emit_refund_update(id, &before);
    }

    /// The bank sends the money back; the charge counts as not refunded again. `false`: there is
    /// no such refund, or it has failed before.
    pub(crate) fn fail_refund(&mut self, id: &str) -> bool {
        let Some(refund) = self.refunds.get(id).filter(|it| it.status != RefundStatus::Failed)
        else {
            return false;
        };
        let before = refund.render(self);
        self.refunds.known_mut(id).status = RefundStatus::Failed;
        self.emit_refund("refund.failed", id, None);
        self.emit_refund_update(id, &before);
        true
    }

    /// Both names of the event, the older one last.
    pub(crate) fn emit_refund_update(&mut self, id: &str, before: &serde_json::Value) {
        let after = self.refunds.known(id).render(self);
        let previous = super::changed(before, &after);
        for kind in ["refund.updated", "charge.refund.updated"] {
            self.emit_refund(kind, id, Some(previous.clone()));
        }
    }

    fn emit_refund(&mut self, kind: &str, id: &str, previous: Option<serde_json::Value>) {
        let snapshot = self.refunds.known(id).render(self);
        self.emit_change(kind, snapshot, previous);
    }
}
