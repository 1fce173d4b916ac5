//! One call to Stripe, from the library's request to the bytes of an answer: the library's own
//! client drops the status, `Request-Id`, `Retry-After` and `Stripe-Should-Retry`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use stripe_client_core::{
    CustomizedStripeRequest, RequestBuilder, RequestStrategy, StripeClient, StripeMethod, VERSION,
};

use super::circuit::Circuit;
use super::connections::{Connections, Over, Unanswered};
use super::error::{StripeError, hidden};
use super::pace::{Lane, Pace};
use super::patience::{ATTEMPT, Deadline, Ending, Patience, pause_before_next};
use crate::clock::Clock;
use crate::crypto;
use crate::domain::secret::Secret;

/// Where Stripe is.
const STRIPE: &str = "https://api.stripe.com/";

/// The way to Stripe, for one kind of caller. Cheap to clone; clones share one rate and one
/// circuit.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    line: Arc<Line>,
    patience: Patience,
}

/// What all callers share.
#[derive(Debug)]
struct Line {
    connections: Connections,
    /// Ends in `/`.
    base: String,
    key: Secret<String>,
    authorization: HeaderValue,
    clock: Clock,
    pace: Mutex<Pace>,
    circuit: Mutex<Circuit>,
}

/// What came back from one attempt.
enum Attempt {
    Answer(Bytes),
    Failed { ending: Ending, error: StripeError, request_id: Option<String> },
}

/// A call, as every one of its attempts sends it.
struct Call {
    method: Method,
    /// Without the query: what a log may say.
    path: String,
    request: Request<Full<Bytes>>,
}

impl Wire {
    /// The way to `base`, which ends in `/`, or to Stripe's own address.
    pub(super) fn new(
        key: &Secret<String>,
        base: Option<String>,
        clock: Clock,
    ) -> Result<Self, StripeError> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
            .map_err(|_| StripeError::Unusable("a key is plain ASCII, in one line".to_owned()))?;
        authorization.set_sensitive(true);
        let line = Line {
            connections: Connections::new(),
            base: base.unwrap_or_else(|| STRIPE.to_owned()),
            key: key.clone(),
            authorization,
            clock,
            pace: Mutex::default(),
            circuit: Mutex::new(Circuit::closed()),
        };
        Ok(Self { line: Arc::new(line), patience: Patience::Background })
    }

    /// The same way, for a visitor who begins to wait now.
    pub(super) fn for_visitor(&self) -> Self {
        let patience = Patience::of_visitor(&self.line.clock);
        Self { line: Arc::clone(&self.line), patience }
    }
}

impl StripeClient for Wire {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        let (request, custom) = request.into_pieces();
        let once = custom.request_strategy.as_ref().and_then(RequestStrategy::get_key);
        let once = once.map(|key| key.as_str().to_owned());
        let call = self.line.call(request, once)?;
        self.line.carry(&call, self.patience).await
    }
}

impl Line {
    /// Makes the call, and makes it again where that may help. A call that was tried fails with
    /// what came of that, also when it was the one that opened the circuit.
    async fn carry(&self, call: &Call, patience: Patience) -> Result<Bytes, StripeError> {
        let deadline = patience.deadline(&self.clock);
        let mut tried = None;
        for attempt in 1.. {
            self.wait_for_turn(patience.lane(), deadline).await?;
            let lease = ATTEMPT.min(deadline.left(&self.clock));
            let admitted = lock(&self.circuit).admit(self.clock.ticks(), lease);
            if let Err(again_in) = admitted {
                return Err(tried.unwrap_or(StripeError::Down { again_in }));
            }
            let (ending, error, request_id) =
                match self.attempt(call, patience.lane(), deadline).await {
                    Attempt::Answer(body) => return Ok(body),
                    Attempt::Failed { ending, error, request_id } => (ending, error, request_id),
                };
            let left = deadline.left(&self.clock);
            let pause = pause_before_next(ending, attempt, crypto::random_number(), left);
            let Some(pause) = pause else {
                let (method, path) = (&call.method, &call.path);
                let request = request_id.as_deref();
                let status = ending.status();
                tracing::warn!(%method, path, status, request, attempt, %error, "a call to Stripe failed");
                return Err(error);
            };
            tracing::debug!(path = call.path, attempt, ?pause, %error, "Stripe is asked again");
            tried = Some(error);
            self.clock.pass(pause).await;
        }
        unreachable!("the last attempt has no pause after it")
    }

