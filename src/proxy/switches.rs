//! What asks for more than an answer: another protocol on the same connection, a word before the
//! body is sent, the server itself rather than a page.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version, header};
use pingora_core::{Error, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};

use super::headers;

/// Methods that a website behind us may be asked for.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Whether a request asks for a WebSocket, as RFC 6455, 4.1 spells it. No other protocol is passed
/// on, and this one only if all between the visitor and us said so: who did not goes on reading
/// requests where we would open a tunnel.
pub(super) fn asks_for_websocket(request: &RequestHeader) -> bool {
    let headers = &request.headers;
    let mut options = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    request.method == Method::GET
        && request.version == Version::HTTP_11
        && is_websocket(headers)
        && options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"upgrade"))
        && !headers::has_body(headers)
}

/// Takes out of a request to the origin what it must not be asked: `ours` is the request as it came.
pub(super) fn for_origin(request: &mut RequestHeader, ours: &RequestHeader) {
    if !asks_for_websocket(ours) && request.remove_header(&header::UPGRADE).is_some() {
        request.remove_header(&header::CONNECTION);
    }
    // Without a body there is nothing to expect, and HTTP/1.0 knows no answer to it: RFC 9110,
    // 10.1.1. An origin that says "go on" all the same would be a message ahead of us.
    if !headers::has_body(&ours.headers) || ours.version == Version::HTTP_10 {
        request.remove_header(&header::EXPECT);
    }
}

/// Refuses a tunnel that nobody asked for, or that leads to another protocol.
pub(super) fn check_switch(answer: &ResponseHeader, ours: &RequestHeader) -> Result<()> {
    let agreed = || asks_for_websocket(ours) && is_websocket(&answer.headers);
    if answer.status == StatusCode::SWITCHING_PROTOCOLS && !agreed() {
        let fault =
            Error::explain(ErrorType::InvalidHTTPHeader, "a switch to what nobody asked for");
        return Err(fault.into_up());
    }
    Ok(())
}

/// Whether a request waits for a word before it sends its body.
pub(super) fn waits_to_send(request: &RequestHeader) -> bool {
    // What else could be expected was refused with the head.
    request.headers.contains_key(header::EXPECT)
        && request.version == Version::HTTP_11
        && headers::has_body(&request.headers)
}

/// The answer to `OPTIONS *`, which is about no page: RFC 9110, 9.3.7.
pub(super) fn about_the_server(request: &RequestHeader) -> Option<Response<Bytes>> {
    let asked = request.method == Method::OPTIONS && request.raw_path() == b"*";
    (asked && !headers::has_body(&request.headers)).then(|| {
        let mut answer = Response::new(Bytes::new());
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
        answer
    })
}

