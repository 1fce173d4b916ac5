//! All that a subject ever bought: Stripe's objects as the ledger counts them.

use std::collections::BTreeSet;

use stripe_billing::subscription::{ListSubscription, ListSubscriptionStatus};
use stripe_billing::subscription_item::ListSubscriptionItem;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::customer::{RetrieveCustomer, RetrieveCustomerReturned};
use stripe_misc::entitlements_active_entitlement::ListEntitlementsActiveEntitlement;
use stripe_shared::{
    Charge, CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus,
    CheckoutSessionStatus, Customer, Invoice, InvoiceBillingReason, InvoiceStatus, PaymentIntent,
    PaymentIntentStatus, Subscription as SdkSubscription, SubscriptionCollectionMethod,
    SubscriptionItem,
};
use stripe_types::Expandable;

use super::checkout;
use super::claims::{self, Contested};
use super::client::{PAGE, Stripe, patiently};
use super::error::StripeError;
use super::order;
use super::owed::period_is_unpaid;
use crate::domain::ids::{
    BadId, CustomerId, Mode, PaymentId, PriceId, ReaderId, Subject, SubscriptionId,
};
use crate::domain::ledger::{
    Buyer, Claims, Collection, Item, Owed, Purchase, PurchaseState, Receipt, Status, Subscription,
};
use crate::domain::plan::Feature;
use crate::domain::time::Timestamp;

/// All that a subject ever bought, as Stripe tells it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Whose it is. A checkout that has got a customer since it was asked for is told as that
    /// customer's snapshot.
    pub subject: Subject,
    /// The address at Stripe; nobody has verified it.
    pub email: Option<String>,
    /// Whether the customer is gone: then he has no subscription, and Stripe may not tell what
    /// he bought, so that purchases known from before stay.
    pub customer_deleted: bool,
    /// The reader whom we named at checkout; none if several purchases name different ones.
    pub reader: Option<ReaderId>,
    /// All subscriptions, ended ones too.
    pub subscriptions: Vec<Subscription>,
    /// All one-time purchases.
    pub purchases: Vec<Purchase>,
    /// Features that he is entitled to; none if nobody wanted to know.
    pub entitlements: Vec<Feature>,
}

/// What is to be found out besides, each at the price of further calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interest {
    /// Which payments the card networks believe to be fraud.
    pub fraud_warnings: bool,
    /// Which features a customer is entitled to.
    pub entitlements: bool,
    /// What was bought once on an invoice that the owner wrote.
    pub invoices: bool,
}

impl Stripe {
    /// Fetches all that a subject ever bought.
    pub async fn snapshot_of(
        &self,
        subject: &Subject,
        interest: Interest,
    ) -> Result<Snapshot, StripeError> {
        let session = match subject {
            Subject::Customer(id) => {
                // In a box, because the library's objects take up kilobytes.
                return Box::pin(self.snapshot_of_customer(id, interest)).await;
            }
            Subject::Checkout(id) => self.session(id).await?,
        };
        if let Some(customer) = checkout::customer_of(&session) {
            return Box::pin(self.snapshot_of_customer(&customer, interest)).await;
        }
        let sessions = [session];
        Ok(Snapshot {
            subject: subject.clone(),
            email: checkout::email_of(&sessions[0]),
            customer_deleted: false,
            reader: reader(&sessions, &[]),
            subscriptions: Vec::new(),
            purchases: self.purchases(&sessions, interest).await?,
            entitlements: Vec::new(),
        })
    }

    async fn snapshot_of_customer(
        &self,
        id: &CustomerId,
        interest: Interest,
    ) -> Result<Snapshot, StripeError> {
        // Side by side: somebody waits for it at the till, and each is a journey to Stripe and back.
        let (customer, sessions, raw) =
            tokio::join!(self.customer(id), self.sessions_of(id), self.subscriptions_of(id));
        let Some(customer) = customer? else {
            return self.snapshot_of_deleted(id, &or_nothing(sessions)?, interest).await;
        };
        let (sessions, raw) = (sessions?, raw?);
        let invoices = if interest.invoices {
            self.sales_on_invoice(id, &sessions).await?
        } else {
            Vec::new()
        };
        let starts = raw.iter().flat_map(|one| &one.items.data).map(|it| it.current_period_start);
        let first = starts.chain(invoices.iter().map(|sale| sale.written)).min();
        let contested = if raw.iter().any(is_live) || !invoices.is_empty() {
            let first = first.unwrap_or(i64::MAX);
            Box::pin(self.contested(id, first, &sessions, interest)).await?
        } else {
            Vec::new()
        };
        let mut subscriptions = Vec::with_capacity(raw.len());
        for subscription in &raw {
            let items = self.items_of(subscription).await?;
            let owed = self.owed_for(subscription).await?;
            subscriptions.push(read_subscription(subscription, &items, &contested, owed)?);
        }
        let mut purchases = self.purchases(&sessions, interest).await?;
        purchases.extend(invoices.into_iter().map(|sale| sale.purchase(id, &contested)));
        Ok(Snapshot {
            subject: Subject::Customer(id.clone()),
            customer_deleted: false,
            email: customer.email,
            reader: reader(&sessions, &raw),
            subscriptions,
            purchases,
            entitlements: self.entitlements_of(id, interest).await?,
        })
    }

