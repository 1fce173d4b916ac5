//! What can be done to a path in plain characters.

use super::lists::{AROUND, BEFORE, DOTS, INFO, PARAMETERS, QUERIES, SLASHES, SUFFIXES, UP};
use crate::chance::Chance;
use crate::site::Pages;

/// Where an attack begins: a closed file, in one of the forms in which it is asked for.
pub(super) fn base(chance: &mut Chance, pages: &Pages) -> String {
    let name = chance.one_of(&pages.closed).name;
    let mut path = format!("/{name}");
    if chance.once_in(3) {
        let page = path.strip_suffix("index.html").or_else(|| path.strip_suffix(".html"));
        path = page.unwrap_or(&path).to_owned();
    }
    if chance.once_in(6) {
        path = format!("{}{path}", chance.word(AROUND));
    }
    path
}

/// One character, some, or all of a path encoded, up to three times.
pub(super) fn encoded(chance: &mut Chance, path: &str) -> String {
    let times = 1 + [0, 0, 1, 2][chance.below(4)];
    let one = chance.below(path.chars().count().max(1));
    let how = chance.below(4);
    let slashes_too = chance.once_in(6);
    let mut out = String::new();
    for (at, part) in path.chars().enumerate() {
        let chosen = match how {
            0 | 1 => at == one,
            2 => chance.once_in(3),
            _ => part.is_ascii_alphabetic() || part == '.',
        };
        if chosen && (part != '/' || slashes_too) {
            out.push_str(&percent(chance, part, times));
        } else {
            out.push(part);
        }
    }
    out
}

/// A character, encoded so many times, in any case of the digits.
fn percent(chance: &mut Chance, part: char, times: usize) -> String {
    let mut bytes = [0; 4];
    let deeper = "25".repeat(times - 1);
    part.encode_utf8(&mut bytes)
        .bytes()
        .map(|byte| {
            if chance.once_in(2) {
                format!("%{deeper}{byte:02x}")
            } else {
                format!("%{deeper}{byte:02X}")
            }
        })
        .collect()
}

/// Encodings that are none, but that somebody decodes.
pub(super) fn badly_encoded(chance: &mut Chance, path: &str) -> String {
    let at = letter(chance, path);
    let Some(part) = path[at..].chars().next() else { return path.to_owned() };
    let code = u32::from(part);
    let low = code & 0xff;
    let forms = [
        format!("%u{code:04x}"),
        format!("%U{code:04X}"),
        format!("%u00{low:02x}"),
        format!("&#x{code:x};"),
        format!("&#{code};"),
        format!("%{:02x}%{:02x}", 0xc0 | (low >> 6), 0x80 | (low & 0x3f)),
        format!("%e0%{:02x}%{:02x}", 0x80 | (low >> 6), 0x80 | (low & 0x3f)),
        format!("%f0%80%{:02x}%{:02x}", 0x80 | (low >> 6), 0x80 | (low & 0x3f)),
        format!("%%{low:02x}"),
        format!("%25%{low:02x}"),
        format!("%{low:02x}%"),
        format!("%{:x}", low >> 4),
        format!("%0x{low:02x}"),
        format!("%x{low:02x}"),
        format!("\\x{low:02x}"),
        format!("=%{low:02x}"),
        format!("%2{part}"),
        format!("{part}%"),
        format!("{part}%25"),
        format!("{part}%zz"),
    ];
    replace(path, at, part.len_utf8(), chance.one_of::<String>(&forms))
}

/// Segments of dots, in every spelling that somebody resolves.
pub(super) fn with_dots(chance: &mut Chance, path: &str) -> String {
    let at = slash(chance, path);
    let dots = chance.word(DOTS);
    let up = if dots.trim_matches(['.', ' ']).is_empty() && dots.len() < 2 {
        ""
    } else {
        chance.word(UP)
    };
    format!("{}/{up}{dots}{}", &path[..at], &path[at..])
}

/// Slashes that are doubled, or something else.
pub(super) fn with_slashes(chance: &mut Chance, path: &str) -> String {
    let at = slash(chance, path);
    replace(path, at, 1, chance.word(SLASHES))
}

