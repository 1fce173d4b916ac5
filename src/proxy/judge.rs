//! From a request to what is done with it: host, path, page of ours, gate.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, Version, header};
use pingora_core::Result;
use pingora_http::RequestHeader;
use pingora_proxy::Session;

use super::files::{Chosen, Folder, Found};
use super::free_view::free_view;
use super::headers::{self, Privacy, Sender};
use super::origin::Behind;
use super::preview::Wanted;
use super::serve::readable;
use super::{Ctx, Gatekeeper, Passage, access, check, headers_of, local};
use super::{peer_of, switches, trouble};
use crate::domain::gate::{
    self, Access, Admission, Asker, AskerFacts, Gate, Intent, SearchEngines, Verdict, Who, With,
};
use crate::domain::path::SitePath;
use crate::domain::return_path::ReturnPath;
use crate::site::{self, Site};
use crate::web::{Charged, Client, LARGEST_WEBHOOK, Problem, Visitor};

/// What is done with a request.
pub(super) enum Step {
    /// It is forwarded to the server behind us.
    Forward,
    /// It is answered with this.
    Answer(Response<Bytes>),
    /// It is answered with a file.
    Serve(Chosen),
    /// It means a folder, which is at this address.
    Redirect(String),
    /// It is answered with the page for what is not there.
    ServeNotFound,
}

impl Gatekeeper {
    /// Judges a request, in order: host, loop, method, path, page of ours, gate.
    pub(super) async fn judge(&self, session: &mut Session, ctx: &mut Ctx) -> Result<Step> {
        if check::is_asked(session.req_header()) {
            return Ok(Step::Answer(self.check(session, ctx).await));
        }
        match self.host(session, ctx).await {
            Ok(()) => {}
            Err(answer) => return Ok(Step::Answer(answer)),
        }
        if let Some(answer) = switches::about_the_server(session.req_header()) {
            ctx.outcome = "answered";
            return Ok(Step::Answer(answer));
        }
        let path = match self.path(session, ctx) {
            Ok(path) => path,
            Err(problem) => return self.problem(session, ctx, problem).await,
        };
        ctx.shown = Some(access::shown(&path));
        if path.is_own() {
            return self.own_page(session, ctx, &path).await;
        }
        ctx.intent = intent(&session.req_header().method);
        self.gate(session, ctx, path).await
    }

    /// Finds the site; another host is redirected or refused.
    async fn host(&self, session: &Session, ctx: &mut Ctx) -> Result<(), Response<Bytes>> {
        let headers = headers_of(session);
        let peer = peer_of(session);
        let trusts = |address| ctx.site.config.site.trusts(address);
        ctx.sender = Some(Sender::of(peer, headers, trusts));
        let ours = ctx.site.config.site.url.authority();
        let host = match only_host(session.req_header(), ours) {
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
            // Whoever sends webhooks to `localhost` means this site; a redirect is never right.
            site::Found::Elsewhere(site) if is_webhook(session.req_header().raw_path()) => {
                ctx.site = site;
                Ok(())
            }
            site::Found::Elsewhere(site) => {
                ctx.outcome = "redirected";
                let to = same_address(&site, session.req_header().raw_path());
                Err(local::redirect(&to))
            }
            site::Found::Unknown => {
                ctx.outcome = "refused: host";
                let problem = trouble::wrong_host(&host, &ctx.site);
                Err(self.pages.problem(&ctx.site, headers, problem).await)
            }
        }
    }

