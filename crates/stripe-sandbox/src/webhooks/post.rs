//! Posting one webhook.

use std::time::Duration;

use axum::http::{Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long an endpoint may take: <docs.stripe.com/webhooks#event-delivery-behaviors>
const PATIENCE: Duration = Duration::from_secs(20);

/// An address that the sandbox can post to: plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `host:port`, to connect to.
    address: String,
    /// What the Host header says.
    host: String,
    path: String,
}

impl Target {
    /// `None` if this is not an `http://` address.
    pub(crate) fn parse(url: &str) -> Option<Target> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Some(Target {
            address: format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80)),
            host: authority.as_str().to_owned(),
            path: path.to_owned(),
        })
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PostError {
    #[error("not an http:// address")]
    Address,
    #[error("cannot connect: {0}")]
    Connect(std::io::Error),
    #[error("no answer: {0}")]
    Http(#[from] hyper::Error),
    #[error("the address or the signature cannot be sent: {0}")]
    Request(#[from] axum::http::Error),
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    TimedOut,
}

/// The status that the endpoint answers.
pub(crate) async fn post(url: &str, signature: String, body: String) -> Result<u16, PostError> {
    let target = Target::parse(url).ok_or(PostError::Address)?;
    let exchange = exchange(&target, signature, body);
    tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| PostError::TimedOut)?
}

async fn exchange(target: &Target, signature: String, body: String) -> Result<u16, PostError> {
    let stream = TcpStream::connect(&target.address).await.map_err(PostError::Connect)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::post(&target.path)
        .header(header::HOST, &target.host)
        .header(header::USER_AGENT, "Stripe/1.0 (sandbox)")
        .header(header::ACCEPT, "*/*; q=0.5, application/xml")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header("stripe-signature", signature)
        .body(Full::new(Bytes::from(body)))?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        response.into_body().collect().await?;
        drop(sender);
        Ok(status)
    };
    let (status, _closed) = tokio::join!(answer, connection);
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_is_posted_to() {
        let target = Target::parse("http://127.0.0.1:8080/hooks?a=b").expect("an http address");
        assert_eq!(
            (target.address.as_str(), target.path.as_str()),
            ("127.0.0.1:8080", "/hooks?a=b")
        );
        assert_eq!(
            Target::parse("http://localhost").expect("an http address").address,
            "localhost:80"
        );
        assert_eq!(
            ["https://site.example/", "/hooks", "", "ftp://x/"].map(Target::parse),
            [const { None }; 4]
        );
    }
}
