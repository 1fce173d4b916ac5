//! Forward-auth: a server in front of us that shows the website itself asks at
//! `/_tollhouse/check` who may read. Which page is meant stands in headers that only a trusted
//! proxy may set; in doubt nobody may.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use pingora_http::RequestHeader;
use pingora_proxy::Session;

use super::headers_of;
use super::judge::{intent, knock};
use super::{Ctx, Gatekeeper, Sender, access, headers, identity_of, peer_of, trouble};
use crate::domain::gate::{Admission, Intent, Verdict};
use crate::domain::path::{Refusal, SitePath};
use crate::domain::return_path::ReturnPath;
use crate::site::{Found, Site};
use crate::web::Visitor;

/// Where it is asked.
const PLACE: &str = "/_tollhouse/check";

/// What says which address a visitor asked for: nginx's, as its recipe has it, and that of Caddy
/// and Traefik.
const ADDRESS: [&str; 2] = ["x-original-uri", "x-forwarded-uri"];

/// What says by which method.
const METHOD: [&str; 2] = ["x-original-method", "x-forwarded-method"];

/// What says on which host: Traefik asks by our own name.
const HOST: [&str; 1] = ["x-forwarded-host"];

/// What whoever shows a page should tell caches of it, if it is closed.
static CACHE_RULE: HeaderName = HeaderName::from_static("x-tollhouse-cache-control");

/// What whoever shows a page should tell search engines of it.
static ROBOTS_RULE: HeaderName = HeaderName::from_static("x-tollhouse-robots");

/// Why there is no answer but no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unclear {
    #[error("{0} is not trusted to ask who may read: name it in [site] trusted_proxies")]
    Asker(IpAddr),
    #[error("it is asked by GET without a body: nginx needs `proxy_pass_request_body off;`")]
    Form,
    #[error(
        "the server in front does not say which page is meant: nginx needs `proxy_set_header \
         X-Original-URI $request_uri;`"
    )]
    NoAddress,
    #[error(
        "{0} comes twice, or not as its other name has it: the server in front must set one of \
         them and clear the other (nginx: `proxy_set_header NAME \"\";`)"
    )]
    TwoWords(&'static str),
    #[error(
        "the visitor asked {0:?}: the server in front must pass his host on, and lead other names \
         of the site to [site] url"
    )]
    Host(String),
    #[error("no browser asks for such an address: {0}")]
    Path(#[from] Refusal),
    #[error("it is another spelling of a page of ours")]
    OwnPage,
}

/// Whether a request asks who may read. Caddy leaves the visitor's query where it is.
pub(super) fn is_asked(request: &RequestHeader) -> bool {
    request.raw_path().split(|byte| *byte == b'?').next() == Some(PLACE.as_bytes())
}

/// What a server in front wants to know.
struct Question {
    path: SitePath,
    intent: Intent,
    /// The page is one of ours: everybody may have it.
    is_own: bool,
}

impl Gatekeeper {
    /// Says who may read.
    pub(super) async fn check(&self, session: &Session, ctx: &mut Ctx) -> Response<Bytes> {
        let headers = headers_of(session);
        ctx.shown = Some(PLACE.to_owned());
        let question = match self.question(session, ctx) {
            Ok(question) => question,
            Err(unclear) => {
                ctx.outcome = "check: refused";
                return self.pages.problem(&ctx.site, headers, trouble::unclear(&unclear)).await;
            }
        };
        ctx.shown = Some(access::shown(&question.path));
        ctx.outcome = "check: passed";
        if question.is_own {
            return plain(StatusCode::OK);
        }
        let site = Arc::clone(&ctx.site);
        let knock = knock(session, ctx);
        let (visitor, verdict) = self.weigh(&site, knock, &question.path, question.intent).await;
        match verdict {
            Verdict::Admit(Admission::Ungated) => plain(StatusCode::OK),
            Verdict::Admit(Admission::Gated { .. }) => {
                ctx.outcome = "check: admitted";
                self.admitted(&site, &visitor)
            }
            Verdict::Admit(Admission::Indexed(_)) => {
                ctx.outcome = "check: indexed";
                let mut answer = self.admitted(&site, &visitor);
                answer.headers_mut().insert(ROBOTS_RULE.clone(), headers::NO_ARCHIVE);
                answer
            }
            Verdict::Charge(_) => {
                ctx.outcome = "check: charged";
                let target = String::from_utf8_lossy(question.path.target());
                self.pages.refer(&site, headers, &visitor, &ReturnPath::or_home(&target)).await
            }
        }
    }

