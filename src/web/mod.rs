//! Our own pages, `/_tollhouse/…`: an axum router that the proxy calls in process.

mod account;
mod also;
mod assets;
mod bounces;
mod check;
mod crawlers;
mod farewell;
mod health;
mod inbox;
mod input;
mod join;
mod keys;
mod limits;
mod post;
mod problem;
mod returned;
mod same_site;
mod sign_in;
mod sign_out;
mod texts;
mod till;
mod views;
mod visitor;
mod webhook;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tokio::sync::Notify;
use tower::ServiceExt as _;

use crate::billing::Billing;
use crate::clock::Clock;
use crate::config::{Config, Faults};
use crate::dns::Dns;
use crate::domain::crawler::{Crawler, Engine};
use crate::domain::gate::{Gate, With};
use crate::domain::language::Language;
use crate::domain::return_path::ReturnPath;
use crate::mail::Mailer;
use crate::site::Site;
use crate::store::Store;
use crate::stripe::Stripe;

pub use self::health::Health;
pub use self::problem::Problem;
pub use self::views::Gallery;
pub use self::visitor::{KnownReader, Visitor};
pub use self::webhook::LARGEST_BODY as LARGEST_WEBHOOK;

use self::bounces::Bounces;
use self::crawlers::Crawlers;
use self::limits::{Limit, Limits};
use self::views::{Page, Views};
use self::visitor::Visit;

/// What the handlers work with.
struct Desk {
    store: Store,
    stripe: Stripe,
    billing: Billing,
    clock: Clock,
    limits: Limits,
    bounces: Bounces,
    views: Views,
    mailer: Option<Mailer>,
    crawlers: Crawlers,
    /// Wakes the post.
    asked: Notify,
}

impl Desk {
    /// The language that a visitor reads.
    fn language_of(&self, visit: &Visit) -> Language {
        self.views.texts.for_headers(&visit.headers).language.clone()
    }
}

/// Counts what a visitor does; a proxy that stands in front of everybody is not one.
fn count(visit: &Visit, limit: &Limit, problem: &'static str) -> Result<(), Problem> {
    let address = visit.client.address;
    if visit.site.config.site.is_exempt_from_limits(address) {
        return Ok(());
    }
    limit.count(address).map_err(|too_often| Problem::too_often(too_often.wait, problem))
}

/// Looks through what the owner laid beside his configuration: texts of our pages.
pub fn check(config: &Config) -> Result<(), Faults> {
    views(config).map(drop)
}

fn views(config: &Config) -> Result<Views, Faults> {
    let of_misprints = |misprints| Faults::of_misprints(&config.path, misprints);
    Views::new(config).map_err(of_misprints)
}

/// Every page of ours in one language, with made-up values: to be looked at.
pub fn gallery(config: &Config, language: &Language) -> Result<Gallery, Faults> {
    Ok(views(config)?.gallery(config, language))
}

/// Our templates and languages, as a start for an owner's: where each belongs, and its text.
pub fn originals() -> impl Iterator<Item = (String, &'static str)> {
    let templates = views::originals().into_iter();
    let templates = templates.map(|(name, text)| (format!("templates/{name}"), text));
    templates.chain(texts::originals().map(|(name, text)| (format!("languages/{name}.ftl"), text)))
}

/// All our own pages. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    desk: Arc<Desk>,
    router: Router,
}

/// Who sends a request, as far as the connection tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The visitor's address, behind trusted proxies.
    pub address: IpAddr,
}

impl Pages {
    /// Sets up the pages.
    pub fn new(
        store: Store,
        stripe: Stripe,
        billing: Billing,
        clock: Clock,
        mailer: Option<Mailer>,
        dns: Option<Dns>,
        config: &Config,
    ) -> Result<Self, Faults> {
        let limits = Limits::new(config.limits.checkouts_per_hour, &clock);
        let views = views(config)?;
        let asked = Notify::new();
        let crawlers = Crawlers::new(dns, clock.clone());
        let bounces = Bounces::new();
        let desk =
            Desk { store, stripe, billing, clock, limits, bounces, views, mailer, crawlers, asked };
        let desk = Arc::new(desk);
        let router = routes().with_state(Arc::clone(&desk));
        Ok(Self { desk, router })
    }

    /// Finds out who sends these headers.
    pub async fn recognise(&self, site: &Arc<Site>, headers: &HeaderMap) -> Visitor {
        visitor::recognise(&self.desk, site, headers).await
    }

    /// The search engine's crawler that somebody says to be, if his address is proven to be one's.
    pub async fn crawler(&self, address: IpAddr, headers: &HeaderMap) -> Option<Crawler> {
        let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
        let engine = Engine::claimed(agent)?;
        self.desk.crawlers.recognise(address, engine, &self.desk.limits).await
    }

