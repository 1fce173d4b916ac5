//! Which parameters a call takes, and what they are read as.

use std::ops::RangeInclusive;

use super::error::ApiError;
use super::metadata::check_entry;
pub(crate) use super::metadata::{merge_metadata, metadata};
use crate::contract;
use crate::form::{Form, spelled};

/// The parameters of one endpoint. Names are paths such as `line_items.*.price`: `*` is one
/// segment, a trailing `**` any number.
pub(crate) struct Accepts {
    pub(crate) required: &'static [&'static str],
    pub(crate) optional: &'static [&'static str],
    /// Real Stripe takes them; the sandbox refuses them by name rather than ignoring them.
    pub(crate) not_in_sandbox: &'static [&'static str],
}

/// Of endpoints that take nothing but `expand`.
pub(crate) const NOTHING: Accepts = Accepts { required: &[], optional: &[], not_in_sandbox: &[] };

/// Eight digits: <docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>
pub(crate) const MAX_AMOUNT: i64 = 99_999_999;
/// Moments further away than five years are refused.
pub(crate) const FAR_SECONDS: i64 = 5 * 366 * 86_400;

/// What every list takes.
const LIST: [&str; 3] = ["limit", "starting_after", "ending_before"];

impl Accepts {
    /// Stripe's order: what is unknown first, then what is missing.
    pub(crate) fn check(&self, form: &Form) -> Result<(), ApiError> {
        let mut unknown = Vec::new();
        for (path, value) in form.fields() {
            check_entry(path, value)?;
            let is = |pattern: &&str| matches(pattern, path);
            let known = matches("expand.*", path)
                || self.required.iter().any(is)
                || self.optional.iter().any(is);
            if known {
                continue;
            }
            if self.not_in_sandbox.iter().any(is) {
                return Err(ApiError::not_in_sandbox(&spelled(path)));
            }
            self.check_kind(path, value)?;
            unknown.push(spelled(path));
        }
        if !unknown.is_empty() {
            return Err(ApiError::unknown_parameters(&unknown));
        }
        match self
            .required
            .iter()
            .find(|name| form.text(name).is_none() && form.indices(name).is_empty())
        {
            Some(empty) if form.raw(empty).is_some() => {
                Err(ApiError::invalid_empty(&bracketed(empty)))
            }
            Some(missing) => Err(ApiError::missing_parameter(&bracketed(missing))),
            None => Ok(()),
        }
    }

    /// A text where a list or an object is wanted, or the other way round.
    fn check_kind(&self, path: &[String], value: &str) -> Result<(), ApiError> {
        let known = || self.required.iter().chain(self.optional).chain(&["expand.*"]);
        let below = known().find_map(|pattern| below(pattern, path));
        if let Some(next) = below {
            let name = spelled(path);
            let objects = ["address", "metadata"].contains(&path[path.len() - 1].as_str());
            return Err(match value {
                "" => ApiError::invalid_empty(&name),
                _ if next == "*" && !objects => ApiError::parameter("Invalid array").at(name),
                _ => ApiError::parameter("Invalid object").at(name),
            });
        }
        let mut texts = known().filter(|it| matches(it, &path[..path.len() - 1]));
        if texts.any(|text| {
            !known().any(|it| it.strip_prefix(text).is_some_and(|rest| rest.starts_with('.')))
        }) {
            let (inner, outer) = (&path[path.len() - 1], spelled(&path[..path.len() - 1]));
            let message = format!("Invalid string: {{\"{inner}\"=>\"{value}\"}}");
            return Err(ApiError::parameter(message).at(outer));
        }
        Ok(())
    }

    /// The same, with `limit`, `starting_after` and `ending_before`.
    pub(crate) fn check_list(&self, form: &Form) -> Result<(), ApiError> {
        if let Some((empty, _)) = form.fields().iter().find(|(_, value)| value.is_empty()) {
            return Err(ApiError::invalid_empty(&spelled(empty)));
        }
        let is_cursor = |path: &[String]| path.len() == 1 && LIST.contains(&path[0].as_str());
        self.check(&form.without(is_cursor))
    }
}

fn matches(pattern: &str, path: &[String]) -> bool {
    let mut segments = path.iter();
    for expected in pattern.split('.') {
        if expected == "**" {
            return true;
        }
        match segments.next() {
            Some(segment) if expected == "*" || expected == segment => {}
            Some(_) | None => return false,
        }
    }
    segments.next().is_none()
}

