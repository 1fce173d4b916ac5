//! Headers that pretend: another path, another method, another visitor, another address.

use crate::asking::{Answer, Asker, bought_pass, field, fields};
use crate::support::TestSite;
use crate::tally::{self, Tally};

/// Closed to whoever has not paid.
const CLOSED: &str = "/essays/tide";

/// In every forged value.
const FORGED: &str = "forged";

/// What some program believes, and what it then takes for true.
#[rustfmt::skip]
const PRETENDED: &[(&str, &[&str])] = &[
    ("/essays/free?forged", &[ // the path
        "X-Original-URL", "X-Original-URI", "X-Original-Path", "X-Rewrite-URL", "X-Rewrite-URI", "X-Override-URL",
        "X-Forwarded-URI", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Envoy-Original-Path", "X-Replaced-Path",
        "X-Invoke-Path", "X-Invoke-Query", "X-Matched-Path", "X-Now-Route-Matches", "X-Astro-Path",
        "X-Middleware-Rewrite", "X-Middleware-Redirect", "X-Middleware-Next", "X-Middleware-Subrequest",
        "X-Middleware-Override-Headers", "X-Middleware-Request-X-User", "X-Middleware-Set-Cookie",
        "X-React-Router-SPA-Mode", "X-React-Router-Prerender-Data", "X-WAWS-Unencoded-URL", "X-HTTP-DestinationURL",
        "X-Proxy-URL", "X-Request-URI", "Request-URI", "Base-URL", "HTTP-URL", "Proxy-URL", "URI", "URL",
        "Script-Name", "X-Script-Name", "Path-Info", "X-Accel-Mapping", "X-Accel-Redirect", "X-Sendfile-Type",
    ]),
    ("DELETE-forged", &[ // the method
        "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method", "X-Original-Method",
        "X-Forwarded-Method", "X-RestLi-Method-Override",
    ]),
    ("forged@site.example", &[ // who it is
        "X-Tollhouse", "X-Tollhouse-Reader", "X-Tollhouse-Plans", "X-Tollhouse-Identity", "X-Tollhouse-Proof",
        "X-Tollhouse-Anything", "Remote-User", "Remote-Groups", "Remote-Email", "X-Remote-User", "X-Remote-Group",
        "X-Auth-Request-User", "X-Auth-Request-Email", "X-Auth-Request-Groups", "X-Auth-User", "X-Auth-Username",
        "X-Authenticated-User", "X-Authenticated-Userid", "X-Authentik-Username", "X-Forwarded-User",
        "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token",
        "X-Forwarded-Client-Cert", "X-WEBAUTH-USER", "X-Consumer-Username", "X-Consumer-ID",
        "X-Credential-Identifier", "X-Anonymous-Consumer", "X-Userinfo", "X-Vouch-User", "X-Pomerium-Claim-Email",
        "X-MS-Client-Principal", "X-MS-Client-Principal-Name", "X-MS-Token-AAD-Id-Token",
        "X-Goog-Authenticated-User-Email", "Cf-Access-Authenticated-User-Email", "X-Amzn-Oidc-Identity",
        "X-Endpoint-API-UserInfo", "X-Apigateway-Api-Userinfo", "Tailscale-User-Login", "OIDC-Claim-Sub",
        "Shib-Session-Id", "eppn", "SM-User", "IV-User", "OAM-Remote-User", "SSL-Client-S-DN",
        "SSL-Client-Verify", "X-SSL-Client-S-DN", "X-Client-Cert", "X-Client-Verify", "Client-Cert",
        "X-ARR-ClientCert", "MS-ASPNETCORE-WINAUTHTOKEN", "X-IISNode-Auth-User", "X-Appengine-User-Email",
    ]),
    ("127.0.0.1, forged", &[ // the address
        "X-Forwarded-For", "X-Forwarded", "Forwarded-For", "X-Forward-For", "X-Real-IP", "X-Client-IP", "Client-IP",
        "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "X-Cluster-Client-IP", "X-Originating-IP",
        "X-Remote-IP", "X-Remote-Addr", "X-Original-Forwarded-For", "X-Azure-ClientIP", "X-ProxyUser-Ip",
        "WL-Proxy-Client-IP", "Proxy-Client-IP", "X-Envoy-External-Address", "X-Appengine-User-IP",
        "X-Custom-IP-Authorization", "X-Coming-From",
    ]),
    ("forged.example", &[ // host, scheme, port, whoever asked
        "X-Forwarded-Host", "X-Forwarded-Server", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Scheme",
        "X-Forwarded-Ssl", "X-Original-Host", "X-Host", "X-HTTP-Host-Override", "X-Backend-Host", "Disguised-Host",
        "X-Scheme", "X-URL-Scheme", "X-HTTPS", "X-SSL", "Front-End-Https", "X-ARR-SSL", "WL-Proxy-SSL", "Proxy",
        "Proxy-Host", "HTTP2-Settings",
    ]),
    ("for=127.0.0.1;host=forged.example;proto=https", &["Forwarded"]),
];

