//! Cookies and passes: one pass has one text, and that is the one that we signed.

use std::sync::OnceLock;

use http::{HeaderMap, HeaderValue, header};
use tollhouse::crypto::SigningKey;
use tollhouse::passes::{self, Passes, Presented};

use super::Stage;

/// An Ed25519 key in PKCS #8 (RFC 8410, 7): what goes before it, and a seed that everybody knows.
const BEFORE_THE_SEED: [u8; 16] =
    [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const SEED: [u8; 32] = *b"known to everybody, good for 0..";

pub(super) fn try_with(_: &Stage, input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let passes = passes();
    let headers = HeaderMap::from_iter([(header::COOKIE, value.clone())]);
    if let Presented::Pass(pass) = passes.presented(&headers) {
        let token = passes.seal(&pass).expect("it was a pass");
        let text = String::from_utf8_lossy(value.as_bytes());
        assert!(text.contains(&token), "{pass:?} has two texts: {text}");
    }
    assert!(passes.checkouts(&headers).len() <= passes::OPEN_CHECKOUTS);
    // What the origin gets has nothing of ours, and nothing that was not there.
    let Some(left) = passes::cookies_for_origin(&headers) else { return };
    let left = left.as_bytes();
    assert!(left.split(|byte| *byte == b';').all(|pair| !passes::is_ours(pair)), "{left:?}");
    let headers = HeaderMap::from_iter([(
        header::COOKIE,
        HeaderValue::from_bytes(left).expect("it was one"),
    )]);
    assert!(matches!(passes.presented(&headers), Presented::Nothing), "{headers:?}");
    assert!(passes.checkouts(&headers).is_empty(), "{headers:?}");
}

fn passes() -> &'static Passes {
    static PASSES: OnceLock<Passes> = OnceLock::new();
    PASSES.get_or_init(|| {
        let key = [BEFORE_THE_SEED.as_slice(), &SEED].concat();
        let key = SigningKey::from_pkcs8(&key).expect("a key");
        Passes::new("http://site.example", "http://site.example/", &key, [])
    })
}
