//! The test cards: <docs.stripe.com/testing>

use crate::sandbox::DisputeStage;
use crate::world::CardAftermath;

/// A card that the checkout page accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) brand: &'static str,
    pub(crate) last4: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) aftermath: CardAftermath,
}

/// What happens when a card is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Pays,
    /// The customer must confirm with the bank first.
    AsksFor3dSecure,
    /// Pays at the checkout, declines every later charge.
    FailsAtRenewal,
    Declines(Decline),
}

/// Why a charge was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    /// `card_declined`, `expired_card` …
    pub(crate) code: &'static str,
    /// `insufficient_funds`, `generic_decline` …
    pub(crate) reason: &'static str,
    /// What the customer reads.
    pub(crate) message: &'static str,
}

/// The decline of a later charge of 4000 0000 0000 0341, and of the plain declining card.
pub(crate) const GENERIC_DECLINE: Decline = Decline {
    code: "card_declined",
    reason: "generic_decline",
    message: "Your card was declined.",
};
const INSUFFICIENT_FUNDS: Decline = Decline {
    code: "card_declined",
    reason: "insufficient_funds",
    message: "Your card has insufficient funds. Try a different card.",
};
const EXPIRED: Decline = Decline {
    code: "expired_card",
    reason: "expired_card",
    message: "Your card has expired. Try a different card.",
};
const WRONG_CVC: Decline = Decline {
    code: "incorrect_cvc",
    reason: "incorrect_cvc",
    message: "Your card's security code is incorrect.",
};
const LOST: Decline =
    Decline { code: "card_declined", reason: "lost_card", message: "Your card has been declined." };
const PROCESSING: Decline = Decline {
    code: "processing_error",
    reason: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
};
const BLOCKED: Decline =
    Decline { code: "card_declined", reason: "fraudulent", message: "Your card was declined." };
/// The bank wants to hear the customer, who is not there.
pub(crate) const AUTHENTICATION_REQUIRED: Decline = Decline {
    code: "authentication_required",
    reason: "authentication_required",
    message: "Your card was declined. This transaction requires authentication.",
};
/// The customer pressed "Fail" on the 3-D Secure page.
pub(crate) const NOT_AUTHENTICATED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: "authentication_failed",
    message: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
};

/// Number, brand, what `pm_card_…` and `tok_…` call it, and what happens when it is charged.
#[rustfmt::skip]
const CARDS: [(&str, &str, &str, Behaviour); 22] = [
    ("4242424242424242", "visa",       "visa",                     Behaviour::Pays),
    ("4000056655665556", "visa",       "visa_debit",               Behaviour::Pays),
    ("5555555555554444", "mastercard", "mastercard",               Behaviour::Pays),
    ("5200828282828210", "mastercard", "mastercard_debit",         Behaviour::Pays),
    ("378282246310005",  "amex",       "amex",                     Behaviour::Pays),
    ("4000000000000077", "visa",       "bypassPending",            Behaviour::Pays),
    ("4000000000003220", "visa",       "threeDSecure2Required",    Behaviour::AsksFor3dSecure),
    ("4000002500003155", "visa",       "authenticationRequired",   Behaviour::AsksFor3dSecure),
    ("4000000000000341", "visa",       "chargeCustomerFail",       Behaviour::FailsAtRenewal),
    ("4000000000000002", "visa",       "chargeDeclined",           Behaviour::Declines(GENERIC_DECLINE)),
    ("4000000000009995", "visa",       "chargeDeclinedInsufficientFunds", Behaviour::Declines(INSUFFICIENT_FUNDS)),
    ("4000000000009987", "visa",       "chargeDeclinedLostCard",     Behaviour::Declines(LOST)),
    ("4000000000000069", "visa",       "chargeDeclinedExpiredCard", Behaviour::Declines(EXPIRED)),
    ("4000000000000127", "visa",       "chargeDeclinedIncorrectCvc", Behaviour::Declines(WRONG_CVC)),
    ("4000000000000119", "visa",       "chargeDeclinedProcessingError", Behaviour::Declines(PROCESSING)),
    ("4100000000000019", "visa",       "radarBlock",               Behaviour::Declines(BLOCKED)),
    ("4000000000000259", "visa",       "createDispute",            Behaviour::Pays),
    ("4000000000002685", "visa",       "createDisputeProductNotReceived", Behaviour::Pays),
    ("4000000000001976", "visa",       "createDisputeInquiry",     Behaviour::Pays),
    ("4000000000005423", "visa",       "createIssuerFraudRecord",  Behaviour::Pays),
    ("4000000000007726", "visa",       "pendingRefund",            Behaviour::Pays),
    ("4000000000005126", "visa",       "refundFail",               Behaviour::Pays),
];

/// What a card brings after it has paid.
fn aftermath(number: &str) -> CardAftermath {
    let dispute = |stage, reason| CardAftermath::Dispute { stage, reason };
    match number {
        "4000000000000259" => dispute(DisputeStage::NeedsResponse, "fraudulent"),
        "4000000000002685" => dispute(DisputeStage::NeedsResponse, "product_not_received"),
        "4000000000001976" => dispute(DisputeStage::Inquiry, "fraudulent"),
        "4000000000005423" => CardAftermath::FraudWarning,
        "4000000000007726" => CardAftermath::SlowRefund,
        "4000000000005126" => CardAftermath::RefundFails,
        _ => CardAftermath::Nothing,
    }
}

/// The card of this number, however it is spaced; `None` is not one of the test cards.
pub(crate) fn find(number: &str) -> Option<Card> {
    let digits: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let (number, brand, _, behaviour) = CARDS.iter().find(|(number, _, _, _)| *number == digits)?;
    Some(Card {
        brand,
        last4: number[number.len() - 4..].to_owned(),
        behaviour: *behaviour,
        aftermath: aftermath(number),
    })
}

/// The card that a test token stands for: `pm_card_visa`, `tok_visa`.
pub(crate) fn by_token(token: &str) -> Option<Card> {
    let name = token.strip_prefix("pm_card_").or_else(|| token.strip_prefix("tok_"))?;
    // Some declines are documented with the brand before them, and answer to both names.
    let name = if name.contains("charge") { name.trim_start_matches("visa_") } else { name };
    let (number, _, _, _) = CARDS.iter().find(|(_, _, known, _)| *known == name)?;
    find(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_cards_are_known_however_they_are_spaced() {
        let card = find("4242 4242 4242 4242").expect("a test card");
        assert_eq!((card.last4.as_str(), card.behaviour), ("4242", Behaviour::Pays));
        assert_eq!(
            find("4000-0000-0000-9995").expect("a test card").behaviour,
            Behaviour::Declines(INSUFFICIENT_FUNDS)
        );
        assert_eq!(find("4111 1111 1111 1111"), None);
        assert_eq!(find(""), None);
        assert_eq!(by_token("pm_card_visa"), find("4242424242424242"));
        assert_eq!(by_token("tok_createDispute"), find("4000000000000259"));
        assert_eq!(by_token("pm_card_visa_chargeDeclined"), find("4000000000000002"));
        assert_eq!(by_token("visa"), None);
    }
}