    async fn snapshot_of_deleted(
        &self,
        id: &CustomerId,
        sessions: &[CheckoutSession],
        interest: Interest,
    ) -> Result<Snapshot, StripeError> {
        let mut purchases = self.purchases(sessions, interest).await?;
        if interest.invoices {
            let sales = or_nothing(self.sales_on_invoice(id, sessions).await)?;
            if let Some(first) = sales.iter().map(|sale| sale.written).min() {
                let contested = self.contested(id, first, sessions, interest);
                let contested = or_nothing(Box::pin(contested).await)?;
                purchases.extend(sales.into_iter().map(|sale| sale.purchase(id, &contested)));
            }
        }
        Ok(Snapshot {
            subject: Subject::Customer(id.clone()),
            customer_deleted: true,
            email: None,
            reader: reader(sessions, &[]),
            subscriptions: Vec::new(),
            purchases,
            entitlements: Vec::new(),
        })
    }

    /// The customer; none if he was deleted. Of one who was, Stripe still tells that much; whom it
    /// does not know at all is another account's, whose key this is not: nothing is known of him.
    async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, StripeError> {
        let request = RetrieveCustomer::new(id.as_str());
        match patiently("a customer", || request.send(&self.client)).await {
            Ok(RetrieveCustomerReturned::DeletedCustomer(_)) => Ok(None),
            Ok(RetrieveCustomerReturned::Customer(customer))
                if Mode::of_livemode(customer.livemode) == self.mode() =>
            {
                Ok(Some(customer))
            }
            Ok(RetrieveCustomerReturned::Customer(_)) => Err(self.other_mode(id.as_str())),
            Err(problem) => Err(problem),
        }
    }

