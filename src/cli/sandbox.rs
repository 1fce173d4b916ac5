//! `tollhouse sandbox`: the simulated Stripe alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use stripe_sandbox::{Interval, Options, PriceSeed, PromotionSeed, Sandbox, WebhookTarget};

use super::run::wait_for_stop;
use super::{Outcome, block_on, out};
use crate::config::{self, Config, Faults};
use crate::crypto;
use crate::domain::amount::Amount;
use crate::domain::plan::{Cycle, Plan, Price};
use crate::telemetry;

/// The key that the sandbox takes.
const KEY: &str = "sk_test_sandbox";

/// Where it listens, and what it sells.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A loopback address.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:12111")]
    listen: SocketAddr,
    /// Start with the plans and prices of this configuration.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where events are sent; with --config, the address in the file.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// What events are signed with; made up if it is missing.
    #[arg(long, value_name = "SECRET")]
    webhook_secret: Option<String>,
}

/// Runs it until Ctrl-C.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    telemetry::start(None);
    let secret =
        args.webhook_secret.clone().unwrap_or_else(|| format!("whsec_{}", crypto::random_name()));
    let config = match args.config.as_ref().map(|path| load(path, args.listen, &secret)) {
        None => None,
        Some(Ok(config)) => Some(config),
        Some(Err(faults)) => {
            out::complain(&faults.to_string());
            return Ok(Outcome::BadConfiguration);
        }
    };
    let webhook = args.webhook.clone().or_else(|| config.as_ref().map(webhook_of));
    block_on(async {
        let sandbox = Sandbox::start(Options {
            listen: args.listen,
            secret_key: KEY.to_owned(),
            prices: config.as_ref().map(prices).unwrap_or_default(),
            webhook: webhook.map(|url| WebhookTarget { url, secret: secret.clone() }),
            promotion_codes: vec![PromotionSeed { code: "WELCOME20".to_owned(), percent_off: 20 }],
            settle_delayed_after: Some(Duration::from_secs(30)),
            ..Options::default()
        })
        .await?;
        out::say(&guide(&sandbox.url(), &secret));
        wait_for_stop().await?;
        sandbox.stop().await;
        Ok(Outcome::Done)
    })
}

/// The file, with this sandbox in the place of Stripe: the owner may have no keys yet.
fn load(path: &Path, listen: SocketAddr, secret: &str) -> Result<Config, Faults> {
    let mut environment = config::environment();
    for (key, value) in [
        ("STRIPE_SECRET_KEY", KEY.to_owned()),
        ("STRIPE_WEBHOOK_SECRET", secret.to_owned()),
        ("TOLLHOUSE_STRIPE__API_BASE", format!("http://{listen}/")),
        ("TOLLHOUSE_STRIPE__TEST_MODE_IN_PUBLIC", "true".to_owned()),
    ] {
        environment.insert(key.to_owned(), value);
    }
    Config::load(path, &environment)
}

/// The gateway itself, not its public address: that may not resolve yet.
fn webhook_of(config: &Config) -> String {
    format!("http://{}/_tollhouse/stripe/webhook", config.site.listen)
}

/// What the sandbox sells: every price of the configuration. What `shown` does not tell costs
/// 10.00 USD.
pub(super) fn prices(config: &Config) -> Vec<PriceSeed> {
    let plans = config.catalog.plans().iter();
    plans.flat_map(|plan| plan.prices.iter().map(|price| seed(plan, price))).collect()
}

fn seed(plan: &Plan, price: &Price) -> PriceSeed {
    let amount = Amount::read(&price.shown)
        .unwrap_or(Amount { minor_units: 1_000, currency: "usd".to_owned() });
    PriceSeed {
        id: price.id.to_string(),
        product_name: plan.title.clone(),
        unit_amount: amount.minor_units,
        currency: amount.currency,
        interval: match price.cycle {
            Cycle::Once => None,
            Cycle::Day => Some(Interval::Day),
            Cycle::Week => Some(Interval::Week),
            Cycle::Month => Some(Interval::Month),
            Cycle::Year => Some(Interval::Year),
        },
    }
}

fn guide(url: &str, secret: &str) -> String {
    format!(
        r"The simulated Stripe is at {url} (no money moves). For `tollhouse run` in another terminal:

export STRIPE_SECRET_KEY={KEY}
export STRIPE_WEBHOOK_SECRET={secret}
export TOLLHOUSE_STRIPE__API_BASE={url}
export TOLLHOUSE_STRIPE__TEST_MODE_IN_PUBLIC=true

It takes the card 4242 4242 4242 4242. Ctrl-C ends it and forgets everything."
    )
}
