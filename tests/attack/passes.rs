//! Passes that are none: whatever somebody sends instead of one, he is a stranger, and is told
//! what a stranger is told.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tollhouse::crypto::SigningKey;
use tollhouse::passes::Passes;

use crate::asking::{Asker, bought_pass};
use crate::support::TestSite;
use crate::tally::{self, Tally};

/// Its gate has two prices, so that everybody gets the offer.
const CLOSED: &str = "/essays/tide";

#[tokio::test]
async fn whoever_signs_otherwise_than_we_do_is_a_stranger() {
    let site = TestSite::start().await;
    let real = Real::of(&site).await;
    let mut strangers = Strangers::at(&site, "signatures").await;
    strangers.reader(&real.token).await;
    for (name, token) in real.other_headers().into_iter().chain(real.other_signatures()) {
        strangers.token(&name, &token).await;
    }
    strangers.reader(&real.token).await;
    tally::report(&[strangers.tally]);
}

#[tokio::test]
async fn claims_of_another_kind_are_no_claims_even_if_we_had_signed_them() {
    let site = TestSite::start().await;
    let real = Real::of(&site).await;
    let mut strangers = Strangers::at(&site, "claims").await;
    assert_eq!(real.signed(&real.header, &real.claims), real.token.as_bytes(), "as we sign");
    for (name, claims) in real.other_claims() {
        let token = real.signed(&real.header, &claims);
        strangers.token(&name, &token).await;
    }
    tally::report(&[strangers.tally]);
}

#[tokio::test]
async fn another_text_for_the_same_pass_is_no_pass() {
    let site = TestSite::start().await;
    let real = Real::of(&site).await;
    let mut strangers = Strangers::at(&site, "texts").await;
    for (name, token) in real.other_texts() {
        strangers.token(&name, &token).await;
    }
    tally::report(&[strangers.tally]);
}

#[tokio::test]
async fn a_pass_in_another_cookie_or_in_two_is_no_pass() {
    let site = TestSite::start().await;
    let real = Real::of(&site).await;
    let mut strangers = Strangers::at(&site, "cookies").await;
    let good = &real.token;
    let garbage = "x".repeat(20_000);
    let many = "tollhouse=x; ".repeat(2_000);
    let pairs = (0..400).map(|at| format!("name{at}=value; ")).collect::<Vec<_>>().concat();
    #[rustfmt::skip]
    let all: Vec<(&str, Vec<u8>)> = vec![
        ("two values",            format!("Cookie: tollhouse={good}; tollhouse=x\r\n").into()),
        ("two values, turned",    format!("Cookie: tollhouse=x; tollhouse={good}\r\n").into()),
        ("one of them empty",     format!("Cookie: tollhouse=; tollhouse={good}\r\n").into()),
        ("signed out and in",     format!("Cookie: tollhouse=none; tollhouse={good}\r\n").into()),
        ("two fields",            format!("Cookie: tollhouse={good}\r\nCookie: tollhouse=x\r\n").into()),
        ("another case",          format!("Cookie: Tollhouse={good}\r\n").into()),
        ("all capitals",          format!("Cookie: TOLLHOUSE={good}\r\n").into()),
        ("the name of https",     format!("Cookie: __Host-tollhouse={good}\r\n").into()),
        ("that in small letters", format!("Cookie: __host-tollhouse={good}\r\n").into()),
        ("another prefix",        format!("Cookie: __Secure-tollhouse={good}\r\n").into()),
        ("a longer name",         format!("Cookie: tollhouse2={good}\r\n").into()),
        ("an encoded name",       format!("Cookie: %74ollhouse={good}\r\n").into()),
        ("a name in quotes",      format!("Cookie: \"tollhouse\"={good}\r\n").into()),
        ("a name behind a space", format!("Cookie: \u{a0}tollhouse={good}\r\n").into()),
        ("without a name",        format!("Cookie: =tollhouse={good}\r\n").into()),
        ("a checkout's",          format!("Cookie: tollhouse-checkout-01234567={good}\r\n").into()),
        ("of version 1",          format!("Cookie: $Version=1; tollhouse={good}; $Path=/; tollhouse=\"{good}\"\r\n").into()),
        ("with commas",           format!("Cookie: a=b, tollhouse={good}\r\n").into()),
        ("in Cookie2",            format!("Cookie2: tollhouse={good}\r\n").into()),
        ("in Set-Cookie",         format!("Set-Cookie: tollhouse={good}\r\n").into()),
        ("in Authorization",      format!("Authorization: Bearer {good}\r\n").into()),
        ("in X-Tollhouse",        format!("X-Tollhouse-Identity: {good}\r\n").into()),
        ("a long one",            format!("Cookie: tollhouse={garbage}\r\n").into()),
        ("many of the name",      format!("Cookie: {many}\r\n").into()),
        ("many, and a pass",      format!("Cookie: {many}tollhouse={good}\r\n").into()),
        ("many others",           format!("Cookie: {pairs}tollhouse=x\r\n").into()),
        ("nothing but signs",     format!("Cookie: {}\r\n", ";=".repeat(5_000)).into()),
        ("bytes that are no text", [b"Cookie: tollhouse=\xff\xfe".as_slice(), good.as_bytes(), b"\r\n"].concat()),
        ("half a character",      [b"Cookie: tollhouse=".as_slice(), good.as_bytes(), b"\xc3\r\n"].concat()),
        ("no text beside it",     b"Cookie: \xff=\xff; tollhouse=\xff\r\n".to_vec()),
        ("empty",                 b"Cookie: tollhouse=\r\n".to_vec()),
        ("no value",              b"Cookie: tollhouse\r\n".to_vec()),
    ];
    for (name, lines) in &all {
        strangers.lines(name, lines).await;
    }
    strangers.reader(good).await;
    tally::report(&[strangers.tally]);
}