    /// Reads the path, or says why the request is none that a browser would send.
    fn path(&self, session: &Session, ctx: &mut Ctx) -> Result<SitePath, Problem> {
        let headers = headers_of(session);
        if headers.get_all(header::VIA).iter().any(|via| contains(via, &self.via)) {
            ctx.outcome = "refused: loop";
            return Err(trouble::loops(&ctx.site));
        }
        let request = session.req_header();
        if request.method == Method::TRACE {
            ctx.outcome = "refused: method";
            return Err(trouble::method(&request.method));
        }
        // RFC 9110, 9.3.1: a body has no meaning here, and servers that do not expect one take
        // it for the next request. What DELETE and OPTIONS bring, some programs read.
        if matches!(request.method, Method::GET | Method::HEAD) && headers::has_body(headers) {
            ctx.outcome = "refused: body";
            return Err(trouble::needless_body(&request.method));
        }
        let most = ctx.site.config.limits.body_bytes;
        if headers::body_length(headers).is_some_and(|length| length > most) {
            ctx.outcome = "refused: body";
            return Err(trouble::body(most));
        }
        let is_ours = |authority: &str| ctx.site.config.site.url.is_authority(authority);
        SitePath::canonical(request.raw_path(), is_ours).map_err(|refusal| {
            ctx.outcome = "refused: path";
            trouble::path(refusal)
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
        let is_ours = |authority: &str| ctx.site.config.site.url.is_authority(authority);
        // Nobody has a link to another spelling: it is tried by whoever looks for a way round.
        if !path.is_spelled(session.req_header().raw_path(), is_ours) {
            return self.problem(session, ctx, trouble::not_found()).await;
        }
        let forms = ctx.site.config.limits.form_bytes;
        // One byte more than a webhook may have, so that its own page says that it is too large.
        let most = if is_webhook(path.target()) { LARGEST_WEBHOOK + 1 } else { forms };
        let client = Client { address: ctx.address() };
        let target = String::from_utf8_lossy(path.target());
        match local::request(session, &target, most).await? {
            Ok(request) => Ok(Step::Answer(self.pages.answer(&ctx.site, client, request).await)),
            Err(local::TooLarge) => {
                session.set_keepalive(None);
                self.problem(session, ctx, trouble::body(most)).await
            }
        }
    }

    /// Who asks for a path, and what becomes of it. Where no gate closes it, nobody is recognised.
    pub(super) async fn weigh<'a>(
        &self,
        site: &'a Arc<Site>,
        sender: Knock<'_>,
        path: &SitePath,
        intent: Intent,
    ) -> (Visitor, Verdict<'a>) {
        if !is_gated(site, path, intent) {
            let stranger = Visitor::Stranger { returning: false };
            return (stranger, Verdict::Admit(Admission::Ungated));
        }
        let visitor = self.pages.recognise(site, sender.headers).await;
        let verdict = self.verdict(site, sender, path, intent, &visitor).await;
        (visitor, verdict)
    }

    /// What becomes of a path for a visitor. Who says to be a search engine's crawler is looked up
    /// where that opens a gate, and nowhere else.
    async fn verdict<'a>(
        &self,
        site: &'a Site,
        sender: Knock<'_>,
        path: &SitePath,
        intent: Intent,
        visitor: &Visitor,
    ) -> Verdict<'a> {
        let (gates, now) = (&site.config.gates, self.clock.now());
        let verdict = gate::decide(path, intent, gates, visitor.standing(), now);
        match verdict {
            Verdict::Charge(gate)
                if gate.search_engines == SearchEngines::Full && intent == Intent::Look =>
            {
                match self.pages.crawler(sender.address, sender.headers).await {
                    Some(crawler) => gate::decide(path, intent, gates, Who::Crawler(crawler), now),
                    None => verdict,
                }
            }
            Verdict::Charge(_) | Verdict::Admit(_) => verdict,
        }
    }

    /// Judges a path, and turns the verdict into what is done.
    async fn gate(&self, session: &Session, ctx: &mut Ctx, path: SitePath) -> Result<Step> {
        let site = Arc::clone(&ctx.site);
        let weighed = self.weigh(&site, knock(session, ctx), &path, ctx.intent).await;
        let (visitor, verdict) = weighed;
        let privacy = match verdict {
            Verdict::Admit(Admission::Ungated) => Privacy::Public,
            Verdict::Admit(Admission::Gated { .. }) => Privacy::Gated,
            Verdict::Admit(Admission::Indexed(_)) => Privacy::Indexed,
            Verdict::Charge(gate) => return self.shut(session, ctx, path, visitor, gate).await,
        };
        self.admit(session, ctx, passage(session, path, privacy, visitor)).await
    }

    /// What somebody gets of a page that a gate keeps from him: a page that is free, its
    /// beginning, the offer, the till.
    async fn shut(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        path: SitePath,
        visitor: Visitor,
        gate: &Gate,
    ) -> Result<Step> {
        let site = Arc::clone(&ctx.site);
        let (facts, now) = (asker_facts(session.req_header()), self.clock.now());
        let may_give = ctx.intent == Intent::Look
            && !matches!(visitor, Visitor::Unclear)
            && gate::is_shut_by_one(gate, &path, &site.config.gates, visitor.standing(), now);
        if may_give
            && let Some(free) = free_view(&site, &facts, headers_of(session), gate, &path, now)
        {
            let free = Some(free);
            let passage = Passage { free, ..passage(session, path, Privacy::Gated, visitor) };
            return self.admit(session, ctx, passage).await;
        }
        let may_not_train = site.config.site.denies_training && facts.trains_models();
        let asker =
            if may_not_train { Asker::Other { reads_html: false } } else { Asker::of(&facts) };
        let with = gate.asks(asker, visitor.is_returning());
        if may_give && let With::Preview(cut) = with {
            let wanted = Wanted { path: &path, visitor: &visitor, gate, cut };
            match self.preview(session, ctx, &wanted).await {
                Some(Ok(beginning)) => {
                    ctx.outcome = "previewed";
                    let charged = charged(session, ctx, &path, visitor, gate, with);
                    return Ok(Step::Answer(self.pages.preview(charged, beginning).await));
                }
                Some(Err(step)) => {
                    ctx.outcome = "redirected";
                    return Ok(step);
                }
                None => {}
            }
        }
        ctx.outcome = "charged";
        let charged = charged(session, ctx, &path, visitor, gate, with);
        Ok(Step::Answer(self.pages.charge(charged).await))
    }

    /// Lets a request through.
    async fn admit(&self, session: &Session, ctx: &mut Ctx, passage: Passage) -> Result<Step> {
        ctx.outcome = match (&passage.free, passage.privacy) {
            (Some(_), _) => "admitted: free",
            (None, Privacy::Gated) => "admitted",
            (None, Privacy::Indexed) => "indexed",
            (None, Privacy::Public) => "passed",
        };
        ctx.passage = Some(passage);
        match &self.behind {
            Behind::Nothing => self.problem(session, ctx, trouble::nothing_behind()).await,
            Behind::Server(_) => Ok(Step::Forward),
            Behind::Folder(folder) => self.choose(session, ctx, Arc::clone(folder)).await,
        }
    }

    /// Chooses the file that an admitted path means, and judges the file's own path too: a gate
    /// on `/premium.html` holds for `/premium`.
    async fn choose(&self, session: &Session, ctx: &mut Ctx, folder: Arc<Folder>) -> Result<Step> {
        if !matches!(session.req_header().method, Method::GET | Method::HEAD) {
            let problem = trouble::method(&session.req_header().method)
                .with(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return self.problem(session, ctx, problem).await;
        }
        let passage = ctx.passage.as_ref().expect("only an admitted request chooses a file");
        let found = folder.look_up(passage.path.decoded().to_owned()).await;
        let chosen = match readable(found)? {
            Found::File(chosen) => chosen,
            Found::Folder => return Ok(Step::Redirect(passage.path.with_slash())),
            Found::Nothing => return Ok(Step::ServeNotFound),
        };
        for file_path in &chosen.site_paths {
            let Some(path) = SitePath::of_file(file_path) else { return Ok(Step::ServeNotFound) };
            if let Some(answer) = self.judge_meant(session, ctx, &path).await {
                return Ok(Step::Answer(answer));
            }
        }
        Ok(Step::Serve(chosen))
    }

    /// Judges what an admitted request turns out to mean by that page's own path. Nothing, if it
    /// may be had; else what is answered instead.
    pub(super) async fn judge_meant(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        path: &SitePath,
    ) -> Option<Response<Bytes>> {
        let site = Arc::clone(&ctx.site);
        let knock = knock(session, ctx);
        let passage = ctx.passage.as_mut()?;
        if is_gated(&site, path, Intent::Look) && passage.privacy == Privacy::Public {
            passage.visitor = self.pages.recognise(&site, knock.headers).await;
            passage.privacy = Privacy::Gated;
        }
        let verdict = self.verdict(&site, knock, path, Intent::Look, &passage.visitor).await;
        let gate = match verdict {
            Verdict::Admit(Admission::Indexed(_)) => {
                passage.privacy = Privacy::Indexed;
                return None;
            }
            Verdict::Admit(Admission::Ungated | Admission::Gated { .. }) => return None,
            Verdict::Charge(gate) => gate,
        };
        let (gates, standing) = (&site.config.gates, passage.visitor.standing());
        let is_given = passage.free.as_ref().is_some_and(|free| free.gate == gate.index)
            && gate::is_shut_by_one(gate, path, gates, standing, self.clock.now());
        if is_given {
            return None;
        }
        ctx.outcome = "charged";
        let Passage { path: asked, visitor, .. } = ctx.passage.take()?;
        // Of what it is nothing is known but that it is closed.
        let with = match gate
            .asks(Asker::of(&asker_facts(session.req_header())), visitor.is_returning())
        {
            With::Preview(_) => With::Offer,
            with @ (With::Checkout | With::Offer | With::Problem) => with,
        };
        let charged = charged(session, ctx, &asked, visitor, gate, with);
        Some(self.pages.charge(charged).await)
    }

    async fn problem(&self, session: &Session, ctx: &Ctx, problem: Problem) -> Result<Step> {
        Ok(Step::Answer(self.pages.problem(&ctx.site, headers_of(session), problem).await))
    }
}

