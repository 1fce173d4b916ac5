//! The whole system over real sockets, in process.

mod support;
mod tidy;

mod account;
mod arrears;
mod buying;
mod config;
mod contract;
mod currencies;
mod devices;
mod envelopes;
mod events;
mod files;
mod gating;
mod health;
mod histories;
mod identity;
mod inbox;
mod invoices;
mod late_sales;
mod limits;
mod migrations;
mod nginx;
mod nightly;
mod orders;
mod outages;
mod pages;
mod retention;
mod rows;
mod shared_links;
mod sign_in;
mod store;
mod sync;
mod tabs;
mod webhooks;
mod wire;
