//! Whatever a stranger asks for beside a page, he gets nothing of a closed one: methods, parts of
//! files, other protocols, expectations.

use std::fs;

use crate::recorder::Recorder;
use crate::support::{TestSite, Wire};
use crate::tally::{self, Tally};

const METHODS: &[&str] = &[
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "QUERY",
    "PURGE",
    "BAN",
    "LINK",
    "DEBUG",
    "TRACK",
    "TRACE",
    "get",
    "Get",
    "HEAD-",
    "X",
    "GETX",
];

/// What could bring a part of a file, or show that there is one.
const CONDITIONS: &[&str] = &[
    "",
    "Range: bytes=0-10\r\n",
    "Range: bytes=-1\r\n",
    "Range: bytes=0-0,2-2,4-\r\n",
    "Range: bytes=999999-\r\n",
    "Range: items=0-1\r\n",
    "If-None-Match: \"1\"\r\n",
    "If-None-Match: *\r\n",
    "If-Match: \"1\"\r\n",
    "If-Match: *\r\n",
    "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n",
    "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
    "Range: bytes=0-10\r\nIf-Range: \"1\"\r\n",
    "Range: bytes=0-10\r\nIf-Range: Fri, 01 Jan 2100 00:00:00 GMT\r\n",
    "Accept-Encoding: gzip, br, zstd\r\n",
    "Cache-Control: only-if-cached\r\n",
    "Pragma: no-cache\r\n",
    "X-HTTP-Method-Override: GET\r\n",
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "Expect: 100-continue\r\n",
];

#[tokio::test]
async fn no_method_and_no_condition_shows_anything_of_a_closed_page() {
    let site = TestSite::start().await;
    let mut row =
        Tally { family: "switches", against: "the origin".to_owned(), ..Tally::default() };
    ask(&site, &["/essays/tide"], &mut row).await;
    let seen = site.origin.seen();
    row.leaks.extend(seen.into_iter().map(|head| format!("reached the origin: {head:?}")));
    tally::report(&[row]);
}

#[tokio::test]
async fn no_method_and_no_condition_shows_anything_of_a_closed_file() {
    let prepare = |folder: &std::path::Path| {
        let essays = folder.join("public/essays");
        fs::create_dir_all(essays.join("deep")).expect("a folder");
        for file in ["tide.html", "index.html", "deep/index.html"] {
            fs::write(essays.join(file), "CANARY".repeat(1000)).expect("a file");
        }
    };
    let files = |config: String| config.replace("origin = \"http://ORIGIN\"", "files = \"public\"");
    let site = TestSite::with_folder(prepare, files).await;
    let mut row = Tally { family: "switches", against: "files".to_owned(), ..Tally::default() };
    let paths = [
        "/essays/tide.html",
        "/essays/tide",
        "/essays/",
        "/essays",
        "/essays/deep",
        "/essays/none",
    ];
    ask(&site, &paths, &mut row).await;
    tally::report(&[row]);
}

/// Asks for closed paths in every way. Whether something is there must not show.
async fn ask(site: &TestSite, paths: &[&str], row: &mut Tally) {
    for path in paths {
        for method in METHODS {
            for condition in CONDITIONS {
                let fields = format!("Host: {}\r\n{condition}", site.address);
                let request = format!("{method} {path} HTTP/1.1\r\n{fields}\r\n");
                let answer = site.raw(&request).await;
                row.sent += 1;
                let fault = match answer.get(9..12) {
                    Some("402") => {
                        row.gated += 1;
                        shows(&answer)
                    }
                    Some("405") if *method == "TRACE" => {
                        row.refused += 1;
                        shows(&answer)
                    }
                    Some(_) | None => Some("the status"),
                };
                row.leaks.extend(fault.map(|fault| format!("{fault}: {request:?} {answer:?}")));
            }
        }
    }
}

/// What an answer shows that is none of a stranger's business.
fn shows(answer: &str) -> Option<&'static str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
    let tells = ["\r\netag:", "\r\nlast-modified:", "\r\ncontent-range:", "\r\naccept-ranges:"];
    if answer.contains("CANARY") || answer.contains("paper") {
        return Some("the page");
    }
    let told = tells.into_iter().find(|field| head.contains(field));
    let kept = !head.contains("\r\ncache-control: private") && !head.contains("no-store");
    told.or(kept.then_some("what a cache may keep"))
}

const WEBSOCKET: &str =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

#[tokio::test]
async fn nothing_hides_behind_a_protocol_that_is_not_switched_to() {
    let recorder = Recorder::start(WEBSOCKET).await;
    let site = behind(&recorder).await;
    let mut row =
        Tally { family: "upgrades", against: "a strict origin".to_owned(), ..Tally::default() };
    let protocols = [
        "h2c",
        "HTTP/2.0",
        "foo",
        "TLS/1.0",
        "websocket, h2c",
        "h2c, websocket",
        "websockets",
        "web socket",
        "websocket/13",
        "\"websocket\"",
        "websocket;v=13",
        ",websocket",
        "websocket\r\nUpgrade: h2c",
    ];
    let connections = [
        "Connection: Upgrade\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n",
        "",
        "Connection: keep-alive\r\n",
        "Connection: upgrade, keep-alive\r\n",
    ];
    for (method, protocol, connection) in protocols
        .iter()
        .flat_map(|protocol| connections.map(|connection| (*protocol, connection)))
        .flat_map(|(protocol, connection)| {
            ["GET", "OPTIONS", "DELETE"].map(|it| (it, protocol, connection))
        })
        .chain([
            ("GET", "websocket", ""),
            ("GET", "websocket", connections[3]),
            ("OPTIONS", "websocket", connections[0]),
        ])
    {
        let host = format!("Host: {}\r\n", site.address);
        let mut wire = Wire::to(site.address).await;
        let inside = format!("GET /essays/hidden HTTP/1.1\r\n{host}\r\n");
        wire.send(format!(
            "{method} /open HTTP/1.1\r\n{host}{connection}Upgrade: {protocol}\r\n\r\n{inside}"
        ))
        .await;
        let (first, second) = (wire.answer().await.0, wire.answer().await.0);
        let notes = recorder.take();
        (row.sent, row.public, row.gated) = (row.sent + 2, row.public + 1, row.gated + 1);
        let sound = first.starts_with("HTTP/1.1 200") && second.starts_with("HTTP/1.1 402");
        let unseen =
            notes.faults.is_empty() && notes.heads.len() == 1 && notes.tunnelled.is_empty();
        if !sound || !unseen {
            row.leaks.push(format!(
                "{method} {connection:?} {protocol:?}: {first:?} {second:?} {notes:?}"
            ));
        }
    }
    tally::report(&[row]);
}

