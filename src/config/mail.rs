//! `[mail]`: whom mail comes from, and who carries it.

use ::url::Url;
use percent_encoding::percent_decode_str;

use super::faults::Reviewer;
use super::file::MailFile;
use super::locate::Spot;
use super::secrets::Vault;
use super::url::is_loopback;
use super::{Carrier, MailSettings, Smtp, SmtpSecurity};
use crate::domain::secret::Secret;
use crate::domain::sign_in::normal_email;

/// How mail is sent; none, if nobody carries it.
pub(super) fn settings(
    written: &MailFile,
    vault: &Vault<'_>,
    reviewer: &mut Reviewer<'_>,
) -> Option<MailSettings> {
    let spot = Spot::top("mail");
    let from = written.from.as_deref().and_then(|from| {
        let parsed = sender(from);
        if parsed.is_none() {
            let help = "write it like \"Marginal Weather <hello@weather.example>\"";
            reviewer.value(&spot.key("from"), "this is not an address that mail comes from", help);
        }
        parsed
    });
    let smtp = written.smtp.as_ref()?;
    let spot_of_smtp = spot.key("smtp");
    let address = vault.open(smtp, &spot_of_smtp, reviewer)?;
    if written.from.is_none() {
        let help = "add from = \"Marginal Weather <hello@weather.example>\"";
        reviewer.key(&spot.key("from"), "nobody is named whom mail comes from", help);
        return None;
    }
    match server(address.expose()) {
        Ok(smtp) => {
            let (name, address) = from?;
            Some(MailSettings { name, address, carrier: Carrier::Smtp(smtp) })
        }
        Err(fault) => {
            let help = "write it like smtps://user:password@mail.weather.example; percent-encode what is not a letter or a digit";
            reviewer.value(&spot_of_smtp, fault, help);
            None
        }
    }
}

/// `Marginal Weather <hello@weather.example>`, or the address alone.
fn sender(text: &str) -> Option<(Option<String>, String)> {
    let Some((name, rest)) = text.split_once('<') else {
        return Some((None, normal_email(text)?));
    };
    let address = normal_email(rest.trim_end().strip_suffix('>')?)?;
    let name = name.trim().trim_matches('"');
    let is_plain = !name.contains(|sign: char| sign.is_control());
    is_plain.then(|| ((!name.is_empty()).then(|| name.to_owned()), address))
}

/// Reads the address of a mail server. The password is repeated to nobody.
fn server(text: &str) -> Result<Smtp, &'static str> {
    const NOT_ONE: &str = "this is not the address of a mail server";
    let url = Url::parse(text).map_err(|_| NOT_ONE)?;
    // What is no scheme of the web's has its host as it is written.
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(NOT_ONE)?.to_owned();
    let is_here = is_here(&host);
    let (security, port) = match url.scheme() {
        "smtps" => (SmtpSecurity::Tls, 465),
        "smtp" if is_here && url.query() != Some("tls=required") => (SmtpSecurity::None, 25),
        "smtp" => (SmtpSecurity::StartTls, 587),
        _ => return Err(NOT_ONE),
    };
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| NOT_ONE)
    };
    let credentials = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) if !user.is_empty() => {
            Some((decoded(user)?, Secret::new(decoded(password)?)))
        }
        (_, _) => return Err("this address of a mail server has a user or a password, not both"),
    };
    Ok(Smtp { host, port: url.port().unwrap_or(port), security, credentials })
}

/// Whether a host is this machine, read as the web reads hosts.
fn is_here(host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}")).ok();
    url.is_some_and(|url| url.host().is_some_and(|host| is_loopback(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        check("hello@weather.example",                    Some((None, "hello@weather.example")));
        check("Weather <Hello@Weather.Example>",          Some((Some("Weather"), "hello@weather.example")));
        check("\"Weather, daily\" <hello@weather.example>", Some((Some("Weather, daily"), "hello@weather.example")));
        check("<hello@weather.example>",                  Some((None, "hello@weather.example")));
        check("Weather",                                  None);
        check("Weather <hello@weather.example",           None);
        check("Weather\r\nBcc: a@b.example <hello@weather.example>", None);
    }

    fn check(text: &str, expected: Option<(Option<&str>, &str)>) {
        let found = sender(text);
        let found = found.as_ref().map(|(name, address)| (name.as_deref(), address.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    #[rustfmt::skip]
    fn a_mail_server_is_spoken_to_in_secret_unless_it_is_here() {
        use SmtpSecurity::{None as Plain, StartTls, Tls};
        //           written                                     host                    port  security  user
        check_server("smtps://ann:p%40ss@mail.weather.example", "mail.weather.example", 465, Tls, Some("ann"));
        check_server("smtp://ann:x@mail.weather.example",       "mail.weather.example", 587, StartTls, Some("ann"));
        check_server("smtp://mail.weather.example:25",          "mail.weather.example", 25, StartTls, None);
        check_server("smtp://localhost:1025",                   "localhost", 1025, Plain, None);
        check_server("smtp://127.0.0.1",                        "127.0.0.1", 25, Plain, None);
        check_server("smtp://localhost:1025?tls=required",      "localhost", 1025, StartTls, None);
        check_server("smtps://localhost:1465",                  "localhost", 1465, Tls, None);
        for wrong in ["", "mail.weather.example", "smtp://", "https://mail.weather.example", "smtps://ann@mail.weather.example", "smtps://:x@mail.weather.example"] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
    }

    fn check_server(text: &str, host: &str, port: u16, security: SmtpSecurity, user: Option<&str>) {
        let found = server(text).expect(text);
        let found_user = found.credentials.as_ref().map(|(user, _)| user.as_str());
        assert_eq!(
            (found.host.as_str(), found.port, found.security, found_user),
            (host, port, security, user),
            "{text}"
        );
    }
}
