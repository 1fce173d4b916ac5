//! The door: every request is judged here, and then forwarded or answered.

mod access;
mod check;
mod fetch;
mod files;
mod free_view;
mod headers;
mod judge;
mod local;
mod location;
mod operator;
mod origin;
mod preview;
mod proof;
mod serve;
mod server;
mod switches;
mod trouble;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, Version, header};
use pingora_core::modules::http::HttpModules;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{FailToProxy, ProxyHttp, Session};

use self::fetch::Fetcher;
use self::free_view::FreeView;
use self::headers::{Identity, Passing, Privacy, Sender};
use self::judge::Step;
pub use self::operator::Operator;
use self::origin::{Behind, LookUp, Server};
pub use self::server::{Bound, FirstRequest, FrontLimits, Running, first_request, serve};

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::crypto;
use crate::domain::gate::Intent;
use crate::domain::path::SitePath;
use crate::domain::time::Timestamp;
use crate::site::{Site, Sites};
use crate::web::{KnownReader, Pages, Visitor};

/// Why an answer of the origin goes no further.
const CHARGED: ErrorType = ErrorType::Custom("charged");

/// Judges requests and sees them through.
#[derive(Clone)]
pub struct Gatekeeper {
    sites: Sites,
    pages: Pages,
    behind: Behind,
    /// Gets what is not passed on as it is.
    fetcher: Arc<Fetcher>,
    clock: Clock,
    /// What marks a request that has been here: `1.1 tollhouse-…`.
    via: Arc<str>,
}

/// What is known of a request while it is seen through.
pub struct Ctx {
    began: Stopwatch,
    site: Arc<Site>,
    sender: Option<Sender>,
    passage: Option<Passage>,
    /// What the access log shows of the path, once it is judged.
    shown: Option<String>,
    outcome: &'static str,
    /// What the visitor wants, by the request's method.
    intent: Intent,
    /// What is answered instead of what the origin sent.
    instead: Option<Response<Bytes>>,
    attempts: usize,
    body_bytes: usize,
}

/// A request that was let through.
struct Passage {
    path: SitePath,
    privacy: Privacy,
    visitor: Visitor,
    /// Whether its answer may pause for long: a WebSocket, server-sent events.
    streams: bool,
    /// The gate that gives it away, if one does.
    free: Option<FreeView>,
}

impl Gatekeeper {
    /// Sets the door up; with it comes the task that keeps the origin's addresses fresh.
    pub fn new(
        sites: Sites,
        pages: Pages,
        config: &Config,
        clock: Clock,
    ) -> std::io::Result<(Self, Option<FreshOrigin>)> {
        let (behind, look_up) = Behind::new(config, clock.clone())?;
        let via = format!("1.1 tollhouse-{}", &crypto::random_name()[..12]).into();
        let fetcher = Arc::new(Fetcher::new());
        Ok((Self { sites, pages, behind, fetcher, clock, via }, look_up.map(FreshOrigin)))
    }
}

/// Keeps the origin's addresses fresh.
pub struct FreshOrigin(LookUp);

impl FreshOrigin {
    /// Looks the origin's name up for the first time.
    pub async fn first(&self) {
        self.0.once().await;
    }

    /// Goes on until it is dropped.
    pub async fn keep(&self) {
        self.0.keep_fresh().await;
    }
}

impl Ctx {
    fn address(&self) -> IpAddr {
        self.sender.as_ref().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |sender| sender.address)
    }

    /// Makes an origin's answer ours: private behind a gate, with the renewed pass.
    fn finish(&self, answer: &mut ResponseHeader) -> Result<()> {
        let Some(passage) = &self.passage else { return Ok(()) };
        headers::from_origin(answer, passage.privacy)?;
        let location = answer.headers.get(header::LOCATION);
        let location = location.and_then(|it| std::str::from_utf8(it.as_bytes()).ok());
        if let Some(better) = location.and_then(|it| location::on_site(it, &self.site.config.site))
        {
            answer.insert_header(header::LOCATION, better)?;
        }
        let renewed = passage.visitor.reader().and_then(|known| known.renewed.as_ref());
        // What is not there, or elsewhere, is not counted.
        let is_page = answer.status.is_success();
        let free = passage.free.as_ref().filter(|_| is_page);
        let counts = free.and_then(|free| free.counts.as_ref());
        for cookie in renewed.into_iter().chain(counts) {
            answer.append_header(header::SET_COOKIE, cookie)?;
        }
        Ok(())
    }
}

