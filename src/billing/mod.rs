//! From a hint to a ledger: whoever hears that somebody may have paid asks Stripe, and writes
//! down what it says. Webhooks, the return page and the end of a period all come here.

mod prices;
mod rebuild;
mod reconcile;
mod replay;
mod worker;

use std::sync::Arc;

use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::domain::ids::Subject;
use crate::domain::ledger::Consequence;
use crate::site::Sites;
use crate::store::{News, Received, Record, Recorded, Source, Store, StoreError};
use crate::stripe::{Hint, Interest, Snapshot, Stripe, StripeError, Whose};

pub use self::rebuild::Rebuilt;
pub use self::reconcile::{Compared, Mended};
pub use self::replay::Replayed;

/// Why somebody's payments could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// Stripe did not tell.
    #[error(transparent)]
    Stripe(#[from] StripeError),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BillingError {
    /// Whether Stripe is in trouble, and may tell a moment later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Stripe(error) => error.is_passing(),
            Self::Store(_) => false,
        }
    }
}

/// What became of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is stored, and will be looked after.
    Stored,
    /// It was stored before.
    Again,
    /// It is of the other mode: nothing of ours. That it came is noted.
    Foreign,
}

/// Keeps the ledger true. Cheap to clone.
#[derive(Clone)]
pub struct Billing {
    sites: Sites,
    store: Store,
    stripe: Stripe,
    clock: Clock,
    news: Arc<Notify>,
    compared: Arc<watch::Sender<bool>>,
}

impl Billing {
    /// Brings store and Stripe together.
    pub fn new(sites: Sites, store: Store, stripe: Stripe, clock: Clock) -> Self {
        let news = Arc::new(Notify::new());
        Self { sites, store, stripe, clock, news, compared: Arc::new(watch::Sender::new(false)) }
    }

    /// The same, which asks Stripe as one visitor does.
    #[must_use]
    pub fn asking(&self, stripe: &Stripe) -> Self {
        Self { stripe: stripe.clone(), ..self.clone() }
    }

    /// Stores a verified webhook. When this has returned, it may be acknowledged.
    pub async fn receive(&self, hint: Hint) -> Result<Taken, StoreError> {
        self.take(hint, Source::Webhook).await
    }

    /// Stores an event, however it came. One of the other mode is only noted.
    async fn take(&self, hint: Hint, source: Source) -> Result<Taken, StoreError> {
        // Where an event does not say, Stripe does: by our key it knows nothing of the other mode.
        let foreign = hint.mode.is_some_and(|mode| mode != self.stripe.mode());
        if !foreign && hint.kind.starts_with("radar.early_fraud_warning.") {
            tracing::warn!(event = %hint.event, whose = ?hint.whose, "a card network warns of fraud");
        }
        let whose = match hint.whose {
            Whose::Subject(subject) => Some(subject.as_str().to_owned()),
            Whose::Ask(object) => Some(object.as_str().to_owned()),
            Whose::Nobody => None,
        };
        let news = News {
            event: hint.event,
            kind: hint.kind,
            whose,
            mode: hint.mode.unwrap_or(self.stripe.mode()),
            happened: hint.created,
            source,
        };
        match self.store.receive(news).await? {
            _ if foreign => Ok(Taken::Foreign),
            Received::First => {
                self.news.notify_one();
                Ok(Taken::Stored)
            }
            Received::Again => Ok(Taken::Again),
        }
    }

    /// Asks Stripe for everything that this subject bought, and writes it down. Runs as often
    /// as one likes, in any order, for several at once: what was asked later wins. None: he
    /// never bought anything here.
    pub async fn fulfil(&self, subject: &Subject) -> Result<Option<Recorded>, BillingError> {
        let ticket = self.store.begin_fetch().await?;
        let snapshot = self.stripe.snapshot_of(subject, self.interest()).await?;
        let of_ours = self.is_of_ours(&snapshot);
        let record = Record {
            subject: snapshot.subject,
            email: snapshot.email,
            buyer: snapshot.reader,
            subscriptions: snapshot.subscriptions,
            purchases: snapshot.purchases,
            entitlements: snapshot.entitlements,
            deleted: snapshot.customer_deleted,
            of_ours,
        };
        Ok(self.store.record(record, ticket).await?)
    }

    /// What the configuration makes matter, so that nothing else is asked for.
    fn interest(&self) -> Interest {
        let config = &self.sites.current().config;
        Interest {
            fraud_warnings: config.policy.fraud_warning == Consequence::Ends,
            entitlements: config.catalog.names_features(),
            invoices: config.catalog.sells_once(),
        }
    }

    fn is_of_ours(&self, snapshot: &Snapshot) -> bool {
        let site = self.sites.current();
        let subscribed = snapshot.subscriptions.iter().flat_map(|one| &one.items);
        let bought = snapshot.purchases.iter().flat_map(|one| &one.prices);
        let catalog = &site.config.catalog;
        let mut prices = subscribed.map(|item| &item.price).chain(bought);
        prices.any(|price| catalog.priced(price).is_some())
            || snapshot.entitlements.iter().any(|feature| catalog.opens_for(feature))
    }
}
