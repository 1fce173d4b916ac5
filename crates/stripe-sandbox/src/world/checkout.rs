//! Paying on the checkout page, and what comes of it.

use super::World;
use super::payment::Purpose;
use crate::calendar::{self, DAY_SECONDS};
use crate::cards::{Behaviour, Decline, GENERIC_DECLINE, NOT_AUTHENTICATED};
use crate::object::Object;
use crate::object::charge::ChargeResult;
use crate::object::checkout_session::{
    AppliedDiscount, Challenged, CheckoutSession, Completion, CustomerCreation, LineItem, Mode,
    Order, PaymentStatus, SessionState, Trial,
};
use crate::object::customer::Customer;
use crate::object::discount::Discount;
use crate::object::payment_method::Means;
use crate::object::promotion_code::{PromotionCode, Redemption};
use crate::object::subscription::{
    Cancellation, Period, Status, Subscription, SubscriptionItem, Terms,
};
use crate::options::Interval;
use crate::sandbox::Settlement;

/// Who a checkout is for, as far as the caller says.
pub(crate) struct Buyer {
    pub(crate) customer: Option<String>,
    pub(crate) discount: Option<AppliedDiscount>,
}

/// What the customer submits.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) email: String,
    /// `None`: the page asked for none, because nothing is due.
    pub(crate) means: Option<Means>,
}

/// What the customer sees next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Back to the site.
    Return,
    /// The bank's page.
    Authenticate,
}

/// Why the customer stays on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Paid already, or expired.
    Closed,
    Declined(Decline),
    /// The order takes other means of payment.
    NotTaken,
    /// The page needs a card or a bank account.
    NothingToPayWith,
}

impl World {
    /// The customer presses "Pay".
    pub(crate) fn pay(&mut self, session_id: &str, payment: Payment) -> Result<Step, Refusal> {
        self.pay_with(session_id, payment, None)
    }

    /// The same, with a payment method that exists already.
    pub(crate) fn pay_with(
        &mut self,
        session_id: &str,
        payment: Payment,
        method: Option<String>,
    ) -> Result<Step, Refusal> {
        let session = self
            .checkout_sessions
            .get(session_id)
            .filter(|it| it.is_open())
            .ok_or(Refusal::Closed)?;
        if payment.means.is_none() && self.needs_means(session) {
            return Err(Refusal::NothingToPayWith);
        }
        let takes = |means: &Means| {
            session.order.terms.method_types.iter().any(|it| it == means.type_name())
        };
        if !payment.means.as_ref().is_none_or(takes) {
            return Err(Refusal::NotTaken);
        }
        let Some(Means::Card(card)) = &payment.means else {
            self.complete(session_id, payment, method);
            return Ok(Step::Return);
        };
        match card.behaviour {
            Behaviour::Pays | Behaviour::FailsAtRenewal => {
                self.complete(session_id, payment, method);
                Ok(Step::Return)
            }
            Behaviour::AsksFor3dSecure => {
                let (email, card) = (payment.email, card.clone());
                self.challenge(session_id, Challenged { email, card, method });
                Ok(Step::Authenticate)
            }
            Behaviour::Declines(decline) => {
                let means = Means::Card(card.clone());
                let method =
                    method.unwrap_or_else(|| self.add_payment_method(means, &payment.email, None));
                self.decline(session_id, &method, decline);
                Err(Refusal::Declined(decline))
            }
        }
    }

    /// Whether the page asks for a card although nothing may be due today.
    pub(crate) fn needs_means(&self, session: &CheckoutSession) -> bool {
        let asks_always =
            session.order.mode == Mode::Subscription && !session.order.card_unless_free;
        asks_always || self.totals(session).total > 0
    }

    /// The customer pressed "Complete" or "Fail" on the bank's page.
    pub(crate) fn authenticate(
        &mut self,
        session_id: &str,
        complete: bool,
    ) -> Result<Step, Refusal> {
        let session = self.checkout_sessions.get_mut(session_id).ok_or(Refusal::Closed)?;
        let SessionState::Open { challenged } = &mut session.state else {
            return Err(Refusal::Closed);
        };
        let Challenged { email, card, method } =
            challenged.take().ok_or(Refusal::NothingToPayWith)?;
        if complete {
            self.complete(session_id, Payment { email, means: Some(Means::Card(card)) }, method);
            return Ok(Step::Return);
        }
        if let Some(intent) = self.checkout_sessions.known(session_id).payment_intent.clone() {
            self.fail_authentication(&intent, NOT_AUTHENTICATED);
        }
        Err(Refusal::Declined(NOT_AUTHENTICATED))
    }

