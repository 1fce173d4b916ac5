//! Clients that take, and do not go: what they hold must be little, and they must be gone in time.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use stripe_sandbox::{Options, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::gateway::{ESSAY, Gateway};
use crate::size::all_is_asked_for;
use crate::support::{TestSite, Wire};
use crate::tally::{self, Tally};

/// What a connection that waits may cost, in bytes of the program's memory.
const IDLE_COST: usize = 40 * 1024;

/// The same in a build without optimisation, whose tasks are larger.
const IDLE_COST_OF_DEBUG: usize = 100 * 1024;

#[tokio::test]
async fn a_body_that_trickles_is_refused_in_words() {
    let site = with_limits("client_read_seconds = 1\nclient_bytes_per_second = 1000000").await;
    for path in ["/form", "/_tollhouse/checkout"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000\r\n\r\n",
            site.address
        );
        let answer = drip(site.address, &head, Duration::from_millis(200)).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        assert!(answer.contains("did not arrive in time"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn what_comes_slowly_but_comes_is_taken() {
    let site = with_limits("client_read_seconds = 1\nclient_bytes_per_second = 1").await;
    let head =
        format!("POST /form HTTP/1.1\r\nHost: {}\r\nContent-Length: 12\r\n\r\n", site.address);
    let answer = drip(site.address, &head, Duration::from_millis(200)).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn events_that_pause_for_long_are_not_cut() {
    let origin = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = origin.local_addr().expect("an address").to_string();
    let limits = "[limits]\nclient_read_seconds = 1\nclient_write_seconds = 1\n[plans.basic]";
    let site = TestSite::with(|config| {
        config.replace("ORIGIN", &address).replace("[plans.basic]", limits)
    })
    .await;
    let mut ann = Wire::to(site.address).await;
    let fields = format!("Host: {}\r\nAccept: text/event-stream\r\n", site.address);
    ann.send(format!("GET /events HTTP/1.1\r\n{fields}\r\n")).await;
    let (mut behind, _) = origin.accept().await.expect("it is forwarded");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n";
    behind.write_all(head.as_bytes()).await.expect("sent");
    ann.until("data: one\n\n").await;
    // Whoever sends nothing of a body is gone by now, twice over.
    for _ in 0..2 {
        let head = format!(
            "POST /_tollhouse/checkout HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\n",
            site.address
        );
        assert!(site.raw(&head).await.starts_with("HTTP/1.1 408 "));
    }
    behind.write_all(b"data: two\n\n").await.expect("sent");
    ann.until("data: two\n\n").await;
}

#[tokio::test]
async fn a_head_without_end_is_cut_short() {
    let site = TestSite::start().await;
    for endless in ["GET / HTTP/1.1\r\nX: ", "GET /", "X", "\r\n"] {
        let request = format!("{endless}{}", "x".repeat(1 << 20));
        let answer = site.raw(&request).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{endless:?}: {answer}");
    }
}

/// The one that takes real time, and so is asked for by name.
#[tokio::test]
async fn a_byte_every_three_seconds_is_gone_within_twelve() {
    if !all_is_asked_for() {
        return;
    }
    let site = TestSite::start().await;
    for begin in ["", "GET / HTTP/1.1\r\nHost: "] {
        let dripping = drip(site.address, begin, Duration::from_secs(3));
        let answer = timeout(Duration::from_secs(12), dripping).await.expect("it is gone");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[tokio::test]
async fn what_waits_costs_little_and_forged_passes_leave_nothing() {
    let stripe = Sandbox::start(Options::default()).await.expect("the sandbox starts");
    let mut gateway = Gateway::new(&stripe);
    gateway.start();
    let address = gateway.url.trim_start_matches("http://").parse().expect("an address");
    let (idle, forged) = if all_is_asked_for() { (9_900, 1_000_000) } else { (500, 5_000) };
    send_forged(address, 2_000).await; // what it needs at all, it has by now
    let before = memory(&gateway);
    let mut row =
        Tally { family: "exhaustion", against: "the program".to_owned(), ..Tally::default() };

    row.gated += send_forged(address, forged).await;
    let kept = memory(&gateway).saturating_sub(before);
    if kept > 32 << 20 {
        row.leaks.push(format!("{kept} bytes are kept of {forged} forged passes"));
    }

    let before = memory(&gateway);
    let mut waiting = Vec::new();
    for _ in 0..idle {
        let mut wire = Wire::to(address).await;
        wire.send(format!("GET {ESSAY} HTTP/1.1\r\nHost: {address}\r\n\r\n")).await;
        row.gated += u64::from(wire.answer().await.0.starts_with("HTTP/1.1 402 "));
        waiting.push(wire);
    }
    let cost = memory(&gateway).saturating_sub(before) / idle;
    let allowed = if cfg!(debug_assertions) { IDLE_COST_OF_DEBUG } else { IDLE_COST };
    if cost > allowed {
        row.leaks.push(format!("each of {idle} idle connections costs {cost} bytes"));
    }
    row.sent = forged as u64 + idle as u64;
    row.against = format!(
        "the program ({cost} bytes a waiting connection, {kept} kept of {forged} forged passes)"
    );
    tally::report(&[row]);
}

/// Asks for a closed page with so many different passes that nobody made; how often it stayed shut.
async fn send_forged(address: SocketAddr, count: usize) -> u64 {
    let mut wire = Wire::to(address).await;
    let mut gated = 0;
    for number in 0..count {
        let token = format!("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ{number:07}In0.{number:086}");
        let fields = format!("Host: {address}\r\nCookie: tollhouse={token}\r\n");
        wire.send(format!("GET {ESSAY} HTTP/1.1\r\n{fields}\r\n")).await;
        gated += u64::from(wire.answer().await.0.starts_with("HTTP/1.1 402 "));
    }
    assert_eq!(gated, count as u64, "a forged pass opens nothing");
    gated
}

/// How much memory the program has, in bytes.
fn memory(gateway: &Gateway) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib * 1024
}

async fn with_limits(limits: &str) -> TestSite {
    let limits = format!("[limits]\n{limits}\n[plans.basic]");
    TestSite::with(|config| config.replace("[plans.basic]", &limits)).await
}

/// Sends the text, then a byte now and then, until there is an answer: the answer.
async fn drip(address: SocketAddr, begin: &str, pause: Duration) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(begin.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    loop {
        match timeout(pause, stream.read_buf(&mut answer)).await {
            Ok(Ok(length)) if length > 0 => {}
            // Closed, or reset behind the answer.
            Ok(_) => return String::from_utf8_lossy(&answer).into_owned(),
            Err(_) if answer.is_empty() => {
                // Fails once it is closed; what came before is still to be read.
                let _ = stream.write_all(b"x").await;
            }
            Err(_) => return String::from_utf8_lossy(&answer).into_owned(),
        }
    }
}
