//! What follows a payment without anybody's doing, because of the card that paid.

use super::World;
use crate::cards::GENERIC_DECLINE;
use crate::object::charge::ChargeResult;
use crate::object::payment_method::{BankOutcome, Means};
use crate::sandbox::{DisputeStage, Settlement};

/// One thing that follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// A bank debit ends.
    Settles {
        charge: String,
        settlement: Settlement,
    },
    Dispute {
        charge: String,
        stage: DisputeStage,
        reason: &'static str,
    },
    FraudWarning {
        charge: String,
    },
    RefundArrives {
        refund: String,
    },
    RefundFails {
        refund: String,
    },
}

impl Aftermath {
    /// The charge or the refund.
    fn of(&self) -> &str {
        match self {
            Self::Settles { charge, .. }
            | Self::Dispute { charge, .. }
            | Self::FraudWarning { charge } => charge,
            Self::RefundArrives { refund } | Self::RefundFails { refund } => refund,
        }
    }
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
            let aftermath = self.aftermaths.remove(0);
            let of = aftermath.of().to_owned();
            self.in_time_of(&of, |world| world.come_to(aftermath));
        }
        self.refresh_entitlements();
    }

    fn come_to(&mut self, aftermath: Aftermath) {
        match aftermath {
            Aftermath::Settles { charge, settlement } => self.settle_charge(&charge, settlement),
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

    /// A debit of this account is under way; some accounts say themselves how it ends.
    pub(crate) fn expect_settlement(&mut self, charge_id: &str) {
        let method = &self.charges.known(charge_id).payment_method;
        let settlement = match &self.payment_methods.known(method).means {
            Means::Card(_) => return,
            Means::BankDebit(account) => match account.outcome {
                BankOutcome::WhenTold => return,
                BankOutcome::Succeeds => Settlement::Succeeded,
                BankOutcome::Fails => Settlement::Failed,
            },
        };
        self.aftermaths.push(Aftermath::Settles { charge: charge_id.to_owned(), settlement });
    }

    /// With the checkout that it belongs to, if there is one, or with its invoice.
    fn settle_charge(&mut self, charge_id: &str, settlement: Settlement) {
        let intent = &self.charges.known(charge_id).payment_intent.clone();
        let of_this = |(_, session): &&(i64, String)| {
            self.checkout_sessions.known(session).payment_intent.as_ref() == Some(intent)
        };
        if let Some((_, session)) = self.settlements.iter().find(of_this).cloned() {
            self.settle(&session, settlement);
            return;
        }
        self.conclude(
            charge_id,
            match settlement {
                Settlement::Succeeded => ChargeResult::Succeeded,
                Settlement::Failed => ChargeResult::Failed(GENERIC_DECLINE),
            },
        );
        self.follow_intent(intent);
    }

    /// What the card that paid brings.
    pub(crate) fn card_aftermath(&self, charge_id: &str) -> CardAftermath {
        let charge = self.charges.known(charge_id);
        match &self.payment_methods.known(&charge.payment_method).means {
            Means::Card(card) => card.aftermath,
            Means::BankDebit(_) => CardAftermath::Nothing,
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
