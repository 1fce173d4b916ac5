//! `/v1/payment_pages`: what the checkout page itself calls. Not in Stripe's reference; its command
//! line uses it to complete a checkout.

use serde_json::Value;

use super::error::ApiError;
use super::params::{Accepts, integer};
use super::payment_methods;
use super::retrieve::existing;
use crate::form::Form;
use crate::object::Object;
use crate::world::{Payment, Refusal, Step, World};

pub(crate) const CONFIRM: Accepts = Accepts {
    required: &["payment_method"],
    optional: &["expected_amount"],
    not_in_sandbox: &["payment_method_data.**", "return_url", "shipping.**"],
};

/// Pays as the customer on the page would. A caller that shows another amount is refused.
pub(crate) fn confirm(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let session = existing(&world.checkout_sessions, id)?;
    let total = world.totals(session).total;
    if integer(form, "expected_amount")?.is_some_and(|expected| expected != total) {
        let message = "The expected amount does not match the amount of the Checkout Session.";
        return Err(ApiError::invalid(message)
            .code("checkout_amount_mismatch")
            .at("expected_amount"));
    }
    if !session.is_open() {
        return Err(closed());
    }
    let method = payment_methods::named(world, form, "payment_method")?;
    let known = method.as_deref().map(|id| world.payment_methods.known(id));
    let means = known.map(|it| it.means.clone());
    let email = known.and_then(|it| it.payer.email.clone());
    let email = world.checkout_email(id).or(email).ok_or_else(|| {
        ApiError::invalid("The payment method has no e-mail address.").at("billing_details[email]")
    })?;
    let paid = world.pay_with(id, Payment { email, means }, method);
    if paid.map_err(|refusal| refused(world, id, refusal))? == Step::Authenticate {
        let message = "This card asks for 3-D Secure, which is answered on the checkout page only.";
        return Err(ApiError::invalid(message));
    }
    Ok(world.checkout_sessions.known(id).render(world))
}

fn refused(world: &World, id: &str, refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Closed => closed(),
        Refusal::Declined(decline) => {
            let session = world.checkout_sessions.known(id);
            let intent = session.payment_intent.as_deref().and_then(|id| world.find(id));
            ApiError::declined(decline, &intent.unwrap_or_default())
        }
        Refusal::NotTaken => {
            ApiError::invalid("The Checkout Session does not take this payment method.")
                .at("payment_method")
        }
        Refusal::NothingToPayWith => ApiError::missing_parameter("payment_method"),
    }
}

fn closed() -> ApiError {
    ApiError::invalid("This Checkout Session is no longer active.")
        .code("checkout_not_active_session")
}
