//! All objects, and what happens to them.

mod aftermath;
mod billing;
mod changed;
mod changes;
mod checkout;
mod collect;
mod dispute;
mod due;
mod emit;
mod entitlements;
mod invoicing;
mod life;
mod payment;
mod refund;
mod seed;
mod setup;
mod table;
mod test_clocks;

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use aftermath::{Aftermath, CardAftermath};
pub(crate) use changed::changed;
pub(crate) use changes::Proration;
pub(crate) use checkout::{Buyer, Payment, Refusal, Step};
pub(crate) use collect::{Outcome, Presence};
pub(crate) use emit::{FirstTry, Posting, Way};
pub(crate) use payment::Purpose;
pub(crate) use refund::RefundOrder;
pub(crate) use table::Table;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::object::Object;
use crate::object::charge::Charge;
use crate::object::checkout_session::{CheckoutSession, LineItem};
use crate::object::coupon::Coupon;
use crate::object::customer::Customer;
use crate::object::discount::Discount;
use crate::object::dispute::Dispute;
use crate::object::early_fraud_warning::EarlyFraudWarning;
use crate::object::entitlement::{ActiveEntitlement, Feature, ProductFeature};
use crate::object::event::{Cause, Event};
use crate::object::invoice::Invoice;
use crate::object::invoice_item::InvoiceItem;
use crate::object::invoice_payment::InvoicePayment;
use crate::object::payment_intent::PaymentIntent;
use crate::object::payment_method::PaymentMethod;
use crate::object::portal::{PortalConfiguration, PortalSession};
use crate::object::price::Price;
use crate::object::product::Product;
use crate::object::promotion_code::PromotionCode;
use crate::object::refund::Refund;
use crate::object::setup_intent::SetupIntent;
use crate::object::subscription::Subscription;
use crate::object::test_clock::TestClock;
use crate::object::webhook_endpoint::WebhookEndpoint;
use crate::options::AfterRetries;
use crate::webhooks::Disturbances;

/// One account at Stripe.
pub(crate) struct World {
    /// Where the pages are, with a slash at the end.
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    /// The test clock by which it is told what time it is; `None`: the sandbox's own.
    pub(crate) living_by: Option<String>,
    pub(crate) ids: Ids,
    /// After so many seconds bank debits succeed by themselves.
    pub(crate) settle_after_seconds: Option<i64>,
    /// Bank debits under way: when, and of which checkout session.
    pub(crate) settlements: Vec<(i64, String)>,
    pub(crate) billing: BillingSettings,
    /// What follows payments without anybody's doing, oldest first.
    pub(crate) aftermaths: Vec<Aftermath>,
    pub(crate) charges: Table<Charge>,
    pub(crate) checkout_sessions: Table<CheckoutSession>,
    pub(crate) coupons: Table<Coupon>,
    pub(crate) customers: Table<Customer>,
    pub(crate) discounts: Table<Discount>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) early_fraud_warnings: Table<EarlyFraudWarning>,
    pub(crate) entitlements: Table<ActiveEntitlement>,
    pub(crate) events: Table<Event>,
    pub(crate) invoice_items: Table<InvoiceItem>,
    pub(crate) invoice_payments: Table<InvoicePayment>,
    pub(crate) features: Table<Feature>,
    pub(crate) invoices: Table<Invoice>,
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) payment_methods: Table<PaymentMethod>,
    pub(crate) portal_sessions: Table<PortalSession>,
    pub(crate) portal_configurations: Table<PortalConfiguration>,
    pub(crate) prices: Table<Price>,
    pub(crate) product_features: Table<ProductFeature>,
    pub(crate) products: Table<Product>,
    pub(crate) promotion_codes: Table<PromotionCode>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) setup_intents: Table<SetupIntent>,
    pub(crate) subscriptions: Table<Subscription>,
    pub(crate) test_clocks: Table<TestClock>,
    pub(crate) webhook_endpoints: Table<WebhookEndpoint>,
    /// Answers by idempotency key.
    pub(crate) answered: HashMap<String, Answered>,
    /// Whether the account is in live mode.
    pub(crate) livemode: bool,
    /// What happens to webhooks on their way.
    pub(crate) disturbances: Disturbances,
    /// The API call that is under way.
    pub(crate) cause: Cause,
    /// What is to be posted, oldest first; the courier empties it.
    pub(crate) outbox: Vec<Posting>,
}

