//! A page of the server behind us that we read ourselves, instead of passing it on.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use pingora_core::connectors::http::v1::Connector;
use pingora_core::protocols::http::v1::client::HttpSession;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};

/// So much of a page is read on behind what was wanted of it, so that the connection can be used
/// again: less than a new connection costs.
const READ_ON: usize = 64 * 1024;

/// What of it does not come at once, nobody waits for.
const READ_ON_WAIT: Duration = Duration::from_millis(100);

/// The most answers of a server that announce another one (RFC 9110, 15.2).
const ANNOUNCEMENTS: usize = 8;

/// Gets pages.
pub(super) struct Fetcher(Connector);

/// A page that is being read.
pub(super) struct Fetched {
    /// What the server says of it.
    pub(super) head: ResponseHeader,
    session: HttpSession,
    peer: HttpPeer,
}

impl Fetcher {
    pub(super) fn new() -> Self {
        Self(Connector::new(None))
    }

    /// Sends a request without a body, and waits for the head of the answer. What a server closed
    /// while nobody spoke is no answer: then it is asked once more.
    pub(super) async fn get(&self, peer: HttpPeer, request: &RequestHeader) -> Result<Fetched> {
        let (session, reused) = self.0.get_http_session(&peer).await?;
        match ask(session, &peer, request).await {
            Ok((session, head)) => Ok(Fetched { head, session, peer }),
            Err(problem) if reused && *problem.etype() != ErrorType::ReadTimedout => {
                let (session, _) = self.0.get_http_session(&peer).await?;
                let (session, head) = ask(session, &peer, request).await?;
                Ok(Fetched { head, session, peer })
            }
            Err(problem) => Err(problem),
        }
    }

    /// Ends a page. What is left of it is not needed.
    pub(super) async fn end(&self, page: Fetched) {
        let Fetched { mut session, peer, .. } = page;
        session.read_timeout = Some(READ_ON_WAIT);
        let mut read = 0;
        while read < READ_ON {
            match session.read_body_ref().await {
                Ok(Some(bytes)) => read += bytes.len(),
                Ok(None) => {
                    let idle: Option<Duration> = peer.options.idle_timeout;
                    self.0.release_http_session(session, &peer, idle).await;
                    return;
                }
                Err(_) => return,
            }
        }
    }
}

impl Fetched {
    /// The next part of the page; none at its end.
    pub(super) async fn more(&mut self) -> Result<Option<Bytes>> {
        self.session.read_body_bytes().await
    }
}

async fn ask(
    mut session: HttpSession,
    peer: &HttpPeer,
    request: &RequestHeader,
) -> Result<(HttpSession, ResponseHeader)> {
    session.read_timeout = peer.options.read_timeout;
    session.write_timeout = peer.options.write_timeout;
    session.write_request_header(Box::new(request.clone())).await?;
    session.finish_body().await?;
    for _ in 0..ANNOUNCEMENTS {
        let head = *session.read_resp_header_parts().await?;
        if head.status == StatusCode::SWITCHING_PROTOCOLS {
            break;
        }
        if !head.status.is_informational() {
            return Ok((session, head));
        }
    }
    Error::e_explain(ErrorType::InvalidHTTPHeader, "the server announces answers, and gives none")
}
