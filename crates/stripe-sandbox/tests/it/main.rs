//! The sandbox over real HTTP.

mod api;
mod catalogue;
mod entitlements;
mod journeys;
mod life;
mod lives;
mod owing;
mod pages;
mod paying;
mod payments;
mod portal;
mod support;
