//! Works off the inbox, and looks again at whoever's period has ended.

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::{Billing, BillingError};
use crate::domain::ids::Subject;
use crate::domain::ledger::Ledger;
use crate::domain::standing::Standing;
use crate::store::{Did, Errand, StoreError};
use crate::stripe::{Hinted, StripeError};

/// How often the worker looks by itself: for errands that failed, and for periods that ended.
const ROUND: Duration = Duration::from_secs(10);

/// How many errands run side by side. One makes three or four calls; more of them at once would
/// be calls that wait for each other, and that whoever is at the till waits for.
const SIDE_BY_SIDE: usize = 4;

/// The first pause after a failure; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause while Stripe itself is in trouble: how late the ledger may be when it is
/// up again. How often it is asked then is bounded by the client.
const LONGEST_OUTAGE_PAUSE: Duration = Duration::from_mins(1);

/// For how long nothing is begun when Stripe has said, at each try of a call, that it gets too
/// many: the other errands would hear the same.
const TOO_MANY: Duration = Duration::from_secs(5);

/// The longest pause after a failure. Events are never given up: a ledger that is wrong for an
/// hour is better than one that is wrong for ever.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The longest pause while Stripe does not say that a period has begun or will not: a customer on
/// a test clock that stands in the past is asked for once a day.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// An errand that is being run.
type Running<'a> = Pin<Box<dyn Future<Output = Ended> + Send + 'a>>;

/// An errand that was run.
struct Ended {
    whose: String,
    /// For how long nothing is begun, if the next errand would fare no better.
    rest: Option<Duration>,
}

/// Who runs what. The same subject is never looked after twice at once.
struct Hands<'a> {
    waiting: VecDeque<Errand>,
    running: FuturesUnordered<Running<'a>>,
    busy_with: BTreeSet<String>,
    /// How many errands may run: after a rest one alone, to see whether it goes by now.
    side_by_side: usize,
    /// For how long nothing is begun, because Stripe or the store is in trouble.
    rest: Option<Duration>,
}

impl<'a> Hands<'a> {
    fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            running: FuturesUnordered::new(),
            busy_with: BTreeSet::new(),
            side_by_side: SIDE_BY_SIDE,
            rest: None,
        }
    }

    fn has_time(&self) -> bool {
        self.rest.is_none() && self.running.len() < self.side_by_side
    }

    /// Gives everybody who has time something to do.
    fn begin(&mut self, billing: &'a Billing) {
        while self.has_time() {
            let Some(errand) = self.waiting.pop_front() else { return };
            if self.busy_with.insert(errand.whose.clone()) {
                self.running.push(Box::pin(async move {
                    let whose = errand.whose.clone();
                    let rest = billing.run_errand(errand).await;
                    Ended { whose, rest }
                }));
            }
        }
    }

    /// Waits until an errand has ended; for ever, if none runs. One that found Stripe or the
    /// store in trouble ends the round: the others would find the same.
    async fn one_ends(&mut self) {
        let Some(Ended { whose, rest }) = self.running.next().await else {
            return std::future::pending().await;
        };
        self.busy_with.remove(&whose);
        match rest {
            Some(_) => {
                self.waiting.clear();
                self.side_by_side = 1;
                self.rest = rest;
            }
            None => self.side_by_side = SIDE_BY_SIDE,
        }
    }
}

impl Billing {
    /// Works until it is dropped. What is cut off in the middle is done again at the next
    /// start: the inbox forgets nothing that is not finished.
    pub async fn work(&self) {
        let mut hands = Hands::new();
        loop {
            if hands.has_time() && hands.waiting.is_empty() {
                if let Err(problem) = self.store.expect_renewals().await {
                    tracing::error!(%problem, "cannot see which periods have ended");
                }
                match self.due(&hands.busy_with).await {
                    Ok(due) => hands.waiting = due,
                    Err(problem) => tracing::error!(%problem, "cannot read the inbox"),
                }
            }
            hands.begin(self);
            let (rests, pause) = (hands.rest.is_some(), hands.rest.unwrap_or(ROUND));
            tokio::select! {
                () = hands.one_ends() => {}
                () = self.news.notified(), if !rests => {}
                () = self.clock.pause(pause) => hands.rest = None,
            }
        }
    }

    /// Works off what is due now, and returns; `ended` hears of each errand. What is left when
    /// Stripe is down stays due.
    pub(super) async fn work_off(&self, ended: &(dyn Fn() + Sync)) -> Result<(), StoreError> {
        let mut hands = Hands::new();
        loop {
            if hands.has_time() && hands.waiting.is_empty() {
                hands.waiting = self.due(&hands.busy_with).await?;
            }
            hands.begin(self);
            if hands.running.is_empty() {
                return Ok(());
            }
            hands.one_ends().await;
            ended();
        }
    }

    async fn due(&self, busy_with: &BTreeSet<String>) -> Result<VecDeque<Errand>, StoreError> {
        let mut due = self.store.errands(LONGEST_WAIT).await?;
        due.retain(|errand| !busy_with.contains(&errand.whose));
        Ok(due.into())
    }

