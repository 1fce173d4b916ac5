//! "Sign me in on another device too": the sign-in mail, for somebody who is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::join::see_other;
use super::problem::Problem;
use super::visitor::{Visit, Visitor};
use super::{Desk, account, count, sign_in};
use crate::store::{Account, NewAsk, StoreError};

/// Writes to the reader who asks. Nobody types an address: it is his, or the one that he typed at
/// the checkout, which proves nothing and opens nothing but by its mail.
pub(super) async fn write(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
) -> Result<Response, Problem> {
    if visit.site.config.mail.is_none() {
        return Err(Problem::no_such_page());
    }
    let known = match &visit.visitor {
        Visitor::Reader(known) => known,
        Visitor::Stranger { .. } => return Ok(see_other(sign_in::PATH)),
        Visitor::Unclear => return Err(Problem::cannot_look_up().again_at(account::PATH)),
    };
    count(&visit, &desk.limits.mails, sign_in::TOO_MANY_MAILS)?;
    sign_in::count_mail_of_all(&desk)?;
    let account = desk.store.account(known.reader.clone()).await?;
    let address = match &account {
        Some(account) => address(&desk, account).await?,
        None => None,
    };
    let Some(email) = address else { return Ok(see_other(account::PATH)) };
    let language = desk.language_of(&visit);
    // It is for the other device: this one is signed in.
    let ask = NewAsk { email: email.clone(), return_to: "/".to_owned(), language, waits: None };
    desk.store.ask(ask).await?;
    desk.asked.notify_one();
    Ok(desk.views.mail_sent(&email))
}

/// Where a reader is written to; none if he never told.
pub(super) async fn address(desk: &Desk, account: &Account) -> Result<Option<String>, StoreError> {
    match &account.email {
        Some(email) => Ok(Some(email.clone())),
        None => desk.store.address_at_the_till(account.reader.clone()).await,
    }
}
