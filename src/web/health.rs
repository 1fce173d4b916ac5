//! How the server is, for whoever runs it; never for visitors.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::clock::Clock;
use crate::store::Store;

/// How long the store may take to write: whoever asks would give up, too.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers whoever asks how the server is. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    store: Store,
    clock: Clock,
}

impl Health {
    /// Looks at this store.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Answers a request on the listener for operators.
    pub async fn answer(&self, method: &Method, path: &str) -> Response<Bytes> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut answer = said(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return answer;
        }
        match path {
            "/_tollhouse/health/live" => said(StatusCode::OK, "alive"),
            "/_tollhouse/health/ready" => self.ready().await,
            _ => said(StatusCode::NOT_FOUND, "ask /_tollhouse/health/live or …/ready"),
        }
    }

    /// Whether somebody can buy and sign in: the store is open, and takes writes. Readers with a
    /// pass can read without it.
    async fn ready(&self) -> Response<Bytes> {
        let writes = tokio::select! {
            writes = self.store.takes_writes() => writes.map_err(|problem| problem.to_string()),
            () = self.clock.pause(PATIENCE) => Err("the store takes too long to write".to_owned()),
        };
        match writes {
            Ok(()) => said(StatusCode::OK, "ready"),
            Err(problem) => said(StatusCode::SERVICE_UNAVAILABLE, &problem),
        }
    }
}

fn said(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(format!("{text}\n")));
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
