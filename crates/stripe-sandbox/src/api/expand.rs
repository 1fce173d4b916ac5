//! `expand[]`: ids in an answer are replaced by their objects.

use serde_json::{Value, json};

use super::error::ApiError;
use crate::object::{Object, sublist};
use crate::older::{self, Shape};
use crate::world::World;

/// How deep a path may go: <docs.stripe.com/expand>
const MAX_DEPTH: usize = 4;

/// What can be expanded: an object, a path in it, and the object that stands there, also where the
/// sandbox always says null. From the typings of Stripe's own SDK.
#[rustfmt::skip]
const EXPANDABLE: &[(&str, &str, &str)] = &[
    ("billing_portal.session", "configuration",         "billing_portal.configuration"),
    ("charge",           "application",                 "application"),
    ("charge",           "application_fee",             "application_fee"),
    ("charge",           "balance_transaction",         "balance_transaction"),
    ("charge",           "customer",                    "customer"),
    ("charge",           "failure_balance_transaction", "balance_transaction"),
    ("charge",           "on_behalf_of",                "account"),
    ("charge",           "payment_intent",              "payment_intent"),
    ("charge",           "refunds",                     "list"),
    ("charge",           "refunds.data",                "refund"),
    ("charge",           "review",                      "review"),
    ("charge",           "source_transfer",             "transfer"),
    ("checkout.session", "customer",                    "customer"),
    ("checkout.session", "discounts.coupon",            "coupon"),
    ("checkout.session", "discounts.promotion_code",    "promotion_code"),
    ("checkout.session", "invoice",                     "invoice"),
    ("checkout.session", "line_items",                  "list"),
    ("checkout.session", "line_items.data",             "item"),
    ("checkout.session", "payment_intent",              "payment_intent"),
    ("checkout.session", "payment_link",                "payment_link"),
    ("checkout.session", "setup_intent",                "setup_intent"),
    ("checkout.session", "subscription",                "subscription"),
    ("customer",         "default_source",              "source"),
    ("customer",         "invoice_settings.default_payment_method", "payment_method"),
    ("customer",         "subscriptions",               "list"),
    ("customer",         "subscriptions.data",          "subscription"),
    ("customer",         "test_clock",                  "test_clock"),
    ("discount",         "customer",                    "customer"),
    ("discount",         "promotion_code",              "promotion_code"),
    ("discount",         "source.coupon",               "coupon"),
    ("dispute",          "charge",                      "charge"),
    ("dispute",          "payment_intent",              "payment_intent"),
    ("entitlements.active_entitlement", "feature",      "entitlements.feature"),
    ("invoice",          "application",                 "application"),
    ("invoice",          "confirmation_secret",         "confirmation_secret"),
    ("invoice",          "customer",                    "customer"),
    ("invoice",          "default_payment_method",      "payment_method"),
    ("invoice",          "default_source",              "source"),
    ("invoice",          "discounts",                   "discount"),
    ("invoice",          "latest_revision",             "invoice"),
    ("invoice",          "lines",                       "list"),
    ("invoice",          "lines.data",                  "line_item"),
    ("invoice",          "on_behalf_of",                "account"),
    ("invoice",          "parent.subscription_details.subscription", "subscription"),
    ("invoice",          "test_clock",                  "test_clock"),
    ("invoice",          "payments",                    "list"),
    ("invoice",          "payments.data",               "invoice_payment"),
    ("invoice_payment",  "invoice",                     "invoice"),
    ("invoice_payment",  "payment.payment_intent",      "payment_intent"),
    ("invoiceitem",      "customer",                    "customer"),
    ("invoiceitem",      "discounts",                   "discount"),
    ("invoiceitem",      "invoice",                     "invoice"),
    ("invoiceitem",      "pricing.price_details.price", "price"),
    ("item",             "price",                       "price"),
    ("line_item",        "discounts",                   "discount"),
    ("line_item",        "pricing.price_details.price", "price"),
    ("line_item",        "subscription",                "subscription"),
    ("payment_intent",   "application",                 "application"),
    ("payment_intent",   "customer",                    "customer"),
    ("payment_intent",   "latest_charge",               "charge"),
    ("payment_intent",   "on_behalf_of",                "account"),
    ("payment_intent",   "payment_method",              "payment_method"),
    ("payment_intent",   "review",                      "review"),
    ("payment_intent",   "source",                      "source"),
    ("payment_method",   "customer",                    "customer"),
    ("plan",             "product",                     "product"),
    ("price",            "currency_options",            "currency_options"),
    ("price",            "product",                     "product"),
    ("price",            "tiers",                       "tiers"),
    ("product",          "default_price",               "price"),
    ("product",          "tax_code",                    "tax_code"),
    ("promotion_code",   "customer",                    "customer"),
    ("promotion_code",   "promotion.coupon",            "coupon"),
    ("radar.early_fraud_warning", "charge",             "charge"),
    ("radar.early_fraud_warning", "payment_intent",     "payment_intent"),
    ("refund",           "balance_transaction",         "balance_transaction"),
    ("refund",           "charge",                      "charge"),
    ("refund",           "customer",                    "customer"),
    ("refund",           "failure_balance_transaction", "balance_transaction"),
    ("refund",           "payment_intent",              "payment_intent"),
    ("refund",           "payment_method",              "payment_method"),
    ("refund",           "source_transfer_reversal",    "transfer_reversal"),
    ("refund",           "transfer_reversal",           "transfer_reversal"),
    ("setup_intent",     "application",                 "application"),
    ("setup_intent",     "customer",                    "customer"),
    ("setup_intent",     "latest_attempt",              "setup_attempt"),
    ("setup_intent",     "mandate",                     "mandate"),
    ("setup_intent",     "on_behalf_of",                "account"),
    ("setup_intent",     "payment_method",              "payment_method"),
    ("setup_intent",     "single_use_mandate",          "mandate"),
    ("subscription",     "application",                 "application"),
    ("subscription",     "customer",                    "customer"),
    ("subscription",     "default_payment_method",      "payment_method"),
    ("subscription",     "default_source",              "source"),
    ("subscription",     "discounts",                   "discount"),
    ("subscription",     "items",                       "list"),
    ("subscription",     "items.data",                  "subscription_item"),
    ("subscription",     "latest_invoice",              "invoice"),
    ("subscription",     "on_behalf_of",                "account"),
    ("subscription",     "pending_setup_intent",        "setup_intent"),
    ("subscription",     "schedule",                    "subscription_schedule"),
    ("subscription",     "test_clock",                  "test_clock"),
    ("subscription_item", "discounts",                  "discount"),
    ("subscription_item", "plan",                       "plan"),
    ("subscription_item", "price",                      "price"),
];

