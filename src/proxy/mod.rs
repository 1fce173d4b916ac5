//! The door: every request is judged here, and then forwarded or answered.

mod files;
mod headers;
mod local;
mod origin;
mod server;
mod trouble;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use pingora_core::modules::http::HttpModules;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{FailToProxy, ProxyHttp, Session};

use self::files::{Chosen, Folder, Found};
use self::headers::{Identity, Passing, Privacy, Sender};
use self::origin::{Behind, LookUp};
pub use self::server::{Bound, FrontLimits, Running, serve};

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::crypto;
use crate::domain::gate::{self, Access, Admission, Asker, AskerFacts, RequestFacts, Verdict};
use crate::domain::path::SitePath;
use crate::domain::return_path::ReturnPath;
use crate::domain::time::Timestamp;
use crate::site::{self, Site, Sites};
use crate::web::{Charged, Client, Pages, Problem, Visitor};

/// The largest webhook that is read; a larger one is answered 413 by its own page.
const LARGEST_WEBHOOK: usize = 1024 * 1024 + 1;

/// Judges requests and sees them through.
#[derive(Clone)]
pub struct Gatekeeper {
    sites: Sites,
    pages: Pages,
    behind: Behind,
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
    outcome: &'static str,
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
}

/// What is done with a request.
enum Step {
    /// It is forwarded to the server behind us.
    Forward,
    /// It is answered with this.
    Answer(Response<Bytes>),
    /// It is answered with a file.
    Serve(Chosen),
    /// It is answered with the page for what is not there.
    ServeNotFound,
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
        Ok((Self { sites, pages, behind, clock, via }, look_up.map(FreshOrigin)))
    }

    /// Judges a request, in order: host, loop, method, path, page of ours, gate.
    async fn judge(&self, session: &mut Session, ctx: &mut Ctx) -> Result<Step> {
        let headers = session.req_header().headers.clone();
        match self.host(session, ctx, &headers).await {
            Ok(()) => {}
            Err(answer) => return Ok(Step::Answer(answer)),
        }
        let path = match self.path(session, ctx, &headers) {
            Ok(path) => path,
            Err(problem) => return self.problem(ctx, &headers, problem).await,
        };
        if path.is_own() {
            return self.own_page(session, ctx, &path).await;
        }
        let visitor = if is_gated(&ctx.site, &path) {
            self.pages.recognise(&ctx.site, &headers).await
        } else {
            Visitor::Stranger { returning: false }
        };
        self.gate(session, ctx, &headers, path, visitor).await
    }

    /// Finds the site; another host is redirected or refused.
    async fn host(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        headers: &HeaderMap,
    ) -> Result<(), Response<Bytes>> {
        let peer = peer_of(session);
        let trusts = |address| ctx.site.config.site.trusts(address);
        ctx.sender = Some(Sender::of(peer, headers, trusts));
        let host = match only_host(session.req_header()) {
            Ok(host) => host,
            Err(problem) => {
                ctx.outcome = "refused: host";
                return Err(self.pages.problem(&ctx.site, headers, problem).await);
            }
        };
        match self.sites.find(&host) {
            site::Found::Here(site) => {
                ctx.site = site;
                Ok(())
            }
            site::Found::Elsewhere(site) => {
                ctx.outcome = "redirected";
                let target = String::from_utf8_lossy(session.req_header().raw_path());
                let to = ReturnPath::or_home(&target);
                Err(redirect(&site.config.site.url.join(to.as_str())))
            }
            site::Found::Unknown => {
                ctx.outcome = "refused: host";
                let problem = trouble::wrong_host(&host, &ctx.site);
                Err(self.pages.problem(&ctx.site, headers, problem).await)
            }
        }
    }

    /// Reads the path, or says why the request is none that a browser would send.
    fn path(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        headers: &HeaderMap,
    ) -> Result<SitePath, Problem> {
        if headers.get_all(header::VIA).iter().any(|via| contains(via, &self.via)) {
            ctx.outcome = "refused: loop";
            return Err(trouble::loops(&ctx.site));
        }
        let request = session.req_header();
        if matches!(request.method, Method::CONNECT | Method::TRACE) {
            ctx.outcome = "refused: method";
            return Err(trouble::method(&request.method));
        }
        let is_ours = |authority: &str| ctx.site.config.site.url.is_authority(authority);
        SitePath::canonical(request.raw_path(), is_ours).map_err(|refusal| {
            ctx.outcome = "refused: path";
            trouble::path(&refusal)
        })
    }

    /// Answers a request for one of our own pages.
    async fn own_page(
        &self,
        session: &mut Session,
        ctx: &mut Ctx,
        path: &SitePath,
    ) -> Result<Step> {
        ctx.outcome = "own page";
        let is_webhook = path.path() == "/_tollhouse/stripe/webhook";
        let forms = ctx.site.config.limits.form_bytes;
        let most = if is_webhook { LARGEST_WEBHOOK } else { forms };
        let client = Client { address: ctx.address() };
        match local::request(session, &String::from_utf8_lossy(path.target()), most).await? {
            Ok(request) => Ok(Step::Answer(self.pages.answer(&ctx.site, client, request).await)),
            Err(local::TooLarge) => {
                session.set_keepalive(None);
                let headers = session.req_header().headers.clone();
                self.problem(ctx, &headers, trouble::body(most)).await
            }
        }
    }

    /// Decides, and turns the verdict into what is done.
    async fn gate(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        headers: &HeaderMap,
        path: SitePath,
        visitor: Visitor,
    ) -> Result<Step> {
        let now = self.clock.now();
        let site = Arc::clone(&ctx.site);
        let asker = Asker::of(&asker_facts(session.req_header()));
        let verdict = decide(&site, &path, asker, &visitor, now);
        let privacy = match verdict {
            Verdict::Admit(Admission::Ungated) => Privacy::Public,
            Verdict::Admit(Admission::Gated { .. }) => Privacy::Gated,
            Verdict::Charge(charge) => {
                ctx.outcome = "charged";
                let answer = self.charge(ctx, headers, &path, visitor, &charge).await;
                return Ok(Step::Answer(answer));
            }
        };
        let streams = asks_for_stream(headers);
        ctx.outcome = if privacy == Privacy::Gated { "admitted" } else { "passed" };
        ctx.passage = Some(Passage { path, privacy, visitor, streams });
        match &self.behind {
            Behind::Server(_) => Ok(Step::Forward),
            Behind::Folder(folder) => {
                self.choose(session, ctx, headers, &folder.clone(), asker).await
            }
        }
    }

    async fn charge(
        &self,
        ctx: &Ctx,
        headers: &HeaderMap,
        path: &SitePath,
        visitor: Visitor,
        charge: &gate::Charge<'_>,
    ) -> Response<Bytes> {
        let charged = Charged {
            site: &ctx.site,
            client: Client { address: ctx.address() },
            visitor,
            headers,
            wanted: ReturnPath::or_home(&String::from_utf8_lossy(path.target())),
        };
        self.pages.charge(charged, charge).await
    }

    /// Chooses the file that an admitted path means, and judges the file's own path too: a gate
    /// on `/premium.html` holds for `/premium`.
    async fn choose(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        headers: &HeaderMap,
        folder: &Folder,
        asker: Asker,
    ) -> Result<Step> {
        if !matches!(session.req_header().method, Method::GET | Method::HEAD) {
            let problem = trouble::method(&session.req_header().method)
                .with(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return self.problem(ctx, headers, problem).await;
        }
        let passage = ctx.passage.as_mut().expect("only an admitted request chooses a file");
        let chosen = match folder.find(passage.path.decoded()) {
            Found::File(chosen) => chosen,
            Found::Folder => return Ok(Step::Answer(redirect(&passage.path.with_slash()))),
            Found::Nothing => return Ok(Step::ServeNotFound),
        };
        for file_path in &chosen.site_paths {
            let Some(path) = SitePath::of_file(file_path) else { return Ok(Step::ServeNotFound) };
            if is_gated(&ctx.site, &path) && passage.privacy == Privacy::Public {
                passage.visitor = self.pages.recognise(&ctx.site, headers).await;
                passage.privacy = Privacy::Gated;
            }
            let site = Arc::clone(&ctx.site);
            let verdict = decide(&site, &path, asker, &passage.visitor, self.clock.now());
            if let Verdict::Charge(charge) = verdict {
                ctx.outcome = "charged";
                let passage = ctx.passage.take().expect("it was there a moment ago");
                let answer =
                    self.charge(ctx, headers, &passage.path, passage.visitor, &charge).await;
                return Ok(Step::Answer(answer));
            }
        }
        Ok(Step::Serve(chosen))
    }

    async fn serve(&self, session: &mut Session, ctx: &Ctx, chosen: &Chosen) -> Result<()> {
        let request = session.req_header();
        let (method, headers) = (request.method.clone(), request.headers.clone());
        let answer = files::serve(&chosen.file, &method, &headers).await;
        self.send_file(session, ctx, answer).await
    }

    async fn serve_not_found(&self, session: &mut Session, ctx: &mut Ctx) -> Result<()> {
        let page = match &self.behind {
            Behind::Folder(folder) => folder.not_found_page(),
            Behind::Server(_) => None,
        };
        let Some(page) = page else {
            let headers = session.req_header().headers.clone();
            let answer = self.pages.problem(&ctx.site, &headers, trouble::not_found()).await;
            return local::answer(session, answer).await;
        };
        let method = session.req_header().method.clone();
        let answer = files::serve_not_found(&page, &method).await;
        self.send_file(session, ctx, answer).await
    }

    async fn send_file<B>(
        &self,
        session: &mut Session,
        ctx: &Ctx,
        answer: std::io::Result<Response<B>>,
    ) -> Result<()>
    where
        B: http_body::Body<Data = Bytes> + Unpin + Send,
        B::Error: std::fmt::Display,
    {
        let answer = answer.map_err(|problem| {
            Error::explain(ErrorType::FileReadError, format!("a file cannot be read: {problem}"))
        })?;
        let (parts, body) = answer.into_parts();
        let mut head = local::head_of(&parts)?;
        ctx.finish(&mut head)?;
        local::stream(session, head, body).await
    }

    async fn problem(&self, ctx: &Ctx, headers: &HeaderMap, problem: Problem) -> Result<Step> {
        Ok(Step::Answer(self.pages.problem(&ctx.site, headers, problem).await))
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
        let renewed = passage.visitor.reader().and_then(|known| known.renewed.as_ref());
        if let Some(cookie) = renewed {
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
            outcome: "refused",
            attempts: 0,
            body_bytes: 0,
        }
    }

    /// No module of pingora's: it would compress what should pass as it is.
    fn init_downstream_modules(&self, _: &mut HttpModules) {}

    async fn request_filter(&self, session: &mut Session, ctx: &mut Ctx) -> Result<bool> {
        match self.judge(session, ctx).await? {
            Step::Forward => return Ok(false),
            Step::Answer(answer) => local::answer(session, answer).await?,
            Step::Serve(chosen) => self.serve(session, ctx, &chosen).await?,
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
        let sender = ctx.sender.as_ref().expect("the sender is read before the gate");
        let config = &ctx.site.config;
        // What was judged is what is sent.
        request.set_raw_path(passage.path.target())?;
        let now = self.clock.now();
        let passing = Passing {
            sender,
            peer: peer_of(session),
            scheme: config.site.url.scheme(),
            public_host: config.site.url.authority(),
            origin_host: server.host(config.site.url.authority()),
            via: &self.via,
            identity: identity(&ctx.site, passage, now),
        };
        headers::for_origin(request, &passing)
    }

    async fn upstream_response_filter(
        &self,
        _: &mut Session,
        answer: &mut ResponseHeader,
        ctx: &mut Ctx,
    ) -> Result<()> {
        ctx.finish(answer)
    }

    async fn fail_to_proxy(
        &self,
        session: &mut Session,
        error: &Error,
        ctx: &mut Ctx,
    ) -> FailToProxy {
        let Some(problem) = trouble::of_proxy(error) else {
            return FailToProxy { error_code: 0, can_reuse_downstream: false };
        };
        let error_code = problem.status().as_u16();
        if session.response_written().is_none() {
            session.set_keepalive(None);
            let headers = session.req_header().headers.clone();
            let answer = self.pages.problem(&ctx.site, &headers, problem).await;
            if let Err(unsent) = local::answer(session, answer).await {
                tracing::debug!(%unsent, "the visitor left before he was told what went wrong");
            }
        }
        FailToProxy { error_code, can_reuse_downstream: false }
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
            path = loggable(request.raw_path()),
            status,
            outcome = ctx.outcome,
            ms = u64::try_from(ctx.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            bytes = session.body_bytes_sent(),
            "request"
        );
    }
}

fn is_gated(site: &Site, path: &SitePath) -> bool {
    site.config.gates.governing(path).any(|gate| matches!(gate.access, Access::Plans(_)))
}

fn decide<'a>(
    site: &'a Site,
    path: &SitePath,
    asker: Asker,
    visitor: &Visitor,
    now: Timestamp,
) -> Verdict<'a> {
    let facts = RequestFacts { path, asker, returning: visitor.is_returning() };
    gate::decide(&facts, &site.config.gates, &visitor.standing(), now)
}

