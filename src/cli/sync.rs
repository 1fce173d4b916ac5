//! `tollhouse sync`: what webhooks missed, put right.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::time::Duration;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::table::table;
use super::{Outcome, Where, block_on, out};
use crate::app;
use crate::billing::{Billing, Mended};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::outline::Difference;
use crate::store::{Filter, State, Store};

/// How often something that goes on is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// How much is put right.
#[derive(clap::Args)]
#[command(after_help = "\
A running server takes up what this command changes within two seconds.

Exit code: 0 everything is here as it is at Stripe now; 1 something is not (with --dry-run: something \
was found). Grants are never touched.

--rebuild restores the ledger after a lost database, from Stripe alone. It cannot restore what Stripe \
does not know: verified addresses (readers sign in by mail once more, and their purchases under that \
address come back to them), plans given by hand, sign-ins, and the audit.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Args {
    /// Show what differs, and change nothing.
    #[arg(long, conflicts_with = "rebuild")]
    dry_run: bool,
    /// Fetch everything that was ever bought, not only what differs: after a lost database.
    #[arg(long)]
    rebuild: bool,
    /// Do not ask before --rebuild.
    #[arg(long, requires = "rebuild")]
    yes: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Where,
}

/// What became of a difference.
struct Line {
    difference: Difference,
    plan: String,
    done: String,
    is_right: bool,
}

/// Compares with Stripe, and puts right what differs.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let config = match args.config.load() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    block_on(async {
        let (store, billing) = app::billing(config.clone(), Clock::system()).await?;
        if args.rebuild {
            return rebuild(args, &billing).await;
        }
        if args.dry_run {
            look(args, &config, &billing).await
        } else {
            mend(args, &config, &billing, &store).await
        }
    })
}

/// Shows what differs.
async fn look(args: &Args, config: &Config, billing: &Billing) -> Result<Outcome> {
    let bar = spinner("asking Stripe");
    let events = billing.undelivered_and_unseen().await?;
    let compared = billing.compare().await?;
    bar.finish_and_clear();
    let lines: Vec<Line> = compared
        .differences
        .into_iter()
        .map(|difference| line(config, difference, "nothing (dry run)".to_owned(), false))
        .collect();
    let is_equal = lines.is_empty() && events.is_empty();
    say(args, compared.at_stripe, events.len(), &lines)?;
    Ok(if is_equal { Outcome::Done } else { Outcome::No })
}

/// Puts right what differs.
async fn mend(args: &Args, config: &Config, billing: &Billing, store: &Store) -> Result<Outcome> {
    let bar = spinner("asking Stripe");
    let events = billing.take_undelivered().await?;
    let compared = billing.compare().await?;
    let at_stripe = compared.at_stripe;
    let mended = billing.mend(compared).await?;
    bar.finish_and_clear();
    let bar = counter(mended.len() + events);
    billing.run_errands(&|| bar.inc(1)).await?;
    bar.finish_and_clear();
    let mut lines = Vec::with_capacity(mended.len());
    for Mended { difference, errand } in mended {
        let entry = store.event(errand).await?.map(|(entry, _)| entry);
        let is_right = entry.as_ref().is_some_and(|entry| entry.state == "done");
        let done = entry.map_or_else(|| "nothing".to_owned(), |entry| super::events::did(&entry));
        lines.push(line(config, difference, done, is_right));
    }
    say(args, at_stripe, events, &lines)?;
    let waiting = Filter { state: Some(State::Waiting), ..Filter::default() };
    let waiting = store.events(waiting, u32::MAX).await?;
    let left = waiting.iter().filter(|entry| entry.source == "sync").count();
    if left > 0 {
        out::complain(&format!(
            "{left} could not be looked after yet; why: tollhouse events list --state waiting"
        ));
    }
    let all_right = left == 0 && lines.iter().all(|line| line.is_right);
    Ok(if all_right { Outcome::Done } else { Outcome::No })
}

fn line(config: &Config, difference: Difference, done: String, is_right: bool) -> Line {
    let plans = difference.prices.iter().map(|price| {
        let offered = config.catalog.priced(price);
        offered.map_or_else(|| price.to_string(), |offered| offered.plan.id.to_string())
    });
    let plan = plans.collect::<Vec<_>>().join(", ");
    Line { difference, plan, done, is_right }
}

fn say(args: &Args, at_stripe: usize, events: usize, lines: &[Line]) -> Result<()> {
    if args.json {
        let answer = json!({
            "compared": at_stripe,
            "undelivered_events": events,
            "differences": lines.iter().map(as_json).collect::<Vec<_>>(),
        });
        return out::answer(&answer.to_string());
    }
    if !lines.is_empty() {
        let head = ["who", "plan", "here", "at Stripe", "what was done"];
        out::answer(&table(&head, lines.iter().map(row)))?;
    }
    let differences = lines.len();
    out::answer(&format!(
        "Compared {at_stripe} at Stripe: {differences} not as here; {events} events were not delivered."
    ))
}

fn row(line: &Line) -> Vec<String> {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let difference = &line.difference;
    let who = difference.reader.as_ref().map_or_else(
        || difference.subject.to_string(),
        |reader| format!("{reader} {}", difference.subject),
    );
    let (here, there) = (side(&difference.here), side(&difference.there));
    vec![who, line.plan.clone(), here, there, line.done.clone()]
}

fn as_json(line: &Line) -> Value {
    let difference = &line.difference;
    json!({
        "reader": difference.reader,
        "subject": difference.subject.as_str(),
        "object": difference.object,
        "plan": line.plan,
        "here": difference.here,
        "at_stripe": difference.there,
        "done": line.done,
    })
}

async fn rebuild(args: &Args, billing: &Billing) -> Result<Outcome> {
    if !args.yes && !may_rebuild()? {
        out::complain("nothing was changed");
        return Ok(Outcome::No);
    }
    let bar = spinner("asking Stripe for everything that was ever bought");
    let everybody = billing.everybody().await?;
    bar.finish_and_clear();
    let bar = counter(everybody.len());
    let rebuilt = billing.rebuild(everybody, &|| bar.inc(1)).await?;
    bar.finish_and_clear();
    for (subject, why) in &rebuilt.failed {
        out::complain(&format!("{subject}: {why}"));
    }
    let (subjects, changed, failed) =
        (rebuilt.subjects, rebuilt.changed.len(), rebuilt.failed.len());
    if args.json {
        let answer = json!({ "subjects": subjects, "changed": changed, "failed": failed });
        out::answer(&answer.to_string())?;
    } else {
        out::answer(&format!(
            "{subjects} customers and guests bought something here: {changed} were written anew, \
             {failed} failed."
        ))?;
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::No })
}

/// Asks whoever sits at the terminal.
fn may_rebuild() -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("--rebuild asks before it begins, and there is no terminal: say --yes");
    }
    out::complain(
        "This fetches everything that was ever bought here from Stripe, and writes it down. Nothing is \
         removed. Go on? [y/N]",
    );
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Shows that something goes on; nothing, where nobody looks.
fn spinner(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target()).with_message(what);
    bar.enable_steady_tick(TICK);
    bar
}

fn counter(steps: usize) -> ProgressBar {
    let steps = u64::try_from(steps).unwrap_or(u64::MAX);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}")
        .expect("the template names parts that there are");
    ProgressBar::with_draw_target(Some(steps), target()).with_style(style)
}

fn target() -> ProgressDrawTarget {
    if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}
