//! The templates, and what they can call: `t` for a message, `date` for a day.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Kwargs, Object};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use crate::config::{Misprint, OwnTemplate};
use crate::domain::time::Timestamp;
use crate::web::texts::{Arguments, Tongue, Unsaid};

/// Every page and part of a page.
const TEMPLATES: [(&str, &str); 25] = [
    ("base.html", include_str!("../templates/base.html")),
    ("offer.html", include_str!("../templates/offer.html")),
    ("inset.html", include_str!("../templates/inset.html")),
    ("free_views.html", include_str!("../templates/free_views.html")),
    ("signin.html", include_str!("../templates/signin.html")),
    ("code.html", include_str!("../templates/code.html")),
    ("link.html", include_str!("../templates/link.html")),
    ("letter-subject.txt", include_str!("../templates/letter-subject.txt")),
    ("letter.html", include_str!("../templates/letter.html")),
    ("letter.txt", include_str!("../templates/letter.txt")),
    ("inbox.html", include_str!("../templates/inbox.html")),
    ("account.html", include_str!("../templates/account.html")),
    ("devices.html", include_str!("../templates/devices.html")),
    ("farewell.html", include_str!("../templates/farewell.html")),
    ("farewell_letter.html", include_str!("../templates/farewell_letter.html")),
    ("farewell_letter.txt", include_str!("../templates/farewell_letter.txt")),
    ("farewell_letter_subject.txt", include_str!("../templates/farewell_letter_subject.txt")),
    ("bounced.html", include_str!("../templates/bounced.html")),
    ("mail_sent.html", include_str!("../templates/mail_sent.html")),
    ("signed_out.html", include_str!("../templates/signed_out.html")),
    ("unconfirmed.html", include_str!("../templates/unconfirmed.html")),
    ("waiting.html", include_str!("../templates/waiting.html")),
    ("paid_elsewhere.html", include_str!("../templates/paid_elsewhere.html")),
    ("referral.html", include_str!("../templates/referral.html")),
    ("message.html", include_str!("../templates/message.html")),
];

/// What a template says `words` for.
struct Words(Arc<Tongue>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.language.as_str())
    }
}

impl Object for Words {}

/// A language as a value that [`environment`]'s functions find.
pub(super) fn words(tongue: &Arc<Tongue>) -> Value {
    Value::from_object(Words(Arc::clone(tongue)))
}

/// All templates, the owner's in the place of ours.
pub(super) fn environment(own: &[OwnTemplate]) -> Result<Environment<'static>, Vec<Misprint>> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_function("t", say);
    templates.add_function("date", date);
    for (name, text) in TEMPLATES {
        templates.add_template(name, text).expect("every template is rendered by a test");
    }
    let mut misprints = Vec::new();
    for own in own {
        if TEMPLATES.iter().all(|(name, _)| *name != own.name) {
            let names: Vec<_> = TEMPLATES.iter().map(|(name, _)| *name).collect();
            let help = format!("there are: {}", names.join(", "));
            misprints.push(own.misprint(1, "there is no template of this name".to_owned(), &help));
        } else if let Err(error) = templates.add_template_owned(own.name.clone(), own.text.clone())
        {
            misprints.push(told(own, &error));
        }
    }
    if misprints.is_empty() { Ok(templates) } else { Err(misprints) }
}

/// Looks for names in an owner's templates that stand for nothing, wherever they are.
pub(super) fn unknown_names(
    templates: &Environment<'static>,
    own: &[OwnTemplate],
    known: &BTreeSet<String>,
) -> Vec<Misprint> {
    let mut misprints = Vec::new();
    for own in own {
        let Ok(template) = templates.get_template(&own.name) else { continue };
        let named: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
        let functions: BTreeSet<&str> = templates.globals().map(|(name, _)| name).collect();
        let strange = |name: &&String| !known.contains(*name) && !functions.contains(name.as_str());
        for name in named.iter().filter(strange) {
            let line = own.text.lines().position(|line| line.contains(name.as_str()));
            let message = format!("there is no `{name}` in any template");
            let help = "docs/look.md lists what each template has";
            misprints.push(own.misprint(line.unwrap_or_default() + 1, message, help));
        }
    }
    misprints
}