    /// The address that the page shows and does not let the customer change.
    pub(crate) fn checkout_email(&self, session_id: &str) -> Option<String> {
        let session = self.checkout_sessions.get(session_id)?;
        let customer = session.customer.as_deref().map(|id| self.customers.known(id));
        customer.and_then(|it| it.email.clone()).or_else(|| session.order.customer_email.clone())
    }

    /// A checkout as a payment link opens it: it names nothing but the price.
    pub(crate) fn open_session_elsewhere(&mut self, price: &str) -> Option<String> {
        let price = self.prices.get(price)?;
        let mode = if price.recurring.is_some() { Mode::Subscription } else { Mode::Payment };
        let (price, currency) = (price.id.clone(), price.currency.clone());
        let item = LineItem { id: self.ids.long("li"), price, quantity: 1 };
        let order = Order::plain(mode, currency, item, self.base_url.clone());
        let buyer = Buyer { customer: None, discount: None };
        Some(self.open_session(order, buyer, self.now() + DAY_SECONDS))
    }

    /// A checkout that waits for its customer; the answer is its id.
    pub(crate) fn open_session(&mut self, order: Order, buyer: Buyer, expires_at: i64) -> String {
        let session = CheckoutSession {
            id: self.ids.with("cs_test_a1", 56),
            created: self.now(),
            expires_at,
            order,
            state: SessionState::Open { challenged: None },
            customer: buyer.customer,
            discount: buyer.discount,
            payment_intent: None,
        };
        let id = session.id.clone();
        self.checkout_sessions.insert(session);
        id
    }

    /// The customer types a promotion code; the answer says whether it is one that counts here.
    pub(crate) fn apply_code(&mut self, session_id: &str, typed: &str) -> bool {
        let session = self.checkout_sessions.get(session_id).filter(|it| it.takes_codes());
        let Some(session) = session else { return false };
        let order = Redemption {
            customer: session.customer.as_deref(),
            subtotal: session.order.items.iter().map(|item| self.amount(item)).sum(),
            currency: &session.order.currency,
        };
        let is_meant = |it: &&PromotionCode| {
            it.code.eq_ignore_ascii_case(typed.trim()) && it.counts_for(&order, self)
        };
        let Some(code) = self.promotion_codes.iter().find(is_meant) else { return false };
        let applied =
            AppliedDiscount { coupon: code.coupon.clone(), promotion_code: Some(code.id.clone()) };
        self.checkout_sessions.known_mut(session_id).discount = Some(applied);
        true
    }

    /// A session that was not paid in time, or that its owner expired.
    pub(crate) fn expire_session(&mut self, session_id: &str) {
        let session = self.checkout_sessions.known_mut(session_id);
        session.state = SessionState::Expired;
        if let Some(intent) = session.payment_intent.clone() {
            self.cancel_intent(&intent);
        }
        self.emit_session("checkout.session.expired", session_id);
    }

    /// The money of a bank debit comes, or does not. `false`: none is under way here.
    pub(crate) fn settle(&mut self, session_id: &str, settlement: Settlement) -> bool {
        let Some(completion) = self.take_settlement(session_id) else {
            return false;
        };
        let intent = self.checkout_sessions.known(session_id).payment_intent.clone();
        let intent = intent.expect("a bank debit has a payment intent");
        let charge = self
            .payment_intents
            .known(&intent)
            .latest_charge
            .clone()
            .expect("and a pending charge");
        match settlement {
            Settlement::Succeeded => {
                self.conclude(&charge, ChargeResult::Succeeded);
                completion.subscription.iter().for_each(|id| self.activate(id));
                completion.invoice.iter().for_each(|id| self.mark_paid(id));
                let paid = Completion { payment: PaymentStatus::Paid, ..completion };
                self.checkout_sessions.known_mut(session_id).state = SessionState::Complete(paid);
                self.emit_session("checkout.session.async_payment_succeeded", session_id);
            }
            Settlement::Failed => {
                self.conclude(&charge, ChargeResult::Failed(GENERIC_DECLINE));
                completion.invoice.iter().for_each(|id| self.void_invoice(id));
                completion.subscription.iter().for_each(|id| self.expire_incomplete(id));
                self.emit_session("checkout.session.async_payment_failed", session_id);
            }
        }
        true
    }

