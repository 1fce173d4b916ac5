//! The post: sends the sign-in mails that were asked for, behind everybody's back, so that nobody can
//! tell from a page whether one was sent, nor has to wait for a mail server.

use std::sync::Arc;
use std::time::Duration;

use super::{Desk, Pages};
use crate::mail::{self, MailError, Mailer};
use crate::site::Sites;
use crate::store::{Addressees, Due, FarewellLetter, Letter, StoreError};

/// How long the post rests at most: asks that another process took in are found, too.
const LONGEST_REST: Duration = Duration::from_secs(30);

impl Pages {
    /// Sends what is due, for ever. Returns at once where no mail is sent.
    pub async fn post(&self, sites: &Sites) {
        let Some(mailer) = &self.desk.mailer else { return };
        loop {
            let rest = match self.desk.send_next(sites, mailer).await {
                Ok(Some(rest)) => rest,
                Ok(None) => continue,
                Err(problem) => {
                    tracing::error!(%problem, "sign-in mails cannot be looked after now");
                    LONGEST_REST
                }
            };
            tokio::select! {
                () = self.desk.asked.notified() => {}
                () = self.desk.clock.pause(rest) => {}
            }
        }
    }
}

impl Desk {
    /// Sends the next mail. Returns how long there is nothing to do, if there is nothing now.
    async fn send_next(
        self: &Arc<Self>,
        sites: &Sites,
        mailer: &Mailer,
    ) -> Result<Option<Duration>, StoreError> {
        if let Some(farewell) = self.store.next_farewell().await? {
            self.send_farewell(sites, mailer, farewell).await?;
            return Ok(None);
        }
        let addressees = if sites.current().config.catalog.asks_for_addresses() {
            Addressees::Everybody
        } else {
            Addressees::Known
        };
        let letter = match self.store.next_letter(addressees).await? {
            Due::Letter(letter) => letter,
            Due::Nobody => return Ok(None),
            Due::Nothing(next) => {
                let until_next = next.map(|next| next.since(self.clock.now()));
                return Ok(Some(until_next.map_or(LONGEST_REST, |it| it.min(LONGEST_REST))));
            }
        };
        let written = self.views.letter(&sites.current(), &letter, self.clock.now());
        let sent = mailer.send(written).await;
        self.note(letter, sent).await?;
        Ok(None)
    }

    /// What could not be sent now is due again by itself.
    async fn note(&self, letter: Letter, sent: Result<(), MailError>) -> Result<(), StoreError> {
        match sent {
            Ok(()) => {
                tracing::info!("a sign-in mail was sent");
                self.store.posted(letter).await
            }
            Err(problem @ MailError::Passing(_)) => {
                tracing::warn!(%problem, "a sign-in mail is tried again");
                Ok(())
            }
            Err(problem @ (MailError::Lasting(_) | MailError::Settings(_))) => {
                tracing::error!(%problem, "a sign-in mail is given up");
                self.store.posted(letter).await
            }
        }
    }

    async fn send_farewell(
        &self,
        sites: &Sites,
        mailer: &Mailer,
        farewell: FarewellLetter,
    ) -> Result<(), StoreError> {
        let written = self.views.farewell_letter(&sites.current(), &farewell);
        match mailer.send(written).await {
            Ok(()) => tracing::info!("a mail was sent to somebody who wants to be deleted"),
            Err(problem @ MailError::Passing(_)) => {
                tracing::warn!(%problem, "a mail about a deletion is tried again");
                return Ok(());
            }
            Err(problem @ (MailError::Lasting(_) | MailError::Settings(_))) => {
                tracing::error!(%problem, "a mail about a deletion is given up");
            }
        }
        self.store.farewell_posted(farewell.reader).await
    }

    /// The letters of a demo, newest first.
    pub(super) fn inbox(&self) -> Option<Vec<mail::Letter>> {
        self.mailer.as_ref().and_then(Mailer::inbox)
    }
}
