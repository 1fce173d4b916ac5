//! Looks through a text that an owner wrote: what is wrong with it is told at the start, never to a
//! visitor.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, Resource,
};
use fluent_syntax::parser::{ParserError, parse_runtime};

use crate::config::{Misprint, OwnText};

/// What a text may say: every message of English, with the names in it.
pub(super) struct Reference {
    messages: BTreeMap<String, BTreeSet<String>>,
}

/// What a pattern mentions.
#[derive(Default)]
struct Mentions {
    variables: BTreeSet<String>,
    /// Messages, terms with their `-`, and functions with `()`.
    others: BTreeSet<String>,
}

impl Reference {
    /// Reads a text that is sound.
    pub(super) fn new(text: &str) -> Self {
        let resource = parse_runtime(text).unwrap_or_else(|(sound, _)| sound);
        let messages = messages(&resource).into_iter();
        Self { messages: messages.map(|(key, mentions)| (key, mentions.variables)).collect() }
    }

    /// The messages, with the names in them.
    pub(super) fn messages(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.messages
    }
}

/// Everything that is wrong with a text.
pub(super) fn review(own: &OwnText, reference: &Reference) -> Vec<Misprint> {
    let text = own.text();
    let resource = match parse_runtime(text) {
        Ok(resource) => resource,
        Err((_, errors)) => return errors.iter().map(|error| unreadable(own, error)).collect(),
    };
    let here = messages(&resource);
    let terms: BTreeSet<String> = terms(&resource);
    let mut faults = twice(own, &resource);
    faults.extend(odd_direction(own, &resource));
    for (key, mentions) in &here {
        let mut fault = |message: String, help: &str| {
            faults.push(own.misprint(line_of(text, key), format!("{key}: {message}"), help));
        };
        let Some(named) = reference.messages().get(key) else {
            fault(
                "there is no such message".to_owned(),
                "take it out, or look how ours is spelled",
            );
            continue;
        };
        for variable in mentions.variables.difference(named) {
            let known: Vec<_> = named.iter().map(|name| format!("${name}")).collect();
            let help = if known.is_empty() {
                "this message has no names in { }".to_owned()
            } else {
                format!("this message knows: {}", known.join(", "))
            };
            fault(format!("${variable} is not known here"), &help);
        }
        for other in &mentions.others {
            if !reference.messages().contains_key(other) && !terms.contains(other) {
                fault(
                    format!("there is no {other}"),
                    "messages and terms of this file can be named",
                );
            }
        }
    }
    faults
}

/// Of two messages of one name, one would be said, and nobody knows which.
fn twice(own: &OwnText, resource: &Resource<&str>) -> Vec<Misprint> {
    let mut seen = BTreeSet::new();
    let again = names(resource).filter(|name| !seen.insert(*name));
    let told = again.map(|name| {
        let line = lines_of(own.text(), name).last().unwrap_or(1);
        own.misprint(line, format!("{name}: this message is here twice"), "take one out")
    });
    told.collect()
}

fn names<'r>(resource: &'r Resource<&'r str>) -> impl Iterator<Item = &'r str> {
    resource.body.iter().filter_map(|entry| {
        let Entry::Message(message) = entry else { return None };
        Some(message.id.name)
    })
}

/// How a language is written is a word for browsers, not for people.
fn odd_direction(own: &OwnText, resource: &Resource<&str>) -> Option<Misprint> {
    let name = "direction";
    let written = resource.body.iter().find_map(|entry| {
        let Entry::Message(message) = entry else { return None };
        message.value.as_ref().filter(|_| message.id.name == name)
    })?;
    let is_known = matches!(
        written.elements.as_slice(),
        [PatternElement::TextElement { value }] if ["ltr", "rtl"].contains(value)
    );
    let line = lines_of(own.text(), name).next().unwrap_or(1);
    let message = format!("{name}: it is `ltr`, from left to right, or `rtl`");
    (!is_known).then(|| own.misprint(line, message, "write direction = ltr"))
}

