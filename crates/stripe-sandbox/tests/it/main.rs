//! The sandbox over real HTTP.

mod api;
mod journeys;
mod support;
