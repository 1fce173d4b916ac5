//! On the way to Stripe Checkout: whether to open a session, use one again, or none at all.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use futures_util::future::join_all;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::input::Sent;
use super::join::{self, see_other};
use super::problem::Problem;
use super::visitor::{Visit, Visitor};
use super::{Desk, returned};
use crate::crypto;
use crate::domain::gate::Gate;
use crate::domain::ids::{CustomerId, PriceId};
use crate::domain::ledger::{Item, Ledger, free_days};
use crate::domain::plan::Offered;
use crate::domain::return_path::ReturnPath;
use crate::passes::OPEN_CHECKOUTS;
use crate::store::BegunCheckout;
use crate::stripe::{Buyer, Checkout, CheckoutState, Order, Payment, StripeError};

/// What a button of the offer sends.
#[derive(Deserialize)]
pub(super) struct Chosen {
    price: String,
    to: Option<String>,
}

/// A checkout of this browser, as we began it and as Stripe tells it now.
pub(super) struct OfThisBrowser {
    pub(super) nonce: String,
    pub(super) begun: BegunCheckout,
    pub(super) now: Checkout,
}

/// Where a visitor who wants to buy goes.
enum Way {
    /// To the end of a checkout that he has paid, or is paying, already.
    Return(BegunCheckout),
    /// To an open session of his.
    Again(String),
    /// To a new session.
    New,
}

/// A button of the offer was pressed.
pub(super) async fn from_offer(
    State(desk): State<Arc<Desk>>,
    visit: Visit,
    Sent(chosen): Sent<Chosen>,
) -> Result<Response, Problem> {
    let to = ReturnPath::or_home(chosen.to.as_deref().unwrap_or("/"));
    let price = PriceId::parse(&chosen.price).ok();
    let Some(offered) = price.and_then(|id| visit.site.config.catalog.priced(&id)) else {
        return Err(Problem::bad_request(
            "This price is not for sale here any more. Go back to the page and choose again.",
        ));
    };
    go(&desk, &visit, offered, &to).await
}

/// A page load of a gate with one price goes straight to the till.
pub(super) async fn from_page_load(
    desk: &Desk,
    visit: &Visit,
    gate: &Gate,
    wanted: &ReturnPath,
) -> Result<Response, Problem> {
    let mut prices = visit.site.config.catalog.prices_of(join::openers(gate));
    match (prices.next(), prices.next()) {
        (Some(only), None) => go(desk, visit, only, wanted).await,
        (Some(_), Some(_)) | (None, _) => join::offer_in_place(desk, visit, gate, wanted).await,
    }
}

async fn go(
    desk: &Desk,
    visit: &Visit,
    offered: Offered<'_>,
    to: &ReturnPath,
) -> Result<Response, Problem> {
    let standing = match &visit.visitor {
        Visitor::Unclear => return Err(Problem::cannot_look_up()),
        Visitor::Reader(_) | Visitor::Stranger { .. } => visit.visitor.standing(),
    };
    let (catalog, plan) = (&visit.site.config.catalog, &offered.plan.id);
    let ledger = ledger_of(desk, &visit.visitor).await?;
    if catalog.has(&standing, plan, desk.clock.now()) {
        return Ok(see_other(to.as_str()));
    }
    let standing = ledger.as_ref().map(|ledger| visit.site.standing(ledger));
    if standing.is_some_and(|standing| catalog.awaits(&standing, plan)) {
        return Ok(returned::waiting(desk, visit, StatusCode::OK, to));
    }
    let buyer = buyer(&visit.visitor, ledger.as_ref());
    let mine = checkouts_of(desk, visit).await?;
    match way(visit, &mine, offered, to, &buyer) {
        Way::Return(begun) => Ok(see_other(&returned::path(&begun.id))),
        Way::Again(url) => Ok(to_stripe(&url)),
        Way::New => {
            let order = order(visit, offered, to, buyer, ledger.as_ref());
            open(desk, visit, &order, to, &mine).await
        }
    }
}

/// Judges what this browser has begun already, before anything new is opened.
fn way(
    visit: &Visit,
    mine: &[OfThisBrowser],
    offered: Offered<'_>,
    to: &ReturnPath,
    buyer: &Buyer,
) -> Way {
    let catalog = &visit.site.config.catalog;
    for one in mine {
        let buys = |price: &PriceId| {
            let bought = catalog.priced(price);
            bought.is_some_and(|bought| catalog.confers(&bought.plan.id, &offered.plan.id))
        };
        match (&one.now.state, one.now.payment) {
            (CheckoutState::Complete, Payment::Paid | Payment::NotRequired | Payment::Unpaid)
                if buys(&one.begun.price) =>
            {
                return Way::Return(one.begun.clone());
            }
            (CheckoutState::Open { url: Some(url), .. }, _)
                if one.begun.price == offered.price.id
                    && one.begun.return_to == to.as_str()
                    && is_of(&one.now, buyer) =>
            {
                return Way::Again(url.clone());
            }
            (CheckoutState::Open { .. } | CheckoutState::Complete | CheckoutState::Expired, _) => {}
        }
    }
    Way::New
}

/// Whether an open session was made for whoever would pay it now.
fn is_of(checkout: &Checkout, buyer: &Buyer) -> bool {
    match buyer {
        Buyer::Stranger => checkout.reader.is_none() && checkout.customer.is_none(),
        Buyer::Customer(customer) => checkout.customer.as_ref() == Some(customer),
        Buyer::Reader(reader) => checkout.reader.as_ref() == Some(reader),
    }
}

