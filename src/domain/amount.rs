//! Amounts of money as owners write them: `$9 a month`, `29,00 € im Monat`, `CHF 12`.

/// An amount in the smallest unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Cents, pence, öre; whole yen.
    pub minor_units: i64,
    /// ISO 4217, in lower case, as Stripe writes it.
    pub currency: String,
}

/// Currencies without a smaller unit: <https://docs.stripe.com/currencies#zero-decimal>.
const ZERO_DECIMAL: [&str; 16] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
];

impl Amount {
    /// Finds the one amount in a text; none if there is none, or no telling which.
    pub fn read(text: &str) -> Option<Self> {
        let currency = only(currencies(text))?;
        let number = only(numbers(text))?;
        let minor_units = minor_units(number, ZERO_DECIMAL.contains(&currency.as_str()))?;
        Some(Self { minor_units, currency })
    }
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn currencies(text: &str) -> impl Iterator<Item = String> {
    let signs = text.chars().filter_map(|sign| match sign {
        '$' => Some("usd".to_owned()),
        '€' => Some("eur".to_owned()),
        '£' => Some("gbp".to_owned()),
        _ => None,
    });
    let codes = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .map(str::to_ascii_lowercase);
    signs.chain(codes)
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .map(|number| number.trim_matches(['.', ',']))
        .filter(|number| !number.is_empty())
}

/// `.` or `,` before the last two digits is the decimal point; before groups of three it
/// separates thousands; anything else is no amount.
fn minor_units(number: &str, whole_only: bool) -> Option<i64> {
    let (whole, cents) = match number.rsplit_once(['.', ',']) {
        Some((whole, cents)) if cents.len() == 2 && !whole_only => (whole, cents),
        Some(_) | None => (number, "00"),
    };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let grouped = whole.len() > first.len();
    if first.is_empty() || (grouped && first.len() > 3) {
        return None;
    }
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    if !whole_only {
        digits.push_str(cents);
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        check("$9 a month", Some((900, "usd")));
        check("$9.50", Some((950, "usd")));
        check("9,50 € im Monat", Some((950, "eur")));
        check("£1,290 a year", Some((129_000, "gbp")));
        check("1.290,00 €", Some((129_000, "eur")));
        check("CHF 12", Some((1_200, "chf")));
        check("1,500 JPY", Some((1_500, "jpy")));
        check("$0", Some((0, "usd")));
        check("$9.", Some((900, "usd")));
    }

    #[test]
    fn what_is_not_one_amount_is_not_guessed() {
        for text in
            ["", "free", "9 a month", "$", "$9 or $90", "$9 for 2 months", "$9 €", "$9.5", "$1,2,3"]
        {
            check(text, None);
        }
    }

    fn check(text: &str, expected: Option<(i64, &str)>) {
        let amount = Amount::read(text);
        let read = amount.as_ref().map(|amount| (amount.minor_units, amount.currency.as_str()));
        assert_eq!(read, expected, "{text:?}");
    }
}
