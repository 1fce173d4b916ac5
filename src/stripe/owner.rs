//! Whose an object is, where an event does not say.

use stripe_billing::invoice::RetrieveInvoice;
use stripe_billing::invoice_payment::RetrieveInvoicePayment;
use stripe_billing::subscription::RetrieveSubscription;
use stripe_checkout::checkout_session::{ListCheckoutSession, RetrieveCheckoutSession};
use stripe_core::charge::RetrieveCharge;
use stripe_core::dispute::RetrieveDispute;
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_core::refund::RetrieveRefund;
use stripe_fraud::radar_early_fraud_warning::RetrieveRadarEarlyFraudWarning;
use stripe_shared::{Charge, CheckoutSession, Customer};
use stripe_types::Expandable;

use super::checkout;
use super::client::{Stripe, patiently};
use super::envelope::{Hinted, HintedKind};
use super::error::StripeError;
use crate::domain::ids::{CustomerId, Subject};

impl Stripe {
    /// Finds out whose object it is; none if it is nobody's, or not ours.
    pub async fn subject_of(&self, object: &Hinted) -> Result<Option<Subject>, StripeError> {
        let answer = match object.kind() {
            HintedKind::Payment => self.subject_of_payment(object.as_str()).await,
            HintedKind::Charge => Box::pin(self.subject_of_charge(object.as_str())).await,
            HintedKind::Invoice => self.subject_of_invoice(object.as_str()).await,
            HintedKind::Subscription => self.subject_of_subscription(object.as_str()).await,
            HintedKind::Checkout => self.subject_of_checkout(object.as_str()).await,
            HintedKind::Refund => self.subject_of_refund(object.as_str()).await,
            HintedKind::Dispute => self.subject_of_dispute(object.as_str()).await,
            HintedKind::FraudWarning => self.subject_of_warning(object.as_str()).await,
            HintedKind::InvoicePayment => self.subject_of_invoice_payment(object.as_str()).await,
        };
        match answer {
            Err(problem) if problem.is_missing() => Ok(None),
            answer => answer,
        }
    }

    async fn subject_of_payment(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrievePaymentIntent::new(id);
        let payment = patiently("a payment", || request.send(&self.client)).await?;
        if let Some(subject) = customer(payment.customer.as_ref()) {
            return Ok(Some(subject));
        }
        let request = ListCheckoutSession::new().payment_intent(id).limit(1);
        let sessions =
            patiently("the checkout of a payment", || request.send(&self.client)).await?;
        sessions.data.first().map(subject_of_session).transpose()
    }

    async fn subject_of_charge(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveCharge::new(id);
        let (subject, payment) = {
            let charge = patiently("a charge", || request.send(&self.client)).await?;
            (customer(charge.customer.as_ref()), charge.payment_intent.map(Expandable::into_id))
        };
        match (subject, payment) {
            (Some(subject), _) => Ok(Some(subject)),
            (None, Some(payment)) => self.subject_of_payment(&payment).await,
            (None, None) => Ok(None),
        }
    }

    async fn subject_of_invoice(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveInvoice::new(id);
        let invoice = patiently("an invoice", || request.send(&self.client)).await?;
        Ok(customer(invoice.customer.as_ref()))
    }

    async fn subject_of_subscription(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveSubscription::new(id);
        let subscription = patiently("a subscription", || request.send(&self.client)).await?;
        Ok(customer(Some(&subscription.customer)))
    }

    async fn subject_of_checkout(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveCheckoutSession::new(id);
        let session = patiently("a checkout session", || request.send(&self.client)).await?;
        subject_of_session(&session).map(Some)
    }

    async fn subject_of_refund(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveRefund::new(id);
        let charge = {
            let refund = patiently("a refund", || request.send(&self.client)).await?;
            refund.charge.as_ref().map(charge_id)
        };
        match charge {
            Some(charge) => Box::pin(self.subject_of_charge(&charge)).await,
            None => Ok(None),
        }
    }

    async fn subject_of_dispute(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveDispute::new(id);
        let dispute = patiently("a dispute", || request.send(&self.client)).await?;
        let charge = charge_id(&dispute.charge);
        Box::pin(self.subject_of_charge(&charge)).await
    }

    async fn subject_of_warning(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveRadarEarlyFraudWarning::new(id);
        let warning = patiently("a warning", || request.send(&self.client)).await?;
        let charge = charge_id(&warning.charge);
        Box::pin(self.subject_of_charge(&charge)).await
    }

