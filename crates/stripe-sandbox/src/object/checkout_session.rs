//! Checkout sessions.

use serde_json::{Value, json};

use super::payment_intent::Terms;
use super::{Metadata, Object, empty_address, sublist, with_nulls};
use crate::world::{Totals, World};

/// Somebody on the way to pay.
#[derive(Clone, Debug)]
pub(crate) struct CheckoutSession {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) expires_at: i64,
    pub(crate) order: Order,
    pub(crate) state: SessionState,
    /// The customer that the caller named, or that paying has made.
    pub(crate) customer: Option<String>,
    /// The code that the customer typed, or the coupon that the caller gave.
    pub(crate) discount: Option<AppliedDiscount>,
    /// The payment that was tried here.
    pub(crate) payment_intent: Option<String>,
}

/// What the caller asked for; it never changes.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) mode: Mode,
    pub(crate) currency: String,
    pub(crate) items: Vec<LineItem>,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) customer_email: Option<String>,
    pub(crate) customer_creation: Option<CustomerCreation>,
    pub(crate) allow_promotion_codes: Option<bool>,
    pub(crate) card_unless_free: bool,
    pub(crate) custom_text: CustomText,
    pub(crate) locale: Option<String>,
    pub(crate) submit_type: Option<String>,
    /// Of the subscription, or of the payment: whichever this order makes.
    pub(crate) result_metadata: Metadata,
    pub(crate) result_description: Option<String>,
    pub(crate) trial: Option<Trial>,
    /// Of the payment that this order makes; its means of payment are the order's.
    pub(crate) terms: Terms,
}

/// A trial before the first payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    Days(i64),
    Until(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Payment,
    Subscription,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CustomerCreation {
    Always,
    IfRequired,
}

/// What the caller wants said on the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomText {
    pub(crate) submit: Option<String>,
    pub(crate) after_submit: Option<String>,
    pub(crate) shipping_address: Option<String>,
    pub(crate) terms_of_service_acceptance: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct LineItem {
    pub(crate) id: String,
    pub(crate) price: String,
    pub(crate) quantity: i64,
}

/// A coupon, and the code that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppliedDiscount {
    pub(crate) coupon: String,
    pub(crate) promotion_code: Option<String>,
}

/// How far the customer has come.
#[derive(Clone, Debug)]
pub(crate) enum SessionState {
    /// `challenged`: who is on the 3-D Secure page, with which card.
    Open {
        challenged: Option<Challenged>,
    },
    Complete(Completion),
    Expired,
}

/// A payment that waits for the customer's bank.
#[derive(Clone, Debug)]
pub(crate) struct Challenged {
    pub(crate) email: String,
    pub(crate) card: crate::cards::Card,
    /// The payment method, where there is one already.
    pub(crate) method: Option<String>,
}

/// What paying has made.
#[derive(Clone, Debug)]
pub(crate) struct Completion {
    pub(crate) payment: PaymentStatus,
    pub(crate) email: String,
    pub(crate) subscription: Option<String>,
    pub(crate) invoice: Option<String>,
}

/// Whether there is money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentStatus {
    Paid,
    /// A bank debit is under way, or it failed.
    Unpaid,
    /// A trial, or a code for everything: nothing is due today. (Older API versions said `paid`.)
    NoPaymentRequired,
}

impl Order {
    /// One item, and nothing else said.
    pub(crate) fn plain(
        mode: Mode,
        currency: String,
        item: LineItem,
        success_url: String,
    ) -> Order {
        Order {
            mode,
            currency,
            items: vec![item],
            success_url,
            cancel_url: None,
            client_reference_id: None,
            metadata: Metadata::new(),
            customer_email: None,
            customer_creation: None,
            allow_promotion_codes: None,
            card_unless_free: false,
            custom_text: CustomText::default(),
            locale: None,
            submit_type: None,
            result_metadata: Metadata::new(),
            result_description: None,
            trial: None,
            terms: Terms::default(),
        }
    }
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Mode::Payment => "payment",
            Mode::Subscription => "subscription",
        }
    }
}

