//! Where a visitor goes back to: a path on this site, never a URL.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Position, Url};

use super::path::{SitePath, fold};

/// Longer ones are not kept: a cookie, a row and an address must hold them.
const LONGEST: usize = 2_048;

/// A path on this site, with query and fragment, never one of our own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// The front page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// Reads a path that came from outside; none if a browser could be led elsewhere by it.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !text.starts_with('/') || text.contains(char::is_control) {
            return None;
        }
        let base = Url::parse("https://site.invalid/").expect("a URL");
        let url = base.join(text).ok()?;
        let stays = url.origin() == base.origin() && url.username().is_empty();
        if !stays || has_dots(text) || !is_harmless(url.path()) || is_own(url.path()) {
            return None;
        }
        let kept = encode_rest(&url[Position::BeforePath..]);
        (kept.len() <= LONGEST).then_some(Self(kept))
    }

    /// Reads a path that came from outside; the front page if it is none.
    pub fn or_home(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(Self::home)
    }

    /// The path, query and fragment: ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As the value of a query parameter.
    pub fn as_query_value(&self) -> String {
        utf8_percent_encode(&self.0, NON_ALPHANUMERIC).to_string()
    }
}

/// A browser takes `\` for `/`, so whatever begins with two of them names a host; and what is
/// decoded on the way must not become that, or a header of its own. (A query is another matter:
/// whoever searches for two lines has a line break in it.)
fn is_harmless(path: &str) -> bool {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let slashes = |part: char| matches!(part, '/' | '\\');
    !decoded.get(1..).is_some_and(|rest| rest.starts_with(slashes))
        && !decoded.contains(char::is_control)
}

/// Whether it is a page of ours in any reading: those do something, and are gone to by their
/// buttons only.
fn is_own(path: &str) -> bool {
    match SitePath::canonical(path.as_bytes(), |_| false) {
        Ok(path) => path.is_own(),
        // The site refuses it, whatever it is; its beginning should not even look like one.
        Err(_) => fold(&percent_decode_str(path).decode_utf8_lossy()).starts_with("/_tollhouse"),
    }
}

/// `.` and `..` are resolved by whoever reads the path next, and may lead anywhere.
fn has_dots(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decode_str(path).decode_utf8_lossy().replace('\\', "/");
    decoded.split('/').any(|segment| segment == "." || segment == "..")
}

/// What a URL keeps but a header, a page or a log should not see raw.
fn encode_rest(path: &str) -> String {
    path.chars().fold(String::with_capacity(path.len()), |mut text, part| {
        match part {
            '"' => text.push_str("%22"),
            '<' => text.push_str("%3C"),
            '>' => text.push_str("%3E"),
            '\\' => text.push_str("%5C"),
            '`' => text.push_str("%60"),
            _ => text.push(part),
        }
        text
    })
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_leads_elsewhere_is_not_taken_and_the_rest_is_kept() {
        let text = include_str!("../../tests/fixtures/return-paths.json");
        let payloads: Vec<serde_json::Value> = serde_json::from_str(text).expect("JSON");
        assert_eq!(payloads.len(), 58);
        for case in payloads {
            let payload = case["payload"].as_str().expect("a text");
            assert_eq!(ReturnPath::or_home(payload).as_str(), case["safe"], "{payload:?}");
        }
    }

    #[test]
    fn our_own_pages_and_long_paths_are_no_goal() {
        let check = |text: &str, fine: bool| {
            assert_eq!(ReturnPath::parse(text).is_some(), fine, "{text:?}");
        };
        check("/_tollhouse", false);
        check("/_Tollhouse/sign-out", false);
        check("/%5Ftollhouse/sign-out", false);
        check("/%255ftollhouse/sign-out", false);
        check("/_tollhouse;x/sign-out", false);
        check("/_tollhouse%3Fx", false);
        check("/_tollhouse?x", false);
        check("/_tollhouse#x", false);
        check("/_tollhouse/sign-out/%a9", false);
        check("/_tollhouse/sign-out%2f", false);
        check("/x?to=/_tollhouse/", true);
        check("/_tollhousekeeping", true);
        check("/a/_tollhouse/", true);
        check(&format!("/{}", "a".repeat(LONGEST - 1)), true);
        check(&format!("/{}", "a".repeat(LONGEST)), false);
    }

    #[test]
    fn what_is_asked_for_in_a_query_is_kept_as_it_is() {
        let kept = |text: &str| assert_eq!(ReturnPath::or_home(text).as_str(), text);
        kept("/search?q=two%0D%0Alines");
        kept("/search?q=%2F%2Fevil.example&to=//evil.example/..");
        kept("/search?q=caf%E9");
        kept("/search#//evil.example");
        kept("/a%2Fb");
        kept("/a//b?c");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_is_typed_a_browser_stays_on_the_site(text in payload()) {
            let kept = ReturnPath::or_home(&text);
            let base = Url::parse("https://site.example/a/b?c").expect("a URL");
            let browser = base.join(kept.as_str()).expect("a URL");
            prop_assert_eq!(browser.origin(), base.origin(), "{:?} is {}", text, kept);
            prop_assert!(kept.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{}", kept);
            prop_assert_eq!(&browser[Position::BeforePath..], kept.as_str(), "{:?}", text);
            prop_assert_eq!(ReturnPath::parse(kept.as_str()), Some(kept));
        }
    }

    /// What leads elsewhere in some browser or other is made of these.
    fn payload() -> impl Strategy<Value = String> {
        let parts = [
            "/",
            "\\",
            "//",
            "..",
            ".",
            ";",
            "?",
            "#",
            "@",
            ":",
            "%2f",
            "%5C",
            "%2e",
            "%09",
            "%0a",
            "%00",
            "%",
            "%25",
            "\t",
            "\n",
            "\r",
            "\0",
            " ",
            "\u{a0}",
            "\u{feff}",
            "\u{ff0f}",
            "\u{202e}",
            "\u{2028}",
            "https:",
            "javascript:",
            "evil.example",
            "site.example",
            "_tollhouse",
            "a",
            "é",
            "'\"<>`",
        ];
        let part = proptest::sample::select(parts.to_vec());
        let begun = ("[/\\\\]{0,3}", proptest::collection::vec(part, 0..8));
        begun.prop_map(|(start, parts)| start + &parts.concat())
    }

    #[test]
    fn a_path_survives_being_a_query_value() {
        let path = ReturnPath::parse("/a?b=c&d=é#e").expect("a path");
        let value = path.as_query_value();
        assert!(!value.contains(['&', '=', '#', '?', '/']), "{value}");
        assert_eq!(percent_decode_str(&value).decode_utf8_lossy(), path.as_str());
    }
}
