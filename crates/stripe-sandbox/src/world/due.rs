//! What happens by itself when time passes.

use super::World;
use crate::object::subscription::Status;
use crate::sandbox::Settlement;

/// Something that happens at its time.
enum Due {
    /// A checkout that nobody paid.
    ExpireSession(String),
    /// A bank debit of a checkout.
    Settle(String),
    EndSubscription(String),
    Renew(String),
}

impl World {
    /// The next moment at which something happens by itself.
    pub(crate) fn next_moment(&self) -> Option<i64> {
        self.next_due().map(|(moment, _)| moment)
    }

    /// Does what is due by now.
    pub(crate) fn catch_up(&mut self) {
        self.advance_to(self.now());
    }

    /// Moves the clock on; what falls due on the way happens at its time, in order.
    pub(crate) fn advance_to(&mut self, target: i64) {
        while let Some((moment, due)) = self.next_due().filter(|(moment, _)| *moment <= target) {
            self.clock.move_to(moment);
            self.happen(due);
        }
        self.clock.move_to(target);
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::ExpireSession(id) => self.expire_session(&id),
            Due::Settle(id) => {
                self.settle(&id, Settlement::Succeeded);
            }
            Due::EndSubscription(id) => self.end_subscription(&id),
            Due::Renew(id) => self.renew(&id),
        }
    }

    fn next_due(&self) -> Option<(i64, Due)> {
        let sessions = self.checkout_sessions.iter().filter(|session| session.is_open());
        let expiries =
            sessions.map(|session| (session.expires_at, Due::ExpireSession(session.id.clone())));
        let settlements =
            self.settlements.iter().map(|(moment, id)| (*moment, Due::Settle(id.clone())));
        let periods = self.subscriptions.iter().filter_map(|subscription| {
            let id = subscription.id.clone();
            let live = matches!(subscription.status, Status::Trialing | Status::Active);
            match subscription.ends_at() {
                Some(end) if live || subscription.status == Status::PastDue => {
                    let renews_first = live && subscription.period.end < end;
                    Some(if renews_first {
                        (subscription.period.end, Due::Renew(id))
                    } else {
                        (end, Due::EndSubscription(id))
                    })
                }
                Some(_) => None,
                None => live.then_some((subscription.period.end, Due::Renew(id))),
            }
        });
        let all =
            expiries.chain(settlements).chain(periods).filter(|(moment, _)| *moment != i64::MAX);
        all.min_by_key(|(moment, _)| *moment)
    }
}
