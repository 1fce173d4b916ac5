//! How our pages look and speak: what the owner laid beside the configuration file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::faults::Reviewer;
use super::file::SiteFile;
use super::locate::Spot;
use super::text_of;
use crate::domain::language::{BUILT_IN, Language};

/// Where an owner's own languages are, beside the configuration file.
const LANGUAGES: &str = "languages";

/// A text of an owner's is a few pages long; more is a mistake.
const LARGEST_TEXT: u64 = 256 * 1024;

/// How our pages look and speak.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// What everybody is spoken to in; none: what his browser asks for.
    pub language: Option<Language>,
    /// Languages that the owner added, and messages of ours that he changed.
    pub languages: Vec<OwnText>,
}

/// A file that the owner wrote.
#[derive(Debug, Clone)]
pub struct OwnText {
    path: PathBuf,
    /// The language that it is for.
    pub language: Language,
    text: String,
}

/// Something that is wrong in such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misprint {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

impl OwnText {
    /// The text of a file.
    pub fn new(path: PathBuf, language: Language, text: String) -> Self {
        Self { path, language, text }
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Something that is wrong in it.
    pub fn misprint(&self, line: usize, message: String, help: &str) -> Misprint {
        Misprint { path: self.path.clone(), line, message, help: help.to_owned() }
    }
}

/// What the owner says of our pages, and lays beside his file.
pub(super) fn look(written: &SiteFile, folder: &Path, reviewer: &mut Reviewer<'_>) -> Look {
    let languages = languages(folder, reviewer);
    let language = language(written, &languages, reviewer);
    Look { language, languages }
}

fn language(written: &SiteFile, own: &[OwnText], reviewer: &mut Reviewer<'_>) -> Option<Language> {
    let text = written.language.as_ref()?;
    let spot = Spot::top("site").key("language");
    let known: BTreeSet<&str> =
        BUILT_IN.into_iter().chain(own.iter().map(|own| own.language.as_str())).collect();
    let language = Language::parse(text).ok().filter(|it| known.contains(it.as_str()));
    if language.is_none() {
        let known: Vec<_> = known.into_iter().collect();
        let help = format!(
            "there are: {}; others are added by a file {LANGUAGES}/xx.ftl beside this one",
            known.join(", ")
        );
        reviewer.value(&spot, "our pages do not speak this language", help);
    }
    language
}

/// Every `xx.ftl` of the folder, in the order of their names.
fn languages(folder: &Path, reviewer: &mut Reviewer<'_>) -> Vec<OwnText> {
    let Ok(entries) = std::fs::read_dir(folder.join(LANGUAGES)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
        .collect();
    files.sort();
    let mut own: Vec<OwnText> = Vec::new();
    for path in files {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let Ok(language) = Language::parse(name) else {
            let help = "name it after its language, like sv.ftl or pt-BR.ftl";
            reviewer.beside(&path, "this is not the name of a language", help);
            continue;
        };
        if own.iter().any(|other| other.language == language) {
            let help = "keep one of the two files";
            reviewer.beside(&path, "this language is there twice", help);
            continue;
        }
        if let Some(text) = text(&path, LARGEST_TEXT, reviewer) {
            own.push(OwnText::new(path, language, text));
        }
    }
    own
}

/// The text of a file that the owner wrote, if it can be read and is not too large.
fn text(path: &Path, largest: u64, reviewer: &mut Reviewer<'_>) -> Option<String> {
    let bytes = bytes(path, largest, reviewer)?;
    text_of(bytes, path).map_err(|faults| reviewer.also(faults)).ok()
}

fn bytes(path: &Path, largest: u64, reviewer: &mut Reviewer<'_>) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).map(|found| found.len());
    if let Ok(size) = size
        && size > largest
    {
        let message = format!("this file is too large: {size} bytes, allowed are {largest}");
        reviewer.beside(path, &message, "make it smaller");
        return None;
    }
    std::fs::read(path)
        .map_err(|error| {
            reviewer.beside(
                path,
                &format!("this file cannot be read: {error}"),
                "look who may read it",
            );
        })
        .ok()
}
