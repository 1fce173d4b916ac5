//! A shop that sells through a sandbox: an API client, a browser and a webhook endpoint.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use stripe_sandbox::{Interval, Options, PriceSeed, PromotionSeed, Sandbox, WebhookTarget};
use tokio::net::TcpListener;

pub(crate) const DAY: Duration = Duration::from_hours(24);
pub(crate) const MONTH: Duration = Duration::from_hours(31 * 24);
/// 3 November 2026, noon.
const START: i64 = 1_793_707_200;
const BEARER: &str = "Bearer sk_test_sandbox";

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
    inbox: Arc<Inbox>,
}

#[derive(Default)]
struct Inbox {
    events: Mutex<Vec<Value>>,
    posts: Mutex<Vec<Post>>,
    broken: Mutex<Vec<String>>,
    refusals: Mutex<u32>,
    /// Whether what comes may be something that Stripe would not post today.
    strange: AtomicBool,
}

/// A webhook as it came, taken or refused.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Shop {
    pub(crate) async fn open() -> Shop {
        Shop::with(|_| ()).await
    }

    /// A shop whose sandbox is started with something else besides.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Shop {
        let inbox = Arc::new(Inbox::default());
        let mut options = Options {
            prices: vec![
                price("price_reader", 700, Some(Interval::Month)),
                price("price_course", 4_900, None),
            ],
            webhook: Some(WebhookTarget {
                url: listen(Arc::clone(&inbox)).await,
                secret: "whsec_test".to_owned(),
            }),
            promotion_codes: vec![code("WELCOME20", 20), code("GIFT", 100)],
            start_time: Some(START),
            ..Options::default()
        };
        change(&mut options);
        let sandbox = Sandbox::start(options);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Shop {
            sandbox: sandbox.await.expect("a free port"),
            client: client.expect("a client"),
            inbox,
        }
    }

    /// Creates a checkout session for one item, with these parameters besides.
    pub(crate) async fn checkout(&self, parameters: &[(&str, &str)]) -> Value {
        let mut all =
            vec![("success_url", "https://shop.example/return?session_id={CHECKOUT_SESSION_ID}")];
        all.push(("line_items[0][quantity]", "1"));
        if parameters.contains(&("mode", "subscription")) {
            all.push(("subscription_data[metadata][plan]", "reader"));
        }
        all.extend(parameters);
        let (status, session) = self.call("POST", "checkout/sessions", &all).await;
        assert_eq!(status, 200, "{session}");
        session
    }

    /// The only subscription.
    pub(crate) async fn subscription(&self) -> Value {
        let all = self.get("subscriptions?status=all").await;
        assert_eq!(all["data"].as_array().map(Vec::len), Some(1), "{all}");
        all["data"][0].clone()
    }

    /// The address of a portal session.
    pub(crate) async fn portal(&self, customer: &Value) -> String {
        let customer = customer.as_str().expect("a customer's id");
        let parameters = [("customer", customer), ("return_url", "https://shop.example/account")];
        let (status, session) = self.call("POST", "billing_portal/sessions", &parameters).await;
        assert_eq!(status, 200, "{session}");
        session["url"].as_str().expect("an address").to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call("GET", path, &[]).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> (u16, Value) {
        let (status, _, body) = self.request(method, path, parameters).send().await;
        (status, body)
    }

    /// A call with an idempotency key.
    pub(crate) async fn keyed(
        &self,
        key: &str,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> (u16, Value) {
        let request = self.request("POST", path, parameters).header("idempotency-key", key);
        let (status, _, body) = request.send().await;
        (status, body)
    }

    pub(crate) fn request(&self, method: &str, path: &str, parameters: &[(&str, &str)]) -> Unsent {
        let unsent = self.below_root(method, &format!("v1/{path}")).header("authorization", BEARER);
        if parameters.is_empty() {
            return unsent;
        }
        Unsent { request: unsent.request.form(parameters), ..unsent }
    }

    fn below_root(&self, method: &str, path: &str) -> Unsent {
        let address = format!("{}{path}", self.sandbox.url());
        let request = self.client.request(method.parse().expect("a method"), address);
        Unsent { call: format!("{method} {path}"), request, shape: Shape::Todays }
    }

    pub(crate) async fn release_hung(&self) {
        self.sandbox.until_hanging(1).await;
        self.sandbox.release_hung();
    }

    /// A page's HTML, redirects followed.
    pub(crate) async fn page(&self, address: &str) -> String {
        let response = self.client.get(address).send().await.expect("the sandbox answers");
        response.text().await.expect("HTML")
    }

    /// Submits a form; the page that comes, or the address of the next one.
    pub(crate) async fn submit(&self, address: &str, fields: &[(&str, &str)]) -> String {
        let response =
            self.client.post(address).form(fields).send().await.expect("the sandbox answers");
        let location =
            response.headers().get("location").map(|it| it.to_str().expect("ASCII").to_owned());
        let html = response.text().await.expect("HTML");
        location.unwrap_or(html)
    }

    /// The events that came, in the order they came.
    pub(crate) fn received(&self) -> Vec<Value> {
        self.inbox.events.lock().expect("the lock").clone()
    }

    /// All webhooks, also refused ones.
    pub(crate) fn posts(&self) -> Vec<Post> {
        self.inbox.posts.lock().expect("the lock").clone()
    }

    /// A call with these headers, and its answer's headers.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (u16, HeaderMap, Value) {
        let mut unsent = self.below_root(method, path);
        if headers.iter().all(|(name, _)| *name != "authorization") {
            unsent = unsent.header("authorization", BEARER);
        }
        headers.iter().fold(unsent, |unsent, (name, value)| unsent.header(name, value)).send().await
    }

    /// From now on webhooks may be what Stripe would not post today: of an older version, or disturbed.
    pub(crate) fn takes_strange_webhooks(&self) {
        self.inbox.strange.store(true, Ordering::Relaxed);
    }

    /// Answers so many webhooks with 500.
    pub(crate) fn refuse_next(&self, webhooks: u32) {
        *self.inbox.refusals.lock().expect("the lock") = webhooks;
    }
}

