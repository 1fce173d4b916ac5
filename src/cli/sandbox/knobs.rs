//! The flags that make the simulated Stripe misbehave, or be the same in every run.

use stripe_sandbox::{
    Disturbance, Disturbances, EventVersion, Fault, FaultKind, Options, Payload, Rate,
    RestrictedKey, RetrySchedule,
};

use crate::crypto;

const HEADING: &str = "To try how a site takes it";

/// All have a default that behaves well.
#[derive(clap::Args)]
#[command(next_help_heading = HEADING)]
pub(super) struct Knobs {
    /// The account's key; with `sk_live_…` the account is in live mode, with everything in it.
    #[arg(long, value_name = "KEY", default_value = "sk_test_sandbox", value_parser = secret_key)]
    pub(super) key: String,
    /// A further key that may do only some things, such as
    /// `rk_test_1=rak_customer_read,rak_event_read`
    /// [more than once]
    #[arg(long, value_name = "KEY=PERMISSIONS", value_parser = restricted_key)]
    restricted_key: Vec<RestrictedKey>,
    /// Equal seeds give equal ids, and equal chances of all that is below.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Let the clock stand at this moment, in seconds since 1970, until the dashboard moves it.
    #[arg(long, value_name = "SECONDS")]
    start_time: Option<i64>,
    /// In which shape webhooks come: current, 2024-06-20, 2020-08-27 or thin.
    #[arg(long, value_name = "VERSION", default_value = "current", value_parser = payload)]
    webhook_version: Payload,
    /// What happens to webhooks, and to how many of a hundred: drop=10. One of repeat, swap, delay,
    /// drop, two-events, old-timestamp, wrong-secret, huge-body, unknown-type, unknown-enum,
    /// other-livemode [more than once]
    #[arg(long, value_name = "WHAT=PERCENT", value_parser = disturbance)]
    disturb: Vec<(Disturbance, u8)>,
    /// Send a webhook that was not taken again as late as Stripe does: hours, not seconds.
    #[arg(long)]
    slow_retries: bool,
    /// What goes wrong with API calls, and with how many of a hundred: 500=10. One of 500,
    /// 500-after, 429, slow, reset, reset-after, garbage, hang [more than once]
    #[arg(long, value_name = "WHAT=PERCENT", value_parser = fault)]
    fault: Vec<(FaultKind, u8)>,
    /// Answer only so many API calls a second; Stripe's own limit is 25 in test mode.
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,
}

impl Knobs {
    /// The options of a sandbox that these flags are about.
    pub(super) fn options(&self) -> Options {
        let seed = self.seed.unwrap_or_else(crypto::random_number);
        let disturbed = self.disturb.iter();
        let faults = self.fault.iter();
        Options {
            restricted_keys: self.restricted_key.clone(),
            rate_limit: self.rate_limit,
            webhook_payload: self.webhook_version,
            retries: if self.slow_retries {
                RetrySchedule::Stripe
            } else {
                RetrySchedule::Compressed
            },
            disturbances: disturbed.fold(Disturbances::seeded(seed), |all, (what, percent)| {
                all.with(*what, Rate::Percent(*percent))
            }),
            faults: faults.map(|(what, percent)| Fault::sometimes(*percent, seed, *what)).collect(),
            start_time: self.start_time,
            seed,
            ..Options::default()
        }
    }
}

fn secret_key(text: &str) -> Result<String, &'static str> {
    let known = text.starts_with("sk_test_") || text.starts_with("sk_live_");
    if known { Ok(text.to_owned()) } else { Err("it begins with sk_test_ or sk_live_") }
}

fn restricted_key(text: &str) -> Result<RestrictedKey, &'static str> {
    let (key, permissions) = text.split_once('=').ok_or("write KEY=PERMISSION,PERMISSION")?;
    if !key.starts_with("rk_") {
        return Err("it begins with rk_");
    }
    let permissions = permissions.split(',').filter(|it| !it.is_empty()).map(str::to_owned);
    Ok(RestrictedKey { key: key.to_owned(), permissions: permissions.collect() })
}

