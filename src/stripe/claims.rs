//! Who wants money back, and what that money had paid for.

use stripe_billing::invoice_payment::{
    ListInvoicePayment, ListInvoicePaymentPayment, ListInvoicePaymentPaymentType,
};
use stripe_core::charge::ListCharge;
use stripe_core::dispute::ListDispute;
use stripe_fraud::radar_early_fraud_warning::ListRadarEarlyFraudWarning;
use stripe_shared::{
    Charge, CheckoutSession, Dispute, DisputeStatus, Invoice, InvoiceLineItem, SubscriptionItem,
};
use stripe_types::Expandable;

use super::client::{PAGE, Stripe, patiently};
use super::error::StripeError;
use super::snapshot::Interest;
use crate::domain::ids::{CustomerId, Mode};
use crate::domain::ledger::{Claim, Claims, Status};

/// An invoice whose money somebody wants back.
#[derive(Debug, Clone)]
pub(super) struct Contested {
    pub(super) invoice: String,
    lines: Vec<Line>,
    pub(super) claims: Claims,
}

/// What was paid of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    subscription: String,
    price: Option<String>,
    start: i64,
    end: i64,
    /// Whether it is for the rest of a period, after a change in its midst.
    is_rest: bool,
}

impl Stripe {
    /// The invoices of a customer that somebody wants the money of back. One call, unless there
    /// are some. A warning about money that came before `first`, in Unix seconds, ends nothing:
    /// it paid for times gone by.
    pub(super) async fn contested(
        &self,
        customer: &CustomerId,
        first: i64,
        sessions: &[CheckoutSession],
        interest: Interest,
    ) -> Result<Vec<Contested>, StripeError> {
        let bought = |payment: &str| {
            let payments = sessions.iter().filter_map(|session| session.payment_intent.as_ref());
            payments.map(Expandable::id).any(|id| id.as_str() == payment)
        };
        let mut contested = Vec::new();
        for charge in self.charges_of(customer).await? {
            let Some(payment) = charge.payment_intent.as_ref().map(Expandable::id) else {
                continue;
            };
            if bought(payment.as_str()) {
                continue;
            }
            let fraud_warnings = interest.fraud_warnings && charge.created >= first;
            let claims = self.claims_on(&charge, Interest { fraud_warnings, ..interest }).await?;
            if claims != Claims::none() {
                for invoice in self.invoices_paid_by(payment.as_str()).await? {
                    let lines = self.lines_of(&invoice).await?;
                    contested.extend(read_contested(&invoice, &lines, &claims));
                }
            }
        }
        Ok(contested)
    }

    /// Who wants the money of a payment back. No call, unless somebody does.
    pub(super) async fn claims_on(
        &self,
        charge: &Charge,
        interest: Interest,
    ) -> Result<Claims, StripeError> {
        let mut claims = Claims::none();
        claims.extend(charge.refunded.then_some(Claim::Refunded));
        if charge.disputed {
            claims.extend(self.disputes_of(&charge.id).await?.iter().filter_map(claim_of));
        }
        if interest.fraud_warnings && charge.paid && self.is_warned_of(&charge.id).await? {
            claims.extend([Claim::FraudWarning]);
        }
        Ok(claims)
    }

