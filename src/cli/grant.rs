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
    let clock = Clock::system();
    let Some(email) = normal_email(&args.email) else {
        out::complain(&format!("{:?} is not an e-mail address; nothing was changed", args.email));
        return Ok(Outcome::WrongUse);
    };
    let until = args.until.as_deref().map(|text| end(text, clock.now()));
    let until = match until.transpose() {
        Ok(until) => until,
        Err(why) => {
            out::complain(&format!("{why}; nothing was changed"));
            return Ok(Outcome::WrongUse);
        }
    };
    let config = match args.config.load_without_stripe() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let Some(plan) = plan(&config, &args.plan) else { return Ok(Outcome::WrongUse) };
    block_on(async {
        let store = app::store(&config, &clock);
        store.open()?;
        store.grant(email.clone(), plan.clone(), until).await?;
        let end =
            until.map_or("for ever".to_owned(), |end| format!("until {}", end.date_in_words()));
        out::answer(&format!("{email} has {plan} {end}. To sign in: tollhouse link {email}"))?;
        Ok(Outcome::Done)
    })
}

/// The moment at which a plan is over that is given until a day.
fn end(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let is_day = text.len() == "2027-01-31".len();
    let Some(end) = Timestamp::parse_date(text).filter(|_| is_day) else {
        return Err(format!("--until takes a day such as 2027-01-31, not {text:?}"));
    };
    // The day itself is over when it begins.
    if end <= now {
        return Err(format!("--until {text} is over already: it takes a day that is yet to come"));
    }
    Ok(end)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_given_until_a_day_that_is_yet_to_come() {
        let day = |text: &str| Timestamp::parse_date(text).expect("a day");
        let now = day("2027-01-31").plus(std::time::Duration::from_secs(1));
        let check = |text: &str, expected: Result<Timestamp, &str>| {
            assert_eq!(end(text, now), expected.map_err(str::to_owned), "{text}");
        };
        let over = |text: &str| -> String {
            format!("--until {text} is over already: it takes a day that is yet to come")
        };
        check("2027-02-01", Ok(day("2027-02-01")));
        check("2027-01-31", Err(&over("2027-01-31")));
        check("2027-01-30", Err(&over("2027-01-30")));
        for no_day in ["2027-02-01T10:00", "2027-02-30", "20270201", "tomorrow", "", "2027-02-01 "]
        {
            check(no_day, Err(&format!("--until takes a day such as 2027-01-31, not {no_day:?}")));
        }
    }
}