#[async_trait]
impl ProxyHttp for Gatekeeper {
    type CTX = Ctx;

    fn new_ctx(&self) -> Ctx {
        Ctx {
            began: Clock::stopwatch(),
            site: self.sites.current(),
            sender: None,
            passage: None,
            shown: None,
            outcome: "refused",
            intent: Intent::Look,
            instead: None,
            attempts: 0,
            body_bytes: 0,
        }
    }

    /// No module of pingora's: it would compress what should pass as it is.
    fn init_downstream_modules(&self, _: &mut HttpModules) {}

    async fn request_filter(&self, session: &mut Session, ctx: &mut Ctx) -> Result<bool> {
        if session.req_header().version == Version::HTTP_10 {
            // It would take "go on" for the answer: RFC 9110, 15.2.
            session.downstream_session.set_ignore_info_resp(true);
        }
        match self.judge(session, ctx).await? {
            Step::Forward => return Ok(false),
            Step::Answer(answer) => local::answer(session, answer).await?,
            Step::Serve(chosen) => self.serve(session, ctx, &chosen).await?,
            Step::Redirect(to) => self.redirect(session, ctx, &to).await?,
            Step::ServeNotFound => self.serve_not_found(session, ctx).await?,
        }
        Ok(true)
    }

    async fn upstream_peer(&self, _: &mut Session, ctx: &mut Ctx) -> Result<Box<HttpPeer>> {
        let Behind::Server(server) = &self.behind else {
            return Error::e_explain(ErrorType::InternalError, "a folder is no peer");
        };
        let streams = ctx.passage.as_ref().is_some_and(|passage| passage.streams);
        let peer = server.peer(ctx.attempts, &ctx.site.config.limits, streams);
        ctx.attempts += 1;
        match peer {
            Some(peer) => Ok(Box::new(peer)),
            None => {
                Error::e_explain(ErrorType::ConnectNoRoute, "the origin's name is not resolved")
            }
        }
    }

    fn fail_to_connect(
        &self,
        _: &mut Session,
        _: &HttpPeer,
        _: &mut Ctx,
        mut error: Box<Error>,
    ) -> Box<Error> {
        // Nothing was sent yet, so another address may be tried.
        error.set_retry(true);
        error
    }

    async fn request_body_filter(
        &self,
        _: &mut Session,
        body: &mut Option<Bytes>,
        _: bool,
        ctx: &mut Ctx,
    ) -> Result<()> {
        ctx.body_bytes += body.as_ref().map_or(0, Bytes::len);
        if ctx.body_bytes > ctx.site.config.limits.body_bytes {
            return Error::e_explain(ErrorType::HTTPStatus(413), "the request's body is too large");
        }
        Ok(())
    }

    async fn upstream_request_filter(
        &self,
        session: &mut Session,
        request: &mut RequestHeader,
        ctx: &mut Ctx,
    ) -> Result<()> {
        let (Behind::Server(server), Some(passage)) = (&self.behind, &ctx.passage) else {
            return Error::e_explain(ErrorType::InternalError, "nothing was admitted");
        };
        // What was judged is what is sent.
        request.set_raw_path(passage.path.target())?;
        let method = request.method.clone();
        let passing = Passing {
            has_body: headers::has_body(&session.req_header().headers),
            identity: identity(&ctx.site, passage, self.clock.now()),
            ..self.passing(session, ctx, server, &method, &passage.path)
        };
        headers::for_origin(request, &passing)?;
        switches::for_origin(request, session.req_header());
        Ok(())
    }

    async fn upstream_response_filter(
        &self,
        session: &mut Session,
        answer: &mut ResponseHeader,
        ctx: &mut Ctx,
    ) -> Result<()> {
        switches::check_switch(answer, session.req_header())?;
        let meant = ctx
            .passage
            .as_ref()
            .map(|passage| location::meant(&answer.headers, &passage.path, &ctx.site.config.site));
        for path in meant.unwrap_or_default() {
            if let Some(instead) = self.judge_meant(session, ctx, &path).await {
                ctx.instead = Some(instead);
                return Error::e_explain(CHARGED, "the origin means what a gate closes");
            }
        }
        ctx.finish(answer)
    }

