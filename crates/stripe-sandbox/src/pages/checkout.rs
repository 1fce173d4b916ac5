//! The hosted checkout page, and the bank's page for 3-D Secure.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{missing, notice, page, rich_text, see_other};
use crate::calendar;
use crate::cards;
use crate::form::Form;
use crate::money;
use crate::object::checkout_session::{CheckoutSession, Mode, SessionState, Trial};
use crate::object::payment_method::Means;
use crate::shared::Shared;
use crate::world::{Payment, Refusal, Step, World};

/// What the page says after a try that did not work.
#[derive(Default)]
struct Problem {
    payment: Option<&'static str>,
    email: Option<&'static str>,
    code: Option<&'static str>,
    /// What was typed, to be shown again.
    typed_email: String,
    typed_code: String,
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with(|world| render(world, &id, &Problem::default()))
}

/// "Pay", or "Apply" next to the promotion code.
pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::parse(&body);
    let response = shared.with(|world| match form.text("action") {
        Some("apply_code") => apply_code(world, &id, &form),
        _ => pay(world, &id, &form),
    });
    if response.status() == StatusCode::SEE_OTHER {
        shared.before_return().await;
    }
    response
}

fn apply_code(world: &mut World, id: &str, form: &Form) -> Response {
    let typed_code = form.text("promotion_code").unwrap_or_default().to_owned();
    let code = (!world.apply_code(id, &typed_code)).then_some("This code is invalid.");
    let typed_email = form.text("email").unwrap_or_default().to_owned();
    render(world, id, &Problem { code, typed_email, typed_code, ..Problem::default() })
}

fn pay(world: &mut World, id: &str, form: &Form) -> Response {
    let typed_email = form.text("email").unwrap_or_default().trim().to_owned();
    let email = world.checkout_email(id).unwrap_or_else(|| typed_email.clone());
    let problem = Problem { typed_email, ..Problem::default() };
    if !email.contains('@') {
        return render(world, id, &Problem { email: Some("Enter an e-mail address."), ..problem });
    }
    let means = match means(form) {
        Ok(means) => means,
        Err(text) => return render(world, id, &Problem { payment: Some(text), ..problem }),
    };
    match world.pay(id, Payment { email, means }) {
        Ok(step) => next_page(world, id, step),
        Err(refusal) => render(world, id, &Problem { payment: Some(said(refusal)), ..problem }),
    }
}

fn means(form: &Form) -> Result<Option<Means>, &'static str> {
    match (form.text("pay_with"), form.text("card_number")) {
        (Some("bank_debit"), _) => Ok(Some(Means::BankDebit)),
        (_, None) => Ok(None),
        (_, Some(number)) => {
            let card = cards::find(number).map(Means::Card);
            card.map(Some).ok_or("This is not a test card. The sandbox takes no real cards.")
        }
    }
}

fn next_page(world: &World, id: &str, step: Step) -> Response {
    match (step, world.checkout_sessions.get(id)) {
        (Step::Return, Some(session)) => see_other(&session.return_address()),
        (Step::Authenticate, Some(_)) => {
            see_other(&format!("{}/authenticate", world.checkout_url(id)))
        }
        (_, None) => missing("There is no such checkout."),
    }
}

fn said(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Closed => "This checkout is closed.",
        Refusal::Declined(decline) => decline.message,
        Refusal::NothingToPayWith => "Enter a card number, or choose the bank debit.",
    }
}

pub(super) async fn show_challenge(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    shared.with(|world| match world.checkout_sessions.get(&id).map(|session| &session.state) {
        None => missing("There is no such checkout."),
        Some(SessionState::Open { challenged: Some(challenged) }) => {
            let session = world.checkout_sessions.known(&id);
            let amount = money::shown(world.totals(session).total, &session.order.currency);
            let context = json!({ "amount": amount, "last4": challenged.card.last4 });
            page(StatusCode::OK, "challenge.html", &context)
        }
        Some(
            SessionState::Open { challenged: None }
            | SessionState::Complete(_)
            | SessionState::Expired,
        ) => see_other(&world.checkout_url(&id)),
    })
}

/// "Complete" or "Fail" on the bank's page.
pub(super) async fn authenticate(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let complete = Form::parse(&body).text("outcome") == Some("complete");
    let response = shared.with(|world| match world.authenticate(&id, complete) {
        Ok(step) => next_page(world, &id, step),
        Err(refusal) => {
            render(world, &id, &Problem { payment: Some(said(refusal)), ..Problem::default() })
        }
    });
    if response.status() == StatusCode::SEE_OTHER {
        shared.before_return().await;
    }
    response
}

fn render(world: &World, id: &str, problem: &Problem) -> Response {
    let Some(session) = world.checkout_sessions.get(id) else {
        return missing("There is no such checkout.");
    };
    match &session.state {
        SessionState::Complete(_) => notice(
            StatusCode::OK,
            "You’re all done here",
            "This checkout has been paid. Nothing is charged twice.",
        ),
        SessionState::Expired => notice(
            StatusCode::OK,
            "This checkout has expired",
            "Go back to the site and start again.",
        ),
        SessionState::Open { .. } => {
            page(StatusCode::OK, "checkout.html", &context(world, session, problem))
        }
    }
}

fn context(world: &World, session: &CheckoutSession, problem: &Problem) -> Value {
    let order = &session.order;
    let totals = world.totals(session);
    let locked_email = world.checkout_email(&session.id);
    let coupon = session.discount.as_ref().map(|it| world.coupons.known(&it.coupon));
    json!({
        "action": world.checkout_url(&session.id),
        "items": order.items.iter().map(|item| {
            let price = world.price(&item.price);
            let every = price.recurring.map(|recurring| format!(" per {}", recurring.shown()));
            json!({
                "name": world.product(&price.product).name, "quantity": item.quantity,
                "price": money::shown(price.unit_amount, &price.currency), "every": every,
            })
        }).collect::<Vec<_>>(),
        "trial": trial_said(order.trial),
        "discount": coupon.map(|coupon| json!({
            "name": coupon.name, "off": coupon.off.shown(), "amount": money::shown(-totals.discount, &order.currency),
        })),
        "total": money::shown(totals.total, &order.currency),
        "takes_codes": order.allow_promotion_codes == Some(true) && session.discount.is_none(),
        "needs_means": world.needs_means(session), "problem_payment": problem.payment,
        "problem_email": problem.email, "problem_code": problem.code, "typed_code": problem.typed_code,
        "email": locked_email.clone().unwrap_or_else(|| problem.typed_email.clone()),
        "email_locked": locked_email.is_some(), "message": order.custom_text.submit.as_deref().map(rich_text::parts), "back": order.cancel_url,
        "after": order.custom_text.after_submit.as_deref().map(rich_text::parts),
        "button": match (order.mode, order.trial) {
            (Mode::Subscription, Some(_)) => "Start trial",
            (Mode::Subscription, None) => "Subscribe",
            (Mode::Payment, _) => "Pay",
        },
    })
}

fn trial_said(trial: Option<Trial>) -> Option<String> {
    trial.map(|trial| match trial {
        Trial::Days(1) => "1 day free".to_owned(),
        Trial::Days(days) => format!("{days} days free"),
        Trial::Until(end) => format!("free until {}", calendar::date(end)),
    })
}
