//! `tollhouse grant`: give a plan to a reader.

use anyhow::Result;

use super::{Outcome, Where, block_on, out};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::ids::PlanId;
use crate::domain::sign_in::normal_email;
use crate::domain::time::Timestamp;

/// Who gets what, and until when.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The reader's e-mail address.
    email: String,
    /// A plan of the configuration.
    plan: String,
    /// The day on which it is over, such as 2027-01-31; without it: never.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    #[command(flatten)]
    config: Where,
}

/// Writes it down; a running server takes it up within two seconds.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let config = match args.config.load() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let Some(email) = normal_email(&args.email) else {
        out::complain(&format!("{:?} is not an e-mail address; nothing was changed", args.email));
        return Ok(Outcome::No);
    };
    let Some(plan) = plan(&config, &args.plan) else { return Ok(Outcome::No) };
    let until = match args.until.as_deref().map(Timestamp::parse_date) {
        None => None,
        Some(Some(day)) => Some(day),
        Some(None) => {
            out::complain("--until takes a day such as 2027-01-31; nothing was changed");
            return Ok(Outcome::No);
        }
    };
    block_on(async {
        let store = app::store(&config, &Clock::system());
        store.open()?;
        store.grant(email.clone(), plan.clone(), until).await?;
        let end =
            until.map_or("for ever".to_owned(), |end| format!("until {}", end.date_in_words()));
        out::say(&format!("{email} has {plan} {end}. To sign in: tollhouse link {email}"));
        Ok(Outcome::Done)
    })
}

fn plan(config: &Config, text: &str) -> Option<PlanId> {
    let known = PlanId::parse(text).ok().filter(|plan| config.catalog.plan(plan).is_some());
    if known.is_none() {
        let all: Vec<&str> = config.catalog.plans().iter().map(|plan| plan.id.as_str()).collect();
        out::complain(&format!(
            "there is no plan {text:?} in {}; it has: {}. Nothing was changed",
            config.path.display(),
            all.join(", ")
        ));
    }
    known
}
