//! Passes: how they are signed and checked, and every cookie that we set or read.

mod free_views;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::free_views::{Views, page_mark};

use self::free_views::VIEWS_TYPE;
use crate::crypto::SigningKey;
use crate::domain::ids::{Mode, PlanId, ReaderId, SessionId};
use crate::domain::pass::Pass;
use crate::domain::sign_in::LETTER_LIFETIME;
use crate::domain::time::Timestamp;

/// Our `typ`: a token that we sign for another purpose is not a pass.
const PASS_TYPE: &str = "tollhouse-pass+jwt";
const IDENTITY_TYPE: &str = "tollhouse-identity+jwt";

/// What a browser accepts for all cookies of one name is 4 KiB; with the name and attributes a
/// pass of this size still fits.
const LONGEST_PASS: usize = 3 * 1024;

/// How long the origin may believe an identity token; it is made anew for each request.
const IDENTITY_LIFETIME: Duration = Duration::from_mins(1);

/// Passes whose signature is remembered: 30 MB if each were as long as can be, 6 MB as they are.
const REMEMBERED_PASSES: usize = 10_000;

/// The longest that browsers keep a cookie (RFC 6265bis, 5.5).
const COOKIE_DAYS: i64 = 400;

/// How long a browser can come back from a checkout: Stripe's sessions last 24 h, and a
/// delayed return as long again.
const CHECKOUT_COOKIE_HOURS: i64 = 48;

/// The most checkouts that a browser remembers at once.
pub const OPEN_CHECKOUTS: usize = 5;

/// What is put in place of a pass when a reader signs out: it says that somebody was here.
const SIGNED_OUT: &str = "none";

/// Signs and checks passes for one site, and knows the names of its cookies.
pub struct Passes {
    site: String,
    audience: String,
    cookies: CookieNames,
    signer: Key,
    others: Vec<Key>,
    verified: Cache<Box<str>, Arc<Pass>>,
    validation: Validation,
}

struct Key {
    id: String,
    /// The encoded header of every pass that this key signs: compared whole, so that no `alg`,
    /// `jwk` or `crit` of a stranger is ever looked at.
    pass_header: String,
    /// The same of every token that counts views.
    views_header: String,
    signs: EncodingKey,
    checks: DecodingKey,
}

struct CookieNames {
    secure: bool,
    pass: &'static str,
    asked: &'static str,
    views: &'static str,
    checkout_prefix: &'static str,
}

impl CookieNames {
    fn new(secure: bool) -> Self {
        if secure {
            Self {
                secure,
                pass: "__Host-tollhouse",
                asked: "__Host-tollhouse-asked",
                views: "__Host-tollhouse-views",
                checkout_prefix: "__Host-tollhouse-checkout-",
            }
        } else {
            Self {
                secure,
                pass: "tollhouse",
                asked: "tollhouse-asked",
                views: "tollhouse-views",
                checkout_prefix: "tollhouse-checkout-",
            }
        }
    }

    /// Whether a cookie is ours, in either form: the origin gets and sets neither, nor what it
    /// or a browser might take for one (RFC 6265bis, 4.1.3 knows the prefix in any case).
    fn are_ours(name: &str) -> bool {
        let host = name.split_at_checked("__Host-".len());
        let host = host.filter(|(start, _)| start.eq_ignore_ascii_case("__Host-"));
        let bare = host.map_or(name, |(_, bare)| bare);
        let own = bare.split_at_checked("tollhouse".len());
        own.is_some_and(|(own, rest)| {
            own.eq_ignore_ascii_case("tollhouse") && (rest.is_empty() || rest.starts_with('-'))
        })
    }
}

/// What a browser sent as its pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// Nothing: somebody who was never here.
    Nothing,
    /// Something that is worth nothing: signed out, forged, of another site, twice.
    Worthless,
    /// A pass that we signed.
    Pass(Arc<Pass>),
}

/// The claims as they are written. Every one is required, no other is allowed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PassClaims {
    iss: String,
    aud: String,
    sub: ReaderId,
    sid: SessionId,
    epoch: u64,
    mode: Mode,
    plans: BTreeMap<PlanId, Option<Timestamp>>,
    iat: Timestamp,
    exp: Timestamp,
}

#[derive(Serialize)]
struct IdentityClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a ReaderId,
    plans: Vec<&'a PlanId>,
    iat: Timestamp,
    exp: Timestamp,
}