/// How the account bills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BillingSettings {
    /// What becomes of a subscription after the last try to charge.
    pub(crate) after_retries: AfterRetries,
    /// How long the invoice of a renewal stays a draft.
    pub(crate) draft_seconds: i64,
}

/// An answer that is given again to the same idempotency key.
pub(crate) struct Answered {
    /// Method, path and parameters.
    pub(crate) fingerprint: String,
    pub(crate) path: String,
    /// Of the call that had the effect.
    pub(crate) request_id: String,
    /// When the key was first used.
    pub(crate) at: i64,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What an order costs today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) subtotal: i64,
    pub(crate) discount: i64,
    pub(crate) total: i64,
}

impl World {
    pub(crate) fn price(&self, id: &str) -> &Price {
        self.prices.known(id)
    }

    pub(crate) fn product(&self, id: &str) -> &Product {
        self.products.known(id)
    }

    pub(crate) fn checkout_url(&self, id: &str) -> String {
        format!("{}c/pay/{id}", self.base_url)
    }

    pub(crate) fn portal_url(&self, id: &str) -> String {
        format!("{}p/session/{id}", self.base_url)
    }

    /// The page on which a customer sees an invoice, and pays it.
    pub(crate) fn invoice_url(&self, id: &str) -> String {
        format!("{}i/{id}", self.base_url)
    }

    /// The bank's page for a payment.
    pub(crate) fn bank_url(&self, intent_id: &str) -> String {
        format!("{}bank/{intent_id}", self.base_url)
    }

    pub(crate) fn amount(&self, item: &LineItem) -> i64 {
        self.price(&item.price).times(item.quantity)
    }

    /// What a checkout costs today: nothing, if a trial comes first.
    pub(crate) fn totals(&self, session: &CheckoutSession) -> Totals {
        if session.order.trial.is_some() {
            return Totals { subtotal: 0, discount: 0, total: 0 };
        }
        let subtotal = session.order.items.iter().map(|item| self.amount(item)).sum();
        let coupon = session.discount.as_ref().map(|discount| self.coupons.known(&discount.coupon));
        let discount = coupon.map_or(0, |coupon| coupon.off.of(subtotal));
        Totals { subtotal, discount, total: subtotal - discount }
    }

    /// Any object by its id.
    pub(crate) fn find(&self, id: &str) -> Option<Value> {
        self.in_table(&self.checkout_sessions, id)
            .or_else(|| self.in_table(&self.customers, id))
            .or_else(|| self.in_table(&self.subscriptions, id))
            .or_else(|| self.in_table(&self.invoices, id))
            .or_else(|| self.in_table(&self.invoice_items, id))
            .or_else(|| self.in_table(&self.invoice_payments, id))
            .or_else(|| self.in_table(&self.test_clocks, id))
            .or_else(|| self.in_table(&self.payment_intents, id))
            .or_else(|| self.in_table(&self.setup_intents, id))
            .or_else(|| self.in_table(&self.charges, id))
            .or_else(|| self.in_table(&self.payment_methods, id))
            .or_else(|| self.in_table(&self.prices, id))
            .or_else(|| self.in_table(&self.products, id))
            .or_else(|| self.in_table(&self.coupons, id))
            .or_else(|| self.in_table(&self.promotion_codes, id))
            .or_else(|| self.in_table(&self.discounts, id))
            .or_else(|| self.in_table(&self.disputes, id))
            .or_else(|| self.in_table(&self.early_fraud_warnings, id))
            .or_else(|| self.in_table(&self.refunds, id))
            .or_else(|| self.in_table(&self.entitlements, id))
            .or_else(|| self.in_table(&self.features, id))
            .or_else(|| self.in_table(&self.product_features, id))
            .or_else(|| self.in_table(&self.portal_sessions, id))
            .or_else(|| self.in_table(&self.webhook_endpoints, id))
            .or_else(|| self.in_table(&self.events, id))
            .or_else(|| self.in_table(&self.portal_configurations, id))
    }

    fn in_table<T: Object>(&self, table: &Table<T>, id: &str) -> Option<Value> {
        table.get(id).filter(|it| !it.is_gone()).map(|object| object.render(self))
    }
}
