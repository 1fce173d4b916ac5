//! The beginning of a page that stays shut: it is fetched for the visitor, and cut here.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use pingora_core::{Error, ErrorType, Result};
use pingora_http::RequestHeader;
use pingora_proxy::Session;

use super::fetch::Fetched;
use super::files::{self, Chosen, Folder, Found};
use super::judge::Step;
use super::origin::{Behind, Server};
use super::serve::readable;
use super::{Ctx, Gatekeeper, headers_of, location};
use crate::crypto;
use crate::domain::gate::{self, Gate};
use crate::domain::path::SitePath;
use crate::domain::preview::Cut;
use crate::preview::{Begun, Cutter, Form, Uncut, forbids_forms};
use crate::web::{Beginning, Visitor};

/// What of a visitor's request a website needs to show a page. Nothing asks for a part of it, or
/// whether it has changed: a preview is another page than what a reader gets.
const ASKED: [HeaderName; 4] =
    [header::ACCEPT, header::ACCEPT_LANGUAGE, header::COOKIE, header::USER_AGENT];

/// What of a website's answer goes on with the beginning. All else is about the whole page: its
/// length, its digests, what it would load.
const TOLD: [HeaderName; 13] = [
    header::CONTENT_LANGUAGE,
    header::CONTENT_SECURITY_POLICY,
    header::CONTENT_SECURITY_POLICY_REPORT_ONLY,
    header::CONTENT_TYPE,
    HeaderName::from_static("cross-origin-embedder-policy"),
    HeaderName::from_static("cross-origin-opener-policy"),
    HeaderName::from_static("cross-origin-resource-policy"),
    HeaderName::from_static("permissions-policy"),
    header::REFERRER_POLICY,
    header::STRICT_TRANSPORT_SECURITY,
    header::X_CONTENT_TYPE_OPTIONS,
    header::X_FRAME_OPTIONS,
    HeaderName::from_static("x-robots-tag"),
];

/// Why there is only the offer.
#[derive(Debug, thiserror::Error)]
enum NoPreview {
    #[error("the website answers {0}")]
    Status(StatusCode),
    #[error("it is no HTML")]
    NoPage,
    #[error("the website says that it is another page, behind another gate")]
    AnotherGate,
    #[error(transparent)]
    Uncut(#[from] Uncut),
    #[error("the website does not answer: {0}")]
    Website(#[from] Box<Error>),
}

/// What there is to show.
enum Shown {
    Page(Beginning),
    /// It is at this address.
    Redirect(String),
}

/// What is previewed.
pub(super) struct Wanted<'a> {
    pub(super) path: &'a SitePath,
    pub(super) visitor: &'a Visitor,
    pub(super) gate: &'a Gate,
    pub(super) cut: &'a Cut,
}

impl Gatekeeper {
    /// The beginning of a page; none if there is only the offer to be shown.
    pub(super) async fn preview(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        wanted: &Wanted<'_>,
    ) -> Option<Result<Beginning, Step>> {
        let shown = match &self.behind {
            Behind::Server(server) => self.begun_by_server(session, ctx, server, wanted).await,
            Behind::Folder(folder) => self.begun_in_folder(ctx, folder, wanted).await,
            Behind::Nothing => return None,
        };
        match shown {
            Ok(Shown::Page(beginning)) => Some(Ok(beginning)),
            Ok(Shown::Redirect(to)) => Some(Err(Step::Redirect(to))),
            Err(NoPreview::Website(problem)) => {
                tracing::warn!(path = ctx.shown, %problem, "no preview, only the offer");
                None
            }
            Err(reason) => {
                tracing::info!(path = ctx.shown, %reason, "no preview, only the offer");
                None
            }
        }
    }

    async fn begun_by_server(
        &self,
        session: &Session,
        ctx: &mut Ctx,
        server: &Server,
        wanted: &Wanted<'_>,
    ) -> Result<Shown, NoPreview> {
        let request = self.request_for_preview(session, ctx, server, wanted.path)?;
        let mut page = self.fetch(ctx, server, &request).await?;
        let site = &ctx.site.config.site;
        if page.head.status.is_redirection() {
            let location = page.head.headers.get(header::LOCATION);
            let to = wanted.path.with_slash();
            let adds_slash =
                location.is_some_and(|it| location::leads_to(it, wanted.path, &to, site));
            if adds_slash {
                return Ok(Shown::Redirect(to));
            }
        }
        if page.head.status != StatusCode::OK {
            return Err(NoPreview::Status(page.head.status));
        }
        let meant = location::meant(&page.head.headers, wanted.path, site);
        if !meant.iter().all(|path| self.is_behind(ctx, wanted, path)) {
            return Err(NoPreview::AnotherGate);
        }
        let head = page.head.headers.clone();
        let mut cutter = cutter(wanted.cut, &head)?;
        let begun = loop {
            match page.more().await? {
                Some(part) => {
                    if let Some(begun) = cutter.read(&part)? {
                        break begun;
                    }
                }
                None => break cutter.end()?,
            }
        };
        self.fetcher.end(page).await;
        Ok(Shown::Page(beginning(&head, begun)))
    }

