//! A stand-in for Stripe, for demos, tests and for trying things out.
//!
//! An HTTP server on loopback, all state in memory: the API under `/v1`, the hosted checkout page
//! (`/c/pay/…`), the customer portal (`/p/session/…`), signed webhooks, and a clock that tests
//! move. It renders API version [`API_VERSION`] and refuses what the real API refuses. No money
//! moves, ever.
//!
//! ```text
//! options   what a sandbox is started with     sandbox   the handle that tests and commands hold
//! server    the listener                       shared    what all tasks have in common
//! api/      /v1: keys, parameters, errors; a file per Stripe object
//! pages/    checkout, 3-D Secure, the page of an invoice, portal, the index
//! object/   a file per Stripe object: its state, and how it is rendered
//! older/    events and answers in the shapes of older API versions
//! world/    all objects; what happens to them: paying, renewing, settling, expiring
//! webhooks/ signatures, deliveries, retries, and what disturbs them
//! control   the request log, and faults
//! contract/ Stripe's own lists of versions and event types
//! form  ids  random  money  calendar  cards  clock     values without a world
//! ```

#![recursion_limit = "512"] // a checkout session is one `json!` of some sixty fields

mod api;
mod calendar;
mod cards;
mod clock;
mod contract;
mod control;
mod form;
mod ids;
mod money;
mod object;
mod older;
mod options;
mod pages;
mod random;
mod sandbox;
mod server;
mod shared;
mod webhooks;
mod world;

pub use api::routes;
pub use control::{Calls, Fault, FaultKind, RecordedRequest};
pub use object::subscription::PauseBehavior;
pub use options::AfterRetries;
pub use options::{
    EventVersion, Interval, Options, Payload, PriceSeed, PromotionSeed, RestrictedKey,
    RetrySchedule, SignatureTime, StartError, WebhookTarget,
};
pub use sandbox::{
    CancelWhen, DisputeOutcome, DisputeStage, PayError, PayInvoiceError, PayWith, Payer, Sandbox,
    Settlement,
};
pub use webhooks::{Delivery, DeliveryState, Release, Try};
pub use webhooks::{Disturbance, Disturbances, Rate};
pub use webhooks::{signature_header, signature_header_of_all};

/// The API version whose shapes are rendered.
pub const API_VERSION: &str = "2026-09-30.endive";