    async fn subject_of_invoice_payment(&self, id: &str) -> Result<Option<Subject>, StripeError> {
        let request = RetrieveInvoicePayment::new(id);
        let paid = patiently("what was paid", || request.send(&self.client)).await?;
        match paid.invoice.id() {
            Some(invoice) => self.subject_of_invoice(invoice.as_str()).await,
            None => Ok(None),
        }
    }
}

fn charge_id(named: &Expandable<Charge>) -> String {
    named.id().as_str().to_owned()
}

fn customer(named: Option<&Expandable<Customer>>) -> Option<Subject> {
    CustomerId::parse(named?.id()).ok().map(Subject::Customer)
}

fn subject_of_session(session: &CheckoutSession) -> Result<Subject, StripeError> {
    match checkout::customer_of(session) {
        Some(customer) => Ok(Subject::Customer(customer)),
        None => checkout::checkout_id(session).map(Subject::Checkout),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stripe::fixtures::{self, list, payment, session};
    use crate::stripe::stub::{Reply, against};

    #[tokio::test]
    async fn an_object_leads_to_whoever_it_belongs_to() {
        let intent = |customer: Value| {
            let mut intent = payment("succeeded");
            intent["customer"] = customer;
            fine(intent)
        };
        let sessions = |changes| fine(list(&[session(changes)]));
        let missing = || Reply::Json(404, json!({ "error": { "type": "invalid_request_error" } }));
        let his_charge = || fine(fixtures::charge(json!({ "customer": "cus_1" })));
        let rows = [
            ("pi_1", vec![intent(json!("cus_1"))], "cus_1"),
            ("pi_1", vec![intent(json!(null)), sessions(json!({}))], "cs_test_1"),
            ("pi_1", vec![intent(json!(null)), sessions(json!({ "customer": "cus_2" }))], "cus_2"),
            ("pi_1", vec![intent(json!(null)), fine(list(&[]))], "nobody"),
            ("pi_1", vec![missing()], "nobody"),
            ("sub_1", vec![fine(fixtures::subscription(json!({})))], "cus_1"),
            ("cs_test_1", vec![fine(session(json!({})))], "cs_test_1"),
            ("cs_test_1", vec![fine(session(json!({ "customer": "cus_1" })))], "cus_1"),
            ("in_1", vec![fine(fixtures::invoice(json!({})))], "cus_1"),
            ("in_1", vec![missing()], "nobody"),
            ("ch_1", vec![fine(fixtures::charge(json!({ "customer": "cus_1" })))], "cus_1"),
            (
                "ch_1",
                vec![
                    fine(fixtures::charge(json!({ "payment_intent": "pi_1" }))),
                    intent(json!("cus_2")),
                ],
                "cus_2",
            ),
            ("ch_1", vec![fine(fixtures::charge(json!({})))], "nobody"),
            ("re_1", vec![fine(refund(&json!("ch_1"))), his_charge()], "cus_1"),
            ("pyr_1", vec![fine(refund(&json!("py_1"))), his_charge()], "cus_1"),
            ("re_1", vec![fine(refund(&json!(null)))], "nobody"),
            ("re_1", vec![missing()], "nobody"),
            ("dp_1", vec![fine(fixtures::dispute("dp_1", "lost")), his_charge()], "cus_1"),
            ("du_1", vec![fine(fixtures::dispute("dp_1", "lost")), his_charge()], "cus_1"),
            ("issfr_1", vec![fine(fixtures::warning()), his_charge()], "cus_1"),
            (
                "inpay_1",
                vec![
                    fine(fixtures::invoice_payment(&json!("in_1"))),
                    fine(fixtures::invoice(json!({}))),
                ],
                "cus_1",
            ),
            ("ch_1", vec![missing()], "nobody"),
        ];
        for (id, replies, expected) in rows {
            let object = Hinted::parse(id).expect("an id");
            let (answer, _) =
                against(replies, async |stripe: Stripe| stripe.subject_of(&object).await).await;
            let answer = answer.expect("an answer");
            let answer = answer.map_or_else(|| "nobody".to_owned(), |it| it.to_string());
            assert_eq!(answer, expected, "{id}");
        }
        let object = Hinted::parse("pi_1").expect("an id");
        let busy = vec![Reply::HangUp, Reply::HangUp, Reply::HangUp];
        let (answer, _) =
            against(busy, async |stripe: Stripe| stripe.subject_of(&object).await).await;
        assert!(matches!(answer, Err(StripeError::Unreachable(_))), "{answer:?}");
    }

    fn refund(charge: &Value) -> Value {
        json!({
            "id": "re_1", "object": "refund", "amount": 900, "created": 100, "currency": "usd",
            "charge": charge, "metadata": {}, "status": "succeeded",
        })
    }

    fn fine(json: Value) -> Reply {
        Reply::Json(200, json)
    }
}