fn is_websocket(headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(header::UPGRADE).iter();
    let only = named.next().filter(|_| named.next().is_none());
    only.is_some_and(|name| name.as_bytes().trim_ascii().eq_ignore_ascii_case(b"websocket"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn only_a_websocket_is_asked_for() {
        //    method  fields                                                  asked for
        check("GET",  &[("connection", "Upgrade"), ("upgrade", "websocket")], true);
        check("GET",  &[("connection", "keep-alive, upgrade"), ("upgrade", "WebSocket")], true);
        check("GET",  &[("connection", "close"), ("connection", "upgrade"), ("upgrade", "websocket")], true);
        check("POST", &[("connection", "Upgrade"), ("upgrade", "websocket")], false);
        check("HEAD", &[("connection", "Upgrade"), ("upgrade", "websocket")], false);
        check("GET",  &[("upgrade", "websocket")],                            false);
        check("GET",  &[("connection", "keep-alive"), ("upgrade", "websocket")], false);
        check("GET",  &[("connection", "Upgrade"), ("upgrade", "h2c")],       false);
        check("GET",  &[("connection", "Upgrade"), ("upgrade", "websocket, h2c")], false);
        check("GET",  &[("connection", "Upgrade"), ("upgrade", "h2c"), ("upgrade", "websocket")], false);
        check("GET",  &[("connection", "Upgrade"), ("upgrade", "websocket"), ("content-length", "1")], false);
        check("GET",  &[("connection", "Upgrade")],                           false);
    }

    #[test]
    fn http_1_0_switches_to_nothing() {
        let fields = [("connection", "Upgrade"), ("upgrade", "websocket")];
        let mut request = request("GET", "/", &fields);
        request.set_version(Version::HTTP_10);
        assert!(!asks_for_websocket(&request));
    }

    #[test]
    fn the_origin_is_asked_for_no_other_protocol() {
        //    as it came                      to the origin
        for (upgrade, kept) in [("websocket", true), ("h2c", false), ("foo", false)] {
            let ours = request("GET", "/", &[("connection", "upgrade"), ("upgrade", upgrade)]);
            let mut theirs =
                request("GET", "/", &[("connection", "Upgrade"), ("upgrade", "websocket")]);
            for_origin(&mut theirs, &ours);
            assert_eq!(theirs.headers.contains_key("upgrade"), kept, "{upgrade}");
            assert_eq!(theirs.headers.contains_key("connection"), kept, "{upgrade}");
        }
    }

    #[test]
    fn the_origin_is_told_to_say_go_on_only_if_something_is_to_come() {
        let expect = ("expect", "100-continue");
        for (fields, version, kept) in [
            (&[expect, ("content-length", "1")][..], Version::HTTP_11, true),
            (&[expect, ("transfer-encoding", "chunked")], Version::HTTP_11, true),
            (&[expect, ("content-length", "1")], Version::HTTP_10, false),
            (&[expect, ("content-length", "0")], Version::HTTP_11, false),
            (&[expect], Version::HTTP_11, false),
        ] {
            let mut ours = request("POST", "/", fields);
            ours.set_version(version);
            let mut theirs = ours.clone();
            for_origin(&mut theirs, &ours);
            assert_eq!(theirs.headers.contains_key("expect"), kept, "{fields:?} {version:?}");
            assert_eq!(waits_to_send(&ours), kept, "{fields:?} {version:?}");
        }
    }

    #[test]
    fn an_origin_switches_to_what_was_asked_for_or_not_at_all() {
        let plain = request("GET", "/", &[]);
        let asks = request("GET", "/", &[("connection", "upgrade"), ("upgrade", "websocket")]);
        for (status, upgrade, sound) in [
            (101, "websocket", true),
            (101, "h2c", false),
            (101, "", false),
            (200, "h2c", true),
            (103, "", true),
        ] {
            let mut answer = ResponseHeader::build(status, None).expect("an answer");
            if !upgrade.is_empty() {
                answer.append_header("upgrade", upgrade).expect("a header");
            }
            assert_eq!(check_switch(&answer, &asks).is_ok(), sound, "{status} {upgrade}");
            let unasked = check_switch(&answer, &plain).is_ok();
            assert_eq!(unasked, status != 101, "{status} {upgrade}");
        }
    }

    #[test]
    fn only_options_asks_about_the_server() {
        for (method, target, answered) in
            [("OPTIONS", "*", true), ("OPTIONS", "/*", false), ("GET", "*", false)]
        {
            let request = request(method, target, &[]);
            assert_eq!(about_the_server(&request).is_some(), answered, "{method} {target}");
        }
        let request = request("OPTIONS", "*", &[("content-length", "1")]);
        assert!(about_the_server(&request).is_none());
    }

    fn check(method: &str, fields: &[(&'static str, &str)], expected: bool) {
        assert_eq!(
            asks_for_websocket(&request(method, "/", fields)),
            expected,
            "{method} {fields:?}"
        );
    }

    fn request(method: &str, target: &str, fields: &[(&'static str, &str)]) -> RequestHeader {
        let mut request = RequestHeader::build(method, target.as_bytes(), None).expect("a request");
        for (name, value) in fields {
            request.append_header(*name, *value).expect("a header");
        }
        request
    }
}
