//! How applications find a page by its path, where a file server would find none: by a script
//! that all requests go to, by the page's data, by a name without accents, by a slug.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Where a site generator keeps what a page shows, for the page's own scripts: Next.js, Gatsby.
const NEXT_DATA: &str = "/_next/data/";
const GATSBY_DATA: &str = "/page-data/";

/// Endings of programs, which answer for whatever stands behind their name. Folders are called
/// `node.js` and `v2.x`, so not every ending will do.
pub(in crate::domain) const PROGRAMS: [&str; 14] = [
    ".asp", ".aspx", ".cgi", ".fcgi", ".jsp", ".php", ".php5", ".php7", ".php8", ".phtml", ".pl",
    ".py", ".rb", ".wsgi",
];

/// Where programs are that have no ending.
const PROGRAMS_FOLDER: &str = "/cgi-bin/";

/// The program that all requests go to, as it is called without its ending.
const FRONT: &str = "/index/";

/// Readings that differ from the path.
pub(super) fn steps(path: &str) -> impl Iterator<Item = String> {
    let found = [
        behind_script(path),
        page_of_data(path),
        Some(without_marks(path)),
        Some(path.replace('+', " ")),
    ];
    found.into_iter().flatten()
}

/// Whether a path of plain characters may be read in one of these ways.
pub(super) fn may_mean_another(path: &str) -> bool {
    // The first two have it in common, and hardly any other path has it.
    (path.contains("data/") && (path.contains(NEXT_DATA) || path.contains(GATSBY_DATA)))
        || path.contains(FRONT)
        || path.contains(PROGRAMS_FOLDER)
}

/// `/index.php/a/b` is `/a/b` to `WordPress`, and to most that is written in PHP; so it is behind
/// every program, behind `/index` where a server finds `index.php` by it, and behind whatever is in
/// `/cgi-bin`.
fn behind_script(path: &str) -> Option<String> {
    if let Some((before, program)) = path.split_once(PROGRAMS_FOLDER) {
        let (_, behind) = program.split_once('/')?;
        return Some(format!("{before}/{behind}"));
    }
    let (at, end) = path
        .match_indices('/')
        .map(|(end, _)| (path[..end].rfind('/').unwrap_or(end), end))
        .find(|(at, end)| &path[*at..=*end] == FRONT || is_program(&path[*at..*end]))?;
    Some(format!("{}{}", &path[..at], &path[end..]))
}

fn is_program(name: &str) -> bool {
    PROGRAMS.iter().any(|ending| name.ends_with(ending))
}

/// `/_next/data/BUILD/a/b.json` and `/page-data/a/b/page-data.json` show what `/a/b` shows.
fn page_of_data(path: &str) -> Option<String> {
    if let Some((before, build)) = path.split_once(NEXT_DATA) {
        let (_, page) = build.split_once('/')?;
        return Some(format!("{before}/{}", page.strip_suffix(".json").unwrap_or(page)));
    }
    let (before, page) = path.split_once(GATSBY_DATA)?;
    Some(format!("{before}/{}", page.strip_suffix("/page-data.json").unwrap_or(page)))
}

/// `WordPress` looks for `mem!bers` under the name of `members`, and for `my.members` under
/// `my-members`: `sanitize_title`.
pub(super) fn slugs(path: &str) -> String {
    path.split('/').map(slug).collect::<Vec<_>>().join("/")
}

fn slug(segment: &str) -> String {
    let mut slug = String::with_capacity(segment.len());
    let mut rest = segment.chars();
    while let Some(part) = rest.next() {
        let end = match part {
            '<' => Some('>'),
            '&' => Some(';'),
            _ => None,
        };
        if let Some((_, behind)) = end.and_then(|end| rest.as_str().split_once(end)) {
            rest = behind.chars();
            continue;
        }
        match part {
            '-' | '.' | ' ' if slug.ends_with('-') => {}
            '-' | '.' | ' ' => slug.push('-'),
            '_' | '%' => slug.push(part),
            _ if part.is_ascii_alphanumeric() || !part.is_ascii() => slug.push(part),
            _ => {}
        }
    }
    match slug.trim_matches('-') {
        // It looks for nothing under no name.
        "" => segment.to_owned(),
        slug => slug.to_owned(),
    }
}

/// As searches compare that take no notice of accents, and with the nearest plain letter where a
/// system has no better one: what Windows calls a best fit.
pub(in crate::domain) fn without_marks(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for part in text.nfd() {
        match decimal(part).unwrap_or(part) {
            part if is_combining_mark(part) => {}
            // Letters in squares and circles that are black.
            part @ '\u{1f150}'..='\u{1f169}' => plain.extend(letter(part, '\u{1f150}')),
            part @ '\u{1f170}'..='\u{1f189}' => plain.extend(letter(part, '\u{1f170}')),
            'ı' => plain.push('i'),
            'ø' | 'Ø' => plain.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'ł' | 'Ł' => plain.push('l'),
            'ħ' | 'Ħ' => plain.push('h'),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'þ' | 'Þ' => plain.push_str("th"),
            '∕' | '⁄' | '⧸' | '╱' => plain.push('/'),
            '∖' | '⧵' | '¥' | '₩' => plain.push('\\'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => plain.push('-'),
            '。' | '｡' => plain.push('.'),
            '∶' | '：' => plain.push(':'),
            part => plain.push(part),
        }
    }
    plain.nfc().collect()
}

/// The letter of a row that begins with A.
fn letter(part: char, first: char) -> Option<char> {
    let at = u8::try_from(u32::from(part).checked_sub(first.into())?).ok()?;
    Some(char::from(b'a'.checked_add(at)?))
}

/// The digit that a decimal digit of any script stands for: they come in rows of ten, from zero
/// on (the Unicode standard, 4.6).
fn decimal(part: char) -> Option<char> {
    let kinds = CodePointMapData::<GeneralCategory>::new();
    let is_decimal = |part: u32| {
        char::from_u32(part).is_some_and(|part| kinds.get(part) == GeneralCategory::DecimalNumber)
    };
    let part = u32::from(part);
    if part < 0x80 || !is_decimal(part) {
        return None;
    }
    let before = (1..=part).take_while(|back| is_decimal(part - back)).count();
    char::from_digit(u32::try_from(before % 10).ok()?, 10)
}
