//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::control::Fault;
use crate::webhooks::Disturbances;

/// What a sandbox is started with. `Options::default()` listens on a free loopback port, knows
/// no price, and tells the time of the wall clock.
#[derive(Clone)]
pub struct Options {
    /// A loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The key that the API accepts. One that begins with `sk_live_` makes an account in live mode:
    /// every object then says so.
    pub secret_key: String,
    /// Further keys, each of which may do only some things.
    pub restricted_keys: Vec<RestrictedKey>,
    /// How many API calls are answered in one second of the sandbox's clock; the others get 429.
    /// `None`: all.
    pub rate_limit: Option<u32>,
    /// Products and prices that exist from the start.
    pub prices: Vec<PriceSeed>,
    /// A webhook endpoint that exists from the start.
    pub webhook: Option<WebhookTarget>,
    /// In which shape that endpoint gets its events.
    pub webhook_payload: Payload,
    /// When a webhook that was not taken is sent again.
    pub retries: RetrySchedule,
    /// What happens to webhooks on their way.
    pub disturbances: Disturbances,
    /// What happens to API calls, from the start.
    pub faults: Vec<Fault>,
    /// Promotion codes, each with its coupon, that exist from the start.
    pub promotion_codes: Vec<PromotionSeed>,
    /// Whether the owner has saved the settings of the customer portal, as accounts must before
    /// sessions can be made without naming a configuration.
    pub portal_configured: bool,
    /// When bank debits settle by themselves, by the sandbox's clock. `None`: only when told to.
    pub settle_delayed_after: Option<Duration>,
    /// Unix seconds at which the clock stands still until it is advanced. `None`: the wall clock.
    pub start_time: Option<i64>,
    /// Which time webhook signatures carry.
    pub signature_time: SignatureTime,
    /// What becomes of a subscription when the last try to charge has failed.
    pub after_retries: AfterRetries,
    /// How long the invoice of a renewal stays a draft before it is finalized and charged. Stripe
    /// takes about an hour; the default is no time at all.
    pub renewal_draft: Duration,
    /// Equal seeds and equal calls give equal ids.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            secret_key: "sk_test_sandbox".to_owned(),
            restricted_keys: Vec::new(),
            rate_limit: None,
            prices: Vec::new(),
            webhook: None,
            webhook_payload: Payload::default(),
            retries: RetrySchedule::Compressed,
            disturbances: Disturbances::none(),
            faults: Vec::new(),
            promotion_codes: Vec::new(),
            portal_configured: true,
            settle_delayed_after: None,
            start_time: None,
            signature_time: SignatureTime::WallClock,
            after_retries: AfterRetries::Cancel,
            renewal_draft: Duration::ZERO,
            seed: 1,
        }
    }
}

/// What becomes of a subscription when nobody paid within two weeks: a setting of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterRetries {
    /// It ends.
    Cancel,
    /// It becomes `unpaid`: it goes on, and its invoices stay drafts.
    Unpaid,
    /// It stays `past_due`.
    PastDue,
}

impl Options {
    /// An id that two prices have.
    pub(crate) fn duplicate_price(&self) -> Option<&str> {
        let ids: Vec<&str> = self.prices.iter().map(|seed| seed.id.as_str()).collect();
        let twice = |(position, id): &(usize, &&str)| ids[..*position].contains(id);
        ids.iter().enumerate().find(twice).map(|(_, id)| *id)
    }

    pub(crate) fn livemode(&self) -> bool {
        self.secret_key.starts_with("sk_live_")
    }
}

/// One product with one price.
#[derive(Clone, Debug)]
pub struct PriceSeed {
    /// The price's id, such as `price_reader`.
    pub id: String,
    /// What the checkout page calls it. Seeds with the same name share a product.
    pub product_name: String,
    /// In the currency's smallest unit: 700 is EUR 7.00 and JPY 700.
    pub unit_amount: i64,
    /// Three letters; lower case is what Stripe shows.
    pub currency: String,
    /// How often it is charged; `None` is a one-time price.
    pub interval: Option<Interval>,
}

/// How often a recurring price is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every day.
    Day,
    /// Every week.
    Week,
    /// Every month.
    Month,
    /// Every year.
    Year,
}

/// A promotion code with a coupon of its own.
#[derive(Clone, Debug)]
pub struct PromotionSeed {
    /// What a customer types, such as `WELCOME20`. Case does not matter.
    pub code: String,
    /// From 1 to 100.
    pub percent_off: u8,
}

/// Where events are posted to.
#[derive(Clone)]
pub struct WebhookTarget {
    /// An `http://` address.
    pub url: String,
    /// `whsec_…`
    pub secret: String,
}

/// A key that may do only some things.
#[derive(Clone)]
pub struct RestrictedKey {
    /// `rk_test_…`
    pub key: String,
    /// Such as `rak_customer_read`; what may be written may also be read.
    pub permissions: Vec<String>,
}

/// In which shape an endpoint gets its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// With the object as it was, in the shape of this version.
    Snapshot(EventVersion),
    /// `v2.core.event`: only what happened to which object.
    Thin,
}

impl Default for Payload {
    fn default() -> Payload {
        Payload::Snapshot(EventVersion::OfAccount)
    }
}

/// The API version of an endpoint's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventVersion {
    /// Whatever the account has, which is [`crate::API_VERSION`].
    OfAccount,
    /// [`crate::API_VERSION`], whatever the account has.
    Current,
    /// `2024-06-20`: periods on the subscription, payments on the invoice.
    June2024,
    /// `2020-08-27`: charges in the payment intent, refunds in the charge besides.
    August2020,
}

/// When a webhook that was not taken is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrySchedule {
    /// Eight tries within half a minute of real time.
    Compressed,
    /// As Stripe does, by the sandbox's clock: over three days in live mode, and three times within
    /// a few hours in test mode: <https://docs.stripe.com/webhooks#retries>
    Stripe,
}

/// Which time webhook signatures carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureTime {
    /// The real time, whatever the sandbox's clock says: receivers with a real clock accept it.
    WallClock,
    /// The sandbox's clock, for receivers whose clock a test moves along.
    SandboxClock,
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Whoever reaches a sandbox pays with 4242: it stays on loopback.
    #[error("the sandbox listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("cannot listen on {address}")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Two prices with one id: one of them would be lost.
    #[error("two prices have the id {0:?}")]
    DuplicatePrice(String),
    /// A webhook address that the sandbox cannot post to.
    #[error("the webhook address {0:?} is not an http:// address")]
    WebhookAddress(String),
}
