//! All that a subject ever bought: Stripe's objects as the ledger counts them.

use std::collections::BTreeSet;

use stripe_billing::subscription::{ListSubscription, ListSubscriptionStatus};
use stripe_billing::subscription_item::ListSubscriptionItem;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::customer::{RetrieveCustomer, RetrieveCustomerReturned};
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
    Customer, PaymentIntent, PaymentIntentStatus, Subscription as SdkSubscription,
    SubscriptionItem,
};
use stripe_types::Expandable;

use super::checkout;
use super::client::{PAGE, Stripe};
use super::error::StripeError;
use super::order;
use crate::domain::ids::{
    BadId, CustomerId, Mode, PaymentId, PriceId, ReaderId, Subject, SubscriptionId,
};
use crate::domain::ledger::{Item, Purchase, PurchaseState, Status, Subscription};
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
}

impl Stripe {
    /// Fetches all that a subject ever bought.
    pub async fn snapshot_of(&self, subject: &Subject) -> Result<Snapshot, StripeError> {
        let session = match subject {
            Subject::Customer(id) => return self.snapshot_of_customer(id).await,
            Subject::Checkout(id) => self.session(id).await?,
        };
        if let Some(customer) = checkout::customer_of(&session) {
            return self.snapshot_of_customer(&customer).await;
        }
        let sessions = [session];
        Ok(Snapshot {
            subject: subject.clone(),
            email: checkout::email_of(&sessions[0]),
            customer_deleted: false,
            reader: reader(&sessions, &[]),
            subscriptions: Vec::new(),
            purchases: self.purchases(&sessions).await?,
        })
    }

    async fn snapshot_of_customer(&self, id: &CustomerId) -> Result<Snapshot, StripeError> {
        let customer = self.customer(id).await?;
        let sessions = self.sessions_of(id).await;
        let (sessions, raw) = match &customer {
            Some(_) => (sessions?, self.subscriptions_of(id).await?),
            None => (or_nothing(sessions)?, Vec::new()),
        };
        let mut subscriptions = Vec::with_capacity(raw.len());
        for subscription in &raw {
            let items = self.items_of(subscription).await?;
            subscriptions.push(read_subscription(subscription, &items)?);
        }
        Ok(Snapshot {
            subject: Subject::Customer(id.clone()),
            customer_deleted: customer.is_none(),
            email: customer.and_then(|customer| customer.email),
            reader: reader(&sessions, &raw),
            subscriptions,
            purchases: self.purchases(&sessions).await?,
        })
    }

