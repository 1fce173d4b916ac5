//! How our pages look and speak: what the owner laid beside the configuration file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::faults::Reviewer;
use super::file::SiteFile;
use super::locate::Spot;
use super::text_of;
use crate::domain::colour::Colour;
use crate::domain::language::{BUILT_IN, Language};

/// Where an owner's own languages are, beside the configuration file.
const LANGUAGES: &str = "languages";

/// Where an owner's own templates are.
const TEMPLATES: &str = "templates";

/// A text of an owner's is a few pages long; more is a mistake.
const LARGEST_TEXT: u64 = 256 * 1024;

/// What every reader loads is to be small.
const LARGEST_LOGO: u64 = 256 * 1024;
const LARGEST_FONT: u64 = 512 * 1024;
const LARGEST_CSS: u64 = 64 * 1024;

/// How our pages look and speak.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// What everybody is spoken to in; none: what his browser asks for.
    pub language: Option<Language>,
    /// Languages that the owner added, and messages of ours that he changed.
    pub languages: Vec<OwnText>,
    /// Templates that stand in the place of ours of the same name.
    pub templates: Vec<OwnTemplate>,
    /// The colour of buttons and links.
    pub colour: Option<Colour>,
    /// What stands in the place of the site's name.
    pub logo: Option<OwnFile>,
    /// The font of our pages.
    pub font: Option<OwnFile>,
    /// A stylesheet that comes after ours.
    pub css: Option<OwnFile>,
}

/// A template that the owner wrote.
#[derive(Debug, Clone)]
pub struct OwnTemplate {
    path: PathBuf,
    /// Its name, which is one of ours.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

impl OwnTemplate {
    /// Something that is wrong in it.
    pub fn misprint(&self, line: usize, message: String, help: &str) -> Misprint {
        Misprint { path: self.path.clone(), line, message, help: help.to_owned() }
    }
}

/// A file of the owner's that readers load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFile {
    /// What it is.
    pub kind: FileKind,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What a file is, by what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A picture made of shapes.
    Svg,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// A picture.
    Webp,
    /// A font.
    Woff2,
    /// A stylesheet.
    Css,
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
    let templates = templates(folder, reviewer);
    let spot = Spot::top("site");
    let mut file = |written: &Option<String>, key: &str, wanted: &Wanted| {
        own_file(&folder.join(written.as_ref()?), &spot.key(key), wanted, reviewer)
    };
    let logo = file(&written.logo, "logo", &LOGO);
    let font = file(&written.font, "font", &FONT);
    let css = file(&written.css, "css", &CSS);
    let colour = colour(written, reviewer);
    Look { language, languages, templates, colour, logo, font, css }
}

/// What a file of the owner's may be.
struct Wanted {
    kinds: &'static [FileKind],
    largest: u64,
    help: &'static str,
}

const LOGO: Wanted = Wanted {
    kinds: &[FileKind::Svg, FileKind::Png, FileKind::Jpeg, FileKind::Webp],
    largest: LARGEST_LOGO,
    help: "a logo is SVG, PNG, JPEG or WebP, 256 KiB at most",
};

const FONT: Wanted = Wanted {
    kinds: &[FileKind::Woff2],
    largest: LARGEST_FONT,
    help: "a font is WOFF2, 512 KiB at most",
};

const CSS: Wanted =
    Wanted { kinds: &[FileKind::Css], largest: LARGEST_CSS, help: "CSS is UTF-8, 64 KiB at most" };

/// A file that readers load, if it is what it should be.
fn own_file(
    path: &Path,
    spot: &Spot,
    wanted: &Wanted,
    reviewer: &mut Reviewer<'_>,
) -> Option<OwnFile> {
    let size = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => found.len(),
        Ok(_) | Err(_) => {
            let message = format!("there is no file {}", path.display());
            reviewer.value(spot, message, "relative paths start at this file's folder");
            return None;
        }
    };
    if size > wanted.largest {
        reviewer.value(spot, format!("{} is too large", path.display()), wanted.help);
        return None;
    }
    let Ok(bytes) = std::fs::read(path) else {
        let message = format!("{} cannot be read", path.display());
        reviewer.value(spot, message, "look who may read it");
        return None;
    };
    let kind = wanted.kinds.iter().copied().find(|kind| kind.is_of(&bytes));
    if kind.is_none() {
        reviewer.value(spot, format!("{} is something else", path.display()), wanted.help);
    }
    Some(OwnFile { kind: kind?, bytes })
}

impl FileKind {
    /// Whether a file is of this kind, whatever it is called.
    fn is_of(self, bytes: &[u8]) -> bool {
        match self {
            Self::Svg => std::str::from_utf8(bytes).is_ok_and(|text| {
                let text = text.trim_start_matches('\u{feff}').trim_start();
                text.starts_with('<') && text.contains("<svg")
            }),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Woff2 => bytes.starts_with(b"wOF2"),
            Self::Css => std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')),
        }
    }
}

fn colour(written: &SiteFile, reviewer: &mut Reviewer<'_>) -> Option<Colour> {
    let colour = Colour::parse(written.colour.as_ref()?);
    colour
        .map_err(|fault| {
            let help = "take it from your website's CSS";
            reviewer.value(&Spot::top("site").key("colour"), fault.to_string(), help);
        })
        .ok()
}

/// Every `.html` and `.txt` of the folder; which of them we know is for whoever renders them.
fn templates(folder: &Path, reviewer: &mut Reviewer<'_>) -> Vec<OwnTemplate> {
    let mut own = Vec::new();
    for path in files(&folder.join(TEMPLATES), &["html", "txt"]) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let text = text(&path, LARGEST_TEXT, reviewer);
        if let (Some(name), Some(text)) = (name, text) {
            own.push(OwnTemplate { path, name, text });
        }
    }
    own
}

/// The files of a folder with one of these endings, in the order of their names.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let ends = |path: &Path| {
        path.extension().and_then(|it| it.to_str()).is_some_and(|it| endings.contains(&it))
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(|path| ends(path)).collect();
    files.sort();
    files
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
    let mut own: Vec<OwnText> = Vec::new();
    for path in files(&folder.join(LANGUAGES), &["ftl"]) {
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
