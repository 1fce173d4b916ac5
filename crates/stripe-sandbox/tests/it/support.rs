//! A shop that sells through a sandbox: an API client, a browser and a webhook endpoint.

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
const KEY: &str = "sk_test_sandbox";

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
        answered(&format!("{method} {path}"), self.request(method, path, parameters)).await
    }

    /// A call with an idempotency key.
    pub(crate) async fn keyed(
        &self,
        key: &str,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> (u16, Value) {
        let request = self.request("POST", path, parameters).header("Idempotency-Key", key);
        answered(&format!("POST {path}"), request).await
    }

    /// A call that may not be answered.
    pub(crate) async fn try_call(&self, path: &str) -> Result<u16, reqwest::Error> {
        self.request("GET", path, &[]).send().await.map(|response| response.status().as_u16())
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        let request = self
            .client
            .request(method, format!("{}v1/{path}", self.sandbox.url()))
            .bearer_auth(KEY);
        if parameters.is_empty() { request } else { request.form(parameters) }
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
        let method = method.parse().expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.sandbox.url()));
        if headers.iter().all(|(name, _)| *name != "authorization") {
            request = request.bearer_auth(KEY);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the sandbox answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.json().await.expect("JSON"))
    }

    /// Answers so many webhooks with 500.
    pub(crate) fn refuse_next(&self, webhooks: u32) {
        *self.inbox.refusals.lock().expect("the lock") = webhooks;
    }
}

/// What is answered, which is what Stripe could have answered.
async fn answered(call: &str, request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the sandbox answers");
    let (status, body) = (response.status().as_u16(), response.json().await.expect("JSON"));
    if let Err(broken) = stripe_contract::answer(&body) {
        panic!("{call}: this is not what Stripe answers: {body}\n{broken}");
    }
    (status, body)
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
    let broken = stripe_contract::event(&event).err();
    let broken = broken.map(|it| format!("this is not what Stripe posts: {event}\n{it}"));
    inbox.broken.lock().expect("the lock").extend(broken);
    inbox.events.lock().expect("the lock").push(event);
    StatusCode::OK
}
