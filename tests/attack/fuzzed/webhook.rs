//! The webhook: nothing is believed without its signature, and with it nothing is refused that is
//! an event, and nothing taken for an id that is none.

use tollhouse::crypto;
use tollhouse::domain::secret::Secret;
use tollhouse::domain::time::Timestamp;
use tollhouse::stripe::{EventError, Whose, read, receive};

use super::Stage;
use crate::support::{START, WEBHOOK_SECRET};

/// An input is the header, a line feed, and the body.
pub(super) fn try_with(_: &Stage, input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (header, body) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let secrets = [Secret::new(WEBHOOK_SECRET.to_owned())];
    let now = Timestamp::from_unix(START);
    let signed = signature(body);
    let header = String::from_utf8_lossy(header);
    if !header.contains(&signed) {
        let received = receive(body, &header, &secrets, now);
        assert!(matches!(received, Err(EventError::Signature(_))), "{received:?}");
    }
    let header = format!("t={START},v1={signed}");
    let received = receive(body, &header, &secrets, now);
    assert!(!matches!(received, Err(EventError::Signature(_))), "{received:?}");
    let read = read(body);
    assert_eq!(received.is_ok(), read.is_ok());
    let Ok(hint) = read else { return };
    let id = match &hint.whose {
        Whose::Subject(subject) => subject.as_str(),
        Whose::Ask(hinted) => hinted.as_str(),
        Whose::Nobody => return,
    };
    // It becomes a part of an address at Stripe.
    assert!(
        id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'),
        "{id:?}"
    );
    assert!(String::from_utf8_lossy(body).contains('{'), "an event is an object");
}

fn signature(body: &[u8]) -> String {
    let message = [format!("{START}.").as_bytes(), body].concat();
    crypto::hex(&crypto::hmac_sha256(WEBHOOK_SECRET.as_bytes(), &message))
}
