//! Languages: which one a visitor reads, of those that we speak.

use std::fmt;

/// A language as BCP 47 names it, in lower case: `de`, `pt-br`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

/// This is not the name of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is written like \"de\" or \"pt-BR\"")]
pub struct NoLanguage;

/// The languages that our pages speak of themselves.
pub const BUILT_IN: [&str; 8] = ["en", "de", "fr", "es", "pt", "it", "nl", "ja"];

/// As long as a name may be: longer ones name no language that anybody has written.
const LONGEST: usize = 35;

/// How many wishes of a visitor are heard: browsers have a handful.
const MOST_WISHES: usize = 20;

impl Language {
    /// Reads a name, in any case.
    pub fn parse(text: &str) -> Result<Self, NoLanguage> {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let is_primary =
            matches!(primary.len(), 2 | 3) && primary.bytes().all(|c| c.is_ascii_alphabetic());
        let is_part = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
        };
        if is_primary && parts.all(is_part) && text.len() <= LONGEST {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NoLanguage)
        }
    }

    /// English, in which everything is said.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without regions and scripts: `pt` of `pt-br`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The language of `spoken` that an `Accept-Language` header wants most, as RFC 4647 looks it up:
/// who wants `de-AT` is content with `de`, and who wants `pt` with `pt-br`.
pub fn choose<'s>(accept: &str, spoken: &'s [Language]) -> Option<&'s Language> {
    let mut wishes: Vec<(&str, u16)> =
        accept.split(',').take(MOST_WISHES).filter_map(wish).collect();
    // A stable sort: of equal wishes, the first counts.
    wishes.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wishes.iter().take_while(|(_, weight)| *weight > 0).find_map(|(tag, _)| lookup(tag, spoken))
}

/// A name and its weight in thousandths.
fn wish(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    match parts.next() {
        None => Some((tag, 1000)),
        Some(weight) => Some((tag, thousandths(weight.strip_prefix("q=")?.trim())?)),
    }
}

fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_number = rest.len() <= 3 && rest.bytes().all(|c| c.is_ascii_digit());
    match whole {
        "0" if is_number => format!("{rest:0<3}").parse().ok(),
        "1" if is_number && rest.bytes().all(|c| c == b'0') => Some(1000),
        _ => None,
    }
}

fn lookup<'s>(tag: &str, spoken: &'s [Language]) -> Option<&'s Language> {
    let wanted = Language::parse(tag).ok()?;
    let mut shorter = Some(wanted.as_str());
    while let Some(name) = shorter {
        if let Some(found) = spoken.iter().find(|one| one.as_str() == name) {
            return Some(found);
        }
        shorter = name.rsplit_once('-').map(|(shorter, _)| shorter);
    }
    spoken.iter().find(|one| one.primary() == wanted.primary())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_visitor_is_spoken_to_in_the_language_that_he_wants_most() {
        //    Accept-Language                      spoken             is spoken to in
        check("fr",                                "en de fr",        "fr");
        check("FR-ca",                             "en de fr",        "fr");
        check("de-AT, fr;q=0.9",                   "en de fr",        "de");
        check("fr;q=0.8, de;q=0.9",                "en de fr",        "de");
        check("fr;q=0.8,de;q=0.801",               "en de fr",        "de");
        check("de, fr",                            "en de fr",        "de");
        check("sv, fr;q=0.1",                      "en de fr",        "fr");
        check("pt",                                "en pt-br",        "pt-br");
        check("pt-PT",                             "en pt pt-br",     "pt");
        check("pt-BR",                             "en pt pt-br",     "pt-br");
        check("pt-PT",                             "en pt-br",        "pt-br");
        check("zh-Hant-TW",                        "en zh-hant",      "zh-hant");
        check("de;q=0, fr;q=0.5",                  "en de fr",        "fr");
        check("de ; q=0.5 , fr ; q=0.4",           "en de fr",        "de");
        // Nothing that we speak, or nothing at all.
        check("sv",                                "en de fr",        "-");
        check("*",                                 "en de fr",        "-");
        check("de;q=0",                            "en de fr",        "-");
        check("",                                  "en de fr",        "-");
        // What is no wish is not heard.
        check("d, fr",                             "en de fr",        "fr");
        check("de;q=2, fr;q=0.1",                  "en de fr",        "fr");
        check("de;q=0.1234, fr;q=0.1",             "en de fr",        "fr");
        check("de;level=1, fr;q=0.1",              "en de fr",        "fr");
        check("../../etc, fr",                     "en de fr",        "fr");
    }

    fn check(accept: &str, spoken: &str, expected: &str) {
        let spoken: Vec<_> = spoken.split(' ').map(|it| Language::parse(it).expect(it)).collect();
        let chosen = choose(accept, &spoken).map_or("-", Language::as_str);
        assert_eq!(chosen, expected, "{accept}");
    }

    #[test]
    fn only_so_many_wishes_are_heard() {
        let many = |count: usize| format!("{}fr", "sv,".repeat(count));
        let spoken = [Language::parse("fr").expect("one")];
        assert!(choose(&many(MOST_WISHES - 1), &spoken).is_some());
        assert!(choose(&many(MOST_WISHES), &spoken).is_none());
    }

    #[test]
    fn a_name_of_a_language_is_read_in_any_case() {
        assert_eq!(Language::parse("pt-BR").map(|it| it.to_string()), Ok("pt-br".to_owned()));
        assert_eq!(Language::parse("zh-Hant-TW").expect("one").primary(), "zh");
        for wrong in ["", "d", "deutsch", "de_AT", "de-", "1a", "de-abcdefghi", "../de"] {
            assert_eq!(Language::parse(wrong), Err(NoLanguage), "{wrong}");
        }
    }
}