/// Who connects, in these tests, and somebody further away.
const PEER: &str = "127.0.0.1";
const VISITOR: &str = "198.51.100.7";

/// Forms of `X-Forwarded-For`, and whom a site that trusts this machine and `10.0.0.0/8` believes
/// to be the visitor.
#[rustfmt::skip]
const FORMS: &[(&[&str], &str)] = &[
    (&["198.51.100.7"],                              VISITOR),
    (&["  198.51.100.7\t "],                         VISITOR),
    (&["198.51.100.7:4711"],                         VISITOR),
    (&["::ffff:198.51.100.7"],                       VISITOR),
    (&["::ffff:c633:6407"],                          VISITOR),
    (&["[::ffff:198.51.100.7]:80"],                  VISITOR),
    (&["2001:db8::1"],                               "\"[2001:db8::1]\""),
    (&["2001:DB8:0:0:0:0:0:1"],                      "\"[2001:db8::1]\""),
    (&["[2001:db8::1]"],                             "\"[2001:db8::1]\""),
    (&["[2001:db8::1]:4711"],                        "\"[2001:db8::1]\""),
    (&["1.2.3.4, 198.51.100.7"],                     VISITOR),
    (&["1.2.3.4,198.51.100.7"],                      VISITOR),
    (&["127.0.0.1, 198.51.100.7"],                   VISITOR),
    (&["10.0.0.1, 198.51.100.7, 10.0.0.2"],          VISITOR),
    (&["198.51.100.7, 127.0.0.1"],                   VISITOR),
    (&["unknown, 198.51.100.7"],                     VISITOR),
    (&[", 198.51.100.7"],                            VISITOR),
    (&["1.2.3.4", "198.51.100.7"],                   VISITOR),
    (&["198.51.100.7, 10.0.0.3", "10.0.0.2"],        VISITOR),
    (&["198.51.100.7, 10.0.0.9, 10.0.0.8, 10.0.0.7, 10.0.0.6, 10.0.0.5, 10.0.0.4"], VISITOR),
    (&["10.0.0.3, 10.0.0.2"],                        "10.0.0.3"),
    (&["10.0.0.3"],                                  "10.0.0.3"),
    (&[""],                                          PEER),
    (&[","],                                         PEER),
    (&["unknown"],                                   PEER),
    (&["_hidden"],                                   PEER),
    (&["-"],                                         PEER),
    (&["*"],                                         PEER),
    (&["localhost"],                                 PEER),
    (&["198.51.100.7, unknown"],                     PEER),
    (&["198.51.100.7", ""],                          PEER),
    (&["\"198.51.100.7\""],                          PEER),
    (&["for=198.51.100.7"],                          PEER),
    (&["198.51.100.7/32"],                           PEER),
    (&["198.51.100.7 10.0.0.2"],                     PEER),
    (&["198.51.100.7;10.0.0.2"],                     PEER),
    (&["http://198.51.100.7"],                       PEER),
    (&["198.51.100.256"],                            PEER),
    (&["198.51.100"],                                PEER),
    (&["198.51.100.007"],                            PEER),
    (&["0xC6336407"],                                PEER),
    (&["3325256711"],                                PEER),
    (&["fe80::1%eth0"],                              PEER),
    (&["::ffff:198.51.100.7, ::g"],                  PEER),
];

