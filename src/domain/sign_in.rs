//! Single-use sign-in links: who may redeem one, and until when.

use std::time::Duration;

use super::time::Timestamp;

/// How long a link works that the owner printed with `tollhouse link`: long enough to be sent
/// on by hand, short enough not to lie around in a mailbox.
pub const LINK_LIFETIME: Duration = Duration::from_hours(24);

/// A link that was made, as it is stored (only a hash of its token is).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The verified address of the reader whom it signs in.
    pub email: String,
    /// The first moment at which it no longer works.
    pub until: Timestamp,
    /// When it was redeemed.
    pub redeemed: Option<Timestamp>,
}

/// Why a link does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unredeemable {
    /// No such link was ever made, or it was swept away.
    #[error("this sign-in link is not one of ours")]
    Unknown,
    /// Somebody used it.
    #[error("this sign-in link was used already")]
    Used,
    /// It is too old.
    #[error("this sign-in link is too old")]
    Expired,
}

impl SignIn {
    /// Whether it may be redeemed at `now`.
    pub fn redeemable(&self, now: Timestamp) -> Result<(), Unredeemable> {
        match self.redeemed {
            Some(_) => Err(Unredeemable::Used),
            None if now >= self.until => Err(Unredeemable::Expired),
            None => Ok(()),
        }
    }
}

/// An e-mail address in the form in which two spellings of one mailbox are equal: trimmed, in
/// lower case. (Before the `@`, a mail server may tell case apart; none does, and telephones
/// begin every field with a capital.) None if it cannot be an address.
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.split_once('@')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .contains(|c: char| c.is_control() || c.is_whitespace() || "@<>,;\"".contains(c))
    };
    // 254: the longest address that a mail server must accept (RFC 5321, 4.5.3.1.3).
    let fits = text.len() <= 254;
    (fits && plain(local) && plain(domain))
        .then(|| format!("{}@{}", local.to_ascii_lowercase(), domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_until_its_end() {
        let at = Timestamp::from_unix;
        let link = SignIn { email: "ann@site.example".to_owned(), until: at(100), redeemed: None };
        assert_eq!(link.redeemable(at(99)), Ok(()));
        assert_eq!(link.redeemable(at(100)), Err(Unredeemable::Expired));
        let used = SignIn { redeemed: Some(at(5)), ..link };
        assert_eq!(used.redeemable(at(6)), Err(Unredeemable::Used));
    }

    #[test]
    fn an_address_has_one_form() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(normal_email(text).as_deref(), expected, "{text:?}");
        };
        check(" Ann@Site.Example ", Some("ann@site.example"));
        check("ann", None);
        check("@site.example", None);
        check("ann@", None);
        check("ann@a@b", None);
        check("ann@site.example\r\nBcc: x@y", None);
        check("Ann <ann@site.example>", None);
        check(
            &format!("{}@site.example", "a".repeat(241)),
            Some(&format!("{}@site.example", "a".repeat(241))),
        );
        check(&format!("{}@site.example", "a".repeat(242)), None);
    }
}
