//! The letters of a demo: its mail server is this page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Desk;
use super::problem::Problem;
use super::visitor::Visit;

/// Every letter, newest first.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Result<Response, Problem> {
    let letters = desk.inbox().ok_or_else(Problem::no_such_page)?;
    Ok(desk.views.inbox(&visit.site, &letters))
}
