//! Which of Stripe's languages a till or a portal speaks.

use crate::domain::language::Language;

/// The languages of both: <https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale>,
/// <https://docs.stripe.com/api/customer_portal/sessions/create#create_portal_session-locale>.
const CODES: [&str; 40] = [
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR",
    "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

/// The code of a language; where Stripe does not speak it, its pages look at the browser.
pub(super) fn code(language: &Language) -> &'static str {
    let named = |name: &str| CODES.into_iter().find(|code| code.eq_ignore_ascii_case(name));
    named(language.as_str()).or_else(|| named(language.primary())).unwrap_or("auto")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_till_speaks_the_language_of_our_pages_if_stripe_knows_it() {
        for (ours, stripes) in [
            ("de", "de"),
            ("pt", "pt"),
            ("pt-br", "pt-BR"),
            ("es-419", "es-419"),
            ("de-at", "de"),
            ("eo", "auto"),
        ] {
            assert_eq!(code(&Language::parse(ours).expect(ours)), stripes, "{ours}");
        }
    }
}
