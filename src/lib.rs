//! Tollhouse is a paywall gateway: one binary in front of any website.
//!
//! - [`domain`] the rules: what a path is, which gate governs it, who may pass
//! - [`config`] the settings, as owners write them and as the code uses them
//! - [`site`] everything derived from the settings, swapped as a whole
//! - [`store`] readers, their ledger, the inbox, sessions
//! - [`stripe`] calls to Stripe, and webhooks from it
//! - [`billing`] from a hint to a ledger
//! - [`passes`] the signed cookie
//! - [`preview`] cuts a page
//! - [`mail`] letters, and who carries them
//! - [`dns`] names of addresses, addresses of names
//! - [`web`] our own pages
//! - [`proxy`] the door: judges every request, then forwards or answers it
//! - [`process`] what others on the machine may learn of us
//! - [`app`] where the parts meet
//! - [`cli`] the command line

// Stripe's objects nest deeply, and a page that needs them is answered deep within the proxy.
#![recursion_limit = "256"]

pub mod app;
pub mod billing;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod dns;
pub mod domain;
pub mod mail;
pub mod passes;
pub mod places;
pub mod preview;
pub mod process;
pub mod proxy;
pub mod site;
pub mod store;
pub mod stripe;
pub mod telemetry;
pub mod web;