/// The checkouts that this browser began and can still come back from. One that Stripe no
/// longer knows is left out; a Stripe that cannot be asked is a reason to open nothing.
pub(super) async fn checkouts_of(
    desk: &Desk,
    visit: &Visit,
) -> Result<Vec<OfThisBrowser>, Problem> {
    let mut nonces = visit.site.passes.checkouts(&visit.headers);
    nonces.truncate(OPEN_CHECKOUTS);
    let begun = desk.store.checkouts(nonces).await?;
    let asked =
        begun.into_iter().map(async |(nonce, begun)| match desk.stripe.checkout(&begun.id).await {
            Ok(now) => Ok(Some(OfThisBrowser { nonce, begun, now })),
            Err(StripeError::NotFound(_)) => Ok(None),
            Err(problem) => Err(problem),
        });
    let found: Vec<Result<Option<OfThisBrowser>, StripeError>> = join_all(asked).await;
    let found = found.into_iter().collect::<Result<Vec<_>, _>>().map_err(Problem::at_the_till)?;
    Ok(found.into_iter().flatten().collect())
}

pub(super) async fn ledger_of(desk: &Desk, visitor: &Visitor) -> Result<Option<Ledger>, Problem> {
    let Some(known) = visitor.reader() else { return Ok(None) };
    let account = desk.store.account(known.reader.clone()).await?;
    Ok(account.map(|account| account.ledger))
}

/// A reader who has bought before buys as the customer that he was: the one who pays longest.
fn buyer(visitor: &Visitor, ledger: Option<&Ledger>) -> Buyer {
    let Some(known) = visitor.reader() else { return Buyer::Stranger };
    match ledger.and_then(customer) {
        Some(customer) => Buyer::Customer(customer),
        None => Buyer::Reader(known.reader.clone()),
    }
}

fn customer(ledger: &Ledger) -> Option<CustomerId> {
    let last_end = |items: &[Item]| items.iter().map(|item| item.period_end).max();
    let subscriber = ledger.subscriptions.iter().max_by_key(|one| last_end(&one.items));
    let buyer = ledger.purchases.iter().find_map(|one| one.customer.clone());
    subscriber.map(|one| one.customer.clone()).or(buyer)
}

async fn open(
    desk: &Desk,
    visit: &Visit,
    order: &Order,
    to: &ReturnPath,
    mine: &[OfThisBrowser],
) -> Result<Response, Problem> {
    let address = visit.client.address;
    let exempt = visit.site.config.site.is_exempt_from_limits(address);
    if !exempt && !desk.limits.admits_checkout(address) {
        let advice = "Too many payments were begun from your network. Please wait a few minutes, then try again.";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "One moment, please", advice));
    }
    let nonce = crypto::random_name();
    let opened = desk.stripe.open_checkout(order, &format!("checkout-{nonce}")).await;
    let opened = opened.map_err(Problem::at_the_till)?;
    let begun = BegunCheckout {
        id: opened.id,
        price: order.price.clone(),
        return_to: to.as_str().to_owned(),
        created_at: desk.clock.now(),
    };
    desk.store.remember_checkout(begun, nonce.clone()).await?;
    let mut answer = to_stripe(&opened.url);
    let passes = &visit.site.passes;
    answer.headers_mut().append(header::SET_COOKIE, passes.set_checkout(&nonce));
    for nonce in too_many(visit, mine) {
        answer.headers_mut().append(header::SET_COOKIE, passes.take_checkout(&nonce));
    }
    Ok(answer)
}

/// The cookies that make room for one more: dead ones first, then the oldest.
fn too_many(visit: &Visit, mine: &[OfThisBrowser]) -> Vec<String> {
    let mut sent = visit.site.passes.checkouts(&visit.headers);
    let age = |nonce: &String| {
        mine.iter().find(|one| one.nonce == *nonce).map(|one| one.begun.created_at)
    };
    sent.sort_by_key(age);
    let surplus = (sent.len() + 1).saturating_sub(OPEN_CHECKOUTS);
    sent.truncate(surplus);
    sent
}

fn order(
    visit: &Visit,
    offered: Offered<'_>,
    to: &ReturnPath,
    buyer: Buyer,
    ledger: Option<&Ledger>,
) -> Order {
    let config = &visit.site.config;
    let url = |path: &str| config.site.url.join(path);
    Order {
        plan: offered.plan.id.clone(),
        price: offered.price.id.clone(),
        cycle: offered.price.cycle,
        buyer,
        // Not encoded: Stripe looks for these very characters.
        success_url: url("/_tollhouse/return?session_id={CHECKOUT_SESSION_ID}"),
        cancel_url: url(&format!("{}&left=1", join::offer_path(to))),
        site: config.site.url.as_str().to_owned(),
        reference: visit.visitor.reader().map(|known| known.reader.to_string()),
        trial_days: free_days(offered, ledger, &config.catalog),
        promotion_codes: config.stripe.promotion_codes,
        // Stripe takes Markdown links here.
        note: Some(format!("Already have access? [Sign in]({})", url("/_tollhouse/sign-in"))),
    }
}

fn to_stripe(url: &str) -> Response {
    match HeaderValue::from_str(url) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(problem) => {
            Problem::at_the_till(StripeError::Malformed(problem.to_string())).into_response()
        }
    }
}
