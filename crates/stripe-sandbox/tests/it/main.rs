//! The sandbox over real HTTP.

mod api;
mod journeys;
mod pages;
mod paying;
mod payments;
mod support;
