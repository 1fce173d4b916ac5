//! Which function answers which path.

use serde_json::Value;

use super::error::ApiError;
use super::params::{Accepts, NOTHING};
use super::retrieve::retrieve;
use super::setup_intents;
use super::{
    charges, checkout_sessions, coupons, customers, events, expand, invoices, key_permissions,
    payment_intents, portal, prices, products, promotion_codes, subscriptions, webhook_endpoints,
};
use super::{
    disputes, early_fraud_warnings, entitlements, payment_methods, payment_pages,
    portal_configurations, refunds, search,
};
use super::{invoice_drafts, invoice_items, invoice_payments, subscription_items, test_clocks};
use crate::form::Form;
use crate::object::Object;
use crate::object::charge::Charge;
use crate::object::checkout_session::CheckoutSession;
use crate::object::coupon::Coupon;
use crate::object::customer::Customer;
use crate::object::dispute::Dispute;
use crate::object::early_fraud_warning::EarlyFraudWarning;
use crate::object::entitlement::{ActiveEntitlement, Feature, ProductFeature};
use crate::object::event::Event;
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
use crate::older::Shape;
use crate::world::World;

/// Answers a call whose parameters are known ones. The text is the id in the path, or empty; where
/// there are two, all from the first to the last: `prod_1/features/prodft_1`.
type Run = fn(&mut World, &Form, &str) -> Result<Value, ApiError>;

/// One endpoint.
pub(crate) struct Route {
    method: &'static str,
    /// Below `/v1/`; `:id` stands for the id.
    path: &'static str,
    /// What the answer shows.
    object: &'static str,
    accepts: &'static Accepts,
    is_list: bool,
    pub(crate) run: Run,
}

impl Route {
    /// Whether the call takes these parameters, and its answer can be expanded as they ask.
    pub(crate) fn check(&self, form: &Form, shape: Option<Shape>) -> Result<(), ApiError> {
        let mut paths = form.list("expand").into_iter();
        if self.is_list {
            self.accepts.check_list(form)?;
            paths.try_for_each(|path| expand::check_list(self.object, path, shape))
        } else {
            self.accepts.check(form)?;
            paths.try_for_each(|path| expand::check(self.object, path, shape))
        }
    }
}

const fn get(path: &'static str, object: &'static str, run: Run) -> Route {
    Route { method: "GET", path, object, accepts: &NOTHING, is_list: false, run }
}

/// A path that must not be taken for an id.
const fn search(path: &'static str) -> Route {
    let accepts = &search::ANYTHING;
    Route { method: "GET", path, object: "", accepts, is_list: false, run: search::refuse }
}

/// Lists of the second version have other cursors, which the endpoint itself names.
const fn get_v2(path: &'static str, accepts: &'static Accepts, run: Run) -> Route {
    Route { method: "GET", path, object: "v2.core.event", accepts, is_list: false, run }
}

const fn list(
    path: &'static str,
    object: &'static str,
    accepts: &'static Accepts,
    run: Run,
) -> Route {
    Route { method: "GET", path, object, accepts, is_list: true, run }
}

const fn post(
    path: &'static str,
    object: &'static str,
    accepts: &'static Accepts,
    run: Run,
) -> Route {
    Route { method: "POST", path, object, accepts, is_list: false, run }
}

