//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What a sandbox is started with. `Options::default()` listens on a free loopback port, knows
/// no price, and tells the time of the wall clock.
#[derive(Clone)]
pub struct Options {
    /// A loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The only key that the API accepts.
    pub secret_key: String,
    /// Products and prices that exist from the start.
    pub prices: Vec<PriceSeed>,
    /// A webhook endpoint that exists from the start.
    pub webhook: Option<WebhookTarget>,
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
            prices: Vec::new(),
            webhook: None,
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
