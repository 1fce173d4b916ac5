//! Amounts as people read them.

/// Currencies without a smaller unit: <docs.stripe.com/currencies#zero-decimal>
const ZERO_DECIMAL: [&str; 15] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];
/// Currencies of a thousand smaller units: <docs.stripe.com/currencies#three-decimal>
const THREE_DECIMAL: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// The least that a card is charged: <docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>
#[rustfmt::skip]
const LEAST_CHARGES: [(&str, i64); 24] = [
    ("usd", 50), ("aed", 200), ("aud", 50), ("bgn", 100), ("brl", 50), ("cad", 50), ("chf", 50), ("czk", 1_500),
    ("dkk", 250), ("eur", 50), ("gbp", 30), ("hkd", 400), ("huf", 17_500), ("inr", 50), ("jpy", 50), ("mxn", 1_000),
    ("myr", 200), ("nok", 300), ("nzd", 50), ("pln", 200), ("ron", 200), ("sek", 300), ("sgd", 50), ("thb", 1_000),
];

/// The least that is charged in this currency, in its smallest unit; where Stripe names none, that
/// unit.
pub(crate) fn least_charge(currency: &str) -> i64 {
    LEAST_CHARGES.iter().find(|(known, _)| *known == currency).map_or(1, |(_, least)| *least)
}

/// `700`, `eur` is `€7.00`; `700`, `jpy` is `¥700`; `700`, `sek` is `7.00 SEK`.
pub(crate) fn shown(minor_units: i64, currency: &str) -> String {
    let number = decimal(minor_units.unsigned_abs(), decimals(currency));
    let sign = if minor_units < 0 { "-" } else { "" };
    match symbol(currency) {
        Some(symbol) => format!("{sign}{symbol}{number}"),
        None => format!("{sign}{number} {}", currency.to_uppercase()),
    }
}

/// The part of an amount that a part of a period costs; halves are rounded away from zero.
pub(crate) fn prorated(amount: i64, part_seconds: i64, whole_seconds: i64) -> i64 {
    let (part, whole) = (i128::from(part_seconds.max(0)), i128::from(whole_seconds.max(1)));
    let doubled = (2 * i128::from(amount.abs()) * part + whole) / (2 * whole);
    i64::try_from(doubled).unwrap_or(i64::MAX) * amount.signum()
}

fn decimals(currency: &str) -> usize {
    if ZERO_DECIMAL.contains(&currency) {
        0
    } else if THREE_DECIMAL.contains(&currency) {
        3
    } else {
        2
    }
}

fn decimal(amount: u64, decimals: usize) -> String {
    let digits = format!("{amount:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

fn symbol(currency: &str) -> Option<&'static str> {
    match currency {
        "usd" => Some("$"),
        "eur" => Some("€"),
        "gbp" => Some("£"),
        "jpy" => Some("¥"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(minor_units: i64, currency: &str, expected: &str) {
        assert_eq!(shown(minor_units, currency), expected);
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        check(0, "usd", "$0.00");
        check(5, "usd", "$0.05");
        check(700, "eur", "€7.00");
        check(123_456, "gbp", "£1234.56");
        check(700, "jpy", "¥700");
        check(700, "sek", "7.00 SEK");
        check(7, "kwd", "0.007 KWD");
        check(-250, "usd", "-$2.50");
    }

    #[test]
    fn parts_of_a_period_cost_their_part() {
        let rows = [
            (700, 15, 30, 350),
            (700, 30, 30, 700),
            (700, 0, 30, 0),
            (700, -1, 30, 0),
            (1, 1, 2, 1),
            (1, 1, 3, 0),
            (-700, 15, 30, -350),
            (-1, 1, 2, -1),
        ];
        for (amount, part, whole, expected) in rows {
            assert_eq!(prorated(amount, part, whole), expected, "{amount} {part}/{whole}");
        }
    }
}