/// Where the sample of a page leads: without it, its reader is at a dead end.
const WAYS_ON: [(&str, &str); 8] = [
    ("account", "/_tollhouse/portal"),
    ("code", "/_tollhouse/sign-in/code"),
    ("farewell", "/_tollhouse/account/delete"),
    ("inset", "/_tollhouse/checkout"),
    ("letter", "/_tollhouse/sign-in/0"),
    ("letter-text", "/_tollhouse/sign-in/0"),
    ("link", "/_tollhouse/sign-in/0"),
    ("offer", "/_tollhouse/checkout"),
];

/// Whether this sample of an owner's page lacks the way on.
pub(super) fn dead_end(own: &OwnTemplate, sample: &str, text: &str) -> Option<Misprint> {
    let (_, way) = WAYS_ON.iter().find(|(name, _)| *name == sample)?;
    let help = "ours has it: `tollhouse templates FOLDER` writes it out";
    let message = format!("nothing leads on to {way}: whoever is on this page is stuck");
    // What stands in the place of a name has its slashes escaped.
    (!text.replace("&#x2f;", "/").contains(way)).then(|| own.misprint(1, message, help))
}

/// What is wrong with an owner's template, in the words of the template engine.
pub(super) fn told(own: &OwnTemplate, error: &Error) -> Misprint {
    let why = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let message = format!("{}{why}", error.kind());
    own.misprint(error.line().unwrap_or(1), message, "docs/look.md says what templates may do")
}

/// Ours, as a start for an owner's: names and texts.
pub(in crate::web) fn originals() -> [(&'static str, &'static str); TEMPLATES.len()] {
    TEMPLATES
}

/// `t("sign-in", email=email)`: a message, with what stands in the place of its names.
#[expect(clippy::needless_pass_by_value, reason = "minijinja gives arguments away")]
fn say(state: &State<'_, '_>, key: &str, named: Kwargs) -> Result<String, Error> {
    let mut arguments = Arguments::new();
    for name in named.args() {
        let value: Value = named.get(name)?;
        if value.is_undefined() {
            let what = format!("{name} of t({key:?}) is not there");
            return Err(Error::new(ErrorKind::UndefinedError, what));
        }
        match i64::try_from(value.clone()) {
            Ok(number) => arguments.set(name.to_owned(), number),
            Err(_) => arguments.set(name.to_owned(), value.to_string()),
        }
    }
    tongue(state)?.say(key, &arguments).map_err(|unsaid| unsayable(&unsaid))
}

/// `date(at)`: a day in words.
fn date(state: &State<'_, '_>, at: i64) -> Result<String, Error> {
    tongue(state)?.date(Timestamp::from_unix(at)).map_err(|unsaid| unsayable(&unsaid))
}

fn tongue(state: &State<'_, '_>) -> Result<Arc<Tongue>, Error> {
    let words = state.lookup("words");
    let words = words.as_ref().and_then(|words| words.downcast_object_ref::<Words>());
    let nothing = || Error::new(ErrorKind::InvalidOperation, "`words` was given another meaning");
    words.map(|words| Arc::clone(&words.0)).ok_or_else(nothing)
}

fn unsayable(unsaid: &Unsaid) -> Error {
    Error::new(ErrorKind::InvalidOperation, unsaid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template says itself: without what it asks for, and without elements and parts of
    /// them.
    fn words(template: &str) -> String {
        let enclosed = [
            ("{#", "#}"),
            ("{% block width %}", "{% endblock %}"),
            ("{%", "%}"),
            ("{{", "}}"),
            ("<script", "</script>"),
            ("<", ">"),
        ];
        enclosed.iter().fold(template.to_owned(), |text, (opens, closes)| {
            let mut parts = text.split(opens);
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |said, part| {
                said + part.split_once(closes).map_or("", |(_, behind)| behind)
            })
        })
    }

    #[test]
    fn every_word_of_a_page_comes_from_the_texts() {
        for (name, template) in TEMPLATES {
            let words = words(template);
            let letters: String = words.chars().filter(|it| it.is_alphabetic()).collect();
            assert_eq!(letters, "", "{name} says {words:?} in one language");
        }
        assert_eq!(words("<p class=\"x\">Hello {{ name }}{% if a %}!{% endif %}</p>"), "Hello !");
    }
}