/// What comes in a pattern such as `items.*.price` after a path such as `items`.
fn below<'a>(pattern: &'a str, path: &[String]) -> Option<&'a str> {
    let (start, rest) =
        pattern.match_indices('.').nth(path.len() - 1).map(|(dot, _)| pattern.split_at(dot))?;
    matches(start, path).then(|| rest[1..].split('.').next().unwrap_or_default())
}

/// A value that is there must say something.
fn told<'a>(form: &'a Form, name: &str) -> Result<Option<&'a str>, ApiError> {
    match form.raw(name) {
        Some("") => Err(ApiError::invalid_empty(&bracketed(name))),
        value => Ok(value),
    }
}

/// A whole number.
pub(crate) fn integer(form: &Form, name: &str) -> Result<Option<i64>, ApiError> {
    let Some(text) = told(form, name)? else { return Ok(None) };
    let error = || {
        ApiError::parameter(format!("Invalid integer: {text}"))
            .code("parameter_invalid_integer")
            .at(bracketed(name))
    };
    text.parse().map(Some).map_err(|_| error())
}

/// A whole number that is neither too small nor too big.
pub(crate) fn integer_within(
    form: &Form,
    name: &str,
    range: RangeInclusive<i64>,
) -> Result<Option<i64>, ApiError> {
    let Some(number) = integer(form, name)? else { return Ok(None) };
    let (bound, limit) = match (number < *range.start(), number > *range.end()) {
        (true, _) => ("greater", range.start()),
        (_, true) => ("less", range.end()),
        (false, false) => return Ok(Some(number)),
    };
    let message = format!("This value must be {bound} than or equal to {limit}.");
    Err(ApiError::parameter(message).code("parameter_invalid_integer").at(bracketed(name)))
}

/// `true` or `false`.
pub(crate) fn boolean(form: &Form, name: &str) -> Result<Option<bool>, ApiError> {
    match told(form, name)? {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => {
            Err(ApiError::parameter(format!("Invalid boolean: {other}")).at(bracketed(name)))
        }
    }
}

/// One of a few words.
pub(crate) fn choice<'a>(
    form: &'a Form,
    name: &str,
    words: &[&str],
) -> Result<Option<&'a str>, ApiError> {
    match told(form, name)? {
        Some(word) if !words.contains(&word) => {
            let choices = words.join(", ");
            Err(ApiError::parameter(format!("Invalid {name}: must be one of {choices}"))
                .at(bracketed(name)))
        }
        word => Ok(word),
    }
}

/// A text that is not too long.
pub(crate) fn text(
    form: &Form,
    name: &str,
    max_letters: usize,
) -> Result<Option<String>, ApiError> {
    match form.text(name) {
        Some(text) if text.chars().count() > max_letters => {
            Err(ApiError::too_long(text, max_letters, &bracketed(name)))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// An e-mail address; whether mail can reach it is not Stripe's question either.
pub(crate) fn email(form: &Form, name: &str) -> Result<Option<String>, ApiError> {
    const MAX_LETTERS: usize = 512;
    let email = text(form, name, MAX_LETTERS)?;
    let usable = |email: &String| {
        let parts = email.split_once('@');
        parts.is_some_and(|(user, host)| {
            !user.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
        })
    };
    match email {
        Some(email) if !usable(&email) => {
            let message = format!("Invalid email address: {email}");
            Err(ApiError::parameter(message).code("email_invalid").at(bracketed(name)))
        }
        email => Ok(email),
    }
}

/// One of Stripe's currencies, in small letters.
pub(crate) fn currency(form: &Form, name: &str) -> Result<Option<String>, ApiError> {
    let Some(currency) = told(form, name)?.map(str::to_lowercase) else { return Ok(None) };
    if contract::currencies().any(|known| known == currency) {
        return Ok(Some(currency));
    }
    let known: Vec<&str> = contract::currencies().collect();
    let message = format!(
        "Invalid currency: {currency}. Stripe currently supports these currencies: {}",
        known.join(", ")
    );
    Err(ApiError::parameter(message).at(bracketed(name)))
}

/// An address that a browser can go to.
pub(crate) fn web_address(form: &Form, name: &str) -> Result<Option<String>, ApiError> {
    form.text(name).map(|text| for_browsers(text, name)).transpose()
}

/// The same, of a parameter that the endpoint names as required.
pub(crate) fn required_web_address(form: &Form, name: &str) -> Result<String, ApiError> {
    for_browsers(form.required(name), name)
}

fn for_browsers(text: &str, name: &str) -> Result<String, ApiError> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let usable = rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace)
    });
    if usable {
        Ok(text.to_owned())
    } else {
        Err(ApiError::parameter("Not a valid URL").code("url_invalid").at(name))
    }
}

