//! What operators hear of the server, and visitors do not.

use std::net::SocketAddr;

use reqwest::{Client, Method};
use tollhouse::app;
use tollhouse::clock::Clock;
use tollhouse::domain::time::Timestamp;
use tollhouse::proxy::Bound;

use crate::support::{START, TestSite};

const LIVE: &str = "/_tollhouse/health/live";
const READY: &str = "/_tollhouse/health/ready";

#[tokio::test]
async fn operators_hear_how_the_server_is_on_a_listener_of_their_own() {
    let site = listening_site().await;
    let admin = site.admin();
    assert_eq!(ask(admin, Method::GET, LIVE).await, (200, "alive\n".to_owned()));
    assert_eq!(ask(admin, Method::GET, READY).await, (200, "ready\n".to_owned()));
    assert_eq!(ask(admin, Method::HEAD, READY).await, (200, String::new()));
    assert_eq!(ask(admin, Method::POST, READY).await.0, 405);
    for elsewhere in ["/", "/essays/free", "/_tollhouse/join", "/_tollhouse/keys"] {
        assert_eq!(ask(admin, Method::GET, elsewhere).await.0, 404, "{elsewhere}");
    }
    for path in [LIVE, READY, "/_tollhouse/health", "/_tollhouse/metrics"] {
        assert_eq!(ask(site.address, Method::GET, path).await.0, 404, "{path}, to visitors");
    }
}

#[tokio::test]
async fn a_server_that_can_write_nothing_is_alive_and_not_ready() {
    let site = listening_site().await;
    let file = rusqlite::Connection::open(site.path("tollhouse-data/tollhouse.sqlite3"));
    let file = file.expect("it opens");
    let refuses = "CREATE TRIGGER refuses BEFORE UPDATE ON tickets
                   BEGIN SELECT RAISE (ABORT, 'not now'); END";
    file.execute_batch(refuses).expect("made");
    let (status, why) = ask(site.admin(), Method::GET, READY).await;
    assert_eq!((status, why.contains("not now")), (503, true), "{why}");
    assert_eq!(ask(site.admin(), Method::GET, LIVE).await.0, 200);
    file.execute_batch("DROP TRIGGER refuses").expect("dropped");
    assert_eq!(ask(site.admin(), Method::GET, READY).await.0, 200);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_before_anything_starts() {
    let site = listening_site().await;
    let mut config = site.config();
    config.admin = Some(site.admin());
    let bound = Bound::bind(&["127.0.0.1:0".parse().expect("an address")]).expect("a free port");
    let clock = Clock::by_hand(Timestamp::from_unix(START));
    let Err(problem) = app::start(config, bound, clock).await else {
        panic!("two servers at {}", site.admin());
    };
    assert!(problem.to_string().contains("[admin] listen changes it"), "{problem}");
}

async fn listening_site() -> TestSite {
    TestSite::with(|config| format!("{config}\n[admin]\nlisten = \"127.0.0.1:0\"\n")).await
}

async fn ask(address: SocketAddr, method: Method, path: &str) -> (u16, String) {
    let asked = Client::new().request(method, format!("http://{address}{path}")).send().await;
    let answer = asked.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}
