//! Payment methods: the test cards, and bank debits.

use serde_json::{Value, json};

use super::{Metadata, Object, empty_address, with_nulls};
use crate::cards::Card;
use crate::world::World;

/// What somebody paid with.
#[derive(Clone, Debug)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) customer: Option<String>,
    /// It was a customer's, and is nobody's any more.
    pub(crate) detached: bool,
    pub(crate) payer: BillingDetails,
    pub(crate) means: Means,
    pub(crate) metadata: Metadata,
}

/// Who pays with it, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BillingDetails {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    /// `line1`, `city` …, each only if it is known.
    pub(crate) address: Metadata,
}

/// The means of payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Card(Card),
    /// Settles days later. Rendered as `sepa_debit`, whatever the currency.
    BankDebit(BankAccount),
}

/// A bank account, and whether it has the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BankAccount {
    pub(crate) country: String,
    pub(crate) last4: String,
    pub(crate) outcome: BankOutcome,
}

/// How a debit of an account ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BankOutcome {
    /// A test, or an option of the sandbox, decides when and how.
    WhenTold,
    Succeeds,
    Fails,
}

/// Stripe's test accounts that have no money: <https://docs.stripe.com/testing#sepa-direct-debit>.
/// The Italian one is what the Stripe CLI lets fail.
const WITHOUT_MONEY: [&str; 4] = [
    "AT861904300235473202",
    "DE62370400440532013001",
    "FR8420041010050500013M02607",
    "IT60X0542811101000000123456",
];
const IBAN_LETTERS: std::ops::RangeInclusive<usize> = 15..=34;

impl BankAccount {
    /// The account of an IBAN; `None` if it cannot be one.
    pub(crate) fn of(iban: &str) -> Option<BankAccount> {
        let iban: String = iban.chars().filter(|it| !it.is_whitespace()).collect();
        let plausible = IBAN_LETTERS.contains(&iban.len())
            && iban.bytes().all(|it| it.is_ascii_alphanumeric())
            && iban.bytes().take(2).all(|it| it.is_ascii_uppercase());
        let fails = WITHOUT_MONEY.contains(&iban.as_str());
        plausible.then(|| BankAccount {
            country: iban[..2].to_owned(),
            last4: iban[iban.len() - 4..].to_owned(),
            outcome: if fails { BankOutcome::Fails } else { BankOutcome::Succeeds },
        })
    }
}

impl Means {
    /// The account that the checkout page offers: DE89 3704 0044 0532 0130 00, Stripe's own.
    pub(crate) fn bank_debit() -> Means {
        Means::BankDebit(BankAccount {
            country: "DE".to_owned(),
            last4: "3000".to_owned(),
            outcome: BankOutcome::WhenTold,
        })
    }

    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Means::Card(_) => "card",
            Means::BankDebit(_) => "sepa_debit",
        }
    }

    /// `visa •••• 4242`
    pub(crate) fn shown(&self) -> String {
        match self {
            Means::Card(card) => format!("{} •••• {}", card.brand, card.last4),
            Means::BankDebit(account) => format!("bank account •••• {}", account.last4),
        }
    }
}

impl PaymentMethod {
    pub(crate) fn billing_details(&self) -> Value {
        let mut address = empty_address();
        for (field, text) in &self.payer.address {
            address[field.as_str()] = json!(text);
        }
        json!({
            "address": address, "email": self.payer.email, "name": self.payer.name,
            "phone": self.payer.phone, "tax_id": null,
        })
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
            "customer_account": null, "livemode": false, "metadata": self.metadata,
            "type": self.means.type_name(),
        });
        method[self.means.type_name()] = match &self.means {
            Means::Card(card) => render_card(card),
            Means::BankDebit(account) => {
                let mut bank = account_itself(account);
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
fn account_itself(account: &BankAccount) -> Value {
    json!({
        "bank_code": "37040044", "branch_code": "", "country": account.country, "fingerprint": "sandboxbank",
        "last4": account.last4,
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
        Means::BankDebit(account) => with_nulls(account_itself(account), &["mandate"]),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_by_their_iban() {
        let check = |iban: &str| BankAccount::of(iban).map(|it| (it.country, it.last4, it.outcome));
        let account = |country: &str, last4: &str, outcome| {
            Some((country.to_owned(), last4.to_owned(), outcome))
        };
        assert_eq!(check("AT611904300234573201"), account("AT", "3201", BankOutcome::Succeeds));
        assert_eq!(check("AT86 1904 3002 3547 3202"), account("AT", "3202", BankOutcome::Fails));
        assert_eq!(check("4242424242424242"), None);
        assert_eq!(check("DE12"), None);
    }
}