/// What somebody calls himself.
#[rustfmt::skip]
const AGENTS: &[&str] = &[
    "", "Googlebot/2.1 (+http://www.google.com/bot.html)", "AdsBot-Google", "Mediapartners-Google",
    "Googlebot-News", "bingbot/2.0", "facebookexternalhit/1.1", "Twitterbot/1.0", "LinkedInBot/1.0",
    "Slackbot-LinkExpanding 1.0", "GPTBot/1.1", "ia_archiver", "archive.org_bot", "kube-probe/1.30",
    "ELB-HealthChecker/2.0", "GoogleHC/1.0", "GoogleStackdriverMonitoring-UptimeChecks", "UptimeRobot/2.0",
    "Pingdom.com_bot_version_1.4", "Go-http-client/1.1 Tollhouse", "curl/8.0",
    "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
];

/// Where he says that he comes from; `SITE` is this site.
#[rustfmt::skip]
const SOURCES: &[&str] = &[
    "", "https://www.google.com/", "https://news.google.com/", "https://t.co/x",
    "https://checkout.stripe.com/", "SITE/", "SITE/essays/free", "SITE/_tollhouse/return?session_id=cs_1",
    "android-app://com.google.android.googlequicksearchbox/",
];

/// What else he says of himself.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "", "Purpose: prefetch\r\n", "Sec-Purpose: prefetch;prerender\r\n", "X-Moz: prefetch\r\n",
    "X-Purpose: preview\r\n", "X-Requested-With: XMLHttpRequest\r\n",
    "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", "Accept: application/rss+xml\r\n",
    "Accept: application/health+json\r\n", "Save-Data: on\r\n", "X-Health-Check: 1\r\n", "X-Debug: 1\r\n",
    "X-Prerender-Revalidate: 1\r\n", "X-Internal: true\r\n", "Authorization: Basic YWRtaW46YWRtaW4=\r\n",
    "Authorization: Bearer x\r\n",
];

