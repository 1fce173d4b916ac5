//! What tests ask of the API: who called, and what goes wrong next.

use std::collections::{HashSet, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use crate::options::Options;
use crate::random::Random;

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
    /// `req_…`, as in the `Request-Id` header of the answer.
    pub request_id: String,
    /// The status of the answer; `None`: not answered, or not yet.
    pub status: Option<u16>,
}

/// How many calls are remembered.
const MAX_REQUESTS: usize = 10_000;

/// What API calls meet instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// Only calls of this method; `None` is any.
    pub method: Option<String>,
    /// Only calls whose path starts like this; empty is any.
    pub path_prefix: String,
    /// Which of those calls it happens to.
    pub calls: Calls,
}

/// Which of the calls that a fault is meant for it happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The next so many.
    Next(u32),
    /// So many in a hundred; equal seeds and equal calls give equal faults.
    Chance {
        /// From 0, never, to 100, always.
        percent: u8,
        /// What the chances are drawn from.
        seed: u64,
    },
}

impl Fault {
    /// A fault for the next `times` calls of any kind.
    pub fn next(times: u32, kind: FaultKind) -> Fault {
        Fault { kind, method: None, path_prefix: String::new(), calls: Calls::Next(times) }
    }

    /// A fault for so many calls in a hundred, until [`crate::Sandbox::clear_faults`].
    pub fn sometimes(percent: u8, seed: u64, kind: FaultKind) -> Fault {
        Fault { calls: Calls::Chance { percent, seed }, ..Fault::next(0, kind) }
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
        method_fits && path.starts_with(&self.path_prefix)
    }
}

/// What goes wrong with a call. Where nothing else is said, the call has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 500 with Stripe's `api_error`.
    ServerError,
    /// The same, after the call has had its effect. Its idempotency key remembers the 500.
    ServerErrorAfter,
    /// 429 with Stripe's `rate_limit` error.
    RateLimited,
    /// The same, with a `Retry-After`.
    RateLimitedFor {
        /// How long to wait.
        seconds: u32,
    },
    /// No answer until `Sandbox::release_hung` (then 500) or the caller gives up.
    Hang,
    /// An answer as always, so much later by the real time. The idempotency key is in use meanwhile.
    Slow(Duration),
    /// The connection is closed without an answer.
    Reset,
    /// The same, after the call has had its effect.
    ResetAfter,
    /// Not Stripe's answer but a page in HTML, as of something between.
    Garbage {
        /// The status it comes with.
        status: u16,
    },
}

impl FaultKind {
    /// Each, with a name for forms and flags, and a sentence.
    pub const ALL: [(FaultKind, &'static str, &'static str); 8] = [
        (FaultKind::ServerError, "500", "500, nothing happened"),
        (FaultKind::ServerErrorAfter, "500-after", "500, but it happened"),
        (FaultKind::RateLimitedFor { seconds: 1 }, "429", "429, with Retry-After"),
        (FaultKind::Slow(Duration::from_secs(5)), "slow", "answers after five seconds"),
        (FaultKind::Reset, "reset", "connection closed, nothing happened"),
        (FaultKind::ResetAfter, "reset-after", "connection closed, but it happened"),
        (FaultKind::Garbage { status: 502 }, "garbage", "a page in HTML"),
        (FaultKind::Hang, "hang", "no answer"),
    ];

    /// By its name in [`FaultKind::ALL`].
    pub fn named(name: &str) -> Option<FaultKind> {
        FaultKind::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(kind, ..)| kind)
    }
}

/// A fault, and where its chances stand.
struct Waiting {
    fault: Fault,
    random: Random,
}

impl Waiting {
    fn new(fault: Fault) -> Waiting {
        let seed = match fault.calls {
            Calls::Next(_) => 0,
            Calls::Chance { seed, .. } => seed,
        };
        Waiting { fault, random: Random::new(seed) }
    }