#[tokio::test]
async fn a_pass_that_is_none_changes_nothing_on_open_pages_and_opens_no_account() {
    let site = TestSite::start().await;
    let real = Real::of(&site).await;
    let mut asker = Asker::of(site.address);
    let plain = asker.get("/about", "").await;
    for (name, token) in real.other_texts().into_iter().chain(real.other_signatures()) {
        let token = String::from_utf8_lossy(&token);
        let cookie = format!("Cookie: a=b; tollhouse={token}\r\n");
        let open = asker.get("/about", &cookie).await;
        assert_eq!(open.lasting_head(), plain.lasting_head(), "{name}");
        let head = site.origin.last();
        assert!(head.contains("\r\nCookie: a=b\r\n") || head.contains("\r\ncookie: a=b\r\n"));
        let account = asker.get("/_tollhouse/account", &cookie).await;
        assert_eq!(account.field("location"), Some("/_tollhouse/sign-in"), "{name}");
    }
}

/// What is told to somebody with something that is no pass, beside what is told to a stranger.
struct Strangers {
    asker: Asker,
    stranger: (Vec<String>, String),
    tally: Tally,
}

impl Strangers {
    async fn at(site: &TestSite, against: &str) -> Self {
        let mut asker = Asker::of(site.address);
        // Somebody signed in from here a moment ago: who comes next without a pass is told, once,
        // that his browser may keep no cookies.
        asker.get(CLOSED, "Accept: text/html\r\n").await;
        let answer = asker.get(CLOSED, "Accept: text/html\r\n").await;
        assert_eq!(answer.status(), 402, "{}", answer.head);
        let stranger = (lines_of(&answer.lasting_head()), answer.body);
        let against = against.to_owned();
        let tally = Tally { family: "passes", against, ..Tally::default() };
        Self { asker, stranger, tally }
    }

    /// Whoever has this reads.
    async fn reader(&mut self, token: &str) {
        let answer = self.asker.get(CLOSED, &format!("Cookie: tollhouse={token}\r\n")).await;
        assert_eq!((answer.status(), answer.body.as_str()), (200, "paper"), "the control");
    }

    async fn token(&mut self, name: &str, token: &[u8]) {
        let lines = [b"Cookie: tollhouse=".as_slice(), token, b"\r\n"].concat();
        self.lines(name, &lines).await;
    }

    async fn lines(&mut self, name: &str, lines: &[u8]) {
        let head = format!(
            "GET {CLOSED} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\n",
            self.asker.address()
        );
        let answer = self.asker.ask([head.as_bytes(), lines, b"\r\n"].concat()).await;
        self.tally.sent += 1;
        if (lines_of(&answer.lasting_head()), &answer.body)
            == (self.stranger.0.clone(), &self.stranger.1)
        {
            self.tally.gated += 1;
        } else {
            let said = String::from_utf8_lossy(lines);
            let said: String = said.chars().take(300).collect();
            self.tally.leaks.push(format!("{name}: {said:?}: {}", answer.head));
        }
    }
}

fn lines_of(head: &[&str]) -> Vec<String> {
    head.iter().map(|line| (*line).to_owned()).collect()
}

