//! One event once more, because the owner wants to see what comes of it.

use super::{Billing, BillingError, Taken};
use crate::domain::ids::EventId;
use crate::store::{PutBack, Source};
use crate::stripe::{StripeError, Whose};

/// What became of an event that was to be looked after again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// It was looked after; the inbox knows what came of it.
    Done,
    /// It was not here; it was fetched from Stripe, and looked after.
    Fetched,
    /// It is about nobody.
    Nobody,
    /// It is of the other mode than the key.
    OtherMode,
    /// Neither we nor Stripe know it.
    Unknown,
}

impl Billing {
    /// Puts an event back and looks after it at once; one that is not here is fetched.
    pub async fn replay(&self, event: &str) -> Result<Replayed, BillingError> {
        match self.store.put_back(event.to_owned()).await? {
            PutBack::Waits => {
                self.run_now(event).await?;
                Ok(Replayed::Done)
            }
            PutBack::Nobody => Ok(Replayed::Nobody),
            PutBack::OtherMode => Ok(Replayed::OtherMode),
            PutBack::Unknown => self.fetch_event(event).await,
        }
    }

    async fn fetch_event(&self, event: &str) -> Result<Replayed, BillingError> {
        let Ok(id) = EventId::parse(event) else { return Ok(Replayed::Unknown) };
        let hint = match self.stripe.event(&id).await {
            Err(StripeError::NotFound(_)) => return Ok(Replayed::Unknown),
            hint => hint?,
        };
        let is_nobodys = hint.whose == Whose::Nobody;
        if self.take(hint, Source::Replay).await? == Taken::Foreign {
            return Ok(Replayed::OtherMode);
        }
        if is_nobodys {
            return Ok(Replayed::Nobody);
        }
        self.run_now(event).await?;
        Ok(Replayed::Fetched)
    }

    /// Runs its errand before its turn. One about an object leads to another, about whoever the
    /// object belongs to.
    async fn run_now(&self, event: &str) -> Result<(), BillingError> {
        let mut done = None;
        loop {
            let entry = self.store.event(event.to_owned()).await?.map(|(entry, _)| entry);
            let Some(whose) = entry.and_then(|entry| entry.whose) else { return Ok(()) };
            if done.as_ref() == Some(&whose) {
                return Ok(());
            }
            let Some(errand) = self.store.errand_for(whose.clone()).await? else { return Ok(()) };
            self.run_errand(errand).await;
            done = Some(whose);
        }
    }
}