fn charged<'a>(
    session: &'a Session,
    ctx: &'a Ctx,
    path: &SitePath,
    visitor: Visitor,
    gate: &'a Gate,
    with: With<'a>,
) -> Charged<'a> {
    Charged {
        gate,
        with,
        site: &ctx.site,
        client: Client { address: ctx.address() },
        visitor,
        headers: headers_of(session),
        wanted: ReturnPath::or_home(&String::from_utf8_lossy(path.target())),
    }
}

fn passage(session: &Session, path: SitePath, privacy: Privacy, visitor: Visitor) -> Passage {
    let streams = asks_for_stream(session.req_header());
    Passage { path, privacy, visitor, streams, free: None }
}

/// What is known of somebody before he is recognised.
#[derive(Clone, Copy)]
pub(super) struct Knock<'k> {
    address: IpAddr,
    headers: &'k HeaderMap,
}

pub(super) fn knock<'k>(session: &'k Session, ctx: &Ctx) -> Knock<'k> {
    Knock { address: ctx.address(), headers: headers_of(session) }
}

/// The same address by the site's own name. What is no path there leads to the front page.
fn same_address(site: &Site, target: &[u8]) -> String {
    let url = &site.config.site.url;
    let own = SitePath::canonical(target, |_| false).ok().filter(SitePath::is_own);
    let to = match own.as_ref().map(|path| std::str::from_utf8(path.target())) {
        Some(Ok(own)) => own.to_owned(),
        Some(Err(_)) | None => {
            ReturnPath::or_home(&String::from_utf8_lossy(target)).as_str().to_owned()
        }
    };
    url.join(&to)
}

