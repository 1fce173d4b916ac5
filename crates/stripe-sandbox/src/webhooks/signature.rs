//! The `Stripe-Signature` header: <docs.stripe.com/webhooks#verify-manually>

use std::fmt::Write;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// `t=…,v1=…` for these bytes, signed at `at` (Unix seconds).
pub fn header(secret: &str, at: i64, body: &[u8]) -> String {
    header_of_all(&[secret], at, body)
}

/// `t=…,v1=…,v1=…`: one signature for each secret, as while a secret rolls.
pub fn header_of_all<S: AsRef<str>>(secrets: &[S], at: i64, body: &[u8]) -> String {
    let mut header = format!("t={at}");
    for secret in secrets {
        write!(header, ",v1={}", v1(secret.as_ref(), at, body))
            .expect("writing to a string does not fail");
    }
    header
}

fn v1(secret: &str, at: i64, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(at.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let mut hex = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"x","data":{"object":{}}}"#;
    /// What Stripe's Node and Python SDKs make of it.
    const V1: &str = "642e6beb2dbc243ef2c883582986bceb107bc787735fee9d0e5619fd0f02e320";

    #[test]
    fn signs_like_stripe() {
        let signed = header("whsec_test", 1_700_000_000, BODY);
        assert_eq!(signed, format!("t=1700000000,v1={V1}"));
    }

    #[test]
    fn two_secrets_sign_twice_the_newest_first() {
        let signed = header_of_all(&["whsec_new", "whsec_test"], 1_700_000_000, BODY);
        let new = v1("whsec_new", 1_700_000_000, BODY);
        assert_eq!(signed, format!("t=1700000000,v1={new},v1={V1}"));
    }
}
