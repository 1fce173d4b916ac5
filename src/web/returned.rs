//! Back from Stripe Checkout: look what was paid, sign in, and on to the page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, header};
use serde::Deserialize;

use super::input::Asked;
use super::join::{offer_path, see_other};
use super::problem::Problem;
use super::till::{self, OfThisBrowser};
use super::views::{Awaited, PaidPage};
use super::visitor::{Visit, seal};
use super::{Desk, account, bounces, sign_in};
use crate::billing::BillingError;
use crate::domain::ids::{CheckoutId, CustomerId, ReaderId, Subject};
use crate::domain::return_path::ReturnPath;
use crate::domain::standing::Standing;
use crate::store::{BegunCheckout, StoreError};
use crate::stripe::{Checkout, CheckoutState, Expiry, Payment, StripeError};

/// What the address says, which we gave to Stripe.
#[derive(Deserialize)]
pub(super) struct FromWhere {
    /// The checkout; Stripe puts its id there.
    session_id: Option<String>,
    /// The customer whose portal it was.
    customer: Option<String>,
    /// The page from which he went to his account and the portal.
    to: Option<String>,
    /// How often the page has looked again by itself.
    #[serde(default)]
    looked: u8,
}

/// Where Stripe sends a buyer.
pub(super) fn path(checkout: &CheckoutId) -> String {
    format!("/_tollhouse/return?session_id={checkout}")
}

/// Where the Customer Portal leads back to.
pub(super) fn path_from_portal(customer: &CustomerId, to: &ReturnPath) -> String {
    let path = format!("/_tollhouse/return?customer={customer}");
    if *to == ReturnPath::home() {
        return path;
    }
    format!("{path}&to={}", to.as_query_value())
}

/// Back from the checkout, or from the portal.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Asked(asked): Asked<FromWhere>,
) -> Result<Response, Problem> {
    let session = asked.session_id.as_deref().map(CheckoutId::parse);
    let customer = asked.customer.as_deref().map(CustomerId::parse);
    match (session, customer) {
        (Some(Ok(id)), None) => from_checkout(&desk, &visit, id, asked.looked).await,
        (None, Some(Ok(customer))) => {
            let to = asked.to.as_deref().map_or_else(ReturnPath::home, ReturnPath::or_home);
            from_portal(&desk, &visit, customer, &to).await
        }
        (_, _) => Err(Problem::bad_request("incomplete-address")),
    }
}

/// Looks at what was changed, so that the account tells it at once; the webhook may be a moment
/// later, and tells it anyway if Stripe cannot be asked.
async fn from_portal(
    desk: &Desk,
    visit: &Visit,
    customer: CustomerId,
    to: &ReturnPath,
) -> Result<Response, Problem> {
    let ledger = till::ledger_of(desk, &visit.visitor).await?;
    if ledger.is_some_and(|ledger| ledger.customers().contains(&customer))
        && let Err(problem) =
            desk.billing.asking(&visit.stripe).fulfil(&Subject::Customer(customer)).await
    {
        Problem::after_paying(&problem).log();
    }
    Ok(see_other(&account::path(to)))
}

/// Why a buyer is not where he wanted to go.
enum Hitch {
    /// Neither will asking again help.
    Wrong(Problem),
    /// It is not known yet what he paid.
    Untold(BillingError),
}

impl From<Problem> for Hitch {
    fn from(problem: Problem) -> Self {
        Self::Wrong(problem)
    }
}

impl<E: Into<BillingError>> From<E> for Hitch {
    fn from(error: E) -> Self {
        Self::Untold(error.into())
    }
}

/// Lets a buyer in; or says so, and looks again, as long as Stripe or the store does not tell.
async fn from_checkout(
    desk: &Desk,
    visit: &Visit,
    id: CheckoutId,
    looked: u8,
) -> Result<Response, Problem> {
    match arrive(desk, visit, &id).await {
        Ok(answer) => Ok(answer),
        Err(Hitch::Wrong(problem)) => Err(problem),
        Err(Hitch::Untold(error)) => unconfirmed(desk, &id, looked, &error),
    }
}

