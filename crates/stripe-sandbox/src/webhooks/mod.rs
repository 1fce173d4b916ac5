//! Webhooks: signatures, deliveries, and what tests do to them.

mod courier;
mod delivery;
mod post;
mod signature;

pub use signature::header as signature_header;

pub use delivery::{Delivery, DeliveryState, Release};

pub(crate) use courier::{Courier, run};
pub(crate) use post::Target;
