//! Other websites that act in a reader's browser: no form of theirs does anything, and none of
//! their links signs him in as somebody else.

use crate::asking::{Answer, Asker, bought_pass};
use crate::support::{TestSite, Visitor};
use crate::tally::{self, Tally};

/// What our pages send.
const FORM: &str = "application/x-www-form-urlencoded";

/// Lines by which a browser says where a request comes from, and whether that is here. `SITE` is
/// our own address, `ADDRESS` its host and port.
struct Source {
    fetch_site: &'static str,
    origin: &'static str,
    ours: bool,
}

#[tokio::test]
async fn a_form_of_another_website_does_nothing() {
    let site = TestSite::start().await;
    let victim = Victim::at(&site).await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("POST");
    for source in sources() {
        let source_lines = source.lines(&site);
        for kind in [FORM, "text/plain", "application/json", "multipart/form-data; boundary=x", ""]
        {
            for (path, body) in victim.posts() {
                // What is taken is tried with nobody's cookies and not with his link: the victim
                // must stay who he is.
                let path =
                    if source.ours && path == victim.link { "/_tollhouse/sign-in/0" } else { path };
                let cookie = if source.ours { "" } else { &victim.cookie };
                let fields = format!("{source_lines}{cookie}Content-Type: {kind}\r\n");
                let answer = post(&mut asker, &site, "POST", path, &fields, body).await;
                tally.sent += 1;
                let refused = answer.status() == 403 && answer.field("set-cookie").is_none();
                match (source.ours, refused) {
                    (false, true) => tally.refused += 1,
                    (true, false) => tally.public += 1,
                    _ => tally.leaks.push(format!("{path} {fields:?}: {}", answer.head)),
                }
                if answer.head.to_lowercase().contains("access-control-") {
                    tally.leaks.push(format!("{path} {fields:?} is shared: {}", answer.head));
                }
            }
        }
    }
    victim.is_unharmed(&site).await;
    tally::report(&[tally]);
}

#[tokio::test]
async fn no_other_method_does_what_a_button_does() {
    let site = TestSite::start().await;
    let victim = Victim::at(&site).await;
    let mut asker = Asker::of(site.address);
    let mut tally = tally("other methods");
    let page =
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    let own = "Sec-Fetch-Site: same-origin\r\n";
    let overrides = "X-HTTP-Method-Override: POST\r\nX-Method-Override: POST\r\n";
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "post", "POSTS"] {
        for (path, body) in victim.posts() {
            for lines in [
                page,
                own,
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n",
            ] {
                let target = format!("{path}?_method=POST&{body}");
                let fields = format!("{lines}{overrides}{}", victim.cookie);
                let body = if method == "GET" { "" } else { body };
                let answer = post(&mut asker, &site, method, &target, &fields, body).await;
                tally.sent += 1;
                // The page of a link may be looked at: it has the button.
                let shown = method == "GET" && path.contains("/sign-in/") && answer.status() == 200;
                match answer.status() {
                    405 => tally.refused += 1,
                    _ if shown => tally.public += 1,
                    _ => tally.leaks.push(format!("{method} {path}: {}", answer.head)),
                }
                let told = answer.head.to_lowercase();
                if told.contains("access-control-") || told.contains("set-cookie") {
                    tally.leaks.push(format!("{method} {path}: {}", answer.head));
                }
            }
        }
    }
    victim.is_unharmed(&site).await;
    tally::report(&[tally]);
}

