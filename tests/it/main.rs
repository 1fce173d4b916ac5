//! The whole system over real sockets, in process.

mod support;
mod tidy;

mod account;
mod buying;
mod config;
mod events;
mod files;
mod gating;
mod identity;
mod nginx;
mod outages;
mod store;
mod sync;
mod tabs;
mod webhooks;
mod wire;
