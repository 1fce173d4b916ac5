//! Whose money was wanted back lately, of all customers: to be compared with what is known here.

use std::collections::BTreeSet;

use stripe_core::dispute::ListDispute;
use stripe_core::refund::ListRefund;
use stripe_fraud::radar_early_fraud_warning::ListRadarEarlyFraudWarning;
use stripe_shared::Charge;
use stripe_types::{Expandable, RangeQueryTs};

use super::client::{PAGE, Stripe};
use super::envelope::Hinted;
use super::error::StripeError;
use super::snapshot::Interest;
use crate::domain::ids::{CustomerId, Subject};
use crate::domain::time::Timestamp;

/// Whoever paid, as far as a charge says.
enum Payer {
    Customer(CustomerId),
    /// Nobody: the charge is to be asked for.
    Of(Hinted),
}

impl Stripe {
    /// Everybody of whose payments one was refunded or disputed since then, or warned of, if that
    /// matters; whatever came of it.
    pub async fn wanted_back_since(
        &self,
        since: Timestamp,
        interest: Interest,
    ) -> Result<BTreeSet<Subject>, StripeError> {
        let mut payers = self.refunded_since(since).await?;
        payers.extend(self.disputed_since(since).await?);
        if interest.fraud_warnings {
            payers.extend(self.warned_of_since(since).await?);
        }
        let (mut subjects, mut charges) = (BTreeSet::new(), BTreeSet::new());
        for payer in payers {
            match payer {
                Payer::Customer(customer) => {
                    subjects.insert(Subject::Customer(customer));
                }
                Payer::Of(charge) => {
                    charges.insert(charge);
                }
            }
        }
        for charge in charges {
            subjects.extend(self.subject_of(&charge).await?);
        }
        Ok(subjects)
    }

    async fn refunded_since(&self, since: Timestamp) -> Result<Vec<Payer>, StripeError> {
        let request = ListRefund::new()
            .created(RangeQueryTs::gte(since.unix()))
            .expand(vec!["data.charge".to_owned()])
            .limit(PAGE);
        let refunds = self
            .pages("all refunds", |after| {
                let request = after.into_iter().fold(request.clone(), ListRefund::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        Ok(refunds.iter().filter_map(|refund| payer(refund.charge.as_ref()?)).collect())
    }

    async fn disputed_since(&self, since: Timestamp) -> Result<Vec<Payer>, StripeError> {
        let request = ListDispute::new()
            .created(RangeQueryTs::gte(since.unix()))
            .expand(vec!["data.charge".to_owned()])
            .limit(PAGE);
        let disputes = self
            .pages("all disputes", |after| {
                let request = after.into_iter().fold(request.clone(), ListDispute::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        Ok(disputes.iter().filter_map(|dispute| payer(&dispute.charge)).collect())
    }

    async fn warned_of_since(&self, since: Timestamp) -> Result<Vec<Payer>, StripeError> {
        let request = ListRadarEarlyFraudWarning::new()
            .created(RangeQueryTs::gte(since.unix()))
            .expand(vec!["data.charge".to_owned()])
            .limit(PAGE);
        let warnings = self
            .pages("all warnings of fraud", |after| {
                let request = after
                    .into_iter()
                    .fold(request.clone(), ListRadarEarlyFraudWarning::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        Ok(warnings.iter().filter_map(|warning| payer(&warning.charge)).collect())
    }
}

fn payer(charge: &Expandable<Charge>) -> Option<Payer> {
    let customer = charge.as_object().and_then(|charge| charge.customer.as_ref());
    let customer = customer.and_then(|customer| CustomerId::parse(customer.id()).ok());
    match customer {
        Some(customer) => Some(Payer::Customer(customer)),
        None => Hinted::parse(charge.id().as_str()).map(Payer::Of),
    }
}
