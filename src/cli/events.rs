//! `tollhouse events`: what came, what it did, and why.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::table::table;
use super::{Outcome, Where, block_on, out};
use crate::app;
use crate::billing::Replayed;
use crate::clock::Clock;
use crate::domain::time::Timestamp;
use crate::store::{Entry, Filter, State, Try};

/// Which events.
#[derive(clap::Args)]
#[command(after_help = "\
What Stripe sent is not kept, because it holds personal data: only whose payments it is about, and \
what came of looking at them. Events are kept as long as [retention] events_days says.")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show the last events.
    List(List),
    /// Show all that is known of an event, and every time that it was looked after.
    Show(Show),
    /// Look after an event once more; one that never came is fetched from Stripe.
    Replay(Replay),
}

#[derive(clap::Args)]
struct List {
    /// A type, such as invoice.paid or customer.subscription.*
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// A reader, such as `reader_1a2b`.
    #[arg(long)]
    reader: Option<String>,
    /// A Stripe customer, or a checkout session that has none.
    #[arg(long)]
    customer: Option<String>,
    /// waiting, done or dropped.
    #[arg(long, value_parser = state)]
    state: Option<State>,
    /// A day such as 2027-01-31, or how long ago: 30m, 12h, 7d.
    #[arg(long)]
    since: Option<String>,
    /// How many at most.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Where,
}

#[derive(clap::Args)]
struct Show {
    /// Its id, as Stripe has it: `evt_1a2b`.
    event: String,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Where,
}

#[derive(clap::Args)]
struct Replay {
    /// Its id, as Stripe has it: `evt_1a2b`.
    event: String,
    #[command(flatten)]
    config: Where,
}

/// Shows events, or has one looked after again.
pub(super) fn run(args: Args) -> Result<Outcome> {
    match args.what {
        What::List(args) => list(args),
        What::Show(args) => show(args),
        What::Replay(args) => replay(&args),
    }
}

fn list(args: List) -> Result<Outcome> {
    let clock = Clock::system();
    let since = match args.since.as_deref().map(|text| moment(text, clock.now())).transpose() {
        Ok(since) => since,
        Err(why) => {
            out::complain(&why);
            return Ok(Outcome::WrongUse);
        }
    };
    let config = match args.config.load_without_stripe() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let filter = Filter {
        kind: args.kind,
        reader: args.reader,
        whose: args.customer,
        state: args.state,
        since,
    };
    let events = block_on(async {
        let store = app::store(&config, &clock);
        store.open()?;
        Ok(store.events(filter, args.limit).await?)
    })?;
    if args.json {
        out::answer(&events.iter().map(as_json).collect::<Value>().to_string())?;
    } else if events.is_empty() {
        out::answer("no such event has come")?;
    } else {
        let head = ["received", "event", "type", "about", "came by", "what it did"];
        out::answer(&table(&head, events.iter().map(row)))?;
    }
    Ok(Outcome::Done)
}

fn show(args: Show) -> Result<Outcome> {
    let config = match args.config.load_without_stripe() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let event = args.event;
    let found = block_on(async {
        let store = app::store(&config, &Clock::system());
        store.open()?;
        Ok(store.event(event.clone()).await?)
    })?;
    let Some((entry, tries)) = found else {
        out::complain(&format!(
            "{event} has not come, or came more than 31 days ago. To fetch it from Stripe: tollhouse \
             events replay {event}"
        ));
        return Ok(Outcome::No);
    };
    if args.json {
        let mut answer = as_json(&entry);
        let tries =
            tries.iter().map(|one| json!({ "at": one.at.to_string(), "result": one.result }));
        answer["tries"] = tries.collect();
        out::answer(&answer.to_string())?;
    } else {
        out::answer(&in_full(&entry, &tries))?;
    }
    Ok(Outcome::Done)
}

fn replay(args: &Replay) -> Result<Outcome> {
    let config = match args.config.load() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let mode = config.stripe.mode.as_str();
    block_on(async {
        let event = &args.event;
        let (store, billing) = app::billing(config, Clock::system()).await?;
        let told = match billing.replay(event).await? {
            Replayed::Done => "was looked after once more",
            Replayed::Fetched => "was not here; it was fetched from Stripe, and looked after",
            Replayed::Nobody => {
                out::answer(&format!("{event} is about nobody: there is nothing to look after"))?;
                return Ok(Outcome::No);
            }
            Replayed::OtherMode => {
                out::answer(&format!(
                    "{event} is not of the {mode} mode, which this gateway's key is for"
                ))?;
                return Ok(Outcome::No);
            }
            Replayed::Unknown => {
                out::answer(&format!("neither this gateway nor Stripe knows {event}"))?;
                return Ok(Outcome::No);
            }
        };
        let entry = store.event(event.clone()).await?.map(|(entry, _)| entry);
        let Some(entry) = entry else { return Ok(Outcome::No) };
        out::answer(&format!("{event} {told}: {}", did(&entry)))?;
        Ok(if entry.state == "waiting" { Outcome::No } else { Outcome::Done })
    })
}

