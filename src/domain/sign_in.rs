//! Signing in: single-use links and codes, who may redeem one, and until when; and how often
//! somebody is written to.

use std::time::Duration;

use url::Host;

use super::time::Timestamp;

/// How long a link works that the owner printed with `tollhouse link`: long enough to be sent
/// on by hand, short enough not to lie around in a mailbox.
pub const LINK_LIFETIME: Duration = Duration::from_hours(24);

/// How long link and code of a sign-in mail work.
pub const LETTER_LIFETIME: Duration = Duration::from_mins(10);

/// How long the link works by which a reader deletes his account.
pub const FAREWELL_LIFETIME: Duration = Duration::from_hours(1);

/// How many codes may be typed for one mail: who guesses has five chances in a million.
pub const MOST_GUESSES: u32 = 5;

/// How many mails one address gets at most in each of these times, so that nobody's mailbox is
/// filled by others.
const MOST_LETTERS: [(Duration, usize); 3] =
    [(Duration::from_mins(1), 1), (Duration::from_hours(1), 5), (Duration::from_hours(24), 10)];

/// When an address is written to next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextMail {
    /// Now.
    Now,
    /// It was written to a moment ago: then.
    At(Timestamp),
    /// It has had enough.
    Never,
}

/// When an address is written to next that was written to at these moments, if somebody asks for
/// it now.
pub fn next_mail(written: &[Timestamp], now: Timestamp) -> NextMail {
    let is_full = |(span, most): (Duration, usize)| {
        written.iter().filter(|at| now < at.plus(span)).count() >= most
    };
    let [in_a_minute, rest @ ..] = MOST_LETTERS;
    if rest.into_iter().any(is_full) {
        NextMail::Never
    } else if is_full(in_a_minute) {
        let last = written.iter().max().copied().unwrap_or(now);
        NextMail::At(last.plus(in_a_minute.0))
    } else {
        NextMail::Now
    }
}

/// How long it takes until a mail that could not be sent is tried again.
pub fn next_try(tries: u32) -> Duration {
    Duration::from_secs(5 << tries.min(5))
}

/// A link that was made, as it is stored (only a hash of its token is).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The verified address of the reader whom it signs in.
    pub email: String,
    /// The first moment at which it no longer works.
    pub until: Timestamp,
    /// When it was redeemed.
    pub redeemed: Option<Timestamp>,
    /// The page that was wanted when it was asked for, if it was.
    pub return_to: Option<String>,
    /// Whether a code came with it, for the browser that asked for both.
    pub has_code: bool,
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

/// Why a code does not sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// This browser asked for none, or too long ago.
    #[error("no code was asked for here, or it is too old")]
    NotAsked,
    /// It is another one, or nobody was written to.
    #[error("this is not the code")]
    Wrong,
    /// It was used, or the link beside it was.
    #[error("this code, or its link, was used already")]
    Used,
    /// Too many were tried.
    #[error("too many codes were tried")]
    TooMany,
}

/// The six digits of a code, as somebody types them who reads them from a telephone: spaces and
/// hyphens between them do not count.
pub fn code_digits(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|sign| !" -\u{a0}".contains(*sign)).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(digits)
}

/// An e-mail address in the form in which two spellings of one mailbox are equal: trimmed, in
/// lower case, its domain as the domain name system has it. (Before the `@`, a mail server may
/// tell case apart; none does, and telephones begin every field with a capital.) None if it
/// cannot be an address.
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.split_once('@')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .contains(|c: char| c.is_control() || c.is_whitespace() || "@<>,;\"%".contains(c))
    };
    if !plain(local) || !plain(domain) {
        return None;
    }
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    if domain.split('.').any(str::is_empty) {
        return None;
    }
    let email = format!("{}@{domain}", local.to_ascii_lowercase());
    // The longest address that a mail server must accept: RFC 5321, 4.5.3.1.3.
    (email.len() <= 254).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_works_once_and_until_its_end() {
        let at = Timestamp::from_unix;
        let link = SignIn {
            email: "ann@site.example".to_owned(),
            until: at(100),
            redeemed: None,
            return_to: None,
            has_code: false,
        };
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
        check("ann@\u{ff33}ite.example", Some("ann@site.example"));
        check("ann@B\u{fc}cher.example", Some("ann@xn--bcher-kva.example"));
        check("ann@xn--bcher-kva.example", Some("ann@xn--bcher-kva.example"));
        check("ann@gma\u{131}l.example", Some("ann@xn--gmal-nza.example"));
        check("ann@site%2eexample", None);
        check("ann@192.0.2.1", None);
        check("ann@[192.0.2.1]", None);
        check("ann@site.example.", None);
        check("ann@site..example", None);
        check(
            &format!("{}@site.example", "a".repeat(241)),
            Some(&format!("{}@site.example", "a".repeat(241))),
        );
        check(&format!("{}@site.example", "a".repeat(242)), None);
    }

    #[test]
    fn nobody_is_written_to_more_often_than_he_can_want() {
        let now = Timestamp::from_unix(100_000);
        let ago = |minutes: u64| now.minus(Duration::from_mins(minutes));
        let check = |minutes_ago: &[u64], next: NextMail| {
            let written: Vec<_> = minutes_ago.iter().copied().map(ago).collect();
            assert_eq!(next_mail(&written, now), next, "{minutes_ago:?}");
        };
        check(&[], NextMail::Now);
        check(&[0], NextMail::At(now.plus(Duration::from_mins(1))));
        check(&[30, 0], NextMail::At(now.plus(Duration::from_mins(1))));
        check(&[1], NextMail::Now);
        check(&[59, 40, 30, 20, 10], NextMail::Never);
        check(&[59, 40, 30, 20, 0], NextMail::Never);
        check(&[60, 40, 30, 20, 10], NextMail::Now);
        check(&[1_439, 1_000, 900, 800, 700, 600, 500, 400, 300, 200], NextMail::Never);
        check(&[1_440, 1_000, 900, 800, 700, 600, 500, 400, 300, 200], NextMail::Now);
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_written() {
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(code_digits(typed).as_deref(), expected, "{typed:?}");
        };
        check("123456", Some("123456"));
        check(" 123 456 ", Some("123456"));
        check("123-456", Some("123456"));
        check("12345", None);
        check("1234567", None);
        check("12345a", None);
        check("\u{661}23456", None);
    }
}