    /// Answers a request for one of our pages.
    pub async fn answer(
        &self,
        site: &Arc<Site>,
        client: Client,
        mut request: Request<Bytes>,
    ) -> http::Response<Bytes> {
        // The router would treat it as GET, too, and throw the body away: then nobody could tell its
        // length. Whoever sends the answer leaves the body out.
        if request.method() == Method::HEAD {
            *request.method_mut() = Method::GET;
        }
        let visitor = if is_for_everybody(request.uri().path()) {
            Visitor::Stranger { returning: false }
        } else {
            self.recognise(site, request.headers()).await
        };
        let renewed = visitor.renewed().cloned();
        let headers = request.headers().clone();
        let visit = self.visit(site, client, visitor, &headers);
        request.extensions_mut().insert(visit);
        let answer = match self.router.clone().oneshot(request.map(Body::from)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let answer = self.finish(site, &headers, answer).await;
        with_renewed(site, answer, renewed)
    }

    /// Answers a request that did not pass a gate.
    pub async fn charge(&self, charged: Charged<'_>) -> http::Response<Bytes> {
        let Charged { site, client, visitor, headers, wanted, gate, with } = charged;
        let renewed = visitor.renewed().cloned();
        let visit = self.visit(site, client, visitor, headers);
        let desk = &self.desk;
        // A program is not led anywhere.
        let met = match with {
            With::Problem => 0,
            With::Checkout | With::Offer | With::Preview(_) => {
                bounces::met(desk, &visit, wanted.as_str())
            }
        };
        let is_lost = met > 0 || bounces::has_paid(desk, &visit, wanted.as_str());
        let answer = match (&visit.visitor, with) {
            (Visitor::Unclear, _) => Err(Problem::cannot_look_up()),
            (_, With::Problem) => Ok(join::problem_for_programs(&visit, gate, &wanted)),
            (_, _) if met >= bounces::CIRCLE => Ok(bounces::page(desk, &visit, &wanted)),
            // Whoever paid a moment ago is not led to the till again, unless it leads him back.
            (_, With::Checkout) if !is_lost || till::may_have_paid(&visit) => {
                till::from_page_load(desk, &visit, gate, &wanted).await
            }
            (_, _) if is_lost => Ok(join::offer_to_lost(desk, &visit, gate, &wanted)),
            (_, With::Checkout | With::Offer | With::Preview(_)) => {
                join::offer_in_place(desk, &visit, gate, &wanted).await
            }
        };
        let answer = self.finish(site, headers, answer.into_response()).await;
        with_renewed(site, answer, renewed)
    }

    /// Answers a request that did not pass a gate with the beginning of the page, and the offer
    /// below it.
    pub async fn preview(
        &self,
        charged: Charged<'_>,
        beginning: Beginning,
    ) -> http::Response<Bytes> {
        let Charged { site, client, visitor, headers, wanted, gate, .. } = charged;
        let renewed = visitor.renewed().cloned();
        let visit = self.visit(site, client, visitor, headers);
        let answer = match join::below(&self.desk, &visit, gate, &wanted, beginning).await {
            Ok(join::Below::Page(page)) => page,
            Ok(join::Below::Instead(answer)) => self.finish(site, headers, answer).await,
            Err(problem) => self.finish(site, headers, problem.into_response()).await,
        };
        with_renewed(site, answer, renewed)
    }

    fn visit(
        &self,
        site: &Arc<Site>,
        client: Client,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Visit {
        let (site, stripe) = (Arc::clone(site), self.desk.stripe.for_visitor());
        Visit { site, visitor, client, headers: headers.clone(), stripe }
    }

    /// The page of something that went wrong, in the form that the visitor reads.
    pub async fn problem(
        &self,
        site: &Arc<Site>,
        headers: &HeaderMap,
        problem: Problem,
    ) -> http::Response<Bytes> {
        self.finish(site, headers, problem.into_response()).await
    }

    /// Renders what a handler left to be rendered, and adds what all our answers carry.
    async fn finish(
        &self,
        site: &Arc<Site>,
        headers: &HeaderMap,
        answer: Response,
    ) -> http::Response<Bytes> {
        let answer = match problem::in_answer(&answer) {
            Some(problem) => {
                problem.log();
                problem.render(&self.desk.views, site, headers, &answer)
            }
            None => match Page::in_answer(&answer) {
                Some(page) => {
                    let tongue = self.desk.views.texts.for_headers(headers);
                    let mut page = self.desk.views.render(site, tongue, answer.status(), &page);
                    page.headers_mut().extend(answer.headers().clone());
                    page
                }
                None => answer,
            },
        };
        let (mut parts, body) = answer.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                tracing::error!(%error, "a page of ours broke off");
                parts.status = StatusCode::INTERNAL_SERVER_ERROR;
                Bytes::new()
            }
        };
        add_common_headers(site, &mut parts.headers);
        http::Response::from_parts(parts, body)
    }
}

