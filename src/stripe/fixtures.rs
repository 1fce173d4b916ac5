//! Stripe's objects with what every one of them must have, as the library reads them; tests
//! add what they are about.

use miniserde::Deserialize;
use serde_json::{Value, json};

/// A complete, paid, one-time sale to nobody in particular.
pub(super) fn session(changes: Value) -> Value {
    let mut base = json!({
        "id": "cs_test_1", "object": "checkout.session", "livemode": false,
        "mode": "payment", "status": "complete", "payment_status": "paid",
        "created": 100, "expires_at": 86500, "automatic_tax": { "enabled": false },
        "custom_fields": [], "custom_text": {}, "payment_method_types": ["card"],
        "shipping_options": [], "metadata": {},
        "line_items": lines(&["price_1"]),
    });
    merge(&mut base, changes);
    base
}

/// A running subscription of `cus_1` with one item, from 1,000 to 2,000.
pub(super) fn subscription(changes: Value) -> Value {
    let mut base = json!({
        "id": "sub_1", "object": "subscription", "livemode": false, "status": "active",
        "customer": "cus_1", "created": 100, "start_date": 100, "billing_cycle_anchor": 100,
        "cancel_at_period_end": false, "collection_method": "charge_automatically",
        "currency": "usd", "automatic_tax": { "enabled": false }, "billing_schedules": [],
        "billing_mode": { "type": "classic" }, "discounts": [], "metadata": {},
        "invoice_settings": { "issuer": { "type": "self" } },
        "items": list(&[item("si_1", "price_1", 1_000, 2_000)]),
    });
    merge(&mut base, changes);
    base
}

/// An item of a subscription.
pub(super) fn item(id: &str, of: &str, start: i64, end: i64) -> Value {
    json!({
        "id": id, "object": "subscription_item", "subscription": "sub_1", "created": 100,
        "current_period_start": start, "current_period_end": end, "discounts": [],
        "metadata": {}, "price": price(json!({ "id": of })),
        "plan": {
            "id": of, "object": "plan", "active": true, "created": 100, "currency": "usd",
            "billing_scheme": "per_unit", "interval": "month", "interval_count": 1,
            "livemode": false, "usage_type": "licensed",
        },
    })
}

/// A price of nine dollars a month.
pub(super) fn price(changes: Value) -> Value {
    let mut base = json!({
        "id": "price_1", "object": "price", "active": true, "created": 100, "livemode": false,
        "billing_scheme": "per_unit", "currency": "usd", "metadata": {}, "product": "prod_1",
        "type": "recurring", "unit_amount": 900, "unit_amount_decimal": "900",
        "recurring": { "interval": "month", "interval_count": 1, "usage_type": "licensed" },
    });
    merge(&mut base, changes);
    base
}

/// A payment in this state.
pub(super) fn payment(status: &str) -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "livemode": false, "status": status,
        "amount": 4900, "amount_capturable": 0, "amount_received": 0, "created": 100,
        "capture_method": "automatic", "confirmation_method": "automatic", "currency": "usd",
        "metadata": {}, "payment_method_types": ["card"],
    })
}

/// A customer.
pub(super) fn customer(changes: Value) -> Value {
    let mut base = json!({
        "id": "cus_1", "object": "customer", "livemode": false, "created": 100,
        "email": "a@reader.example", "invoice_settings": {}, "metadata": {},
    });
    merge(&mut base, changes);
    base
}

/// A charge.
pub(super) fn charge(changes: Value) -> Value {
    let mut base = json!({
        "id": "ch_1", "object": "charge", "livemode": false, "status": "succeeded",
        "amount": 900, "amount_captured": 900, "amount_refunded": 0, "billing_details": {},
        "captured": true, "created": 100, "currency": "usd", "disputed": false, "metadata": {},
        "paid": true, "refunded": false,
    });
    merge(&mut base, changes);
    base
}

