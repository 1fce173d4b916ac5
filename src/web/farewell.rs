//! Leaving: everything that is stored of a reader, as a file; and deleting his account.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::input::Sent;
use super::join::see_other;
use super::problem::Problem;
use super::views::{Confirmed, FarewellPage, session_name};
use super::visitor::{KnownReader, Visit, Visitor};
use super::{Desk, account, count, sign_in};
use crate::billing::BillingError;
use crate::domain::ids::{ReaderId, Subject};
use crate::domain::ledger::{Ledger, Status, Subscription};
use crate::domain::plan::Catalog;
use crate::domain::sign_in::normal_email;
use crate::store::{Account, Farewell};
use crate::stripe::{Expiry, StripeError};

/// Where somebody begins who wants to go.
const PATH: &str = "/_tollhouse/account/delete";

const TOO_OFTEN: &str = "too-many-links";

/// What a page sends that confirms.
#[derive(Deserialize)]
pub(super) struct Sure {
    /// Without a mail: which sign-in it was shown to.
    sure: Option<String>,
    /// By a mail's link, where nobody is signed in as its reader: the address, as it was typed.
    email: Option<String>,
}

/// Everything that is stored of a reader.
pub(super) async fn data(State(desk): State<Arc<Desk>>, visit: Visit) -> Result<Response, Problem> {
    let Some(known) = signed_in(&visit)? else { return Ok(see_other(sign_in::PATH)) };
    let dossier = desk.store.dossier(known.reader.clone()).await?;
    let data = json!({
        "site": visit.site.config.site.url.as_str(),
        "made_at": desk.clock.now().to_string(),
        "data": dossier,
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((headers, format!("{data:#}")).into_response())
}

/// What deleting means, and a button.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Result<Response, Problem> {
    let Some((known, account)) = his(&desk, &visit).await? else {
        return Ok(see_other(sign_in::PATH));
    };
    let name = session_name(&known.session);
    let confirmed = if is_asked_by_mail(&visit, &account) {
        Confirmed::Mail
    } else {
        Confirmed::Button { sure: &name }
    };
    let page = FarewellPage::of(&visit.site, &account, PATH, confirmed);
    Ok(desk.views.farewell(StatusCode::OK, &page))
}

/// The button: a mail asks once more; where there is none, this page has asked.
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(sent): Sent<Sure>,
) -> Result<Response, Problem> {
    let Some((known, account)) = his(&desk, &visit).await? else {
        return Ok(see_other(sign_in::PATH));
    };
    if !is_asked_by_mail(&visit, &account) {
        if sent.sure.as_deref() != Some(session_name(&known.session).as_str()) {
            return Ok(see_other(PATH));
        }
        return delete(&desk, &visit, &known.reader).await;
    }
    count(&visit, &desk.limits.mails, sign_in::TOO_MANY_MAILS)?;
    // Whoever asks twice has a mail on its way already.
    let language = desk.language_of(&visit);
    desk.store.ask_farewell(known.reader.clone(), language).await?;
    desk.asked.notify_one();
    let page = FarewellPage::asked(account.email.as_deref().unwrap_or_default());
    Ok(desk.views.farewell(StatusCode::OK, &page))
}

/// The page of the mail's link. Mail scanners follow links, so looking at it changes nothing.
pub(super) async fn show_link(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    let Some(farewell) = desk.store.farewell(token.clone()).await? else {
        return Ok(dead_link(&desk));
    };
    let confirmed = if is_his(&visit, &farewell.reader) {
        Confirmed::Button { sure: "yes" }
    } else {
        Confirmed::Address { is_wrong: false }
    };
    link_page(&desk, &visit, &token, farewell, confirmed).await
}

async fn link_page(
    desk: &Desk,
    visit: &Visit,
    token: &str,
    farewell: Farewell,
    confirmed: Confirmed<'_>,
) -> Result<Response, Problem> {
    let Some(account) = desk.store.account(farewell.reader).await? else {
        return Ok(dead_link(desk));
    };
    let status = match confirmed {
        Confirmed::Address { is_wrong: true } => StatusCode::UNPROCESSABLE_ENTITY,
        Confirmed::Address { is_wrong: false } | Confirmed::Button { .. } | Confirmed::Mail => {
            StatusCode::OK
        }
    };
    let action = format!("{PATH}/{token}");
    let page = FarewellPage::of(&visit.site, &account, &action, confirmed);
    Ok(desk.views.farewell(status, &page))
}

