//! The sandbox over real HTTP.

mod api;
mod banks;
mod catalogue;
mod clocks;
mod contract;
mod dashboard;
mod deliveries;
mod drafts;
mod entitlements;
mod envelope;
mod journeys;
mod life;
mod lives;
mod owing;
mod pages;
mod paying;
mod payments;
mod portal;
mod refused;
mod support;
mod walk;