/// The same, besides, in the shapes of before 2025-03-31.basil.
#[rustfmt::skip]
const EXPANDABLE_OF_OLD: &[(&str, &str, &str)] = &[
    ("charge",           "invoice",                     "invoice"),
    ("invoice",          "charge",                      "charge"),
    ("invoice",          "payment_intent",              "payment_intent"),
    ("invoice",          "subscription",                "subscription"),
    ("payment_intent",   "charges",                     "list"),
    ("payment_intent",   "charges.data",                "charge"),
    ("payment_intent",   "invoice",                     "invoice"),
];

/// Whether answers with this object can be expanded along a path such as `customer`.
pub(crate) fn check(object: &str, path: &str, shape: Option<Shape>) -> Result<(), ApiError> {
    check_depth(path)?;
    if leads_on(object, path, shape) { Ok(()) } else { Err(not_expandable(path, "")) }
}

/// The same for lists of this object, where a path is such as `data.customer`.
pub(crate) fn check_list(object: &str, path: &str, shape: Option<Shape>) -> Result<(), ApiError> {
    check_depth(path)?;
    match path.strip_prefix("data.") {
        Some(below) if leads_on(object, below, shape) => Ok(()),
        None if leads_on(object, path, shape) => {
            let hint = format!(" You may want to try expanding 'data.{path}' instead.");
            Err(not_expandable(path, &hint))
        }
        Some(_) | None => Err(not_expandable(path, "")),
    }
}

/// Each segment counts, `data` too.
fn check_depth(path: &str) -> Result<(), ApiError> {
    if path.split('.').count() <= MAX_DEPTH {
        return Ok(());
    }
    let message =
        format!("You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}");
    Err(ApiError::parameter(message).code("property_expansion_max_depth"))
}

fn leads_on(object: &str, path: &str, shape: Option<Shape>) -> bool {
    let of_old = EXPANDABLE_OF_OLD.iter().filter(|_| shape.is_some());
    let mut rows = EXPANDABLE.iter().chain(of_old).filter(|(from, _, _)| *from == object);
    rows.any(|(_, field, to)| match path.strip_prefix(field) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| leads_on(to, rest, shape)),
        None => false,
    })
}

fn not_expandable(path: &str, hint: &str) -> ApiError {
    ApiError::parameter(format!("This property cannot be expanded ({path}).{hint}"))
}

