//! What of a request's and an answer's headers goes through, and what is ours.

mod reserved;

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use pingora_core::Result;
use pingora_http::{RequestHeader, ResponseHeader};

use self::reserved::is_reserved;
use crate::domain::ids::PlanId;
use crate::passes::{cookies_for_origin, is_ours};

/// Who sends a request, and how, as far as trusted proxies tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    /// The visitor's address.
    pub(super) address: IpAddr,
    /// The addresses that `X-Forwarded-For` names already, if whoever named them is trusted.
    forwarded_for: Option<String>,
}

impl Sender {
    /// Reads the visitor's address: the peer's, unless it is a trusted proxy; then the last one
    /// in `X-Forwarded-For` that is none. Whatever stands before that, the visitor may have
    /// made up.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusts: impl Fn(IpAddr) -> bool) -> Self {
        let peer = peer.to_canonical();
        if !trusts(peer) {
            return Self { address: peer, forwarded_for: None };
        }
        // A field that is no text must not vanish: without it the visitor would be taken for
        // the proxy, which has no limits.
        let fields: Vec<_> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|field| String::from_utf8_lossy(field.as_bytes()))
            .collect();
        let chain = fields.join(", ");
        let mut address = peer;
        for hop in chain.rsplit(',') {
            let Some(hop) = parse_hop(hop) else { break };
            address = hop;
            if !trusts(hop) {
                break;
            }
        }
        let forwarded_for = (!chain.trim().is_empty()).then_some(chain);
        Self { address, forwarded_for }
    }
}

fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let bare = bracketed.map_or(text, |(address, _)| address);
    let parsed = bare.parse::<IpAddr>().ok();
    let with_port = || bare.rsplit_once(':').and_then(|(address, _)| address.parse().ok());
    parsed.or_else(with_port).map(|address| address.to_canonical())
}

/// Who reads, as the origin is told.
pub(super) struct Identity<'a> {
    /// The reader's id.
    pub(super) reader: &'a str,
    /// The plans that he owns.
    pub(super) plans: Vec<&'a PlanId>,
    /// The same, signed.
    pub(super) token: String,
}

impl Identity<'_> {
    /// The headers that say so.
    pub(super) fn in_headers(&self) -> [(&'static str, String); 3] {
        let plans: Vec<&str> = self.plans.iter().map(|plan| plan.as_str()).collect();
        [
            ("x-tollhouse-reader", self.reader.to_owned()),
            ("x-tollhouse-plans", plans.join(",")),
            ("x-tollhouse-identity", self.token.clone()),
        ]
    }
}

/// How a request reached us, for the origin.
pub(super) struct Passing<'a> {
    /// Who sent it.
    pub(super) sender: &'a Sender,
    /// Whom we had the connection with.
    pub(super) peer: IpAddr,
    /// `https` or `http`: what the visitor uses.
    pub(super) scheme: &'static str,
    /// The site's host, as visitors write it.
    pub(super) public_host: &'a str,
    /// The host that the origin wants to be called.
    pub(super) origin_host: &'a str,
    /// What marks a request that has been here.
    pub(super) via: &'a str,
    /// Whether a body follows; pingora says so in the head only after us.
    pub(super) has_body: bool,
    /// That it came through us, if the origin wants to know.
    pub(super) proof: Option<String>,
    /// Who reads, on gated paths, if the origin is to know.
    pub(super) identity: Option<Identity<'a>>,
}