/// What an event did, in words.
pub(super) fn did(entry: &Entry) -> String {
    match (entry.did.as_deref(), entry.reader.as_deref()) {
        (Some("changed"), Some(reader)) => {
            let words = |side: &Option<String>| side.clone().unwrap_or_default();
            let (had, has) = (words(&entry.had), words(&entry.has));
            if had == has {
                format!("changed the ledger of {reader}, not what he can read: {has}")
            } else {
                format!("changed what {reader} can read from {had} to {has}")
            }
        }
        (Some("nothing_new"), Some(reader)) => format!("nothing new for {reader}"),
        (Some("not_ours"), _) => "ignored: no price of ours".to_owned(),
        (Some("nobody"), _) => "ignored: it is about nobody's payments".to_owned(),
        (Some("gone"), _) => "ignored: Stripe does not know it any more".to_owned(),
        (Some("other_mode"), _) => match entry.mode.as_deref() {
            Some("test") => "ignored: a test-mode event; this gateway uses a live key".to_owned(),
            _ => "ignored: a live-mode event; this gateway uses a test key".to_owned(),
        },
        _ if entry.state == "waiting" => match &entry.last_error {
            Some(why) => {
                format!("{why}; tried {} times, next at {}", entry.attempts, entry.next_try)
            }
            None => "waiting for its turn".to_owned(),
        },
        // It came before this was noted.
        _ => entry.state.clone(),
    }
}

/// How an event came, in words.
fn came_by(entry: &Entry) -> &str {
    match entry.source.as_str() {
        "sync" => "found by sync",
        "period" => "a period's end",
        other => other,
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let whose = entry.whose.clone().unwrap_or_else(|| "nobody".to_owned());
    vec![
        entry.received.to_string(),
        entry.event.clone(),
        entry.kind.clone(),
        whose,
        came_by(entry).to_owned(),
        did(entry),
    ]
}

fn in_full(entry: &Entry, tries: &[Try]) -> String {
    let happened = entry.happened.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let facts = [
        ("event", entry.event.clone()),
        ("type", entry.kind.clone()),
        ("mode", entry.mode.clone().unwrap_or_else(|| "-".to_owned())),
        ("about", entry.whose.clone().unwrap_or_else(|| "nobody".to_owned())),
        ("happened", happened),
        ("received", entry.received.to_string()),
        ("came by", came_by(entry).to_owned()),
        ("state", entry.state.clone()),
        ("what it did", did(entry)),
    ];
    let facts = facts.into_iter().map(|(name, value)| format!("{name:<12} {value}"));
    let tries = tries.iter().map(|one| format!("tried        {} {}", one.at, one.result));
    facts.chain(tries).collect::<Vec<_>>().join("\n")
}

fn as_json(entry: &Entry) -> Value {
    json!({
        "event": entry.event,
        "type": entry.kind,
        "mode": entry.mode,
        "about": entry.whose,
        "happened": entry.happened.map(|at| at.to_string()),
        "received": entry.received.to_string(),
        "source": entry.source,
        "state": entry.state,
        "attempts": entry.attempts,
        "last_error": entry.last_error,
        "did": entry.did,
        "reader": entry.reader,
        "before": entry.had,
        "after": entry.has,
        "in_words": did(entry),
    })
}

fn state(word: &str) -> Result<State, String> {
    State::parse(word).ok_or_else(|| "it is waiting, done or dropped".to_owned())
}

/// `2027-01-31`, or `30m`, `12h`, `7d` before now.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let ago = || {
        let unit = text.chars().last()?;
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        let seconds = match unit {
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return None,
        };
        Some(now.minus(Duration::from_secs(count.checked_mul(seconds)?)))
    };
    Timestamp::parse_date(text).or_else(ago).ok_or_else(|| {
        format!(
            "--since takes a day such as 2027-01-31, or a span such as 30m, 12h, 7d; not {text:?}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_day_or_a_span() {
        let now = Timestamp::from_unix(1_000_000);
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(moment(text, now).ok().map(Timestamp::unix), expected, "{text}");
        };
        check("1970-01-02", Some(86_400));
        check("30m", Some(998_200));
        check("12h", Some(956_800));
        check("7d", Some(395_200));
        for bad in ["", "7", "d", "7w", "-7d", "7é", "yesterday", "99999999999999999999d"] {
            check(bad, None);
        }
    }

    #[test]
    fn what_an_event_did_is_told_in_words() {
        let base = || Entry {
            event: "evt_1".to_owned(),
            kind: "invoice.paid".to_owned(),
            whose: Some("cus_1".to_owned()),
            received: Timestamp::from_unix(0),
            happened: None,
            mode: Some("test".to_owned()),
            source: "webhook".to_owned(),
            state: "done".to_owned(),
            attempts: 2,
            next_try: Timestamp::from_unix(0),
            last_error: None,
            did: None,
            reader: Some("reader_1".to_owned()),
            had: Some("nothing".to_owned()),
            has: Some("basic".to_owned()),
        };
        let done = |word: &str| Entry { did: Some(word.to_owned()), ..base() };
        let waiting = |why: Option<&str>| Entry {
            state: "waiting".to_owned(),
            last_error: why.map(ToOwned::to_owned),
            ..base()
        };
        let check = |entry: Entry, expected: &str| {
            let told = did(&entry);
            assert!(told.contains(expected), "{told:?} has no {expected:?}");
        };
        check(done("changed"), "what reader_1 can read from nothing to basic");
        check(Entry { had: Some("basic".to_owned()), ..done("changed") }, "not what he can read");
        check(done("nothing_new"), "nothing new for reader_1");
        check(done("not_ours"), "no price of ours");
        check(done("nobody"), "nobody");
        check(done("gone"), "Stripe does not know it any more");
        check(done("other_mode"), "a test-mode event; this gateway uses a live key");
        let live = Some("live".to_owned());
        check(Entry { mode: live, ..done("other_mode") }, "this gateway uses a test key");
        check(waiting(None), "waiting for its turn");
        check(waiting(Some("Stripe cannot be reached")), "Stripe cannot be reached; tried 2 times");
        check(base(), "done");
    }
}
