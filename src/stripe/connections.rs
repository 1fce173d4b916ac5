//! Connections to Stripe: a few are kept for a moment, because a page makes several calls, and each
//! new connection costs two journeys there and back.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{HttpConnector, HttpInfo};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// How many are kept open while nobody calls.
const KEPT: usize = 4;

/// How long one is kept. Longer than the calls of one page are apart, and shorter than whatever
/// stands in between forgets a connection without a word: home routers do after a minute or more.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// How many connections are remembered as used: more than there ever are at once.
const REMEMBERED: usize = 64;

/// The largest answer that is read. A page of a hundred subscriptions has less than a mebibyte.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Where calls go out.
#[derive(Debug)]
pub(super) struct Connections {
    kept: Http,
    fresh: Http,
    /// Our ends of those over which an answer has come, the latest last.
    used: Mutex<VecDeque<SocketAddr>>,
}

/// Which connection a call takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Over {
    /// One that was kept, if there is one.
    Any,
    /// One of its own.
    New,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// None began: the connection was kept from an earlier call, and the other side had given it
    /// up. That says nothing about Stripe.
    Stale,
    /// In the words of an operator.
    Broken(String),
}

impl Connections {
    pub(super) fn new() -> Self {
        // HTTP/1: a connection that went silent is lost to one call, not shared by all.
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        let mut builder = Client::builder(TokioExecutor::new());
        let fresh = builder.clone().pool_max_idle_per_host(0).build(connector.clone());
        let kept = builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_FOR)
            .pool_max_idle_per_host(KEPT)
            .build(connector);
        Self { kept, fresh, used: Mutex::default() }
    }

    /// Sends a request, and reads all of the answer.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        over: Over,
    ) -> Result<Response<Bytes>, Unanswered> {
        let http = match over {
            Over::Any => &self.kept,
            Over::New => &self.fresh,
        };
        let answer = match http.request(request).await {
            Ok(answer) => answer,
            Err(error) if self.was_used(&error) => return Err(Unanswered::Stale),
            Err(error) => return Err(Unanswered::Broken(chain(&error))),
        };
        self.remember(answer.extensions());
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LARGEST_ANSWER).collect().await;
        let body = body.map_err(|error| Unanswered::Broken(chain(error.as_ref())))?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }

    fn remember(&self, of_answer: &Extensions) {
        let Some(info) = of_answer.get::<HttpInfo>() else { return };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|known| *known != info.local_addr());
        used.push_back(info.local_addr());
        if used.len() > REMEMBERED {
            used.pop_front();
        }
    }

    fn was_used(&self, error: &Error) -> bool {
        let mut extras = Extensions::new();
        if let Some(connected) = error.connect_info() {
            connected.get_extras(&mut extras);
        }
        let Some(info) = extras.get::<HttpInfo>() else { return false };
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.contains(&info.local_addr())
    }
}

/// The error with its causes: the outermost alone says no more than "client error".
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