/// Parameters of a segment, which some servers take away.
pub(super) fn with_parameters(chance: &mut Chance, path: &str) -> String {
    let at = if chance.once_in(2) { path.len() } else { slash(chance, path) };
    replace(path, at, 0, chance.word(PARAMETERS))
}

/// Some letters, or all, in the other case.
pub(super) fn in_other_case(chance: &mut Chance, path: &str) -> String {
    match chance.below(3) {
        0 => path.to_uppercase(),
        1 => path.to_lowercase(),
        _ => path
            .chars()
            .map(|part| match (chance.once_in(2), part.is_ascii_uppercase()) {
                (true, true) => part.to_ascii_lowercase(),
                (true, false) => part.to_ascii_uppercase(),
                (false, _) => part,
            })
            .collect(),
    }
}

/// Something behind a file, as scripts are given it, and as caches are deceived.
pub(super) fn with_path_info(chance: &mut Chance, path: &str) -> String {
    format!("{path}{}", chance.word(INFO))
}

/// Something at the end of a name that a file system drops, or that names a copy.
pub(super) fn with_suffix(chance: &mut Chance, path: &str) -> String {
    let suffix = chance.word(SUFFIXES);
    match chance.below(6) {
        // In the middle: behind a folder's name.
        0 => {
            let at = slash(chance, path);
            replace(path, at, 0, suffix)
        }
        // Instead of the ending.
        1 => format!("{}{suffix}", path.rsplit_once('.').map_or(path, |(stem, _)| stem)),
        _ => format!("{path}{suffix}"),
    }
}

/// What Windows calls long names for short.
pub(super) fn short_names(chance: &mut Chance, path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(|segment| shortened(chance, segment)).collect();
    segments.join("/")
}

fn shortened(chance: &mut Chance, segment: &str) -> String {
    let (stem, ending) = segment.rsplit_once('.').unwrap_or((segment, ""));
    if segment.is_empty() || (chance.once_in(2) && stem.len() <= 8 && ending.len() <= 3) {
        return segment.to_owned();
    }
    let plain: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let start = |length: usize| plain.chars().take(length).collect::<String>();
    let number = 1 + chance.below(3);
    let short = match chance.below(4) {
        0 | 1 => format!("{}~{number}", start(6)),
        2 => format!("{}{:04X}~{number}", start(2), chance.below(0x1_0000)),
        _ => format!("{}~{number}", start(1 + chance.below(6))),
    };
    let ending: String = ending.chars().take(3).collect();
    let name = if ending.is_empty() { short } else { format!("{short}.{ending}") };
    if chance.once_in(2) { name.to_uppercase() } else { name }
}

/// Queries and fragments that are taken for a part of the path, or hide one.
pub(super) fn with_query(chance: &mut Chance, path: &str) -> String {
    if chance.once_in(4) {
        return format!("{}{path}", chance.word(BEFORE));
    }
    if chance.once_in(5) {
        let at = slash(chance, path);
        return replace(path, at, 0, chance.word(QUERIES));
    }
    format!("{path}{}", chance.word(QUERIES))
}

/// Where one of the slashes is; the end, if there is none.
pub(super) fn slash(chance: &mut Chance, path: &str) -> usize {
    let all: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
    if all.is_empty() { path.len() } else { *chance.one_of(&all) }
}

/// Where one of the characters is, slashes left out as far as possible.
pub(super) fn letter(chance: &mut Chance, path: &str) -> usize {
    let all: Vec<usize> =
        path.char_indices().filter(|(_, part)| *part != '/').map(|(at, _)| at).collect();
    if all.is_empty() { 0 } else { *chance.one_of(&all) }
}

/// Other text instead of so many bytes.
pub(super) fn replace(path: &str, at: usize, length: usize, by: &str) -> String {
    // What is to be replaced may have been: then it comes before it.
    let end = (at + length).min(path.len());
    format!("{}{by}{}", &path[..at], &path[end..])
}