/// Its button. Some programs that look through mails press buttons: where nobody is signed in as
/// the reader, his address has to be typed, too.
pub(super) async fn confirm(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Path(token): Path<String>,
    Sent(sent): Sent<Sure>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    let Some(farewell) = desk.store.farewell(token.clone()).await? else {
        return Ok(dead_link(&desk));
    };
    let typed = sent.email.as_deref().and_then(normal_email);
    if is_his(&visit, &farewell.reader) || typed.as_deref() == Some(&farewell.email) {
        return delete(&desk, &visit, &farewell.reader).await;
    }
    link_page(&desk, &visit, &token, farewell, Confirmed::Address { is_wrong: true }).await
}

/// Whether somebody is signed in here as this reader.
fn is_his(visit: &Visit, reader: &ReaderId) -> bool {
    visit.visitor.reader().is_some_and(|known| known.reader == *reader)
}

fn dead_link(desk: &Desk) -> Response {
    desk.views.farewell(StatusCode::GONE, &FarewellPage::dead_link())
}

fn signed_in(visit: &Visit) -> Result<Option<&KnownReader>, Problem> {
    match &visit.visitor {
        Visitor::Reader(known) => Ok(Some(known)),
        Visitor::Stranger { .. } => Ok(None),
        Visitor::Unclear => Err(Problem::cannot_look_up().again_at(account::PATH)),
    }
}

/// The reader who asks, and his account; none if nobody is signed in.
async fn his<'v>(
    desk: &Desk,
    visit: &'v Visit,
) -> Result<Option<(&'v KnownReader, Account)>, Problem> {
    let Some(known) = signed_in(visit)? else { return Ok(None) };
    let account = desk.store.account(known.reader.clone()).await?;
    Ok(account.map(|account| (known, account)))
}

fn is_asked_by_mail(visit: &Visit, account: &Account) -> bool {
    visit.site.config.mail.is_some() && account.email.is_some()
}

/// Ends at Stripe what he pays for, and then everything here. If Stripe cannot be asked, nothing
/// is deleted; and what cannot be deleted here is not ended there.
async fn delete(desk: &Desk, visit: &Visit, reader: &ReaderId) -> Result<Response, Problem> {
    let not_now = |problem: &BillingError| Problem::cannot_delete(problem).again_at(PATH);
    desk.store.takes_writes().await.map_err(|problem| not_now(&problem.into()))?;
    end_payments(desk, visit, reader).await.map_err(|problem| not_now(&problem))?;
    desk.store.erase(reader.clone()).await.map_err(|problem| not_now(&problem.into()))?;
    tracing::info!(%reader, "a reader has deleted his account");
    let page = FarewellPage::done();
    let mut answer = desk.views.farewell(StatusCode::OK, &page);
    if is_his(visit, reader) {
        answer.headers_mut().append(header::SET_COOKIE, visit.site.passes.take_pass());
    }
    Ok(answer)
}

async fn end_payments(desk: &Desk, visit: &Visit, reader: &ReaderId) -> Result<(), BillingError> {
    let billing = desk.billing.asking(&visit.stripe);
    // What is open at a till could still be paid, and nobody would get anything for it.
    for begun in desk.store.checkouts_of(reader.clone()).await? {
        match visit.stripe.expire_checkout(&begun.id).await {
            Ok(Expiry::Closed | Expiry::AlreadyExpired) | Err(StripeError::NotFound(_)) => {}
            Ok(Expiry::AlreadyComplete) => {
                let paid = visit.stripe.checkout(&begun.id).await?;
                billing.fulfil(&paid.subject()).await?;
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    let ledger = ledger_of(desk, reader).await?;
    for customer in ledger.customers() {
        billing.fulfil(&Subject::Customer(customer.clone())).await?;
    }
    let ledger = ledger_of(desk, reader).await?;
    for subscription in running(&ledger, &visit.site.config.catalog) {
        visit.stripe.end_subscription(&subscription.id).await?;
    }
    Ok(())
}

async fn ledger_of(desk: &Desk, reader: &ReaderId) -> Result<Ledger, BillingError> {
    let account = desk.store.account(reader.clone()).await?;
    Ok(account.map(|account| account.ledger).unwrap_or_default())
}

/// The subscriptions to something of this site that may still be charged. What the owner sells
/// elsewhere by the same account at Stripe is not ours to end.
pub(super) fn running<'l>(
    ledger: &'l Ledger,
    catalog: &'l Catalog,
) -> impl Iterator<Item = &'l Subscription> {
    ledger.subscriptions.iter().filter(|one| {
        let is_over = matches!(one.status, Status::Canceled | Status::IncompleteExpired);
        let mut prices = one.items.iter().map(|item| &item.price);
        !is_over && prices.any(|price| catalog.priced(price).is_some())
    })
}