fn payload(text: &str) -> Result<Payload, &'static str> {
    match text {
        "current" => Ok(Payload::Snapshot(EventVersion::OfAccount)),
        "2024-06-20" => Ok(Payload::Snapshot(EventVersion::June2024)),
        "2020-08-27" => Ok(Payload::Snapshot(EventVersion::August2020)),
        "thin" => Ok(Payload::Thin),
        _ => Err("one of current, 2024-06-20, 2020-08-27, thin"),
    }
}

fn disturbance(text: &str) -> Result<(Disturbance, u8), String> {
    let known = Disturbance::ALL.map(|(_, name, _)| name).join(", ");
    with_percent(text, Disturbance::named, &known)
}

fn fault(text: &str) -> Result<(FaultKind, u8), String> {
    let known = FaultKind::ALL.map(|(_, name, _)| name).join(", ");
    with_percent(text, FaultKind::named, &known)
}

/// `drop=10`; without a number, every time.
fn with_percent<T>(
    text: &str,
    named: fn(&str) -> Option<T>,
    known: &str,
) -> Result<(T, u8), String> {
    let (name, percent) = text.split_once('=').unwrap_or((text, "100"));
    let what = named(name).ok_or_else(|| format!("one of {known}"))?;
    let percent = percent.parse().ok().filter(|percent| *percent <= 100);
    percent.map(|percent| (what, percent)).ok_or_else(|| "a number from 0 to 100".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    fn read(flags: &[&str]) -> Result<Knobs, String> {
        let command = Knobs::augment_args(clap::Command::new("sandbox").no_binary_name(true));
        let matches = command.try_get_matches_from(flags).map_err(|error| error.to_string())?;
        Ok(Knobs::from_arg_matches(&matches).expect("clap has read it"))
    }

    #[test]
    fn without_flags_nothing_goes_wrong() {
        let options = read(&["--seed", "1"]).expect("no flag is wrong").options();
        assert_eq!(options.disturbances, Disturbances::seeded(1));
        assert_eq!((options.rate_limit, options.retries), (None, RetrySchedule::Compressed));
        assert!(options.faults.is_empty() && options.restricted_keys.is_empty());
        assert_eq!(options.webhook_payload, Payload::default());
    }

    #[test]
    fn flags_say_what_goes_wrong_and_how_often() {
        let flags = [
            "--disturb=drop=10",
            "--disturb=repeat",
            "--fault=500-after=5",
            "--rate-limit=25",
            "--webhook-version=thin",
            "--seed=7",
            "--restricted-key=rk_test_1=rak_event_read,rak_plan_read",
        ];
        let options = read(&flags).expect("no flag is wrong").options();
        let expected = Disturbances::seeded(7)
            .with(Disturbance::Drop, Rate::Percent(10))
            .with(Disturbance::Repeat, Rate::Percent(100));
        assert_eq!((options.disturbances, options.webhook_payload), (expected, Payload::Thin));
        assert_eq!(options.faults, [Fault::sometimes(5, 7, FaultKind::ServerErrorAfter)]);
        assert_eq!((options.rate_limit, options.seed), (Some(25), 7));
        assert_eq!(options.restricted_keys[0].permissions, ["rak_event_read", "rak_plan_read"]);
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        let rows = [
            ("--disturb=flood", "one of repeat, swap"),
            ("--disturb=drop=101", "a number from 0 to 100"),
            ("--fault=418", "one of 500, 500-after"),
            ("--key=pk_test_1", "it begins with sk_test_ or sk_live_"),
            ("--restricted-key=rk_test_1", "write KEY=PERMISSION"),
            ("--webhook-version=2021-01-01", "one of current"),
            ("--rate-limit=0", "0 is not in 1"),
        ];
        for (flag, says) in rows {
            let refused = read(&[flag]).err().expect("it is refused");
            assert!(refused.contains(says), "{flag}: {refused}");
        }
    }
}