/// Whether a body follows a request's head.
pub(super) fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// How long a request's body is, in bytes, where its head says so.
pub(super) fn body_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Takes everything out of a request that only we may say, then says it.
pub(super) fn for_origin(request: &mut RequestHeader, passing: &Passing<'_>) -> Result<()> {
    let cookies = cookies_for_origin(&request.headers);
    let foreign: Vec<HeaderName> =
        request.headers.keys().filter(|name| is_reserved(name.as_str())).cloned().collect();
    for name in &foreign {
        request.remove_header(name);
    }
    request.remove_header(&header::COOKIE);
    if let Some(cookies) = cookies {
        request.insert_header(header::COOKIE, cookies)?;
    }
    request.insert_header(header::HOST, passing.origin_host)?;
    let hop = passing.peer.to_canonical().to_string();
    let chain = match &passing.sender.forwarded_for {
        Some(chain) => format!("{chain}, {hop}"),
        None => hop,
    };
    request.insert_header("x-forwarded-for", chain)?;
    request.insert_header("x-forwarded-proto", passing.scheme)?;
    request.insert_header("x-forwarded-host", passing.public_host)?;
    request.insert_header("forwarded", forwarded(passing))?;
    request.append_header(header::VIA, passing.via)?;
    // An origin that does not read a body takes it for the next request, and its answer would
    // go to whoever is next on that connection: behind a body it is not used again. Nor is it
    // upgraded, which no WebSocket needs: RFC 6455, 4.1.
    if passing.has_body {
        request.remove_header(&header::UPGRADE);
        request.insert_header(header::CONNECTION, "close")?;
    }
    if let Some(proof) = &passing.proof {
        request.insert_header("x-tollhouse-proof", proof.as_str())?;
    }
    for (name, value) in passing.identity.iter().flat_map(Identity::in_headers) {
        request.insert_header(name, value)?;
    }
    Ok(())
}

/// RFC 7239; an IPv6 address is quoted and bracketed.
fn forwarded(passing: &Passing<'_>) -> String {
    let address = match passing.sender.address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("\"[{address}]\""),
    };
    let (host, scheme) = (passing.public_host, passing.scheme);
    format!("for={address};host=\"{host}\";proto={scheme}")
}

/// Whether a name begins so, for whoever takes all but letters and digits for `-`. Header names
/// are in lower case.
fn begins_as(name: &str, start: &str) -> bool {
    name.len() >= start.len() && name.bytes().zip(start.bytes()).all(|(a, b)| plain(a) == b)
}

/// Whether a name is this one, for whoever takes all but letters and digits for `-`.
fn reads_as(name: &str, known: &str) -> bool {
    name.len() == known.len() && begins_as(name, known)
}

fn plain(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte } else { b'-' }
}

/// Whether an answer depends on who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// Everybody gets the same: the origin decides what a cache may do.
    Public,
    /// It was let through a gate.
    Gated,
    /// A search engine was let through a gate.
    Indexed,
}

/// A search engine may find a closed page by all its words, and show no copy of it.
pub(super) const NO_ARCHIVE: HeaderValue = HeaderValue::from_static("noarchive");

/// Takes out of an answer what an origin has no business to say, and what it says to us alone; and
/// `Alternates` (RFC 2295), which tells of closed files beside what was asked for.
pub(super) fn from_origin(answer: &mut ResponseHeader, privacy: Privacy) -> Result<()> {
    let turns_over = answer.status == StatusCode::SWITCHING_PROTOCOLS;
    let named = if turns_over { Vec::new() } else { named_by_connection(answer) };
    let foreign: Vec<HeaderName> = answer
        .headers
        .keys()
        .filter(|name| {
            named.contains(name)
                || (!turns_over && is_hop_by_hop(name.as_str()))
                || steers_a_proxy(name.as_str())
                || *name == "alternates"
                || (privacy != Privacy::Public && speaks_to_caches(name.as_str()))
        })
        .cloned()
        .collect();
    for name in &foreign {
        answer.remove_header(name);
    }
    keep_cookies(answer)?;
    match privacy {
        Privacy::Public => Ok(()),
        Privacy::Gated => make_private(answer),
        Privacy::Indexed => {
            make_private(answer)?;
            answer.insert_header(header::CACHE_CONTROL, "private, no-store")?;
            answer.append_header("x-robots-tag", NO_ARCHIVE)?;
            Ok(())
        }
    }
}

/// Headers that are about the origin's connection to us, not the visitor's: RFC 9110, 7.6.1.
/// What frames the body is pingora's.
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "trailer"
            | "upgrade"
    )
}

