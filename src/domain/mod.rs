//! The rules: no I/O, no async, no clock, no logging, no randomness.

pub mod amount;
pub mod colour;
pub mod crawler;
pub mod device;
pub mod free_views;
pub mod gate;
pub mod household;
pub mod ids;
pub mod keyring;
pub mod language;
pub mod ledger;
pub mod outline;
pub mod pass;
pub mod path;
pub mod plan;
pub mod preview;
pub mod retention;
pub mod return_path;
pub mod secret;
pub mod sign_in;
pub mod standing;
pub mod time;