impl PaymentStatus {
    fn name(self) -> &'static str {
        match self {
            PaymentStatus::Paid => "paid",
            PaymentStatus::Unpaid => "unpaid",
            PaymentStatus::NoPaymentRequired => "no_payment_required",
        }
    }
}

impl SessionState {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            SessionState::Open { .. } => "open",
            SessionState::Complete(_) => "complete",
            SessionState::Expired => "expired",
        }
    }
}

impl CustomerCreation {
    fn name(self) -> &'static str {
        match self {
            CustomerCreation::Always => "always",
            CustomerCreation::IfRequired => "if_required",
        }
    }
}

impl Object for CheckoutSession {
    const KIND: &'static str = "checkout.session";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, world: &World) -> Value {
        let order = &self.order;
        let totals = world.totals(self);
        let completion = self.completion();
        let payment_status = completion.map_or(PaymentStatus::Unpaid, |it| it.payment).name();
        let session = json!({
            "id": self.id, "object": "checkout.session", "adaptive_pricing": { "enabled": false },
            "allow_promotion_codes": order.allow_promotion_codes, "amount_subtotal": totals.subtotal,
            "amount_total": totals.total, "cancel_url": order.cancel_url,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "client_reference_id": order.client_reference_id, "created": self.created, "currency": order.currency,
            "collected_information": { "business_name": null, "individual_name": null, "shipping_details": null },
            "custom_fields": [], "custom_text": order.custom_text.render(), "customer": self.customer,
            "customer_creation": order.customer_creation.map(CustomerCreation::name),
            "customer_details": self.customer_details(world), "customer_email": order.customer_email,
            "discounts": self.render_discounts(), "expires_at": self.expires_at,
            "invoice": completion.and_then(|it| it.invoice.as_deref()), "livemode": false,
            "invoice_creation": self.render_invoice_creation(), "locale": order.locale, "metadata": order.metadata,
            "mode": order.mode.name(), "payment_intent": self.render_payment_intent(),
            "payment_method_collection": self.payment_method_collection(),
            "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
            "payment_method_types": order.terms.method_types, "payment_status": payment_status,
            "phone_number_collection": { "enabled": false }, "shipping_options": [], "status": self.state.name(),
            "saved_payment_method_options": self.render_saved_options(), "submit_type": order.submit_type,
            "subscription": completion.and_then(|it| it.subscription.as_deref()), "success_url": order.success_url,
            "total_details": { "amount_discount": totals.discount, "amount_shipping": 0, "amount_tax": 0 },
            "ui_mode": "hosted_page", "url": self.is_open().then(|| world.checkout_url(&self.id)),
        });
        with_nulls(session, &NULLS)
    }
}

const NULLS: [&str; 19] = [
    "after_expiration",
    "allowed_payment_method_types",
    "billing_address_collection",
    "client_secret",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer_account",
    "integration_identifier",
    "managed_payments",
    "origin_context",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "wallet_options",
];