    /// Waits until the account may be asked once more.
    async fn wait_for_turn(&self, lane: Lane, deadline: Deadline) -> Result<(), StripeError> {
        let _waiting = (lane == Lane::Visitor).then(|| Waiting::begin(&self.pace));
        loop {
            if deadline.left(&self.clock).is_zero() {
                return Err(StripeError::Silent);
            }
            let turn = lock(&self.pace).ask(lane, self.clock.ticks());
            match turn {
                Ok(()) => return Ok(()),
                Err(wait) if wait < deadline.left(&self.clock) => self.clock.pass(wait).await,
                Err(_) => return Err(StripeError::RateLimited),
            }
        }
    }

    async fn attempt(&self, call: &Call, lane: Lane, deadline: Deadline) -> Attempt {
        let end = deadline.of_attempt(&self.clock);
        let attempt = tokio::select! {
            answer = self.send(call, lane, deadline) => answer,
            () = end.passes(&self.clock) => Attempt::Failed {
                ending: Ending::Silent,
                error: StripeError::Silent,
                request_id: None,
            },
        };
        match &attempt {
            Attempt::Failed { ending, .. } if ending.is_outage() => {
                let rest = lock(&self.circuit).failed(self.clock.ticks());
                if let Some(rest) = rest {
                    tracing::error!(
                        ?rest,
                        "Stripe is down; calls fail at once until it answers again"
                    );
                }
            }
            Attempt::Answer(_) | Attempt::Failed { .. } => {
                if lock(&self.circuit).answered() {
                    tracing::info!("Stripe answers again");
                }
            }
        }
        attempt
    }

    async fn send(&self, call: &Call, lane: Lane, deadline: Deadline) -> Attempt {
        let answer = match self.answer(call, lane, deadline).await {
            Ok(answer) => answer,
            Err(error) => {
                return Attempt::Failed { ending: Ending::Broken, error, request_id: None };
            }
        };
        let (head, body) = answer.into_parts();
        let body = self.without_key(body);
        let request_id = text(&head.headers, "request-id").map(|id| hidden(id, self.key.expose()));
        let status = head.status.as_u16();
        if head.status.is_success() {
            let path = &call.path;
            tracing::debug!(method = %call.method, path, status, request = request_id, "Stripe answered");
            return Attempt::Answer(body);
        }
        let ending = Ending::Status {
            status,
            should_retry: text(&head.headers, "stripe-should-retry").and_then(|it| it.parse().ok()),
            retry_after: text(&head.headers, "retry-after")
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs),
        };
        let error = StripeError::of_answer(status, &body, request_id.as_deref(), self.key.expose());
        Attempt::Failed { ending, error, request_id }
    }

    /// Sends a call, and reads the answer. One that met a connection which was kept for too long
    /// goes out once more at once: it is the same attempt, over a connection of its own, and
    /// whatever it changes carries the same idempotency key.
    async fn answer(
        &self,
        call: &Call,
        lane: Lane,
        deadline: Deadline,
    ) -> Result<Response<Bytes>, StripeError> {
        let mut answer = self.connections.send(call.request.clone(), Over::Any).await;
        if matches!(answer, Err(Unanswered::Stale)) {
            self.wait_for_turn(lane, deadline).await?;
            answer = self.connections.send(call.request.clone(), Over::New).await;
        }
        answer.map_err(|unanswered| match unanswered {
            Unanswered::Stale => StripeError::Unreachable("a connection was stale".to_owned()),
            Unanswered::Broken(cause) => StripeError::Unreachable(cause),
        })
    }

    /// An answer in which the key cannot be found, whoever echoes it: whatever cannot be read is
    /// told in a log, or stored.
    fn without_key(&self, body: Bytes) -> Bytes {
        let key = self.key.expose();
        match str::from_utf8(&body) {
            Ok(text) if text.contains(key) => hidden(text, key).into(),
            Ok(_) | Err(_) => body,
        }
    }

    /// What is sent, the same in every attempt. Whatever changes something at Stripe carries an
    /// idempotency key, so that no answer that was lost makes it happen twice.
    fn call(&self, asked: RequestBuilder, once: Option<String>) -> Result<Call, StripeError> {
        let RequestBuilder { query, body, path, method } = asked;
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let (method, once) = match method {
            StripeMethod::Get => (Method::GET, once),
            StripeMethod::Post => (Method::POST, once.or_else(|| Some(crypto::random_name()))),
            StripeMethod::Delete => (Method::DELETE, once.or_else(|| Some(crypto::random_name()))),
        };
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("{}v1{path}{query}", self.base))
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::USER_AGENT, concat!("tollhouse/", env!("CARGO_PKG_VERSION")))
            .header("stripe-version", VERSION.as_str());
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(Full::new(Bytes::from(body.unwrap_or_default())))
            .map_err(|error| StripeError::Unusable(error.to_string()))?;
        Ok(Call { method, path: format!("/v1{path}"), request })
    }
}