/// An invoice to `cus_1`.
pub(super) fn invoice(changes: Value) -> Value {
    let mut base = json!({
        "id": "in_1", "object": "invoice", "livemode": false, "customer": "cus_1",
        "amount_due": 900, "amount_overpaid": 0, "amount_paid": 900, "amount_remaining": 0,
        "amount_shipping": 0, "attempt_count": 1, "attempted": true, "auto_advance": false,
        "automatic_tax": { "enabled": false }, "collection_method": "charge_automatically",
        "created": 100, "currency": "usd", "default_tax_rates": [], "discounts": [],
        "issuer": { "type": "self" }, "lines": list(&[]), "payment_settings": {},
        "period_end": 100, "period_start": 100, "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status_transitions": {},
        "subtotal": 900, "total": 900,
    });
    merge(&mut base, changes);
    base
}

/// A line of an invoice, for this subscription, price and time.
pub(super) fn invoice_line(subscription: &str, price: &str, period: (i64, i64)) -> Value {
    json!({
        "id": "il_1", "object": "line_item", "amount": 900, "currency": "usd", "description": null,
        "discountable": true, "discounts": [], "livemode": false, "metadata": {}, "subtotal": 900,
        "quantity": 1, "period": { "start": period.0, "end": period.1 },
        "parent": {
            "type": "subscription_item_details", "invoice_item_details": null,
            "subscription_item_details": {
                "subscription": subscription, "subscription_item": "si_1", "proration": false,
                "invoice_item": null, "proration_details": null,
            },
        },
        "pricing": {
            "type": "price_details", "unit_amount_decimal": "900",
            "price_details": { "price": price, "product": "prod_1" },
        },
    })
}

/// The payment of an invoice.
pub(super) fn invoice_payment(invoice: &Value) -> Value {
    json!({
        "id": "inpay_1", "object": "invoice_payment", "livemode": false, "amount_requested": 900,
        "created": 100, "currency": "usd", "is_default": true, "status": "paid",
        "status_transitions": {}, "invoice": invoice,
        "payment": { "type": "payment_intent", "payment_intent": "pi_1" },
    })
}

/// A dispute in this state.
pub(super) fn dispute(id: &str, status: &str) -> Value {
    json!({
        "id": id, "object": "dispute", "livemode": false, "status": status, "amount": 900,
        "balance_transactions": [], "charge": "ch_1", "created": 100, "currency": "usd",
        "enhanced_eligibility_types": [],
        "evidence": { "enhanced_evidence": {} },
        "evidence_details": {
            "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
            "submission_count": 0,
        },
        "is_charge_refundable": false, "metadata": {}, "reason": "fraudulent",
    })
}

/// A warning of fraud.
pub(super) fn warning() -> Value {
    json!({
        "id": "issfr_1", "object": "radar.early_fraud_warning", "livemode": false,
        "actionable": true, "charge": "ch_1", "created": 100, "fraud_type": "misc",
    })
}

/// Lines of a checkout that sell these prices.
pub(super) fn lines(prices: &[&str]) -> Value {
    let line = |(at, id): (usize, &&str)| {
        json!({
            "id": format!("li_{at}"), "object": "item", "amount_discount": 0,
            "amount_subtotal": 900, "amount_tax": 0, "amount_total": 900, "currency": "usd",
            "quantity": 1, "price": price(json!({ "id": id })),
        })
    };
    list(&prices.iter().enumerate().map(line).collect::<Vec<_>>())
}

/// The only page of a list.
pub(super) fn list(data: &[Value]) -> Value {
    json!({ "object": "list", "url": "/v1/things", "has_more": false, "data": data })
}

/// What the library makes of it.
pub(super) fn read<T: Deserialize>(json: &Value) -> T {
    let text = json.to_string();
    miniserde::json::from_str(&text).unwrap_or_else(|_| panic!("the library cannot read {text}"))
}

fn merge(base: &mut Value, changes: Value) {
    let (Value::Object(base), Value::Object(changes)) = (base, changes) else {
        panic!("an object with changes")
    };
    base.extend(changes);
}
