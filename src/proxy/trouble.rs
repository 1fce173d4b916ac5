//! What can be wrong with a request or with the origin; the words are in `web/texts`.

use std::io;

use http::{Method, StatusCode};
use pingora_core::{Error, ErrorSource, ErrorType};

use super::check::Unclear;
use crate::domain::path::Refusal;
use crate::site::Site;
use crate::web::Problem;

/// An address that no browser sends.
pub(super) fn path(refusal: Refusal) -> Problem {
    let rule = match refusal {
        Refusal::ControlByte => "control",
        Refusal::Fragment => "fragment",
        Refusal::ForeignForm => "foreign",
        Refusal::BadPercent => "percent",
        Refusal::Backslash => "backslash",
        Refusal::EncodedSlash => "slash",
        Refusal::NotUtf8 => "utf-8",
        Refusal::EncodedControl => "encoded-control",
        Refusal::DotSegment => "dots",
        Refusal::TooDeep => "deep",
        Refusal::Ambiguous => "ambiguous",
    };
    Problem::new(StatusCode::BAD_REQUEST, "address").naming("rule", rule)
}

/// A request without a host, or with several.
pub(super) fn host() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "host")
}

/// A host that is not ours: mostly a proxy in front of us that does not pass it on.
pub(super) fn wrong_host(host: &str, site: &Site) -> Problem {
    let ours = site.config.site.url.authority();
    let shown: String = host.chars().take(100).collect();
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "other-host")
        .naming("url", site.config.site.url.as_str())
        .naming("host", shown.clone())
        .because(format!("a request for {shown:?} reached {ours}"))
}

/// A request that has been here before.
pub(super) fn loops(site: &Site) -> Problem {
    Problem::new(StatusCode::LOOP_DETECTED, "loop")
        .naming("url", site.config.site.url.as_str())
        .because("a request met itself: the origin leads back to tollhouse")
}

/// A method that is of no use here.
pub(super) fn method(method: &Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method").naming("method", method.as_str())
}

/// A body where none has a meaning.
pub(super) fn needless_body(method: &Method) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "needless-body").naming("method", method.as_str())
}

/// A body that is too large.
pub(super) fn body(most: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body").naming("bytes", most.to_string())
}

/// Nothing there.
pub(super) fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-page")
}

/// A page of the website, where tollhouse has none: another server shows it.
pub(super) fn nothing_behind() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "nothing-behind")
}

/// A question about a page that cannot be answered: in doubt nobody may have it.
pub(super) fn unclear(unclear: &Unclear) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "unclear").because(unclear)
}

/// What went wrong on the way to the origin; none if the visitor has left.
pub(super) fn of_proxy(error: &Error) -> Option<Problem> {
    let because = |problem: Problem| Some(problem.because(error));
    match (error.etype(), error.esource()) {
        (ErrorType::HTTPStatus(413), _) => Some(body_too_large()),
        (ErrorType::ReadError, ErrorSource::Downstream) => of_body(error),
        (
            ErrorType::WriteError
            | ErrorType::ConnectionClosed
            | ErrorType::WriteTimedout
            | ErrorType::ReadTimedout,
            ErrorSource::Downstream,
        ) => None,
        (_, ErrorSource::Downstream) => Some(malformed()),
        (
            ErrorType::ConnectTimedout
            | ErrorType::ReadTimedout
            | ErrorType::WriteTimedout
            | ErrorType::TLSHandshakeTimedout,
            ErrorSource::Upstream,
        ) => because(too_slow()),
        (_, ErrorSource::Upstream) => because(unreachable()),
        (ErrorType::ConnectNoRoute, _) => because(unreachable()),
        (_, ErrorSource::Internal | ErrorSource::Unset) => because(ours()),
    }
}

/// What was wrong with a body, if it was not the connection: see `proxy::server`.
fn of_body(error: &Error) -> Option<Problem> {
    let cause = error.root_cause().downcast_ref::<io::Error>()?.kind();
    if cause == io::ErrorKind::InvalidData {
        return Some(malformed());
    }
    (cause == io::ErrorKind::TimedOut)
        .then(|| Problem::new(StatusCode::REQUEST_TIMEOUT, "slow-body"))
}

fn body_too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-of-site")
}

fn malformed() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed")
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "origin-slow")
}

fn unreachable() -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "origin-away")
}

fn ours() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "ours")
}
