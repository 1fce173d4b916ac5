//! What holds when things break: the built program is killed, its disk loses power, fills up and
//! fails, and Stripe sends more than it ever will. `make test` runs a short version, `make prove`
//! the long one, which writes RELIABILITY.md.

#![cfg(target_os = "linux")]

mod books;
mod chance;
mod disk;
mod gateway;
mod host;
mod kills;
mod power;
mod report;
mod size;
mod stripe;
mod until;
