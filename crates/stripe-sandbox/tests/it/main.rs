//! The sandbox over real HTTP.

mod api;
mod contract;
mod journeys;
mod pages;
mod support;
