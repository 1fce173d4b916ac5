//! What a reader has, what happens next, and the way to change it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header;
use serde::Deserialize;

use super::input::Sent;
use super::join::see_other;
use super::problem::Problem;
use super::views::AccountView;
use super::visitor::{Visit, Visitor};
use super::{Desk, returned};

/// Where it is.
pub(super) const PATH: &str = "/_tollhouse/account";

/// Whose portal a button opens.
#[derive(Deserialize)]
pub(super) struct Chosen {
    customer: String,
}

/// The account page; a stranger is sent to sign in.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Result<Response, Problem> {
    let known = match &visit.visitor {
        Visitor::Reader(known) => known,
        Visitor::Stranger { .. } => return Ok(see_other("/_tollhouse/sign-in")),
        Visitor::Unclear => return Err(Problem::cannot_look_up()),
    };
    let Some(account) = desk.store.account(known.reader.clone()).await? else {
        return Ok(see_other("/_tollhouse/sign-in"));
    };
    let view = AccountView::new(&visit.site, &account, desk.clock.now());
    Ok(desk.views.account(&visit.site, &view))
}

/// Sends a reader to the Customer Portal of a customer of his.
pub(super) async fn portal(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(chosen): Sent<Chosen>,
) -> Result<Response, Problem> {
    let known = match &visit.visitor {
        Visitor::Reader(known) => known,
        Visitor::Stranger { .. } => return Ok(see_other("/_tollhouse/sign-in")),
        Visitor::Unclear => return Err(Problem::cannot_look_up().again_at(PATH)),
    };
    let account = desk.store.account(known.reader.clone()).await?;
    let his = account.as_ref().map(|account| account.ledger.customers()).unwrap_or_default();
    let Some(customer) = his.into_iter().find(|customer| customer.as_str() == chosen.customer)
    else {
        return Err(Problem::bad_request(
            "This is not yours to manage. Go back to your account and try again from there.",
        ));
    };
    let back = visit.site.config.site.url.join(&returned::path_from_portal(customer));
    let url = visit
        .stripe
        .portal(customer, &back)
        .await
        .map_err(|problem| Problem::at_the_portal(&problem).again_at(PATH))?;
    Ok(see_other(&url))
}

/// Signs this browser out, and whatever was copied from it.
pub(super) async fn sign_out(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
) -> Result<Response, Problem> {
    let taken = visit.site.passes.take_pass();
    match &visit.visitor {
        Visitor::Reader(known) => {
            let ended = desk.store.end_session(known.session.clone(), known.reader.clone()).await;
            ended.map_err(|problem| Problem::half_signed_out(problem, taken.clone()))?;
        }
        Visitor::Unclear => {
            let cause = "the store did not tell whether this sign-in goes on";
            return Err(Problem::half_signed_out(cause, taken));
        }
        Visitor::Stranger { .. } => {}
    }
    let mut answer = see_other("/");
    answer.headers_mut().append(header::SET_COOKIE, taken);
    Ok(answer)
}
