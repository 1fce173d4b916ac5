//! What goes through the door, and in which form.

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestSite;

#[tokio::test]
async fn the_origin_sees_what_was_judged_and_nothing_that_only_we_may_say() {
    let site = TestSite::start().await;
    let host = format!("Host: {}", site.address);
    let answer = site
        .raw(&format!(
            "GET //a/%62%2d?x=%zz\\..&y HTTP/1.1\r\n{host}\r\nX_Tollhouse_Reader: me\r\n\
             X-Forwarded-For: 1.2.3.4\r\nX-Original-URL: /essays/x\r\nCookie: a=b; tollhouse=x\r\n\
             Connection: close\r\n\r\n"
        ))
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let head = site.origin.last();
    assert!(head.starts_with("GET /a/b-?x=%zz\\..&y HTTP/1.1\r\n"), "{head}");
    let fields = head.to_lowercase();
    assert!(!fields.contains("tollhouse_reader") && !fields.contains("x-original-url"), "{head}");
    assert!(fields.contains("\r\ncookie: a=b\r\n"), "{head}");
    assert!(fields.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"), "{head}");
    assert!(fields.contains(&format!("\r\nx-forwarded-host: {}\r\n", site.address)), "{head}");
    assert!(fields.contains("\r\nforwarded: for=127.0.0.1;"), "{head}");
}

#[tokio::test]
async fn what_no_browser_sends_is_refused_and_never_reaches_the_origin() {
    let site = TestSite::start().await;
    let host = format!("Host: {}\r\n", site.address);
    //    request line                      header              status
    for (line, fields, status) in [
        ("GET /a\\b HTTP/1.1", host.as_str(), "400"),
        ("GET /a/../b HTTP/1.1", &host, "400"),
        ("GET /a%2fb HTTP/1.1", &host, "400"),
        ("GET /a#b HTTP/1.1", &host, "400"),
        ("GET http://evil.example/ HTTP/1.1", &host, "400"),
        ("GET a HTTP/1.1", &host, "400"),
        ("GET * HTTP/1.1", &host, "400"),
        ("OPTIONS * HTTP/1.1", &host, "200"),
        ("TRACE / HTTP/1.1", &host, "405"),
        ("CONNECT a.example:443 HTTP/1.1", &host, "405"),
        ("GET / HTTP/1.1", "", "400"),
        ("GET / HTTP/1.1", "Host: evil.example\r\n", "421"),
        ("GET / HTTP/1.1", &format!("{host}Host: evil.example\r\n"), "400"),
    ] {
        let answer = site.raw(&format!("{line}\r\n{fields}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line} {fields}: {answer}");
    }
    assert_eq!(site.origin.seen(), Vec::<String>::new());
}

#[tokio::test]
async fn each_asker_gets_an_answer_that_he_understands() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    let script =
        ann.fetch("/course/1", &[("sec-fetch-mode", "cors"), ("accept", "text/html")]).await;
    assert_eq!(script.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(script.header("content-type"), Some("application/problem+json"));
    let problem: serde_json::Value = serde_json::from_str(&script.body).expect("JSON");
    assert_eq!(problem["offer"], site.url("/_tollhouse/join?to=%2Fcourse%2F1"));
    assert_eq!(problem["plans"][0]["prices"][0]["shown"], "$49");
    let old = ann.fetch("/course/1", &[("accept", "text/html")]).await;
    assert_eq!(old.status, StatusCode::PAYMENT_REQUIRED);
    assert!(old.body.contains("price_course"), "{}", old.body);
    let program = ann.fetch("/course/1", &[]).await;
    assert_eq!(program.header("content-type"), Some("application/problem+json"));
    assert_eq!(site.stripe.checkouts().len(), 0, "none of them opens a checkout");
}

#[tokio::test]
async fn programs_are_pointed_to_offer_and_terms_and_trainers_get_nothing_where_they_may_not() {
    let site = TestSite::with(|config| {
        let site = "[site]\nai_training = \"deny\"\nterms = \"/terms/\"";
        let config = config.replacen("[site]", site, 1);
        let cut = "plans = [\"basic\"]\npreview = { until = \"<!--more-->\" }\n[[gate]]";
        config.replacen("plans = [\"basic\"]\n[[gate]]", cut, 1)
    })
    .await;
    site.origin.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<!--more-->b",
    );
    let ann = site.visitor();
    let program = ann.fetch("/essays/tide", &[]).await;
    let links: Vec<_> = program.headers.get_all("link").iter().collect();
    let terms = format!("<{}>; rel=\"terms-of-service\"", site.url("/terms/"));
    let offer = "</_tollhouse/join?to=%2Fessays%2Ftide>; rel=\"payment\"";
    assert_eq!(links, [offer, terms.as_str()]);
    let as_agent = async |agent: &str, path: &str| {
        ann.fetch(path, &[("accept", "text/html"), ("user-agent", agent)]).await
    };
    let trainer = as_agent("Mozilla/5.0; compatible; GPTBot/1.2", "/essays/tide").await;
    assert_eq!(trainer.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(trainer.header("content-type"), Some("application/problem+json"));
    assert_eq!(as_agent("Googlebot/2.1", "/essays/tide").await.status, StatusCode::OK);
    assert_eq!(as_agent("ChatGPT-User/1.0", "/essays/tide").await.status, StatusCode::OK);
    assert_eq!(as_agent("GPTBot/1.2", "/about").await.status, StatusCode::OK, "no gate closes it");
}

#[tokio::test]
async fn an_answer_through_a_gate_is_private_and_one_beside_it_is_the_origins() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let page = ann.open("/essays/tide").await;
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(page.header("vary"), Some("Cookie"));
    let public = ann.open("/about").await;
    assert_eq!(public.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(public.header("set-cookie"), None);
    let offer = site.visitor().open("/essays/tide").await;
    assert_eq!(offer.header("cache-control"), Some("private, no-store"));
    site.origin.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nETag: \"1\"\r\nExpires: x\r\n\
         Set-Cookie: tollhouse=forged\r\nX-Accel-Redirect: /x\r\nContent-Length: 0\r\n\r\n",
    );
    let image = ann.open("/essays/tide.png").await;
    assert_eq!(image.header("cache-control"), Some("private, no-cache"));
    for header in ["expires", "set-cookie", "x-accel-redirect"] {
        assert_eq!(image.header(header), None, "{header}");
    }
}

#[tokio::test]
async fn what_an_origin_says_that_it_sends_is_judged_too() {
    let site = TestSite::start().await;
    let (ann, bob) = (site.visitor(), site.visitor());
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let answer = |named: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Location: {named}\r\n\
             Cache-Control: public\r\nContent-Length: 5\r\n\r\npaper"
        )
    };
    site.origin.answer(answer("/essays/tide.html"));
    let offer = bob.open("/tide").await;
    assert_eq!((offer.status, offer.shows()), (StatusCode::PAYMENT_REQUIRED, "the offer"));
    assert_eq!(offer.header("content-location"), None);
    assert_eq!(offer.header("cache-control"), Some("private, no-store"));
    let page = ann.open("/tide").await;
    assert_eq!((page.status, page.body.as_str()), (StatusCode::OK, "paper"));
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    // Beside a gate it is the origin's own business.
    site.origin.answer(answer("about.html"));
    let public = bob.open("/about").await;
    assert_eq!((public.status, public.body.as_str()), (StatusCode::OK, "paper"));
    assert_eq!(public.header("cache-control"), Some("public"));
}

