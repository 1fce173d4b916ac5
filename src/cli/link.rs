//! `tollhouse link`: a single-use sign-in address.

use anyhow::Result;

use super::{Outcome, Where, block_on, out};
use crate::app;
use crate::clock::Clock;
use crate::crypto;
use crate::domain::sign_in::{LINK_LIFETIME, normal_email};

/// For whom.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The reader's e-mail address. You vouch that it is his.
    email: String,
    #[command(flatten)]
    config: Where,
}

/// Prints the address, and what will come to the reader when he uses it.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let Some(email) = normal_email(&args.email) else {
        out::complain(&format!("{:?} is not an e-mail address; nothing was made", args.email));
        return Ok(Outcome::WrongUse);
    };
    let config = match args.config.load_without_stripe() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    block_on(async {
        let clock = Clock::system();
        let store = app::store(&config, &clock);
        store.open()?;
        let token = crypto::new_token();
        let until = clock.now().plus(LINK_LIFETIME);
        let moves = store.make_link(email.clone(), token.expose().clone(), until).await?;
        out::answer(&config.site.url.join(&format!("/_tollhouse/sign-in/{}", token.expose())))?;
        out::complain(&format!("Signs in {email}, once, until {until}. Send it to nobody else."));
        if moves.is_empty() {
            out::complain(&format!(
                "No purchase under this address waits for him: he reads what he has already, if \
                 anything. To give him a plan: tollhouse grant {email} PLAN"
            ));
        }
        for step in moves {
            out::complain(&format!(
                "Will also give him {}, bought under this address by {}.",
                step.subject, step.from
            ));
        }
        Ok(Outcome::Done)
    })
}