/// A request that did not pass a gate.
pub struct Charged<'a> {
    /// Where it happened.
    pub site: &'a Arc<Site>,
    /// Who sent it.
    pub client: Client,
    /// Who he is.
    pub visitor: Visitor,
    /// What he sent.
    pub headers: &'a HeaderMap,
    /// The page that he wanted.
    pub wanted: ReturnPath,
    /// The gate that stays shut.
    pub gate: &'a Gate,
    /// How he is asked to pay.
    pub with: With<'a>,
}

/// What of a page stands before the cut.
pub struct Beginning {
    /// What the website says of the page.
    pub head: HeaderMap,
    /// Its HTML, in whatever encoding.
    pub html: Vec<u8>,
    /// Whether forms that stand behind it can lead to Stripe.
    pub takes_forms: bool,
}

/// What shared caches may keep: it is the same for everybody, and nobody is recognised.
fn is_for_everybody(path: &str) -> bool {
    path == "/_tollhouse/keys" || path.starts_with(assets::FOLDER)
}

/// Sends a renewed pass along, unless the answer has a newer word about it.
fn with_renewed(
    site: &Site,
    mut answer: http::Response<Bytes>,
    renewed: Option<HeaderValue>,
) -> http::Response<Bytes> {
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    let says_so = cookies.iter().any(|cookie| site.passes.is_pass(cookie));
    if let Some(cookie) = renewed.filter(|_| !says_so) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

fn routes() -> Router<Arc<Desk>> {
    let pages = Router::new()
        .route("/_tollhouse/join", get(join::show))
        .route("/_tollhouse/checkout", post(till::from_offer))
        .route("/_tollhouse/return", get(returned::show))
        .route("/_tollhouse/sign-in", get(sign_in::show).post(sign_in::ask))
        .route("/_tollhouse/sign-in/code", get(sign_in::show_code).post(sign_in::redeem_code))
        .route("/_tollhouse/sign-in/{token}", get(sign_in::show_link).post(sign_in::redeem))
        .route("/_tollhouse/account", get(account::show))
        .route("/_tollhouse/account/data", get(farewell::data))
        .route("/_tollhouse/account/delete", get(farewell::show).post(farewell::ask))
        .route(
            "/_tollhouse/account/delete/{token}",
            get(farewell::show_link).post(farewell::confirm),
        )
        .route("/_tollhouse/account/mail", post(also::write))
        .route("/_tollhouse/portal", post(account::portal))
        .route("/_tollhouse/sign-out", post(sign_out::sign_out))
        .route("/_tollhouse/keys", get(keys::show))
        .route("/_tollhouse/inbox", get(inbox::show))
        .route("/_tollhouse/look/{name}", get(assets::show))
        .layer(middleware::from_fn(same_site::check));
    Router::new()
        .route(
            "/_tollhouse/stripe/webhook",
            post(webhook::receive).layer(DefaultBodyLimit::max(webhook::LARGEST_BODY)),
        )
        .merge(pages)
        .fallback(async || Problem::no_such_page())
        .method_not_allowed_fallback(async || Problem::wrong_method())
}

/// No answer of ours may be framed, indexed, or run a script, nor be asked for without TLS where
/// the site has it; none may be stored but by a browser or what is [for everybody](is_for_everybody).
fn add_common_headers(site: &Site, headers: &mut HeaderMap) {
    let tills = site
        .config
        .stripe
        .api_base
        .as_deref()
        .map_or("https://checkout.stripe.com https://billing.stripe.com", |sandbox| {
            sandbox.trim_end_matches('/')
        });
    let policy = format!(
        "default-src 'none'; style-src {url}; img-src {url} data:; font-src 'self'; \
         form-action 'self' {tills}; frame-ancestors 'none'; base-uri 'none'",
        // By its name: the page that says "this is another site" is shown on that other site.
        url = site.config.site.url
    );
    let policy = HeaderValue::from_str(&policy).expect("a checked address is plain ASCII");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    let fixed = [
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if site.config.site.url.scheme() == "https" {
        // Not for other names below this one: they may have no certificate.
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    if !headers.get(header::CACHE_CONTROL).is_some_and(|it| it.as_bytes().starts_with(b"public")) {
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    }
}
