//! The hosted checkout page, and the bank's page for 3-D Secure.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Link, front_page, host, missing, notice, page, rich_text, see_other};
use crate::calendar;
use crate::cards;
use crate::form::Form;
use crate::money;
use crate::object::checkout_session::{CheckoutSession, Mode, SessionState, Trial};
use crate::object::payment_method::Means;
use crate::shared::Shared;
use crate::world::{Payment, Refusal, Step, World};

const UNKNOWN: &str = "There is no such checkout.";
const INVALID_CODE: &str = "This code is invalid.";

/// What was typed, to be shown again.
#[derive(Default)]
struct Typed {
    email: String,
    method: Method,
    card_number: String,
    code: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Method {
    #[default]
    Card,
    BankDebit,
}

/// What the page says after a try that did not work, next to the field that it is about.
enum Problem {
    Payment(&'static str),
    Email(&'static str),
    Code(&'static str),
}

impl Problem {
    /// The text, by the name of its field.
    fn context(&self) -> Value {
        match self {
            Problem::Payment(text) => json!({ "payment": text }),
            Problem::Email(text) => json!({ "email": text }),
            Problem::Code(text) => json!({ "code": text }),
        }
    }
}

impl Typed {
    fn read(form: &Form) -> Typed {
        let text = |name| form.text(name).unwrap_or_default().trim().to_owned();
        let method = match form.text("pay_with") {
            Some("bank_debit") => Method::BankDebit,
            Some(_) | None => Method::Card,
        };
        Typed {
            email: text("email"),
            method,
            card_number: text("card_number"),
            code: text("promotion_code"),
        }
    }
}

pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    shared.with_time_of(&id, |world| render(world, &id, &Typed::default(), None))
}

/// "Pay", or "Apply" next to the promotion code.
pub(super) async fn submit(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let form = Form::parse(&body);
    let typed = Typed::read(&form);
    let response = shared.with_time_of(&id, |world| match form.text("action") {
        Some("apply_code") => apply_code(world, &id, &typed),
        Some(_) | None => match pay(world, &id, &typed) {
            Ok(step) => next_page(world, &id, step),
            Err(problem) => render(world, &id, &typed, Some(&problem)),
        },
    });
    after_webhooks(&shared, response).await
}

fn apply_code(world: &mut World, id: &str, typed: &Typed) -> Response {
    let problem = (!world.apply_code(id, &typed.code)).then_some(Problem::Code(INVALID_CODE));
    render(world, id, typed, problem.as_ref())
}

fn pay(world: &mut World, id: &str, typed: &Typed) -> Result<Step, Problem> {
    let takes_codes = world.checkout_sessions.get(id).is_some_and(CheckoutSession::takes_codes);
    // Whoever typed a code and forgot "Apply" does not want to pay the full price.
    if takes_codes && !typed.code.is_empty() && !world.apply_code(id, &typed.code) {
        return Err(Problem::Code(INVALID_CODE));
    }
    let email = world.checkout_email(id).unwrap_or_else(|| typed.email.clone());
    if !email.contains('@') {
        return Err(Problem::Email("Enter an e-mail address."));
    }
    let means = means(typed).map_err(Problem::Payment)?;
    world.pay(id, Payment { email, means }).map_err(|refusal| Problem::Payment(said(refusal)))
}

fn means(typed: &Typed) -> Result<Option<Means>, &'static str> {
    match typed.method {
        Method::BankDebit => Ok(Some(Means::bank_debit())),
        Method::Card if typed.card_number.is_empty() => Ok(None),
        Method::Card => {
            let card = cards::find(&typed.card_number).map(Means::Card);
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
        (_, None) => missing(UNKNOWN),
    }
}

fn said(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Closed => "This checkout is closed.",
        Refusal::Declined(decline) => decline.message,
        Refusal::NotTaken => "This checkout does not take this means of payment.",
        Refusal::NothingToPayWith => "Enter a card number.",
    }
}

pub(super) async fn show_challenge(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Response {
    shared.with_time_of(&id, |world| {
        let Some(session) = world.checkout_sessions.get(&id) else { return missing(UNKNOWN) };
        let Some(challenged) = session.challenged() else {
            return see_other(&world.checkout_url(&id));
        };
        let amount = money::shown(world.totals(session).total, &session.order.currency);
        let context = json!({
            "amount": amount, "means": format!("the card ending in {}", challenged.card.last4),
            "business": host(&session.order.success_url),
        });
        page(StatusCode::OK, "challenge.html", &context)
    })
}

/// "Complete" or "Fail" on the bank's page.
pub(super) async fn authenticate(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let complete = Form::parse(&body).text("outcome") == Some("complete");
    let response = shared.with_time_of(&id, |world| {
        let challenged =
            world.checkout_sessions.get(&id).and_then(CheckoutSession::challenged).cloned();
        match world.authenticate(&id, complete) {
            Ok(step) => next_page(world, &id, step),
            Err(refusal) => {
                let email = challenged.map(|it| it.email).unwrap_or_default();
                let typed = Typed { email, ..Typed::default() };
                render(world, &id, &typed, Some(&Problem::Payment(said(refusal))))
            }
        }
    });
    after_webhooks(&shared, response).await
}

/// Who is sent away waits for the webhooks, if a test wants them to be first.
async fn after_webhooks(shared: &Shared, response: Response) -> Response {
    if response.status() == StatusCode::SEE_OTHER {
        shared.before_return().await;
    }
    response
}

fn render(world: &World, id: &str, typed: &Typed, problem: Option<&Problem>) -> Response {
    let Some(session) = world.checkout_sessions.get(id) else { return missing(UNKNOWN) };
    let order = &session.order;
    let to_business = |address: &str| Link {
        words: format!("Back to {}", host(&order.success_url)),
        address: address.to_owned(),
    };
    match &session.state {
        SessionState::Complete(_) => notice(
            StatusCode::OK,
            "You’re all done here",
            "This checkout has been paid. Nothing is charged twice.",
            &to_business(&session.return_address()),
        ),
        SessionState::Expired => notice(
            StatusCode::OK,
            "This checkout has expired",
            "Go back to the site and start again.",
            &to_business(order.cancel_url.as_deref().unwrap_or(&front_page(&order.success_url))),
        ),
        SessionState::Open { .. } => {
            page(StatusCode::OK, "checkout.html", &context(world, session, typed, problem))
        }
    }
}

fn context(
    world: &World,
    session: &CheckoutSession,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Value {
    let order = &session.order;
    let totals = world.totals(session);
    let takes = |kind: &str| order.terms.method_types.iter().any(|it| it == kind);
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
        "business": host(&order.success_url), "takes_codes": session.takes_codes(),
        "needs_means": world.needs_means(session), "problem": problem.map_or(json!({}), Problem::context),
        "typed_code": typed.code, "card_number": typed.card_number,
        "bank_debit": typed.method == Method::BankDebit,
        "takes_card": takes("card"), "takes_debit": takes("sepa_debit"),
        "email": locked_email.as_deref().unwrap_or(&typed.email), "email_locked": locked_email.is_some(),
        "message": order.custom_text.submit.as_deref().map(rich_text::parts), "back": order.cancel_url,
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