/// What else an answer says to us alone. Without what frames the body nobody could tell where
/// the answer ends.
fn named_by_connection(answer: &ResponseHeader) -> Vec<HeaderName> {
    let connection = answer.headers.get_all(header::CONNECTION).iter();
    connection
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.eq_ignore_ascii_case(b"close"))
        .filter_map(|name| HeaderName::from_bytes(name).ok())
        .filter(|name| *name != header::TRANSFER_ENCODING && *name != header::CONTENT_LENGTH)
        .filter(|name| !is_hop_by_hop(name.as_str()))
        .collect()
}

/// What would make nginx or Apache in front of us serve a file of theirs.
fn steers_a_proxy(name: &str) -> bool {
    ["x-accel-", "x-tollhouse-"].iter().any(|start| begins_as(name, start))
        || ["x-sendfile", "x-sendfile2", "x-lighttpd-send-file"]
            .iter()
            .any(|known| reads_as(name, known))
}

fn keep_cookies(answer: &mut ResponseHeader) -> Result<()> {
    let cookies: Vec<HeaderValue> =
        answer.headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    if !cookies.iter().any(|cookie| is_ours(cookie.as_bytes())) {
        return Ok(());
    }
    answer.remove_header(&header::SET_COOKIE);
    for cookie in cookies.into_iter().filter(|cookie| !is_ours(cookie.as_bytes())) {
        answer.append_header(header::SET_COOKIE, cookie)?;
    }
    Ok(())
}

/// Headers by which caches are told something; on a gated path there is nothing to tell. Every
/// network of caches has one of its own: `CDN-Cache-Control` (RFC 9213), `Surrogate-Control`, …
fn speaks_to_caches(name: &str) -> bool {
    let is_cache_control = name
        .len()
        .checked_sub("cache-control".len())
        .is_some_and(|at| name.is_char_boundary(at) && reads_as(&name[at..], "cache-control"));
    is_cache_control
        || begins_as(name, "surrogate-")
        || ["expires", "pragma", "age", "cache-tag", "edge-control"]
            .iter()
            .any(|known| reads_as(name, known))
}

/// No shared cache may keep it. A browser may keep images and the like, if it can ask whether
/// they are still good: else every one would be loaded again and again.
fn make_private(answer: &mut ResponseHeader) -> Result<()> {
    let is_page = answer
        .headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| begins_with_html(kind.as_bytes()))
        && answer.status != StatusCode::NOT_MODIFIED;
    let has_validator = answer.headers.contains_key(header::ETAG)
        || answer.headers.contains_key(header::LAST_MODIFIED);
    let may_be_kept = has_validator
        && !is_page
        && (answer.status.is_success() || answer.status == StatusCode::NOT_MODIFIED);
    let rule = if may_be_kept { "private, no-cache" } else { "private, no-store" };
    answer.insert_header(header::CACHE_CONTROL, HeaderValue::from_static(rule))?;
    let varies = answer.headers.get_all(header::VARY).iter().any(|vary| {
        let vary = vary.to_str().unwrap_or_default();
        vary.split(',')
            .any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case("cookie"))
    });
    if !varies {
        answer.append_header(header::VARY, HeaderValue::from_static("Cookie"))?;
    }
    Ok(())
}