#[tokio::test]
async fn the_origin_learns_who_reads_if_it_asks_for_it() {
    let to_origin = |config: String| {
        config.replace("[plans.basic]", "[headers]\nto_origin = true\n[plans.basic]")
    };
    let site = TestSite::with(to_origin).await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let head = site.origin.last().to_lowercase();
    assert!(head.contains("\r\nx-tollhouse-reader: reader_"), "{head}");
    assert!(head.contains("\r\nx-tollhouse-plans: basic\r\n"), "{head}");
    assert!(head.contains("\r\nx-tollhouse-identity: ey"), "{head}");
    assert!(!head.contains("tollhouse="), "the pass stays with us: {head}");
    ann.open("/about").await;
    assert!(!site.origin.last().to_lowercase().contains("x-tollhouse"), "not on public paths");
}

#[tokio::test]
async fn a_site_that_is_closed_opens_only_what_a_gate_opens() {
    let site =
        TestSite::with(|config| config.replace("[stripe]", "default = \"closed\"\n[stripe]")).await;
    let ann = site.visitor();
    assert_eq!(ann.open("/").await.shows(), "the offer");
    assert_eq!(ann.open("/essays/free").await.shows(), "the page");
    assert_eq!(ann.open("/robots.txt").await.shows(), "the page");
    assert_eq!(ann.buy(&site.stripe, "price_course", "/about").await.shows(), "the page");
}