/// An update of a text: absent leaves it, empty removes it.
pub(crate) fn merge_text(text: &mut Option<String>, form: &Form, name: &str) {
    match form.raw(name) {
        None => {}
        Some("") => *text = None,
        Some(new) => *text = Some(new.to_owned()),
    }
}

/// `a.b` is `a[b]`.
pub(crate) fn bracketed(name: &str) -> String {
    spelled(&name.split('.').map(str::to_owned).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: Accepts = Accepts {
        required: &["mode"],
        optional: &["line_items.*.price", "metadata.*"],
        not_in_sandbox: &["automatic_tax.**"],
    };

    fn check(form: &str, error: Option<&ApiError>) {
        assert_eq!(ENDPOINT.check(&Form::parse(form)).err().as_ref(), error, "{form}");
    }

    #[test]
    fn parameters_are_known_unknown_missing_or_not_here() {
        check("mode=x", None);
        check("mode=x&line_items[3][price]=p&metadata[a]=b&expand[]=customer", None);
        check("", Some(&ApiError::missing_parameter("mode")));
        check("mode=", Some(&ApiError::invalid_empty("mode")));
        check(
            "mode=x&line_items[0][prize]=p",
            Some(&ApiError::unknown_parameter("line_items[0][prize]")),
        );
        check(
            "mode=x&colour=red&line_items[0][prize]=p",
            Some(&ApiError::unknown_parameters(&[
                "colour".to_owned(),
                "line_items[0][prize]".to_owned(),
            ])),
        );
        check(
            "mode=x&automatic_tax[enabled]=true",
            Some(&ApiError::not_in_sandbox("automatic_tax[enabled]")),
        );
    }

    #[test]
    fn texts_lists_and_objects_are_not_taken_for_each_other() {
        let wrong = |message: &str, param: &str| Some(ApiError::parameter(message).at(param));
        check("mode=x&expand=customer", wrong("Invalid array", "expand").as_ref());
        check("mode=x&line_items=p", wrong("Invalid array", "line_items").as_ref());
        check("mode=x&line_items[0]=p", wrong("Invalid object", "line_items[0]").as_ref());
        check("mode=x&metadata=a", wrong("Invalid object", "metadata").as_ref());
        check("mode=x&line_items=", Some(&ApiError::invalid_empty("line_items")));
        check("mode[a]=x", wrong(r#"Invalid string: {"a"=>"x"}"#, "mode").as_ref());
        let nested = r#"Invalid value type: {"b"=>"c"} must be a string"#;
        check("mode=x&metadata[a][b]=c", wrong(nested, "metadata[a]").as_ref());
    }

    #[test]
    fn what_cannot_be_unset_must_say_something() {
        let form = Form::parse("limit=&active=&type=");
        assert_eq!(integer(&form, "limit"), Err(ApiError::invalid_empty("limit")));
        assert_eq!(boolean(&form, "active"), Err(ApiError::invalid_empty("active")));
        assert_eq!(choice(&form, "type", &["a"]), Err(ApiError::invalid_empty("type")));
        assert_eq!(integer(&form, "other"), Ok(None));
        let form = Form::parse("mode=x&starting_after=");
        assert_eq!(ENDPOINT.check_list(&form), Err(ApiError::invalid_empty("starting_after")));
    }

    #[test]
    fn only_addresses_for_browsers_are_accepted() {
        let check = |text: &str| {
            web_address(&Form::parse(&format!("success_url={text}")), "success_url").is_ok()
        };
        assert!(check("https://site.example/return?session_id={CHECKOUT_SESSION_ID}"));
        assert!(check("http://127.0.0.1:8080/"));
        assert!(
            !check("/return")
                && !check("javascript:alert(1)")
                && !check("https://")
                && !check("http:///x")
        );
    }
}
