//! Where an invoice can be paid.

use url::{Host, Url};

/// The page on which Stripe shows an invoice, and takes what is owed. Only where nobody on the
/// way can read along: over TLS, or on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayAddress(String);

impl PayAddress {
    /// Reads an address that Stripe gave.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let on_this_machine = match url.host()? {
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
            Host::Domain(_) => false,
        };
        let private = url.scheme() == "https" || (url.scheme() == "http" && on_this_machine);
        private.then(|| Self(url.into()))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_paid_over_tls_or_on_this_machine() {
        let rows = [
            ("https://invoice.stripe.com/i/acct_1/test_1?s=ap", true),
            ("http://127.0.0.1:12111/i/in_1", true),
            ("http://[::1]:1/i/in_1", true),
            ("http://invoice.stripe.com/i/1", false),
            ("http://127.0.0.1.nip.example/i/1", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("/i/in_1", false),
            ("", false),
        ];
        for (text, expected) in rows {
            assert_eq!(PayAddress::parse(text).is_some(), expected, "{text:?}");
        }
    }
}