    /// The customer; none if he was deleted.
    async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, StripeError> {
        let request = RetrieveCustomer::new(id.as_str());
        match self.patiently("a customer", || request.send(&self.client)).await {
            Ok(RetrieveCustomerReturned::DeletedCustomer(_)) | Err(StripeError::NotFound(_)) => {
                Ok(None)
            }
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
        let details = vec!["data.line_items".to_owned(), "data.payment_intent".to_owned()];
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

    async fn purchases(&self, sessions: &[CheckoutSession]) -> Result<Vec<Purchase>, StripeError> {
        let mut purchases = Vec::new();
        for session in sessions.iter().filter(|session| is_purchase(session)) {
            let prices = self.prices_of(session).await?;
            purchases.push(read_purchase(session, prices)?);
        }
        Ok(purchases)
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

fn read_subscription(
    raw: &SdkSubscription,
    items: &[SubscriptionItem],
) -> Result<Subscription, StripeError> {
    let malformed = |bad: BadId| StripeError::Malformed(bad.to_string());
    Ok(Subscription {
        id: SubscriptionId::parse(&raw.id).map_err(malformed)?,
        customer: CustomerId::parse(raw.customer.id()).map_err(malformed)?,
        status: Status::parse(raw.status.as_str()),
        items: items.iter().filter_map(read_item).collect(),
        ends_at: ends_at(raw, items),
        collection_paused: raw.pause_collection.is_some(),
    })
}

/// An item whose price the configuration could not name grants nothing, and is left out.
fn read_item(raw: &SubscriptionItem) -> Option<Item> {
    Some(Item {
        price: PriceId::parse(&raw.price.id).ok()?,
        period_start: Timestamp::from_unix(raw.current_period_start),
        period_end: Timestamp::from_unix(raw.current_period_end),
    })
}

/// A cancellation is told in one of three ways: done, for a date, or for the period's end.
pub(super) fn ends_at(raw: &SdkSubscription, items: &[SubscriptionItem]) -> Option<Timestamp> {
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

fn read_purchase(session: &CheckoutSession, prices: Vec<PriceId>) -> Result<Purchase, StripeError> {
    let payment = session.payment_intent.as_ref();
    Ok(Purchase {
        checkout: checkout::checkout_id(session)?,
        customer: checkout::customer_of(session),
        payment: payment.and_then(|payment| PaymentId::parse(payment.id()).ok()),
        prices,
        state: purchase_state(&session.payment_status, payment),
    })
}

/// Only Stripe's own word for "paid" opens anything. A delayed payment that failed leaves its
/// session "complete" and "unpaid", as one that is still on its way: the payment tells.
fn purchase_state(
    status: &CheckoutSessionPaymentStatus,
    payment: Option<&Expandable<PaymentIntent>>,
) -> PurchaseState {
    match status {
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired => {
            PurchaseState::Paid
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
        assert_eq!(purchase.checkout.as_str(), "cs_test_1");
        assert_eq!(purchase.customer.as_ref().map(CustomerId::as_str), Some("cus_1"));
        assert_eq!(purchase.payment.as_ref().map(PaymentId::as_str), Some("pi_1"));
        assert_eq!(purchase.prices[0].as_str(), "price_1");
        assert_eq!(purchase.state, PurchaseState::Paid);
        let expected = [
            "GET /v1/customers/cus_1?",
            "GET /v1/checkout/sessions?customer=cus_1&expand[0]=data.line_items\
                &expand[1]=data.payment_intent&limit=100&status=complete",
            "GET /v1/subscriptions?customer=cus_1&limit=100&status=all",
            "GET /v1/subscriptions?customer=cus_1&limit=100&starting_after=sub_2&status=all",
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
            (missing(404), fine(list(&[session(json!({}))])), 1),
            (fine(deleted.clone()), missing(404), 0),
            (fine(deleted), missing(400), 0),
        ];
        for (customer, sessions, purchases) in rows {
            let (snapshot, _) = snapshot_of("cus_1", vec![customer, sessions]).await;
            let snapshot = snapshot.expect("a snapshot");
            assert!(snapshot.customer_deleted);
            assert_eq!(snapshot.purchases.len(), purchases);
            assert!(snapshot.subscriptions.is_empty());
        }
    }

    #[tokio::test]
    async fn a_failure_midway_is_a_failure_and_not_half_a_snapshot() {
        let refused = || Reply::Json(400, json!({ "error": { "type": "api_error" } }));
        let customer = || fine(fixtures::customer(json!({})));
        for replies in [
            vec![refused()],
            vec![customer(), refused()],
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
        let (answer, _) = snapshot_of("cus_1", vec![fine(fixtures::customer(live.clone()))]).await;
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
        assert!(!read_sub(json!({})).collection_paused);
        let paused = json!({ "pause_collection": { "behavior": "void" } });
        assert!(read_sub(paused).collection_paused);
        let odd = list(&[item("si_1", "price 1 é", 1, 2), item("si_2", "gold-plan", 1, 2)]);
        assert_eq!(read_sub(json!({ "items": odd })).items.len(), 1);
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
            ("paid", Some("succeeded"), PurchaseState::Paid),
            ("paid", None, PurchaseState::Paid),
            ("no_payment_required", None, PurchaseState::Paid),
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
            let purchase = read_purchase(&fixtures::read(&raw), Vec::new()).expect("a purchase");
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
        send(stripe.snapshot_of(subject));
        send(stripe.subject_of(object));
        send(stripe.checkout(id));
        send(stripe.expire_checkout(id));
    }

    async fn snapshot_of(
        subject: &str,
        replies: Vec<Reply>,
    ) -> (Result<Snapshot, StripeError>, Vec<String>) {
        let subject = Subject::parse(subject).expect("an id");
        let (answer, asked) =
            against(replies, async |stripe: Stripe| stripe.snapshot_of(&subject).await).await;
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
        read_subscription(&raw, &raw.items.data).expect("a subscription")
    }
}
