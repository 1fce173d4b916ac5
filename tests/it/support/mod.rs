//! A site with everything that belongs to it: tollhouse in process, a real origin, the simulated
//! Stripe, a clock that is set by hand.

mod books;
mod dns;
mod effort;
mod front;
mod log;
mod nginx;
mod origin;
mod post_office;
mod visitor;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::time::Duration;

use stripe_sandbox::{
    Interval, Options, PriceSeed, PromotionSeed, RecordedRequest, Release, Sandbox, SignatureTime,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollhouse::app::{self, Server};
use tollhouse::billing::Billing;
use tollhouse::clock::Clock;
use tollhouse::config::Config;
use tollhouse::domain::time::Timestamp;
use tollhouse::proxy::Bound;
use tollhouse::store::Store;

pub(crate) use self::books::{Books, Fate};
pub(crate) use self::dns::NameServer;
pub(crate) use self::effort::Effort;
pub(crate) use self::front::{Front, Make, Shows};
pub(crate) use self::log::{listen_to_log, logged};
pub(crate) use self::nginx::Nginx;
pub(crate) use self::origin::{Origin, careless_origin};
pub(crate) use self::post_office::{Mail, Mood, PostOffice};
pub(crate) use self::visitor::{Seen, Visitor};
pub(crate) use self::wire::Wire;

/// When every test begins: 1 January 2026.
pub(crate) const START: i64 = 1_767_225_600;

/// What webhooks are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_of_the_test";

const CONFIG: &str = r#"
version = 1
[site]
name = "Marginal Weather"
url = "http://ADDRESS"
listen = "ADDRESS"
origin = "http://ORIGIN"
contact = "hello@weather.example"
[stripe]
secret_key = { env = "KEY" }
webhook_secret = { env = "WEBHOOK" }
api_base = "STRIPE"
promotion_codes = true
[plans.basic]
title = "Basic"
prices = [{ id = "price_basic", every = "month", shown = "$9 a month" }]
[plans.pro]
title = "Pro"
includes = ["basic"]
trial_days = 7
prices = [{ id = "price_pro", every = "month", shown = "$29 a month" }]
[plans.course]
title = "Course"
prices = [{ id = "price_course", once = true, shown = "$49" }]
[[gate]]
paths = ["/essays/**"]
plans = ["basic"]
[[gate]]
paths = ["/workshop/**"]
plans = ["pro"]
[[gate]]
paths = ["/course/**"]
plans = ["course"]
[[gate]]
paths = ["/essays/free"]
open = true
"#;

/// A running site with everything around it.
pub(crate) struct TestSite {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where visitors come to, if something stands in front.
    front: Option<SocketAddr>,
    /// The simulated Stripe.
    pub(crate) stripe: Sandbox,
    /// The website behind it.
    pub(crate) origin: Origin,
    clock: Clock,
    server: Option<Server>,
    folder: tempfile::TempDir,
    config: String,
    /// Calls of Stripe that a test made itself, as its owner would.
    owners_calls: Mutex<BTreeSet<String>>,
}

impl TestSite {
    pub(crate) async fn start() -> Self {
        Self::with(|config| config).await
    }

    /// A site whose configuration is changed in one place.
    pub(crate) async fn with(change: impl FnOnce(String) -> String) -> Self {
        Self::with_folder(|_| {}, change).await
    }

    /// A site whose visitors come to a server in front, which is trusted, and shows the pages.
    pub(crate) async fn behind(front: SocketAddr, change: impl FnOnce(String) -> String) -> Self {
        let mut site = Self::with(|config| {
            let trusted = "origin = \"none\"\ntrusted_proxies = [\"127.0.0.1\"]";
            change(config)
                .replace("url = \"http://ADDRESS\"", &format!("url = \"http://{front}\""))
                .replace("origin = \"http://ORIGIN\"", trusted)
        })
        .await;
        site.front = Some(front);
        site
    }

    /// A site that finds something in its folder.
    pub(crate) async fn with_folder(
        prepare: impl FnOnce(&Path),
        change: impl FnOnce(String) -> String,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path());
        let bound = bind("127.0.0.1:0");
        let address = bound.local_addrs()[0];
        let origin = Origin::start().await;
        let stripe = stripe(address).await;
        let text = change(CONFIG.to_owned());
        let config = filled_in(&text, address, origin.address(), &stripe, folder.path());
        let clock = Clock::by_hand(Timestamp::from_unix(START));
        let (server, front, owners_calls) = (None, None, Mutex::default());
        let mut site =
            Self { address, front, stripe, origin, clock, server, folder, config, owners_calls };
        site.server = Some(site.serve(bound).await);
        site.compared().await;
        site
    }

    /// Until it has compared itself with Stripe for the first time, so that faults and counts of
    /// a test are about what the test does. A site without a store has nothing to compare.
    async fn compared(&self) {
        let server = self.server.as_ref().expect("it runs");
        if server.store().is_open() {
            let compared = server.billing().has_reconciled();
            let minute = Duration::from_mins(1);
            tokio::time::timeout(minute, compared).await.expect("it can compare itself");
        }
    }

    /// What a command has that asks Stripe, in another process than the server: it opens the
    /// store for itself.
    pub(crate) async fn beside(&self) -> (Store, Billing) {
        app::billing(self.config(), self.clock.clone()).await.expect("it opens")
    }

    async fn serve(&self, bound: Bound) -> Server {
        let config = self.config();
        app::start(config, bound, self.clock.clone()).await.expect("the site starts")
    }

    /// The configuration as it is used.
    pub(crate) fn config(&self) -> Config {
        load(&self.path("config.toml"), &self.config)
    }

    /// What its owner writes into the file; it counts from the next start on.
    pub(crate) fn change_config(&mut self, change: impl FnOnce(String) -> String) {
        self.config = change(self.config.clone());
    }

    /// A file of this site's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stops it as SIGTERM does, and starts it again on what is on the disk.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    /// Starts it again on what is on the disk.
    pub(crate) async fn start_again(&mut self) {
        let bound = bind(&self.address.to_string());
        self.server = Some(self.serve(bound).await);
    }

    /// Time passes here; Stripe is not there to notice.
    pub(crate) fn advance_here(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Stops it as SIGTERM does.
    pub(crate) async fn stop(&mut self) {
        self.server.take().expect("it runs").stop().await;
    }

    /// Where operators ask how it is.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.server.as_ref().expect("it runs").admin_addresses()[0]
    }

    /// Its store.
    pub(crate) fn store(&self) -> &Store {
        self.server.as_ref().expect("it runs").store()
    }

    /// The time, here and at Stripe.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How much time has passed here since some beginning, pauses between calls included.
    pub(crate) fn ticks(&self) -> Duration {
        self.clock.ticks()
    }

    /// Time passes, here and at Stripe.
    pub(crate) fn advance(&self, span: Duration) {
        self.stripe.advance(span);
        self.clock.advance(span);
    }

    /// The path of a sign-in link, made as `tollhouse link` makes it.
    pub(crate) async fn link(&self, email: &str) -> String {
        let token = tollhouse::crypto::new_token().expose().clone();
        let until = self.now().plus(tollhouse::domain::sign_in::LINK_LIFETIME);
        let email = tollhouse::domain::sign_in::normal_email(email).expect("an address");
        let made = self.store().make_link(email, token.clone(), until).await;
        made.expect("a link");
        format!("/_tollhouse/sign-in/{token}")
    }

    /// Runs the built program on this configuration, in a process of its own: how it ended, and
    /// what it answered.
    pub(crate) async fn command(&self, arguments: &[&str]) -> (Output, String) {
        self.config();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tollhouse"));
        command
            .args(arguments)
            .arg("--config")
            .arg(self.path("config.toml"))
            .env_clear()
            .env("KEY", "sk_test_sandbox")
            .env("WEBHOOK", WEBHOOK_SECRET);
        let run = tokio::task::spawn_blocking(move || command.output());
        let output = run.await.expect("it ran").expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output, said)
    }

    /// Somebody with a browser of his own.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.front.unwrap_or(self.address))
    }

    /// What the owner does through Stripe's API, by himself.
    pub(crate) async fn ask_stripe(
        &self,
        method: reqwest::Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> serde_json::Value {
        let url = format!("{}v1/{path}", self.stripe.url());
        let request = reqwest::Client::new().request(method, url).bearer_auth("sk_test_sandbox");
        let answer = request.form(form).send().await.expect("an answer");
        let id = answer.headers()["request-id"].to_str().expect("ASCII").to_owned();
        self.owners_calls.lock().expect("not poisoned").insert(id);
        let (status, answer) = (answer.status(), answer.json().await.expect("JSON"));
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// What tollhouse asked of Stripe, Stripe would have understood.
    fn was_understood(&self) {
        let by_owner = self.owners_calls.lock().expect("not poisoned");
        let ours = self.stripe.requests().into_iter();
        understood(ours.filter(|request| !by_owner.contains(&request.request_id)));
    }

    /// Forgets what was asked of Stripe so far.
    pub(crate) fn forget_requests(&self) {
        self.was_understood();
        self.stripe.forget_requests();
    }

    /// Lets every webhook through that was held, and returns when each was answered.
    pub(crate) async fn deliver_webhooks(&self) {
        self.stripe.release_webhooks(Release::All).await;
    }

    /// Every webhook is delivered, and what it brought has been looked at.
    pub(crate) async fn settle(&self) {
        self.deliver_webhooks().await;
        let longest = Duration::from_hours(1);
        until(async || self.store().errands(longest).await.expect("read").is_empty()).await;
    }

    /// What comes back for these very bytes, until the connection is closed.
    pub(crate) async fn raw(&self, request: &str) -> String {
        self.raw_bytes(request.as_bytes()).await
    }

    /// What comes back for these very bytes. We close our side when an answer has begun, so
    /// that nothing waits for more; before, it would look like a visitor who has left.
    pub(crate) async fn raw_bytes(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let (mut from, mut to) = stream.split();
        let (begun, has_begun) = tokio::sync::oneshot::channel::<()>();
        let send = async move {
            // Whoever refuses may not read everything.
            let _ = to.write_all(request).await;
            let _ = has_begun.await;
            let _ = to.shutdown().await;
        };
        let mut answer = Vec::new();
        let receive = async {
            let mut begun = Some(begun);
            while from.read_buf(&mut answer).await.is_ok_and(|length| length > 0) {
                drop(begun.take());
            }
        };
        tokio::join!(send, receive);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// An address on the site.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// The configuration with the addresses that this test has.
fn filled_in(
    text: &str,
    address: SocketAddr,
    origin: SocketAddr,
    stripe: &Sandbox,
    folder: &Path,
) -> String {
    text.replace("ADDRESS", &address.to_string())
        .replace("ORIGIN", &origin.to_string())
        .replace("STRIPE", &stripe.url())
        .replace("FOLDER", folder.to_str().expect("a path"))
}

/// Writes the configuration and reads it, as a program does that is started.
fn load(path: &Path, text: &str) -> Config {
    let environment = [("KEY", "sk_test_sandbox"), ("WEBHOOK", WEBHOOK_SECRET)];
    let environment: BTreeMap<String, String> =
        environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    fs::write(path, text).expect("written");
    Config::load(path, &environment).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Whatever was asked of Stripe in a test, Stripe would have understood.
impl Drop for TestSite {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.was_understood();
        }
    }
}

/// Fails for a request that Stripe's own SDK could not have made.
pub(crate) fn understood(requests: impl IntoIterator<Item = RecordedRequest>) {
    for request in requests {
        let RecordedRequest { method, path, parameters, .. } = &request;
        if let Err(broken) = stripe_contract::request(method, path, parameters) {
            panic!("Stripe does not understand {method} {path} {parameters:?}\n{broken}");
        }
    }
}

fn bind(address: &str) -> Bound {
    Bound::bind(&[address.parse().expect("an address")]).expect("a free port")
}

/// A simulated Stripe that sells what the site sells. Its webhooks wait until they are let go.
async fn stripe(address: SocketAddr) -> Sandbox {
    let price = |id: &str, name: &str, unit_amount, interval| PriceSeed {
        id: id.to_owned(),
        product_name: name.to_owned(),
        unit_amount,
        currency: "usd".to_owned(),
        interval,
    };
    let stripe = Sandbox::start(Options {
        prices: vec![
            price("price_basic", "Basic", 900, Some(Interval::Month)),
            price("price_pro", "Pro", 2_900, Some(Interval::Month)),
            price("price_course", "Course", 4_900, None),
            price("price_of_another_shop", "Shoes", 9_900, None),
        ],
        promotion_codes: vec![PromotionSeed { code: "ALL".to_owned(), percent_off: 100 }],
        start_time: Some(START),
        signature_time: SignatureTime::SandboxClock,
        ..Options::default()
    })
    .await
    .expect("the sandbox starts");
    stripe.hold_webhooks();
    stripe
        .add_webhook(&format!("http://{address}/_tollhouse/stripe/webhook"), WEBHOOK_SECRET)
        .expect("an address");
    stripe
}

/// Bytes that a fixture holds as base64.
pub(crate) fn base64(text: &serde_json::Value) -> Vec<u8> {
    use base64::Engine as _;
    let text = text.as_str().expect("a text");
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

/// Asks again until it is so, for what comes about in a task or process of its own; ten seconds
/// at most.
pub(crate) async fn until(condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("it came about in time");
}