fn unreadable(own: &OwnText, error: &ParserError) -> Misprint {
    let text = own.text();
    let before = text.get(..error.pos.start.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let help = "a message is written: name = text; longer text goes on in indented lines";
    own.misprint(line, format!("this is not a message: {error}"), help)
}

/// Where a message or an attribute of it begins.
fn line_of(text: &str, key: &str) -> usize {
    let (name, attribute) = key.split_once('.').map_or((key, None), |(n, a)| (n, Some(a)));
    let first = lines_of(text, name).next().unwrap_or(1);
    let Some(attribute) = attribute else { return first };
    let attribute = format!(".{attribute}");
    let mut behind = text.lines().zip(1..).skip(first);
    behind.find(|(line, _)| defines(line.trim_start(), &attribute)).map_or(first, |(_, at)| at)
}

/// Where messages of this name begin.
fn lines_of(text: &str, name: &str) -> impl Iterator<Item = usize> {
    let lines = text.lines().zip(1..);
    lines.filter(move |(line, _)| defines(line, name)).map(|(_, at)| at)
}

fn defines(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// Every message and attribute of a resource, and what it mentions.
fn messages(resource: &Resource<&str>) -> BTreeMap<String, Mentions> {
    let mut found = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let name = message.id.name;
        if let Some(value) = &message.value {
            found.insert(name.to_owned(), Mentions::of(value));
        }
        for attribute in &message.attributes {
            let key = format!("{name}.{}", attribute.id.name);
            found.insert(key, Mentions::of(&attribute.value));
        }
    }
    found
}

fn terms(resource: &Resource<&str>) -> BTreeSet<String> {
    let terms = resource.body.iter().filter_map(|entry| match entry {
        Entry::Term(term) => Some(format!("-{}", term.id.name)),
        Entry::Message(_)
        | Entry::Comment(_)
        | Entry::GroupComment(_)
        | Entry::ResourceComment(_)
        | Entry::Junk { .. } => None,
    });
    terms.collect()
}

impl Mentions {
    fn of(pattern: &Pattern<&str>) -> Self {
        let mut mentions = Self::default();
        mentions.pattern(pattern);
        mentions
    }

    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { .. } => {}
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|it| format!(".{}", it.name));
                self.others.insert(format!("{}{}", id.name, attribute.unwrap_or_default()));
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                self.others.insert(format!("-{}", id.name));
                if let Some(arguments) = arguments {
                    self.arguments(arguments);
                }
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.others.insert(format!("{}()", id.name));
                self.arguments(arguments);
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
        }
    }

    fn arguments(&mut self, arguments: &CallArguments<&str>) {
        let named = arguments.named.iter().map(|argument| &argument.value);
        arguments.positional.iter().chain(named).for_each(|value| self.inline(value));
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::domain::language::{BUILT_IN, Language};
    use crate::web::texts::TEXTS;

    #[test]
    fn every_language_says_what_english_says_with_the_same_names() {
        let english = Reference::new(TEXTS[0]);
        for (language, text) in BUILT_IN.into_iter().zip(TEXTS) {
            let (_, errors) = parse_runtime(text).map_or_else(|it| it, |sound| (sound, Vec::new()));
            assert!(errors.is_empty(), "{language}: {errors:?}");
            let here = Reference::new(text);
            let keys = |it: &Reference| it.messages.keys().cloned().collect::<BTreeSet<_>>();
            let (ours, theirs) = (keys(&english), keys(&here));
            let missing: Vec<_> = ours.difference(&theirs).collect();
            let superfluous: Vec<_> = theirs.difference(&ours).collect();
            assert!(missing.is_empty(), "{language} lacks {missing:?}");
            assert!(superfluous.is_empty(), "{language} has nothing to do with {superfluous:?}");
            for (key, names) in &english.messages {
                assert_eq!(&here.messages[key], names, "names in {key} of {language}");
            }
            assert_eq!(text.matches("\n\n\n").count(), 0, "{language}");
        }
    }

    #[test]
    #[rustfmt::skip]
    fn what_is_wrong_with_an_owners_text_is_told_with_its_line() {
        //    text                                                what is told
        check("sign-in = Logga in\n",                             "");
        check("# ours\n-club = Club\nsign-in = { -club } in\n",   "");
        check("sign-in = { try-again }\n",                        "");
        check("\noffer-get = Köp { $plan }\n",                    "");
        check("\nsignin = Logga in\n",                            "2: signin: there is no such message");
        check("a = b\nsign-in.x = c\n",                           "2: this is not a message: Expected a token starting with \"=\"");
        check("\n\nsign-in = { $who }\n",                         "3: sign-in: $who is not known here");
        check("offer-get = { $title }\n",                         "1: offer-get: $title is not known here");
        check("sign-in = { nobody }\n",                           "1: sign-in: there is no nobody");
        check("sign-in = { -club }\n",                            "1: sign-in: there is no -club");
        check("sign-in = { NUMBER(5) }\n",                        "1: sign-in: there is no NUMBER()");
        check("sign-in = a\n\nsign-in = b\n",                     "3: sign-in: this message is here twice");
        check("\ndirection = up\n",                              "2: direction: it is `ltr`, from left to right, or `rtl`");
        check("direction = rtl\n",                               "");
        check("problem-ours = x\n    .advise = y\n",              "2: problem-ours.advise: there is no such message");
        check("problem-method = x\n\n    .advice = { $way }\n",   "3: problem-method.advice: $way is not known here");
    }

    fn check(text: &str, expected: &str) {
        let language = Language::parse("sv").expect("one");
        let own = OwnText::new(PathBuf::from("sv.ftl"), language, text.to_owned());
        let faults = review(&own, &Reference::new(TEXTS[0]));
        let told: Vec<_> = faults.iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
        assert_eq!(told.join("; "), expected, "{text}");
    }
}