    /// What is asked, if whoever asks may be believed.
    fn question(&self, session: &Session, ctx: &mut Ctx) -> Result<Question, Unclear> {
        let (request, headers, peer) =
            (session.req_header(), headers_of(session), peer_of(session));
        let settings = &ctx.site.config.site;
        if !settings.trusts(peer) {
            return Err(Unclear::Asker(peer.to_canonical()));
        }
        ctx.sender = Some(Sender::of(peer, headers, |address| settings.trusts(address)));
        if request.method != Method::GET || headers::has_body(headers) {
            return Err(Unclear::Form);
        }
        let host = host(headers)?;
        let Found::Here(site) = self.sites.find(&host) else { return Err(Unclear::Host(host)) };
        ctx.site = site;
        let target = only(headers, &ADDRESS)?.ok_or(Unclear::NoAddress)?.as_bytes();
        let path = SitePath::canonical(target, |_| false)?;
        let is_own = path.is_own();
        if is_own && !path.is_spelled(target, |_| false) {
            return Err(Unclear::OwnPage);
        }
        Ok(Question { path, intent: wish(headers)?, is_own })
    }

    fn admitted(&self, site: &Site, visitor: &Visitor) -> Response<Bytes> {
        let mut answer = plain(StatusCode::OK);
        let fields = answer.headers_mut();
        fields.insert(CACHE_RULE.clone(), HeaderValue::from_static("private, no-store"));
        let Some(known) = visitor.reader() else { return answer };
        for (name, value) in identity_of(site, known, self.clock.now()).in_headers() {
            let value = HeaderValue::try_from(value).expect("ids and tokens are plain ASCII");
            fields.insert(name, value);
        }
        if let Some(pass) = &known.renewed {
            fields.insert(header::SET_COOKIE, pass.clone());
        }
        answer
    }
}

fn plain(status: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The one value of a header, whichever of its names it has.
fn only<'h>(
    headers: &'h HeaderMap,
    names: &[&'static str],
) -> Result<Option<&'h HeaderValue>, Unclear> {
    let mut found: Option<&HeaderValue> = None;
    for name in names {
        let mut values = headers.get_all(*name).iter();
        let (first, second) = (values.next(), values.next());
        let is_other = found.is_some_and(|known| first.is_some_and(|value| value != known));
        if second.is_some() || is_other {
            return Err(Unclear::TwoWords(name));
        }
        found = found.or(first);
    }
    Ok(found)
}

fn host(headers: &HeaderMap) -> Result<String, Unclear> {
    let forwarded = only(headers, &HOST)?;
    // Two of them were refused with the head.
    let host = forwarded.or_else(|| headers.get(header::HOST));
    Ok(host.map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned()).unwrap_or_default())
}

/// What the visitor wants with the page. Who does not say wants to act, which closes more.
fn wish(headers: &HeaderMap) -> Result<Intent, Unclear> {
    let method = only(headers, &METHOD)?.and_then(|it| Method::from_bytes(it.as_bytes()).ok());
    Ok(method.map_or(Intent::Act, |method| intent(&method)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_word_that_comes_twice_or_in_two_ways_is_none() {
        //    X-Original-URI        X-Forwarded-Uri   what counts
        check(&[],                  &[],              &Ok(None));
        check(&["/a"],              &[],              &Ok(Some("/a")));
        check(&[],                  &["/a"],          &Ok(Some("/a")));
        check(&["/a"],              &["/a"],          &Ok(Some("/a")));
        check(&["/a"],              &["/b"],          &Err(Unclear::TwoWords("x-forwarded-uri")));
        check(&["/a"],              &[""],            &Err(Unclear::TwoWords("x-forwarded-uri")));
        check(&["/a", "/a"],        &[],              &Err(Unclear::TwoWords("x-original-uri")));
        check(&[],                  &["/a", "/a"],    &Err(Unclear::TwoWords("x-forwarded-uri")));
    }

    #[test]
    fn whoever_does_not_say_what_he_wants_wants_to_act() {
        let wish = |name: &'static str, method: &'static str| {
            let mut headers = HeaderMap::new();
            headers.append(name, HeaderValue::from_static(method));
            super::wish(&headers)
        };
        assert_eq!(wish("x-original-method", "GET"), Ok(Intent::Look));
        assert_eq!(wish("x-forwarded-method", "HEAD"), Ok(Intent::Look));
        assert_eq!(wish("x-forwarded-method", "POST"), Ok(Intent::Act));
        assert_eq!(wish("x-forwarded-method", "get"), Ok(Intent::Act));
        assert_eq!(wish("x-forwarded-method", ""), Ok(Intent::Act));
        assert_eq!(wish("x-method", "GET"), Ok(Intent::Act));
    }

    fn check(original: &[&str], forwarded: &[&str], expected: &Result<Option<&str>, Unclear>) {
        let mut headers = HeaderMap::new();
        for (name, values) in ADDRESS.iter().zip([original, forwarded]) {
            for value in values {
                headers.append(*name, HeaderValue::from_str(value).expect("a value"));
            }
        }
        let found = only(&headers, &ADDRESS);
        let found = found.map(|value| value.map(|value| value.to_str().expect("ASCII")));
        assert_eq!(&found, expected, "{original:?} {forwarded:?}");
    }
}