/// A visitor in line. Dropped, he is not: also when he has left.
struct Waiting<'a>(&'a Mutex<Pace>);

impl<'a> Waiting<'a> {
    fn begin(pace: &'a Mutex<Pace>) -> Self {
        lock(pace).visitor_waits();
        Self(pace)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(self.0).visitor_left();
    }
}

/// Both are whole after every statement, so that a panic elsewhere leaves nothing half done.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ids::{CustomerId, PriceId};
    use crate::domain::language::Language;
    use crate::domain::time::Timestamp;
    use crate::stripe::client::{PriceFacts, Stripe};
    use crate::stripe::fixtures;
    use crate::stripe::portal::PortalPage;
    use crate::stripe::stub::{KEY, Reply, against, against_by};

    #[tokio::test]
    async fn what_stripe_says_about_trying_again_is_done() {
        type Headers = &'static [(&'static str, &'static str)];
        //    status, headers, answered in the end, attempts, seconds that it takes
        let rows: [(u16, Headers, bool, usize, u64); 6] = [
            (500, &[], true, 2, 0),
            (500, &[("Stripe-Should-Retry", "false")], false, 1, 0),
            (400, &[("Stripe-Should-Retry", "true")], true, 2, 0),
            (429, &[("Retry-After", "7")], true, 2, 7),
            (503, &[("Retry-After", "30")], true, 2, 30),
            (503, &[("Retry-After", "31")], false, 1, 0),
        ];
        for (status, headers, is_answered, attempts, seconds) in rows {
            let shown = format!("{status} {headers:?}");
            let clock = by_hand();
            let headers = headers.to_vec();
            let replies = vec![Reply::With(status, headers, trouble()), fine()];
            let (answer, asked) = against_by(&clock, replies, ask).await;
            assert_eq!(answer.is_ok(), is_answered, "{shown}: {answer:?}");
            assert_eq!(asked.len(), attempts, "{shown}");
            assert_eq!(clock.ticks().as_secs(), seconds, "{shown}");
        }
    }

    #[tokio::test]
    async fn a_visitor_waits_three_seconds_for_everything_and_background_work_ten_for_a_try() {
        let (answers, asked) = against(vec![Reply::Silence(3)], async |stripe: Stripe| {
            let visitor = stripe.for_visitor();
            [ask(visitor.clone()).await, ask(visitor).await]
        })
        .await;
        assert_eq!(answers, [Err(StripeError::Silent), Err(StripeError::Silent)]);
        assert_eq!(asked.len(), 1, "there is no time for the second");
        let (answer, _) = against(vec![Reply::Silence(10)], ask).await;
        assert_eq!(answer, Err(StripeError::Silent));
    }

    #[tokio::test]
    async fn a_stripe_that_is_down_is_left_in_peace_until_it_answers() {
        let clock = by_hand();
        let replies = [const { Reply::HangUp }; 5].into_iter().chain([fine(), fine()]).collect();
        let ((), asked) = against_by(&clock, replies, async |stripe: Stripe| {
            let words = async || match ask(stripe.clone()).await {
                Ok(_) => "fine".to_owned(),
                Err(error) => error.to_string(),
            };
            let first = words().await;
            assert!(first.contains("cannot be reached"), "{first}");
            let second = words().await;
            assert!(second.contains("cannot be reached"), "the fifth failure opens it: {second}");
            let third = words().await;
            assert!(third.contains("is down"), "{third}");
            clock.advance(Duration::from_secs(5));
            assert_eq!(words().await, "fine", "the probe");
            assert_eq!(words().await, "fine");
        })
        .await;
        assert_eq!(asked.len(), 7);
    }

    #[tokio::test]
    async fn callers_together_make_no_more_than_ten_calls_a_second() {
        //    whose calls, seconds that 25 of them take at least
        for (is_visitor, seconds) in [(true, 2), (false, 3)] {
            let clock = by_hand();
            let replies = (0..25).map(|_| fine()).collect();
            let (answers, asked) = against_by(&clock, replies, async |stripe: Stripe| {
                let caller = if is_visitor { stripe.for_visitor() } else { stripe };
                join_all((0..25).map(|_| ask(caller.clone()))).await
            })
            .await;
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
            assert_eq!(asked.len(), 25);
            assert!(clock.ticks() >= Duration::from_secs(seconds), "{:?}", clock.ticks());
        }
    }

    #[tokio::test]
    async fn a_kept_connection_that_is_dead_costs_neither_a_try_nor_a_pause() {
        let clock = by_hand();
        let portal = json!({
            "id": "bps_1", "object": "billing_portal.session", "configuration": "bpc_1",
            "created": 1, "customer": "cus_1", "livemode": false, "url": "https://portal.example",
        });
        let portal = Reply::Json(200, portal);
        let broken = [Reply::HangUp, Reply::HangUp];
        let first = Reply::Once(200, fixtures::price(json!({})));
        let replies = std::iter::once(first).chain(broken).chain([portal]).collect();
        let (answers, asked) = against_by(&clock, replies, async |stripe: Stripe| {
            let stripe = stripe.for_visitor();
            let customer = CustomerId::parse("cus_1").expect("an id");
            let price = ask(stripe.clone()).await;
            let page = PortalPage::Overview;
            let back = "https://site.example/";
            (price, stripe.portal(&customer, &page, back, &Language::english()).await)
        })
        .await;
        assert!(answers.0.is_ok() && answers.1.is_ok(), "{answers:?}");
        assert_eq!(asked.len(), 5, "one over the dead connection, and three tries");
        let keys: Vec<_> = asked[1..].iter().map(|asked| asked.header("idempotency-key")).collect();
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }

    #[tokio::test]
    async fn the_key_is_not_repeated_wherever_an_answer_has_it() {
        let echo = json!({ "error": { "message": KEY, "code": KEY, "param": KEY } });
        let replies = [
            Reply::With(400, vec![("Request-Id", KEY)], echo),
            Reply::Json(200, json!({ "object": KEY })),
            Reply::Json(200, fixtures::price(json!({ "unit_amount": KEY }))),
        ];
        for reply in replies {
            let (answer, _) = against(vec![reply.clone()], ask).await;
            let problem = answer.expect_err("nothing that can be read").to_string();
            assert!(!problem.contains(KEY), "{reply:?}: {problem}");
        }
    }

    async fn ask(stripe: Stripe) -> Result<PriceFacts, StripeError> {
        stripe.price(&PriceId::parse("price_1").expect("an id")).await
    }

    fn fine() -> Reply {
        Reply::Json(200, fixtures::price(json!({})))
    }

    fn trouble() -> Value {
        json!({ "error": { "type": "api_error", "message": "Not now." } })
    }

    fn by_hand() -> Clock {
        Clock::by_hand(Timestamp::from_unix(0))
    }
}
