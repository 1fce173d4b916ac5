//! `tollhouse demo`: a sample site, the simulated Stripe and the gateway in one process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use include_dir::{Dir, include_dir};
use stripe_sandbox::{Options, PromotionSeed, Sandbox, SignatureTime, WebhookTarget};

use super::stop::StopSignal;
use super::{Outcome, block_on, out, sandbox};
use crate::app;
use crate::clock::Clock;
use crate::config::{Carrier, Config, MailSettings};
use crate::crypto;
use crate::proxy::Bound;
use crate::telemetry;

/// The sample site and its configuration: the binary carries them with it.
static SITE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/demo");

/// How long a bank debit takes in the demo; days, in real life.
const BANK: Duration = Duration::from_secs(30);

/// Where the demo is to be seen.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A loopback address; port 0 takes any free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Shows the demo until Ctrl-C; nothing of it stays.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    if !args.listen.ip().is_loopback() {
        out::complain(
            "the demo opens everything for a test card: it listens on loopback only, such as 127.0.0.1:8080",
        );
        return Ok(Outcome::No);
    }
    telemetry::start(Some("warn"));
    block_on(show(args.listen))
}

async fn show(listen: SocketAddr) -> Result<Outcome> {
    let mut signal = StopSignal::listen_in_terminal()?;
    let folder = tempfile::Builder::new().prefix("tollhouse-demo-").tempdir()?;
    SITE.extract(folder.path()).context("cannot write the sample site")?;
    let bound = Bound::bind(&[listen]).with_context(|| {
        format!("cannot listen on {listen}; try another port: tollhouse demo --listen 127.0.0.1:0")
    })?;
    let address = bound.local_addrs().first().copied().unwrap_or(listen);
    let secret = format!("whsec_{}", crypto::random_name());
    let file = folder.path().join("config.toml");
    // Read twice: the simulated Stripe sells what the file names, and only then has an address.
    let prices = sandbox::prices(&load(&file, address, &secret, "http://127.0.0.1:1/")?);
    let stripe = Sandbox::start(Options {
        prices,
        webhook: Some(WebhookTarget {
            url: format!("http://{address}/_tollhouse/stripe/webhook"),
            secret: secret.clone(),
        }),
        promotion_codes: vec![PromotionSeed { code: "WELCOME20".to_owned(), percent_off: 20 }],
        settle_delayed_after: Some(BANK),
        signature_time: SignatureTime::SandboxClock,
        seed: crypto::random_number(),
        ..Options::default()
    })
    .await?;
    let mut config = load(&file, address, &secret, &stripe.url())?;
    let address_of_site = config.site.contact.clone();
    config.mail =
        Some(MailSettings { name: None, address: address_of_site, carrier: Carrier::Inbox });
    let clock = Clock::ahead();
    let server = app::start(config, bound, clock.clone()).await?;
    out::say(&guide(address, &stripe.url()));
    tokio::select! {
        () = signal.comes() => {}
        () = go_with(&stripe, &clock) => {}
    }
    let stop = async {
        server.stop().await;
        stripe.stop().await;
    };
    signal.or_at_once(stop).await;
    Ok(Outcome::Done)
}

/// Whoever moves the clock of the simulated Stripe moves this one, too. For ever.
async fn go_with(stripe: &Sandbox, clock: &Clock) {
    let mut moved = Duration::ZERO;
    loop {
        let further = stripe.moved_further(moved).await;
        clock.advance(further.saturating_sub(moved));
        moved = further;
    }
}

/// The sample's own configuration, with this run's addresses and secrets laid over it.
fn load(file: &Path, address: SocketAddr, secret: &str, stripe: &str) -> Result<Config> {
    let over = [
        ("TOLLHOUSE_SITE__LISTEN", address.to_string()),
        ("TOLLHOUSE_SITE__URL", format!("http://{address}")),
        ("TOLLHOUSE_STRIPE__API_BASE", stripe.to_owned()),
        ("STRIPE_SECRET_KEY", "sk_test_sandbox".to_owned()),
        ("STRIPE_WEBHOOK_SECRET", secret.to_owned()),
    ];
    let over: BTreeMap<String, String> =
        over.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Config::load(file, &over).map_err(|faults| anyhow!("the sample's configuration:\n{faults}"))
}

fn guide(address: SocketAddr, stripe: &str) -> String {
    let bank = BANK.as_secs();
    format!(
        r#"
Tollhouse demo: a magazine behind a paywall. No account, no network, no money.

  The site        http://{address}/
  Your account    http://{address}/_tollhouse/account
  Mail            http://{address}/_tollhouse/inbox
  Fake Stripe     {stripe}

Try this:
  1. Open the site, choose a page with a lock, and pay with the card
     4242 4242 4242 4242 and any e-mail address.
  2. You are back on the page that you wanted. Open your account, then
     "Manage billing", and cancel: you can read until the paid period ends.
  3. Be another device: open a private window, say "I already have access",
     type the address that you paid with, and check your mail.
  4. Other cards: 4000 0000 0000 0002 is declined, 4000 0000 0000 3220 asks
     for 3-D Secure. The bank debit takes {bank} seconds. WELCOME20 takes 20 % off.
  5. The course costs once: its pages lead straight to the checkout.
  6. Let time pass: {stripe}dashboard has a button "A month later",
     and others for refunds, disputes and what may happen to webhooks.

Ctrl-C ends it; nothing is kept.
"#
    )
}
