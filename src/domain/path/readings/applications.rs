//! How applications find a page by its path, where a file server would find none: by a script
//! that all requests go to, by the page's data, by a name without accents, by a slug.

use unicode_normalization::UnicodeNormalization as _;

/// Where a site generator keeps what a page shows, for the page's own scripts: Next.js, Gatsby.
const NEXT_DATA: &str = "/_next/data/";
const GATSBY_DATA: &str = "/page-data/";

/// Endings of scripts that answer for what stands behind them.
const SCRIPTS: [&str; 4] = [".php", ".cgi", ".fcgi", ".pl"];

/// Readings that differ from the path.
pub(super) fn steps(path: &str) -> impl Iterator<Item = String> {
    let found = [
        behind_script(path),
        page_of_data(path),
        Some(slugs(path)),
        Some(without_marks(path)),
        Some(path.replace('+', " ")),
    ];
    found.into_iter().flatten()
}

/// Whether a path of plain characters may be read in one of these ways.
pub(super) fn may_mean_another(path: &str) -> bool {
    // Both have it in common, and hardly any other path has it.
    path.contains("data/") && (path.contains(NEXT_DATA) || path.contains(GATSBY_DATA))
}

/// `/index.php/a/b` is `/a/b` to `WordPress`, and to most that is written in PHP.
fn behind_script(path: &str) -> Option<String> {
    let (at, end) = path
        .match_indices('/')
        .map(|(end, _)| (path[..end].rfind('/').unwrap_or(end), end))
        .find(|(at, end)| SCRIPTS.iter().any(|script| path[*at..*end].ends_with(script)))?;
    Some(format!("{}{}", &path[..at], &path[end..]))
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

/// `WordPress` looks for `mem!bers` under the name of `members`: `sanitize_title`.
fn slugs(path: &str) -> String {
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
        match part {
            // The blocks of combining marks that letters of Europe are written with.
            '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}' => {}
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
            _ => plain.push(part),
        }
    }
    plain.nfc().collect()
}
