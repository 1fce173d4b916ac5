//! The offer: what opens a page, and what it costs.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::input::Asked;
use super::problem::{Problem, problem_json};
use super::views::Offer;
use super::visitor::{Visit, Visitor};
use super::{Beginning, Desk, bounces, returned, till};
use crate::domain::free_views::{FreeViews, Left};
use crate::domain::gate::{self, Access, Gate, Intent, Verdict};
use crate::domain::ids::PlanId;
use crate::domain::path::SitePath;
use crate::domain::plan::Cycle;
use crate::domain::return_path::ReturnPath;
use crate::domain::time::Timestamp;
use crate::site::Site;

/// `join?to=/the/page` or `join?plan=basic`, for a button anywhere on the site.
#[derive(Deserialize)]
pub(super) struct OfWhat {
    to: Option<String>,
    plan: Option<String>,
    /// Set on the way back from a checkout that was left.
    left: Option<String>,
}

/// The offer of a page, of a plan, or of everything.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Asked(asked): Asked<OfWhat>,
) -> Result<Response, Problem> {
    if matches!(visit.visitor, Visitor::Unclear) {
        return Err(Problem::cannot_look_up());
    }
    let now = desk.clock.now();
    let to = ReturnPath::or_home(asked.to.as_deref().unwrap_or("/"));
    let standing = visit.visitor.standing();
    let catalog = &visit.site.config.catalog;
    let mut left = None;
    let plans = if let Some(plan) = &asked.plan {
        let plan = PlanId::parse(plan).ok().and_then(|id| catalog.plan(&id));
        let Some(plan) = plan else { return Err(no_such_plan(&visit.site)) };
        if catalog.has(standing, &plan.id, now) {
            return Ok(see_other(to.as_str()));
        }
        [plan.id.clone()].into()
    } else if asked.to.is_some() {
        let Some(gate) = closed_by(&visit, &to, now) else { return Ok(see_other(to.as_str())) };
        left = free_views_left(&visit, gate, now);
        openers(gate).clone()
    } else {
        catalog.plans().iter().map(|plan| plan.id.clone()).collect()
    };
    let ledger = till::ledger_of(&desk, &visit.visitor).await?;
    let offer = Offer::new(&visit.site, &plans, &to, ledger.as_ref(), now);
    let mut offer = offer.with_free_views(left);
    if asked.to.is_none() {
        offer = offer.of_everything();
    }
    if asked.left.is_some() {
        offer = offer.after_checkout();
    }
    offer = offer.after(visit.why_ended(&desk).await);
    Ok(page(&desk, StatusCode::OK, &offer, &to))
}

/// The offer in place of a page that did not open.
pub(super) async fn offer_in_place(
    desk: &Desk,
    visit: &Visit,
    gate: &Gate,
    wanted: &ReturnPath,
) -> Result<Response, Problem> {
    let Some(offer) = offer_of(desk, visit, gate, wanted).await? else {
        return Ok(returned::waiting(desk, StatusCode::PAYMENT_REQUIRED, wanted));
    };
    Ok(page(desk, StatusCode::PAYMENT_REQUIRED, &offer, wanted))
}

/// The same, for somebody who signed in or paid a moment ago, and whose browser has no pass.
pub(super) fn offer_to_lost(
    desk: &Desk,
    visit: &Visit,
    gate: &Gate,
    wanted: &ReturnPath,
) -> Response {
    let now = desk.clock.now();
    let offer = Offer::new(&visit.site, openers(gate), wanted, None, now).lost();
    page(desk, StatusCode::PAYMENT_REQUIRED, &offer, wanted)
}

/// What a visitor gets whose page is cut.
pub(super) enum Below {
    /// The page's beginning, with the offer below.
    Page(http::Response<Bytes>),
    /// A page of ours: what he wants is paid for already, or he goes round in circles.
    Instead(Response),
}

/// Sets the offer below the beginning of a page that did not open.
pub(super) async fn below(
    desk: &Desk,
    visit: &Visit,
    gate: &Gate,
    wanted: &ReturnPath,
    beginning: Beginning,
) -> Result<Below, Problem> {
    let met = bounces::met(desk, visit, wanted.as_str());
    if met >= bounces::CIRCLE {
        return Ok(Below::Instead(bounces::page(desk, visit, wanted)));
    }
    let Some(offer) = offer_of(desk, visit, gate, wanted).await? else {
        let status = StatusCode::PAYMENT_REQUIRED;
        return Ok(Below::Instead(returned::waiting(desk, status, wanted)));
    };
    let is_lost = met > 0 || bounces::has_paid(desk, visit, wanted.as_str());
    let offer = if is_lost { offer.lost() } else { offer };
    let Beginning { head, mut html, takes_forms } = beginning;
    html.extend_from_slice(desk.views.inset(visit, &offer, takes_forms).as_bytes());
    let mut page = http::Response::new(Bytes::from(html));
    *page.headers_mut() = head;
    let fixed =
        [(header::CACHE_CONTROL, "private, no-store"), (header::VARY, "Accept-Language, Cookie")];
    for (name, value) in fixed {
        page.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    point_to(page.headers_mut(), &offer_path(wanted), "payment");
    Ok(Below::Page(page))
}

/// The offer of what opens a gate; none while it is being paid for. What is paid for is not sold
/// again, and a pass does not tell.
async fn offer_of<'v>(
    desk: &Desk,
    visit: &'v Visit,
    gate: &Gate,
    wanted: &'v ReturnPath,
) -> Result<Option<Offer<'v>>, Problem> {
    let ledger = till::ledger_of(desk, &visit.visitor).await?;
    let standing = ledger.as_ref().map(|ledger| visit.site.standing(ledger));
    if standing.is_some_and(|standing| openers(gate).iter().any(|plan| standing.awaits(plan))) {
        return Ok(None);
    }
    let now = desk.clock.now();
    let offer = Offer::new(&visit.site, openers(gate), wanted, ledger.as_ref(), now)
        .with_free_views(free_views_left(visit, gate, now))
        .after(visit.why_ended(desk).await);
    Ok(Some(offer))
}