    async fn sessions_of(&self, id: &CustomerId) -> Result<Vec<CheckoutSession>, StripeError> {
        let details =
            vec!["data.line_items".to_owned(), "data.payment_intent.latest_charge".to_owned()];
        let request = ListCheckoutSession::new()
            .customer(id.as_str())
            .status(CheckoutSessionStatus::Complete)
            .expand(details)
            .limit(PAGE);
        let mut sessions = self
            .pages("the checkouts of a customer", |after| {
                let request =
                    after.into_iter().fold(request.clone(), ListCheckoutSession::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        sessions.retain(|session| Mode::of_livemode(session.livemode) == self.mode());
        Ok(sessions)
    }

    async fn subscriptions_of(&self, id: &CustomerId) -> Result<Vec<SdkSubscription>, StripeError> {
        let request = ListSubscription::new()
            .customer(id.as_str())
            .status(ListSubscriptionStatus::All)
            .expand(vec!["data.latest_invoice".to_owned()])
            .limit(PAGE);
        let mut subscriptions = self
            .pages("the subscriptions of a customer", |after| {
                let request =
                    after.into_iter().fold(request.clone(), ListSubscription::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        subscriptions.retain(|sub| Mode::of_livemode(sub.livemode) == self.mode());
        Ok(subscriptions)
    }

    /// What is subscribed to. A subscription comes with its first items only.
    pub(super) async fn items_of(
        &self,
        of: &SdkSubscription,
    ) -> Result<Vec<SubscriptionItem>, StripeError> {
        if !of.items.has_more {
            return Ok(of.items.data.clone());
        }
        let request = ListSubscriptionItem::new(of.id.as_str()).limit(PAGE);
        self.pages("the items of a subscription", |after| {
            let request =
                after.into_iter().fold(request.clone(), ListSubscriptionItem::starting_after);
            async move { request.send(&self.client).await }
        })
        .await
    }

    async fn purchases(
        &self,
        sessions: &[CheckoutSession],
        interest: Interest,
    ) -> Result<Vec<Purchase>, StripeError> {
        let mut purchases = Vec::new();
        for session in sessions.iter().filter(|session| is_purchase(session)) {
            let prices = self.prices_of(session).await?;
            let claims = match charge_of(session) {
                Some(charge) => self.claims_on(charge, interest).await?,
                None => Claims::none(),
            };
            purchases.push(read_purchase(session, prices, claims)?);
        }
        Ok(purchases)
    }

    async fn entitlements_of(
        &self,
        id: &CustomerId,
        interest: Interest,
    ) -> Result<Vec<Feature>, StripeError> {
        if !interest.entitlements {
            return Ok(Vec::new());
        }
        let request = ListEntitlementsActiveEntitlement::new(id.as_str()).limit(PAGE);
        let active = self
            .pages("what a customer is entitled to", |after| {
                let request = after
                    .into_iter()
                    .fold(request.clone(), ListEntitlementsActiveEntitlement::starting_after);
                async move { request.send(&self.client).await }
            })
            .await?;
        Ok(active.iter().filter_map(|one| Feature::parse(&one.lookup_key)).collect())
    }
}

/// For a customer who is gone, Stripe may refuse to list what he bought.
fn or_nothing<T>(answer: Result<Vec<T>, StripeError>) -> Result<Vec<T>, StripeError> {
    match answer {
        Err(problem) if problem.is_missing() => Ok(Vec::new()),
        answer => answer,
    }
}

fn reader(sessions: &[CheckoutSession], subscriptions: &[SdkSubscription]) -> Option<ReaderId> {
    let of_sessions = sessions
        .iter()
        .filter(|session| session.status == Some(CheckoutSessionStatus::Complete))
        .filter_map(|session| session.metadata.as_ref());
    let of_subscriptions = subscriptions.iter().map(|subscription| &subscription.metadata);
    let named: BTreeSet<ReaderId> =
        of_sessions.chain(of_subscriptions).filter_map(order::reader_in).collect();
    let mut named = named.into_iter();
    named.next().filter(|_| named.next().is_none())
}

/// Whether it may still give something, so that it matters who wants its money back.
fn is_live(raw: &SdkSubscription) -> bool {
    match Status::parse(raw.status.as_str()) {
        Status::Trialing | Status::Active | Status::PastDue | Status::Unknown(_) => true,
        Status::Unpaid
        | Status::Canceled
        | Status::Incomplete
        | Status::IncompleteExpired
        | Status::Paused => false,
    }
}

pub(super) fn read_subscription(
    raw: &SdkSubscription,
    items: &[SubscriptionItem],
    contested: &[Contested],
    owed: Option<Owed>,
) -> Result<Subscription, StripeError> {
    let malformed = |bad: BadId| StripeError::Malformed(bad.to_string());
    let invoice = raw.latest_invoice.as_ref().and_then(Expandable::as_object);
    let status = if awaits_first_payment(raw, invoice) {
        Status::Incomplete
    } else {
        Status::parse(raw.status.as_str())
    };
    let item = |item| read_item(item, raw.id.as_str(), &status, contested);
    Ok(Subscription {
        id: SubscriptionId::parse(&raw.id).map_err(malformed)?,
        customer: CustomerId::parse(raw.customer.id()).map_err(malformed)?,
        items: items.iter().filter_map(item).collect(),
        ends_at: ends_at(raw, items),
        collection: match (raw.pause_collection.is_some(), invoice.is_some_and(period_is_unpaid)) {
            (false, _) => Collection::Runs,
            (true, false) => Collection::PausedAfterPayment,
            (true, true) => Collection::PausedUnpaid,
        },
        owed,
        status,
    })
}

/// Whether nothing was ever paid, though Stripe is to collect by itself: a bank debit takes days, and
/// what the subscription is called meanwhile is up to the way of paying.
fn awaits_first_payment(raw: &SdkSubscription, invoice: Option<&Invoice>) -> bool {
    matches!(raw.status.as_str(), "active" | "past_due")
        && raw.collection_method == SubscriptionCollectionMethod::ChargeAutomatically
        && invoice.is_some_and(|invoice| {
            invoice.status == Some(InvoiceStatus::Open)
                && invoice.billing_reason == Some(InvoiceBillingReason::SubscriptionCreate)
        })
}

/// An item whose price the configuration could not name grants nothing, and is left out; so does
/// one of which nothing is bought.
fn read_item(
    raw: &SubscriptionItem,
    subscription: &str,
    status: &Status,
    contested: &[Contested],
) -> Option<Item> {
    (raw.quantity != Some(0)).then_some(())?;
    Some(Item {
        price: PriceId::parse(&raw.price.id).ok()?,
        period_start: Timestamp::from_unix(raw.current_period_start),
        period_end: Timestamp::from_unix(raw.current_period_end),
        claims: claims::on_item(raw, subscription, status, contested),
    })
}

/// A cancellation is told in one of three ways: done, for a date, or for the period's end.
fn ends_at(raw: &SdkSubscription, items: &[SubscriptionItem]) -> Option<Timestamp> {
    let period_end = || {
        let last = items.iter().map(|item| item.current_period_end).max();
        last.filter(|_| raw.cancel_at_period_end)
    };
    raw.ended_at.or(raw.cancel_at).or_else(period_end).map(Timestamp::from_unix)
}

fn is_purchase(session: &CheckoutSession) -> bool {
    session.mode == CheckoutSessionMode::Payment
        && session.status == Some(CheckoutSessionStatus::Complete)
}

/// The payment of a session, if it came to one.
fn charge_of(session: &CheckoutSession) -> Option<&Charge> {
    let payment = session.payment_intent.as_ref()?.as_object()?;
    payment.latest_charge.as_ref()?.as_object()
}

fn read_purchase(
    session: &CheckoutSession,
    prices: Vec<PriceId>,
    claims: Claims,
) -> Result<Purchase, StripeError> {
    let payment = session.payment_intent.as_ref();
    Ok(Purchase {
        receipt: Receipt::Checkout(checkout::checkout_id(session)?),
        buyer: checkout::customer_of(session).map_or(Buyer::Guest, Buyer::Customer),
        payment: payment.and_then(|payment| PaymentId::parse(payment.id()).ok()),
        prices,
        state: purchase_state(&session.payment_status, payment, claims),
    })
}

/// Only Stripe's own word for "paid" opens anything. A delayed payment that failed leaves its
/// session "complete" and "unpaid", as one that is still on its way: the payment tells.
fn purchase_state(
    status: &CheckoutSessionPaymentStatus,
    payment: Option<&Expandable<PaymentIntent>>,
    claims: Claims,
) -> PurchaseState {
    match status {
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired => {
            PurchaseState::Paid(claims)
        }
        CheckoutSessionPaymentStatus::Unpaid | CheckoutSessionPaymentStatus::Unknown(_) | _ => {
            match payment.and_then(Expandable::as_object).map(|payment| &payment.status) {
                Some(
                    PaymentIntentStatus::RequiresPaymentMethod | PaymentIntentStatus::Canceled,
                ) => PurchaseState::Failed,
                // Among these `requires_action`: a voucher that waits to be paid in a shop.
                Some(_) | None => PurchaseState::Pending,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ids::CheckoutId;
    use crate::stripe::envelope::Hinted;
    use crate::stripe::fixtures::{self, item, list, payment, session};
    use crate::stripe::stub::{Reply, against, decoded};

    #[tokio::test]
    async fn a_customer_is_told_from_all_pages() {
        let mut first =
            list(&[subscription("sub_1", &json!({})), subscription("sub_2", &json!({}))]);
        first["has_more"] = json!(true);
        let bought =
            session(json!({ "customer": "cus_1", "payment_intent": payment("succeeded") }));
        let card = session(json!({ "id": "cs_2", "mode": "setup", "customer": "cus_1" }));
        let mut items = list(&[item("si_1", "price_1", 1_000, 2_000)]);
        items["has_more"] = json!(true);
        let replies = vec![
            fine(fixtures::customer(json!({}))),
            fine(list(&[bought, card])),
            fine(first),
            fine(list(&[subscription("sub_3", &json!({ "items": items }))])),
            fine(list(&[])),
            fine(list(&[item("si_1", "price_1", 1_000, 2_000), item("si_2", "price_2", 5, 6)])),
        ];
        let (snapshot, asked) = snapshot_of("cus_1", replies).await;
        let snapshot = snapshot.expect("a snapshot");
        assert_eq!(snapshot.email.as_deref(), Some("a@reader.example"));
        assert!(!snapshot.customer_deleted);
        let ids: Vec<_> = snapshot.subscriptions.iter().map(|sub| sub.id.as_str()).collect();
        assert_eq!(ids, ["sub_1", "sub_2", "sub_3"]);
        assert_eq!(snapshot.subscriptions[2].items.len(), 2);
        let [purchase] = snapshot.purchases.as_slice() else { panic!("{snapshot:?}") };
        assert_eq!(purchase.receipt.as_str(), "cs_test_1");
        assert_eq!(purchase.buyer.customer().map(CustomerId::as_str), Some("cus_1"));
        assert_eq!(purchase.payment.as_ref().map(PaymentId::as_str), Some("pi_1"));
        assert_eq!(purchase.prices[0].as_str(), "price_1");
        assert_eq!(purchase.state, PurchaseState::PAID);
        let expected = [
            "GET /v1/customers/cus_1?",
            "GET /v1/checkout/sessions?customer=cus_1&expand[0]=data.line_items\
                &expand[1]=data.payment_intent.latest_charge&limit=100&status=complete",
            "GET /v1/subscriptions?customer=cus_1&expand[0]=data.latest_invoice&limit=100&status=all",
            "GET /v1/subscriptions?customer=cus_1&expand[0]=data.latest_invoice&limit=100\
                &starting_after=sub_2&status=all",
            "GET /v1/charges?customer=cus_1&limit=100",
            "GET /v1/subscription_items?limit=100&subscription=sub_3",
        ];
        assert_eq!(asked, expected);
    }

    #[tokio::test]
    async fn a_page_that_leads_nowhere_is_an_error_and_not_a_loop() {
        let mut page = list(&[subscription("sub_1", &json!({}))]);
        page["has_more"] = json!(true);
        let mut empty = list(&[]);
        empty["has_more"] = json!(true);
        for pages in [vec![fine(page.clone()), fine(page)], vec![fine(empty)]] {
            let mut replies = vec![fine(fixtures::customer(json!({}))), fine(list(&[]))];
            replies.extend(pages);
            let (answer, _) = snapshot_of("cus_1", replies).await;
            assert!(matches!(answer, Err(StripeError::Malformed(_))), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn a_deleted_customer_keeps_what_he_bought() {
        let deleted = json!({ "id": "cus_1", "object": "customer", "deleted": true });
        let missing = |status| {
            let error = json!({ "type": "invalid_request_error", "code": "resource_missing",
                "message": "No such customer" });
            Reply::Json(status, json!({ "error": error }))
        };
        let rows = [
            (fine(deleted.clone()), fine(list(&[session(json!({}))])), 1),
            (fine(deleted.clone()), missing(404), 0),
            (fine(deleted), missing(400), 0),
        ];
        for (customer, sessions, purchases) in rows {
            let (snapshot, _) = snapshot_of("cus_1", vec![customer, sessions, missing(404)]).await;
            let snapshot = snapshot.expect("a snapshot");
            assert!(snapshot.customer_deleted);
            assert_eq!(snapshot.purchases.len(), purchases);
            assert!(snapshot.subscriptions.is_empty());
        }
    }

    #[tokio::test]
    async fn whom_stripe_does_not_know_is_not_deleted() {
        let error = json!({ "type": "invalid_request_error", "code": "resource_missing" });
        let missing = Reply::Json(404, json!({ "error": error }));
        let (answer, _) = snapshot_of("cus_1", vec![missing; 3]).await;
        assert!(matches!(answer, Err(StripeError::NotFound(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn a_failure_midway_is_a_failure_and_not_half_a_snapshot() {
        let refused = || Reply::Json(400, json!({ "error": { "type": "api_error" } }));
        let customer = || fine(fixtures::customer(json!({})));
        for replies in [
            vec![refused(), fine(list(&[])), fine(list(&[]))],
            vec![customer(), refused(), fine(list(&[]))],
            vec![customer(), fine(list(&[])), refused()],
        ] {
            let (answer, _) = snapshot_of("cus_1", replies).await;
            assert!(matches!(answer, Err(StripeError::Refused { .. })), "{answer:?}");
        }
    }

    #[tokio::test]
    async fn nothing_of_the_other_mode_enters() {
        let live = json!({ "livemode": true });
        let replies = vec![
            fine(fixtures::customer(json!({}))),
            fine(list(&[session(live.clone())])),
            fine(list(&[subscription("sub_1", &live)])),
        ];
        let (snapshot, _) = snapshot_of("cus_1", replies).await;
        let snapshot = snapshot.expect("a snapshot");
        assert!(snapshot.purchases.is_empty() && snapshot.subscriptions.is_empty());
        let customer = fine(fixtures::customer(live.clone()));
        let others = vec![customer, fine(list(&[])), fine(list(&[]))];
        let (answer, _) = snapshot_of("cus_1", others).await;
        assert!(matches!(answer, Err(StripeError::NotFound(_))), "{answer:?}");
        let (answer, _) = snapshot_of("cs_test_1", vec![fine(session(live))]).await;
        assert!(matches!(answer, Err(StripeError::NotFound(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn a_checkout_without_a_customer_is_told_alone() {
        let details = json!({ "customer_details": { "email": "b@reader.example" } });
        let (snapshot, _) = snapshot_of("cs_test_1", vec![fine(session(details))]).await;
        let snapshot = snapshot.expect("a snapshot");
        assert_eq!(snapshot.subject.as_str(), "cs_test_1");
        assert_eq!(snapshot.email.as_deref(), Some("b@reader.example"));
        assert_eq!(snapshot.purchases.len(), 1);
        let open = vec![fine(session(json!({ "status": "open" })))];
        let (snapshot, _) = snapshot_of("cs_test_1", open).await;
        assert_eq!(snapshot.expect("a snapshot").purchases, []);
    }

    #[tokio::test]
    async fn a_checkout_that_got_a_customer_is_told_as_his() {
        let replies = vec![
            fine(session(json!({ "customer": "cus_1" }))),
            fine(fixtures::customer(json!({}))),
            fine(list(&[session(json!({ "customer": "cus_1" }))])),
            fine(list(&[])),
        ];
        let (snapshot, _) = snapshot_of("cs_test_1", replies).await;
        let snapshot = snapshot.expect("a snapshot");
        assert_eq!(snapshot.subject.as_str(), "cus_1");
        assert_eq!(snapshot.purchases.len(), 1);
    }

    #[test]
    fn a_reader_counts_if_all_who_name_one_name_the_same() {
        let named = |reader: &str, status: &str| {
            let metadata = json!({ "tollhouse_reader": reader });
            session(json!({ "status": status, "metadata": metadata }))
        };
        let of = |sessions: &[Value], subscriptions: &[Value]| {
            let sessions: Vec<_> = sessions.iter().map(fixtures::read).collect();
            let subscriptions: Vec<_> = subscriptions.iter().map(fixtures::read).collect();
            reader(&sessions, &subscriptions).map(String::from).unwrap_or_default()
        };
        let one = named("reader_1", "complete");
        let other = json!({ "metadata": { "tollhouse_reader": "reader_2" } });
        assert_eq!(of(&[], &[]), "");
        assert_eq!(of(&[session(json!({})), one.clone()], &[]), "reader_1");
        assert_eq!(of(&[one.clone(), one.clone()], &[]), "reader_1");
        assert_eq!(of(&[], &[fixtures::subscription(other.clone())]), "reader_2");
        assert_eq!(of(slice::from_ref(&one), &[fixtures::subscription(other)]), "");
        assert_eq!(of(&[one.clone(), named("reader_2", "expired")], &[]), "reader_1");
        assert_eq!(of(&[one, named("cus_1", "complete")], &[]), "reader_1");
    }

    #[test]
    fn a_subscription_tells_its_status_and_what_it_is_for() {
        let subscription = read_sub(json!({ "status": "past_due" }));
        assert_eq!(subscription.status, Status::PastDue);
        assert_eq!(subscription.customer.as_str(), "cus_1");
        let period = |item: &Item| (item.period_start.unix(), item.period_end.unix());
        assert_eq!(subscription.items.iter().map(period).collect::<Vec<_>>(), [(1_000, 2_000)]);
        let unknown = read_sub(json!({ "status": "of_2030" })).status;
        assert_eq!(unknown, Status::Unknown("of_2030".to_owned()));
        assert_eq!(read_sub(json!({})).collection, Collection::Runs);
        let odd = list(&[item("si_1", "price 1 é", 1, 2), item("si_2", "gold-plan", 1, 2)]);
        assert_eq!(read_sub(json!({ "items": odd })).items.len(), 1);
        let mut none_of_it = item("si_1", "price_1", 1, 2);
        none_of_it["quantity"] = json!(0);
        let items = list(&[none_of_it, item("si_2", "price_2", 1, 2)]);
        let items = read_sub(json!({ "items": items })).items;
        let prices: Vec<&str> = items.iter().map(|item| item.price.as_str()).collect();
        assert_eq!(prices, ["price_2"]);
    }

    #[test]
    fn a_subscription_counts_from_its_first_payment_whatever_it_is_called_before() {
        let rows = [
            // status, invoice, its reason, how it is collected, what is read
            ("active", "open", "subscription_create", "charge_automatically", "incomplete"),
            ("past_due", "open", "subscription_create", "charge_automatically", "incomplete"),
            ("active", "paid", "subscription_create", "charge_automatically", "active"),
            ("active", "open", "subscription_cycle", "charge_automatically", "active"),
            ("past_due", "open", "subscription_cycle", "charge_automatically", "past_due"),
            ("active", "open", "subscription_update", "charge_automatically", "active"),
            ("trialing", "open", "subscription_create", "charge_automatically", "trialing"),
            ("canceled", "open", "subscription_create", "charge_automatically", "canceled"),
            // The owner has given him time to pay.
            ("active", "open", "subscription_create", "send_invoice", "active"),
        ];
        for (status, invoice, reason, collection, expected) in rows {
            let latest = fixtures::invoice(json!({ "status": invoice, "billing_reason": reason }));
            let raw = json!({ "status": status, "collection_method": collection,
                "latest_invoice": latest });
            assert_eq!(read_sub(raw).status.as_str(), expected, "{status} {invoice} {reason}");
        }
    }

    #[test]
    fn a_pause_of_collection_leaves_the_period_paid_or_not() {
        let invoice = |status: &str, reason: &str| {
            fixtures::invoice(json!({ "status": status, "billing_reason": reason }))
        };
        let rows = [
            (json!(null), Collection::PausedAfterPayment),
            (json!("in_1"), Collection::PausedAfterPayment),
            (invoice("paid", "subscription_cycle"), Collection::PausedAfterPayment),
            (invoice("void", "subscription_cycle"), Collection::PausedUnpaid),
            (invoice("draft", "subscription_cycle"), Collection::PausedUnpaid),
            (invoice("uncollectible", "subscription_cycle"), Collection::PausedUnpaid),
            (invoice("open", "subscription_create"), Collection::PausedUnpaid),
            (invoice("void", "subscription_update"), Collection::PausedAfterPayment),
        ];
        for (invoice, expected) in rows {
            let paused = json!({ "pause_collection": { "behavior": "void" },
                "latest_invoice": invoice });
            assert_eq!(read_sub(paused).collection, expected, "{invoice}");
            let running = json!({ "latest_invoice": invoice });
            assert_eq!(read_sub(running).collection, Collection::Runs, "{invoice}");
        }
    }

    #[tokio::test]
    async fn a_purchase_tells_who_wants_its_money_back() {
        let paid = |charge: Value| {
            let mut payment = payment("succeeded");
            payment["latest_charge"] = charge;
            fine(session(json!({ "payment_intent": payment })))
        };
        let disputes = fine(list(&[fixtures::dispute("dp_1", "lost")]));
        let warned = Interest { fraud_warnings: true, ..Interest::default() };
        let usual = Interest::default();
        let charge = fixtures::charge;
        let rows = [
            (usual, vec![paid(json!(null))], ""),
            (usual, vec![paid(json!("ch_1"))], ""),
            (usual, vec![paid(charge(json!({ "amount_refunded": 899 })))], ""),
            (usual, vec![paid(charge(json!({ "refunded": true })))], "refunded"),
            (usual, vec![paid(charge(json!({ "disputed": true }))), disputes], "lost"),
            (warned, vec![paid(charge(json!({}))), fine(list(&[]))], ""),
            (warned, vec![paid(charge(json!({}))), fine(list(&[fixtures::warning()]))], "warned"),
        ];
        for (interest, replies, expected) in rows {
            let (snapshot, _) = asked_for(interest, "cs_test_1", replies).await;
            let state = snapshot.expect("a snapshot").purchases[0].state.clone();
            assert_eq!(state, PurchaseState::Paid(Claims::parse(expected)), "{expected:?}");
        }
    }

    #[tokio::test]
    async fn what_a_customer_is_entitled_to_is_asked_for_if_it_matters() {
        let active = |id: &str, key: &str| {
            json!({ "id": id, "object": "entitlements.active_entitlement", "livemode": false,
                "lookup_key": key, "feature": "feat_1" })
        };
        let replies = vec![
            fine(fixtures::customer(json!({}))),
            fine(list(&[])),
            fine(list(&[])),
            fine(list(&[active("ent_1", "long_reads"), active("ent_2", "a\nb")])),
        ];
        let interest = Interest { entitlements: true, ..Interest::default() };
        let (snapshot, asked) = asked_for(interest, "cus_1", replies).await;
        let entitlements = snapshot.expect("a snapshot").entitlements;
        assert_eq!(entitlements.iter().map(Feature::as_str).collect::<Vec<_>>(), ["long_reads"]);
        let expected = "GET /v1/entitlements/active_entitlements?customer=cus_1&limit=100";
        assert_eq!(asked[3], expected);
    }

    #[test]
    fn a_subscription_ends_in_one_of_three_ways() {
        let ends = |changes| read_sub(changes).ends_at.map(Timestamp::unix);
        let two = list(&[item("si_1", "price_1", 1, 2_000), item("si_2", "price_2", 1, 3_000)]);
        assert_eq!(ends(json!({})), None);
        assert_eq!(ends(json!({ "canceled_at": 150 })), None);
        assert_eq!(ends(json!({ "cancel_at_period_end": true })), Some(2_000));
        assert_eq!(ends(json!({ "cancel_at_period_end": true, "items": two })), Some(3_000));
        assert_eq!(ends(json!({ "cancel_at": 1_500 })), Some(1_500));
        assert_eq!(ends(json!({ "cancel_at": 9_000 })), Some(9_000));
        let both = json!({ "cancel_at": 1_500, "cancel_at_period_end": true });
        assert_eq!(ends(both), Some(1_500));
        let ended = json!({ "status": "canceled", "ended_at": 1_200, "cancel_at": 2_000 });
        assert_eq!(ends(ended), Some(1_200));
    }

    #[test]
    fn a_purchase_is_paid_only_if_stripe_says_so() {
        let rows = [
            ("paid", Some("succeeded"), PurchaseState::PAID),
            ("paid", None, PurchaseState::PAID),
            ("no_payment_required", None, PurchaseState::PAID),
            ("unpaid", Some("processing"), PurchaseState::Pending),
            ("unpaid", Some("requires_action"), PurchaseState::Pending),
            ("unpaid", Some("requires_capture"), PurchaseState::Pending),
            ("unpaid", Some("succeeded"), PurchaseState::Pending),
            ("unpaid", Some("requires_payment_method"), PurchaseState::Failed),
            ("unpaid", Some("canceled"), PurchaseState::Failed),
            ("unpaid", Some("of_2030"), PurchaseState::Pending),
            ("unpaid", None, PurchaseState::Pending),
            ("of_2030", None, PurchaseState::Pending),
            ("of_2030", Some("canceled"), PurchaseState::Failed),
        ];
        for (status, intent, expected) in rows {
            let intent = intent.map(payment);
            let raw = session(json!({ "payment_status": status, "payment_intent": intent }));
            let purchase = read_purchase(&fixtures::read(&raw), Vec::new(), Claims::none());
            let purchase = purchase.expect("a purchase");
            assert_eq!(purchase.state, expected, "{status}, {intent:?}");
        }
    }

    #[test]
    fn only_a_completed_one_time_sale_is_a_purchase() {
        let rows = [
            ("payment", "complete", true),
            ("payment", "open", false),
            ("payment", "expired", false),
            ("subscription", "complete", false),
            ("setup", "complete", false),
        ];
        for (mode, status, expected) in rows {
            let raw = session(json!({ "mode": mode, "status": status }));
            assert_eq!(is_purchase(&fixtures::read(&raw)), expected, "{mode}, {status}");
        }
    }

    /// Calls may be made from any thread.
    #[expect(dead_code, reason = "that it compiles is the test")]
    fn calls_can_be_sent(stripe: &Stripe, subject: &Subject, object: &Hinted, id: &CheckoutId) {
        fn send<T: Send>(_: T) {}
        send(stripe.snapshot_of(subject, Interest::default()));
        send(stripe.subject_of(object));
        send(stripe.checkout(id));
        send(stripe.expire_checkout(id));
    }

    async fn snapshot_of(
        subject: &str,
        replies: Vec<Reply>,
    ) -> (Result<Snapshot, StripeError>, Vec<String>) {
        asked_for(Interest::default(), subject, replies).await
    }

    async fn asked_for(
        interest: Interest,
        subject: &str,
        replies: Vec<Reply>,
    ) -> (Result<Snapshot, StripeError>, Vec<String>) {
        let subject = Subject::parse(subject).expect("an id");
        let call = async |stripe: Stripe| stripe.snapshot_of(&subject, interest).await;
        let (answer, asked) = against(replies, call).await;
        (answer, asked.iter().map(|asked| decoded(&asked.what)).collect())
    }

    fn fine(json: Value) -> Reply {
        Reply::Json(200, json)
    }

    fn subscription(id: &str, changes: &Value) -> Value {
        let mut base = fixtures::subscription(json!({ "id": id }));
        for (key, value) in changes.as_object().expect("an object") {
            base[key] = value.clone();
        }
        base
    }

    fn read_sub(changes: Value) -> Subscription {
        let raw: SdkSubscription = fixtures::read(&fixtures::subscription(changes));
        read_subscription(&raw, &raw.items.data, &[], None).expect("a subscription")
    }
}