fn identity<'a>(site: &Site, passage: &'a Passage, now: Timestamp) -> Option<Identity<'a>> {
    let wanted = site.config.identity_to_origin && passage.privacy == Privacy::Gated;
    let known = passage.visitor.reader().filter(|_| wanted)?;
    let plans: Vec<_> = known
        .standing
        .holdings()
        .map(|(plan, _)| plan)
        .filter(|plan| known.standing.covers(plan, now))
        .collect();
    let token = site.passes.identity(&known.reader, plans.iter().copied(), now);
    Some(Identity { reader: known.reader.as_str(), plans, token })
}

fn peer_of(session: &Session) -> IpAddr {
    session
        .client_addr()
        .and_then(|address| address.as_inet())
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), std::net::SocketAddr::ip)
}

/// The one host of a request. In absolute form the target's own counts: RFC 9112, 3.2.2; the
/// path's check refuses it if it is not ours.
fn only_host(request: &RequestHeader) -> Result<String, Problem> {
    let mut hosts = request.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map(str::to_owned).map_err(|_| trouble::host()),
        (None, _) | (Some(_), Some(_)) => Err(trouble::host()),
    }
}

fn asker_facts(request: &RequestHeader) -> AskerFacts<'_> {
    let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    AskerFacts {
        method: request.method.as_str(),
        sec_fetch_mode: text("sec-fetch-mode"),
        sec_fetch_dest: text("sec-fetch-dest"),
        sec_purpose: text("sec-purpose"),
        user_agent: text("user-agent"),
        accept: text("accept"),
    }
}

fn asks_for_stream(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT);
    headers.contains_key(header::UPGRADE)
        || accepts.is_some_and(|accept| contains(accept, "text/event-stream"))
}

fn contains(value: &HeaderValue, text: &str) -> bool {
    value.to_str().is_ok_and(|value| value.contains(text))
}

fn redirect(to: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(location) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// A target without its query, and without the token that a path of ours may hold.
fn loggable(target: &[u8]) -> String {
    let target = String::from_utf8_lossy(target);
    let path = target.split(['?', '#']).next().unwrap_or_default();
    match path.split_once("/_tollhouse/") {
        None => path.chars().take(200).collect(),
        Some((_, rest)) => {
            let page = rest.split('/').next().unwrap_or_default();
            format!("/_tollhouse/{}", page.chars().take(40).collect::<String>())
        }
    }
}