pub(super) fn intent(method: &Method) -> Intent {
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS => Intent::Look,
        _ => Intent::Act,
    }
}

fn is_gated(site: &Site, path: &SitePath, intent: Intent) -> bool {
    let is_closed = |gate: &Gate| matches!(gate.access, Access::Plans(_));
    site.config.gates.governing(path, intent).any(is_closed)
}

/// The one host of a request. In absolute form the target's own counts: RFC 9112, 3.2.2; the
/// path's check refuses it if it is not ours.
fn only_host(request: &RequestHeader, ours: &str) -> Result<String, Problem> {
    let mut hosts = request.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map(str::to_owned).map_err(|_| trouble::host()),
        // HTTP/1.0 knows no hosts.
        (None, _) if request.version == Version::HTTP_10 => Ok(ours.to_owned()),
        (None, _) | (Some(_), Some(_)) => Err(trouble::host()),
    }
}

// Looked up by these, names need not be read anew for each request.
static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
static SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
static PURPOSE: HeaderName = HeaderName::from_static("purpose");

fn asker_facts(request: &RequestHeader) -> AskerFacts<'_> {
    let text = |name: &HeaderName| request.headers.get(name).and_then(|value| value.to_str().ok());
    AskerFacts {
        method: request.method.as_str(),
        sec_fetch_mode: text(&SEC_FETCH_MODE),
        sec_fetch_dest: text(&SEC_FETCH_DEST),
        // The latter is what older browsers say.
        sec_purpose: text(&SEC_PURPOSE).or_else(|| text(&PURPOSE)),
        user_agent: text(&header::USER_AGENT),
        accept: text(&header::ACCEPT),
    }
}

fn asks_for_stream(request: &RequestHeader) -> bool {
    let accepts = request.headers.get(header::ACCEPT);
    switches::asks_for_websocket(request)
        || accepts.is_some_and(|accept| contains(accept, "text/event-stream"))
}

fn contains(value: &HeaderValue, text: &str) -> bool {
    value.to_str().is_ok_and(|value| value.contains(text))
}

fn is_webhook(target: &[u8]) -> bool {
    target.split(|byte| *byte == b'?').next() == Some(b"/_tollhouse/stripe/webhook")
}
