//! What tests ask of the API: who called, and what goes wrong next.

use std::sync::Mutex;

use tokio::sync::watch;

/// One call of the API, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Such as `/v1/checkout/sessions`.
    pub path: String,
    /// In the order they came, names as sent: `line_items[0][price]`.
    pub parameters: Vec<(String, String)>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
}

/// What the next API calls meet instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this method; `None` is any.
    pub method: Option<String>,
    /// Only calls whose path starts like this; empty is any.
    pub path_prefix: String,
    /// How many calls it happens to.
    pub times: u32,
}

impl Fault {
    /// A fault for the next `times` calls of any kind.
    pub fn next(times: u32, kind: FaultKind) -> Fault {
        Fault { kind, method: None, path_prefix: String::new(), times }
    }

    /// Only for this method and for paths that start like this.
    #[must_use]
    pub fn only(mut self, method: &str, path_prefix: &str) -> Fault {
        self.method = Some(method.to_owned());
        path_prefix.clone_into(&mut self.path_prefix);
        self
    }

    fn is_for(&self, method: &str, path: &str) -> bool {
        let method_fits =
            self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        self.times > 0 && method_fits && path.starts_with(&self.path_prefix)
    }
}

/// What goes wrong with a call, which then has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 500 with Stripe's `api_error`.
    ServerError,
    /// 429 with Stripe's `rate_limit` error.
    RateLimited,
    /// No answer until `Sandbox::release_hung` (then 500) or the caller gives up.
    Hang,
    /// The connection is closed without an answer.
    Reset,
}

/// The request log, and the faults that wait for a call.
pub(crate) struct Control {
    requests: Mutex<Vec<RecordedRequest>>,
    faults: Mutex<Vec<Fault>>,
    released: watch::Sender<()>,
    hanging: watch::Sender<usize>,
}

impl Control {
    pub(crate) fn new() -> Control {
        Control {
            requests: Mutex::default(),
            faults: Mutex::default(),
            released: watch::Sender::new(()),
            hanging: watch::Sender::new(0),
        }
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        self.requests.lock().expect("no holder of this lock panics").push(request);
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().expect("no holder of this lock panics").clone()
    }

    pub(crate) fn forget_requests(&self) {
        self.requests.lock().expect("no holder of this lock panics").clear();
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        self.faults.lock().expect("no holder of this lock panics").push(fault);
    }

    pub(crate) fn clear_faults(&self) {
        self.faults.lock().expect("no holder of this lock panics").clear();
    }

    /// The oldest fault that is meant for this call, used up by one.
    pub(crate) fn take_fault(&self, method: &str, path: &str) -> Option<FaultKind> {
        let mut faults = self.faults.lock().expect("no holder of this lock panics");
        let position = faults.iter().position(|fault| fault.is_for(method, path))?;
        faults[position].times -= 1;
        let kind = faults[position].kind;
        faults.retain(|fault| fault.times > 0);
        Some(kind)
    }

    /// Returns at the next `release_hung`.
    pub(crate) async fn hang(&self) {
        let mut released = self.released.subscribe();
        let _counted = HangingCall::count(&self.hanging);
        released.changed().await.expect("the sender lives as long as `self`");
    }

    /// Returns when so many calls hang.
    pub(crate) async fn until_hanging(&self, calls: usize) {
        let mut hanging = self.hanging.subscribe();
        let reached = hanging.wait_for(|hanging| *hanging >= calls).await;
        reached.expect("the sender lives as long as `self`");
    }

    pub(crate) fn release_hung(&self) {
        self.released.send_replace(());
    }
}

/// Counts a call that hangs, until it is released or its caller gives up.
struct HangingCall<'a>(&'a watch::Sender<usize>);

impl HangingCall<'_> {
    fn count(calls: &watch::Sender<usize>) -> HangingCall<'_> {
        calls.send_modify(|calls| *calls += 1);
        HangingCall(calls)
    }
}

impl Drop for HangingCall<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|calls| *calls -= 1);
    }
}
