//! One type per id: holding one is the proof that it is well formed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not the id that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct BadId {
    text: String,
    expected: &'static str,
}

/// Long enough for every id that Stripe has made (the longest, of checkout sessions, have 66
/// characters), short enough for a cookie, a log line and an index.
const LONGEST: usize = 255;

fn is_plain(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Reads ", $expected, ".")]
            pub fn parse(text: &str) -> Result<Self, BadId> {
                if is_plain(text) && text.starts_with($prefix) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadId { text: text.to_owned(), expected: $expected })
                }
            }

            /// The id as it is written: ASCII letters, digits, `_` and `-`.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

text_id!(
    /// A reader, as the origin and the passes name him. Random, so that it tells nothing.
    ReaderId, "reader_", "a reader's id (reader_…)"
);
text_id!(
    /// One browser's sign-in; 128 random bits. Never leaves the pass.
    SessionId, "session_", "a session's id (session_…)"
);
text_id!(
    /// What is for sale, as the owner names it in the configuration.
    PlanId, "", "a plan's name: letters, digits, '-' and '_'"
);
text_id!(
    /// A Stripe price.
    PriceId, "", "a Stripe price: letters, digits, '-' and '_'"
);
text_id!(
    /// A Stripe customer.
    CustomerId, "cus_", "a Stripe customer (cus_…)"
);
text_id!(
    /// A Stripe subscription.
    SubscriptionId, "sub_", "a Stripe subscription (sub_…)"
);
text_id!(
    /// A Stripe Checkout session.
    CheckoutId, "cs_", "a Stripe checkout session (cs_…)"
);
text_id!(
    /// A Stripe payment intent.
    PaymentId, "pi_", "a Stripe payment intent (pi_…)"
);
text_id!(
    /// A Stripe invoice.
    InvoiceId, "in_", "a Stripe invoice (in_…)"
);
text_id!(
    /// A Stripe event.
    EventId, "evt_", "a Stripe event (evt_…)"
);

/// Whose payments must be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Everything that this customer ever bought.
    Customer(CustomerId),
    /// One purchase by somebody who has no customer at Stripe.
    Checkout(CheckoutId),
}

impl Subject {
    /// The id at Stripe; its prefix tells which of the two it is.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Customer(id) => id.as_str(),
            Self::Checkout(id) => id.as_str(),
        }
    }

    /// Reads what `as_str` wrote.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        CustomerId::parse(text)
            .map(Self::Customer)
            .or_else(|_| CheckoutId::parse(text).map(Self::Checkout))
    }
}

impl TryFrom<String> for Subject {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a key, an event or a payment is for practice or for real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Test keys and test cards: no money moves.
    Test,
    /// Real money.
    Live,
}

impl Mode {
    /// `livemode` of Stripe's objects.
    pub fn of_livemode(livemode: bool) -> Self {
        if livemode { Self::Live } else { Self::Test }
    }

    /// `test` or `live`, as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain_and_has_its_prefix() {
        let check = |text: &str, fine: bool| {
            assert_eq!(CustomerId::parse(text).is_ok(), fine, "{text:?}");
        };
        check("cus_1", true);
        check("cus_NffrFeUfNV2Hib", true);
        check("sub_1", false);
        check("", false);
        check("cus_a b", false);
        check("cus_é", false);
        check("cus_\r\nx: y", false);
        check(&format!("cus_{}", "a".repeat(LONGEST - 4)), true);
        check(&format!("cus_{}", "a".repeat(LONGEST - 3)), false);
    }

    #[test]
    fn a_subject_knows_its_kind_by_its_prefix() {
        assert!(matches!(Subject::parse("cus_1"), Ok(Subject::Customer(_))));
        assert!(matches!(Subject::parse("cs_test_1"), Ok(Subject::Checkout(_))));
        assert!(Subject::parse("sub_1").is_err());
    }
}
