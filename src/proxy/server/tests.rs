//! Over real sockets: raw clients, the server, and an origin that does what its path says.

use std::net::Ipv4Addr;

use async_trait::async_trait;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_proxy::Session;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use super::*;

/// Long enough for every deadline of these tests to have passed ten times.
const BOUND: Duration = Duration::from_secs(10);
/// What the tests set where a deadline is to be met.
const SOON: Duration = Duration::from_millis(150);

#[tokio::test]
async fn a_port_that_the_system_chose_is_reported_and_serves() {
    let house = House::open(GENEROUS).await;
    assert_ne!(house.addr.port(), 0);
    let mut client = house.client().await;
    assert!(client.get("/").await.ends_with("\r\n\r\nhello"));
    let again = client.get("/").await;
    assert!(again.contains("\r\nConnection: keep-alive\r\n"), "{again}");
    house.stop().await;
}

#[tokio::test]
async fn every_worker_serves_and_all_stop() {
    let house = House::open_with(GENEROUS, 3, |_| false).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(house.client().await);
    }
    for client in &mut clients {
        assert!(client.get("/").await.ends_with("hello"));
    }
    house.stop().await;
}

#[tokio::test]
async fn a_head_that_drips_in_is_refused_at_a_total_deadline() {
    let house = House::open(FrontLimits { header_deadline: SOON, ..GENEROUS }).await;
    let first = house.client().await.drip("GET / HTTP/1.1\r\nX: ").await;
    assert!(first.starts_with("HTTP/1.1 408 "), "{first}");
    let mut client = house.client().await;
    client.get("/").await;
    let second = client.drip("GET / HTTP/1.1\r\nX: ").await;
    assert!(second.starts_with("HTTP/1.1 408 "), "{second}");
}

#[tokio::test]
async fn silence_ends_a_connection_without_an_answer() {
    let house = House::open(FrontLimits { header_deadline: SOON, ..GENEROUS }).await;
    assert_eq!(house.client().await.rest().await, "");

    let house = House::open(FrontLimits { idle: SOON, ..GENEROUS }).await;
    let mut client = house.client().await;
    client.get("/").await;
    client.get("/").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_client_that_wants_to_close_is_not_kept() {
    let house = House::open(GENEROUS).await;
    for request in
        ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"]
    {
        let mut client = house.client().await;
        client.send(request).await;
        assert!(client.rest().await.ends_with("hello"), "{request}");
    }
}

#[tokio::test]
async fn one_connection_too_many_for_an_address_is_refused_and_the_others_go_on() {
    let house = House::open(FrontLimits { connections_per_address: 2, ..GENEROUS }).await;
    let (mut one, mut two) = (house.client().await, house.client().await);
    one.get("/").await;
    two.get("/").await;
    assert!(house.client().await.rest().await.starts_with("HTTP/1.1 503 "));
    assert!(house.client_from(Ipv4Addr::new(127, 0, 0, 2)).await.get("/").await.ends_with("hello"));
    assert!(one.get("/").await.ends_with("hello"));
    assert!(two.get("/").await.ends_with("hello"));
    drop(one);
    house.until_admitted().await;
}

#[tokio::test]
async fn an_exempt_peer_counts_only_in_the_whole() {
    let limits = FrontLimits { connections: 3, connections_per_address: 1, ..GENEROUS };
    let house = House::open_with(limits, 1, |peer| peer.is_loopback()).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = house.client().await;
        assert!(client.get("/").await.ends_with("hello"));
        clients.push(client);
    }
    assert!(house.client().await.rest().await.starts_with("HTTP/1.1 503 "));
}

