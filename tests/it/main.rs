//! The whole system over real sockets, in process.

mod support;
mod tidy;

mod account;
mod arrears;
mod buying;
mod config;
mod contract;
mod envelopes;
mod events;
mod files;
mod gating;
mod histories;
mod identity;
mod migrations;
mod nginx;
mod orders;
mod outages;
mod rows;
mod store;
mod sync;
mod tabs;
mod webhooks;
mod wire;