const fn delete(
    path: &'static str,
    object: &'static str,
    accepts: &'static Accepts,
    run: Run,
) -> Route {
    Route { method: "DELETE", path, object, accepts, is_list: false, run }
}

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    list("billing_portal/configurations", PortalConfiguration::NAME, &portal_configurations::LIST, portal_configurations::list),
    post("billing_portal/configurations", PortalConfiguration::NAME, &portal_configurations::CREATE, portal_configurations::create),
    get("billing_portal/configurations/:id", PortalConfiguration::NAME, |world, _, id| retrieve(world, &world.portal_configurations, id)),
    post("billing_portal/configurations/:id", PortalConfiguration::NAME, &portal_configurations::UPDATE, portal_configurations::update),
    post("billing_portal/sessions", PortalSession::NAME, &portal::CREATE, portal::create),
    search("charges/search"),
    list("charges", Charge::NAME, &charges::LIST, charges::list),
    get("charges/:id", Charge::NAME, |world, _, id| retrieve(world, &world.charges, id)),
    post("charges/:id", Charge::NAME, &charges::UPDATE, charges::update),
    list("charges/:id/refunds", Refund::NAME, &NOTHING, refunds::list_of_charge),
    list("checkout/sessions", CheckoutSession::NAME, &checkout_sessions::LIST, checkout_sessions::list),
    post("checkout/sessions", CheckoutSession::NAME, &checkout_sessions::CREATE, checkout_sessions::create),
    get("checkout/sessions/:id", CheckoutSession::NAME, |world, _, id| retrieve(world, &world.checkout_sessions, id)),
    post("checkout/sessions/:id", CheckoutSession::NAME, &checkout_sessions::UPDATE, checkout_sessions::update),
    post("checkout/sessions/:id/expire", CheckoutSession::NAME, &NOTHING, checkout_sessions::expire),
    list("checkout/sessions/:id/line_items", "item", &NOTHING, checkout_sessions::line_items),
    list("coupons", Coupon::NAME, &coupons::LIST, coupons::list),
    post("coupons", Coupon::NAME, &coupons::CREATE, coupons::create),
    get("coupons/:id", Coupon::NAME, coupons::retrieve),
    post("coupons/:id", Coupon::NAME, &coupons::UPDATE, coupons::update),
    delete("coupons/:id", Coupon::NAME, &NOTHING, coupons::delete),
    search("customers/search"),
    list("customers", Customer::NAME, &customers::LIST, customers::list),
    post("customers", Customer::NAME, &customers::CREATE, customers::create),
    get("customers/:id", Customer::NAME, |world, _, id| retrieve(world, &world.customers, id)),
    post("customers/:id", Customer::NAME, &customers::UPDATE, customers::update),
    delete("customers/:id", Customer::NAME, &NOTHING, customers::delete),
    list("disputes", Dispute::NAME, &disputes::LIST, disputes::list),
    get("disputes/:id", Dispute::NAME, |world, _, id| retrieve(world, &world.disputes, id)),
    post("disputes/:id", Dispute::NAME, &disputes::UPDATE, disputes::update),
    post("disputes/:id/close", Dispute::NAME, &NOTHING, disputes::close),
    list("customers/:id/payment_methods", PaymentMethod::NAME, &payment_methods::LIST_OF_CUSTOMER, payment_methods::list_of_customer),
    list("entitlements/active_entitlements", ActiveEntitlement::NAME, &entitlements::LIST_ACTIVE, entitlements::list_active),
    get("entitlements/active_entitlements/:id", ActiveEntitlement::NAME, entitlements::retrieve_active),
    list("entitlements/features", Feature::NAME, &entitlements::LIST, entitlements::list),
    post("entitlements/features", Feature::NAME, &entitlements::CREATE, entitlements::create),
    get("entitlements/features/:id", Feature::NAME, |world, _, id| retrieve(world, &world.features, id)),
    post("entitlements/features/:id", Feature::NAME, &entitlements::UPDATE, entitlements::update),
    list("events", Event::NAME, &events::LIST, events::list),
    list("invoice_payments", InvoicePayment::NAME, &invoice_payments::LIST, invoice_payments::list),
    get("invoice_payments/:id", InvoicePayment::NAME, |world, _, id| retrieve(world, &world.invoice_payments, id)),
    list("invoiceitems", InvoiceItem::NAME, &invoice_items::LIST, invoice_items::list),
    post("invoiceitems", InvoiceItem::NAME, &invoice_items::CREATE, invoice_items::create),
    get("invoiceitems/:id", InvoiceItem::NAME, |world, _, id| retrieve(world, &world.invoice_items, id)),
    get("events/:id", Event::NAME, events::retrieve),
    post("events/:id/retry", Event::NAME, &events::RETRY, events::retry),
    post("invoiceitems/:id", InvoiceItem::NAME, &invoice_drafts::UPDATE_ITEM, invoice_drafts::update_item),
    delete("invoiceitems/:id", InvoiceItem::NAME, &NOTHING, invoice_drafts::delete_item),
    search("invoices/search"),
    post("invoices/:id", Invoice::NAME, &invoice_drafts::UPDATE, invoice_drafts::update),
    delete("invoices/:id", Invoice::NAME, &NOTHING, invoice_drafts::delete),
    list("invoices", Invoice::NAME, &invoices::LIST, invoices::list),
    post("invoices", Invoice::NAME, &invoices::CREATE, invoices::create),
    get("invoices/:id", Invoice::NAME, |world, _, id| retrieve(world, &world.invoices, id)),
    list("invoices/:id/lines", "line_item", &NOTHING, invoices::lines),
    post("invoices/:id/finalize", Invoice::NAME, &invoices::FINALIZE, invoices::finalize),
    post("invoices/:id/mark_uncollectible", Invoice::NAME, &NOTHING, invoices::mark_uncollectible),
    post("invoices/:id/pay", Invoice::NAME, &invoices::PAY, invoices::pay),
    post("invoices/:id/void", Invoice::NAME, &NOTHING, invoices::void),
    search("payment_intents/search"),
    list("payment_intents", PaymentIntent::NAME, &payment_intents::LIST, payment_intents::list),
    get("payment_intents/:id", PaymentIntent::NAME, |world, _, id| retrieve(world, &world.payment_intents, id)),
    post("payment_intents", PaymentIntent::NAME, &payment_intents::CREATE, payment_intents::create),
    post("payment_intents/:id", PaymentIntent::NAME, &payment_intents::UPDATE, payment_intents::update),
    post("payment_intents/:id/cancel", PaymentIntent::NAME, &payment_intents::CANCEL, payment_intents::cancel),
    post("payment_intents/:id/capture", PaymentIntent::NAME, &payment_intents::CAPTURE, payment_intents::capture),
    post("payment_intents/:id/confirm", PaymentIntent::NAME, &payment_intents::CONFIRM, payment_intents::confirm),
    list("payment_methods", PaymentMethod::NAME, &payment_methods::LIST, payment_methods::list),
    post("payment_methods", PaymentMethod::NAME, &payment_methods::CREATE, payment_methods::create),
    get("payment_methods/:id", PaymentMethod::NAME, |world, _, id| retrieve(world, &world.payment_methods, id)),
    post("payment_methods/:id", PaymentMethod::NAME, &payment_methods::UPDATE, payment_methods::update),
    post("payment_methods/:id/attach", PaymentMethod::NAME, &payment_methods::ATTACH, payment_methods::attach),
    post("payment_methods/:id/detach", PaymentMethod::NAME, &NOTHING, payment_methods::detach),
    get("payment_pages/:id", CheckoutSession::NAME, |world, _, id| retrieve(world, &world.checkout_sessions, id)),
    post("payment_pages/:id/confirm", CheckoutSession::NAME, &payment_pages::CONFIRM, payment_pages::confirm),
    search("prices/search"),
    list("prices", Price::NAME, &prices::LIST, prices::list),
    post("prices", Price::NAME, &prices::CREATE, prices::create),
    get("prices/:id", Price::NAME, |world, _, id| retrieve(world, &world.prices, id)),
    post("prices/:id", Price::NAME, &prices::UPDATE, prices::update),
    search("products/search"),
    list("products", Product::NAME, &products::LIST, products::list),
    post("products", Product::NAME, &products::CREATE, products::create),
    get("products/:id", Product::NAME, products::retrieve),
    post("products/:id", Product::NAME, &products::UPDATE, products::update),
    delete("products/:id", Product::NAME, &NOTHING, products::delete),
    list("products/:id/features", ProductFeature::NAME, &NOTHING, entitlements::list_of_product),
    post("products/:id/features", ProductFeature::NAME, &entitlements::ADD, entitlements::add),
    get("products/:id/features/:id", ProductFeature::NAME, entitlements::retrieve_of_product),
    delete("products/:id/features/:id", ProductFeature::NAME, &NOTHING, entitlements::remove),
    list("promotion_codes", PromotionCode::NAME, &promotion_codes::LIST, promotion_codes::list),
    post("promotion_codes", PromotionCode::NAME, &promotion_codes::CREATE, promotion_codes::create),
    get("promotion_codes/:id", PromotionCode::NAME, |world, _, id| retrieve(world, &world.promotion_codes, id)),
    list("subscription_items", "subscription_item", &subscription_items::LIST, subscription_items::list),
    get("subscription_items/:id", "subscription_item", subscription_items::retrieve),
    list("radar/early_fraud_warnings", EarlyFraudWarning::NAME, &early_fraud_warnings::LIST, early_fraud_warnings::list),
    get("radar/early_fraud_warnings/:id", EarlyFraudWarning::NAME, |world, _, id| retrieve(world, &world.early_fraud_warnings, id)),
    post("promotion_codes/:id", PromotionCode::NAME, &promotion_codes::UPDATE, promotion_codes::update),
    list("refunds", Refund::NAME, &refunds::LIST, refunds::list),
    post("refunds", Refund::NAME, &refunds::CREATE, refunds::create),
    get("refunds/:id", Refund::NAME, |world, _, id| retrieve(world, &world.refunds, id)),
    post("refunds/:id", Refund::NAME, &refunds::UPDATE, refunds::update),
    post("refunds/:id/cancel", Refund::NAME, &NOTHING, refunds::cancel),
    list("setup_intents", SetupIntent::NAME, &setup_intents::LIST, setup_intents::list),
    post("setup_intents", SetupIntent::NAME, &setup_intents::CREATE, setup_intents::create),
    get("setup_intents/:id", SetupIntent::NAME, |world, _, id| retrieve(world, &world.setup_intents, id)),
    post("setup_intents/:id", SetupIntent::NAME, &setup_intents::UPDATE, setup_intents::update),
    post("setup_intents/:id/cancel", SetupIntent::NAME, &setup_intents::CANCEL, setup_intents::cancel),
    post("setup_intents/:id/confirm", SetupIntent::NAME, &setup_intents::CONFIRM, setup_intents::confirm),
    search("subscriptions/search"),
    list("subscriptions", Subscription::NAME, &subscriptions::LIST, subscriptions::list),
    post("subscriptions", Subscription::NAME, &subscriptions::CREATE, subscriptions::create),
    get("subscriptions/:id", Subscription::NAME, |world, _, id| retrieve(world, &world.subscriptions, id)),
    post("subscriptions/:id", Subscription::NAME, &subscriptions::UPDATE, subscriptions::update),
    delete("subscriptions/:id", Subscription::NAME, &subscriptions::CANCEL, subscriptions::cancel),
    post("subscriptions/:id/resume", Subscription::NAME, &subscriptions::RESUME, subscriptions::resume),
    list("test_helpers/test_clocks", TestClock::NAME, &NOTHING, test_clocks::list),
    post("test_helpers/test_clocks", TestClock::NAME, &test_clocks::CREATE, test_clocks::create),
    get("test_helpers/test_clocks/:id", TestClock::NAME, |world, _, id| retrieve(world, &world.test_clocks, id)),
    post("test_helpers/test_clocks/:id/advance", TestClock::NAME, &test_clocks::ADVANCE, test_clocks::advance),
    delete("test_helpers/test_clocks/:id", TestClock::NAME, &NOTHING, test_clocks::delete),
    post("stripecli/key_permissions", "key_permissions", &key_permissions::RESOLVE, key_permissions::resolve),
    list("webhook_endpoints", WebhookEndpoint::NAME, &NOTHING, webhook_endpoints::list),
    post("webhook_endpoints", WebhookEndpoint::NAME, &webhook_endpoints::CREATE, webhook_endpoints::create),
    get("webhook_endpoints/:id", WebhookEndpoint::NAME, webhook_endpoints::retrieve),
    post("webhook_endpoints/:id", WebhookEndpoint::NAME, &webhook_endpoints::UPDATE, webhook_endpoints::update),
    delete("webhook_endpoints/:id", WebhookEndpoint::NAME, &NOTHING, webhook_endpoints::delete),
];

