//! What our pages and mails say, in every language: messages of Project Fluent, a file each.

mod review;

use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Pattern;
use http::{HeaderMap, header};
use unic_langid::LanguageIdentifier;

use self::review::{Reference, review};
use crate::config::{Look, Misprint, OwnText};
use crate::domain::language::{self, BUILT_IN, Language};
use crate::domain::time::Timestamp;

/// The texts of the languages in [`BUILT_IN`], in its order.
const TEXTS: [&str; BUILT_IN.len()] = [
    include_str!("en.ftl"),
    include_str!("de.ftl"),
    include_str!("fr.ftl"),
    include_str!("es.ftl"),
    include_str!("pt.ftl"),
    include_str!("it.ftl"),
    include_str!("nl.ftl"),
    include_str!("ja.ftl"),
];

const SOUND: &str = "the texts that are built in are read by a test";

/// All languages of a site.
pub(super) struct Texts {
    tongues: Vec<Arc<Tongue>>,
    names: Vec<Language>,
    /// What everybody is spoken to in, if the owner says so.
    fixed: Option<Language>,
}

/// One language.
pub(super) struct Tongue {
    pub(super) language: Language,
    bundle: FluentBundle<FluentResource>,
    /// What is said where it has no words: an owner's own language need not be complete.
    otherwise: Option<Arc<Tongue>>,
}

/// What stands in the place of the names of a message.
pub(super) type Arguments = FluentArgs<'static>;

/// A message that cannot be said.
#[derive(Debug, thiserror::Error)]
#[error("{key:?} cannot be said in {language:?}: {why}")]
pub(super) struct Unsaid {
    key: String,
    language: String,
    why: String,
}

impl Texts {
    /// All that is built in, with what the owner laid over and beside it.
    pub(super) fn new(look: &Look) -> Result<Self, Vec<Misprint>> {
        let reference = Reference::new(TEXTS[0]);
        let misprints: Vec<_> =
            look.languages.iter().flat_map(|own| review(own, &reference)).collect();
        if !misprints.is_empty() {
            return Err(misprints);
        }
        let mut tongues: Vec<Arc<Tongue>> = Vec::new();
        let own = |language: &Language| look.languages.iter().find(|own| own.language == *language);
        for (name, text) in BUILT_IN.into_iter().zip(TEXTS) {
            let language = Language::parse(name).expect(SOUND);
            let own = own(&language);
            tongues.push(Arc::new(Tongue::new(
                language,
                [Some(text), own.map(OwnText::text)],
                None,
            )));
        }
        let english = Arc::clone(&tongues[0]);
        for own in &look.languages {
            if !BUILT_IN.contains(&own.language.as_str()) {
                let (language, text) = (own.language.clone(), [Some(own.text()), None]);
                let otherwise = Some(Arc::clone(&english));
                tongues.push(Arc::new(Tongue::new(language, text, otherwise)));
            }
        }
        let names = tongues.iter().map(|tongue| tongue.language.clone()).collect();
        Ok(Self { tongues, names, fixed: look.language.clone() })
    }

    /// What somebody who sends these headers is spoken to in.
    pub(super) fn for_headers(&self, headers: &HeaderMap) -> &Arc<Tongue> {
        let wishes = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let wishes: Vec<&str> = wishes.filter_map(|wish| wish.to_str().ok()).collect();
        let chosen = language::choose(&wishes.join(","), &self.names);
        self.in_language(self.fixed.as_ref().or(chosen).unwrap_or(&Language::english()))
    }

    /// The words of a language; English if it is not spoken here (any more).
    pub(super) fn in_language(&self, language: &Language) -> &Arc<Tongue> {
        let found = self.tongues.iter().find(|tongue| tongue.language == *language);
        found.unwrap_or(&self.tongues[0])
    }
}

impl Tongue {
    fn new(language: Language, texts: [Option<&str>; 2], otherwise: Option<Arc<Self>>) -> Self {
        let known: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![known]);
        // Signs that keep directions apart are not for titles, subjects and plain text.
        bundle.set_use_isolating(false);
        for text in texts.into_iter().flatten() {
            let read = FluentResource::try_new(text.to_owned());
            bundle.add_resource_overriding(read.unwrap_or_else(|(sound, _)| sound));
        }
        Self { language, bundle, otherwise }
    }

    /// A message, `name` or `name.attribute`, with these in the places of its names.
    pub(super) fn say(&self, key: &str, arguments: &Arguments) -> Result<String, Unsaid> {
        let Some(pattern) = self.pattern(key) else {
            return match &self.otherwise {
                Some(otherwise) => otherwise.say(key, arguments),
                None => Err(self.unsaid(key, "there is no such message")),
            };
        };
        let mut faults = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(arguments), &mut faults);
        match faults.first() {
            None => Ok(said.into_owned()),
            Some(fault) => Err(self.unsaid(key, &fault.to_string())),
        }
    }

    /// Whether there is such a message.
    pub(super) fn has(&self, key: &str) -> bool {
        self.pattern(key).is_some()
    }

    fn pattern(&self, key: &str) -> Option<&Pattern<&str>> {
        let (name, attribute) = key.split_once('.').map_or((key, None), |(n, a)| (n, Some(a)));
        let message = self.bundle.get_message(name)?;
        match attribute {
            Some(attribute) => Some(message.get_attribute(attribute)?.value()),
            None => message.value(),
        }
    }

    /// A day, in UTC.
    pub(super) fn date(&self, at: Timestamp) -> Result<String, Unsaid> {
        let (year, month, day) = at.date();
        self.say(
            "date",
            &arguments([("year", year.into()), ("month", month.into()), ("day", day.into())]),
        )
    }

    fn unsaid(&self, key: &str, why: &str) -> Unsaid {
        let language = self.language.to_string();
        Unsaid { key: key.to_owned(), language, why: why.to_owned() }
    }
}

/// Each language that is built in: its name and its text.
pub(super) fn originals() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN.into_iter().zip(TEXTS)
}

/// What stands in the place of names.
pub(super) fn arguments<const N: usize>(named: [(&str, FluentValue<'static>); N]) -> Arguments {
    let mut arguments = FluentArgs::with_capacity(N);
    for (name, value) in named {
        arguments.set(name.to_owned(), value);
    }
    arguments
}

/// English as it is built in: for logs, and for programs.
pub(super) fn english() -> &'static Tongue {
    static ENGLISH: LazyLock<Tongue> =
        LazyLock::new(|| Tongue::new(Language::english(), [Some(TEXTS[0]), None], None));
    &ENGLISH
}