/// Fulfils, signs in, and goes on; as often as it is asked for.
async fn arrive(desk: &Desk, visit: &Visit, id: &CheckoutId) -> Result<Response, Hitch> {
    // Stripe is asked about checkouts that were begun here only: not about what anybody makes up.
    let Some(begun) = desk.store.checkout(id.clone()).await? else {
        return Err(Problem::no_such_page().into());
    };
    let is_his = was_begun_here(desk, visit, &begun).await?;
    let to = if is_his { ReturnPath::or_home(&begun.return_to) } else { ReturnPath::home() };
    let checkout = match visit.stripe.checkout(id).await {
        Ok(checkout) => checkout,
        Err(StripeError::NotFound(_)) => return Err(Problem::no_such_page().into()),
        Err(problem) => return Err(problem.into()),
    };
    match checkout.state {
        CheckoutState::Complete => {}
        CheckoutState::Open { .. } | CheckoutState::Expired => {
            return Ok(see_other(&offer_path(&to)));
        }
    }
    let Some(recorded) = desk.billing.asking(&visit.stripe).fulfil(&checkout.subject()).await?
    else {
        return Err(Problem::no_such_page().into());
    };
    let here = visit.visitor.reader().map(|known| known.reader.clone());
    let may_come_back = is_his || here.as_ref() == Some(&recorded.reader);
    let reader = if may_come_back {
        let others = begun_here(desk, visit).await?.into_iter().filter(|other| other != id);
        desk.store.came_back(id.clone(), checkout.subject(), here, others.collect()).await?
    } else {
        None
    };
    match reader {
        Some(reader) => welcome(desk, visit, &checkout, reader, &to).await,
        None => {
            bounces::paid(desk, visit, &begun.return_to);
            sign_in::write_to_buyer(desk, visit, checkout.subject(), &to).await?;
            Ok(desk.views.paid_elsewhere(&PaidPage {
                on_its_way: checkout.payment == Payment::Unpaid,
                no_cookie: !visit.headers.contains_key(header::COOKIE),
            }))
        }
    }
}

/// Seconds until the page looks again by itself, each time longer, so that many buyers who wait
/// do not keep a Stripe down that comes up again.
const LOOK_AGAIN_SECONDS: [u8; 5] = [5, 10, 20, 40, 60];

/// It is not known now what was paid, and will be: the page says so, and looks again.
fn unconfirmed(
    desk: &Desk,
    id: &CheckoutId,
    looked: u8,
    error: &BillingError,
) -> Result<Response, Problem> {
    let problem = Problem::after_paying(error);
    let whom = match error {
        BillingError::Stripe(error) if error.is_passing() => Awaited::Stripe,
        BillingError::Stripe(_) => return Err(problem),
        BillingError::Store(_) => Awaited::Store,
    };
    problem.log();
    let last = LOOK_AGAIN_SECONDS.len() - 1;
    let seconds = LOOK_AGAIN_SECONDS[usize::from(looked).min(last)];
    let next = format!("{}&looked={}", path(id), looked.saturating_add(1));
    Ok(desk.views.unconfirmed(whom, &next, seconds))
}

/// Whether this browser began the checkout, or is signed in as whoever began or came back from it.
async fn was_begun_here(
    desk: &Desk,
    visit: &Visit,
    begun: &BegunCheckout,
) -> Result<bool, StoreError> {
    let here = visit.visitor.reader().map(|known| &known.reader);
    if here.is_some() && here == begun.reader.as_ref() {
        return Ok(true);
    }
    Ok(begun_here(desk, visit).await?.contains(&begun.id))
}

/// The checkouts that this browser began.
async fn begun_here(desk: &Desk, visit: &Visit) -> Result<Vec<CheckoutId>, StoreError> {
    let mine = desk.store.checkouts(visit.site.passes.checkouts(&visit.headers)).await?;
    Ok(mine.into_iter().map(|(_, begun)| begun.id).collect())
}