fn begins_with_html(kind: &[u8]) -> bool {
    kind.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_may_say_who_the_visitor_is() {
        //    peer          X-Forwarded-For                       the visitor
        check("192.0.2.9", &["198.51.100.7"], "192.0.2.9");
        check("10.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["1.2.3.4, 198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["1.2.3.4", "198.51.100.7, 10.0.0.2"], "198.51.100.7");
        check("10.0.0.1", &["198.51.100.7, nonsense"], "10.0.0.1");
        check("10.0.0.1", &["198.51.100.7:4711"], "198.51.100.7");
        check("10.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1");
        check("10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7");
        check("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        check("10.0.0.1", &[""], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["caf\u{e9}, 198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["198.51.100.7", "caf\u{e9}"], "10.0.0.1");
    }

    #[test]
    fn every_spelling_of_our_headers_is_taken_out() {
        let mut request = RequestHeader::build("GET", b"/", None).expect("a request");
        for name in [
            "X-Tollhouse-Reader",
            "x_tollhouse_reader",
            "X.Tollhouse.Plans",
            "X-Tollhouse_Identity",
            "X-Forwarded-For",
            "X_Forwarded_Proto",
            "X-Forwarded-Prefix",
            "Forwarded",
            "X-Real-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X_Original_Url",
            "X-Original-Path",
            "X-Envoy-Original-Path",
            "Script-Name",
            "SCRIPT_NAME",
            "Script_Name",
            "Script~Name",
            "X-Script-Name",
            "X~Tollhouse~Reader",
            "X!Tollhouse!Reader",
            "X*Anything",
            "Proxy",
        ] {
            request.append_header(name, "forged").expect("a header");
        }
        request.append_header("X-Mine", "kept").expect("a header");
        request.append_header("Cookie", "a=b; tollhouse=x").expect("a header");
        for_origin(&mut request, &passing(&sender("192.0.2.9", &[]), None)).expect("headers");
        let forged = request.headers.iter().find(|(_, value)| value.as_bytes() == b"forged");
        assert_eq!(forged, None);
        let value =
            |name: &str| request.headers.get(name).map(|value| value.to_str().expect("ASCII"));
        assert_eq!(value("x-mine"), Some("kept"));
        assert_eq!(value("cookie"), Some("a=b"));
        assert_eq!(value("host"), Some("127.0.0.1:1313"));
        assert_eq!(value("x-forwarded-for"), Some("192.0.2.9"));
        assert_eq!(value("x-forwarded-host"), Some("weather.example"));
        assert_eq!(value("forwarded"), Some("for=192.0.2.9;host=\"weather.example\";proto=https"));
        assert_eq!(value("x-tollhouse-reader"), None);
    }

    #[test]
    fn the_origin_is_told_who_reads() {
        let mut request = RequestHeader::build("GET", b"/", None).expect("a request");
        request.append_header("X-Tollhouse-Reader", "forged").expect("a header");
        let (basic, pro) =
            (PlanId::parse("basic").expect("an id"), PlanId::parse("pro").expect("an id"));
        let identity =
            Identity { reader: "reader_1", plans: vec![&basic, &pro], token: "t".to_owned() };
        let sender = sender("10.0.0.1", &["198.51.100.7"]);
        for_origin(&mut request, &passing(&sender, Some(identity))).expect("headers");
        let values = |name: &str| -> Vec<&str> {
            request
                .headers
                .get_all(name)
                .iter()
                .map(|value| value.to_str().expect("ASCII"))
                .collect()
        };
        assert_eq!(values("x-tollhouse-reader"), ["reader_1"]);
        assert_eq!(values("x-tollhouse-plans"), ["basic,pro"]);
        assert_eq!(values("x-forwarded-for"), ["198.51.100.7, 192.0.2.9"]);
    }

    #[test]
    fn an_answer_through_a_gate_is_private() {
        //           of the origin                                                   to the visitor
        check_cache(
            &[("content-type", "text/html"), ("cache-control", "public, max-age=60")],
            "private, no-store",
        );
        check_cache(
            &[("content-type", "image/png"), ("etag", "\"1\""), ("expires", "x")],
            "private, no-cache",
        );
        check_cache(&[("content-type", "image/png"), ("last-modified", "x")], "private, no-cache");
        check_cache(&[("content-type", "image/png")], "private, no-store");
        check_cache(&[("etag", "\"1\"")], "private, no-store");
        check_cache(
            &[("content-type", "TEXT/HTML; charset=utf-8"), ("etag", "\"1\"")],
            "private, no-store",
        );
    }

    #[test]
    fn an_origin_can_set_its_own_cookies_only_and_steers_no_proxy() {
        let mut answer = ResponseHeader::build(200, None).expect("an answer");
        for (name, value) in [
            ("set-cookie", "theme=dark"),
            ("set-cookie", "__Host-tollhouse=x; Path=/"),
            ("set-cookie", " tollhouse-checkout-1=y"),
            ("x-accel-redirect", "/secret"),
            ("X-Sendfile", "/etc/passwd"),
            ("X~Accel!Redirect", "/secret"),
            ("X_Sendfile2", "/etc/passwd"),
            ("cache-control", "public"),
        ] {
            answer.append_header(name, value).expect("a header");
        }
        from_origin(&mut answer, Privacy::Public).expect("headers");
        let mut left: Vec<_> =
            answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        left.sort_unstable();
        assert_eq!(left, [("cache-control", b"public".as_slice()), ("set-cookie", b"theme=dark")]);
    }

    #[test]
    fn what_is_said_to_one_connection_or_to_caches_stays_here() {
        //                                                     on a public path     gated
        check_passing(
            200,
            &["content-type", "x-mine"],
            "content-type x-mine",
            "content-type x-mine",
        );
        check_passing(200, &["keep-alive", "upgrade", "trailer", "x-mine"], "x-mine", "x-mine");
        check_passing(200, &["proxy-authenticate", "proxy-connection"], "", "");
        check_passing(
            200,
            &["connection", "x-named", "content-length"],
            "content-length",
            "content-length",
        );
        check_passing(
            101,
            &["connection", "upgrade", "x-named"],
            "connection upgrade x-named",
            "connection upgrade x-named",
        );
        for name in [
            "cdn-cache-control",
            "cdn_cache_control",
            "vercel-cdn-cache-control",
            "netlify-cdn-cache-control",
            "cloudflare-cdn-cache-control",
            "surrogate-control",
            "surrogate-key",
            "surrogate_key",
            "cache-tag",
            "cache_tag",
            "edge-control",
            "expires",
            "age",
        ] {
            check_passing(200, &[name], name, "");
        }
    }

    /// Where there is a `Connection`, it names `X-Named` and what frames the body.
    fn check_passing(status: u16, names: &[&'static str], public: &str, gated: &str) {
        for (privacy, expected) in [(Privacy::Public, public), (Privacy::Gated, gated)] {
            let mut answer = ResponseHeader::build(status, None).expect("an answer");
            for name in names {
                let value =
                    if *name == "connection" { "close, X-Named, content-length" } else { "x" };
                answer.append_header(*name, value).expect("a header");
            }
            from_origin(&mut answer, privacy).expect("headers");
            let kept: Vec<&str> =
                names.iter().copied().filter(|name| answer.headers.contains_key(*name)).collect();
            assert_eq!(kept.join(" "), expected, "{names:?} {privacy:?}");
        }
    }

    fn check(peer: &str, fields: &[&str], expected: &str) {
        let address = sender(peer, fields).address;
        assert_eq!(address, expected.parse::<IpAddr>().expect("an address"), "{peer} {fields:?}");
    }

    fn check_cache(fields: &[(&'static str, &str)], expected: &str) {
        let mut answer = ResponseHeader::build(200, None).expect("an answer");
        for (name, value) in fields {
            answer.append_header(*name, *value).expect("a header");
        }
        from_origin(&mut answer, Privacy::Gated).expect("headers");
        assert_eq!(answer.headers["cache-control"], expected, "{fields:?}");
        assert_eq!(answer.headers["vary"], "Cookie");
        assert!(!answer.headers.contains_key("expires"));
    }

    fn sender(peer: &str, fields: &[&str]) -> Sender {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append("x-forwarded-for", HeaderValue::from_str(field).expect("a value"));
        }
        let trusts = |address: IpAddr| address.to_string().starts_with("10.0.0.");
        Sender::of(peer.parse().expect("an address"), &headers, trusts)
    }

    fn passing<'a>(sender: &'a Sender, identity: Option<Identity<'a>>) -> Passing<'a> {
        Passing {
            sender,
            peer: "192.0.2.9".parse().expect("an address"),
            scheme: "https",
            public_host: "weather.example",
            origin_host: "127.0.0.1:1313",
            via: "1.1 tollhouse-1",
            has_body: false,
            proof: None,
            identity,
        }
    }
}
