//! The offer as a part of somebody else's page.

use std::fmt::Write as _;

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::{Offer, Page, Views};
use crate::web::visitor::Visit;

impl Views {
    /// The offer, to be set into a page of the website. It is plain ASCII: whatever encoding the
    /// page has, it reads the same there. Without `may_post` it leads to the offer's own page.
    pub(in crate::web) fn inset(&self, visit: &Visit, offer: &Offer<'_>, may_post: bool) -> String {
        let values = context! { may_post, ..Value::from(Serde(offer)) };
        let tongue = self.texts.for_headers(&visit.headers);
        in_ascii(&self.text(&visit.site.config, tongue, &Page { template: "inset.html", values }))
    }
}

fn in_ascii(html: &str) -> String {
    let mut ascii = String::with_capacity(html.len());
    for letter in html.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            write!(ascii, "&#{};", u32::from(letter)).expect("writing to a String cannot fail");
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_written_as_a_reference() {
        assert_eq!(in_ascii("9 \u{20ac} <b>\u{1f512}</b>"), "9 &#8364; <b>&#128274;</b>");
    }
}