#[tokio::test]
async fn a_head_may_have_its_size_and_not_more() {
    let house = House::open(FrontLimits { max_header_bytes: 9000, ..GENEROUS }).await;
    let shortest = "GET / HTTP/1.1\r\nX: \r\n\r\n".len();
    let head =
        |size: usize| format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(size - shortest));
    let mut client = house.client().await;
    client.send(&head(9000)).await;
    assert!(client.answer().await.ends_with("hello"));
    client.send(&head(9001)).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_head_without_end_is_refused_while_it_is_being_sent() {
    let house = House::open(FrontLimits { max_header_bytes: 9000, ..GENEROUS }).await;
    for endless in ["GET /".to_owned() + &"a".repeat(8 << 20), "\r\n".repeat(4 << 20)] {
        let mut client = house.client().await;
        // Sending does not fail: many a client would then not look for an answer.
        client.send(&endless).await;
        assert!(client.rest().await.starts_with("HTTP/1.1 431 "));
    }
}

#[tokio::test]
#[rustfmt::skip]
async fn whatever_looks_like_a_head_is_answered_at_once() {
    let house = House::open(GENEROUS).await;
    //   a strange head                                                           the answer
    let table = [
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",                              "200"),
        ("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",                                "400"),
        ("GET / HTTP/1.1\nHost: a\n\n",                                           "400"),
        ("GET / HTTP/1.1\rHost: a\r\r",                                           "400"),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",                                  "400"),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",                               "405"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0",                 "505"),
        ("GET / HTTP/3\r\n\r\n",                                                  "505"),
        ("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",                                   "400"),
        ("GET /\r\n\r\n",                                                         "400"),
        ("GET\n\n",                                                               "400"),
        ("GET / HT\n\n",                                                          "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",                          "400"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n",                                    "400"),
        ("GET / HTTP/1.1\r\nHost\n\r\n",                                          "400"),
        ("GET / HTTP/1.1\rX: b\r\n\r\n",                                          "400"),
        ("GET / HTTP/1.1\r\nX: a\rb\r\n\r\n",                                     "400"),
        ("\u{16}\u{3}\u{1}\u{2}\n\n",                                             "400"),
    ];
    for (head, status) in table {
        let mut client = house.client().await;
        client.send(head).await;
        let answer = client.answer().await;
        assert_eq!(answer.get(9..12), Some(status), "{head:?} was answered {answer:?}");
    }
}

#[tokio::test]
async fn requests_sent_together_are_answered_in_order() {
    let house = House::open(GENEROUS).await;
    let mut client = house.client().await;
    client.send(&(request("/one") + &request("/two") + &request("/three"))).await;
    for path in ["/one", "/two", "/three"] {
        assert!(client.answer().await.contains(&format!("X-Path: {path}\r\n")));
    }
}

#[tokio::test]
async fn a_request_sent_during_an_answer_waits_for_its_turn() {
    let house = House::open(GENEROUS).await;
    let mut client = house.client().await;
    client.send(&request("/slow")).await;
    client.until("begun").await;
    client.send(&(request("/two") + &request("/three"))).await;
    house.origin.finish.send_replace(true);
    client.until("ended\r\n0\r\n\r\n").await;
    assert!(client.answer().await.contains("X-Path: /two\r\n"));
    assert!(client.answer().await.contains("X-Path: /three\r\n"));
}

#[tokio::test]
async fn a_body_is_never_taken_for_a_request() {
    let house = House::open(GENEROUS).await;
    let mut client = house.client().await;
    for body in ["x".to_owned(), request("/inside")] {
        let (but_one, last) = body.split_at(body.len() - 1);
        let head =
            format!("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len());
        client.send(&(head.clone() + &body + &request("/after"))).await;
        assert!(client.answer().await.contains("X-Path: /post\r\n"));
        assert!(client.answer().await.contains("X-Path: /after\r\n"));
        client.send(&head).await;
        client.send(but_one).await;
        client.send(&(last.to_owned() + &request("/after"))).await;
        assert!(client.answer().await.contains("X-Path: /post\r\n"));
        assert!(client.answer().await.contains("X-Path: /after\r\n"));
    }
}

#[tokio::test]
async fn a_chunked_body_ends_where_it_ends() {
    let house = House::open(GENEROUS).await;
    let mut client = house.client().await;
    let chunks = "1;a=b\r\nx\r\n0\r\nX-T: 1\r\n\r\n";
    let post =
        format!("POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    for _ in 0..2 {
        client.send(&(post.clone() + &request("/after"))).await;
        assert!(client.answer().await.contains("X-Path: /post\r\n"));
        assert!(client.answer().await.contains("X-Path: /after\r\n"));
    }
    let (begin, end) = post.split_at(post.len() - 3);
    client.send(begin).await;
    client.send(&(end.to_owned() + &request("/after"))).await;
    assert!(client.answer().await.contains("X-Path: /post\r\n"));
    assert!(client.answer().await.contains("X-Path: /after\r\n"));
}

#[tokio::test]
async fn what_pingora_would_take_for_chunks_is_refused() {
    let house = House::open(GENEROUS).await;
    for chunks in ["1\r\nx\r\n0\r\nX : 1\r\n\r\n", "1;=\r\nx\r\n0\r\n\r\n", "1 \r\nx\r\n0\r\n\r\n"]
    {
        let mut client = house.client().await;
        let post = "POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.send(&format!("{post}{chunks}{}", request("/after"))).await;
        let rest = client.rest().await;
        assert!(!rest.contains("X-Path"), "{chunks:?}: {rest}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_and_one_that_comes_slowly_is_not() {
    let post = "POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n";
    let limits = FrontLimits { client_read: SOON, client_rate: 1_000_000, ..GENEROUS };
    let house = House::open(limits).await;
    let cut = house.client().await.drip(post).await;
    assert!(!cut.contains("X-Path"), "{cut}");
    // A byte makes good for more than the pause before it.
    let house = House::open(FrontLimits { client_rate: 20, ..limits }).await;
    let whole = house.client().await.drip(post).await;
    assert!(whole.contains("X-Path: /post"), "{whole}");
}

#[tokio::test]
async fn who_takes_nothing_is_cut_and_who_is_sent_nothing_is_not() {
    let house = House::open(FrontLimits { client_write: SOON, ..GENEROUS }).await;
    let (mut slow, mut client) = (house.client().await, house.client().await);
    client.send(&request("/slow")).await;
    client.until("begun").await;
    slow.send(&request("/endless")).await;
    let mut broken = house.origin.broken.subscribe();
    timeout(BOUND, broken.wait_for(|broken| *broken)).await.expect("in time").expect("origin runs");
    // By now the other answer has paused for longer than that.
    house.origin.finish.send_replace(true);
    client.until("ended\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn a_tunnel_may_be_silent() {
    let house = House::open(FrontLimits { client_read: SOON, ..GENEROUS }).await;
    let (mut tunnel, mut slow) = (house.client().await, house.client().await);
    let upgrade =
        "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    tunnel.send(upgrade).await;
    tunnel.until("\r\n\r\n").await;
    // Whoever sends nothing of a body meanwhile is cut.
    slow.send("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n").await;
    assert!(!slow.rest().await.contains("X-Path"));
    tunnel.send("ping").await;
    tunnel.until("ping").await;
}

#[tokio::test]
async fn a_running_answer_survives_the_stop_and_nobody_new_gets_in() {
    let house = House::open(GENEROUS).await;
    let (mut slow, mut idle) = (house.client().await, house.client().await);
    idle.get("/").await;
    slow.send(&request("/slow")).await;
    slow.until("begun").await;
    let (addr, finish) = (house.addr, house.origin.finish.clone());
    let stopping = tokio::spawn(house.stop());
    assert_eq!(idle.rest().await, "");
    // Refused, or reset if it came in the instant before the listener was closed.
    if let Ok(stream) = TcpStream::connect(addr).await {
        let mut late = Client { stream };
        let _ = late.stream.write_all(request("/").as_bytes()).await;
        assert_eq!(late.rest().await, "");
    }
    finish.send_replace(true);
    assert!(slow.rest().await.ends_with("ended\r\n0\r\n\r\n"));
    stopping.await.expect("the server stops once all is answered");
}

#[tokio::test]
async fn a_request_whose_head_has_begun_is_answered_during_the_drain_and_told_to_close() {
    let house = House::open(GENEROUS).await;
    let (mut begun, mut idle) = (house.client().await, house.client().await);
    begun.get("/").await;
    begun.send("GET / HTTP/1.1\r\n").await;
    idle.get("/").await; // by now the one worker has read what came before
    let stopping = tokio::spawn(house.stop());
    assert_eq!(idle.rest().await, "");
    begun.send("Host: a\r\n\r\n").await;
    let answer = begun.rest().await;
    assert!(answer.contains("\r\nConnection: close\r\n") && answer.ends_with("hello"), "{answer}");
    stopping.await.expect("the server stops once all is answered");
}

#[tokio::test]
async fn what_is_left_at_the_end_of_the_drain_is_cut() {
    let house = House::open(FrontLimits { drain: SOON, ..GENEROUS }).await;
    let (mut slow, mut tunnel) = (house.client().await, house.client().await);
    slow.send(&request("/slow")).await;
    slow.until("begun").await;
    tunnel
        .send(
            "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        )
        .await;
    assert!(tunnel.until("\r\n\r\n").await.starts_with("HTTP/1.1 101 "));
    tunnel.send("ping").await;
    tunnel.until("ping").await;
    house.stop().await;
    assert_eq!(tunnel.rest().await, "");
    assert!(!slow.rest().await.contains("ended"));
}

const GENEROUS: FrontLimits = FrontLimits {
    header_deadline: BOUND,
    idle: BOUND,
    max_header_bytes: 32 * 1024,
    connections: 100,
    connections_per_address: 100,
    client_read: BOUND,
    client_write: BOUND,
    client_rate: 500,
    drain: BOUND,
};

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

/// The server in front of its origin.
struct House {
    origin: Origin,
    running: Running,
    addr: SocketAddr,
}

impl House {
    async fn open(limits: FrontLimits) -> Self {
        Self::open_with(limits, 1, |_| false).await
    }

    async fn open_with(
        limits: FrontLimits,
        threads: usize,
        exempt: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        let origin = Origin::open().await;
        let bound = Bound::bind(&[(Ipv4Addr::LOCALHOST, 0).into()]).expect("a free port");
        let threads = NonZeroUsize::new(threads).expect("at least one");
        let running =
            serve(&ToOrigin(origin.addr), bound, limits, exempt, threads).expect("starts");
        let addr = running.local_addrs()[0];
        Self { origin, running, addr }
    }

    async fn client(&self) -> Client {
        self.client_from(Ipv4Addr::LOCALHOST).await
    }

    async fn client_from(&self, from: Ipv4Addr) -> Client {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((from, 0).into()).expect("a loopback address");
        Client { stream: socket.connect(self.addr).await.expect("the server listens") }
    }

    /// Connects until there is a seat.
    async fn until_admitted(&self) {
        let admitted = async {
            loop {
                let mut client = self.client().await;
                let sent = client.stream.write_all(request("/").as_bytes()).await;
                let mut answer = [0; 12];
                let read = client.stream.read_exact(&mut answer).await;
                if sent.is_ok() && read.is_ok() && answer.ends_with(b"200") {
                    return;
                }
            }
        };
        timeout(BOUND, admitted).await.expect("a seat was given back");
    }

    async fn stop(self) {
        timeout(BOUND / 2, self.running.stop()).await.expect("stops in time");
    }
}

/// A raw client. Everything it waits for comes within [`BOUND`], or the test fails.
struct Client {
    stream: TcpStream,
}

impl Client {
    async fn send(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).await.expect("the server reads");
    }

    async fn get(&mut self, path: &str) -> String {
        self.send(&request(path)).await;
        self.answer().await
    }

    /// One answer, which has a length.
    async fn answer(&mut self) -> String {
        let mut answer = self.until("\r\n\r\n").await;
        let head = answer.to_ascii_lowercase();
        let length =
            head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length = length.expect("a length").parse().expect("a number");
        let mut body = vec![0; length];
        timeout(BOUND, self.stream.read_exact(&mut body)).await.expect("in time").expect("a body");
        answer.push_str(&String::from_utf8_lossy(&body));
        answer
    }

    /// What comes, up to and including `end`.
    async fn until(&mut self, end: &str) -> String {
        let mut seen = Vec::new();
        while !seen.ends_with(end.as_bytes()) {
            let byte = timeout(BOUND, self.stream.read_u8()).await.expect("in time");
            let seen_so_far = String::from_utf8_lossy(&seen).into_owned();
            seen.push(byte.unwrap_or_else(|error| panic!("{error} after {seen_so_far:?}")));
        }
        String::from_utf8(seen).expect("text")
    }

    /// What comes until the server closes. A reset is one way to close.
    async fn rest(&mut self) -> String {
        let mut seen = Vec::new();
        let _ = timeout(BOUND, self.stream.read_to_end(&mut seen)).await.expect("closed in time");
        String::from_utf8(seen).expect("text")
    }

    /// Sends the text, then a byte now and then until there is an answer.
    async fn drip(&mut self, begin: &str) -> String {
        self.send(begin).await;
        let mut answer = [0; 1024];
        let dripping = async {
            loop {
                // Fails once the server has closed; its answer is still to be read.
                let _ = self.stream.write_all(b"x").await;
                if let Ok(read) = timeout(SOON / 10, self.stream.read(&mut answer)).await {
                    return read.expect("an answer");
                }
            }
        };
        let length = timeout(BOUND, dripping).await.expect("in time");
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }
}

/// Forwards everything.
#[derive(Clone)]
struct ToOrigin(SocketAddr);

#[async_trait]
impl ProxyHttp for ToOrigin {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(
        &self,
        _: &mut Session,
        (): &mut (),
    ) -> pingora_core::Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(self.0, false, String::new())))
    }
}

/// An origin: `/slow` begins an answer and ends it when told, `/tunnel` upgrades and echoes, `/endless`
/// does not end; any other path says hello and names itself.
struct Origin {
    addr: SocketAddr,
    finish: watch::Sender<bool>,
    /// Whether an answer could not be sent to its end.
    broken: watch::Sender<bool>,
}

impl Origin {
    async fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let (finish, broken) = (watch::Sender::new(false), watch::Sender::new(false));
        let (finished, report) = (finish.subscribe(), broken.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve_origin(stream, finished.clone(), report.clone()));
            }
        });
        Self { addr, finish, broken }
    }
}

