//! What a reader has, what happens next, and the way to change it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::input::{Asked, Sent};
use super::join::see_other;
use super::problem::Problem;
use super::views::{AccountView, Looked};
use super::visitor::{Visit, Visitor};
use super::{Desk, also, bounces, returned, sign_in};
use crate::domain::ids::CustomerId;
use crate::domain::ledger::Ledger;
use crate::domain::return_path::ReturnPath;
use crate::stripe::PortalPage;

/// Where it is.
pub(super) const PATH: &str = "/_tollhouse/account";

/// Where it is, for somebody who goes on to this page afterwards.
pub(super) fn path(to: &ReturnPath) -> String {
    if *to == ReturnPath::home() {
        return PATH.to_owned();
    }
    format!("{PATH}?to={}", to.as_query_value())
}

/// The page from which a reader comes.
#[derive(Deserialize)]
pub(super) struct Whence {
    to: Option<String>,
}

/// Whose portal a button opens, and where.
#[derive(Deserialize)]
pub(super) struct Chosen {
    customer: String,
    page: Option<WhichPage>,
    /// Which subscription the page is about.
    subscription: Option<String>,
    to: Option<String>,
}

/// A page of the portal that is not its overview.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhichPage {
    Change,
    Cancel,
}

/// The account page; a stranger is sent to sign in.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Asked(whence): Asked<Whence>,
) -> Result<Response, Problem> {
    let to = return_path(whence.to.as_deref());
    let known = match &visit.visitor {
        Visitor::Reader(known) => known,
        Visitor::Stranger { .. } => return Ok(sign_in_first(&desk, &visit, &to)),
        Visitor::Unclear => return Err(Problem::cannot_look_up()),
    };
    let Some(account) = desk.store.account(known.reader.clone()).await? else {
        return Ok(see_other(&sign_in_path(&to)));
    };
    let sign_ins = desk.store.sign_ins_of(known.reader.clone()).await?;
    let is_reachable = also::address(&desk, &account).await?.is_some();
    let looked = Looked {
        account: &account,
        is_reachable,
        here: &known.session,
        sign_ins: &sign_ins,
        to: &to,
        now: desk.clock.now(),
    };
    Ok(desk.views.account(&AccountView::new(&visit.site, &looked)))
}

/// Sends a reader to the Customer Portal of a customer of his.
pub(super) async fn portal(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(chosen): Sent<Chosen>,
) -> Result<Response, Problem> {
    let to = return_path(chosen.to.as_deref());
    let known = match &visit.visitor {
        Visitor::Reader(known) => known,
        Visitor::Stranger { .. } => return Ok(see_other(&sign_in_path(&to))),
        Visitor::Unclear => return Err(Problem::cannot_look_up().again_at(PATH)),
    };
    let account = desk.store.account(known.reader.clone()).await?;
    let ledger = account.map(|account| account.ledger).unwrap_or_default();
    let Some((customer, page)) = portal_page(&ledger, &chosen) else {
        return Err(Problem::bad_request("not-yours"));
    };
    let back = visit.site.config.site.url.join(&returned::path_from_portal(customer, &to));
    let url = visit
        .stripe
        .portal(customer, &page, &back, &desk.language_of(&visit))
        .await
        .map_err(|problem| Problem::at_the_portal(&problem).again_at(PATH))?;
    Ok(see_other(&url))
}

/// The page that was chosen, if it is about something of this reader's.
fn portal_page<'l>(ledger: &'l Ledger, chosen: &Chosen) -> Option<(&'l CustomerId, PortalPage)> {
    let mut customers = ledger.customers().into_iter();
    let customer = customers.find(|customer| customer.as_str() == chosen.customer)?;
    let Some(which) = chosen.page else { return Some((customer, PortalPage::Overview)) };
    let mut subscriptions = ledger.subscriptions.iter().filter(|one| one.customer == *customer);
    let wanted = chosen.subscription.as_deref();
    let id = subscriptions.find(|one| Some(one.id.as_str()) == wanted)?.id.clone();
    let page = match which {
        WhichPage::Change => PortalPage::Change(id),
        WhichPage::Cancel => PortalPage::Cancel(id),
    };
    Some((customer, page))
}

fn return_path(to: Option<&str>) -> ReturnPath {
    to.map_or_else(ReturnPath::home, ReturnPath::or_home)
}

/// Sends a stranger to sign in; or tells him, if he did so a moment ago.
fn sign_in_first(desk: &Desk, visit: &Visit, to: &ReturnPath) -> Response {
    match bounces::met(desk, visit, PATH) {
        0 => see_other(&sign_in_path(to)),
        1..bounces::CIRCLE => see_other(&format!("{}&lost=1", sign_in::path(to))),
        bounces::CIRCLE.. => bounces::page(desk, visit, to),
    }
}

/// Where a stranger signs in who wanted to see his account.
fn sign_in_path(to: &ReturnPath) -> String {
    if *to == ReturnPath::home() { sign_in::PATH.to_owned() } else { sign_in::path(to) }
}
