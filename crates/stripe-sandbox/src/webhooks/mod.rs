//! Webhooks: signatures, deliveries, and what happens to them on their way.

mod courier;
mod delivery;
mod disturbance;
mod post;
mod queue;
mod schedule;
mod signature;

pub use signature::header as signature_header;
pub use signature::header_of_all as signature_header_of_all;

pub use delivery::{Delivery, DeliveryState, Release, Try};
pub use disturbance::{Disturbance, Disturbances, Rate};

pub(crate) use courier::{Courier, run};
pub(crate) use post::Target;
