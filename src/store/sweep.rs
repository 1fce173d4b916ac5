//! What nobody asks for any more is thrown away.

use std::time::Duration;

use rusqlite::params;

use super::{Store, StoreError};

/// How long events that were worked off are kept. Stripe sends the same event for three days, and
/// its owner may send one again for thirty: <https://docs.stripe.com/webhooks>. One that comes
/// after that is looked at like a new one, which does no harm.
const EVENTS: Duration = Duration::from_hours(24 * 31);

/// How long a dead sign-in link is kept, so that its page can say what became of it.
const LINKS: Duration = Duration::from_hours(24 * 7);

impl Store {
    /// Throws away old events, dead links, and sessions whose end every pass has heard of. The
    /// audit stays.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let (now, published) = (self.clock.now(), self.settings.publish);
        self.engine()?
            .write(move |transaction| {
                transaction.execute(
                    "DELETE FROM inbox WHERE state <> 'waiting' AND received_at < ?1",
                    params![now.minus(EVENTS).unix()],
                )?;
                transaction.execute(
                    "DELETE FROM sign_ins WHERE until_at < ?1",
                    params![now.minus(LINKS).unix()],
                )?;
                transaction.execute(
                    "DELETE FROM sessions WHERE ended_at < ?1",
                    params![now.minus(published).unix()],
                )?;
                Ok(())
            })
            .await
    }
}
