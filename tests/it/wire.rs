//! Messages as they go over the wire: bodies, framing, what belongs to one connection only.

use crate::support::{TestSite, Wire, careless_origin};

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
        ("GET /a", "Upgrade: websocket\r\n\r\n", "upgrade"),
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
