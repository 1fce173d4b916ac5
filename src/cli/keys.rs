//! `tollhouse keys`: the keys that sign passes, and how they change.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::table::table;
use super::{Outcome, Where, block_on, out};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::keyring::Use;
use crate::store::{KeptKey, NewKey, Store};

/// What to do with them.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show the keys, and what each is used for.
    List(List),
    /// Make a new key that signs in an hour; nobody is signed out.
    Rotate(Where),
    /// Throw all keys away and sign everybody out, because somebody else may have read them.
    Revoke(Revoke),
}

#[derive(clap::Args)]
struct List {
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Where,
}

#[derive(clap::Args)]
struct Revoke {
    /// Do it: every reader must sign in again.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    config: Where,
}

/// Shows or changes them. A running server takes it up within two seconds.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let config = match &args.what {
        What::List(list) => &list.config,
        What::Rotate(config) => config,
        What::Revoke(revoke) => &revoke.config,
    };
    let config = match config.load_without_stripe() {
        Ok(config) => config,
        Err(outcome) => return Ok(outcome),
    };
    let clock = Clock::system();
    block_on(async {
        let store = app::store(&config, &clock);
        store.open()?;
        match &args.what {
            What::List(args) => list(&config, &store, &clock, args.json).await,
            What::Rotate(_) => rotate(&store).await,
            What::Revoke(args) => revoke(&store, args.yes).await,
        }
    })
}

async fn list(config: &Config, store: &Store, clock: &Clock, in_json: bool) -> Result<Outcome> {
    let keys = store.signing_keys().await?;
    let uses = app::keys::uses(config, &keys, clock.now());
    let keys = keys.iter().zip(&uses);
    if in_json {
        out::answer(&keys.map(|(kept, used)| as_json(kept, used)).collect::<Value>().to_string())?;
    } else {
        let row = |(kept, used): (&KeptKey, &Use)| vec![kept.key.id(), in_words(used)];
        out::answer(&table(&["key", "what it does"], keys.map(row)))?;
    }
    Ok(Outcome::Done)
}

fn in_words(used: &Use) -> String {
    match used {
        Use::Announced { signs_from } => format!("is published, signs from {signs_from}"),
        Use::Signs { since } => format!("signs since {since}"),
        Use::Checks { until } => format!("checks what it signed, until {until}"),
    }
}

fn as_json(kept: &KeptKey, used: &Use) -> Value {
    let (does, at) = match used {
        Use::Announced { signs_from } => ("announced", signs_from),
        Use::Signs { since } => ("signs", since),
        Use::Checks { until } => ("checks", until),
    };
    json!({ "key": kept.key.id(), "use": does, "at": at.to_string() })
}

async fn rotate(store: &Store) -> Result<Outcome> {
    // A store that is new makes its first key here.
    store.signing_keys().await?;
    match store.announce_key().await? {
        NewKey::Announced(kept) => {
            mirror(store).await.context("the new key is made, but keys.json cannot be written")?;
            out::answer(&format!(
                "{} is published now and signs from {}. What older keys signed stays good: nobody \
                 is signed out.",
                kept.key.id(),
                kept.signs_from
            ))?;
            Ok(Outcome::Done)
        }
        NewKey::AlreadyAnnounced(kept) => {
            out::complain(&format!(
                "{} is published already and signs from {}; nothing was changed",
                kept.key.id(),
                kept.signs_from
            ));
            Ok(Outcome::No)
        }
    }
}

async fn revoke(store: &Store, is_sure: bool) -> Result<Outcome> {
    if !is_sure {
        out::complain(
            "this signs every reader out: whoever could read one key could read all, and which \
             sign-ins there are. To do it: tollhouse keys revoke --yes. Nothing was changed",
        );
        return Ok(Outcome::WrongUse);
    }
    let kept = store.revoke_keys().await?;
    mirror(store).await.context(
        "the keys are thrown away, but keys.json beside the store cannot be written: until it can, \
         nobody reads while the store is away",
    )?;
    out::answer(&format!(
        "All keys are thrown away; {} signs from now on. Within two seconds nobody is signed in any \
         more: readers sign in again by mail, or by `tollhouse link`.",
        kept.key.id()
    ))?;
    Ok(Outcome::Done)
}

async fn mirror(store: &Store) -> Result<()> {
    store.mirror_keys(&store.signing_keys().await?)?;
    Ok(())
}