/// The second version of the API, below `/v2/`.
const ROUTES_V2: &[Route] = &[
    get_v2("core/events", &events::LIST_V2, events::list_v2),
    get_v2("core/events/:id", &NOTHING, events::retrieve_v2),
];

/// Endpoints of Stripe that are not here, where an id stands in others.
const NOT_AN_ID: [&str; 2] = ["invoices/create_preview", "invoices/upcoming"];

/// All endpoints: the method, and the path with `:id` for the id.
pub fn routes() -> impl Iterator<Item = (&'static str, String)> {
    let first = ROUTES.iter().map(|route| (route.method, format!("/v1/{}", route.path)));
    first.chain(ROUTES_V2.iter().map(|route| (route.method, format!("/v2/{}", route.path))))
}

/// The endpoint of a path, and the id in it.
pub(crate) fn find<'a>(method: &str, path: &'a str) -> Option<(&'static Route, &'a str)> {
    let (routes, below) = match path.strip_prefix("/v2/") {
        Some(below) => (ROUTES_V2, below),
        None => (ROUTES, path.strip_prefix("/v1/")?),
    };
    let below = below.trim_end_matches('/');
    if NOT_AN_ID.contains(&below) {
        return None;
    }
    let mut fitting = routes.iter().filter(|route| route.method == method);
    fitting.find_map(|route| id_in(route.path, below).map(|id| (route, id)))
}

