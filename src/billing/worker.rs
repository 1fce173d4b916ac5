//! Works off the inbox, and looks again at whoever's period has ended.

use std::time::Duration;

use super::{Billing, BillingError};
use crate::domain::ids::Subject;
use crate::store::Errand;
use crate::stripe::{Hinted, StripeError};

/// How often the worker looks by itself: for errands that failed, and for periods that ended.
const ROUND: Duration = Duration::from_secs(10);

/// The first pause after a failure; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause while Stripe itself is in trouble: how late the ledger may be when it is
/// up again. How often it is asked then is bounded by the client.
const LONGEST_OUTAGE_PAUSE: Duration = Duration::from_mins(1);

/// The longest pause between two tries. Events are never given up: a ledger that is wrong for
/// an hour is better than one that is wrong for ever.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

impl Billing {
    /// Works until it is dropped. What is cut off in the middle is done again at the next
    /// start: the inbox forgets nothing that is not finished.
    pub async fn work(&self) {
        loop {
            if let Err(problem) = self.store.expect_renewals().await {
                tracing::error!(%problem, "cannot see which periods have ended");
            }
            self.work_off_inbox().await;
            tokio::select! {
                () = self.news.notified() => {}
                () = self.clock.pause(ROUND) => {}
            }
        }
    }

    async fn work_off_inbox(&self) {
        let errands = match self.store.errands(LONGEST_PAUSE).await {
            Ok(errands) => errands,
            Err(problem) => {
                tracing::error!(%problem, "cannot read the inbox");
                return;
            }
        };
        for errand in errands {
            self.run_errand(errand).await;
        }
    }

    async fn run_errand(&self, errand: Errand) {
        let outcome = self.look_after(&errand.whose).await;
        let whose = errand.whose.clone();
        let pause = pause_after(errand.attempts);
        let written = match outcome {
            Ok(Looked::AllKnown) => self.store.errand_done(errand).await,
            Ok(Looked::NotRenewedYet) => {
                self.store.errand_failed(errand, "not renewed yet".to_owned(), pause).await
            }
            Err(problem) => {
                let pause =
                    if problem.is_passing() { pause.min(LONGEST_OUTAGE_PAUSE) } else { pause };
                tracing::warn!(%whose, %problem, again_in = ?pause, "cannot look at these payments yet");
                self.store.errand_failed(errand, problem.to_string(), pause).await
            }
        };
        if let Err(problem) = written {
            tracing::error!(%whose, %problem, "cannot write to the inbox; it will be done again");
        }
    }

    async fn look_after(&self, whose: &str) -> Result<Looked, BillingError> {
        let subject = match (Subject::parse(whose), Hinted::parse(whose)) {
            (Ok(subject), _) => Some(subject),
            (Err(_), Some(object)) => self.stripe.subject_of(&object).await?,
            (Err(_), None) => None,
        };
        let Some(subject) = subject else { return Ok(Looked::AllKnown) };
        let recorded = match self.fulfil(&subject).await {
            // A checkout that Stripe does not know any more has nothing to tell.
            Err(BillingError::Stripe(StripeError::NotFound(_))) => return Ok(Looked::AllKnown),
            recorded => recorded?,
        };
        if let Some(recorded) = recorded.filter(|recorded| recorded.changed) {
            tracing::info!(%subject, reader = %recorded.reader, "the ledger has changed");
        }
        let awaits = self.store.awaits_renewal(subject).await?;
        Ok(if awaits { Looked::NotRenewedYet } else { Looked::AllKnown })
    }
}

/// What came of looking at somebody's payments.
enum Looked {
    /// Nothing more is to be found out for now.
    AllKnown,
    /// A paid period has ended, and Stripe says neither that the next one has begun nor that there
    /// will be none: to be looked at again.
    NotRenewedYet,
}

fn pause_after(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds = |attempts| pause_after(attempts).as_secs();
        assert_eq!([seconds(0), seconds(1), seconds(2)], [2, 4, 8]);
        assert_eq!([seconds(10), seconds(11), seconds(u32::MAX)], [2_048, 3_600, 3_600]);
    }
}