    async fn charges_of(&self, customer: &CustomerId) -> Result<Vec<Charge>, StripeError> {
        let request = ListCharge::new().customer(customer.as_str()).limit(PAGE);
        let mut charges = self
            .pages("the payments of a customer", |after| {
                let request = after.into_iter().fold(request.clone(), ListCharge::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        charges.retain(|charge| Mode::of_livemode(charge.livemode) == self.mode());
        Ok(charges)
    }

    async fn disputes_of(&self, charge: &str) -> Result<Vec<Dispute>, StripeError> {
        let request = ListDispute::new().charge(charge).limit(PAGE);
        self.pages("the disputes of a payment", |after| {
            let request = after.into_iter().fold(request.clone(), ListDispute::starting_after);
            async move { request.send(&self.client).await }
        })
        .await
    }

    async fn is_warned_of(&self, charge: &str) -> Result<bool, StripeError> {
        let request = ListRadarEarlyFraudWarning::new().charge(charge).limit(1);
        let warnings =
            patiently("the warnings of a payment", || request.send(&self.client)).await?;
        Ok(!warnings.data.is_empty())
    }

    async fn invoices_paid_by(&self, payment: &str) -> Result<Vec<Invoice>, StripeError> {
        let mut by = ListInvoicePaymentPayment::new(ListInvoicePaymentPaymentType::PaymentIntent);
        by.payment_intent = Some(payment.to_owned());
        let request = ListInvoicePayment::new()
            .payment(by)
            .expand(vec!["data.invoice".to_owned()])
            .limit(PAGE);
        let payments = self
            .pages("what a payment was for", |after| {
                let request =
                    after.into_iter().fold(request.clone(), ListInvoicePayment::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        Ok(payments.into_iter().filter_map(|one| one.invoice.into_object()).collect())
    }
}

/// An inquiry has taken no money, one that was won has given it back, and one that was prevented
/// never came to be.
fn claim_of(dispute: &Dispute) -> Option<Claim> {
    match dispute.status {
        DisputeStatus::NeedsResponse | DisputeStatus::UnderReview => Some(Claim::Disputed),
        DisputeStatus::Lost => Some(Claim::DisputeLost),
        DisputeStatus::Won
        | DisputeStatus::Prevented
        | DisputeStatus::WarningNeedsResponse
        | DisputeStatus::WarningUnderReview
        | DisputeStatus::WarningClosed
        | DisputeStatus::Unknown(_)
        | _ => None,
    }
}

fn read_contested(
    invoice: &Invoice,
    lines: &[InvoiceLineItem],
    claims: &Claims,
) -> Option<Contested> {
    Some(Contested {
        invoice: invoice.id.as_ref()?.to_string(),
        lines: lines.iter().filter_map(read_line).collect(),
        claims: claims.clone(),
    })
}

/// What is credited for the rest of a cheaper plan paid for nothing.
fn read_line(raw: &InvoiceLineItem) -> Option<Line> {
    let parent = raw.parent.as_ref()?;
    let of_item = parent.subscription_item_details.as_ref();
    let of_change = parent.invoice_item_details.as_ref();
    let subscription = of_item
        .and_then(|it| it.subscription.as_deref())
        .or_else(|| of_change.and_then(|it| it.subscription.as_deref()))
        .or_else(|| Some(raw.subscription.as_ref()?.id().as_str()))?;
    let details = raw.pricing.as_ref().and_then(|pricing| pricing.price_details.as_ref());
    (raw.amount > 0).then(|| Line {
        subscription: subscription.to_owned(),
        price: details.map(|details| details.price.id().to_string()),
        start: raw.period.start,
        end: raw.period.end,
        is_rest: of_item.is_some_and(|it| it.proration) || of_change.is_some_and(|it| it.proration),
    })
}

/// Who wants the money back that was paid for the current period of an item; where it is still to
/// be paid, for the one before.
pub(super) fn on_item(
    item: &SubscriptionItem,
    subscription: &str,
    status: &Status,
    contested: &[Contested],
) -> Claims {
    let (start, end) = (item.current_period_start, item.current_period_end);
    let paid_for_it = |line: &Line| {
        // An end that was moved leaves the start; a plan that was changed leaves the end.
        let this_period = line.start == start || line.end == end;
        let last_period = *status == Status::PastDue && line.end == start;
        let this_price = line.price.as_deref() == Some(item.price.id.as_str());
        line.subscription == subscription
            && (this_period || last_period)
            && (this_price || !line.is_rest)
    };
    let of_it = contested.iter().filter(|one| one.lines.iter().any(paid_for_it));
    of_it.flat_map(|one| one.claims.iter()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ids::Subject;
    use crate::stripe::fixtures::{
        self, charge, dispute, invoice, invoice_line, invoice_payment, item, list, subscription,
    };
    use crate::stripe::stub::{Reply, against, decoded};

    #[tokio::test]
    async fn a_dispute_claims_the_money_while_the_bank_has_it() {
        let rows: [(&[&str], &str); 11] = [
            (&["warning_needs_response"], ""),
            (&["warning_under_review"], ""),
            (&["warning_closed"], ""),
            (&["prevented"], ""),
            (&["needs_response"], "disputed"),
            (&["under_review"], "disputed"),
            (&["won"], ""),
            (&["lost"], "lost"),
            (&["of_2030"], ""),
            (&["won", "lost"], "lost"),
            (&["lost", "needs_response"], "disputed lost"),
        ];
        for (states, expected) in rows {
            let disputes: Vec<Value> = states.iter().map(|it| dispute("dp_1", it)).collect();
            let charge: Charge = fixtures::read(&charge(json!({ "disputed": true })));
            let call = async |stripe: Stripe| stripe.claims_on(&charge, Interest::default()).await;
            let (claims, _) = against(vec![fine(list(&disputes))], call).await;
            assert_eq!(claims.expect("an answer").words(), expected, "{states:?}");
        }
    }

    #[tokio::test]
    async fn only_where_money_is_wanted_back_is_asked_what_it_paid_for() {
        let refunded = charge(json!({ "payment_intent": "pi_1", "refunded": true }));
        let partly = charge(json!({ "payment_intent": "pi_2", "amount_refunded": 450 }));
        let by_hand = charge(json!({ "refunded": true }));
        let live = charge(json!({ "payment_intent": "pi_3", "refunded": true, "livemode": true }));
        let line = invoice_line("sub_1", "price_1", (1_000, 2_000));
        let paid = invoice_payment(&invoice(json!({ "lines": list(&[line]) })));
        let replies = vec![
            fine(fixtures::customer(json!({}))),
            fine(list(&[])),
            fine(list(&[subscription(json!({}))])),
            fine(list(&[partly, by_hand, live, refunded])),
            fine(list(&[paid])),
        ];
        let subject = Subject::parse("cus_1").expect("an id");
        let call = async |stripe: Stripe| stripe.snapshot_of(&subject, Interest::default()).await;
        let (snapshot, asked) = against(replies, call).await;
        let claims = snapshot.expect("a snapshot").subscriptions[0].items[0].claims.words();
        assert_eq!(claims, "refunded");
        let expected = "GET /v1/invoice_payments?expand[0]=data.invoice&limit=100\
            &payment[payment_intent]=pi_1&payment[type]=payment_intent";
        assert_eq!(decoded(&asked[4].what), expected);
    }

    #[test]
    fn what_was_paid_for_is_told_by_its_time() {
        //     what the money was for (the period is 1,000 to 2,000)    status      taken back
        paid_for(&line("sub_1", "price_1", 1_000, 2_000), "active", true);
        paid_for(&line("sub_1", "price_1", 0, 1_000), "active", false);
        paid_for(&line("sub_1", "price_1", 2_000, 3_000), "active", false);
        paid_for(&line("sub_2", "price_1", 1_000, 2_000), "active", false);
        // A year that was changed to a month, and paid anew.
        paid_for(&line("sub_1", "price_1", 500, 9_000), "active", false);
        // An end that was moved, and a period that began with another plan.
        paid_for(&line("sub_1", "price_1", 1_000, 1_500), "active", true);
        paid_for(&line("sub_1", "price_2", 1_000, 2_000), "active", true);
        // The rest of a period, after a change in its midst.
        paid_for(&rest(line("sub_1", "price_1", 1_500, 2_000)), "active", true);
        paid_for(&rest(line("sub_1", "price_2", 1_500, 2_000)), "active", false);
        // A credit paid for nothing.
        let mut credit = line("sub_1", "price_1", 1_000, 2_000);
        credit["amount"] = json!(-900);
        paid_for(&credit, "active", false);
        // Of a period that is not paid the one before counts.
        paid_for(&line("sub_1", "price_1", 0, 1_000), "past_due", true);
        paid_for(&line("sub_1", "price_1", -1_000, 0), "past_due", false);
    }

    fn line(subscription: &str, price: &str, start: i64, end: i64) -> Value {
        invoice_line(subscription, price, (start, end))
    }

    fn rest(mut line: Value) -> Value {
        line["parent"]["subscription_item_details"]["proration"] = json!(true);
        line
    }

    fn paid_for(line: &Value, status: &str, expected: bool) {
        let invoice: Invoice =
            fixtures::read(&invoice(json!({ "lines": list(std::slice::from_ref(line)) })));
        let refunded: Claims = [Claim::Refunded].into_iter().collect();
        let contested =
            read_contested(&invoice, &invoice.lines.data, &refunded).expect("an invoice");
        let item = fixtures::read(&item("si_1", "price_1", 1_000, 2_000));
        let claims = on_item(&item, "sub_1", &Status::parse(status), &[contested]);
        assert_eq!(claims == refunded, expected, "{status}: {line}");
    }

    fn fine(json: Value) -> Reply {
        Reply::Json(200, json)
    }
}
