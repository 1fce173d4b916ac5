//! The whole gateway, over the wire: whatever a stranger sends on a connection, nothing closed
//! comes back, and the origin is asked for nothing closed.

use super::Stage;

/// What stands for the site's own host and port in an input.
const OWN: &[u8] = b"@SITE";

pub(super) fn try_with(stage: &Stage, input: &[u8]) {
    for gateway in stage.gateways() {
        let authority = gateway.to_string();
        let sent = replaced(input, OWN, authority.as_bytes());
        // Whatever was not whole, the connection has an end.
        let last =
            format!("GET /about.html HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stage.attack(gateway, &[&sent, last.as_bytes()].concat());
    }
}

fn replaced(text: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&first) = rest.first() {
        match rest.strip_prefix(what) {
            Some(behind) => {
                whole.extend_from_slice(with);
                rest = behind;
            }
            None => {
                whole.push(first);
                rest = &rest[1..];
            }
        }
    }
    whole
}