#[tokio::test]
async fn another_name_of_the_site_is_led_to_its_own() {
    let also =
        |config: String| config.replace("[stripe]", "also = [\"www.site.example\"]\n[stripe]");
    let site = TestSite::with(also).await;
    for host in ["www.site.example".to_owned(), format!("localhost:{}", site.address.port())] {
        let request = format!("GET /a?b HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = site.raw(&request).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 308"), "{answer}");
        assert!(answer.contains(&format!("\r\nlocation: {}\r\n", site.url("/a?b"))), "{answer}");
    }
    for (target, to) in [
        ("/_tollhouse/account?x", "/_tollhouse/account?x"),
        ("//_tollhouse/account", "/_tollhouse/account"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
    ] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: www.site.example\r\nConnection: close\r\n\r\n");
        let answer = site.raw(&request).await.to_lowercase();
        let location = format!("\r\nlocation: {}\r\n", site.url(to));
        assert!(answer.contains(&location), "{target}: {answer}");
    }
}

#[tokio::test]
async fn a_websocket_passes_and_is_judged_first() {
    let site = TestSite::start().await;
    site.origin.answer(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    let upgrade = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            site.address
        )
    };
    let mut open = TcpStream::connect(site.address).await.expect("connected");
    open.write_all(upgrade("/chat").as_bytes()).await.expect("sent");
    let mut answer = [0; 12];
    open.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 101");
    let mut shut = TcpStream::connect(site.address).await.expect("connected");
    shut.write_all(upgrade("/essays/chat").as_bytes()).await.expect("sent");
    shut.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 402");
}

#[tokio::test]
async fn a_body_streams_through_and_one_that_is_too_large_does_not() {
    let site = TestSite::with(|config| {
        config.replace("[plans.basic]", "[limits]\nbody_mib = 1\n[plans.basic]")
    })
    .await;
    let post = |length: usize| {
        format!(
            "POST /form HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            site.address
        )
    };
    let small = site.raw(&format!("{}{}", post(3), "a=b")).await;
    assert!(small.starts_with("HTTP/1.1 200"), "{small}");
    let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", 2 << 20, "a".repeat(2 << 20));
    let chunked = post(0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let large = site.raw(&format!("{chunked}{chunk}")).await;
    assert!(large.starts_with("HTTP/1.1 413"), "{large}");
    let before = site.origin.seen().len();
    for head in [post(2 << 20), post(2 << 20).replace("/form", "/_tollhouse/checkout")] {
        let told = site.raw(&head).await;
        assert!(told.starts_with("HTTP/1.1 413"), "known from the head, not awaited: {told}");
    }
    assert_eq!(site.origin.seen().len(), before);
}

#[tokio::test]
async fn an_origin_that_is_away_is_told_in_words() {
    let site = TestSite::with(|config| config.replace("http://ORIGIN", "http://127.0.0.1:9")).await;
    let ann = site.visitor();
    let seen = ann.open("/about").await;
    assert_eq!(seen.status, StatusCode::BAD_GATEWAY);
    assert!(seen.body.contains("cannot be reached just now"), "{}", seen.body);
    let program = ann.fetch("/about", &[]).await;
    assert_eq!(program.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn one_network_begins_only_so_many_checkouts() {
    let site = TestSite::with(|config| {
        config
            .replace("[stripe]", "trusted_proxies = [\"127.0.0.1\"]\n[stripe]")
            .replace("[plans.basic]", "[limits]\ncheckouts_per_hour = 2\n[plans.basic]")
    })
    .await;
    let begin = async |address: &str| {
        let fields = [
            ("x-forwarded-for", address),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        site.visitor().fetch("/course/1", &fields).await.status
    };
    assert_eq!(begin("192.0.2.1").await, StatusCode::SEE_OTHER);
    assert_eq!(begin("192.0.2.1").await, StatusCode::SEE_OTHER);
    assert_eq!(begin("192.0.2.2").await, StatusCode::PAYMENT_REQUIRED, "the offer");
    assert_eq!(begin("192.0.3.1").await, StatusCode::SEE_OTHER, "another network");
    assert_eq!(begin("10.0.0.1").await, StatusCode::SEE_OTHER);
    assert_eq!(site.stripe.checkouts().len(), 4);
}

#[tokio::test]
async fn forms_from_elsewhere_do_nothing() {
    let site = TestSite::start().await;
    for fields in ["Sec-Fetch-Site: cross-site\r\n", "Origin: https://evil.example\r\n", ""] {
        let answer = site
            .raw(&format!(
                "POST /_tollhouse/checkout HTTP/1.1\r\nHost: {}\r\n{fields}Content-Length: 17\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\nprice=price_basic",
                site.address
            ))
            .await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{fields}{answer}");
    }
    assert_eq!(site.stripe.checkouts().len(), 0);
}
