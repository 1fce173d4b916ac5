//! Everything that a Stripe account has sold, in outline: to be compared, or to begin anew from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use stripe_billing::subscription::{
    ListSubscription, ListSubscriptionStatus, RetrieveSubscription,
};
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
    Subscription as SdkSubscription,
};
use stripe_types::RangeQueryTs;

use super::checkout;
use super::client::{PAGE, Stripe, next_page, patiently};
use super::error::StripeError;
use super::invoices;
use super::order;
use super::snapshot;
use crate::domain::ids::{BadId, CustomerId, Mode, PriceId, ReaderId, Subject, SubscriptionId};
use crate::domain::ledger::Receipt;
use crate::domain::outline::{PurchaseOutline, SubscriptionOutline};
use crate::domain::time::Timestamp;

/// The longest time between a checkout and its invoice: it is open for a day, and a bank debit
/// takes up to two weeks: <https://docs.stripe.com/payments/sepa-debit>.
const CHECKOUT_LASTS: Duration = Duration::from_hours(24 * 15);

/// Somebody who bought something, at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The readers whom we named when he bought.
    pub readers: BTreeSet<ReaderId>,
    /// What he bought.
    pub prices: BTreeSet<PriceId>,
}

impl Stripe {
    /// Every subscription that is not canceled.
    pub async fn live_subscriptions(&self) -> Result<Vec<SubscriptionOutline>, StripeError> {
        const WHAT: &str = "all subscriptions";
        // Without a status Stripe lists all that are not canceled.
        let request =
            ListSubscription::new().expand(vec!["data.latest_invoice".to_owned()]).limit(PAGE);
        let (mut outlines, mut after) = (Vec::new(), None);
        loop {
            let from = after.clone().into_iter();
            let request = from.fold(request.clone(), ListSubscription::starting_after);
            let page = patiently(WHAT, || request.send(&self.client)).await?;
            for raw in &page.data {
                if Mode::of_livemode(raw.livemode) == self.mode() {
                    outlines.push(self.outline(raw).await?);
                }
            }
            after = next_page(WHAT, &page, after.as_deref())?;
            if after.is_none() {
                return Ok(outlines);
            }
        }
    }

    /// One subscription, whatever its status; none: Stripe does not know it.
    pub async fn subscription_outline(
        &self,
        id: &SubscriptionId,
    ) -> Result<Option<SubscriptionOutline>, StripeError> {
        let request =
            RetrieveSubscription::new(id.as_str()).expand(vec!["latest_invoice".to_owned()]);
        let raw = match patiently("a subscription", || request.send(&self.client)).await {
            Err(problem) if problem.is_missing() => return Ok(None),
            raw => raw?,
        };
        self.outline(&raw).await.map(Some)
    }

    /// Read as the ledger reads it, so that nothing differs but what differs.
    async fn outline(&self, raw: &SdkSubscription) -> Result<SubscriptionOutline, StripeError> {
        let (items, owed) = (self.items_of(raw).await?, self.owed_for(raw).await?);
        Ok(snapshot::read_subscription(raw, &items, &[], owed)?.into())
    }

    /// The one-time purchases whose checkout began since then; none: all of them. Those on
    /// invoices too, if they matter.
    pub async fn purchases_since(
        &self,
        since: Option<Timestamp>,
        on_invoices: bool,
    ) -> Result<Vec<PurchaseOutline>, StripeError> {
        let mut purchases = Vec::new();
        let sessions = self.completed_checkouts(since).await?;
        for session in &sessions {
            if session.mode == CheckoutSessionMode::Payment {
                purchases.push(PurchaseOutline {
                    id: Receipt::Checkout(checkout::checkout_id(session)?),
                    subject: subject(session)?,
                    prices: self.prices_of(session).await?,
                    paid: is_paid(&session.payment_status),
                });
            }
        }
        if on_invoices {
            let since = since.map(|since| since.plus(CHECKOUT_LASTS));
            let told = invoices::of_checkouts(&sessions);
            let sales = self.all_sales_on_invoice(since).await?.into_iter();
            let sales = sales.filter(|(_, sale)| !told.contains(sale.invoice.as_str()));
            purchases.extend(sales.map(|(customer, sale)| PurchaseOutline {
                id: Receipt::Invoice(sale.invoice),
                subject: Subject::Customer(customer),
                prices: sale.prices,
                paid: true,
            }));
        }
        Ok(purchases)
    }

    /// Everybody who ever bought anything, ended subscriptions too; and on invoices, if that
    /// matters.
    pub async fn everybody(
        &self,
        on_invoices: bool,
    ) -> Result<BTreeMap<Subject, Trace>, StripeError> {
        let mut all: BTreeMap<Subject, Trace> = BTreeMap::new();
        for raw in &self.all_subscriptions().await? {
            let customer = CustomerId::parse(raw.customer.id()).map_err(|bad| malformed(&bad))?;
            let trace = all.entry(Subject::Customer(customer)).or_default();
            trace.readers.extend(order::reader_in(&raw.metadata));
            let prices = self.items_of(raw).await?;
            trace.prices.extend(prices.iter().filter_map(|it| PriceId::parse(&it.price.id).ok()));
        }
        for session in &self.completed_checkouts(None).await? {
            let trace = all.entry(subject(session)?).or_default();
            trace.readers.extend(session.metadata.as_ref().and_then(order::reader_in));
            trace.prices.extend(self.prices_of(session).await?);
        }
        if on_invoices {
            for (customer, sale) in self.all_sales_on_invoice(None).await? {
                all.entry(Subject::Customer(customer)).or_default().prices.extend(sale.prices);
            }
        }
        Ok(all)
    }

