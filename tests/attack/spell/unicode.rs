//! What can be done to a path in characters beyond ASCII.

use unicode_normalization::UnicodeNormalization as _;

use super::text::{letter, replace, slash};
use crate::chance::Chance;

/// Characters that are not seen: default ignorables, and others that somebody drops.
const IGNORED: &[char] = &[
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{1160}',
    '\u{17b4}',
    '\u{17b5}',
    '\u{180b}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2061}',
    '\u{2064}',
    '\u{2065}',
    '\u{206a}',
    '\u{206f}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fff0}',
    '\u{fff8}',
    '\u{1bca0}',
    '\u{1d173}',
    '\u{e0001}',
    '\u{e0020}',
    '\u{e0061}',
    '\u{e0100}',
    '\u{e01ef}',
    '\u{fff9}',
    '\u{2028}',
    '\u{180f}',
];

/// One or more of them, anywhere.
pub(super) fn with_ignorables(chance: &mut Chance, path: &str) -> String {
    let mut path = path.to_owned();
    for _ in 0..=chance.below(3) {
        let at = match chance.below(4) {
            0 => slash(chance, &path),
            1 => path.len(),
            _ => letter(chance, &path),
        };
        let part = chance.one_of(IGNORED).to_string();
        path = replace(&path, at, 0, &part);
    }
    path
}

/// Other forms of letters, which fold to them.
const FORMS: &[(&str, &[&str])] = &[
    (
        "s",
        &[
            "\u{17f}",
            "\u{24e2}",
            "\u{2b3}\u{2e2}",
            "\u{1d42c}",
            "\u{ff53}",
            "\u{ff33}",
            "\u{1e9b}",
            "\u{2e2}",
        ],
    ),
    ("k", &["\u{212a}", "\u{ff4b}", "\u{24da}", "\u{1d4c0}", "\u{1d4f}"]),
    (
        "i",
        &[
            "\u{131}",
            "\u{130}",
            "\u{2170}",
            "\u{2160}",
            "\u{ff49}",
            "\u{2071}",
            "\u{2139}",
            "\u{1d456}",
            "i\u{307}",
        ],
    ),
    ("m", &["\u{ff4d}", "\u{2133}", "\u{216f}", "\u{217f}", "\u{24c2}", "\u{1d5c6}", "\u{1d50}"]),
    (
        "e",
        &[
            "\u{212f}",
            "\u{2147}",
            "\u{ff45}",
            "\u{1d486}",
            "\u{2091}",
            "\u{24d4}",
            "\u{e9}",
            "e\u{301}",
            "\u{113}",
        ],
    ),
    ("b", &["\u{212c}", "\u{ff42}", "\u{24d1}", "\u{1d41b}", "\u{1d47}"]),
    ("r", &["\u{211c}", "\u{ff52}", "\u{24e1}", "\u{1d5cb}", "\u{2b3}"]),
    ("t", &["\u{ff54}", "\u{24e3}", "\u{1d57}", "\u{1d461}"]),
    ("l", &["\u{2113}", "\u{216c}", "\u{217c}", "\u{ff4c}", "\u{2e1}"]),
    ("o", &["\u{2134}", "\u{ba}", "\u{ff4f}", "\u{24de}", "\u{2092}", "\u{f6}"]),
    ("a", &["\u{aa}", "\u{ff41}", "\u{24d0}", "\u{2090}", "\u{1d44e}", "\u{e4}", "a\u{308}"]),
    ("d", &["\u{216e}", "\u{217e}", "\u{ff44}", "\u{2146}"]),
    ("c", &["\u{216d}", "\u{217d}", "\u{ff43}", "\u{2102}"]),
    ("n", &["\u{207f}", "\u{ff4e}", "\u{2115}", "\u{24dd}"]),
    ("h", &["\u{210e}", "\u{210b}", "\u{ff48}", "\u{2b0}"]),
    ("p", &["\u{2119}", "\u{ff50}", "\u{24df}", "\u{1d56}"]),
    ("w", &["\u{24e6}", "\u{ff57}", "\u{2b7}", "\u{1d464}"]),
    ("st", &["\u{fb06}", "\u{fb05}"]),
    ("fi", &["\u{fb01}"]),
    ("ff", &["\u{fb00}"]),
    ("ffi", &["\u{fb03}"]),
    ("ss", &["\u{df}", "\u{1e9e}", "\u{17f}\u{17f}"]),
    ("\u{df}", &["ss", "SS", "\u{1e9e}", "s\u{17f}", "sS"]),
    ("\u{e9}", &["\u{c9}", "e\u{301}", "E\u{301}", "e\u{341}", "\u{ff45}\u{301}", "e"]),
    ("2", &["\u{b2}", "\u{2082}", "\u{ff12}", "\u{2461}", "\u{1d7d0}"]),
    ("0", &["\u{2070}", "\u{ff10}", "\u{24ea}"]),
    (".", &["\u{ff0e}", "\u{2024}", "\u{fe52}", "\u{3002}", "\u{ff61}"]),
    ("-", &["\u{ad}", "\u{2010}", "\u{2011}", "\u{ff0d}", "\u{fe63}"]),
    ("~", &["\u{ff5e}", "\u{223c}"]),
];

