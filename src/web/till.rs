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
use super::{Desk, account, count, returned, sign_in};
use crate::crypto;
use crate::domain::gate::Gate;
use crate::domain::ids::{CheckoutId, CustomerId, PriceId};
use crate::domain::ledger::{Item, Ledger, free_days, owes_for};
use crate::domain::plan::Offered;
use crate::domain::return_path::ReturnPath;
use crate::passes::OPEN_CHECKOUTS;
use crate::store::BegunCheckout;
use crate::stripe::{Buyer, Checkout, CheckoutState, OpenCheckout, Order, Payment, StripeError};

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

/// What somebody wants: a price, and then a page.
struct Wish<'a> {
    offered: Offered<'a>,
    to: &'a ReturnPath,
}

/// Where a visitor who wants to buy goes.
enum Way {
    /// To the end of a checkout that he has paid, or is paying, already.
    Return(BegunCheckout),
    /// To an open session of his, which leads to the page that he wants now.
    Again { checkout: CheckoutId, url: String },
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
        return Err(Problem::bad_request("no-price"));
    };
    go(&desk, &visit, Wish { offered, to: &to }).await
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
        (Some(offered), None) => match go(desk, visit, Wish { offered, to: wanted }).await {
            // Whoever looks around has done nothing wrong, and may know how to sign in.
            Err(problem) if problem.status() == StatusCode::TOO_MANY_REQUESTS => {
                join::offer_in_place(desk, visit, gate, wanted).await
            }
            answer => answer,
        },
        (Some(_), Some(_)) | (None, _) => join::offer_in_place(desk, visit, gate, wanted).await,
    }
}

/// Whether this browser began a checkout, from which it is to come back.
pub(super) fn may_have_paid(visit: &Visit) -> bool {
    !visit.site.passes.checkouts(&visit.headers).is_empty()
}

/// What cannot be done now is tried again from the page that is wanted, which leads here.
async fn go(desk: &Desk, visit: &Visit, wish: Wish<'_>) -> Result<Response, Problem> {
    let to = wish.to;
    sell(desk, visit, wish).await.map_err(|problem| problem.again_at(to.as_str()))
}

async fn sell(desk: &Desk, visit: &Visit, wish: Wish<'_>) -> Result<Response, Problem> {
    let Wish { offered, to } = wish;
    let standing = match &visit.visitor {
        Visitor::Unclear => return Err(Problem::cannot_look_up()),
        Visitor::Reader(_) | Visitor::Stranger { .. } => visit.visitor.standing(),
    };
    let (catalog, plan) = (&visit.site.config.catalog, &offered.plan.id);
    let ledger = ledger_of(desk, &visit.visitor).await?;
    if catalog.has(standing, plan, desk.clock.now()) {
        return Ok(see_other(to.as_str()));
    }
    if let Some(ledger) = &ledger {
        if catalog.awaits(&visit.site.standing(ledger), plan) {
            return Ok(returned::waiting(desk, StatusCode::OK, to));
        }
        // Stripe still tries to collect for it: another subscription would be paid twice.
        if owes_for(ledger, plan, catalog) {
            return Ok(see_other(&account::path(to)));
        }
    }
    let buyer = buyer(&visit.visitor, ledger.as_ref());
    let mine = checkouts_of(desk, visit).await?;
    match way(visit, &of_whoever_is_here(desk, visit, &mine).await?, offered, &buyer) {
        Way::Return(begun) => Ok(see_other(&returned::path(&begun.id))),
        Way::Again { checkout, url } => {
            let led = desk.store.lead_checkout(checkout, to.as_str().to_owned()).await;
            led.map_err(|problem| Problem::cannot_sell(&problem))?;
            Ok(to_stripe(&url))
        }
        Way::New => {
            let order = order(desk, visit, &wish, buyer, ledger.as_ref());
            open(desk, visit, order, to, &mine).await
        }
    }
}

/// Judges what this browser has begun already, before anything new is opened.
fn way(visit: &Visit, his: &[&OfThisBrowser], offered: Offered<'_>, buyer: &Buyer) -> Way {
    let catalog = &visit.site.config.catalog;
    for one in his {
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
                if one.begun.price == offered.price.id && is_of(&one.now, buyer) =>
            {
                return Way::Again { checkout: one.begun.id.clone(), url: url.clone() };
            }
            (CheckoutState::Open { .. } | CheckoutState::Complete | CheckoutState::Expired, _) => {}
        }
    }
    Way::New
}

/// What of this browser's is not somebody else's: what another began here signed in, or paid for
/// here before he proved an address, is not for whoever is signed in now.
async fn of_whoever_is_here<'m>(
    desk: &Desk,
    visit: &Visit,
    mine: &'m [OfThisBrowser],
) -> Result<Vec<&'m OfThisBrowser>, Problem> {
    let Some(known) = visit.visitor.reader() else { return Ok(mine.iter().collect()) };
    let mut his = Vec::with_capacity(mine.len());
    for one in mine {
        let is_his = match &one.begun.reader {
            Some(of) => *of == known.reader,
            None => {
                let (bought, reader) = (one.now.subject(), known.reader.clone());
                !desk.store.is_proven_anothers(bought, reader).await?
            }
        };
        his.extend(is_his.then_some(one));
    }
    Ok(his)
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
    let begun = desk.store.checkouts(visit.site.passes.checkouts(&visit.headers)).await;
    let begun = begun.map_err(|problem| Problem::cannot_sell(&problem))?;
    let asked = begun.into_iter().map(async |(nonce, begun)| {
        match visit.stripe.checkout(&begun.id).await {
            Ok(now) => Ok(Some(OfThisBrowser { nonce, begun, now })),
            Err(StripeError::NotFound(_)) => Ok(None),
            Err(problem) => Err(problem),
        }
    });
    let found: Vec<Result<Option<OfThisBrowser>, StripeError>> = join_all(asked).await;
    let found = found
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|problem| Problem::at_the_till(&problem))?;
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
    let buyer = ledger.purchases.iter().find_map(|one| one.buyer.customer().cloned());
    subscriber.map(|one| one.customer.clone()).or(buyer)
}