    fn take_settlement(&mut self, session_id: &str) -> Option<Completion> {
        let position = self.settlements.iter().position(|(_, id)| id == session_id)?;
        self.settlements.remove(position);
        self.checkout_sessions.known(session_id).completion().cloned()
    }

    fn challenge(&mut self, session_id: &str, challenged: Challenged) {
        if let Some(intent) = self.session_intent(session_id) {
            self.require_action(&intent);
        }
        let session = self.checkout_sessions.known_mut(session_id);
        session.state = SessionState::Open { challenged: Some(challenged) };
    }

    fn decline(&mut self, session_id: &str, method: &str, decline: Decline) {
        if let Some(intent) = self.session_intent(session_id) {
            self.charge(&intent, method, ChargeResult::Failed(decline));
        }
    }

    /// The payment of a one-time sale, made at the first try. Subscriptions pay by invoice.
    fn session_intent(&mut self, session_id: &str) -> Option<String> {
        let session = self.checkout_sessions.known(session_id).clone();
        let amount = self.totals(&session).total;
        if session.order.mode == Mode::Subscription || amount == 0 {
            return None;
        }
        if let Some(intent) = session.payment_intent {
            // A code that was typed after a declined try changes what is due.
            self.payment_intents.known_mut(&intent).amount = amount;
            return Some(intent);
        }
        let purpose = Purpose {
            amount,
            currency: session.order.currency,
            customer: session.customer,
            metadata: session.order.result_metadata,
            description: session.order.result_description,
        };
        let intent = self.create_intent(purpose, session.order.terms);
        self.checkout_sessions.known_mut(session_id).payment_intent = Some(intent.clone());
        Some(intent)
    }

    fn complete(&mut self, session_id: &str, payment: Payment, existing: Option<String>) {
        let customer = self.customer_of(session_id, &payment.email);
        let session = self.checkout_sessions.known(session_id).clone();
        let customer_id = customer.as_deref();
        let method = payment.means.clone().map(|means| match existing {
            Some(method) => self.used_by(method, customer_id),
            None => self.add_payment_method(means, &payment.email, customer_id),
        });
        let completion = match session.order.mode {
            Mode::Payment => self.complete_payment(session_id, payment, method.as_deref()),
            Mode::Subscription => self.complete_subscription(&session, payment, method),
        };
        if completion.payment == PaymentStatus::Unpaid {
            let settles_at = self
                .settle_after_seconds
                .map_or(i64::MAX, |after| self.now().saturating_add(after));
            self.settlements.push((settles_at, session_id.to_owned()));
        }
        self.redeem(session.discount.as_ref());
        self.checkout_sessions.known_mut(session_id).state = SessionState::Complete(completion);
        self.emit_session("checkout.session.completed", session_id);
    }

    /// A payment method that existed before is attached to the customer who pays with it.
    fn used_by(&mut self, method: String, customer: Option<&str>) -> String {
        let kept = self.payment_methods.known(&method).customer.is_some();
        if let Some(customer) = customer.filter(|_| !kept) {
            self.attach(&method, customer);
        }
        method
    }

    fn complete_payment(
        &mut self,
        session_id: &str,
        payment: Payment,
        method: Option<&str>,
    ) -> Completion {
        let intent = self.session_intent(session_id);
        let customer = self.checkout_sessions.known(session_id).customer.clone();
        let status = match (intent, payment.means, method) {
            (Some(intent), Some(means), Some(method)) => {
                let result = World::first_charge(&means);
                self.payment_intents.known_mut(&intent).customer = customer;
                self.charge(&intent, method, result);
                if result == ChargeResult::Succeeded {
                    PaymentStatus::Paid
                } else {
                    PaymentStatus::Unpaid
                }
            }
            (_, _, _) => PaymentStatus::NoPaymentRequired,
        };
        Completion { payment: status, email: payment.email, subscription: None, invoice: None }
    }

    fn complete_subscription(
        &mut self,
        session: &CheckoutSession,
        payment: Payment,
        method: Option<String>,
    ) -> Completion {
        let subscription = self.ordered_subscription(session, method);
        let id = subscription.id.clone();
        self.add_items_bought_once(&session.order.items, &subscription);
        let started = self.start_subscription(subscription, payment.means.as_ref());
        self.checkout_sessions.known_mut(&session.id).payment_intent = started.payment_intent;
        Completion {
            payment: started.payment,
            email: payment.email,
            subscription: Some(id),
            invoice: Some(started.invoice),
        }
    }

