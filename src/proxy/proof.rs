//! The proof that a request came through us: `[origin] proof`, docs/origin-proof.md.

use crate::crypto;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// What `X-Tollhouse-Proof` says of a request: when it was sent on, and a keyed hash of that and
/// of what the origin receives. No part has a line break in it, so two requests never hash the
/// same text.
pub(super) fn of(
    secret: &Secret<String>,
    method: &str,
    host: &str,
    target: &[u8],
    now: Timestamp,
) -> String {
    let moment = now.unix();
    let head = format!("{moment}\n{method}\n{host}\n");
    let message = [head.as_bytes(), target].concat();
    let tag = crypto::hmac_sha256(secret.expose().as_bytes(), &message);
    format!("t={moment},v1={}", crypto::hex(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's hmac.
    #[test]
    fn a_proof_is_what_any_other_program_makes_of_it() {
        let of = |method, host, target: &[u8]| {
            let secret = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
            super::of(&secret, method, host, target, Timestamp::from_unix(1_767_225_600))
        };
        let proof = of("GET", "weather.example", b"/longreads/tide?a=b");
        assert_eq!(
            proof,
            "t=1767225600,v1=a0f5cd2da102ceafdcb15c28b51a4506fa0bc8cf16b783223320eea881c3d7e6"
        );
        for other in [
            of("HEAD", "weather.example", b"/longreads/tide?a=b"),
            of("GET", "weather.example:8080", b"/longreads/tide?a=b"),
            of("GET", "weather.example", b"/longreads/tide?a=c"),
            of("GET", "weather.example", b"/longreads/tide?a=\xff"),
        ] {
            assert_ne!(other, proof);
        }
    }
}