#[tokio::test]
async fn no_link_signs_a_reader_in_as_somebody_else() {
    let site = TestSite::start().await;
    let (mallory, mut asker) = (site.visitor(), Asker::of(site.address));
    let till = mallory.choose("price_course", "/course/1").await;
    let back = mallory.pay(&site.stripe, &till).await;
    let back = back.strip_prefix(&site.url("")).expect("it leads back here").to_owned();
    let link = site.link("mallory@site.example").await;
    let victim = Victim::at(&site).await;
    let mut tally = tally("sign-in");
    for path in [&back, &link] {
        for mode in ["navigate", "no-cors", "cors", "websocket"] {
            for cookie in ["", &victim.cookie, "Cookie: tollhouse-checkout-01234567=0\r\n"] {
                let lines =
                    format!("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: {mode}\r\n{cookie}");
                let answer = asker.get(path, &lines).await;
                tally.sent += 1;
                if answer.field("set-cookie").is_some() {
                    tally.leaks.push(format!("{path} {lines:?}: {}", answer.head));
                } else {
                    tally.gated += 1;
                }
            }
        }
    }
    for source in sources().filter(|source| !source.ours) {
        let answer = post(&mut asker, &site, "POST", &link, &source.lines(&site), "").await;
        tally.sent += 1;
        tally.refused += u64::from(answer.status() == 403);
        if answer.field("set-cookie").is_some() || answer.status() != 403 {
            tally.leaks.push(format!("{link}: {}", answer.head));
        }
    }
    victim.is_unharmed(&site).await;
    assert_eq!(mallory.submit(&link, &[]).await.goes_to(), "/_tollhouse/account", "it is whole");
    tally::report(&[tally]);
}

/// Every pair of what a browser, or somebody who is none, says of where a request comes from.
fn sources() -> impl Iterator<Item = Source> {
    const FETCH_SITES: [&str; 10] = [
        "",
        "Sec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: none\r\n",
        "Sec-Fetch-Site:\r\n",
        "Sec-Fetch-Site: Same-Origin\r\n",
        "Sec-Fetch-Site: same-origin, cross-site\r\n",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n",
        "Sec_Fetch_Site: same-origin\r\n",
    ];
    const ORIGINS: [&str; 13] = [
        "",
        "Origin: SITE\r\n",
        "Origin: null\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: SITE.evil.example\r\n",
        "Origin: SITE/\r\n",
        "Origin: https://ADDRESS\r\n",
        "Origin: http://127.0.0.1\r\n",
        "Origin: http://localhost\r\n",
        "Origin: http://evil.example@ADDRESS\r\n",
        "Origin: SITE https://evil.example\r\n",
        "Origin: SITE\r\nOrigin: https://evil.example\r\n",
        "Origin:\r\n",
    ];
    FETCH_SITES.into_iter().enumerate().flat_map(|(one, fetch_site)| {
        ORIGINS.into_iter().enumerate().map(move |(two, origin)| {
            // Who says nothing of where he is must at least be from here.
            let unsaid = fetch_site.is_empty() || fetch_site.starts_with("Sec_");
            let ours = if unsaid { two == 1 } else { one == 1 && two < 3 };
            Source { fetch_site, origin, ours }
        })
    })
}

impl Source {
    fn lines(&self, site: &TestSite) -> String {
        let origin = self.origin.replace("SITE", &site.url(""));
        format!("{}{}", self.fetch_site, origin.replace("ADDRESS", &site.address.to_string()))
    }
}

/// A reader whose browser is used.
struct Victim {
    browser: Visitor,
    cookie: String,
    link: String,
    checkouts: usize,
}

impl Victim {
    async fn at(site: &TestSite) -> Self {
        let browser = site.visitor();
        let pass = bought_pass(site, &browser).await;
        let cookie = format!("Cookie: tollhouse={pass}\r\n");
        let link = site.link("ann@site.example").await;
        let checkouts = site.stripe.checkouts().len();
        Self { browser, cookie, link, checkouts }
    }

    /// Every button of ours, and what it sends.
    fn posts(&self) -> [(&str, &str); 4] {
        [
            ("/_tollhouse/checkout", "price=no_such_price&to=%2Fessays%2Ftide"),
            ("/_tollhouse/portal", "customer=cus_1"),
            ("/_tollhouse/sign-out", ""),
            (self.link.as_str(), ""),
        ]
    }

    /// He still reads, nothing was begun for him, and his link waits for him.
    async fn is_unharmed(&self, site: &TestSite) {
        assert_eq!(self.browser.open("/essays/tide").await.shows(), "the page");
        assert_eq!(site.stripe.checkouts().len(), self.checkouts);
    }
}

fn tally(against: &str) -> Tally {
    Tally { family: "forgery", against: against.to_owned(), ..Tally::default() }
}

async fn post(
    asker: &mut Asker,
    site: &TestSite,
    method: &str,
    path: &str,
    fields: &str,
    body: &str,
) -> Answer {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n",
        site.address
    );
    asker.ask(format!("{head}{fields}\r\n{body}")).await
}