/// A pass that does not fit into a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a pass of {0} bytes does not fit into a cookie ({LONGEST_PASS} at most): the reader owns too many plans"
)]
pub struct TooLong(usize);

impl Passes {
    /// For the site at this URL (`https://weather.example`); `audience` is the origin's name in
    /// identity tokens. One key signs; what the others signed is good, too.
    pub fn new<'k>(
        site: &str,
        audience: &str,
        signer: &SigningKey,
        others: impl IntoIterator<Item = &'k SigningKey>,
    ) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Times, issuer and audience are judged from the typed claims, by our own clock.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            site: site.to_owned(),
            audience: audience.to_owned(),
            cookies: CookieNames::new(site.starts_with("https://")),
            signer: Key::new(signer),
            others: others.into_iter().map(Key::new).collect(),
            verified: Cache::new(REMEMBERED_PASSES),
            validation,
        }
    }

    /// Signs a pass.
    pub fn seal(&self, pass: &Pass) -> Result<String, TooLong> {
        let claims = PassClaims {
            iss: self.site.clone(),
            aud: self.site.clone(),
            sub: pass.reader.clone(),
            sid: pass.session.clone(),
            epoch: pass.epoch,
            mode: pass.mode,
            plans: pass.plans.clone(),
            iat: pass.issued,
            exp: pass.refresh_at,
        };
        let token = self.signer.sign(PASS_TYPE, &claims);
        if token.len() > LONGEST_PASS { Err(TooLong(token.len())) } else { Ok(token) }
    }

    /// Reads the pass of a request. Whatever is wrong with it, the visitor is a stranger.
    pub fn presented(&self, headers: &HeaderMap) -> Presented {
        let mut found: Option<&str> = None;
        for (name, value) in cookies(headers) {
            if name != self.cookies.pass {
                continue;
            }
            if found.is_some_and(|known| known != value) {
                return Presented::Worthless;
            }
            found = Some(value);
        }
        match found {
            None => Presented::Nothing,
            Some(token) => self.open(token).map_or(Presented::Worthless, Presented::Pass),
        }
    }

    /// Checks a pass; none if it is not one that we signed for this site.
    pub fn open(&self, token: &str) -> Option<Arc<Pass>> {
        if token.len() > LONGEST_PASS {
            return None;
        }
        if let Some(pass) = self.verified.get(token) {
            return Some(pass);
        }
        let pass = Arc::new(self.check(token)?);
        self.verified.insert(token.into(), Arc::clone(&pass));
        Some(pass)
    }

    fn check(&self, token: &str) -> Option<Pass> {
        let claims: PassClaims = self.verified(token, |key| &key.pass_header)?;
        let is_ours = claims.iss == self.site && claims.aud == self.site;
        is_ours.then_some(Pass {
            reader: claims.sub,
            session: claims.sid,
            epoch: claims.epoch,
            mode: claims.mode,
            plans: claims.plans,
            issued: claims.iat,
            refresh_at: claims.exp,
        })
    }

    /// The claims of a token that a key of ours signed, with the header that is for its purpose.
    fn verified<T>(&self, token: &str, header_of: impl Fn(&Key) -> &str) -> Option<T>
    where
        T: Serialize + DeserializeOwned,
    {
        let (header, rest) = token.split_once('.')?;
        let key = self.keys().find(|key| header_of(key) == header)?;
        let claims = jsonwebtoken::decode::<T>(token, &key.checks, &self.validation).ok()?.claims;
        // One token has one text. JSON leaves much open (what is said twice, lists for objects,
        // white space), and no two programs close it alike.
        let is_as_written = rest.split('.').next() == Some(encoded(&claims).as_str());
        is_as_written.then_some(claims)
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        iter::once(&self.signer).chain(&self.others)
    }

    /// A token that tells the origin who reads. It says nothing that could open a gate.
    pub fn identity<'a>(
        &self,
        reader: &ReaderId,
        plans: impl Iterator<Item = &'a PlanId>,
        now: Timestamp,
    ) -> String {
        let claims = IdentityClaims {
            iss: &self.site,
            aud: &self.audience,
            sub: reader,
            plans: plans.collect(),
            iat: now,
            exp: now.plus(IDENTITY_LIFETIME),
        };
        self.signer.sign(IDENTITY_TYPE, &claims)
    }

    /// The public keys, as a JWK set, for an origin that checks identity tokens.
    pub fn public_keys(&self) -> serde_json::Value {
        let keys: Vec<_> = self.keys().map(Key::jwk).collect();
        serde_json::json!({ "keys": keys })
    }

    /// Puts a sealed pass into the browser.
    pub fn set_pass(&self, token: &str) -> HeaderValue {
        self.set_for_days(self.cookies.pass.to_owned(), token, COOKIE_DAYS)
    }

    /// Whether a `Set-Cookie` line puts a pass into the browser, or takes it out.
    pub fn is_pass(&self, line: &HeaderValue) -> bool {
        let rest = line.as_bytes().strip_prefix(self.cookies.pass.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"="))
    }

    /// Takes the pass out of the browser, leaving the mark that somebody was here.
    pub fn take_pass(&self) -> HeaderValue {
        self.set_pass(SIGNED_OUT)
    }

    /// Whether this browser has that mark in place of a pass.
    pub fn is_signed_out(&self, headers: &HeaderMap) -> bool {
        cookies(headers).any(|(name, value)| name == self.cookies.pass && value == SIGNED_OUT)
    }

    /// Binds a checkout to this browser. Each has a cookie of its own, so that two tabs opened
    /// at the same instant cannot overwrite each other's.
    pub fn set_checkout(&self, nonce: &str) -> HeaderValue {
        let lifetime = cookie::time::Duration::hours(CHECKOUT_COOKIE_HOURS);
        self.cookie(self.checkout_name(nonce), nonce, lifetime)
    }

    /// Forgets a checkout of this browser.
    pub fn take_checkout(&self, nonce: &str) -> HeaderValue {
        self.cookie(self.checkout_name(nonce), "", cookie::time::Duration::ZERO)
    }

    /// The nonces of the checkouts that this browser began.
    pub fn checkouts(&self, headers: &HeaderMap) -> Vec<String> {
        let nonces: BTreeSet<&str> = cookies(headers)
            .filter(|(name, value)| is_nonce(value) && *name == self.checkout_name(value))
            .map(|(_, value)| value)
            .collect();
        nonces.into_iter().map(str::to_owned).collect()
    }

    /// Marks the browser that asked for a sign-in mail.
    pub fn set_asked(&self, mark: &str) -> HeaderValue {
        let minutes = LETTER_LIFETIME.as_secs() / 60;
        let lifetime = cookie::time::Duration::minutes(i64::try_from(minutes).unwrap_or(i64::MAX));
        self.cookie(self.cookies.asked.to_owned(), mark, lifetime)
    }

    /// Forgets that a sign-in mail was asked for.
    pub fn take_asked(&self) -> HeaderValue {
        self.cookie(self.cookies.asked.to_owned(), "", cookie::time::Duration::ZERO)
    }

    /// The mark of a browser that asked for a sign-in mail.
    pub fn asked(&self, headers: &HeaderMap) -> Option<String> {
        let mut marks = cookies(headers)
            .filter(|(name, value)| *name == self.cookies.asked && is_nonce(value))
            .map(|(_, value)| value);
        let mark = marks.next()?;
        marks.all(|other| other == mark).then(|| mark.to_owned())
    }

    fn checkout_name(&self, nonce: &str) -> String {
        let short = nonce.get(..8).unwrap_or(nonce);
        format!("{}{short}", self.cookies.checkout_prefix)
    }

    fn set_for_days(&self, name: String, value: &str, days: i64) -> HeaderValue {
        self.cookie(name, value, cookie::time::Duration::days(days))
    }

    fn cookie(&self, name: String, value: &str, max_age: cookie::time::Duration) -> HeaderValue {
        let cookie = Cookie::build((name, value))
            .path("/")
            .secure(self.cookies.secure)
            .http_only(true)
            // Strict would be absent on the way back from Stripe.
            .same_site(SameSite::Lax)
            .max_age(max_age)
            .build();
        HeaderValue::from_str(&cookie.to_string()).expect("tokens and nonces are plain ASCII")
    }
}

