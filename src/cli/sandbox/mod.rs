//! `tollhouse sandbox`: the simulated Stripe alone.

mod knobs;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use stripe_sandbox::{Interval, Options, PriceSeed, PromotionSeed, Sandbox, WebhookTarget};

use knobs::Knobs;

use super::stop::StopSignal;
use super::{Outcome, block_on, out};
use crate::config::{self, Config, Faults, Origin, StripeVariables};
use crate::crypto;
use crate::domain::amount::Amount;
use crate::domain::plan::{Cycle, Plan, Price};
use crate::telemetry;

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
    /// What events are signed with (whsec_…); made up if it is missing.
    #[arg(long, value_name = "SECRET", value_parser = webhook_secret)]
    webhook_secret: Option<String>,
    #[command(flatten)]
    knobs: Knobs,
}

fn webhook_secret(text: &str) -> Result<String, &'static str> {
    let rest = text.strip_prefix("whsec_").filter(|rest| !rest.is_empty());
    rest.map(|_| text.to_owned()).ok_or("it begins with whsec_")
}

/// What is told to the gateway, so that it takes this sandbox for Stripe.
struct Trial {
    variables: StripeVariables,
    key: String,
    secret: String,
    config: Option<Config>,
}

/// Runs it until Ctrl-C.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    telemetry::start(None);
    let trial = match Trial::new(args) {
        Ok(trial) => trial,
        Err(faults) => {
            out::complain(&faults.to_string());
            return Ok(Outcome::BadConfiguration);
        }
    };
    let webhook = args.webhook.clone().or_else(|| trial.config.as_ref().map(webhook_of));
    block_on(async {
        let mut signal = StopSignal::listen_in_terminal()?;
        let sandbox = Sandbox::start(Options {
            listen: args.listen,
            secret_key: trial.key.clone(),
            prices: trial.config.as_ref().map(prices).unwrap_or_default(),
            webhook: webhook.map(|url| WebhookTarget { url, secret: trial.secret.clone() }),
            promotion_codes: vec![PromotionSeed { code: "WELCOME20".to_owned(), percent_off: 20 }],
            settle_delayed_after: Some(Duration::from_secs(30)),
            ..args.knobs.options()
        })
        .await?;
        out::say(&trial.guide(&sandbox.url()));
        signal.comes().await;
        signal.or_at_once(sandbox.stop()).await;
        Ok(Outcome::Done)
    })
}

impl Trial {
    /// Reads the file with this sandbox in the place of Stripe: the owner may have no keys yet.
    fn new(args: &Args) -> Result<Self, Faults> {
        let secret = args
            .webhook_secret
            .clone()
            .unwrap_or_else(|| format!("whsec_{}", crypto::random_name()));
        let Some(path) = &args.config else {
            let variables = StripeVariables {
                secret_key: Some("STRIPE_SECRET_KEY".to_owned()),
                webhook_secret: Some("STRIPE_WEBHOOK_SECRET".to_owned()),
            };
            return Ok(Self { variables, key: args.knobs.key.clone(), secret, config: None });
        };
        let variables = config::stripe_variables(path);
        let over = [
            (variables.secret_key.clone(), args.knobs.key.clone()),
            (variables.webhook_secret.clone(), secret),
            (Some("TOLLHOUSE_STRIPE__API_BASE".to_owned()), format!("http://{}/", args.listen)),
            // Its own address is not used: see `local_url`.
            (Some("TOLLHOUSE_STRIPE__TEST_MODE_IN_PUBLIC".to_owned()), "true".to_owned()),
        ];
        let mut environment = config::environment();
        environment.extend(over.into_iter().filter_map(|(key, value)| Some((key?, value))));
        let config = Config::load(path, &environment)?;
        // What the file reads from a file of its own stays as it is.
        let key = config.stripe.secret_key.expose().clone();
        let secret = config.stripe.webhook_secrets[0].expose().clone();
        Ok(Self { variables, key, secret, config: Some(config) })
    }

    /// What the owner does next.
    fn guide(&self, stripe: &str) -> String {
        let is_asked_only =
            self.config.as_ref().is_some_and(|config| config.site.origin == Origin::Nothing);
        // Visitors come to the server in front, at the site's own address.
        let site = self.config.as_ref().filter(|_| !is_asked_only).and_then(local_url);
        let lines = [
            self.variables.secret_key.as_deref().map(|name| (name, self.key.as_str())),
            self.variables.webhook_secret.as_deref().map(|name| (name, self.secret.as_str())),
            Some(("TOLLHOUSE_STRIPE__API_BASE", stripe)),
            site.as_deref().map(|site| ("TOLLHOUSE_SITE__URL", site)),
            is_asked_only.then_some(("TOLLHOUSE_STRIPE__TEST_MODE_IN_PUBLIC", "true")),
        ];
        let lines: Vec<String> = lines
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("export {name}={value}"))
            .collect();
        let lines = lines.join("\n");
        let site = site.or_else(|| Some(self.config.as_ref()?.site.url.to_string()));
        let open = site.map(|site| format!("Then open {site}/ in a browser. ")).unwrap_or_default();
        format!(
            r"The simulated Stripe is at {stripe} (no money moves). For `tollhouse run` in another terminal:

{lines}

{open}The card is 4242 4242 4242 4242.
The clock, refunds, webhooks and faults: {stripe}dashboard
Ctrl-C ends it and forgets everything."
        )
    }
}

/// The gateway on this machine, not at its public address: that may not resolve yet.
fn webhook_of(config: &Config) -> String {
    let site = local_url(config).unwrap_or_else(|| config.site.url.to_string());
    format!("{site}/_tollhouse/stripe/webhook")
}

/// Where a site is to be tried out whose own address is on the internet; none if it has one on
/// this machine.
fn local_url(config: &Config) -> Option<String> {
    let site = &config.site;
    let port = site.listen.port();
    let host = match site.listen.ip() {
        address if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        address => address,
    };
    (!site.url.is_loopback()).then(|| format!("http://{}", SocketAddr::new(host, port)))
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
