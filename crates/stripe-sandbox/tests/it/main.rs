//! The sandbox over real HTTP.

mod api;
mod journeys;
mod pages;
mod payments;
mod support;