/// What is left of what a gate gives away.
fn free_views_left(visit: &Visit, gate: &Gate, now: Timestamp) -> Option<(FreeViews, Left)> {
    let allowed = gate.free_views?;
    let views = visit.site.passes.views(&visit.headers);
    Some((allowed, allowed.left(views.of(gate), now)))
}

/// The offer for programs: RFC 9457, with the prices and where a person finds them.
pub(super) fn problem_for_programs(visit: &Visit, gate: &Gate, wanted: &ReturnPath) -> Response {
    let site = &visit.site.config;
    let plans: Vec<_> = site
        .catalog
        .plans()
        .iter()
        .filter(|plan| openers(gate).contains(&plan.id))
        .map(|plan| {
            let prices: Vec<_> = plan
                .prices
                .iter()
                .map(|price| json!({ "shown": price.shown, "paid": cycle_word(price.cycle) }))
                .collect();
            json!({ "plan": plan.id, "title": plan.title, "prices": prices, "free": plan.free })
        })
        .collect();
    let body = json!({
        "type": "about:blank",
        "title": "Payment required",
        "status": StatusCode::PAYMENT_REQUIRED.as_u16(),
        "detail": "This page is for readers who have paid. Open the offer in a browser to see how.",
        "offer": site.site.url.join(&offer_path(wanted)),
        "plans": plans,
    });
    let mut answer = problem_json(StatusCode::PAYMENT_REQUIRED, &body);
    point_to(answer.headers_mut(), &offer_path(wanted), "payment");
    if let Some(terms) = &site.site.terms {
        point_to(answer.headers_mut(), terms, "terms-of-service");
    }
    answer
}

/// Where the offer of a page is.
pub(super) fn offer_path(wanted: &ReturnPath) -> String {
    format!("/_tollhouse/join?to={}", wanted.as_query_value())
}

/// The gate that keeps this visitor from a page; none if it is open to him.
pub(super) fn closed_by<'a>(visit: &'a Visit, to: &ReturnPath, now: Timestamp) -> Option<&'a Gate> {
    let config = &visit.site.config;
    let path = site_path(&visit.site, to)?;
    match gate::decide(&path, Intent::Look, &config.gates, visit.visitor.standing(), now) {
        Verdict::Charge(gate) => Some(gate),
        Verdict::Admit(_) => None,
    }
}

/// The path of a page as the gates judge it.
pub(super) fn site_path(site: &Site, to: &ReturnPath) -> Option<SitePath> {
    let target = to.as_str().split('#').next().unwrap_or_default();
    SitePath::canonical(target.as_bytes(), |host| site.config.site.url.is_authority(host)).ok()
}

/// The plans that open a gate.
pub(super) fn openers(gate: &Gate) -> &BTreeSet<PlanId> {
    static NONE: BTreeSet<PlanId> = BTreeSet::new();
    match &gate.access {
        Access::Open => &NONE,
        Access::Plans(plans) => plans,
    }
}

pub(super) fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

fn page(desk: &Desk, status: StatusCode, offer: &Offer<'_>, to: &ReturnPath) -> Response {
    let mut page = desk.views.offer(status, offer);
    point_to(page.headers_mut(), &offer_path(to), "payment");
    page
}

/// RFC 8288, for programs.
fn point_to(headers: &mut HeaderMap, address: &str, relation: &str) {
    if let Ok(link) = HeaderValue::from_str(&format!("<{address}>; rel=\"{relation}\"")) {
        headers.append(header::LINK, link);
    }
}

fn no_such_plan(site: &Site) -> Problem {
    let all = site.config.site.url.join("/_tollhouse/join");
    Problem::new(StatusCode::NOT_FOUND, "no-plan").naming("url", all)
}

fn cycle_word(cycle: Cycle) -> &'static str {
    match cycle {
        Cycle::Once => "once",
        Cycle::Day => "every day",
        Cycle::Week => "every week",
        Cycle::Month => "every month",
        Cycle::Year => "every year",
    }
}
