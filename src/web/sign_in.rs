//! Signing in on another device: by a mail with a link and a code, or by a link that the owner made.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{StatusCode, header};
use serde::Deserialize;

use super::input::{Asked, Sent};
use super::join::see_other;
use super::problem::Problem;
use super::views::{AddressFault, CodeFault, CodePage, Leaves, LinkPage, SignInPage};
use super::visitor::{Visit, seal};
use super::{Desk, account, bounces, count};
use crate::crypto;
use crate::domain::ids::Subject;
use crate::domain::return_path::ReturnPath;
use crate::domain::sign_in::{BadCode, code_digits, normal_email};
use crate::store::{Account, NewAsk, Redeemed, StoreError, Waiting};

/// Where it begins.
pub(super) const PATH: &str = "/_tollhouse/sign-in";
const CODE_PATH: &str = "/_tollhouse/sign-in/code";

/// What somebody reads whose network has looked at too many links.
const TOO_OFTEN: &str = "too-many-links";

/// What somebody reads whose network has asked for too many mails.
pub(super) const TOO_MANY_MAILS: &str = "too-many-mails";

/// Which page is wanted.
#[derive(Deserialize)]
pub(super) struct WhereTo {
    to: Option<String>,
    /// Set for somebody who was led to his account a moment ago and had no pass there.
    lost: Option<String>,
}

/// Who wants a mail.
#[derive(Deserialize)]
pub(super) struct Wanted {
    email: String,
    to: Option<String>,
}

/// What was typed from a mail.
#[derive(Deserialize)]
pub(super) struct Typed {
    code: String,
}

/// How to sign in.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Asked(asked): Asked<WhereTo>,
) -> Response {
    let to = return_path(asked.to.as_deref());
    let mut page = SignInPage::of(&to).after(visit.why_ended(&desk).await);
    if asked.lost.is_some() && visit.visitor.reader().is_none() {
        page = page.lost();
    }
    desk.views.sign_in(StatusCode::OK, &page)
}

