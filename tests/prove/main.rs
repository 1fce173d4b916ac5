//! What holds when things break: the built program is killed, its disk loses power, fills up and
//! fails, and Stripe sends more than it ever will. `make test` runs a short version, `make prove`
//! the long one, which writes RELIABILITY.md.

#![cfg(target_os = "linux")]

mod bad_disk;
mod books;
mod chance;
mod delays;
mod disk;
mod gateway;
mod host;
mod io_errors;
mod kills;
mod load;
mod power;
mod reader;
mod report;
mod size;
mod stripe;
mod trouble;
mod until;
