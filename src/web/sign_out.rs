//! Signing out: here, elsewhere, everywhere.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header;
use serde::Deserialize;

use super::Desk;
use super::account::PATH as ACCOUNT;
use super::input::Sent;
use super::join::see_other;
use super::problem::Problem;
use super::sign_in;
use super::views::session_name;
use super::visitor::{KnownReader, Visit, Visitor};

/// Who is to be signed out: `others`, `all`, or a name from the list of devices; else who asks.
#[derive(Deserialize)]
pub(super) struct Whom {
    who: Option<String>,
}

/// Signs browsers out, and whatever was copied from them.
pub(super) async fn sign_out(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    whom: Result<Sent<Whom>, Problem>,
) -> Result<Response, Problem> {
    let who = whom.ok().and_then(|Sent(whom)| whom.who);
    match (who.as_deref(), &visit.visitor) {
        (None | Some("all"), _) => sign_out_here(&desk, &visit, who.is_some()).await,
        (Some(who), Visitor::Reader(known)) => sign_out_elsewhere(&desk, known, who).await,
        (Some(_), Visitor::Stranger { .. }) => Ok(see_other(sign_in::PATH)),
        (Some(_), Visitor::Unclear) => Err(Problem::cannot_look_up().again_at(ACCOUNT)),
    }
}

/// Signs this reader's other browsers out, or the one of this name.
async fn sign_out_elsewhere(
    desk: &Desk,
    known: &KnownReader,
    who: &str,
) -> Result<Response, Problem> {
    let (reader, here) = (known.reader.clone(), known.session.clone());
    if who == "others" {
        desk.store.end_other_sessions(here, reader).await?;
    } else {
        let sign_ins = desk.store.sign_ins_of(reader.clone()).await?;
        let named = sign_ins.into_iter().find(|one| session_name(&one.session) == who);
        if let Some(named) = named {
            desk.store.end_session(named.session, reader).await?;
        }
    }
    Ok(see_other(ACCOUNT))
}

async fn sign_out_here(desk: &Desk, visit: &Visit, everywhere: bool) -> Result<Response, Problem> {
    let taken = visit.site.passes.take_pass();
    match &visit.visitor {
        Visitor::Reader(known) => {
            let (session, reader) = (known.session.clone(), known.reader.clone());
            let ended = if everywhere {
                desk.store.end_all_sessions(reader).await
            } else {
                desk.store.end_session(session, reader).await
            };
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
