//! The gateway's books alone: inbox, worker and ledger, between a real database and the simulated
//! Stripe. Nobody visits, and a process that dies is one that is dropped: so a thousand histories
//! take as long as a few whole sites.

use std::time::Duration;

use serde_json::Value;
use stripe_sandbox::{Fault, FaultKind, Payer, Sandbox};
use tollhouse::app;
use tollhouse::billing::Billing;
use tollhouse::clock::Clock;
use tollhouse::config::Config;
use tollhouse::crypto::{self, SigningKey};
use tollhouse::domain::ids::{ReaderId, Subject};
use tollhouse::domain::time::Timestamp;
use tollhouse::passes::Passes;
use tollhouse::site::{Site, Sites};
use tollhouse::store::Store;
use tollhouse::stripe::{self, Stripe};

use super::{START, WEBHOOK_SECRET};

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is stored, acknowledged and worked off.
    Worked,
    /// The process dies before the event is stored.
    DiesBeforeStoring,
    /// The process dies when the event is stored, before it is acknowledged.
    DiesBeforeAcknowledging,
    /// The process dies while the first call below this path is under way.
    DiesAsking(&'static str),
    /// The process dies when the ledger is written, before the errand is crossed out.
    DiesBeforeCrossingOut,
}

impl Fate {
    /// Every moment at which a process can die over one event.
    pub(crate) const DEATHS: [Fate; 7] = [
        Fate::DiesBeforeStoring,
        Fate::DiesBeforeAcknowledging,
        Fate::DiesAsking("/v1/customers"),
        Fate::DiesAsking("/v1/checkout/sessions"),
        Fate::DiesAsking("/v1/subscriptions"),
        Fate::DiesAsking("/v1/charges"),
        Fate::DiesBeforeCrossingOut,
    ];
}

/// The books, and the Stripe that they are about.
pub(crate) struct Books {
    pub(crate) stripe: Sandbox,
    clock: Clock,
    config: Config,
    _folder: tempfile::TempDir,
    open: Open,
}

/// What a process holds; dropped, it has died.
struct Open {
    sites: Sites,
    store: Store,
    billing: Billing,
}

impl Open {
    fn new(config: &Config, clock: &Clock) -> Self {
        let store = app::store(config, clock);
        store.open().expect("the store opens");
        let origin = format!("{}/", config.site.url.as_str());
        let passes = Passes::new(config.site.url.as_str(), &origin, &SigningKey::generate(), []);
        let sites = Sites::new(Site { config: config.clone(), passes });
        let base = config.stripe.api_base.as_deref();
        let stripe = Stripe::new(&config.stripe.secret_key, base, clock.clone());
        let stripe = stripe.expect("a test key");
        let billing = Billing::new(sites.clone(), store.clone(), stripe, clock.clone());
        Self { sites, store, billing }
    }

    async fn work(&self) {
        self.store.expect_renewals().await.expect("written");
        self.billing.run_errands(&|| ()).await.expect("the inbox is read");
    }
}

impl Books {
    /// Empty books, and a Stripe that sells what the site sells.
    pub(crate) async fn open() -> Self {
        crypto::install_tls_provider();
        let folder = tempfile::tempdir().expect("a folder");
        // Nobody listens at these addresses: the test itself carries the events.
        let [address, origin] = ["127.0.0.1:9", "127.0.0.1:7"].map(|it| it.parse().expect("valid"));
        let stripe = super::stripe(address).await;
        let text = super::filled_in(super::CONFIG, address, origin, &stripe, folder.path());
        let config = super::load(&folder.path().join("config.toml"), &text);
        let clock = Clock::by_hand(Timestamp::from_unix(START));
        let open = Open::new(&config, &clock);
        Self { stripe, clock, config, _folder: folder, open }
    }

    /// The time, here and at Stripe.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time passes, here and at Stripe.
    pub(crate) fn advance(&self, span: Duration) {
        self.stripe.advance(span);
        self.clock.advance(span);
    }

    /// The process dies, and is started again on what is on the disk.
    pub(crate) fn die(&mut self) {
        self.open = Open::new(&self.config, &self.clock);
    }

    /// Does everything that is due.
    pub(crate) async fn work(&self) {
        self.open.work().await;
    }

    /// Stripe delivers an event; if the process dies before it has acknowledged it, once more
    /// to the next one. In the end nothing that is due is left.
    pub(crate) async fn deliver(&mut self, event: &Value, fate: Fate) {
        match fate {
            Fate::Worked => self.take(event).await,
            Fate::DiesBeforeStoring => {
                self.die();
                self.take(event).await;
            }
            Fate::DiesBeforeAcknowledging => {
                self.take(event).await;
                self.die();
                self.take(event).await;
            }
            Fate::DiesAsking(path) => {
                self.take(event).await;
                self.die_asking(path).await;
            }
            Fate::DiesBeforeCrossingOut => {
                self.take(event).await;
                self.write_only().await;
                self.die();
            }
        }
        self.work().await;
    }