    async fn all_subscriptions(&self) -> Result<Vec<SdkSubscription>, StripeError> {
        let request = ListSubscription::new().status(ListSubscriptionStatus::All).limit(PAGE);
        let mut all = self
            .pages("all subscriptions", |after| {
                let request =
                    after.into_iter().fold(request.clone(), ListSubscription::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        all.retain(|one| Mode::of_livemode(one.livemode) == self.mode());
        Ok(all)
    }

    async fn completed_checkouts(
        &self,
        since: Option<Timestamp>,
    ) -> Result<Vec<CheckoutSession>, StripeError> {
        let request = ListCheckoutSession::new()
            .status(CheckoutSessionStatus::Complete)
            .expand(vec!["data.line_items".to_owned()])
            .limit(PAGE);
        let request = since
            .into_iter()
            .fold(request, |request, since| request.created(RangeQueryTs::gte(since.unix())));
        let mut all = self
            .pages("all completed checkouts", |after| {
                let request =
                    after.into_iter().fold(request.clone(), ListCheckoutSession::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        all.retain(|one| Mode::of_livemode(one.livemode) == self.mode());
        Ok(all)
    }
}

fn subject(session: &CheckoutSession) -> Result<Subject, StripeError> {
    match checkout::customer_of(session) {
        Some(customer) => Ok(Subject::Customer(customer)),
        None => checkout::checkout_id(session).map(Subject::Checkout),
    }
}

fn is_paid(status: &CheckoutSessionPaymentStatus) -> bool {
    match status {
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired => {
            true
        }
        CheckoutSessionPaymentStatus::Unpaid | CheckoutSessionPaymentStatus::Unknown(_) | _ => {
            false
        }
    }
}

fn malformed(bad: &BadId) -> StripeError {
    StripeError::Malformed(bad.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stripe::fixtures::{self, list, session};
    use crate::stripe::stub::{Reply, against, decoded};

    #[tokio::test]
    async fn live_subscriptions_are_told_in_outline_and_of_our_mode_only() {
        let raw = |changes| fixtures::subscription(changes);
        let replies = vec![Reply::Json(
            200,
            list(&[
                raw(json!({ "cancel_at_period_end": true })),
                raw(json!({ "id": "sub_2", "livemode": true })),
            ]),
        )];
        let (told, asked) =
            against(replies, async |stripe: Stripe| stripe.live_subscriptions().await).await;
        let told = told.expect("subscriptions");
        let [one] = told.as_slice() else { panic!("{told:?}") };
        let moment = Timestamp::from_unix;
        assert_eq!(one.items, [(price("price_1"), moment(1_000), moment(2_000))]);
        assert_eq!((one.status.as_str(), one.ends_at), ("active", Some(moment(2_000))));
        let expected = "GET /v1/subscriptions?expand[0]=data.latest_invoice&limit=100";
        assert_eq!(decoded(&asked[0].what), expected);
    }

    #[tokio::test]
    async fn one_subscription_is_told_in_outline_or_is_not_there() {
        let missing = json!({ "error": { "type": "invalid_request_error" } });
        let id = SubscriptionId::parse("sub_1").expect("an id");
        for (reply, expected) in [
            (Reply::Json(200, fixtures::subscription(json!({ "status": "canceled" }))), "canceled"),
            (Reply::Json(404, missing), "nothing"),
        ] {
            let (told, _) =
                against(vec![reply], async |stripe: Stripe| stripe.subscription_outline(&id).await)
                    .await;
            let status = told.expect("an answer").map(|one| one.status);
            assert_eq!(status.as_deref().unwrap_or("nothing"), expected);
        }
    }

    #[tokio::test]
    async fn purchases_since_then_are_one_time_and_complete() {
        let subscribed = session(json!({ "id": "cs_2", "mode": "subscription" }));
        let page = list(&[session(json!({ "customer": "cus_1" })), subscribed]);
        let (told, asked) = against(vec![Reply::Json(200, page)], async |stripe: Stripe| {
            stripe.purchases_since(Some(Timestamp::from_unix(1_000)), false).await
        })
        .await;
        let told = told.expect("purchases");
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((one.subject.as_str(), one.paid), ("cus_1", true));
        assert_eq!(one.prices, [price("price_1")]);
        assert_eq!(
            decoded(&asked[0].what),
            "GET /v1/checkout/sessions?created[gte]=1000&expand[0]=data.line_items&limit=100\
             &status=complete"
        );
    }

    #[tokio::test]
    async fn everybody_is_told_with_the_readers_whom_we_named() {
        let named = json!({ "tollhouse_reader": "reader_1" });
        let replies = vec![
            Reply::Json(200, list(&[fixtures::subscription(json!({ "metadata": named }))])),
            Reply::Json(
                200,
                list(&[
                    session(json!({ "customer": "cus_1" })),
                    session(json!({ "id": "cs_test_2" })),
                ]),
            ),
            Reply::Json(200, list(&[])),
        ];
        let (told, asked) =
            against(replies, async |stripe: Stripe| stripe.everybody(true).await).await;
        let told = told.expect("everybody");
        let shown: Vec<_> = told
            .iter()
            .map(|(subject, trace)| (subject.as_str(), trace.readers.len(), trace.prices.len()))
            .collect();
        assert_eq!(shown, [("cus_1", 1, 1), ("cs_test_2", 0, 1)]);
        assert!(asked[0].what.contains("status=all"), "{}", asked[0].what);
    }

    fn price(id: &str) -> PriceId {
        PriceId::parse(id).expect("an id")
    }
}