    /// Asks each address of the website once, as a visitor's request would.
    async fn fetch(
        &self,
        ctx: &Ctx,
        server: &Server,
        request: &RequestHeader,
    ) -> Result<Fetched, Box<Error>> {
        let mut attempt = 0;
        loop {
            let peer = server.peer(attempt, &ctx.site.config.limits, false);
            let Some(peer) = peer else {
                let words = "the origin's name is not resolved";
                return Error::e_explain(ErrorType::ConnectNoRoute, words);
            };
            attempt += 1;
            match self.fetcher.get(peer, request).await {
                Err(problem) if is_unconnected(&problem) && attempt < server.addresses() => {}
                answer => return answer,
            }
        }
    }

    fn request_for_preview(
        &self,
        session: &Session,
        ctx: &Ctx,
        server: &Server,
        path: &SitePath,
    ) -> Result<RequestHeader, Box<Error>> {
        let asked = headers_of(session);
        let mut request = RequestHeader::build(Method::GET, b"/", None)?;
        request.set_raw_path(path.target())?;
        for name in ASKED {
            for value in asked.get_all(&name) {
                request.append_header(name.clone(), value.clone())?;
            }
        }
        let passing = self.passing(session, ctx, server, &Method::GET, path);
        super::headers::for_origin(&mut request, &passing)?;
        request.insert_header(header::ACCEPT_ENCODING, "identity")?;
        Ok(request)
    }

    async fn begun_in_folder(
        &self,
        ctx: &Ctx,
        folder: &Arc<Folder>,
        wanted: &Wanted<'_>,
    ) -> Result<Shown, NoPreview> {
        let found = Arc::clone(folder).look_up(wanted.path.decoded().to_owned()).await;
        let chosen: Chosen = match readable(found)? {
            Found::File(chosen) => chosen,
            Found::Folder => return Ok(Shown::Redirect(wanted.path.with_slash())),
            Found::Nothing => return Err(NoPreview::Status(StatusCode::NOT_FOUND)),
        };
        for file_path in &chosen.site_paths {
            let path = SitePath::of_file(file_path).ok_or(NoPreview::AnotherGate)?;
            if !self.is_behind(ctx, wanted, &path) {
                return Err(NoPreview::AnotherGate);
            }
        }
        let answer = readable(files::serve(&chosen, &Method::GET, &HeaderMap::new()).await)?;
        let (parts, mut body) = answer.into_parts();
        let mut cutter = cutter(wanted.cut, &parts.headers)?;
        let begun = loop {
            match body.frame().await {
                Some(frame) => {
                    let part: Bytes = readable(frame)?.into_data().unwrap_or_default();
                    if let Some(begun) = cutter.read(&part)? {
                        break begun;
                    }
                }
                None => break cutter.end()?,
            }
        };
        Ok(Shown::Page(beginning(&parts.headers, begun)))
    }

    /// Whether no other gate closes what a page turns out to be.
    fn is_behind(&self, ctx: &Ctx, wanted: &Wanted<'_>, path: &SitePath) -> bool {
        let (gates, standing) = (&ctx.site.config.gates, wanted.visitor.standing());
        gate::is_shut_by_one(wanted.gate, path, gates, standing, self.clock.now())
    }
}

fn cutter(cut: &Cut, head: &HeaderMap) -> Result<Cutter, NoPreview> {
    let text = |name| head.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("unknown"));
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/html")) {
        return Err(NoPreview::NoPage);
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    let several = head.get_all(header::CONTENT_ENCODING).iter().count() > 1;
    let encoding = if several { Some("several") } else { text(header::CONTENT_ENCODING) };
    Ok(Cutter::new(cut, Form { charset, encoding }, crypto::random_name())?)
}

fn beginning(head: &HeaderMap, Begun { html, takes_forms }: Begun) -> Beginning {
    let policies = head.get_all(header::CONTENT_SECURITY_POLICY).iter();
    let forbids = policies.map(HeaderValue::to_str).any(|rules| rules.map_or(true, forbids_forms));
    Beginning { head: told(head), html, takes_forms: takes_forms && !forbids }
}

fn told(head: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in TOLD {
        for value in head.get_all(&name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

/// Whether nothing was sent yet, so that another address may be tried.
fn is_unconnected(problem: &Error) -> bool {
    matches!(
        problem.etype(),
        ErrorType::ConnectTimedout
            | ErrorType::ConnectRefused
            | ErrorType::ConnectNoRoute
            | ErrorType::ConnectError
    )
}
