//! Checkout sessions: opened, read, ended.

use stripe_checkout::checkout_session::{
    ExpireCheckoutSession, ListLineItemsCheckoutSession, RetrieveCheckoutSession,
};
use stripe_client_core::{IdempotencyKey, RequestStrategy, StripeRequest as _};
use stripe_shared::{
    CheckoutSession, CheckoutSessionItem, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
};

use super::client::{PAGE, Stripe, patiently};
use super::error::StripeError;
use super::order::{Order, reader_in, request};
use crate::domain::ids::{CheckoutId, CustomerId, Mode, PriceId, ReaderId, Subject};

/// A session that waits for its buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCheckout {
    /// Stripe's id.
    pub id: CheckoutId,
    /// Where the buyer pays.
    pub url: String,
}

/// A checkout session as Stripe tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// Stripe's id.
    pub id: CheckoutId,
    /// Whether it still waits for its buyer.
    pub state: CheckoutState,
    /// Whether money has come.
    pub payment: Payment,
    /// The buyer, if he is a customer (by now).
    pub customer: Option<CustomerId>,
    /// The reader who was signed in when we opened it. From metadata alone: whoever follows a
    /// payment link can set `client_reference_id`.
    pub reader: Option<ReaderId>,
    /// What is bought.
    pub prices: Vec<PriceId>,
}

/// Whether a checkout still waits for its buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckoutState {
    /// It does.
    Open {
        /// Where he pays; none if the till is embedded in a page of somebody else's.
        url: Option<String>,
    },
    /// The buyer is done; the money may still be on its way.
    Complete,
    /// Nobody can pay any more.
    Expired,
}

/// Whether money has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payment {
    /// It has.
    Paid,
    /// None is due: a trial, or a code that takes all off.
    NotRequired,
    /// Not yet, or never.
    Unpaid,
}

/// What came of ending a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It was open and is closed now.
    Closed,
    /// Too late: the buyer is done.
    AlreadyComplete,
    /// It had closed before.
    AlreadyExpired,
}

impl Checkout {
    /// Whose payments it belongs to.
    pub fn subject(&self) -> Subject {
        self.customer.clone().map_or_else(|| Subject::Checkout(self.id.clone()), Subject::Customer)
    }
}

impl Stripe {
    /// Opens a checkout. The same `idempotency` gives the same session for 24 hours.
    pub async fn open_checkout(
        &self,
        order: &Order,
        idempotency: &str,
    ) -> Result<OpenCheckout, StripeError> {
        let key = IdempotencyKey::new(idempotency)
            .map_err(|error| StripeError::Unusable(error.to_string()))?;
        let request = request(order);
        let once = RequestStrategy::Idempotent(key);
        let session = patiently("a new checkout session", || {
            request.customize().request_strategy(once.clone()).send(&self.client)
        })
        .await?;
        let no_url = || StripeError::Malformed("a new checkout session has no address".to_owned());
        Ok(OpenCheckout { id: checkout_id(&session)?, url: session.url.ok_or_else(no_url)? })
    }

    /// Looks a checkout up.
    pub async fn checkout(&self, id: &CheckoutId) -> Result<Checkout, StripeError> {
        let session = self.session(id).await?;
        let prices = self.prices_of(&session).await?;
        read(&session, prices)
    }

    /// Closes a checkout, so that nobody can pay any more.
    pub async fn expire_checkout(&self, id: &CheckoutId) -> Result<Expiry, StripeError> {
        let request = ExpireCheckoutSession::new(id.as_str());
        let answer =
            patiently("the end of a checkout session", || request.send(&self.client)).await;
        match answer {
            Ok(_) => Ok(Expiry::Closed),
            // Stripe has no code for "is not open": look what it is instead.
            Err(refused @ StripeError::Refused { .. }) => match state(&self.session(id).await?) {
                CheckoutState::Complete => Ok(Expiry::AlreadyComplete),
                CheckoutState::Expired => Ok(Expiry::AlreadyExpired),
                CheckoutState::Open { .. } => Err(refused),
            },
            Err(other) => Err(other),
        }
    }

    /// A session with what is bought and how it is paid.
    pub(super) async fn session(&self, id: &CheckoutId) -> Result<CheckoutSession, StripeError> {
        let details = vec!["line_items".to_owned(), "payment_intent.latest_charge".to_owned()];
        let request = RetrieveCheckoutSession::new(id.as_str()).expand(details);
        let session = patiently("a checkout session", || request.send(&self.client)).await?;
        if Mode::of_livemode(session.livemode) == self.mode() {
            Ok(session)
        } else {
            Err(self.other_mode(id.as_str()))
        }
    }

