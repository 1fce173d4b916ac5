//! What the owner decided about money that is late, or is wanted back.

use std::time::Duration;

use super::claim::{Claim, Claims};

/// The owner's decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Access after the end of a paid period, while the news of its renewal may be late.
    pub late_renewal: Duration,
    /// Access from the start of a period whose payment failed.
    pub past_due: Duration,
    /// After a refund of the whole amount.
    pub full_refund: Consequence,
    /// While the bank has not decided about a dispute. An inquiry is none yet.
    pub open_dispute: Consequence,
    /// After a dispute that the payer has won.
    pub lost_dispute: Consequence,
    /// While the card network warns of fraud.
    pub fraud_warning: Consequence,
    /// While the owner has paused the collection of payments.
    pub paused_collection: Pause,
    /// For what somebody bought once, when the owner has deleted him at Stripe.
    pub deleted_customer: Consequence,
}

/// What becomes of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// It stays.
    Keeps,
    /// It is gone for as long as the reason for it lasts.
    Ends,
}

/// What a pause of the collection of payments does to access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// It lasts until the period ends that was paid.
    EndsWithPeriod,
    /// It stays.
    Keeps,
    /// It is gone at once.
    EndsNow,
}

impl Policy {
    /// The claim because of which this payment opens nothing, if there is one.
    pub(super) fn withdraws(&self, claims: &Claims) -> Option<Claim> {
        claims.iter().find(|claim| self.after(*claim) == Consequence::Ends)
    }

    fn after(&self, claim: Claim) -> Consequence {
        match claim {
            Claim::Refunded => self.full_refund,
            Claim::Disputed => self.open_dispute,
            Claim::DisputeLost => self.lost_dispute,
            Claim::FraudWarning => self.fraud_warning,
        }
    }
}

impl Default for Policy {
    /// What holds where the owner says nothing.
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            late_renewal: 3 * DAY,
            past_due: 7 * DAY,
            full_refund: Consequence::Ends,
            open_dispute: Consequence::Keeps,
            lost_dispute: Consequence::Ends,
            fraud_warning: Consequence::Keeps,
            paused_collection: Pause::EndsWithPeriod,
            deleted_customer: Consequence::Keeps,
        }
    }
}