/// Some letters in other forms.
pub(super) fn in_fold_forms(chance: &mut Chance, path: &str) -> String {
    let lower = path.to_lowercase();
    let mut path =
        if chance.once_in(2) && lower.len() == path.len() { lower } else { path.to_owned() };
    for _ in 0..=chance.below(3) {
        let fitting: Vec<_> = FORMS.iter().filter(|(plain, _)| path.contains(plain)).collect();
        let Some((plain, forms)) = (!fitting.is_empty()).then(|| *chance.one_of(&fitting)) else {
            return path;
        };
        let places: Vec<usize> = path.match_indices(plain).map(|(at, _)| at).collect();
        let at = *chance.one_of(&places);
        let form = chance.word(forms);
        path = replace(&path, at, plain.len(), form);
    }
    path
}

/// The same text, composed, taken apart, or with marks of its own.
pub(super) fn in_other_normal_form(chance: &mut Chance, path: &str) -> String {
    match chance.below(5) {
        0 => path.nfc().collect(),
        1 => path.nfd().collect(),
        2 => path.nfkd().collect(),
        3 => path.to_uppercase().nfd().collect(),
        _ => {
            #[rustfmt::skip]
            const MARKS: &[&str] = &[
                "\u{301}", "\u{307}", "\u{30a}", "\u{327}", "\u{345}", "\u{338}", "\u{20d0}", "\u{483}",
                "\u{5b0}", "\u{64b}", "\u{941}", "\u{e38}", "\u{1cd0}", "\u{1dc0}", "\u{302a}", "\u{3099}",
                "\u{a674}", "\u{fe20}", "\u{1d165}",
            ];
            let at = letter(chance, path);
            let width = path[at..].chars().next().map_or(0, char::len_utf8);
            replace(path, at + width, 0, chance.word(MARKS))
        }
    }
}

/// Spaces of every width, at the edges of names.
pub(super) fn with_spaces(chance: &mut Chance, path: &str) -> String {
    const SPACES: &[&str] = &[
        " ",
        "%20",
        "+",
        "%2b",
        "\u{a0}",
        "\u{2000}",
        "\u{2003}",
        "\u{2009}",
        "\u{202f}",
        "\u{205f}",
        "\u{3000}",
        "\u{1680}",
        "%09",
        "%0b",
        "%0c",
        "%85",
        "%c2%85",
        "%a0",
        "\u{2029}",
        "%2520",
        "%25c2%25a0",
    ];
    let at = match chance.below(3) {
        0 => slash(chance, path),
        1 => slash(chance, path) + 1,
        _ => path.len(),
    };
    replace(path, at.min(path.len()), 0, chance.word(SPACES))
}