impl Key {
    fn new(key: &SigningKey) -> Self {
        let id = key.id();
        let signs = EncodingKey::from_ed_der(key.pkcs8());
        let checks = DecodingKey::from_ed_der(key.public());
        let header_of = |kind| {
            let sample = sign(&signs, &id, kind, &serde_json::json!({}));
            let (header, _) = sample.split_once('.').expect("a JWT has dots");
            header.to_owned()
        };
        let (pass_header, views_header) = (header_of(PASS_TYPE), header_of(VIEWS_TYPE));
        Self { id, pass_header, views_header, signs, checks }
    }

    fn sign(&self, kind: &str, claims: &impl Serialize) -> String {
        sign(&self.signs, &self.id, kind, claims)
    }

    fn jwk(&self) -> serde_json::Value {
        let jwk = Jwk::from_encoding_key(&self.signs, Algorithm::EdDSA)
            .expect("PKCS#8 v1 holds the public key that a JWK shows");
        let mut jwk = serde_json::to_value(jwk).expect("a JWK is JSON");
        jwk["kid"] = self.id.clone().into();
        jwk["use"] = "sig".into();
        jwk
    }
}

fn sign(key: &EncodingKey, id: &str, kind: &str, claims: &impl Serialize) -> String {
    let header = Header {
        typ: Some(kind.to_owned()),
        kid: Some(id.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, claims, key).expect("our own key signs our own claims")
}

/// Claims as they stand in a token.
fn encoded(claims: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).expect("claims are JSON"))
}

