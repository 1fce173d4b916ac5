//! The little markup that `custom_text` may carry: `[words](https://…)` is a link.
//! <docs.stripe.com/payments/checkout/customization/policies>

use serde_json::{Value, json};

/// The parts of a message: words, and words with an address.
pub(super) fn parts(message: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut rest = message;
    while let Some(link) = next_link(rest) {
        parts.push(json!({ "words": link.before }));
        parts.push(json!({ "words": link.words, "address": link.address }));
        rest = link.after;
    }
    parts.push(json!({ "words": rest }));
    parts
}

struct Link<'a> {
    before: &'a str,
    words: &'a str,
    address: &'a str,
    after: &'a str,
}

fn next_link(text: &str) -> Option<Link<'_>> {
    let (left, right) = text.split_once("](")?;
    let (before, words) = left.rsplit_once('[')?;
    let (address, after) = right.split_once(')')?;
    let for_browsers = address.starts_with("https://") || address.starts_with("http://");
    for_browsers.then_some(Link { before, words, address, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &str) {
        let shown = parts(message).into_iter().map(|part| {
            let words = part["words"].as_str().unwrap_or_default();
            part["address"]
                .as_str()
                .map_or(words.to_owned(), |address| format!("<{words}|{address}>"))
        });
        assert_eq!(shown.collect::<String>(), expected);
    }

    #[test]
    fn links_are_links_and_all_else_is_words() {
        check("Plain (words) [here]", "Plain (words) [here]");
        check(
            "Paid? [Sign in](https://a.example/x?y=z).",
            "Paid? <Sign in|https://a.example/x?y=z>.",
        );
        check("[a](http://a)[b](http://b)", "<a|http://a><b|http://b>");
        check("[x](javascript:alert)", "[x](javascript:alert)");
    }
}