    /// The webhook's own way: signature, envelope, inbox.
    async fn take(&self, event: &Value) {
        let (body, now) = (event.to_string(), self.now());
        let header = stripe_sandbox::signature_header(WEBHOOK_SECRET, now.unix(), body.as_bytes());
        let secrets = &self.config.stripe.webhook_secrets;
        let hint = stripe::receive(body.as_bytes(), &header, secrets, now).expect("it is signed");
        self.open.billing.receive(hint).await.expect("stored");
    }

    async fn die_asking(&mut self, path: &str) {
        self.stripe.fail_next(Fault::next(1, FaultKind::Hang).only("GET", path));
        tokio::select! {
            biased;
            () = self.stripe.until_hanging(1) => {}
            // No such call is needed for this event: then the process dies after its work.
            () = self.open.work() => {}
        }
        self.die();
        self.stripe.clear_faults();
        self.stripe.release_hung();
    }

    async fn write_only(&self) {
        let errands = self.open.store.errands(Duration::from_hours(1)).await.expect("read");
        for errand in errands {
            // Whose an invoice or a charge is has to be asked for first: nothing is written for it yet.
            if let Ok(subject) = Subject::parse(&errand.whose) {
                self.open.billing.fulfil(&subject).await.expect("Stripe is up");
            }
        }
    }

    /// Somebody buys one of a price, by a way that the gateway did not open: the finished
    /// checkout session.
    pub(crate) async fn sell(&self, price: &str, customer: Option<&str>, payer: &Payer) -> Value {
        let mode = if price == "price_course" { "payment" } else { "subscription" };
        let mut form = vec![
            ("mode", mode),
            ("line_items[0][price]", price),
            ("line_items[0][quantity]", "1"),
            ("success_url", "https://shop.example/thanks"),
        ];
        match customer {
            Some(customer) => form.push(("customer", customer)),
            None if mode == "payment" => form.push(("customer_creation", "always")),
            None => {}
        }
        let session = self.ask_stripe("checkout/sessions", &form).await;
        let id = session["id"].as_str().expect("an id").to_owned();
        self.stripe.pay(&id, payer).await.expect("nobody declines");
        self.stripe.object(&id).expect("the session")
    }

    /// The owner, or another program of his, calls Stripe: a POST below `/v1/`.
    pub(crate) async fn ask_stripe(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let url = format!("{}v1/{path}", self.stripe.url());
        let call = reqwest::Client::new().post(url).bearer_auth("sk_test_sandbox").form(form);
        let answer = call.send().await.expect("an answer");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The owner deletes a customer, in the dashboard.
    pub(crate) async fn delete_customer(&self, customer: &str) {
        let url = format!("{}v1/customers/{customer}", self.stripe.url());
        let call = reqwest::Client::new().delete(url).bearer_auth("sk_test_sandbox");
        assert_eq!(call.send().await.expect("an answer").status(), 200);
    }

    /// The same, with a GET.
    pub(crate) async fn look_up(&self, path: &str) -> Value {
        let url = format!("{}v1/{path}", self.stripe.url());
        let call = reqwest::Client::new().get(url).bearer_auth("sk_test_sandbox");
        call.send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Asks for the events that Stripe could not deliver, and works them off.
    pub(crate) async fn look_for_lost_events(&self) {
        self.open.billing.take_undelivered().await.expect("Stripe is up");
        self.work().await;
    }

    /// What the reader owns now who has this customer; nothing, if nobody has him.
    pub(crate) async fn owned_through(&self, customer: &str) -> String {
        let sql = "SELECT reader FROM subjects WHERE id = ?1";
        let reader = self.database().query_row(sql, [customer], |row| row.get::<_, String>(0));
        match reader {
            Ok(id) => self.owned_by(ReaderId::parse(&id).expect("an id")).await,
            Err(rusqlite::Error::QueryReturnedNoRows) => "nothing".to_owned(),
            Err(problem) => panic!("{problem}"),
        }
    }

    /// What each reader owns now, in words: each plan with its end.
    pub(crate) async fn all_owned(&self) -> Vec<String> {
        let mut all = Vec::new();
        for reader in self.readers() {
            all.push(self.owned_by(reader).await);
        }
        all
    }

    async fn owned_by(&self, reader: ReaderId) -> String {
        let account = self.open.store.account(reader).await.expect("read").expect("a reader");
        let standing = self.open.sites.current().standing(&account.ledger);
        let now = self.now();
        let owned = standing.holdings().filter(|(plan, _)| standing.covers(plan, now));
        let owned: Vec<String> = owned
            .map(|(plan, holding)| match holding.until {
                None => format!("{plan} for ever"),
                Some(end) => format!("{plan} until {end}"),
            })
            .collect();
        if owned.is_empty() { "nothing".to_owned() } else { owned.join(", ") }
    }

    fn database(&self) -> rusqlite::Connection {
        let file = self.config.store.join("tollhouse.sqlite3");
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        rusqlite::Connection::open_with_flags(file, flags).expect("the store")
    }

    /// All readers, in the order of their ids.
    fn readers(&self) -> Vec<ReaderId> {
        let connection = self.database();
        let mut ids = connection.prepare("SELECT id FROM readers ORDER BY id").expect("SQL");
        let ids = ids.query_map([], |row| row.get::<_, String>(0)).expect("rows");
        ids.map(|id| ReaderId::parse(&id.expect("a row")).expect("an id")).collect()
    }
}
