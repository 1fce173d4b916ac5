//! The sandbox over real HTTP.

mod api;
mod dashboard;
mod deliveries;
mod envelope;
mod journeys;
mod pages;
mod support;