/// Signs the buyer in, and shows him what he bought, or that the money is on its way.
async fn welcome(
    desk: &Desk,
    visit: &Visit,
    checkout: &Checkout,
    reader: ReaderId,
    to: &ReturnPath,
) -> Result<Response, Hitch> {
    let session = desk.store.begin_session(reader.clone(), visit.arrival(desk)).await?;
    let Some(account) = desk.store.account(reader.clone()).await? else {
        let vanished = "a reader vanished while he was signed in";
        return Err(Problem::cannot_look_up().because(vanished).into());
    };
    let now = desk.clock.now();
    let standing = visit.site.standing(&account.ledger);
    let catalog = &visit.site.config.catalog;
    let bought = || {
        let offered = checkout.prices.iter().filter_map(|id| catalog.priced(id));
        offered.map(|offered| &offered.plan.id)
    };
    let mut answer = if bought().any(|plan| catalog.has(&standing, plan, now)) {
        bounces::led(desk, visit, to.as_str(), Some(&session));
        see_other(to.as_str())
    } else if bought().any(|plan| catalog.awaits(&standing, plan)) {
        waiting(desk, StatusCode::OK, to)
    } else {
        see_other(&offer_path(to))
    };
    let cookies = answer.headers_mut();
    if let Some(pass) = seal(&visit.site, &session, &account, &standing, now) {
        cookies.append(header::SET_COOKIE, pass);
    }
    for nonce in close_others(desk, visit, checkout, &reader, &standing).await {
        cookies.append(header::SET_COOKIE, visit.site.passes.take_checkout(&nonce));
    }
    Ok(answer)
}

/// Closes the other open checkouts of this browser, and of this reader anywhere, for what he has
/// by now, so that no forgotten tab charges him again. Returns the nonces that are of no use any
/// more.
async fn close_others(
    desk: &Desk,
    visit: &Visit,
    paid: &Checkout,
    reader: &ReaderId,
    standing: &Standing,
) -> Vec<String> {
    let (mine, elsewhere) = match others(desk, visit, reader).await {
        Ok(others) => others,
        Err(problem) => {
            problem.log();
            return Vec::new();
        }
    };
    let (now, catalog) = (desk.clock.now(), &visit.site.config.catalog);
    let has = |begun: &BegunCheckout| {
        catalog.priced(&begun.price).is_some_and(|offered| {
            let plan = &offered.plan.id;
            catalog.has(standing, plan, now) || catalog.awaits(standing, plan)
        })
    };
    let mut used = Vec::new();
    for OfThisBrowser { nonce, begun, now: checkout } in &mine {
        let is_used = match checkout.state {
            CheckoutState::Open { .. } => has(begun) && close(visit, begun).await,
            CheckoutState::Expired => true,
            // Another one that was paid still has to come back.
            CheckoutState::Complete => begun.id == paid.id,
        };
        if is_used {
            used.push(nonce.clone());
        }
    }
    let is_mine = |begun: &BegunCheckout| mine.iter().any(|one| one.begun.id == begun.id);
    for begun in elsewhere.iter().filter(|begun| !is_mine(begun) && has(begun)) {
        close(visit, begun).await;
    }
    used
}

async fn others(
    desk: &Desk,
    visit: &Visit,
    reader: &ReaderId,
) -> Result<(Vec<OfThisBrowser>, Vec<BegunCheckout>), Problem> {
    let mine = till::checkouts_of(desk, visit).await?;
    Ok((mine, desk.store.checkouts_of(reader.clone()).await?))
}

/// Closes a checkout that is open at Stripe; tells whether nobody can come back from it any more.
pub(super) async fn close(visit: &Visit, begun: &BegunCheckout) -> bool {
    match visit.stripe.expire_checkout(&begun.id).await {
        Ok(Expiry::Closed | Expiry::AlreadyExpired) => true,
        // It was paid this very moment.
        Ok(Expiry::AlreadyComplete) => false,
        Err(problem) => {
            tracing::warn!(checkout = %begun.id, %problem, "cannot close a checkout that is not needed");
            false
        }
    }
}

/// "The money is on its way": bank debits take days.
pub(super) fn waiting(desk: &Desk, status: StatusCode, to: &ReturnPath) -> Response {
    desk.views.waiting(status, to)
}
