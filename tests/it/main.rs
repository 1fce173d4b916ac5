//! The whole system over real sockets, in process.

mod support;
mod tidy;

mod buying;
mod gating;
mod identity;
mod outages;
mod store;
mod webhooks;