    /// Whether it happens to this call, which it is meant for.
    fn strikes(&mut self) -> bool {
        match &mut self.fault.calls {
            Calls::Next(0) => false,
            Calls::Next(left) => {
                *left -= 1;
                true
            }
            Calls::Chance { percent, .. } => self.random.chance(*percent),
        }
    }
}

/// The request log, and the faults that wait for a call.
pub(crate) struct Control {
    requests: Mutex<VecDeque<RecordedRequest>>,
    faults: Mutex<Vec<Waiting>>,
    /// Idempotency keys of calls that are under way.
    keys_in_use: Mutex<HashSet<String>>,
    rate_limit: Option<u32>,
    /// The second that calls were last counted in, and their number.
    rate: Mutex<(i64, u32)>,
    released: watch::Sender<()>,
    hanging: watch::Sender<usize>,
}

impl Control {
    pub(crate) fn new(options: &Options) -> Control {
        let faults = options.faults.iter().cloned().map(Waiting::new).collect();
        Control {
            requests: Mutex::default(),
            faults: Mutex::new(faults),
            keys_in_use: Mutex::default(),
            rate_limit: options.rate_limit,
            rate: Mutex::new((i64::MIN, 0)),
            released: watch::Sender::new(()),
            hanging: watch::Sender::new(0),
        }
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        let mut requests = self.requests.lock().expect("no holder of this lock panics");
        if requests.len() == MAX_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// A call was answered with this status.
    pub(crate) fn answered(&self, request_id: &str, status: u16) {
        let mut requests = self.requests.lock().expect("no holder of this lock panics");
        let asked = requests.iter_mut().rev().find(|request| request.request_id == request_id);
        if let Some(request) = asked {
            request.status = Some(status);
        }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        let requests = self.requests.lock().expect("no holder of this lock panics");
        requests.iter().cloned().collect()
    }

    /// Counts a call; whether it is one too many for this second of the sandbox's clock.
    pub(crate) fn is_one_too_many(&self, now: i64) -> bool {
        let Some(limit) = self.rate_limit else { return false };
        let mut rate = self.rate.lock().expect("no holder of this lock panics");
        if rate.0 != now {
            *rate = (now, 0);
        }
        rate.1 = rate.1.saturating_add(1);
        rate.1 > limit
    }

    /// Takes an idempotency key until the answer is dropped; `None` if another call has it.
    pub(crate) fn use_key(&self, key: &str) -> Option<KeyInUse<'_>> {
        let mut keys = self.keys_in_use.lock().expect("no holder of this lock panics");
        keys.insert(key.to_owned()).then(|| KeyInUse { control: self, key: key.to_owned() })
    }

    pub(crate) fn forget_requests(&self) {
        self.requests.lock().expect("no holder of this lock panics").clear();
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        self.faults.lock().expect("no holder of this lock panics").push(Waiting::new(fault));
    }

    pub(crate) fn faults(&self) -> Vec<Fault> {
        let faults = self.faults.lock().expect("no holder of this lock panics");
        faults.iter().map(|waiting| waiting.fault.clone()).collect()
    }

    pub(crate) fn clear_faults(&self) {
        self.faults.lock().expect("no holder of this lock panics").clear();
    }

    /// The oldest fault that happens to this call.
    pub(crate) fn take_fault(&self, method: &str, path: &str) -> Option<FaultKind> {
        let mut faults = self.faults.lock().expect("no holder of this lock panics");
        let mut meant = faults.iter_mut().filter(|it| it.fault.is_for(method, path));
        let kind = meant.find_map(|waiting| waiting.strikes().then_some(waiting.fault.kind));
        faults.retain(|waiting| waiting.fault.calls != Calls::Next(0));
        kind
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

/// An idempotency key of a call that is under way.
pub(crate) struct KeyInUse<'a> {
    control: &'a Control,
    key: String,
}

impl Drop for KeyInUse<'_> {
    fn drop(&mut self) {
        let keys = self.control.keys_in_use.lock();
        keys.expect("no holder of this lock panics").remove(&self.key);
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
