//! Payment methods: the test cards, and a bank debit.

use serde_json::{Value, json};

use super::{Object, empty_address, with_nulls};
use crate::cards::Card;
use crate::world::World;

/// What somebody paid with.
#[derive(Clone, Debug)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: Option<String>,
    pub(crate) email: String,
    pub(crate) means: Means,
}

/// The means of payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Card(Card),
    /// Settles days later. Rendered as `sepa_debit`, whatever the currency.
    BankDebit,
}

/// The last digits of Stripe's test account that pays: DE89 3704 0044 0532 0130 00.
const BANK_LAST4: &str = "3000";

impl Means {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Means::Card(_) => "card",
            Means::BankDebit => "sepa_debit",
        }
    }

    /// `visa •••• 4242`
    pub(crate) fn shown(&self) -> String {
        match self {
            Means::Card(card) => format!("{} •••• {}", card.brand, card.last4),
            Means::BankDebit => format!("bank account •••• {BANK_LAST4}"),
        }
    }
}

impl PaymentMethod {
    pub(crate) fn billing_details(&self) -> Value {
        json!({ "address": empty_address(), "email": self.email, "name": null, "phone": null, "tax_id": null })
    }
}

impl Object for PaymentMethod {
    const KIND: &'static str = "PaymentMethod";
    const NAME: &'static str = "payment_method";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        let mut method = json!({
            "id": self.id, "object": "payment_method", "allow_redisplay": "limited",
            "billing_details": self.billing_details(), "created": self.created, "customer": self.customer,
            "customer_account": null, "livemode": false, "metadata": {}, "type": self.means.type_name(),
        });
        method[self.means.type_name()] = match &self.means {
            Means::Card(card) => render_card(card),
            Means::BankDebit => {
                let mut bank = bank_account();
                bank["generated_from"] = json!({ "charge": null, "setup_attempt": null });
                bank
            }
        };
        method
    }
}

fn render_card(card: &Card) -> Value {
    let mut object = card_itself(card);
    object["display_brand"] = json!(card.brand);
    object["networks"] = json!({ "available": [card.brand], "preferred": null });
    object["three_d_secure_usage"] = json!({ "supported": true });
    with_nulls(object, &["generated_from", "regulated_status", "wallet"])
}

/// What payment methods and charges say of a card alike.
fn card_itself(card: &Card) -> Value {
    json!({
        "brand": card.brand, "country": "US", "exp_month": 12, "exp_year": 2034,
        "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
        "fingerprint": format!("sandbox{}", card.last4), "funding": "credit", "last4": card.last4,
    })
}

/// The same of a bank account.
fn bank_account() -> Value {
    json!({
        "bank_code": "37040044", "branch_code": "", "country": "DE", "fingerprint": "sandboxbank",
        "last4": BANK_LAST4,
    })
}

/// What a charge says of the means of payment.
pub(crate) fn charge_details(means: &Means) -> Value {
    let details = match means {
        Means::Card(card) => {
            let mut details = card_itself(card);
            details["network"] = json!(card.brand);
            with_nulls(details, &CHARGED_CARD_NULLS)
        }
        Means::BankDebit => with_nulls(bank_account(), &["mandate"]),
    };
    json!({ "type": means.type_name(), means.type_name(): details })
}

const CHARGED_CARD_NULLS: [&str; 11] = [
    "amount_authorized",
    "authorization_code",
    "electronic_commerce_indicator",
    "installments",
    "mandate",
    "network_token",
    "network_transaction_id",
    "regulated_status",
    "three_d_secure",
    "transaction_link_id",
    "wallet",
];
