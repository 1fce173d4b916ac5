//! The signature of a webhook: <https://docs.stripe.com/webhooks#verify-manually>.

use std::time::Duration;

use crate::crypto;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// How old a signature may be. Stripe's own libraries allow five minutes.
pub const MAX_AGE: Duration = Duration::from_mins(5);

/// How many signatures of one delivery are looked at. Stripe sends one per secret that is in
/// use, two while one is rolled; without a limit a header could ask for hours of hashing.
const MAX_SIGNATURES: usize = 8;

/// Bytes of an HMAC-SHA-256.
const TAG_BYTES: usize = 32;

/// Why a delivery is not taken for Stripe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header does not read `t=…,v1=…`.
    #[error("the Stripe-Signature header cannot be read: {0}")]
    Header(&'static str),
    /// Signed too long ago; it may be a copy of an old delivery.
    #[error("signed {} seconds ago, allowed are {}", age.as_secs(), MAX_AGE.as_secs())]
    Stale {
        /// How long ago.
        age: Duration,
    },
    /// None of our secrets signed it.
    #[error("the signature is not made with any webhook secret that we know")]
    Mismatch,
}

/// Checks that Stripe signed these bytes, with any of our secrets, within the last minutes.
/// A moment in the future is accepted, as Stripe's own libraries do.
pub fn verify(
    body: &[u8],
    header: &str,
    secrets: &[Secret<String>],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let header = Header::parse(header)?;
    let age = now.since(header.signed_at);
    if age > MAX_AGE {
        return Err(SignatureError::Stale { age });
    }
    let mut message = header.signed_at.unix().to_string().into_bytes();
    message.push(b'.');
    message.extend_from_slice(body);
    let signed = secrets
        .iter()
        .map(|secret| secret.expose().as_bytes())
        // Anybody can sign with nothing.
        .filter(|secret| !secret.is_empty())
        .any(|secret| {
            header.tags.iter().any(|tag| crypto::hmac_sha256_verify(secret, &message, tag))
        });
    if signed { Ok(()) } else { Err(SignatureError::Mismatch) }
}

struct Header {
    signed_at: Timestamp,
    tags: Vec<[u8; TAG_BYTES]>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, SignatureError> {
        let mut signed_at = None;
        let mut tags = Vec::new();
        for part in text.split(',') {
            match part.trim_matches(' ').split_once('=') {
                // Stripe's libraries disagree about which of several counts.
                Some(("t", _)) if signed_at.is_some() => {
                    return Err(SignatureError::Header("it has two timestamps"));
                }
                Some(("t", moment)) => signed_at = Some(parse_moment(moment)?),
                Some(("v1", hex)) => tags.extend(parse_tag(hex)),
                // `v0` is for test clients; others may come.
                Some(_) | None => {}
            }
        }
        let signed_at = signed_at.ok_or(SignatureError::Header("it has no timestamp"))?;
        match tags.len() {
            0 => Err(SignatureError::Header("it has no v1 signature")),
            1..=MAX_SIGNATURES => Ok(Self { signed_at, tags }),
            _ => Err(SignatureError::Header("it has too many signatures")),
        }
    }
}

/// Seconds since 1970, in the one spelling that was signed: digits, no sign, no leading zero.
fn parse_moment(text: &str) -> Result<Timestamp, SignatureError> {
    let seconds: Option<i64> = text.parse().ok();
    seconds
        .filter(|seconds| *seconds >= 0 && seconds.to_string() == text)
        .map(Timestamp::from_unix)
        .ok_or(SignatureError::Header("its timestamp is not a number of seconds"))
}