    /// What a session sells. A session comes with its first lines only.
    pub(super) async fn prices_of(
        &self,
        session: &CheckoutSession,
    ) -> Result<Vec<PriceId>, StripeError> {
        match &session.line_items {
            Some(lines) if !lines.has_more => Ok(prices(&lines.data)),
            Some(_) | None => {
                let request = ListLineItemsCheckoutSession::new(&session.id).limit(PAGE);
                let lines = self
                    .pages("the lines of a checkout session", |after| {
                        let request = after
                            .into_iter()
                            .fold(request.clone(), ListLineItemsCheckoutSession::starting_after);
                        async move { request.send(&self.client).await }
                    })
                    .await?;
                Ok(prices(&lines))
            }
        }
    }
}

pub(super) fn checkout_id(session: &CheckoutSession) -> Result<CheckoutId, StripeError> {
    CheckoutId::parse(&session.id).map_err(|bad| StripeError::Malformed(bad.to_string()))
}

pub(super) fn customer_of(session: &CheckoutSession) -> Option<CustomerId> {
    CustomerId::parse(session.customer.as_ref()?.id()).ok()
}

pub(super) fn email_of(session: &CheckoutSession) -> Option<String> {
    session.customer_details.as_ref()?.email.clone()
}

/// A price whose id the configuration could not name grants nothing, and is left out; so is one
/// of which nothing was taken.
fn prices(lines: &[CheckoutSessionItem]) -> Vec<PriceId> {
    let taken = lines.iter().filter(|line| line.quantity != Some(0));
    let ids = taken.filter_map(|line| line.price.as_ref());
    ids.filter_map(|price| PriceId::parse(&price.id).ok()).collect()
}

fn read(session: &CheckoutSession, prices: Vec<PriceId>) -> Result<Checkout, StripeError> {
    Ok(Checkout {
        id: checkout_id(session)?,
        state: state(session),
        payment: payment(&session.payment_status),
        customer: customer_of(session),
        reader: session.metadata.as_ref().and_then(reader_in),
        prices,
    })
}

fn state(session: &CheckoutSession) -> CheckoutState {
    match session.status {
        Some(CheckoutSessionStatus::Open) => CheckoutState::Open { url: session.url.clone() },
        Some(CheckoutSessionStatus::Complete) => CheckoutState::Complete,
        // A state of later years is no till to send a buyer to.
        Some(_) | None => CheckoutState::Expired,
    }
}

