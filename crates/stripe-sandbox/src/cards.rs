//! The test cards: <docs.stripe.com/testing>

/// A card that the checkout page accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) brand: &'static str,
    pub(crate) last4: String,
    pub(crate) behaviour: Behaviour,
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
/// The customer pressed "Fail" on the 3-D Secure page.
pub(crate) const NOT_AUTHENTICATED: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: "authentication_failed",
    message: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
};

const CARDS: [(&str, &str, Behaviour); 9] = [
    ("4242424242424242", "visa", Behaviour::Pays),
    ("4000056655665556", "visa", Behaviour::Pays),
    ("5555555555554444", "mastercard", Behaviour::Pays),
    ("4000000000003220", "visa", Behaviour::AsksFor3dSecure),
    ("4000000000000341", "visa", Behaviour::FailsAtRenewal),
    ("4000000000000002", "visa", Behaviour::Declines(GENERIC_DECLINE)),
    ("4000000000009995", "visa", Behaviour::Declines(INSUFFICIENT_FUNDS)),
    ("4000000000000069", "visa", Behaviour::Declines(EXPIRED)),
    ("4000000000000127", "visa", Behaviour::Declines(WRONG_CVC)),
];

/// The card of this number, however it is spaced; `None` is not one of the test cards.
pub(crate) fn find(number: &str) -> Option<Card> {
    let digits: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let (number, brand, behaviour) = CARDS.iter().find(|(number, _, _)| *number == digits)?;
    Some(Card { brand, last4: number[12..].to_owned(), behaviour: *behaviour })
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
    }
}