#[tokio::test]
async fn no_header_that_pretends_reaches_the_website_or_opens_a_gate() {
    let mut tally = tally("recording origin");
    for (value, names) in PRETENDED {
        let site = TestSite::with(to_origin).await;
        let mut asker = Asker::of(site.address);
        for lines in names.iter().flat_map(|name| spellings(name, value)) {
            for path in ["/about", CLOSED] {
                let before = site.origin.seen().len();
                let answer = asker.get(path, &lines).await;
                let seen = site.origin.seen().split_off(before);
                let told = judged(&mut tally, &answer, path, &seen);
                if let Some(told) = told.or_else(|| forged(&seen)) {
                    tally.leaks.push(format!("{path} {lines:?}: {told}"));
                }
            }
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn a_reader_is_whom_his_pass_names_whatever_else_he_says() {
    let site = TestSite::with(to_origin).await;
    let pass = pass_of(&site).await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("a reader of his own");
    asker.get(CLOSED, &pass).await;
    let reader = field(&site.origin.last(), "x-tollhouse-reader").expect("he is known").to_owned();
    let identities = PRETENDED.iter().filter(|(value, _)| value.contains('@'));
    let all = identities.flat_map(|(value, names)| names.iter().map(move |name| (value, name)));
    for lines in all.flat_map(|(value, name)| spellings(name, value)) {
        let status = asker.get(CLOSED, &format!("{lines}{pass}")).await.status();
        let head = site.origin.last();
        tally.sent += 1;
        tally.public += 1;
        let named: Vec<&str> = fields(&head, "x-tollhouse-reader").collect();
        let is_he = named == [reader.as_str()];
        if status != 200 || !is_he || forged(&[head]).is_some() {
            tally.leaks.push(format!("{lines:?}: {status}"));
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn nobody_is_let_in_for_what_he_calls_himself_or_where_he_comes_from() {
    let site = TestSite::start().await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("who asks");
    let beside = SOURCES.iter().map(|source| (*source, ""));
    let beside: Vec<_> = beside.chain(SWITCHES.iter().map(|switch| ("", *switch))).collect();
    for agent in AGENTS {
        for (source, switch) in &beside {
            let source = source.replace("SITE", &site.url(""));
            let lines = format!("User-Agent: {agent}\r\nReferer: {source}\r\n{switch}");
            let answer = asker.get(CLOSED, &lines).await;
            let told = judged(&mut tally, &answer, CLOSED, &site.origin.seen());
            tally.leaks.extend(told.map(|told| format!("{lines:?}: {told}")));
        }
    }
    assert_eq!(site.stripe.checkouts().len(), 0, "nor does any of it open a till");
    tally::report(&[tally]);
}

#[tokio::test]
async fn naming_our_headers_as_the_connections_own_takes_none_of_them_away() {
    let site = TestSite::with(to_origin).await;
    let pass = pass_of(&site).await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("Connection");
    let many = (0..20).map(|at| format!("X-{at}")).collect::<Vec<_>>().join(", ");
    for named in [
        "X-Tollhouse-Reader",
        "x-tollhouse-reader, x-tollhouse-plans, x-tollhouse-identity",
        "keep-alive, X-Tollhouse-Plans",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Forwarded",
        "Via",
        "Host",
        "Cookie",
        "\"X-Tollhouse-Reader\"",
        "X-Tollhouse-Reader;q=1",
        "X_Tollhouse_Reader",
        ":authority",
        "Content-Length",
        "Upgrade, X-Tollhouse-Reader",
        ",,,",
        many.as_str(),
    ] {
        for lines in [
            format!("Connection: {named}\r\n"),
            format!("Connection: keep-alive\r\nConnection: {named}\r\n"),
        ] {
            let before = site.origin.seen().len();
            let status = asker.get(CLOSED, &format!("{lines}{pass}")).await.status();
            let seen = site.origin.seen().split_off(before);
            tally.sent += 1;
            match (status, seen.as_slice()) {
                (400, []) => tally.refused += 1,
                (200, [head]) if is_whole(head) => tally.public += 1,
                _ => tally.leaks.push(format!("{lines:?}: {status} {seen:?}")),
            }
        }
    }
    tally::report(&[tally]);
}

/// Whether an origin has all that we say of a reader, and is not told to forget it.
fn is_whole(head: &str) -> bool {
    let said = [
        "x-tollhouse-reader",
        "x-tollhouse-plans",
        "x-tollhouse-identity",
        "x-forwarded-for",
        "forwarded",
        "via",
    ];
    let connection = fields(head, "connection").collect::<String>().to_lowercase();
    said.iter().all(|name| fields(head, name).count() == 1) && !connection.contains("x-")
}

#[tokio::test]
#[rustfmt::skip]
async fn an_address_is_believed_from_trusted_proxies_only_and_only_the_last_that_is_none() {
    let trusting = |config: String| config.replace("[stripe]", "trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\n[stripe]");
    let (doubting, trusting) = (TestSite::start().await, TestSite::with(trusting).await);
    assert!(FORMS.len() >= 40);
    let mut tally = tally("X-Forwarded-For");
    for (site, trusts) in [(&doubting, false), (&trusting, true)] {
        let mut asker = Asker::of(site.address);
        for (values, believed) in FORMS {
            let lines: Vec<_> = values.iter().map(|value| format!("X-Forwarded-For: {value}\r\n")).collect();
            asker.get("/about", &lines.concat()).await;
            let head = site.origin.last();
            let expected = if trusts { *believed } else { PEER };
            let told = field(&head, "forwarded").and_then(|it| it.strip_prefix("for=")?.split(';').next());
            let chain = field(&head, "x-forwarded-for").unwrap_or_default();
            tally.sent += 1;
            tally.public += 1;
            if told != Some(expected) || !chain.ends_with(PEER) || (!trusts && chain != PEER) {
                tally.leaks.push(format!("{values:?}, trusting {trusts}: {told:?}, {chain:?}"));
            }
        }
    }
    tally::report(&[tally]);
}

#[tokio::test]
async fn an_address_that_a_visitor_makes_up_counts_for_no_limit() {
    let few = |config: String| {
        config
            .replace("[stripe]", "trusted_proxies = [\"127.0.0.1\"]\n[stripe]")
            .replace("[plans.basic]", "[limits]\ncheckouts_per_hour = 2\n[plans.basic]")
    };
    let site = TestSite::with(few).await;
    let mut asker = Asker::of(site.address);
    let mut began = 0;
    for at in 0..9 {
        let lines = format!(
            "X-Forwarded-For: 192.0.2.{at}, 203.0.113.7\r\nForwarded: for=192.0.2.{at}\r\n\
             X_Forwarded_For: 192.0.2.{at}\r\nX-Real-IP: 192.0.2.{at}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"
        );
        began += usize::from(asker.get("/course/1", &lines).await.status() == 303);
    }
    assert_eq!((began, site.stripe.checkouts().len()), (2, 2));
}

fn to_origin(config: String) -> String {
    config + "\n[headers]\nto_origin = true\n"
}

fn tally(against: &str) -> Tally {
    Tally { family: "headers", against: against.to_owned(), ..Tally::default() }
}

/// A header in every spelling that some program reads as it: the lines of a request.
fn spellings(name: &str, value: &str) -> Vec<String> {
    let turned: String =
        name.chars()
            .map(|c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
    let mut names = vec![name.to_owned(), turned];
    if name.contains('-') {
        names.extend(["_", ".", "~", "!", "'"].map(|sign| name.replace('-', sign)));
        names.push(name.replacen('-', "_", 1));
        names.push(name.to_uppercase().replace('-', "_"));
    }
    let mut lines: Vec<String> = names.iter().map(|name| format!("{name}: {value}\r\n")).collect();
    lines.push(format!("{name}:\r\n{name}: {value}\r\n"));
    lines.push(format!("{name}: {value}\r\n{name}: {value}\r\n"));
    lines.push(format!("{name}:{value}\r\n{}: {value}\r\n", name.replace('-', "_")));
    lines
}

/// Counts an answer; a sentence if it is not what a stranger gets.
fn judged(tally: &mut Tally, answer: &Answer, path: &str, seen: &[String]) -> Option<String> {
    tally.sent += 1;
    match (path == CLOSED, answer.status(), seen.len()) {
        (true, 402, 0) => tally.gated += 1,
        (false, 200, 1) => tally.public += 1,
        (_, 400, 0) => tally.refused += 1,
        (_, status, count) => return Some(format!("{status}, {count} at the origin")),
    }
    None
}

/// What of a forged header an origin received.
fn forged(seen: &[String]) -> Option<String> {
    let mut lines = seen.iter().flat_map(|head| head.lines().skip(1));
    lines.find(|line| line.to_lowercase().contains(FORGED)).map(str::to_owned)
}

/// The line by which a reader of the essays shows his pass.
async fn pass_of(site: &TestSite) -> String {
    format!("Cookie: tollhouse={}\r\n", bought_pass(site, &site.visitor()).await)
}
