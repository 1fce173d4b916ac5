//! What follows a payment without anybody's doing, because of the card that paid.

use super::World;
use crate::object::payment_method::Means;
use crate::sandbox::DisputeStage;

/// One thing that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aftermath {
    Dispute { charge: String, stage: DisputeStage, reason: &'static str },
    FraudWarning { charge: String },
    RefundArrives { refund: String },
    RefundFails { refund: String },
}

/// What a test card brings after it has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardAftermath {
    Nothing,
    Dispute {
        stage: DisputeStage,
        reason: &'static str,
    },
    FraudWarning,
    /// Refunds to it are pending first.
    SlowRefund,
    /// Refunds to it come back.
    RefundFails,
}

impl World {
    /// Lets all that follows happen, after the call or the page that caused it: at Stripe it comes
    /// seconds later and belongs to no request.
    pub(crate) fn follow_up(&mut self) {
        while !self.aftermaths.is_empty() {
            match self.aftermaths.remove(0) {
                Aftermath::Dispute { charge, stage, reason } => {
                    self.open_dispute(&charge, stage, reason);
                }
                Aftermath::FraudWarning { charge } => {
                    self.warn_of_fraud(&charge);
                }
                Aftermath::RefundArrives { refund } => self.complete_refund(&refund),
                Aftermath::RefundFails { refund } => {
                    self.fail_refund(&refund);
                }
            }
        }
    }

    /// What the card that paid brings.
    pub(crate) fn card_aftermath(&self, charge_id: &str) -> CardAftermath {
        let charge = self.charges.known(charge_id);
        match &self.payment_methods.known(&charge.payment_method).means {
            Means::Card(card) => card.aftermath,
            Means::BankDebit => CardAftermath::Nothing,
        }
    }

    /// The charge has just been paid.
    pub(crate) fn expect_aftermath(&mut self, charge_id: &str) {
        let charge = charge_id.to_owned();
        match self.card_aftermath(charge_id) {
            CardAftermath::Dispute { stage, reason } => {
                self.aftermaths.push(Aftermath::Dispute { charge, stage, reason });
            }
            CardAftermath::FraudWarning => self.aftermaths.push(Aftermath::FraudWarning { charge }),
            CardAftermath::Nothing | CardAftermath::SlowRefund | CardAftermath::RefundFails => {}
        }
    }
}
