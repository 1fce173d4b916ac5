//! The ledger from Stripe alone, after a lost database.

use futures_util::stream::{self, StreamExt as _};

use super::{Billing, BillingError};
use crate::domain::ids::{PriceId, Subject};
use crate::store::StoreError;
use crate::stripe::{StripeError, Trace};

/// How many are fetched side by side: each takes three or four calls.
const SIDE_BY_SIDE: usize = 4;

/// What became of everybody who ever bought something that is for sale here.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many there are.
    pub subjects: usize,
    /// Whose ledger is another now.
    pub changed: Vec<Subject>,
    /// Whom Stripe did not tell of, and why.
    pub failed: Vec<(Subject, String)>,
}

impl Billing {
    /// Everybody at Stripe who ever bought something that is for sale here.
    pub async fn everybody(&self) -> Result<Vec<(Subject, Trace)>, BillingError> {
        let (sells_once, names_features) = {
            let catalog = &self.sites.current().config.catalog;
            (catalog.sells_once(), catalog.names_features())
        };
        let mut all = self.stripe.everybody(sells_once).await?;
        // A feature may come with any price of the account.
        let is_sold = |price: &PriceId| names_features || self.is_sold(price);
        all.retain(|_, trace| trace.prices.iter().any(is_sold));
        Ok(all.into_iter().collect())
    }

    /// Writes down what Stripe knows of them all. A reader whom we named at a checkout is made
    /// again under the same id, so that his customers gather; nobody and nothing is removed. May
    /// be cut off at any point, and run again. `ended` hears of each.
    pub async fn rebuild(
        &self,
        everybody: Vec<(Subject, Trace)>,
        ended: &(dyn Fn() + Sync),
    ) -> Result<Rebuilt, BillingError> {
        let mut rebuilt = Rebuilt { subjects: everybody.len(), ..Rebuilt::default() };
        let mut steps = stream::iter(everybody.into_iter().map(|(subject, trace)| async move {
            let outcome = self.restore(&subject, trace).await;
            (subject, outcome)
        }))
        .buffer_unordered(SIDE_BY_SIDE);
        while let Some((subject, outcome)) = steps.next().await {
            match outcome {
                Ok(true) => rebuilt.changed.push(subject),
                Ok(false) => {}
                Err(BillingError::Stripe(problem)) => {
                    rebuilt.failed.push((subject, problem.to_string()));
                }
                Err(problem @ BillingError::Store(_)) => return Err(problem),
            }
            ended();
        }
        Ok(rebuilt)
    }

    async fn restore(&self, subject: &Subject, trace: Trace) -> Result<bool, BillingError> {
        self.restore_named(subject, trace).await?;
        match self.fulfil(subject).await {
            // It was there when the list was made, and is not any more.
            Err(BillingError::Stripe(StripeError::NotFound(_))) => Ok(false),
            recorded => Ok(recorded?.is_some_and(|recorded| recorded.changed)),
        }
    }

    /// As in a snapshot: a reader counts if all who name one name the same.
    async fn restore_named(&self, subject: &Subject, trace: Trace) -> Result<(), StoreError> {
        let is_known = self.store.holder(subject.clone()).await?.is_some();
        let mut named = trace.readers.into_iter();
        match (named.next(), named.next()) {
            (Some(reader), None) if !is_known => self.store.restore_reader(reader).await,
            (Some(_) | None, _) => Ok(()),
        }
    }
}