/// The pass of a reader, and the key that signed it.
struct Real {
    token: String,
    header: Vec<u8>,
    claims: Vec<u8>,
    signature: Vec<u8>,
    key: SigningKey,
    url: String,
}

impl Real {
    async fn of(site: &TestSite) -> Self {
        let token = bought_pass(site, &site.visitor()).await;
        let parts: Vec<Vec<u8>> = token.split('.').map(decoded).collect();
        let [header, claims, signature] = parts.try_into().expect("three parts");
        let keys = site.store().signing_keys().await.expect("read");
        let key = keys.into_iter().next().expect("a key").key;
        Self { token, header, claims, signature, key, url: site.url("") }
    }

    fn signed(&self, header: &[u8], claims: &[u8]) -> Vec<u8> {
        signed_by(&self.key, header, claims)
    }

    fn header_text(&self) -> &str {
        std::str::from_utf8(&self.header).expect("text")
    }

    fn claims_text(&self) -> &str {
        std::str::from_utf8(&self.claims).expect("text")
    }

    /// Every game with the header: under our signature of the real pass, signed by us, signed by
    /// the stranger's own key, and with whatever else is called a signature.
    fn other_headers(&self) -> Vec<(String, Vec<u8>)> {
        let stranger = SigningKey::generate();
        let mut all = Vec::new();
        for header in self.headers(&stranger) {
            let bytes = header.as_bytes();
            all.push((format!("kept: {header}"), joined(bytes, &self.claims, &self.signature)));
            all.push((format!("by us: {header}"), self.signed(bytes, &self.claims)));
            let by_stranger = signed_by(&stranger, bytes, &self.claims);
            all.push((format!("by a stranger: {header}"), by_stranger));
            all.push((format!("unsigned: {header}"), joined(bytes, &self.claims, b"")));
            for (name, key) in self.secrets_that_are_none() {
                let tag = tag(&key, bytes, &self.claims);
                all.push((format!("{name}: {header}"), joined(bytes, &self.claims, &tag)));
            }
        }
        all
    }