fn is_nonce(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Name and value of each cookie of a request, over all of its `Cookie` fields (HTTP/2 has
/// several). A cookie of another program that is no text hides none of ours.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|field| texts_of(field.as_bytes()))
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim_ascii(), value.trim_ascii()))
}

/// The whole field where it is text, as it mostly is; else every pair that is.
fn texts_of(field: &[u8]) -> impl Iterator<Item = &str> {
    let whole = std::str::from_utf8(field).ok();
    let parts = if whole.is_some() { [].as_slice() } else { field };
    let pairs = parts.split(|byte| *byte == b';');
    whole.into_iter().chain(pairs.filter_map(|pair| std::str::from_utf8(pair).ok()))
}

/// The request's cookies without ours, for the origin; none if nothing is left. What is not
/// ours stays as it came, byte for byte.
pub fn cookies_for_origin(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for field in headers.get_all(header::COOKIE) {
        for pair in field.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            if !pair.is_empty() && !is_ours(pair) {
                kept.push(pair);
            }
        }
    }
    if kept.is_empty() {
        return None;
    }
    Some(HeaderValue::from_bytes(&kept.join(&b"; "[..])).expect("parts of a value are a value"))
}

/// Whether a `Cookie` pair or a `Set-Cookie` line names a cookie of ours. Bytes that are not
/// ASCII cannot spell our name. What has no name (`=tollhouse=…`) comes back as if its value were
/// a name.
pub fn is_ours(pair: &[u8]) -> bool {
    let mut parts = pair.split(|byte| *byte == b'=').map(<[u8]>::trim_ascii);
    let name = parts.find(|part| !part.is_empty()).unwrap_or_default();
    std::str::from_utf8(name).is_ok_and(CookieNames::are_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://weather.example";

    #[test]
    fn a_pass_comes_back_as_it_was_sealed() {
        let passes = passes(&SigningKey::generate());
        let token = passes.seal(&pass()).expect("short");
        assert_eq!(passes.open(&token).as_deref(), Some(&pass()));
        assert_eq!(passes.open(&token).as_deref(), Some(&pass()), "from the cache too");
    }

    #[test]
    fn nothing_but_our_own_pass_for_this_site_is_a_pass() {
        let key = SigningKey::generate();
        let passes = passes(&key);
        let good = passes.seal(&pass()).expect("short");
        let refuse = |what: &str, token: &str| assert_eq!(passes.open(token), None, "{what}");
        refuse("nothing", "");
        refuse("the mark of somebody signed out", SIGNED_OUT);
        refuse(
            "a foreign key's",
            &self::passes(&SigningKey::generate()).seal(&pass()).expect("short"),
        );
        let other = Passes::new("https://other.example", "o", &key, []);
        refuse("another site's", &other.seal(&pass()).expect("short"));
        let reader = pass().reader;
        refuse("an identity token", &passes.identity(&reader, [].into_iter(), at(0)));
        for cut in [1, 10, good.len() / 2, good.len() - 1] {
            refuse("cut", &good[..cut]);
        }
        refuse("with a tail", &format!("{good}A"));
        refuse("padded", &format!("{good}="));
        refuse("with a fourth part", &format!("{good}.e30"));
    }

    #[test]
    fn a_strangers_header_is_never_read() {
        let key = SigningKey::generate();
        let passes = passes(&key);
        let good = passes.seal(&pass()).expect("short");
        let (_, rest) = good.split_once('.').expect("a JWT");
        for header in [
            r#"{"alg":"none"}"#.to_owned(),
            r#"{"typ":"tollhouse-pass+jwt","alg":"HS256"}"#.to_owned(),
            format!(r#"{{"typ":"JWT","alg":"EdDSA","kid":"{}"}}"#, key.id()),
            format!(r#"{{"alg":"EdDSA","typ":"tollhouse-pass+jwt","kid":"{}"}}"#, key.id()),
            format!(
                r#"{{"typ":"tollhouse-pass+jwt","alg":"EdDSA","kid":"{}","crit":["b64"]}}"#,
                key.id()
            ),
        ] {
            let token = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(&header));
            assert_eq!(passes.open(&token), None, "{header}");
        }
    }

    #[test]
    fn claims_are_typed_complete_and_ours() {
        let key = SigningKey::generate();
        let passes = passes(&key);
        let sealed = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut claims = serde_json::json!({
                "iss": SITE, "aud": SITE, "sub": "reader_1", "sid": "session_1", "epoch": 7,
                "mode": "test", "plans": { "basic": null }, "iat": 0, "exp": 600,
            });
            change(&mut claims);
            passes.open(&passes.signer.sign(PASS_TYPE, &claims)).is_some()
        };
        assert!(sealed(&|_| {}), "the control");
        for claim in ["iss", "aud", "sub", "sid", "epoch", "mode", "plans", "iat", "exp"] {
            assert!(
                !sealed(&|claims| drop(claims.as_object_mut().expect("a map").remove(claim))),
                "{claim}"
            );
        }
        assert!(!sealed(&|claims| claims["exp"] = "9999".into()));
        assert!(!sealed(&|claims| claims["aud"] = serde_json::json!([SITE])));
        assert!(!sealed(&|claims| claims["epoch"] = (-1).into()));
        assert!(!sealed(&|claims| claims["admin"] = true.into()));
        assert!(!sealed(&|claims| claims["sub"] = "x\r\ny".into()));
    }

    #[test]
    fn a_pass_has_one_text() {
        let key = SigningKey::generate();
        let passes = passes(&key);
        let (own, plans) = (SITE, r#"{"basic":null}"#);
        let claims = |own: &str, plans: &str| {
            format!(
                r#"{{"iss":"{own}","aud":"{own}","sub":"reader_1","sid":"session_1","epoch":7,"mode":"test","plans":{plans},"iat":0,"exp":600}}"#
            )
        };
        let opens = |claims: &str| {
            let head = format!("{}.{}", passes.signer.pass_header, URL_SAFE_NO_PAD.encode(claims));
            let signed =
                jsonwebtoken::crypto::sign(head.as_bytes(), &passes.signer.signs, Algorithm::EdDSA);
            passes.open(&format!("{head}.{}", signed.expect("our own key"))).is_some()
        };
        assert!(opens(&claims(own, plans)), "the control");
        assert!(!opens(&claims(own, r#"{"basic":0,"basic":null}"#)));
        assert!(!opens(&claims(own, plans).replace(",\"iat\"", ", \"iat\"")));
        assert!(!opens(&claims(own, plans).replace("\"sub\"", "\"\\u0073ub\"")));
        assert!(!opens(&claims(own, plans).replace("\"iat\":0", "\"iat\":-0")));
        assert!(!opens(&format!(
            r#"["{own}","{own}","reader_1","session_1",7,"test",{plans},0,600]"#
        )));
    }

    #[test]
    fn a_retired_key_still_checks_what_it_signed() {
        let (old, new) = (SigningKey::generate(), SigningKey::generate());
        let token = passes(&old).seal(&pass()).expect("short");
        let rotated = Passes::new(SITE, "o", &new, [&old]);
        assert!(rotated.open(&token).is_some());
        assert_eq!(rotated.public_keys()["keys"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_pass_that_no_cookie_could_hold_is_not_made() {
        let plans =
            (0..200).map(|at| (PlanId::parse(&format!("plan-number-{at}")).expect("an id"), None));
        let pass = Pass { plans: plans.collect(), ..pass() };
        assert!(passes(&SigningKey::generate()).seal(&pass).is_err());
    }

    #[test]
    fn a_cookie_in_two_values_is_worth_nothing() {
        let passes = passes(&SigningKey::generate());
        let token = passes.seal(&pass()).expect("short");
        let presented = |fields: &[&str]| passes.presented(&headers(fields));
        assert_eq!(presented(&[]), Presented::Nothing);
        assert_eq!(presented(&["a=b; __Host-tollhouse=x"]), Presented::Worthless);
        let good = format!("a=b; __Host-tollhouse={token}; c=d");
        assert!(matches!(presented(&[&good]), Presented::Pass(_)));
        assert!(matches!(presented(&[&good, &good]), Presented::Pass(_)));
        assert_eq!(presented(&[&good, "__Host-tollhouse=none"]), Presented::Worthless);
        assert_eq!(
            presented(&[&format!("tollhouse={token}")]),
            Presented::Nothing,
            "the http name"
        );
    }

    #[test]
    fn a_cookie_that_is_no_text_hides_no_pass() {
        let passes = passes(&SigningKey::generate());
        let token = passes.seal(&pass()).expect("short");
        for other in [b"caf\xe9=1".as_slice(), "name=Zoë".as_bytes(), b"\xff"] {
            let mut field = other.to_vec();
            field.extend(format!("; __Host-tollhouse={token}").bytes());
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_bytes(&field).expect("a value"));
            assert!(matches!(passes.presented(&headers), Presented::Pass(_)), "{other:?}");
            let kept = cookies_for_origin(&headers).expect("the other");
            assert_eq!(kept.as_bytes(), other);
        }
    }

    #[test]
    fn the_origin_gets_every_cookie_but_ours() {
        let check = |fields: &[&str], expected: Option<&str>| {
            let kept = cookies_for_origin(&headers(fields));
            assert_eq!(
                kept.as_ref().map(|value| value.to_str().expect("ASCII")),
                expected,
                "{fields:?}"
            );
        };
        check(&[], None);
        check(&["a=b; c=d"], Some("a=b; c=d"));
        check(&["a=b;__Host-tollhouse=x;c=\"d; e\""], Some("a=b; c=\"d; e\""));
        check(&["__Host-tollhouse=x; tollhouse=y; tollhouse-checkout-1=z"], None);
        check(&["a=b", "c=d; __Host-tollhouse-checkout-12345678=z"], Some("a=b; c=d"));
        check(&["=__Host-tollhouse=x; = tollhouse=y"], None);
        check(&["__HOST-TollHouse=x; Tollhouse-Checkout-1=z; a=b"], Some("a=b"));
        check(&["mytollhouse=1; tollhouses=2"], Some("mytollhouse=1; tollhouses=2"));
        check(&["__Host-=1; __Secure-tollhouse=2"], Some("__Host-=1; __Secure-tollhouse=2"));
    }

    #[test]
    fn cookies_are_locked_to_the_host_and_out_of_reach_of_scripts() {
        let set = |site| {
            let passes = Passes::new(site, "o", &SigningKey::generate(), []);
            passes.set_pass("t").to_str().expect("ASCII").to_owned()
        };
        assert_eq!(
            set(SITE),
            "__Host-tollhouse=t; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000"
        );
        assert_eq!(
            set("http://127.0.0.1:8080"),
            "tollhouse=t; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"
        );
    }

    #[test]
    fn each_checkout_has_a_cookie_of_its_own() {
        let passes = passes(&SigningKey::generate());
        let (one, two) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
        let name = |nonce| {
            passes.set_checkout(nonce).to_str().expect("ASCII").split(';').next().map(str::to_owned)
        };
        let sent = format!("{}; {}", name(one).expect("a cookie"), name(two).expect("a cookie"));
        assert_eq!(passes.checkouts(&headers(&[&sent])), [one, two]);
        assert!(
            passes.checkouts(&headers(&["__Host-tollhouse-checkout-01234567=nonsense"])).is_empty()
        );
    }

    fn passes(key: &SigningKey) -> Passes {
        Passes::new(SITE, "http://127.0.0.1:1313", key, [])
    }

    fn pass() -> Pass {
        Pass {
            reader: ReaderId::parse("reader_1").expect("an id"),
            session: SessionId::parse("session_1").expect("an id"),
            epoch: 7,
            mode: Mode::Test,
            plans: [(PlanId::parse("basic").expect("an id"), Some(at(9_000)))].into(),
            issued: at(0),
            refresh_at: at(600),
        }
    }

    fn headers(fields: &[&str]) -> HeaderMap {
        let value = |field: &&str| (header::COOKIE, HeaderValue::from_str(field).expect("a value"));
        fields.iter().map(value).collect()
    }

    fn at(unix: i64) -> Timestamp {
        Timestamp::from_unix(unix)
    }
}
