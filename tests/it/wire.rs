//! Messages as they go over the wire: bodies, framing, what belongs to one connection only.

use reqwest::StatusCode;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::{TestSite, Wire, careless_origin, listen_to_log, logged, until};

#[tokio::test]
async fn a_page_load_with_a_body_is_refused() {
    let site = TestSite::start().await;
    for (method, fields) in [
        ("GET", "Content-Length: 1\r\n"),
        ("HEAD", "Content-Length: 1\r\n"),
        ("GET", "Transfer-Encoding: chunked\r\n"),
    ] {
        let request = format!(
            "{method} /about HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\n{fields}\r\n",
            site.address
        );
        let answer = site.raw(&request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{request}{answer}");
        assert!(method == "HEAD" || answer.contains("has no body here"), "{answer}");
    }
    assert_eq!(site.origin.seen(), Vec::<String>::new());
    let request =
        format!("GET /about HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n\r\n", site.address);
    assert!(site.raw(&request).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn behind_a_body_the_origins_connection_is_not_used_again() {
    let site = TestSite::start().await;
    //    request          fields                                         the origin is told
    for (line, fields, told) in [
        ("GET /a", "\r\n", "nothing"),
        ("POST /a", "Content-Length: 0\r\n\r\n", "nothing"),
        ("POST /a", "Content-Length: 1\r\n\r\nx", "close"),
        ("POST /a", "Content-Length: 01\r\n\r\nx", "close"),
        ("POST /a", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "close"),
        ("POST /a", "Upgrade: websocket\r\nContent-Length: 1\r\n\r\nx", "close"),
        ("POST /a", "Upgrade: h2c\r\nContent-Length: 1\r\n\r\nx", "close"),
        ("GET /a", "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n", "upgrade"),
        ("GET /a", "Upgrade: websocket\r\n\r\n", "nothing"),
        ("GET /a", "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", "nothing"),
    ] {
        let request = format!("{line} HTTP/1.1\r\nHost: {}\r\n{fields}", site.address);
        let answer = site.raw(&request).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{request}{answer}");
        let head = site.origin.last().to_lowercase();
        let said = head.lines().find_map(|line| line.strip_prefix("connection: "));
        assert_eq!(said.unwrap_or("nothing"), told, "{request}");
    }
}

#[tokio::test]
async fn a_body_that_the_origin_does_not_read_is_no_request_to_it() {
    let origin = careless_origin().await.to_string();
    let site = TestSite::with(|config| config.replace("ORIGIN", &origin)).await;
    let host = format!("Host: {}\r\n", site.address);
    let inside = format!("GET /essays/secret HTTP/1.1\r\n{host}\r\n");
    let length = format!("Content-Length: {}\r\n", inside.len());
    let chunked = format!("{:x}\r\n{inside}\r\n0\r\n\r\n", inside.len());
    //    method     fields                                              body
    for (method, fields, body) in [
        ("POST", length.as_str(), &inside),
        ("PUT", &length, &inside),
        ("DELETE", &length, &inside),
        ("OPTIONS", &length, &inside),
        ("POST", "Transfer-Encoding: chunked\r\n", &chunked),
    ] {
        let mut ann = Wire::to(site.address).await;
        let mut ben = Wire::to(site.address).await;
        ann.send(format!("{method} /first HTTP/1.1\r\n{host}{fields}\r\n{body}")).await;
        assert_eq!(ann.answer().await.1, "/first", "{method} {fields}");
        for (wire, path) in [(&mut ben, "/ben"), (&mut ann, "/ann")] {
            wire.send(format!("GET {path} HTTP/1.1\r\n{host}\r\n")).await;
            assert_eq!(wire.answer().await.1, path, "behind {method} {fields}");
        }
    }
}

#[tokio::test]
async fn what_stands_behind_a_refused_upgrade_is_judged_like_any_request() {
    let origin = careless_origin().await.to_string();
    let site = TestSite::with(|config| config.replace("ORIGIN", &origin)).await;
    let host = format!("Host: {}\r\n", site.address);
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    let inside = format!("GET /essays/secret HTTP/1.1\r\n{host}\r\n");
    let mut ann = Wire::to(site.address).await;
    ann.send(format!("GET /chat HTTP/1.1\r\n{host}{upgrade}\r\n{inside}")).await;
    assert_eq!(ann.answer().await.1, "/chat");
    assert!(ann.answer().await.0.starts_with("HTTP/1.1 402"));
    let mut ben = Wire::to(site.address).await;
    ben.send(format!("GET /ben HTTP/1.1\r\n{host}\r\n")).await;
    assert_eq!(ben.answer().await.1, "/ben");
}

#[tokio::test]
async fn an_answer_without_a_length_ends_with_the_connection_for_http_1_0() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let site = TestSite::start().await;
    site.origin.answer(chunked);
    for fields in ["", "Connection: keep-alive\r\n"] {
        let request = format!("GET /a HTTP/1.0\r\nHost: {}\r\n{fields}\r\n", site.address);
        let answer = site.raw(&request).await;
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
        let head = answer.to_lowercase();
        assert!(
            !head.contains("transfer-encoding") && head.contains("\r\nconnection: close"),
            "{head}"
        );
    }
    let request = format!("GET /a HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
    assert!(site.raw(&request).await.ends_with("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
}

#[tokio::test]
async fn who_is_refused_at_once_reads_why_and_has_a_line_in_the_log() {
    listen_to_log();
    let site = TestSite::start().await;
    let many = "X: y\r\n".repeat(300);
    let large = format!("Cookie: {}\r\n", "x".repeat(40_000));
    //    path            fields                           status   page
    for (path, fields, status, words) in [
        ("/two-hosts", "Host: a\r\nHost: a\r\n", 400, "not a request that a browser sends"),
        ("/folded", "Host: a\r\n folded\r\n", 400, "not a request that a browser sends"),
        ("/many-fields", many.as_str(), 431, "Delete the cookies"),
        ("/large", &large, 431, "Delete the cookies"),
    ] {
        let request =
            format!("GET {path}/SECRET HTTP/1.1\r\nAccept: text/html,*/*\r\n{fields}\r\n");
        let answer = site.raw(&request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(
            answer.contains("\r\nContent-Type: text/html") && answer.contains(words),
            "{answer}"
        );
        let program = site.raw(&request.replace("text/html", "text/plain")).await;
        assert!(program.contains("\r\nContent-Type: text/plain\r\n"), "{program}");
        let lines = logged(&format!("path=\"{path}"));
        assert_eq!(lines.len(), 2, "{lines:?}");
        let (status, line) = (format!("status={status} outcome=\"refused: "), &lines[0]);
        assert!(line.contains(&status) && !line.contains("SECRET"), "{line}");
    }
    assert_eq!(site.origin.seen(), Vec::<String>::new());
}

#[tokio::test]
async fn a_query_goes_through_byte_for_byte_or_is_refused_in_words() {
    let site = TestSite::start().await;
    let rest = format!(" HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
    let answer = site.raw(&format!("GET /a?café=%zz^|\\'{rest}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(site.origin.last().starts_with("GET /a?café=%zz^|\\' HTTP/1.1\r\n"));
    for target in [b"/a?caf\xe9".as_slice(), b"/a?<b>"] {
        let answer = site.raw_bytes(&[b"GET ", target, rest.as_bytes()].concat()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.ends_with("not a request that a browser sends.\n"), "{answer}");
    }
    assert_eq!(site.origin.seen().len(), 1);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_logged_and_not_taken_for_whole() {
    listen_to_log();
    let origin = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = origin.local_addr().expect("an address").to_string();
    let site = TestSite::with(|config| config.replace("ORIGIN", &address)).await;
    let mut ann = Wire::to(site.address).await;
    ann.send(format!("GET /breaks-off HTTP/1.1\r\nHost: {}\r\n\r\n", site.address)).await;
    let (mut behind, _) = origin.accept().await.expect("it is forwarded");
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    behind.write_all(half).await.expect("sent");
    ann.until("hello").await;
    drop(behind);
    until(async || !logged("path=\"/breaks-off\"").is_empty()).await;
    let lines = logged("path=\"/breaks-off\"");
    assert!(lines[0].contains("status=200 outcome=\"broken off\""), "{lines:?}");
    assert!(logged("an answer broke off").iter().any(|line| line.contains(&address)));
}

#[tokio::test]
async fn head_and_options_are_judged_like_get() {
    let site = TestSite::start().await;
    for method in ["HEAD", "OPTIONS"] {
        let before = site.origin.seen().len();
        let request = format!(
            "{method} /essays/tide HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            site.address
        );
        let answer = site.raw(&request).await;
        assert!(answer.starts_with("HTTP/1.1 402 "), "{answer}");
        assert_eq!(site.origin.seen().len(), before, "{method}");
        let ends = answer.ends_with("\r\n\r\n");
        assert_eq!(ends, method == "HEAD", "only HEAD has no body: {answer}");
    }
}

#[tokio::test]
async fn server_sent_events_arrive_at_once() {
    let origin = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = origin.local_addr().expect("an address").to_string();
    let site = TestSite::with(|config| config.replace("ORIGIN", &address)).await;
    let mut ann = Wire::to(site.address).await;
    let fields = format!("Host: {}\r\nAccept: text/event-stream\r\n", site.address);
    ann.send(format!("GET /events HTTP/1.1\r\n{fields}\r\n")).await;
    let (mut behind, _) = origin.accept().await.expect("it is forwarded");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    behind.write_all(head.as_bytes()).await.expect("sent");
    ann.until("text/event-stream\r\n").await;
    for event in ["data: one\n\n", "data: two\n\n"] {
        // The second is sent only when the first has arrived.
        behind.write_all(event.as_bytes()).await.expect("sent");
        ann.until(event).await;
    }
}

#[tokio::test]
async fn an_origin_that_does_not_answer_is_told_in_words() {
    let origin = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = origin.local_addr().expect("an address").to_string();
    let site = TestSite::with(|config| {
        config
            .replace("ORIGIN", &address)
            .replace("[plans.basic]", "[limits]\norigin_read_seconds = 1\n[plans.basic]")
    })
    .await;
    let seen = site.visitor().open("/about").await;
    assert_eq!(seen.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(seen.body.contains("took too long to answer"), "{}", seen.body);
}

#[tokio::test]
async fn a_request_that_meets_itself_is_told_in_words() {
    let site = TestSite::start().await;
    site.visitor().open("/about").await;
    let head = site.origin.last();
    let via = head.lines().find(|line| line.to_lowercase().starts_with("via: ")).expect("one");
    let request = format!(
        "GET /about HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\n{via}\r\nConnection: close\r\n\r\n",
        site.address
    );
    let answer = site.raw(&request).await;
    assert!(answer.starts_with("HTTP/1.1 508 "), "{answer}");
    assert!(answer.contains("came back to where it was sent from"), "{answer}");
    assert_eq!(site.origin.seen().len(), 1);
}