/// A call that is not sent yet. Whoever sends it, the answer is what Stripe could have answered.
pub(crate) struct Unsent {
    call: String,
    request: reqwest::RequestBuilder,
    shape: Shape,
}

/// What an answer looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Todays,
    Older,
}

impl Unsent {
    pub(crate) fn header(self, name: &str, value: &str) -> Unsent {
        Unsent { request: self.request.header(name, value), ..self }
    }

    pub(crate) fn json(self, body: &Value) -> Unsent {
        Unsent { request: self.request.json(body), ..self }
    }

    /// Of another version than the typings describe.
    pub(crate) fn of_old_version(self, version: &str) -> Unsent {
        Unsent { shape: Shape::Older, ..self.header("stripe-version", version) }
    }

    pub(crate) async fn send(self) -> (u16, HeaderMap, Value) {
        let (status, headers, text) = self.try_send().await.expect("the sandbox answers");
        (status, headers, serde_json::from_str(&text).expect("JSON"))
    }

    /// The same for a call that may not be answered, or not by Stripe.
    pub(crate) async fn try_send(self) -> Result<(u16, HeaderMap, String), reqwest::Error> {
        let response = self.request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        // No SDK asks for the permissions of a key: only the command line does.
        let typed = self.shape == Shape::Todays && !self.call.ends_with("/key_permissions");
        if let Ok(body) = serde_json::from_str(&text)
            && typed
            && let Err(broken) = stripe_contract::answer(&body)
        {
            panic!("{}: this is not what Stripe answers: {body}\n{broken}", self.call);
        }
        Ok((status, headers, text))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let broken = self.inbox.broken.lock().expect("the lock").join("\n");
        assert!(broken.is_empty() || std::thread::panicking(), "{broken}");
    }
}

fn price(id: &str, unit_amount: i64, interval: Option<Interval>) -> PriceSeed {
    let product_name = format!("The {}", id.trim_start_matches("price_"));
    PriceSeed { id: id.to_owned(), product_name, unit_amount, currency: "eur".to_owned(), interval }
}

fn code(code: &str, percent_off: u8) -> PromotionSeed {
    PromotionSeed { code: code.to_owned(), percent_off }
}

async fn listen(inbox: Arc<Inbox>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
    let router = Router::new().route("/hooks", post(receive)).with_state(inbox);
    let server = hyper_util::service::TowerToHyperService::new(router);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stream = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(stream, server.clone()),
            );
        }
    });
    url
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: String) -> StatusCode {
    let signature =
        headers.get("stripe-signature").and_then(|it| it.to_str().ok()).unwrap_or_default();
    inbox
        .posts
        .lock()
        .expect("the lock")
        .push(Post { signature: signature.to_owned(), body: body.clone() });
    let mut refusals = inbox.refusals.lock().expect("the lock");
    if *refusals > 0 {
        *refusals -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    assert!(signature.starts_with("t=") && signature.contains(",v1="), "{signature}");
    let event: Value = serde_json::from_str(&body).expect("JSON");
    // A receiver that panics would only look like one that is away.
    let told = stripe_contract::event(&event).err();
    let broken = told.filter(|_| !inbox.strange.load(Ordering::Relaxed));
    let broken = broken.map(|it| format!("this is not what Stripe posts: {event}\n{it}"));
    inbox.broken.lock().expect("the lock").extend(broken);
    inbox.events.lock().expect("the lock").push(event);
    StatusCode::OK
}