fn id_in<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let (mut at, mut first, mut last) = (0, None, 0);
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        let end = at + segment.len();
        if expected == ":id" && !segment.is_empty() {
            first = first.or(Some(at));
            last = end;
        } else if expected != segment {
            return None;
        }
        at = end + 1;
    }
    segments.next().is_none().then(|| &path[first.unwrap_or(last)..last])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, path: &str, expected: Option<(&str, &str)>) {
        assert_eq!(
            find(method, path).map(|(route, id)| (route.path, id)),
            expected,
            "{method} {path}"
        );
    }

    #[test]
    fn paths_lead_to_their_endpoint() {
        check("GET", "/v1/customers", Some(("customers", "")));
        check("GET", "/v1/customers/cus_1", Some(("customers/:id", "cus_1")));
        check(
            "POST",
            "/v1/checkout/sessions/cs_1/expire",
            Some(("checkout/sessions/:id/expire", "cs_1")),
        );
        check(
            "DELETE",
            "/v1/products/prod_1/features/prodft_1",
            Some(("products/:id/features/:id", "prod_1/features/prodft_1")),
        );
        check("GET", "/v1/products/prod_1/features/", Some(("products/:id/features", "prod_1")));
        check("GET", "/v1/products//features", None);
        check("GET", "/v1/invoices/search", Some(("invoices/search", "")));
        check("POST", "/v1/invoices/create_preview", None);
        check("PUT", "/v1/customers", None);
        check("GET", "/v1/customers/cus_1/x", None);
        check("GET", "/v2/customers", None);
        check("GET", "/v2/core/events/evt_1", Some(("core/events/:id", "evt_1")));
        check("GET", "/v1/core/events/evt_1", None);
    }
}
