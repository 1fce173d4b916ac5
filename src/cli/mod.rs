//! The command line: one file per command.

mod check;
mod config;
mod demo;
mod events;
mod grant;
mod keys;
mod link;
mod out;
mod run;
mod sandbox;
mod stop;
mod sync;
mod table;
mod templates;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self as settings, Config, Faults};
use crate::web;

/// A paywall gateway: one binary in front of any website.
#[derive(Parser)]
#[command(name = "tollhouse", version, about, disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site.
    Run(Where),
    /// Show a sample site with a simulated Stripe; needs no account and no network.
    Demo(demo::Args),
    /// Run the simulated Stripe alone.
    Sandbox(sandbox::Args),
    /// Check the configuration and show every fault in it.
    Check(check::Args),
    /// Print an example of the configuration.
    Config(config::Args),
    /// Write out the templates and texts of our pages, to make your own of them.
    Templates(templates::Args),
    /// Give a plan to a reader.
    Grant(grant::Args),
    /// Print a single-use sign-in address for a reader.
    Link(link::Args),
    /// Show the keys that sign passes, and change them.
    Keys(keys::Args),
    /// Ask Stripe what webhooks missed, and put it right.
    Sync(sync::Args),
    /// Show the events that came, and what they did.
    Events(events::Args),
}

/// Which configuration.
#[derive(clap::Args)]
struct Where {
    /// The configuration; without it config.toml here, then in /etc/tollhouse.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// How a command ended.
enum Outcome {
    /// It did what it should.
    Done,
    /// The answer is no.
    No,
    /// It was called wrongly; how was said already.
    WrongUse,
    /// The configuration cannot be used; why was said already.
    BadConfiguration,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::No => Self::from(1),
            Outcome::WrongUse => Self::from(2),
            // EX_CONFIG of sysexits.h
            Outcome::BadConfiguration => Self::from(78),
        }
    }
}

/// Runs the command line of this process. Exit codes: 0 done, 1 the answer is no, 2 wrong use,
/// 78 bad configuration.
pub fn main() -> ExitCode {
    // First: from here on there are secrets in memory.
    if let Err(problem) = crate::process::keep_memory_private() {
        out::complain(&format!("core dumps cannot be switched off: {problem}"));
    }
    crate::crypto::install_tls_provider();
    let outcome = match Line::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Check(args) => check::run(args),
        Command::Config(args) => config::run(&args),
        Command::Templates(args) => templates::run(&args),
        Command::Grant(args) => grant::run(&args),
        Command::Link(args) => link::run(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Sync(args) => sync::run(&args),
        Command::Events(args) => events::run(args),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(problem) => {
            out::complain(&format!("{problem:#}"));
            ExitCode::from(1)
        }
    }
}

impl Where {
    /// Loads the configuration; what is wrong with it is said here.
    fn load(&self) -> Result<Config, Outcome> {
        self.loaded(Config::load)
    }

    /// The same, with what is laid beside the configuration for our pages.
    fn load_with_look(&self) -> Result<Config, Outcome> {
        let config = self.load()?;
        web::check(&config).map_err(|faults| complain(&faults))?;
        Ok(config)
    }

    /// The same for a command that asks nothing of Stripe, and is called where the secrets are
    /// not: in another terminal than the server's.
    fn load_without_stripe(&self) -> Result<Config, Outcome> {
        self.loaded(Config::load_without_stripe)
    }

    fn loaded(&self, load: Loader) -> Result<Config, Outcome> {
        let environment = settings::environment();
        let loaded =
            settings::find(self.config.as_deref()).and_then(|path| load(&path, &environment));
        loaded.map_err(|faults| complain(&faults))
    }
}

fn complain(faults: &Faults) -> Outcome {
    out::complain(&faults.to_string());
    Outcome::BadConfiguration
}

/// Reads a file, with the environment.
type Loader = fn(&Path, &BTreeMap<String, String>) -> Result<Config, Faults>;

/// Runs something that waits.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