    /// Looks after an errand once, whatever comes of it; the inbox is told. If Stripe was not
    /// asked, because it is down, that was no try. Tells for how long nothing else should be
    /// begun, if that would fare no better.
    pub(super) async fn run_errand(&self, errand: Errand) -> Option<Duration> {
        let outcome = self.look_after(&errand.whose).await;
        let whose = errand.whose.clone();
        let attempts = errand.attempts;
        let mut rest = None;
        let written = match outcome {
            Ok(Looked::Known(did)) => self.store.errand_done(errand, did).await,
            Ok(Looked::IsOf(subject)) => {
                let written = self.store.errand_is_of(errand, subject).await;
                self.news.notify_one();
                written
            }
            Ok(Looked::NotRenewedYet) => {
                let why = "waiting for Stripe to say that the next period has begun";
                let pause = pause_after(attempts, LONGEST_WAIT);
                self.store.errand_failed(errand, why.to_owned(), pause).await
            }
            Err(BillingError::Stripe(StripeError::Down { again_in })) => return Some(again_in),
            Err(problem) => {
                let longest =
                    if problem.is_passing() { LONGEST_OUTAGE_PAUSE } else { LONGEST_PAUSE };
                let pause = pause_after(attempts, longest);
                tracing::warn!(%whose, %problem, again_in = ?pause, "cannot look at these payments yet");
                if matches!(problem, BillingError::Stripe(StripeError::RateLimited)) {
                    rest = Some(TOO_MANY);
                }
                self.store.errand_failed(errand, problem.to_string(), pause).await
            }
        };
        if let Err(problem) = written {
            tracing::error!(%whose, %problem, "cannot write to the inbox; it will be done again");
            // It is still due, and would be begun at once, again and again.
            rest = Some(ROUND);
        }
        rest
    }

    async fn look_after(&self, whose: &str) -> Result<Looked, BillingError> {
        let subject = match (Subject::parse(whose), Hinted::parse(whose)) {
            (Ok(subject), _) => subject,
            (Err(_), Some(object)) => {
                let found = self.stripe.subject_of(&object).await?;
                return Ok(found.map_or(Looked::Known(Did::Nobody), Looked::IsOf));
            }
            (Err(_), None) => return Ok(Looked::Known(Did::Nobody)),
        };
        let did = self.look_at(&subject).await?;
        let awaits = self.store.awaits_renewal(subject).await?;
        Ok(if awaits { Looked::NotRenewedYet } else { Looked::Known(did) })
    }

    /// Fetches what a subject bought, and says what that changed.
    async fn look_at(&self, subject: &Subject) -> Result<Did, BillingError> {
        let before = self.store.holder(subject.clone()).await?;
        let recorded = match self.fulfil(subject).await {
            // A checkout that Stripe does not know any more has nothing to tell.
            Err(BillingError::Stripe(StripeError::NotFound(_))) => return Ok(Did::Gone),
            recorded => recorded?,
        };
        let Some(recorded) = recorded else { return Ok(Did::NotOurs) };
        let reader = recorded.reader;
        if !recorded.changed {
            return Ok(Did::NothingNew { reader });
        }
        tracing::info!(%subject, %reader, "the ledger has changed");
        let after = self.store.account(reader.clone()).await?;
        let had = self.readable(before.as_ref().map(|(_, ledger)| ledger));
        let has = self.readable(after.as_ref().map(|account| &account.ledger));
        Ok(Did::Changed { reader, had, has })
    }

    /// What a ledger opens, in words.
    fn readable(&self, ledger: Option<&Ledger>) -> String {
        ledger.map_or_else(
            || words(&Standing::none()),
            |ledger| words(&self.sites.current().standing(ledger)),
        )
    }
}

/// `basic until 1 February 2026; course`, or `nothing`.
fn words(standing: &Standing) -> String {
    let owned = standing.holdings().map(|(plan, holding)| match holding.until {
        Some(end) => format!("{plan} until {end}"),
        None => plan.to_string(),
    });
    let ordered = standing.pending().map(|plan| format!("{plan} when it is paid"));
    let all: Vec<String> = owned.chain(ordered).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
}

/// What came of looking at somebody's payments.
enum Looked {
    /// Nothing more is to be found out for now.
    Known(Did),
    /// It is this subject who is to be looked after.
    IsOf(Subject),
    /// A paid period has ended, and Stripe says neither that the next one has begun nor that there
    /// will be none: to be looked at again.
    NotRenewedYet,
}

fn pause_after(attempts: u32, longest: Duration) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempts)).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_waits_up_to_a_day() {
        let seconds = |attempts, longest| pause_after(attempts, longest).as_secs();
        let failed = |attempts| seconds(attempts, LONGEST_PAUSE);
        assert_eq!([failed(0), failed(1), failed(2)], [2, 4, 8]);
        assert_eq!([failed(10), failed(11), failed(u32::MAX)], [2_048, 3_600, 3_600]);
        let waits = |attempts| seconds(attempts, LONGEST_WAIT);
        assert_eq!([waits(0), waits(11), waits(15)], [2, 4_096, 65_536]);
        assert_eq!([waits(16), waits(u32::MAX)], [86_400, 86_400]);
    }
}