async fn serve_origin(
    mut stream: TcpStream,
    finished: watch::Receiver<bool>,
    broken: watch::Sender<bool>,
) {
    while let Some(path) = next_path(&mut stream).await {
        if answer_as_origin(&mut stream, &path, finished.clone()).await.is_err() {
            broken.send_replace(true);
            return;
        }
    }
}

async fn answer_as_origin(
    stream: &mut TcpStream,
    path: &str,
    mut finished: watch::Receiver<bool>,
) -> io::Result<()> {
    match path {
        "/slow" => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n";
            stream.write_all(head.as_bytes()).await?;
            stopped(&mut finished).await;
            stream.write_all(b"5\r\nended\r\n0\r\n\r\n").await
        }
        "/tunnel" => {
            let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
            let (mut from, mut to) = stream.split();
            tokio::io::copy(&mut from, &mut to).await.map(drop)
        }
        "/endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n").await?;
            loop {
                stream.write_all(b"and so on").await?;
            }
        }
        _ => {
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Path: {path}\r\n\r\nhello");
            stream.write_all(head.as_bytes()).await
        }
    }
}

/// The path of the next request, its body read too.
async fn next_path(stream: &mut TcpStream) -> Option<String> {
    let head = read_until(stream, b"\r\n\r\n").await?;
    if let Some(length) = head.to_ascii_lowercase().split("content-length: ").nth(1) {
        let length = length.split("\r\n").next().expect("a line").parse().expect("a number");
        stream.read_exact(&mut vec![0; length]).await.ok()?;
    }
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        read_until(stream, b"0\r\n\r\n").await?;
    }
    head.split(' ').nth(1).map(str::to_owned)
}

async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Option<String> {
    let mut seen = Vec::new();
    while !seen.ends_with(end) {
        seen.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(seen).expect("text"))
}