#[tokio::test]
async fn a_websocket_is_a_tunnel_from_the_101_on_and_not_before() {
    let recorder = Recorder::start(WEBSOCKET).await;
    let site = behind(&recorder).await;
    let mut wire = Wire::to(site.address).await;
    wire.send(websocket(&site, "/open")).await;
    let head = wire.until("\r\n\r\n").await.to_lowercase();
    assert!(
        head.starts_with("http/1.1 101") && head.contains("\r\nupgrade: websocket\r\n"),
        "{head}"
    );
    wire.send("GET /essays/in-a-tunnel").await;
    wire.until("GET /essays/in-a-tunnel").await;
    let notes = recorder.take();
    assert_eq!((notes.heads.len(), notes.faults), (1, Vec::new()));
    let mut shut = Wire::to(site.address).await;
    shut.send(websocket(&site, "/essays/tide")).await;
    assert!(shut.until("\r\n\r\n").await.starts_with("HTTP/1.1 402"));
    assert_eq!(recorder.take().heads, Vec::<String>::new());
}

#[tokio::test]
async fn an_origin_that_switches_to_something_else_is_not_followed() {
    for switch in [
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        let recorder = Recorder::start(switch).await;
        let site = behind(&recorder).await;
        let inside = format!("GET /essays/hidden HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
        let answer = site.raw(&format!("{}{inside}", websocket(&site, "/open"))).await;
        assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
        let notes = recorder.notes();
        assert!(notes.heads.len() == 1 && notes.tunnelled.is_empty(), "{notes:?}");
    }
    let site = TestSite::start().await;
    site.origin.answer(WEBSOCKET);
    let answer = site.raw(&format!("GET /open HTTP/1.1\r\nHost: {}\r\n\r\n", site.address)).await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "nobody asked: {answer}");
}

#[tokio::test]
async fn who_waits_to_send_is_told_to_go_on_by_who_reads_it() {
    let site = TestSite::start().await;
    let post = |path: &str, fields: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\n{fields}\r\n",
            site.address
        )
    };
    let expect = "Expect: 100-continue\r\n";
    let mut ours = Wire::to(site.address).await;
    ours.send(post("/_tollhouse/checkout", expect)).await;
    assert!(ours.until("\r\n\r\n").await.starts_with("HTTP/1.1 100 "));
    ours.send("a=b&c").await;
    assert!(ours.until("\r\n\r\n").await.starts_with("HTTP/1.1 403 "));
    for (path, status) in [("/essays/tide", "402"), ("/a/../b", "400")] {
        let answer = site.raw(&post(path, expect)).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "at once: {answer}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close"), "{answer}");
    }
    site.origin.answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let passed = site.raw(&format!("{}a=b&c", post("/form", expect))).await;
    assert!(passed.starts_with("HTTP/1.1 100 ") && passed.contains("HTTP/1.1 200 "), "{passed}");
    assert!(site.origin.last().to_lowercase().contains("\r\nexpect: 100-continue\r\n"));
    let old = post("/form", expect).replace("HTTP/1.1", "HTTP/1.0");
    let passed = site.raw(&format!("{old}a=b&c")).await;
    assert!(passed.starts_with("HTTP/1.1 200 "), "HTTP/1.0 knows no 100: {passed}");
    assert!(!site.origin.last().to_lowercase().contains("expect"));
    for unknown in ["200-ok", "y 100-continue", "100-continue, 200-ok", ""] {
        let answer = site.raw(&post("/form", &format!("Expect: {unknown}\r\n"))).await;
        assert!(answer.starts_with("HTTP/1.1 417 "), "{unknown}: {answer}");
    }
}

#[tokio::test]
async fn a_body_of_ours_that_is_none_is_the_senders_fault() {
    let site = TestSite::start().await;
    let post = |body: &str| {
        format!(
            "POST /_tollhouse/checkout HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n{body}",
            site.address
        )
    };
    let answer = site.raw(&post("5\nhello\r\n0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let answer = site.raw(&post("5\r\nhello\r\n0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[tokio::test]
async fn options_of_the_server_are_its_own() {
    let site = TestSite::start().await;
    let host = format!("Host: {}\r\n", site.address);
    let answer = site.raw(&format!("OPTIONS * HTTP/1.1\r\n{host}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.to_lowercase().contains("\r\nallow: get, "), "{answer}");
    assert_eq!(site.origin.seen(), Vec::<String>::new());
}

async fn behind(recorder: &Recorder) -> TestSite {
    let origin = recorder.address.to_string();
    TestSite::with(|config| config.replace("ORIGIN", &origin)).await
}

fn websocket(site: &TestSite, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        site.address
    )
}
