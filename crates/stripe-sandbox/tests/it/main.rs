//! The sandbox over real HTTP.

mod api;
mod journeys;
mod lives;
mod pages;
mod support;