    /// What people have taken for the key of an HMAC.
    fn secrets_that_are_none(&self) -> Vec<(&'static str, Vec<u8>)> {
        let public = self.key.public().to_vec();
        let spki =
            [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(), &public].concat();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(&spki)
        );
        vec![
            ("HMAC with the public key", public.clone()),
            ("HMAC with it in base64", STANDARD.encode(&public).into_bytes()),
            ("HMAC with it in base64url", URL_SAFE_NO_PAD.encode(&public).into_bytes()),
            ("HMAC with it as SPKI", spki),
            ("HMAC with it as PEM", pem.into_bytes()),
            ("HMAC with nothing", Vec::new()),
            ("HMAC with the key's name", self.key.id().into_bytes()),
        ]
    }

    #[rustfmt::skip]
    fn headers(&self, stranger: &SigningKey) -> Vec<String> {
        let kid = self.key.id();
        let x = URL_SAFE_NO_PAD.encode(stranger.public());
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        let real = self.header_text();
        // What stands between the braces of the real one.
        let inner = &real[1..real.len() - 1];
        let mut all: Vec<String> = [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "ES256K", "Ed25519",
            "eddsa", "EDDSA", "EdDSA ", "EdDSA\\u0000", "Ed448", "dir", "HS256,EdDSA",
        ].iter().map(|alg| real.replace("EdDSA", alg)).collect();
        for value in ["null", "0", "true", "[]", "{}", "[\"EdDSA\"]"] {
            all.push(real.replace("\"EdDSA\"", value));
            all.push(real.replace(&format!("\"{kid}\""), value));
        }
        for other in ["", "0", "../../../../dev/null", "/dev/null", "' OR '1'='1", "x' UNION SELECT 'y", "\\u0000", "http://evil.example/k", &stranger.id()] {
            all.push(real.replace(&kid, other));
        }
        for typ in ["", "JWT", "tollhouse-identity+jwt", "Tollhouse-Pass+JWT", "application/tollhouse-pass+jwt", "at+jwt"] {
            all.push(real.replace("tollhouse-pass+jwt", typ));
        }
        for more in [
            format!(r#""jwk":{jwk}"#), r#""jku":"https://evil.example/jwks.json""#.to_owned(), format!(r#""jku":"{}/_tollhouse/keys""#, self.url),
            r#""x5u":"https://evil.example/c.pem""#.to_owned(), format!(r#""x5c":["{x}"]"#), format!(r#""x5t":"{x}""#),
            r#""crit":["exp"]"#.to_owned(), r#""crit":["b64"],"b64":false"#.to_owned(), r#""crit":[]"#.to_owned(), r#""b64":false"#.to_owned(),
            r#""zip":"DEF""#.to_owned(), r#""cty":"JWT""#.to_owned(), r#""enc":"A256GCM""#.to_owned(), r#""alg":"none""#.to_owned(),
            r#""alg":"HS256""#.to_owned(), format!(r#""kid":"{kid}""#), r#""kid":"x""#.to_owned(), r#""typ":"JWT""#.to_owned(), r#""":"""#.to_owned(),
        ] {
            all.push(format!("{{{inner},{more}}}"));
            all.push(format!("{{{more},{inner}}}"));
        }
        all.extend([
            "{}".to_owned(), "null".to_owned(), "[]".to_owned(), "0".to_owned(), String::new(), inner.to_owned(),
            format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"tollhouse-pass+jwt"}}"#),
            format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), r#"{"alg":"EdDSA","typ":"tollhouse-pass+jwt"}"#.to_owned(),
            format!(" {real}"), format!("{real} "), format!("{real}{real}"), format!("{real}\n"), format!("\u{feff}{real}"),
            real.replace(':', ": "), real.replace("alg", "\\u0061lg"), real.replace("alg", "Alg"), real.replace("kid", "KID"),
        ]);
        all.retain(|header| header != real);
        all
    }

    /// Other signatures of the same text, and passes of others.
    fn other_signatures(&self) -> Vec<(String, Vec<u8>)> {
        let with = |signature: &[u8]| joined(&self.header, &self.claims, signature);
        let mut all: Vec<(String, Vec<u8>)> = Vec::new();
        for at in 0..64 {
            let mut other = self.signature.clone();
            other[at] ^= 1 << (at % 8);
            all.push((format!("bit {at} turned"), with(&other)));
        }
        let (r, s) = self.signature.split_at(32);
        let identity_point = [&[1_u8][..], &[0; 31]].concat();
        for (name, signature) in [
            ("nothing", Vec::new()),
            ("zeros", vec![0; 64]),
            ("ones", vec![0xff; 64]),
            ("a byte less", self.signature[..63].to_vec()),
            ("a byte more", [self.signature.as_slice(), b"\0"].concat()),
            ("twice", self.signature.repeat(2)),
            ("turned about", [s, r].concat()),
            ("the order added", [r, &plus_order(s)].concat()),
            ("a point of small order", [identity_point.as_slice(), &[0; 32]].concat()),
            ("in hexadecimal", tollhouse::crypto::hex(&self.signature).into_bytes()),
            ("of the claims alone", signature_of(&self.key, &self.claims)),
            (
                "of the decoded text",
                signature_of(&self.key, &[self.header.clone(), self.claims.clone()].concat()),
            ),
        ] {
            all.push((name.to_owned(), with(&signature)));
        }
        let stranger = SigningKey::generate();
        all.push(("a stranger's".to_owned(), signed_by(&stranger, &self.header, &self.claims)));
        let own = self.header_text().replace(&self.key.id(), &stranger.id());
        let of_retired = signed_by(&stranger, own.as_bytes(), &self.claims);
        all.push(("of a key that is gone".to_owned(), of_retired));
        all.extend(self.of_others());
        all
    }

    /// What our key signs for another site, or for another purpose.
    fn of_others(&self) -> Vec<(String, Vec<u8>)> {
        let here = Passes::new(&self.url, "x", &self.key, []);
        let pass = here.open(&self.token).expect("the control");
        let at = |site: &str| {
            let there = Passes::new(site, "x", &self.key, []);
            there.seal(&pass).expect("short").into_bytes()
        };
        let mut all: Vec<_> =
            ["https://other.example", "http://127.0.0.1", &format!("{}/", self.url)]
                .map(|site| (format!("of {site}"), at(site)))
                .into();
        let identity = here.identity(&pass.reader, pass.plans.keys(), pass.issued);
        all.push(("an identity".to_owned(), identity.into_bytes()));
        let [header, claims, signature] = [0, 1, 2].map(|part| {
            let identity = here.identity(&pass.reader, pass.plans.keys(), pass.issued);
            decoded(identity.split('.').nth(part).expect("three parts"))
        });
        all.push(("an identity's claims".to_owned(), joined(&self.header, &claims, &signature)));
        all.push(("an identity's header".to_owned(), joined(&header, &self.claims, &signature)));
        all
    }

    /// Claims of other types, more, fewer, twice: as if we had signed them.
    #[rustfmt::skip]
    fn other_claims(&self) -> Vec<(String, Vec<u8>)> {
        let real = self.claims_text();
        let parsed: serde_json::Value = serde_json::from_str(real).expect("JSON");
        let inner = &real[1..real.len() - 1];
        let pair = |name: &str| format!("\"{name}\":{}", parsed[name]);
        let mut all: Vec<String> = Vec::new();
        for name in ["exp", "iat", "epoch"] {
            for value in [
                "\"9999999999\"", "9999999999.0", "1e10", "1.5", "null", "true", "[]", "{}", "[9999999999]", "\"\"", "18446744073709551616",
                "-9223372036854775809", "1e308", "-0", "0x7fffffff", "+9999999999", "09999999999", "NaN", "Infinity",
            ] {
                all.push(real.replace(&pair(name), &format!("\"{name}\":{value}")));
            }
        }
        all.push(real.replace(&pair("epoch"), "\"epoch\":-1"));
        for name in ["iss", "aud", "sub", "sid", "mode"] {
            for value in ["null", "0", "true", "{}", "[]", &format!("[{}]", parsed[name]), "\"\"", "\"x y\"", "\"\\u0000\""] {
                all.push(real.replace(&pair(name), &format!("\"{name}\":{value}")));
            }
        }
        for name in ["iss", "aud"] {
            for value in ["https://other.example", &format!("{}/", self.url), &self.url.to_uppercase(), &self.url.replace("http:", "https:"), "http://127.0.0.1", "*"] {
                all.push(real.replace(&pair(name), &format!("\"{name}\":\"{value}\"")));
            }
        }
        for value in ["live", "Test", "TEST", "test "] {
            all.push(real.replace(&pair("mode"), &format!("\"mode\":\"{value}\"")));
        }
        for value in ["null", "[]", "\"basic\"", "[\"basic\"]", "{\"basic\":\"9999999999\"}", "{\"basic\":1.5}", "{\"basic\":true}", "{\"basic\":{}}", "{\"basic\":[null]}", "{\"\":null}", "{\"Ba sic\":null}", "{\"basic\":0,\"basic\":null}"] {
            all.push(real.replace(&pair("plans"), &format!("\"plans\":{value}")));
        }
        for name in ["iss", "aud", "sub", "sid", "epoch", "mode", "plans", "iat", "exp"] {
            all.push(real.replace(&format!("{},", pair(name)), "").replace(&format!(",{}", pair(name)), ""));
            all.push(format!("{{{inner},{}}}", pair(name)));
            all.push(format!("{{{},{inner}}}", pair(name)));
            all.push(real.replace(&format!("\"{name}\""), &format!("\"{}\"", name.to_uppercase())));
            all.push(real.replace(&format!("\"{name}\""), &format!("\"\\u00{:02x}{}\"", name.as_bytes()[0], &name[1..])));
        }
        for more in ["\"nbf\":0", "\"admin\":true", "\"jti\":\"x\"", "\"__proto__\":{}", "\"\":0"] {
            all.push(format!("{{{inner},{more}}}"));
        }
        // A session that never was, long over or for ever: the store knows nothing of it.
        let nobody = real.replace(&pair("sid"), &format!("\"sid\":\"session_{}\"", "0".repeat(32)));
        for moment in [i64::MIN, -1, 0, i64::MAX] {
            all.push(nobody.replace(&pair("exp"), &format!("\"exp\":{moment}")));
            all.push(nobody.replace(&pair("exp"), &format!("\"exp\":{moment}")).replace(&pair("iat"), &format!("\"iat\":{moment}")));
        }
        let values: Vec<String> = ["iss", "aud", "sub", "sid", "epoch", "mode", "plans", "iat", "exp"].map(|name| parsed[name].to_string()).into();
        all.extend([
            format!("[{}]", values.join(",")), format!("[{real}]"), "null".to_owned(), "[]".to_owned(), "{}".to_owned(), String::new(), inner.to_owned(),
            format!(" {real}"), format!("{real} "), format!("{real}\n"), format!("{real}{real}"), format!("\u{feff}{real}"), format!("{real}\0"),
            real.replace(",\"", ", \""), real.replace("\":", "\": "), real[..real.len() - 1].to_owned(),
        ]);
        all.retain(|claims| claims != real);
        let mut all: Vec<_> = all.into_iter().map(|claims| (claims.clone(), claims.into_bytes())).collect();
        all.push(("bytes that are no text".to_owned(), real.replace("test", "te\u{80}st").into_bytes().into_iter().filter(|byte| *byte != 0xc2).collect()));
        all
    }

    /// The same bits in another text, and what is wrapped around it.
    #[rustfmt::skip]
    fn other_texts(&self) -> Vec<(String, Vec<u8>)> {
        let token = &self.token;
        let [header, claims, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
        let mut all: Vec<String> = vec![
            format!("{header}=.{claims}.{signature}"), format!("{header}.{claims}=.{signature}"), format!("{header}.{claims}.{signature}="),
            format!("{header}.{claims}.{signature}=="), format!("{header}==.{claims}==.{signature}=="),
            token.replace('-', "+").replace('_', "/"), token.replace('_', "-"), token.replace('.', ".."), token.replace('.', "%2E"), token.replace('.', ","),
            format!(".{token}"), format!("{token}."), format!("{token}.{signature}"), format!("{header}.{claims}"), format!("{header}..{signature}"), format!("..{signature}"),
            "..".to_owned(), ".".to_owned(), "none".to_owned(), "null".to_owned(), "deleted".to_owned(), "0".to_owned(), "true".to_owned(),
            format!("\"{token}\""), format!("'{token}'"), format!("\"{token}"), format!("({token})"), format!("Bearer {token}"), format!("s:{token}"), format!("j:\"{token}\""),
            format!("{token}{token}"), format!("{token},{token}"), format!("{token} {token}"), format!("{token}\\r\\n"), format!("{token}%0a"), format!("{token}%00"),
            format!("{token}?x"), format!("{token}#x"), format!("{token}/../"), format!("{token}&x=y"), format!("={token}"), format!("{token}A"), format!("{token}AA"),
            token.to_uppercase(), token.to_lowercase(), token.chars().rev().collect(), format!("\u{feff}{token}"), format!("{token}\u{200b}"), token.replacen('e', "\u{ff45}", 1),
            token.replacen('e', "%65", 1), STANDARD.encode(token), URL_SAFE_NO_PAD.encode(token), tollhouse::crypto::hex(token.as_bytes()),
            format!(r#"{{"payload":"{claims}","protected":"{header}","signature":"{signature}"}}"#),
            format!(r#"{{"payload":"{claims}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#),
            token[..token.len() - 1].to_owned(), token[1..].to_owned(), format!("{}x", "a".repeat(4_000)),
        ];
        for at in [1, header.len() - 1, header.len() + 3, token.len() - 5] {
            for sign in [" ", "\t", "%20", "\\n", "\u{a0}"] {
                all.push(format!("{}{sign}{}", &token[..at], &token[at..]));
            }
        }
        // 64 bytes leave four bits of the last letter unused, which lenient readers do not look at.
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let start = &token[..token.len() - 1];
        all.extend(letters.chars().map(|last| format!("{start}{last}")));
        all.retain(|text| text != token);
        all.into_iter().map(|text| (text.clone(), text.into_bytes())).collect()
    }
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("we write base64")
}

fn message(header: &[u8], claims: &[u8]) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

fn joined(header: &[u8], claims: &[u8], signature: &[u8]) -> Vec<u8> {
    format!("{}.{}", message(header, claims), URL_SAFE_NO_PAD.encode(signature)).into_bytes()
}

fn signature_of(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let pair = Ed25519KeyPair::from_pkcs8(key.pkcs8()).expect("a key");
    assert_eq!(pair.public_key().as_ref(), key.public());
    pair.sign(message).as_ref().to_vec()
}

fn signed_by(key: &SigningKey, header: &[u8], claims: &[u8]) -> Vec<u8> {
    let signature = signature_of(key, message(header, claims).as_bytes());
    joined(header, claims, &signature)
}

fn tag(key: &[u8], header: &[u8], claims: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message(header, claims).as_bytes()).as_ref().to_vec()
}

/// A scalar and the order of the group: the same to whoever does not look (RFC 8032, 5.1.7).
fn plus_order(scalar: &[u8]) -> Vec<u8> {
    let mut order = [0_u8; 32];
    order[..16].copy_from_slice(&[
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14,
    ]);
    order[31] = 0x10;
    let mut carry = 0;
    let sum = scalar.iter().zip(order).map(|(a, b)| {
        let sum = u16::from(*a) + u16::from(b) + carry;
        carry = sum >> 8;
        u8::try_from(sum & 0xff).expect("a byte")
    });
    sum.collect()
}