async fn open(
    desk: &Desk,
    visit: &Visit,
    order: Order,
    to: &ReturnPath,
    mine: &[OfThisBrowser],
) -> Result<Response, Problem> {
    count(visit, &desk.limits.checkouts, "too-many-checkouts")?;
    // What could not be remembered could be paid, but nobody could come back from it.
    desk.store.takes_writes().await.map_err(|problem| Problem::cannot_sell(&problem))?;
    let nonce = crypto::random_name();
    let price = order.price.clone();
    let gone = make_room(visit, &price, mine).await;
    let opened = at_stripe(visit, order).await.map_err(|problem| Problem::at_the_till(&problem))?;
    let begun = BegunCheckout {
        id: opened.id,
        price,
        return_to: to.as_str().to_owned(),
        created_at: desk.clock.now(),
        reader: visit.visitor.reader().map(|known| known.reader.clone()),
    };
    let remembered = desk.store.remember_checkout(begun, nonce.clone()).await;
    remembered.map_err(|problem| Problem::cannot_sell(&problem))?;
    let mut answer = to_stripe(&opened.url);
    let passes = &visit.site.passes;
    answer.headers_mut().append(header::SET_COOKIE, passes.set_checkout(&nonce));
    for nonce in gone {
        answer.headers_mut().append(header::SET_COOKIE, passes.take_checkout(&nonce));
    }
    Ok(answer)
}

/// Opens a session. A customer to whom Stripe does not sell this, because he was deleted, say, or
/// subscribes in another currency, buys as the reader that he is here.
async fn at_stripe(visit: &Visit, order: Order) -> Result<OpenCheckout, StripeError> {
    // Not the nonce: what stands in Stripe's request log must not sign anybody in.
    let once = || format!("checkout-{}", crypto::random_name());
    let answer = visit.stripe.open_checkout(&order, &once()).await;
    match (answer, &order.buyer, visit.visitor.reader()) {
        (Err(problem @ StripeError::Refused { .. }), Buyer::Customer(customer), Some(known)) => {
            tracing::warn!(%customer, %problem, "this customer cannot buy; he does as a new one");
            let order = Order { buyer: Buyer::Reader(known.reader.clone()), ..order };
            visit.stripe.open_checkout(&order, &once()).await
        }
        (answer, _, _) => answer,
    }
}

/// Makes room for one more checkout and its cookie; returns the nonces that are of no use any
/// more. What is paid still has to come back, and is kept. What is open for the same price, and
/// for somebody else than who asks now, is closed, so that it is not paid too; then the oldest,
/// at Stripe first, so that nobody pays where he cannot return.
async fn make_room(visit: &Visit, price: &PriceId, mine: &[OfThisBrowser]) -> Vec<String> {
    let sent = visit.site.passes.checkouts(&visit.headers);
    let is_dead = |nonce: &String| {
        let known = mine.iter().find(|one| one.nonce == *nonce);
        known.is_none_or(|one| one.now.state == CheckoutState::Expired)
    };
    let (mut gone, kept): (Vec<String>, Vec<String>) = sent.into_iter().partition(is_dead);
    let mut open: Vec<&OfThisBrowser> =
        mine.iter().filter(|one| matches!(one.now.state, CheckoutState::Open { .. })).collect();
    open.sort_by_key(|one| (one.begun.price != *price, one.begun.created_at));
    let same = open.iter().filter(|one| one.begun.price == *price).count();
    let surplus = (kept.len() + 1).saturating_sub(OPEN_CHECKOUTS);
    for one in open.into_iter().take(surplus.max(same)) {
        if returned::close(visit, &one.begun).await {
            gone.push(one.nonce.clone());
        }
    }
    gone
}

fn order(
    desk: &Desk,
    visit: &Visit,
    wish: &Wish<'_>,
    buyer: Buyer,
    ledger: Option<&Ledger>,
) -> Order {
    let config = &visit.site.config;
    let Wish { offered, to } = *wish;
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
        note: note(desk, visit, &url(&sign_in::path(to)), &url(sign_in::PATH)),
        language: desk.language_of(visit),
    }
}

/// The longest text that Stripe takes beside its button:
/// <https://docs.stripe.com/api/checkout/sessions/create>, `custom_text`.
const LONGEST_NOTE: usize = 1_200;

/// What stands beside the button to pay, with a link: to where whoever signs in comes back to his
/// page, if that is not too long.
fn note(desk: &Desk, visit: &Visit, sign_in: &str, sign_in_alone: &str) -> Option<String> {
    let words = |url| desk.views.till_note(&visit.headers, url);
    words(sign_in).filter(|it| it.len() <= LONGEST_NOTE).or_else(|| words(sign_in_alone))
}

fn to_stripe(url: &str) -> Response {
    match HeaderValue::from_str(url) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(problem) => {
            Problem::at_the_till(&StripeError::Malformed(problem.to_string())).into_response()
        }
    }
}