    fn ordered_subscription(
        &mut self,
        session: &CheckoutSession,
        method: Option<String>,
    ) -> Subscription {
        let order = &session.order;
        let now = self.now();
        let id = self.ids.long("sub");
        let recurring = order.items.iter().find_map(|item| self.price(&item.price).recurring);
        let recurring = recurring.expect("a session in subscription mode has a recurring price");
        let trial = order.trial.map(|trial| Period { start: now, end: trial_end(trial, now) });
        let first_end = calendar::after(now, recurring.interval, recurring.count);
        let recurring_items =
            order.items.iter().filter(|item| self.prices.known(&item.price).recurring.is_some());
        let items = recurring_items.map(|item| SubscriptionItem {
            id: self.ids.with("si_", 14),
            price: item.price.clone(),
            quantity: item.quantity,
        });
        let items = items.collect();
        Subscription {
            created: now,
            customer: session
                .customer
                .clone()
                .expect("a subscription's checkout has a customer by now"),
            currency: order.currency.clone(),
            items,
            recurring,
            status: if trial.is_some() { Status::Trialing } else { Status::Incomplete },
            anchor: trial.map_or(now, |trial| trial.end),
            period: trial.unwrap_or(Period { start: now, end: first_end }),
            trial,
            cancellation: Cancellation::None,
            metadata: order.result_metadata.clone(),
            description: order.result_description.clone(),
            discount: self.discount_of(session, &id),
            latest_invoice: None,
            default_payment_method: method,
            terms: Terms::default(),
            id,
        }
    }

    fn discount_of(&mut self, session: &CheckoutSession, subscription_id: &str) -> Option<String> {
        let applied = session.discount.clone()?;
        let discount = Discount {
            id: self.ids.long("di"),
            start: self.now(),
            coupon: applied.coupon,
            promotion_code: applied.promotion_code,
            checkout_session: Some(session.id.clone()),
            customer: session.customer.clone(),
            subscription: Some(subscription_id.to_owned()),
        };
        let id = discount.id.clone();
        self.discounts.insert(discount);
        Some(id)
    }

    fn redeem(&mut self, discount: Option<&AppliedDiscount>) {
        let Some(discount) = discount else { return };
        self.coupons.known_mut(&discount.coupon).times_redeemed += 1;
        if let Some(code) = &discount.promotion_code {
            self.promotion_codes.known_mut(code).times_redeemed += 1;
        }
    }

    /// The session's customer, made if the mode asks for one; a guest has none.
    fn customer_of(&mut self, session_id: &str, email: &str) -> Option<String> {
        let session = self.checkout_sessions.known(session_id);
        let wanted = match session.order.mode {
            Mode::Subscription => true,
            Mode::Payment => session.order.customer_creation == Some(CustomerCreation::Always),
        };
        if session.customer.is_some() || !wanted {
            return session.customer.clone();
        }
        let id =
            self.add_customer(Customer { email: Some(email.to_owned()), ..Customer::default() });
        self.checkout_sessions.known_mut(session_id).customer = Some(id.clone());
        Some(id)
    }

    /// Gives a customer an id and tells the endpoints.
    pub(crate) fn add_customer(&mut self, customer: Customer) -> String {
        let customer = Customer { id: self.ids.with("cus_", 14), created: self.now(), ..customer };
        let (id, snapshot) = (customer.id.clone(), customer.render_whole());
        self.customers.insert(customer);
        self.emit("customer.created", snapshot);
        id
    }

    /// Ends his subscriptions at once.
    pub(crate) fn delete_customer(&mut self, id: &str) {
        let last = self.customers.known(id).render_whole();
        let live = self.subscriptions.iter().filter(|it| it.customer == id && it.is_live());
        let subscriptions: Vec<String> = live.map(|it| it.id.clone()).collect();
        for subscription in &subscriptions {
            self.end_subscription(subscription);
        }
        self.customers.known_mut(id).deleted = true;
        self.emit("customer.deleted", last);
    }

    fn emit_session(&mut self, kind: &str, session_id: &str) {
        let snapshot = self.checkout_sessions.known(session_id).render(self);
        self.emit(kind, snapshot);
    }
}

fn trial_end(trial: Trial, now: i64) -> i64 {
    match trial {
        Trial::Days(days) => calendar::after(now, Interval::Day, days).max(now + DAY_SECONDS),
        Trial::Until(end) => end,
    }
}
