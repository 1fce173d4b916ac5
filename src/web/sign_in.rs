//! Signing in on another device, by a single-use link.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::header;

use super::join::see_other;
use super::problem::Problem;
use super::visitor::{Visit, seal};
use super::{Desk, count};

/// What somebody reads whose network has looked at too many links.
const TOO_OFTEN: &str = "Too many sign-in links were tried from your network. Please wait a minute, then open yours again: it still works.";

/// How to get a link.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    desk.views.sign_in(&visit.site)
}

/// The page of a link: whose account it opens, and a button. Mail scanners follow links, so
/// looking at it changes nothing.
pub(super) async fn show_link(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    let link = desk.store.link(token.clone()).await?;
    let now = desk.clock.now();
    let email = link.filter(|link| link.redeemable(now).is_ok()).map(|link| link.email);
    let here = match visit.visitor.reader() {
        Some(known) => desk.store.account(known.reader.clone()).await?,
        None => None,
    };
    let leaves = here
        .filter(|here| here.email != email)
        .map(|here| here.email.unwrap_or_else(|| "somebody without an address".to_owned()));
    Ok(desk.views.link(&visit.site, email.as_deref(), &token, leaves.as_deref()))
}

/// The button: redeems the link, once.
pub(super) async fn redeem(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    let Ok(redeemed) = desk.store.redeem(token.clone()).await? else {
        return Ok(desk.views.link(&visit.site, None, &token, None));
    };
    let Some(account) = desk.store.account(redeemed.reader).await? else {
        return Err(Problem::cannot_look_up().because("a reader vanished while he was signed in"));
    };
    let standing = visit.site.standing(&account.ledger);
    let mut answer = see_other("/_tollhouse/account");
    let pass = seal(&visit.site, &redeemed.session, &account, &standing, desk.clock.now());
    answer.headers_mut().extend(pass.map(|pass| (header::SET_COOKIE, pass)));
    Ok(answer)
}
