//! A server in front shows the website itself, and asks who may read: asked by hand, and by a real
//! nginx and a real Caddy with the recipes of `examples`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use tempfile::TempDir;
use tollhouse::config::{Config, Origin};

use crate::support::{Front, Make, Seen, Shows, TestSite, Visitor, listen_to_log, logged};

const CHECK: &str = "/_tollhouse/check";

#[tokio::test]
async fn whoever_may_read_is_named_and_whoever_may_not_is_led_to_the_offer() {
    let site = asked_by_a_proxy().await;
    let ann = site.visitor();
    let stranger = ask(&ann, "/essays/tide?x=1").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let offer = site.url("/_tollhouse/join?to=%2Fessays%2Ftide%3Fx%3D1");
    assert_eq!(stranger.header("x-tollhouse-offer"), Some(offer.as_str()));
    assert!(stranger.read().contains(&format!("href=\"{offer}\"")), "{}", stranger.body);
    assert_eq!(named(&stranger), [None; 3]);
    assert_eq!(ann.follow(&offer).await.shows(), "a page of ours");
    ann.buy(&site.stripe, "price_basic", "/").await;
    let reader = ask(&ann, "/essays/tide").await;
    assert_eq!((reader.status, reader.body.as_str()), (StatusCode::OK, ""));
    let [who, plans, identity] = named(&reader);
    assert!(who.is_some_and(|who| who.starts_with("reader_")), "{who:?}");
    assert_eq!(plans, Some("basic"));
    assert_eq!(identity.map(|token| token.split('.').count()), Some(3));
    assert_eq!(reader.header("cache-control"), Some("no-store"));
    assert_eq!(reader.header("x-tollhouse-cache-control"), Some("private, no-store"));
    assert_eq!(ask(&ann, "/workshop/1").await.status, StatusCode::UNAUTHORIZED, "not his plan");
    let left = [("x-forwarded-uri", "/essays/tide?by=mail"), ("x-forwarded-method", "GET")];
    let left = ann.fetch(&format!("{CHECK}?by=mail"), &left).await;
    assert_eq!(left.status, StatusCode::OK, "a server that leaves the query where it is");
    let free = ask(&ann, "/about").await;
    assert_eq!((free.status, named(&free)), (StatusCode::OK, [None; 3]), "free, and nobody's");
    assert_eq!(free.header("x-tollhouse-cache-control"), None);
    ann.submit("/_tollhouse/sign-out", &[]).await.goes_to();
    assert_eq!(ask(&ann, "/essays/tide").await.status, StatusCode::UNAUTHORIZED, "signed out");
}

#[tokio::test]
async fn a_check_opens_no_checkout_and_answers_programs_in_json() {
    let site = asked_by_a_proxy().await;
    let seen = ask(&site.visitor(), "/course/1").await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "one price, and no way to the till");
    let fields = [("x-original-uri", "/course/1"), ("x-original-method", "GET")];
    let seen = site.visitor().fetch(CHECK, &fields).await;
    let body: serde_json::Value = serde_json::from_str(&seen.body).expect("JSON");
    assert_eq!(body["offer"], site.url("/_tollhouse/join?to=%2Fcourse%2F1"));
    assert_eq!(site.stripe.checkouts().len(), 0);
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_is_refused_whatever_he_says() {
    listen_to_log();
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    for page in ["/about", "/essays/tide"] {
        let seen = ask(&ann, page).await;
        assert_eq!((seen.status, named(&seen)), (StatusCode::FORBIDDEN, [None; 3]), "{page}");
    }
    let told = logged("127.0.0.1 is not trusted to ask who may read");
    assert!(told.iter().all(|line| line.contains("[site] trusted_proxies")), "{told:?}");
    assert!(!told.is_empty(), "the owner hears what to set");
}

