//! `expand[]`: ids in an answer are replaced by their objects.

use serde_json::Value;

use super::error::ApiError;
use crate::object::{Object, sublist};
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
    ("price",            "product",                     "product"),
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

/// Whether answers with this object can be expanded along a path such as `customer`.
pub(crate) fn check(object: &str, path: &str) -> Result<(), ApiError> {
    let depth = path.split('.').filter(|segment| *segment != "data").count();
    if depth > MAX_DEPTH {
        let message =
            format!("You cannot expand more than {MAX_DEPTH} levels of a property: {path}");
        return Err(ApiError::parameter(message).at("expand"));
    }
    if leads_on(object, path) { Ok(()) } else { Err(not_expandable(path)) }
}

/// The same for lists of this object, where a path is such as `data.customer`.
pub(crate) fn check_list(object: &str, path: &str) -> Result<(), ApiError> {
    let below = path.strip_prefix("data.").ok_or_else(|| not_expandable(path))?;
    check(object, below).map_err(|_| not_expandable(path))
}

fn leads_on(object: &str, path: &str) -> bool {
    let mut rows = EXPANDABLE.iter().filter(|(from, _, _)| *from == object);
    rows.any(|(_, field, to)| match path.strip_prefix(field) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| leads_on(to, rest)),
        None => false,
    })
}

fn not_expandable(path: &str) -> ApiError {
    ApiError::parameter(format!("This property cannot be expanded ({path}).")).at("expand")
}

/// Expands an answer along a path that was checked. What is null stays null.
pub(crate) fn expand(world: &World, answer: &mut Value, path: &str) {
    let segments: Vec<&str> = path.split('.').collect();
    walk(world, answer, &segments);
}

fn walk(world: &World, node: &mut Value, segments: &[&str]) {
    let Some((segment, rest)) = segments.split_first() else { return };
    if let Some(items) = node.as_array_mut() {
        for item in items {
            walk(world, item, segments);
        }
        return;
    }
    if let Some(included) = included(world, node, segment) {
        node[*segment] = included;
    }
    if let Some(child) = node.get_mut(*segment) {
        replace_ids(world, child);
        walk(world, child, rest);
    }
}

/// An id becomes its object; all else stays.
fn replace_ids(world: &World, child: &mut Value) {
    if let Some(items) = child.as_array_mut() {
        for item in items {
            replace_ids(world, item);
        }
    } else if let Some(object) = child.as_str().and_then(|id| world.find(id)) {
        *child = object;
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
        let can = |object: &str, path: &str| check(object, path).is_ok();
        assert!(can("checkout.session", "line_items.data.price.product"));
        assert!(can("checkout.session", "subscription.latest_invoice.customer.subscriptions"));
        assert!(!can(
            "checkout.session",
            "subscription.latest_invoice.customer.subscriptions.data.customer"
        ));
        assert!(!can("checkout.session", "line_items.price"));
        assert!(!can("charge", "customers") && !can("charge", "") && !can("charge", "customer."));
        assert!(check_list("charge", "data.customer").is_ok());
        assert!(check_list("charge", "customer").is_err() && check_list("charge", "data").is_err());
    }
}
