//! What can be wrong with a request or with the origin, in the visitor's words.

use std::io;

use http::{Method, StatusCode};
use pingora_core::{Error, ErrorSource, ErrorType};

use super::check::Unclear;
use crate::domain::path::Refusal;
use crate::site::Site;
use crate::web::Problem;

/// An address that no browser sends.
pub(super) fn path(refusal: Refusal) -> Problem {
    let advice = format!("This address cannot be opened: {refusal}.");
    Problem::new(StatusCode::BAD_REQUEST, "That address is not valid", advice)
}

/// A request without a host, or with several.
pub(super) fn host() -> Problem {
    let advice = "The request must name one host. Open the page in a browser.";
    Problem::new(StatusCode::BAD_REQUEST, "That request is not valid", advice)
}

/// A host that is not ours: mostly a proxy in front of us that does not pass it on.
pub(super) fn wrong_host(host: &str, site: &Site) -> Problem {
    let url = site.config.site.url.as_str();
    let ours = site.config.site.url.authority();
    let shown: String = host.chars().take(100).collect();
    let advice = format!(
        "This server is {url}, but was asked for \"{shown}\". If you run it: a proxy in front must \
         pass the visitor's host on (nginx: proxy_set_header Host $host;), and [site] url must be \
         the address that visitors use; other names of the site go into [site] also."
    );
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "This is another site", advice)
        .because(format!("a request for {shown:?} reached {ours}"))
}

/// A request that has been here before.
pub(super) fn loops(site: &Site) -> Problem {
    let url = site.config.site.url.as_str();
    let advice = format!(
        "This request came back to where it was sent from. If you run this site: [site] origin \
         must be the website behind the paywall, not {url} itself."
    );
    Problem::new(StatusCode::LOOP_DETECTED, "This site is not set up rightly", advice)
        .because("a request met itself: the origin leads back to tollhouse")
}

/// A method that is of no use here.
pub(super) fn method(method: &Method) -> Problem {
    let advice = format!("This server does not do {}.", method.as_str());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "That does not work here", advice)
}

/// A body where none has a meaning.
pub(super) fn needless_body(method: &Method) -> Problem {
    let advice =
        format!("A {} request has no body here. Open the page in a browser.", method.as_str());
    Problem::new(StatusCode::BAD_REQUEST, "That request is not valid", advice)
}

/// A body that is too large.
pub(super) fn body(most: usize) -> Problem {
    let advice = format!("What you sent is too large: {most} bytes are taken at most.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "That is too much", advice)
}

/// Nothing there.
pub(super) fn not_found() -> Problem {
    let advice = "There is no such page here. The address may be cut off or mistyped.";
    Problem::new(StatusCode::NOT_FOUND, "No such page", advice)
}

/// A page of the website, where tollhouse has none: another server shows it.
pub(super) fn nothing_behind() -> Problem {
    let advice = "This server only knows who may read. If you run it: the server in front shows \
                  the pages themselves, and sends nothing but /_tollhouse/ here.";
    Problem::new(StatusCode::NOT_FOUND, "No such page", advice)
}

/// A question about a page that cannot be answered: in doubt nobody may have it.
pub(super) fn unclear(unclear: &Unclear) -> Problem {
    let advice = "This address cannot be opened here. Go back to the site's front page.";
    Problem::new(StatusCode::FORBIDDEN, "That cannot be opened", advice).because(unclear)
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
    let advice = "The rest of what you sent did not arrive in time. Please try again.";
    (cause == io::ErrorKind::TimedOut)
        .then(|| Problem::new(StatusCode::REQUEST_TIMEOUT, "That took too long", advice))
}

fn body_too_large() -> Problem {
    let advice = "What you sent is larger than this site takes.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "That is too much", advice)
}

fn malformed() -> Problem {
    let advice = "The request could not be understood. Open the page in a browser.";
    Problem::new(StatusCode::BAD_REQUEST, "That request is not valid", advice)
}

fn too_slow() -> Problem {
    let advice = "The website took too long to answer. Please try again in a minute.";
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "The website does not answer", advice)
}

fn unreachable() -> Problem {
    let advice = "The website cannot be reached just now. Please try again in a minute.";
    Problem::new(StatusCode::BAD_GATEWAY, "The website is away", advice)
}

fn ours() -> Problem {
    let advice = "Something went wrong on our side. Please try again in a minute.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "That went wrong", advice)
}