#[tokio::test]
#[rustfmt::skip]
async fn what_does_not_say_plainly_which_page_is_meant_is_refused() {
    let site = asked_by_a_proxy().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/").await;
    let here = site.address.to_string();
    let elsewhere = "other.example";
    //                                                                                   answer
    for (fields, expected) in [
        (vec![("x-original-uri", "/essays/tide")],                                         200),
        (vec![("x-forwarded-uri", "/essays/tide")],                                        200),
        (vec![("x-forwarded-uri", "/essays/tide"), ("x-original-uri", "/essays/tide")],    200),
        (vec![("x-forwarded-uri", "/essays/tide"), ("x-forwarded-host", &here)],           200),
        (vec![("x-forwarded-uri", "/about"), ("host", elsewhere), ("x-forwarded-host", &here)], 200),
        (vec![("x-original-uri", "/_tollhouse/account")],                                  200),
        (vec![],                                                                           403),
        (vec![("x-original-uri", "")],                                                     403),
        (vec![("x-original-uri", "about")],                                                403),
        (vec![("x-original-uri", "http://other.example/about")],                           403),
        (vec![("x-original-uri", "/about"), ("x-original-uri", "/about")],                 403),
        (vec![("x-original-uri", "/about"), ("x-forwarded-uri", "/essays/tide")],          403),
        (vec![("x-original-uri", "/about"), ("x-forwarded-uri", "")],                      403),
        (vec![("x-original-uri", "/about"), ("x-original-method", "GET"), ("x-forwarded-method", "PUT")], 403),
        (vec![("x-original-uri", "/about"), ("host", elsewhere)],                          403),
        (vec![("x-original-uri", "/about"), ("x-forwarded-host", elsewhere)],              403),
        (vec![("x-original-uri", "/about"), ("x-forwarded-host", &here), ("x-forwarded-host", &here)], 403),
        (vec![("x-original-uri", "/about"), ("content-length", "1")],                      403),
        (vec![("x-original-uri", "/x/../essays/tide")],                                    403),
        (vec![("x-original-uri", "/essays%2Ftide")],                                       403),
        (vec![("x-original-uri", "/essays/tide#x")],                                       403),
        (vec![("x-original-uri", "/%5Ftollhouse/account")],                                403),
    ] {
        let seen = ann.fetch(CHECK, &fields).await;
        assert_eq!(seen.status.as_u16(), expected, "{fields:?} {}", seen.body);
        assert!(expected == 200 || named(&seen) == [None; 3], "{fields:?}");
    }
}

#[tokio::test]
async fn a_page_is_judged_in_all_its_spellings() {
    let site = asked_by_a_proxy().await;
    let stranger = site.visitor();
    for page in [
        "//essays/tide",
        "/essays//tide",
        "/%65ssays/tide",
        "/ESSAYS/tide",
        "/essays/tide;x",
        "/essays/tide/index.html",
        "/essays;x/tide",
    ] {
        let seen = ask(&stranger, page).await;
        assert_ne!(seen.status, StatusCode::OK, "{page}");
    }
    assert_eq!(ask(&stranger, "/essays/free").await.status, StatusCode::OK, "the narrower gate");
}

#[tokio::test]
async fn a_pass_that_is_due_is_renewed_by_a_check() {
    let site = asked_by_a_proxy().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/").await;
    assert_eq!(ask(&ann, "/essays/tide").await.header("set-cookie"), None);
    site.advance(Duration::from_mins(10));
    let renewed = ask(&ann, "/essays/tide").await;
    let cookie = renewed.header("set-cookie").expect("a pass").to_owned();
    assert!(cookie.starts_with("tollhouse="), "{cookie}");
    assert_eq!(ask(&ann, "/essays/tide").await.header("set-cookie"), None, "it counts");
}

