//! The other door: where whoever runs the server asks how it is. The same front, and nothing
//! behind it.

use async_trait::async_trait;
use pingora_core::modules::http::HttpModules;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType, Result};
use pingora_proxy::{ProxyHttp, Session};

use super::local;
use crate::web::Health;

/// Answers everything itself.
#[derive(Clone)]
pub struct Operator(Health);

impl Operator {
    /// Tells this.
    pub fn new(health: Health) -> Self {
        Self(health)
    }
}

#[async_trait]
impl ProxyHttp for Operator {
    type CTX = ();

    fn new_ctx(&self) {}

    fn init_downstream_modules(&self, _: &mut HttpModules) {}

    async fn request_filter(&self, session: &mut Session, (): &mut ()) -> Result<bool> {
        let request = session.req_header();
        let (method, path) = (request.method.clone(), request.uri.path().to_owned());
        let answer = self.0.answer(&method, &path).await;
        // Nobody reads a body that came along.
        session.set_keepalive(None);
        local::answer(session, answer).await?;
        Ok(true)
    }

    async fn upstream_peer(&self, _: &mut Session, (): &mut ()) -> Result<Box<HttpPeer>> {
        Error::e_explain(ErrorType::InternalError, "nothing is behind this door")
    }

    fn suppress_error_log(&self, _: &Session, (): &(), _: &Error) -> bool {
        true
    }
}