    /// HTTP/1.0 knows no chunks: what has no length ends with the connection (RFC 9112, 6.3).
    async fn response_filter(
        &self,
        session: &mut Session,
        answer: &mut ResponseHeader,
        _: &mut Ctx,
    ) -> Result<()> {
        if session.req_header().version == Version::HTTP_10
            && answer.remove_header(&header::TRANSFER_ENCODING).is_some()
        {
            session.set_keepalive(None);
        }
        Ok(())
    }

    async fn fail_to_proxy(
        &self,
        session: &mut Session,
        error: &Error,
        ctx: &mut Ctx,
    ) -> FailToProxy {
        if let Some(answer) = ctx.instead.take() {
            return Self::answer_instead(session, answer).await;
        }
        let Some(problem) = trouble::of_proxy(error) else {
            return FailToProxy { error_code: 0, can_reuse_downstream: false };
        };
        if session.response_written().is_some() {
            ctx.outcome = "broken off";
            tracing::error!(%error, "an answer broke off");
            let error_code = problem.status().as_u16();
            return FailToProxy { error_code, can_reuse_downstream: false };
        }
        let headers = session.req_header().headers.clone();
        let answer = self.pages.problem(&ctx.site, &headers, problem).await;
        Self::answer_instead(session, answer).await
    }

    /// We log errors ourselves, once, with the page that tells of them.
    fn suppress_error_log(&self, _: &Session, _: &Ctx, _: &Error) -> bool {
        true
    }

    async fn logging(&self, session: &mut Session, _: Option<&Error>, ctx: &mut Ctx) {
        let request = session.req_header();
        let status = session.response_written().map_or(0, |answer| answer.status.as_u16());
        tracing::info!(
            target: "tollhouse::access",
            method = %request.method,
            path = ctx.shown.clone().unwrap_or_else(|| access::start(request.raw_path())),
            status,
            outcome = ctx.outcome,
            ms = u64::try_from(ctx.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            bytes = session.body_bytes_sent(),
            "request"
        );
    }
}

impl Gatekeeper {
    /// How a request reached us, as an origin is told that knows nobody.
    fn passing<'a>(
        &'a self,
        session: &Session,
        ctx: &'a Ctx,
        server: &'a Server,
        method: &Method,
        path: &SitePath,
    ) -> Passing<'a> {
        let config = &ctx.site.config;
        let origin_host = server.host(config.site.url.authority());
        let (now, target) = (self.clock.now(), path.target());
        let proven = |secret| proof::of(secret, method.as_str(), origin_host, target, now);
        Passing {
            sender: ctx.sender.as_ref().expect("the sender is read before the gate"),
            peer: peer_of(session),
            scheme: config.site.url.scheme(),
            public_host: config.site.url.authority(),
            origin_host,
            via: &self.via,
            has_body: false,
            proof: config.origin_proof.as_ref().map(proven),
            identity: None,
        }
    }

    /// Answers for an origin of whose answer nothing goes through.
    async fn answer_instead(session: &mut Session, answer: Response<Bytes>) -> FailToProxy {
        let error_code = answer.status().as_u16();
        session.set_keepalive(None);
        if let Err(unsent) = local::answer(session, answer).await {
            tracing::debug!(%unsent, "the visitor left before he was answered");
        }
        FailToProxy { error_code, can_reuse_downstream: false }
    }
}

fn identity<'a>(site: &Site, passage: &'a Passage, now: Timestamp) -> Option<Identity<'a>> {
    let wanted = site.config.identity_to_origin && passage.privacy == Privacy::Gated;
    passage.visitor.reader().filter(|_| wanted).map(|known| identity_of(site, known, now))
}

fn identity_of<'a>(site: &Site, known: &'a KnownReader, now: Timestamp) -> Identity<'a> {
    let plans: Vec<_> = known
        .standing
        .holdings()
        .map(|(plan, _)| plan)
        .filter(|plan| known.standing.covers(plan, now))
        .collect();
    let token = site.passes.identity(&known.reader, plans.iter().copied(), now);
    Identity { reader: known.reader.as_str(), plans, token }
}

fn headers_of(session: &Session) -> &HeaderMap {
    &session.req_header().headers
}

fn peer_of(session: &Session) -> IpAddr {
    session
        .client_addr()
        .and_then(|address| address.as_inet())
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), std::net::SocketAddr::ip)
}