impl CheckoutSession {
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, SessionState::Open { .. })
    }

    /// Whether the page asks for a promotion code: until one is applied.
    pub(crate) fn takes_codes(&self) -> bool {
        self.is_open() && self.order.allow_promotion_codes == Some(true) && self.discount.is_none()
    }

    /// Who is on the 3-D Secure page.
    pub(crate) fn challenged(&self) -> Option<&Challenged> {
        match &self.state {
            SessionState::Open { challenged } => challenged.as_ref(),
            SessionState::Complete(_) | SessionState::Expired => None,
        }
    }

    pub(crate) fn completion(&self) -> Option<&Completion> {
        match &self.state {
            SessionState::Complete(completion) => Some(completion),
            SessionState::Open { .. } | SessionState::Expired => None,
        }
    }

    /// Where the customer goes after paying. Stripe puts the id in only where the braces are literal.
    pub(crate) fn return_address(&self) -> String {
        self.order.success_url.replace("{CHECKOUT_SESSION_ID}", &self.id)
    }

    /// The list that `expand[]=line_items` asks for.
    pub(crate) fn line_items(&self, world: &World) -> Value {
        let items = self.render_items(world);
        sublist(&items, &format!("/v1/checkout/sessions/{}/line_items", self.id))
    }

    /// The items alone, as the endpoint for them lists them.
    pub(crate) fn render_items(&self, world: &World) -> Vec<Value> {
        let totals = world.totals(self);
        self.order.items.iter().map(|item| self.render_item(item, &totals, world)).collect()
    }

    fn render_item(&self, item: &LineItem, totals: &Totals, world: &World) -> Value {
        let price = world.price(&item.price);
        let product = world.product(&price.product);
        let subtotal = if totals.subtotal == 0 { 0 } else { price.times(item.quantity) };
        // The sandbox takes a discount off the first items; Stripe spreads it.
        let before: i64 = self
            .order
            .items
            .iter()
            .take_while(|other| other.id != item.id)
            .map(|it| world.amount(it))
            .sum();
        let discount = (totals.discount - before).clamp(0, subtotal);
        json!({
            "id": item.id, "object": "item", "adjustable_quantity": null, "amount_discount": discount,
            "amount_subtotal": subtotal, "amount_tax": 0, "amount_total": subtotal - discount,
            "currency": price.currency, "description": product.name, "metadata": {},
            "price": price.render(world), "quantity": item.quantity,
        })
    }

    /// In subscription mode the payment belongs to the invoice.
    pub(crate) fn render_payment_intent(&self) -> Option<&str> {
        match self.order.mode {
            Mode::Payment => self.payment_intent.as_deref(),
            Mode::Subscription => None,
        }
    }

    fn customer_details(&self, world: &World) -> Option<Value> {
        let known = self.customer.as_deref().and_then(|id| world.customers.get(id));
        let typed = self.completion().map(|it| it.email.clone());
        let email = typed
            .or_else(|| known.and_then(|it| it.email.clone()))
            .or_else(|| self.order.customer_email.clone())?;
        let address = self.completion().map(|_| empty_address());
        let details =
            json!({ "address": address, "email": email, "tax_exempt": "none", "tax_ids": [] });
        Some(with_nulls(details, &["business_name", "individual_name", "name", "phone"]))
    }

    fn render_discounts(&self) -> Vec<Value> {
        let render = |it: &AppliedDiscount| {
            let coupon = it.promotion_code.is_none().then_some(&it.coupon);
            json!({ "coupon": coupon, "promotion_code": it.promotion_code })
        };
        self.discount.iter().map(render).collect()
    }

    fn render_invoice_creation(&self) -> Option<Value> {
        let nulls = [
            "account_tax_ids",
            "custom_fields",
            "description",
            "footer",
            "issuer",
            "rendering_options",
        ];
        match self.order.mode {
            Mode::Payment => Some(json!({
                "enabled": false, "invoice_data": with_nulls(json!({ "metadata": {} }), &nulls),
            })),
            Mode::Subscription => None,
        }
    }

    fn render_saved_options(&self) -> Option<Value> {
        let saves = self.customer.is_some() || self.order.mode == Mode::Subscription;
        saves.then(|| {
            json!({
                "allow_redisplay_filters": ["always"], "payment_method_remove": "disabled", "payment_method_save": null,
            })
        })
    }

    fn payment_method_collection(&self) -> &'static str {
        match self.order.mode {
            Mode::Payment => "if_required",
            Mode::Subscription if self.order.card_unless_free => "if_required",
            Mode::Subscription => "always",
        }
    }
}

impl CustomText {
    fn render(&self) -> Value {
        let message =
            |text: &Option<String>| text.as_ref().map(|message| json!({ "message": message }));
        json!({
            "after_submit": message(&self.after_submit), "shipping_address": message(&self.shipping_address),
            "submit": message(&self.submit),
            "terms_of_service_acceptance": message(&self.terms_of_service_acceptance),
        })
    }
}