/// Expands an answer along a path that was checked. What is null stays null; what comes in has the
/// shape of the answer.
pub(crate) fn expand(world: &World, answer: &mut Value, path: &str, shape: Option<Shape>) {
    let segments: Vec<&str> = path.split('.').collect();
    Expansion { world, shape }.walk(answer, &segments);
}

struct Expansion<'a> {
    world: &'a World,
    shape: Option<Shape>,
}

impl Expansion<'_> {
    fn walk(&self, node: &mut Value, segments: &[&str]) {
        let Some((segment, rest)) = segments.split_first() else { return };
        if let Some(items) = node.as_array_mut() {
            for item in items {
                self.walk(item, segments);
            }
            return;
        }
        // Another path may have led here before.
        if node[*segment].is_null()
            && let Some(included) = included(self.world, node, segment)
        {
            node[*segment] = self.shaped(included);
        }
        if let Some(child) = node.get_mut(*segment) {
            self.replace_ids(child);
            self.walk(child, rest);
        }
    }

    /// An id becomes its object; all else stays.
    fn replace_ids(&self, child: &mut Value) {
        if let Some(items) = child.as_array_mut() {
            for item in items {
                self.replace_ids(item);
            }
        } else if let Some(object) = child.as_str().and_then(|id| self.world.find(id)) {
            *child = self.shaped(object);
        }
    }

    fn shaped(&self, mut object: Value) -> Value {
        self.world.put_mode(&mut object);
        if let Some(shape) = self.shape {
            older::object(self.world, &mut object, shape);
        }
        object
    }
}

/// Fields that are only there when they are asked for.
fn included(world: &World, node: &Value, segment: &str) -> Option<Value> {
    let id = node["id"].as_str()?;
    match (node["object"].as_str()?, segment) {
        ("checkout.session", "line_items") => {
            Some(world.checkout_sessions.get(id)?.line_items(world))
        }
        ("invoice", "payments") => Some(payments_of(world, id)),
        ("invoice", "confirmation_secret") => {
            let intent = world.invoices.get(id)?.payment_intent.as_deref()?;
            let secret = &world.payment_intents.known(intent).render(world)["client_secret"];
            Some(json!({ "client_secret": secret, "type": "payment_intent" }))
        }
        ("price", "currency_options") => Some(world.prices.get(id)?.render_options()),
        ("charge", "refunds") => Some(world.charges.get(id)?.render_refunds(world)),
        ("customer", "subscriptions") => Some(subscriptions_of(world, id)),
        _ => None,
    }
}

fn payments_of(world: &World, invoice: &str) -> Value {
    let payments = world.invoice_payments.iter().filter(|it| it.invoice == invoice);
    let data: Vec<Value> = payments.map(|payment| payment.render(world)).collect();
    sublist(&data, &format!("/v1/invoice_payments?invoice={invoice}"))
}

fn subscriptions_of(world: &World, customer: &str) -> Value {
    let live =
        world.subscriptions.iter().rev().filter(|it| it.customer == customer && it.is_live());
    let data: Vec<Value> = live.map(|subscription| subscription.render(world)).collect();
    sublist(&data, &format!("/v1/customers/{customer}/subscriptions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_object_to_object() {
        let can = |object: &str, path: &str| check(object, path, None).is_ok();
        assert!(can("checkout.session", "line_items.data.price.product"));
        assert!(can("checkout.session", "subscription.latest_invoice.customer.subscriptions"));
        let levels = |object, path| {
            check_list(object, path, None).err().map(|error| error.body()["error"]["code"].clone())
        };
        let too_deep = Some(json!("property_expansion_max_depth"));
        assert_eq!(levels("subscription", "data.items.data.price"), None);
        assert_eq!(levels("subscription", "data.items.data.price.product"), too_deep);
        assert!(!can("checkout.session", "subscription.items.data.price.product"));
        assert!(!can("checkout.session", "line_items.price"));
        assert!(!can("charge", "customers") && !can("charge", "") && !can("charge", "customer."));
        assert!(check_list("charge", "data.customer", None).is_ok());
        assert!(
            check_list("charge", "customer", None).is_err()
                && check_list("charge", "data", None).is_err()
        );
        let of_old = |path: &str| check("subscription", path, Some(Shape::June2024)).is_ok();
        assert!(of_old("latest_invoice.payment_intent.latest_charge"));
        assert!(!can("subscription", "latest_invoice.payment_intent"));
    }
}
