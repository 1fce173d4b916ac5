//! `[stripe]`: the account that is charged for.

use ::url::Url;

use super::faults::Reviewer;
use super::file::{SecretsFile, StripeFile};
use super::locate::Spot;
use super::secrets::Vault;
use super::url::is_loopback;
use super::{SiteUrl, StripeSettings};
use crate::domain::ids::Mode;
use crate::domain::secret::Secret;

/// Stripe's own address.
const STRIPE: &str = "https://api.stripe.com/";

/// The account, if all of it is sound.
pub(super) fn settings(
    written: &StripeFile,
    url: Option<&SiteUrl>,
    vault: &Vault<'_>,
    reviewer: &mut Reviewer<'_>,
) -> Option<StripeSettings> {
    let spot = Spot::top("stripe");
    let key_spot = spot.key("secret_key");
    let secret_key = vault.open(&written.secret_key, &key_spot, reviewer);
    let mode = secret_key.as_ref().and_then(|key| mode_of_key(key.expose(), &key_spot, reviewer));
    let webhook_secrets = webhook_secrets(&written.webhook_secret, mode, &spot, vault, reviewer);
    if let (Some(mode), Some(url)) = (mode, url) {
        check_test_mode(mode, url, written, &spot, reviewer);
    }
    let api_base = api_base(written, mode, &spot, reviewer);
    Some(StripeSettings {
        secret_key: secret_key?,
        mode: mode?,
        webhook_secrets,
        promotion_codes: written.promotion_codes,
        api_base,
    })
}

fn webhook_secrets(
    written: &SecretsFile,
    mode: Option<Mode>,
    spot: &Spot,
    vault: &Vault<'_>,
    reviewer: &mut Reviewer<'_>,
) -> Vec<Secret<String>> {
    let spot = spot.key("webhook_secret");
    if written.all.is_empty() && reviewer.is_content_with(&spot) {
        let help = "name at least one: without it anybody could make himself a subscriber";
        reviewer.value(&spot, "there is no webhook secret", help);
    }
    let mut secrets = Vec::new();
    for (spot, one) in written.each(&spot) {
        let Some(secret) = vault.open(one, &spot, reviewer) else { continue };
        let rest = secret.expose().strip_prefix("whsec_");
        let is_short = rest.is_some_and(|rest| rest.len() < SHORTEST_WEBHOOK_SECRET);
        if rest.is_some_and(|rest| is_whole(rest, "_+/=")) {
            if mode == Some(Mode::Live) && is_short {
                let help = "copy it anew: behind whsec_ come more than 30 letters and digits";
                reviewer.value(
                    &spot,
                    "this signing secret is too short: it could be guessed",
                    help,
                );
            }
            secrets.push(secret);
        } else if rest.is_some() {
            let help = "copy it anew: behind whsec_ come letters and digits only";
            reviewer.value(&spot, "this is not the whole signing secret", help);
        } else {
            let help = "Stripe shows it with the webhook endpoint; it begins with whsec_";
            reviewer.value(&spot, "this is not the signing secret of a webhook", help);
        }
    }
    secrets
}

/// Characters behind `whsec_`. Stripe makes 32 and more; whoever guesses the secret pays for
/// everybody. Where no money moves, a short one does for trying things out.
const SHORTEST_WEBHOOK_SECRET: usize = 16;

/// How secret keys begin, and what they are for.
const KEYS: [(&str, Mode); 4] = [
    ("sk_test_", Mode::Test),
    ("rk_test_", Mode::Test),
    ("sk_live_", Mode::Live),
    ("rk_live_", Mode::Live),
];

/// Whether this is what stands behind a prefix: letters, digits and some signs. An example such
/// as `sk_test_…` is none, nor what was copied with a line break in it.
fn is_whole(rest: &str, signs: &str) -> bool {
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

fn mode_of_key(key: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Mode> {
    if let Some((prefix, mode)) = KEYS.iter().find(|(prefix, _)| key.starts_with(prefix)) {
        if is_whole(&key[prefix.len()..], "_") {
            return Some(*mode);
        }
        let help = format!("copy it anew: behind {prefix} come letters and digits only");
        reviewer.value(spot, "this is not the whole secret key", help);
        return None;
    }
    let (message, help) = if key.starts_with("pk_") {
        (
            "this is the publishable key (pk_…), which every visitor may see",
            "take the secret key, which begins with sk_ or rk_",
        )
    } else if key.starts_with("whsec_") {
        (
            "this is the secret of a webhook (whsec_…)",
            "take the secret key, which begins with sk_ or rk_",
        )
    } else {
        (
            "this is not a secret key of Stripe's",
            "it begins with sk_test_, sk_live_, rk_test_ or rk_live_",
        )
    };
    reviewer.value(spot, message, help);
    None
}

fn check_test_mode(
    mode: Mode,
    url: &SiteUrl,
    written: &StripeFile,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) {
    if mode == Mode::Live || url.is_loopback() {
        return;
    }
    let message = "a test key opens everything to whoever types the test card 4242";
    if written.test_mode_in_public {
        reviewer.warn(
            &spot.key("test_mode_in_public"),
            message,
            "take a live key before you announce the site",
        );
    } else {
        let help = "take a live key, or set test_mode_in_public = true while you try things out";
        reviewer.value(&spot.key("secret_key"), message, help);
    }
}

fn api_base(
    written: &StripeFile,
    mode: Option<Mode>,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) -> Option<String> {
    let text = written.api_base.as_ref()?;
    let spot = spot.key("api_base");
    let base = if text.ends_with('/') { text.clone() } else { format!("{text}/") };
    if base == STRIPE {
        return None;
    }
    let url = Url::parse(&base).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let local = url.as_ref().and_then(Url::host).is_some_and(|host| is_loopback(&host));
    if !local {
        let help = "leave it out for Stripe itself; the simulated Stripe is at \"http://127.0.0.1:12111/\"";
        reviewer.value(&spot, "secrets are sent to Stripe or to this machine only", help);
    } else if url.is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        let help = "write it like \"http://127.0.0.1:12111/\"";
        reviewer.value(&spot, "this address has no name and no password", help);
    } else if mode == Some(Mode::Live) {
        let help = "leave it out, or take a test key";
        reviewer.value(&spot, "a live key is sent to Stripe only", help);
    }
    Some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_whole_or_refused() {
        for whole in ["1", "51Abc", "a_b"] {
            assert!(is_whole(whole, "_"), "{whole:?}");
        }
        for cut in ["", "...", "…", "a b", "a\nb", "a\0b", "é", "a-b", "a+b"] {
            assert!(!is_whole(cut, "_"), "{cut:?}");
        }
        assert!(is_whole("a+B/c==", "_+/="), "as base64 writes it");
    }
}