fn payment(status: &CheckoutSessionPaymentStatus) -> Payment {
    match status {
        CheckoutSessionPaymentStatus::Paid => Payment::Paid,
        CheckoutSessionPaymentStatus::NoPaymentRequired => Payment::NotRequired,
        CheckoutSessionPaymentStatus::Unpaid | CheckoutSessionPaymentStatus::Unknown(_) | _ => {
            Payment::Unpaid
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::plan::Cycle;
    use crate::stripe::fixtures;
    use crate::stripe::order::Buyer;
    use crate::stripe::order::tests::{order, sent};
    use crate::stripe::stub::{Asked, Reply, against, decoded};

    #[tokio::test]
    async fn however_often_it_is_sent_one_order_opens_one_checkout() {
        let open = json!({ "status": "open", "url": "https://pay.example", "line_items": null });
        let replies = vec![
            Reply::Json(500, json!({})),
            Reply::HangUp,
            Reply::Json(200, fixtures::session(open)),
        ];
        let (answer, asked) = against(replies, async |stripe: Stripe| {
            stripe.open_checkout(&order(Cycle::Once, Buyer::Stranger), "nonce-1").await
        })
        .await;
        let expected = OpenCheckout { id: id(), url: "https://pay.example".to_owned() };
        assert_eq!(answer, Ok(expected));
        let mut expected = sent(&order(Cycle::Once, Buyer::Stranger));
        expected.sort();
        for asked in &asked {
            assert_eq!(asked.what, "POST /v1/checkout/sessions");
            assert_eq!(asked.header("idempotency-key"), Some("nonce-1"));
            assert_eq!(pairs(asked), expected);
        }
        assert_eq!(asked.len(), 3);
    }

    #[tokio::test]
    async fn nothing_is_sent_without_a_usable_idempotency_key() {
        for key in [String::new(), "x".repeat(256)] {
            let (answer, asked) = against(Vec::new(), async |stripe: Stripe| {
                stripe.open_checkout(&order(Cycle::Once, Buyer::Stranger), &key).await
            })
            .await;
            assert!(matches!(answer, Err(StripeError::Unusable(_))), "{answer:?}");
            assert!(asked.is_empty());
        }
    }

    #[tokio::test]
    async fn a_checkout_that_is_over_cannot_be_ended_and_that_is_no_failure() {
        let refused = || {
            let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
            let error = json!({ "type": "invalid_request_error", "message": message });
            Reply::Json(400, json!({ "error": error }))
        };
        let is = |status: &str| Reply::Json(200, fixtures::session(json!({ "status": status })));
        let missing = || {
            let error = json!({ "type": "invalid_request_error", "message": "No such session" });
            Reply::Json(404, json!({ "error": error }))
        };
        let rows = [
            (vec![is("expired")], "Ok(Closed)"),
            (vec![refused(), is("complete")], "Ok(AlreadyComplete)"),
            (vec![refused(), is("expired")], "Ok(AlreadyExpired)"),
            (vec![refused(), is("open")], "Err(Refused"),
            (vec![missing()], "Err(NotFound"),
        ];
        for (replies, expected) in rows {
            let (answer, asked) =
                against(replies, async |stripe: Stripe| stripe.expire_checkout(&id()).await).await;
            let answer = format!("{answer:?}");
            assert!(answer.starts_with(expected), "{answer}");
            assert_eq!(asked[0].what, "POST /v1/checkout/sessions/cs_test_1/expire");
        }
    }

    #[tokio::test]
    async fn a_checkout_is_read_with_all_that_it_sells() {
        let mut first = fixtures::lines(&["price_1", "price_2"]);
        first["has_more"] = json!(true);
        let replies = vec![
            Reply::Json(200, fixtures::session(json!({ "line_items": first }))),
            Reply::Json(200, first),
            Reply::Json(200, fixtures::lines(&["price_3"])),
        ];
        let (answer, asked) =
            against(replies, async |stripe: Stripe| stripe.checkout(&id()).await).await;
        let prices = answer.expect("a checkout").prices;
        let prices: Vec<_> = prices.iter().map(PriceId::as_str).collect();
        assert_eq!(prices, ["price_1", "price_2", "price_3"]);
        let asked: Vec<_> = asked.iter().map(|asked| decoded(&asked.what)).collect();
        let session = "GET /v1/checkout/sessions/cs_test_1";
        let expected = [
            format!("{session}?expand[0]=line_items&expand[1]=payment_intent.latest_charge"),
            format!("{session}/line_items?limit=100"),
            format!("{session}/line_items?limit=100&starting_after=li_1"),
        ];
        assert_eq!(asked, expected);
    }

    #[tokio::test]
    async fn a_checkout_of_the_other_mode_is_not_there() {
        let replies = vec![Reply::Json(200, fixtures::session(json!({ "livemode": true })))];
        let (answer, _) =
            against(replies, async |stripe: Stripe| stripe.checkout(&id()).await).await;
        assert!(matches!(answer, Err(StripeError::NotFound(_))), "{answer:?}");
    }

    #[test]
    fn a_checkout_tells_where_it_stands() {
        let open = json!({ "status": "open", "url": "https://pay.example" });
        let waits = CheckoutState::Open { url: Some("https://pay.example".to_owned()) };
        assert_eq!(checkout(open).state, waits);
        assert_eq!(checkout(json!({ "status": "complete" })).state, CheckoutState::Complete);
        assert_eq!(checkout(json!({ "status": "expired" })).state, CheckoutState::Expired);
        assert_eq!(checkout(json!({ "status": "of_2030" })).state, CheckoutState::Expired);
        assert_eq!(checkout(json!({ "status": null })).state, CheckoutState::Expired);
        let payment = |word: &str| checkout(json!({ "payment_status": word })).payment;
        assert_eq!(payment("paid"), Payment::Paid);
        assert_eq!(payment("no_payment_required"), Payment::NotRequired);
        assert_eq!(payment("unpaid"), Payment::Unpaid);
        assert_eq!(payment("of_2030"), Payment::Unpaid);
    }

    #[test]
    fn a_checkout_belongs_to_its_customer_or_to_itself() {
        assert_eq!(checkout(json!({})).subject(), Subject::Checkout(id()));
        let bought = checkout(json!({ "customer": "cus_1", "subscription": "sub_1" }));
        assert_eq!(bought.subject().as_str(), "cus_1");
        let whole = checkout(json!({ "customer": fixtures::customer(json!({})) }));
        assert_eq!(whole.subject().as_str(), "cus_1");
    }

    #[test]
    fn a_reader_is_whom_we_named_and_never_whom_a_link_names() {
        let reader = |changes| checkout(changes).reader.map(String::from);
        let named = json!({ "metadata": { "tollhouse_reader": "reader_1" } });
        assert_eq!(reader(named).as_deref(), Some("reader_1"));
        assert_eq!(reader(json!({ "client_reference_id": "reader_1" })), None);
        assert_eq!(reader(json!({ "metadata": { "tollhouse_reader": "cus_1" } })), None);
        assert_eq!(reader(json!({ "metadata": null })), None);
    }

    fn pairs(asked: &Asked) -> Vec<String> {
        let mut pairs: Vec<_> = asked.form.iter().map(|(key, it)| format!("{key}={it}")).collect();
        pairs.sort();
        pairs
    }

    fn checkout(changes: Value) -> Checkout {
        read(&fixtures::read(&fixtures::session(changes)), Vec::new()).expect("a checkout")
    }

    fn id() -> CheckoutId {
        CheckoutId::parse("cs_test_1").expect("an id")
    }
}
