//! What happens to a payment after it was made: refunds, disputes, warnings.

use super::Sandbox;
use crate::object::Metadata;
use crate::world::RefundOrder;

/// How a dispute begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeStage {
    /// The bank only asks; the money stays.
    Inquiry,
    /// The bank takes the money, and the owner may object.
    NeedsResponse,
}

/// What becomes of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeOutcome {
    /// The owner has objected.
    UnderReview,
    /// The owner has the money again; also after the bank had decided otherwise.
    Won,
    /// The customer keeps the money.
    Lost,
    /// The bank has nothing more to ask.
    InquiryClosed,
    /// An inquiry becomes a dispute: the bank takes the money.
    Escalated,
}

/// After the payment. A payment is named by a payment intent's id or a charge's.
impl Sandbox {
    /// The owner gives money back, in the dashboard: so much, or all that is left. The answer is
    /// the refund's id; `None`: there is no such payment, or not so much left of it.
    pub fn refund(&self, payment: &str, amount: Option<i64>) -> Option<String> {
        self.shared.with_time_of(payment, |world| {
            let charge = world.charge_of(payment)?;
            let left = world.refundable(&charge);
            let amount = amount.unwrap_or(left);
            let order = RefundOrder { charge, amount, reason: None, metadata: Metadata::new() };
            (1..=left).contains(&amount).then(|| world.refund(order))
        })
    }

    /// The customer's bank sends a refund back. `false`: there is no such refund, or it has failed.
    pub fn fail_refund(&self, id: &str) -> bool {
        self.shared.with_time_of(id, |world| world.fail_refund(id))
    }

    /// The customer disputes a payment. The answer is the dispute's id; `None`: there is no such
    /// payment, its money never came, or it is disputed already.
    pub fn dispute(&self, payment: &str, stage: DisputeStage) -> Option<String> {
        self.shared.with_time_of(payment, |world| {
            let charge = world.charge_of(payment)?;
            world.open_dispute(&charge, stage, "fraudulent")
        })
    }

    /// A dispute goes on. `false`: there is none of this id, or this cannot become of it.
    pub fn move_dispute(&self, id: &str, outcome: DisputeOutcome) -> bool {
        self.shared.with_time_of(id, |world| world.move_dispute(id, outcome))
    }

    /// The card's issuer warns of fraud. The answer is the warning's id; `None`: there is no such
    /// payment, its money never came, or it was warned of before.
    pub fn warn_of_fraud(&self, payment: &str) -> Option<String> {
        self.shared.with_time_of(payment, |world| {
            let charge = world.charge_of(payment)?;
            world.warn_of_fraud(&charge)
        })
    }
}