#[tokio::test]
async fn what_cannot_be_known_is_503_and_what_is_free_is_not() {
    let mut site = asked_by_a_proxy().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/").await;
    site.stop().await;
    let data = site.path("tollhouse-data");
    for file in ["tollhouse.sqlite3", "tollhouse.sqlite3-wal", "tollhouse.sqlite3-shm"] {
        let _ = fs::remove_file(data.join(file));
    }
    fs::create_dir(data.join("tollhouse.sqlite3")).expect("in its place");
    site.start_again().await;
    assert_eq!(ask(&ann, "/course/1").await.status, StatusCode::OK, "honoured without the store");
    site.advance(Duration::from_hours(25));
    assert_eq!(ask(&ann, "/course/1").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(&ann, "/about").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_gateway_with_nothing_behind_has_no_pages_but_its_own() {
    let site = asked_by_a_proxy().await;
    let seen = site.visitor().open("/about").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert!(seen.read().contains("sends nothing but /_tollhouse/ here"), "{}", seen.body);
    assert_eq!(site.visitor().open("/essays/tide").await.shows(), "the offer");
    assert_eq!(site.visitor().open("/_tollhouse/join").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nginx_and_caddy_show_closed_pages_to_readers_alone() {
    for make in Make::ALL {
        let pages = pages();
        let place = Front::place();
        let mut site = TestSite::behind(place, |config| config).await;
        let _front = Front::start(make, place, site.address, Shows::Files(pages.path())).await;
        let ann = site.visitor();
        let free = ann.open("/").await;
        assert_eq!((free.body.as_str(), free.header("cache-control")), ("home", None), "{make:?}");
        strangers_see_the_offer(make, &site).await;
        let read = ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        assert_eq!(read.body, "the tide", "{make:?}");
        assert_eq!(read.header("cache-control"), Some("private, no-store"), "{make:?}");
        assert_eq!(read.header("set-cookie"), None, "{make:?}");
        assert_eq!(read.header("x-tollhouse-reader"), None, "{make:?}");
        assert_eq!(ann.open("/essays/tide?by=mail").await.body, "the tide", "{make:?}");
        assert_eq!(ann.open("/?by=mail").await.body, "home", "{make:?}");
        site.advance(Duration::from_mins(11));
        let renewed = ann.open("/essays/tide").await;
        let pass = renewed.header("set-cookie").expect("a renewed pass");
        assert!(pass.starts_with("tollhouse="), "{make:?} {pass}");
        assert_eq!(ann.open("/essays/tide").await.header("set-cookie"), None, "{make:?} took it");
        assert_eq!(ann.open("/essays/nothing").await.status, StatusCode::NOT_FOUND, "{make:?}");
        ann.submit("/_tollhouse/sign-out", &[]).await.goes_to();
        assert_eq!(ann.open("/essays/tide").await.status, StatusCode::SEE_OTHER, "{make:?}");
        site.stop().await;
        for page in ["/", "/essays/tide"] {
            let seen = ann.open(page).await;
            assert!(seen.status.is_server_error(), "{make:?} {page} {}", seen.status);
            assert!(!seen.body.contains("tide") && !seen.body.contains("home"), "{}", seen.body);
        }
    }
}

async fn strangers_see_the_offer(make: Make, site: &TestSite) {
    let stranger = site.visitor();
    let shut = stranger.open("/essays/tide").await;
    let offer = shut.goes_to();
    assert!(offer.ends_with("/_tollhouse/join?to=%2Fessays%2Ftide"), "{make:?} {offer}");
    assert_eq!(stranger.follow(&offer).await.shows(), "a page of ours", "{make:?}");
    let with_query = stranger.open("/essays/tide?by=mail").await.goes_to();
    assert!(with_query.ends_with("?to=%2Fessays%2Ftide%3Fby%3Dmail"), "{make:?} {with_query}");
    let script = [("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
    let seen = stranger.fetch("/essays/tide", &script).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{make:?}");
    // What a visitor makes up is not what is asked.
    for (name, value) in [
        ("x-original-uri", "/about"),
        ("x-original-method", "GET"),
        ("x-forwarded-uri", "/about"),
        ("x-forwarded-host", "127.0.0.1"),
        ("x-tollhouse-reader", "reader_1"),
    ] {
        let seen = stranger.fetch("/essays/tide", &[(name, value)]).await;
        assert_ne!(seen.status, StatusCode::OK, "{make:?} {name}");
        assert!(!seen.body.contains("the tide"), "{make:?} {name}");
    }
    for place in [
        CHECK,
        "/_tollhouse/check?x=1",
        "/_tollhouse//check",
        "/_tollhouse/%63heck",
        "/_tollhouse/./check",
    ] {
        let fields = [("x-original-uri", "/"), ("x-forwarded-uri", "/")];
        let seen = stranger.fetch(place, &fields).await;
        assert!(seen.status.is_client_error(), "{make:?} {place} {}", seen.status);
        assert_ne!(seen.status, StatusCode::UNAUTHORIZED, "{make:?} {place}");
    }
}

#[tokio::test]
async fn a_program_behind_nginx_and_caddy_learns_who_reads_from_tollhouse_alone() {
    for make in Make::ALL {
        let place = Front::place();
        let site = TestSite::behind(place, |config| config).await;
        let program = Shows::Program(site.origin.address());
        let _front = Front::start(make, place, site.address, program).await;
        let ann = site.visitor();
        let forged = [("X-Tollhouse-Reader", "reader_forged"), ("x-tollhouse-plans", "pro")];
        ann.fetch("/about", &forged).await;
        assert_eq!(told(&site), (None, None), "{make:?}");
        ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        assert_eq!(ann.fetch("/essays/tide", &forged).await.shows(), "the page", "{make:?}");
        let (reader, plans) = told(&site);
        let reader = reader.expect("he is named");
        assert!(reader.starts_with("reader_") && reader != "reader_forged", "{make:?} {reader}");
        assert_eq!(plans.as_deref(), Some("basic"), "{make:?}");
        let asked = site.origin.seen().len();
        let stranger = site.visitor().open("/essays/tide").await;
        assert_eq!((stranger.status, site.origin.seen().len()), (StatusCode::SEE_OTHER, asked));
    }
}

/// Who reads, and what he has, as the website was told last.
fn told(site: &TestSite) -> (Option<String>, Option<String>) {
    let head = site.origin.last().to_ascii_lowercase();
    let values = |name: &str| -> Option<String> {
        let mut lines = head.lines().filter_map(|line| line.strip_prefix(name));
        let value = lines.next().map(|value| value.trim().to_owned());
        assert_eq!(lines.next(), None, "{head}");
        value.filter(|value| !value.is_empty())
    };
    (values("x-tollhouse-reader:"), values("x-tollhouse-plans:"))
}

#[test]
fn the_recipes_configurations_are_sound() {
    for name in ["nginx", "caddy"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let environment = [
            ("STRIPE_SECRET_KEY", "sk_live_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef"),
        ];
        let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let config = Config::load(&path.join("config.toml"), &environment);
        let config = config.unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert_eq!(config.site.origin, Origin::Nothing, "{name}");
        assert!(config.site.trusts([127, 0, 0, 1].into()), "{name}: who asks is trusted");
        assert!(config.warnings.is_empty(), "{name}: {:?}", config.warnings);
    }
}

/// A site whose asker is believed, as if he were a proxy.
async fn asked_by_a_proxy() -> TestSite {
    TestSite::with(|config| {
        let trusted = "origin = \"none\"\ntrusted_proxies = [\"127.0.0.1\"]";
        config.replace("origin = \"http://ORIGIN\"", trusted)
    })
    .await
}

/// What nginx would ask for a page load of this visitor.
async fn ask(visitor: &Visitor, page: &str) -> Seen {
    let fields = [("x-original-uri", page), ("x-original-method", "GET"), ("accept", "text/html")];
    visitor.fetch(CHECK, &fields).await
}

fn named(seen: &Seen) -> [Option<&str>; 3] {
    ["x-tollhouse-reader", "x-tollhouse-plans", "x-tollhouse-identity"].map(|it| seen.header(it))
}

fn pages() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let file: &Path = &folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    };
    write("index.html", "home");
    write("essays/tide.html", "the tide");
    folder
}