/// 64 lower-case hexadecimal digits.
fn parse_tag(hex: &str) -> Option<[u8; TAG_BYTES]> {
    let digits = hex.as_bytes();
    if digits.len() != 2 * TAG_BYTES {
        return None;
    }
    let mut tag = [0; TAG_BYTES];
    for (byte, pair) in tag.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(tag)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Stripe's Python and Node libraries agree on.
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"x","data":{"object":{}}}"#;
    const TAG: &str = "642e6beb2dbc243ef2c883582986bceb107bc787735fee9d0e5619fd0f02e320";
    const SIGNED_AT: i64 = 1_700_000_000;

    #[test]
    fn the_vector_of_stripes_own_libraries_is_accepted() {
        assert_eq!(check(&format!("t={SIGNED_AT},v1={TAG}"), &["whsec_test"], SIGNED_AT), "fine");
    }

    #[test]
    fn a_signature_lasts_for_five_minutes() {
        let header = format!("t={SIGNED_AT},v1={TAG}");
        let at = |seconds: i64| check(&header, &["whsec_test"], SIGNED_AT + seconds);
        assert_eq!(at(299), "fine");
        assert_eq!(at(300), "fine");
        assert_eq!(at(301), "stale");
        assert_eq!(at(400_000_000), "stale");
        assert_eq!(at(-1), "fine");
        assert_eq!(at(-400_000_000), "fine");
    }

    #[test]
    fn any_of_our_secrets_may_have_signed() {
        let header = format!("t={SIGNED_AT},v1={TAG}");
        let with = |secrets: &[&str]| check(&header, secrets, SIGNED_AT);
        assert_eq!(with(&["whsec_old", "whsec_test"]), "fine");
        assert_eq!(with(&["whsec_test", ""]), "fine");
        assert_eq!(with(&["whsec_old", "whsec_new"]), "mismatch");
        assert_eq!(with(&["whsec_test "]), "mismatch");
        assert_eq!(with(&["WHSEC_TEST"]), "mismatch");
        assert_eq!(with(&["whsec_tes"]), "mismatch");
        assert_eq!(with(&[""]), "mismatch");
        assert_eq!(with(&[]), "mismatch");
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        // The HMAC of the vector with an empty key, made with Python's hmac.
        let tag = "0fd32edc6e512ee7bf38f6c06ced7d86dd1314f251d8ea7d9562daee8a766e0a";
        assert_eq!(check(&format!("t={SIGNED_AT},v1={tag}"), &[""], SIGNED_AT), "mismatch");
    }

    #[test]
    fn nothing_but_the_header_that_stripe_sends_is_accepted() {
        let good = format!("v1={TAG}");
        let t = format!("t={SIGNED_AT}");
        let wrong = "0".repeat(64);
        let rows: &[(&str, &str)] = &[
            // Accepted: another order, other schemes, several signatures, a blank after a comma.
            (&format!("{good},{t}"), "fine"),
            (&format!("{t}, {good}"), "fine"),
            (&format!("{t},v0={wrong},{good}"), "fine"),
            (&format!("{t},v1={wrong},{good}"), "fine"),
            (&format!("{t},{good},v1={wrong}"), "fine"),
            (&format!("{t},v1=nonsense,{good}"), "fine"),
            (&format!("{t},{good},"), "fine"),
            (&format!("{t},{good},v2=later,x"), "fine"),
            (&format!("{t},{good}{}", ",v1=".to_owned().repeat(20)), "fine"),
            (&format!("{t},{good}{}", format!(",v1={wrong}").repeat(7)), "fine"),
            // Refused: the header.
            ("", "header"),
            (",", "header"),
            ("=", "header"),
            (&t, "header"),
            (&good, "header"),
            (TAG, "header"),
            (&format!("{t};{good}"), "header"),
            (&format!("{t} {good}"), "header"),
            (&format!("{t},v1:{TAG}"), "header"),
            (&format!("T={SIGNED_AT},{good}"), "header"),
            (&format!("{t},V1={TAG}"), "header"),
            (&format!("{t},v0={TAG}"), "header"),
            (&format!("{t},v11={TAG}"), "header"),
            (&format!("{t},v1={}", &TAG[1..]), "header"),
            (&format!("{t},v1={TAG}00"), "header"),
            (&format!("{t},v1=0x{}", &TAG[2..]), "header"),
            (&format!("{t},v1={}", TAG.to_uppercase()), "header"),
            (&format!("{t},v1=\"{TAG}\""), "header"),
            (&format!("{t},v1=={TAG}"), "header"),
            (&format!("{t},v1={}é", &TAG[2..]), "header"),
            (&format!("{t},v1="), "header"),
            (&format!("{t},{good}{}", format!(",v1={wrong}").repeat(8)), "header"),
            // Refused: the moment.
            (&format!("{t},{t},{good}"), "header"),
            (&format!("{t},t=1,{good}"), "header"),
            (&format!("t=,{good}"), "header"),
            (&format!("t=0{SIGNED_AT},{good}"), "header"),
            (&format!("t=+{SIGNED_AT},{good}"), "header"),
            (&format!("t=-{SIGNED_AT},{good}"), "header"),
            (&format!("t= {SIGNED_AT},{good}"), "header"),
            (&format!("{t}.0,{good}"), "header"),
            (&format!("t=1.7e9,{good}"), "header"),
            (&format!("t=99999999999999999999,{good}"), "header"),
            (&format!("t=soon,{good}"), "header"),
            // Refused: not what was signed.
            (&format!("t={},{good}", SIGNED_AT + 1), "mismatch"),
            (&format!("t={},{good}", SIGNED_AT - 1), "mismatch"),
            (&format!("t={},{good}", i64::MAX), "mismatch"),
            (&format!("t=0,{good}"), "stale"),
            (&format!("{t},v1={wrong}"), "mismatch"),
            (&format!("{t},v1=7{}", &TAG[1..]), "mismatch"),
            (&format!("{t},v1={}1", &TAG[..63]), "mismatch"),
        ];
        for (header, expected) in rows {
            assert_eq!(&check(header, &["whsec_test"], SIGNED_AT), expected, "{header:?}");
        }
    }

    #[test]
    fn every_changed_byte_of_the_body_is_noticed() {
        let header = format!("t={SIGNED_AT},v1={TAG}");
        let verdict = |body: &[u8]| of(body, &header, &["whsec_test"], SIGNED_AT);
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(verdict(&body), "mismatch", "byte {at}");
        }
        assert_eq!(verdict(&BODY[1..]), "mismatch");
        assert_eq!(verdict(&[BODY, b"\n"].concat()), "mismatch");
        assert_eq!(verdict(b""), "mismatch");
    }

    fn check(header: &str, secrets: &[&str], now: i64) -> &'static str {
        of(BODY, header, secrets, now)
    }

    fn of(body: &[u8], header: &str, secrets: &[&str], now: i64) -> &'static str {
        let secrets: Vec<_> = secrets.iter().map(|text| Secret::new((*text).to_owned())).collect();
        match verify(body, header, &secrets, Timestamp::from_unix(now)) {
            Ok(()) => "fine",
            Err(SignatureError::Header(_)) => "header",
            Err(SignatureError::Stale { .. }) => "stale",
            Err(SignatureError::Mismatch) => "mismatch",
        }
    }
}