/// Asks for a mail. Whoever is behind the address, if anybody, the answer and the time that it
/// takes are the same: who gets a mail is found out later, by the post.
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Problem> {
    if visit.site.config.mail.is_none() {
        return Err(Problem::no_such_page());
    }
    let to = return_path(wanted.to.as_deref());
    let Some(email) = normal_email(&wanted.email) else {
        let fault = Some(AddressFault::NoAddress);
        let page = SignInPage { email: &wanted.email, fault, ..SignInPage::of(&to) };
        return Ok(desk.views.sign_in(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    count(&visit, &desk.limits.mails, TOO_MANY_MAILS)?;
    count_mail_of_all(&desk)?;
    let mark = crypto::random_name();
    let waits = Waiting { mark: mark.clone(), before: visit.site.passes.asked(&visit.headers) };
    let (return_to, language) = (to.as_str().to_owned(), desk.language_of(&visit));
    desk.store.ask(NewAsk { email, return_to, language, waits: Some(waits) }).await?;
    desk.asked.notify_one();
    bounces::led(&desk, &visit, CODE_PATH, None);
    let mut answer = see_other(CODE_PATH);
    answer.headers_mut().insert(header::SET_COOKIE, visit.site.passes.set_asked(&mark));
    Ok(answer)
}

/// Counts a mail of everybody together.
pub(super) fn count_mail_of_all(desk: &Desk) -> Result<(), Problem> {
    desk.limits.all_mails.count().map_err(|too_often| {
        Problem::too_often(too_often.wait, TOO_MANY_MAILS)
            .because("more sign-in mails are asked for than anybody needs; none is sent")
    })
}

/// Writes to the address of somebody who comes back from the till in another browser than he paid
/// in, so that he can sign in there.
pub(super) async fn write_to_buyer(
    desk: &Desk,
    visit: &Visit,
    buyer: Subject,
    to: &ReturnPath,
) -> Result<(), StoreError> {
    let has_enough = count(visit, &desk.limits.mails, TOO_MANY_MAILS).is_err();
    if visit.site.config.mail.is_none() || has_enough || desk.limits.all_mails.count().is_err() {
        return Ok(());
    }
    if let Some(email) = desk.store.address_at_stripe(buyer).await? {
        let (return_to, language) = (to.as_str().to_owned(), desk.language_of(visit));
        desk.store.ask(NewAsk { email, return_to, language, waits: None }).await?;
        desk.asked.notify_one();
    }
    Ok(())
}

/// Where the code of the mail is typed.
pub(super) async fn show_code(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
) -> Result<Response, Problem> {
    code_page(&desk, &visit, None).await
}

async fn code_page(
    desk: &Desk,
    visit: &Visit,
    fault: Option<CodeFault>,
) -> Result<Response, Problem> {
    let Some(mark) = visit.site.passes.asked(&visit.headers) else {
        // Nobody comes here but from having asked.
        return Ok(match bounces::met(desk, visit, CODE_PATH) {
            0 => see_other(PATH),
            _ => bounces::page(desk, visit, &ReturnPath::home()),
        });
    };
    let Some(asked) = desk.store.asked(mark).await? else { return Ok(see_other(PATH)) };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let again = path(&ReturnPath::or_home(&asked.return_to));
    let page = CodePage { email: &asked.email, again: &again, fault };
    Ok(desk.views.code(status, &page))
}

/// Redeems a code, in the browser that asked for it.
pub(super) async fn redeem_code(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    let Some(mark) = visit.site.passes.asked(&visit.headers) else { return Ok(see_other(PATH)) };
    let Some(code) = code_digits(&typed.code) else {
        return code_page(&desk, &visit, Some(CodeFault::NotSix)).await;
    };
    match desk.store.redeem_code(mark, code, visit.arrival(&desk)).await? {
        Ok(redeemed) => signed_in(&desk, &visit, redeemed).await,
        Err(BadCode::Wrong) => code_page(&desk, &visit, Some(CodeFault::Wrong)).await,
        Err(BadCode::NotAsked) => Ok(see_other(PATH)),
        Err(BadCode::Used) => code_page(&desk, &visit, Some(CodeFault::Used)).await,
        Err(BadCode::TooMany) => code_page(&desk, &visit, Some(CodeFault::TooMany)).await,
    }
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
    let Some(link) = link.filter(|link| link.redeemable(now).is_ok()) else {
        return Ok(desk.views.dead_link());
    };
    let here = match visit.visitor.reader() {
        Some(known) => desk.store.account(known.reader.clone()).await?,
        None => None,
    };
    let leaves = match here {
        Some(here) if leaves_behind(&desk, &here, &link.email).await? => Some(here.email),
        Some(_) | None => None,
    };
    let asked = match visit.site.passes.asked(&visit.headers) {
        Some(mark) => desk.store.asked(mark).await?,
        None => None,
    };
    let asked_here = asked.is_some_and(|asked| asked.email == link.email);
    let page = LinkPage {
        email: &link.email,
        token: &token,
        leaves: leaves.as_ref().map(|email| Leaves { email: email.as_deref() }),
        asked_elsewhere: link.has_code && !asked_here,
    };
    Ok(desk.views.link(&page))
}

/// Whether somebody who is signed in here leaves something behind when this address is proven.
async fn leaves_behind(desk: &Desk, here: &Account, email: &str) -> Result<bool, StoreError> {
    match &here.email {
        Some(own) => Ok(own != email),
        None => desk.store.leaves_behind(here.reader.clone(), email.to_owned()).await,
    }
}

/// The button: redeems the link, once.
pub(super) async fn redeem(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    count(&visit, &desk.limits.sign_ins, TOO_OFTEN)?;
    match desk.store.redeem(token, visit.arrival(&desk)).await? {
        Ok(redeemed) => signed_in(&desk, &visit, redeemed).await,
        Err(_) => Ok(desk.views.dead_link()),
    }
}

/// Lets somebody in, and leads him to the page that he wanted.
async fn signed_in(desk: &Desk, visit: &Visit, redeemed: Redeemed) -> Result<Response, Problem> {
    let Some(account) = desk.store.account(redeemed.reader).await? else {
        return Err(Problem::cannot_look_up().because("a reader vanished while he was signed in"));
    };
    let standing = visit.site.standing(&account.ledger);
    let to = redeemed.return_to.as_deref().map(ReturnPath::or_home);
    let to = to.filter(|to| *to != ReturnPath::home());
    let to = to.as_ref().map_or(account::PATH, ReturnPath::as_str);
    bounces::led(desk, visit, to, Some(&redeemed.session));
    let mut answer = see_other(to);
    let pass = seal(&visit.site, &redeemed.session, &account, &standing, desk.clock.now());
    let cookies = answer.headers_mut();
    for cookie in pass.into_iter().chain([visit.site.passes.take_asked()]) {
        cookies.append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Where sign-in begins, for somebody who wants this page.
pub(super) fn path(to: &ReturnPath) -> String {
    format!("{PATH}?to={}", to.as_query_value())
}

fn return_path(to: Option<&str>) -> ReturnPath {
    to.map_or_else(ReturnPath::home, ReturnPath::or_home)
}
