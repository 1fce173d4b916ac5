//! What the access log shows of an address: enough to find the page, no token and no query.

use crate::domain::path::SitePath;

/// How much of a path is shown, in characters.
const LONGEST: usize = 200;

/// How much of a refused target is shown, in bytes.
const LONGEST_START: usize = 40;

/// A path that was judged. Of our own pages only the first word is shown, behind which stands
/// the token of a link; of others what some website would not take for a query.
pub(super) fn shown(path: &SitePath) -> String {
    if path.is_own() {
        return own_page(path.path());
    }
    let text = path.path();
    let end = [text.find("%3F"), text.find("%23")].into_iter().flatten().min();
    text[..end.unwrap_or(text.len())].chars().take(LONGEST).collect()
}

fn own_page(path: &str) -> String {
    let is_word = |word: &&str| {
        word.len() <= LONGEST_START
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'))
    };
    let word = path.strip_prefix("/_tollhouse/").and_then(|rest| rest.split('/').next());
    format!("/_tollhouse/{}", word.filter(is_word).unwrap_or_default())
}

/// The start of a target that was refused before anybody could tell what it means: the first
/// segment, as far as it is plain.
pub(super) fn start(target: &[u8]) -> String {
    let (slash, rest) = match target.split_first() {
        Some((b'/', rest)) => ("/", rest),
        Some(_) | None => ("", target),
    };
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    let segment: String = rest
        .iter()
        .take(LONGEST_START)
        .take_while(is_plain)
        .map(|byte| char::from(*byte))
        .collect();
    format!("{slash}{segment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_shown() {
        //    asked for                                shown
        check("/", "/");
        check("/essays/tide?token=SECRET", "/essays/tide");
        check("//essays/%74ide", "/essays/tide");
        check("/a%3ftoken=SECRET", "/a");
        check("/a%23token=SECRET", "/a");
        check("/_tollhouse/sign-in/SECRET", "/_tollhouse/sign-in");
        check("/_tollhouse/account?x=SECRET", "/_tollhouse/account");
        check("/_tollhouse/style.css", "/_tollhouse/style.css");
        check("/_tollhouse", "/_tollhouse/");
        check("/_tollhouse/SECRET", "/_tollhouse/");
        check("/%5Ftollhouse/sign-in/SECRET", "/_tollhouse/sign-in");
        check("/%255Ftollhouse/sign-in/SECRET", "/_tollhouse/");
        check("/_TOLLHOUSE/sign-in/SECRET", "/_tollhouse/");
        check("//_tollhouse/sign-in/SECRET", "/_tollhouse/sign-in");
        check("/x/..%252f_tollhouse/sign-in/SECRET", "/_tollhouse/");
        check("/_tollhouse/sign-in%3fSECRET", "/_tollhouse/");
    }

    #[test]
    fn of_a_refused_target_only_a_harmless_start_is_shown() {
        let check = |target: &str, expected: &str| {
            assert_eq!(start(target.as_bytes()), expected, "{target}");
        };
        check("/_tollhouse/sign-in/SECRET/..", "/_tollhouse");
        check("/a?SECRET", "/a");
        check("/a%3fSECRET", "/a");
        check("/a;SECRET", "/a");
        check("http://evil.example/SECRET", "http");
        check("*", "");
        check("", "");
        check(&format!("/{}", "a".repeat(99)), &format!("/{}", "a".repeat(40)));
    }

    fn check(target: &str, expected: &str) {
        let path = SitePath::canonical(target.as_bytes(), |_| false).expect("a path");
        assert_eq!(shown(&path), expected, "{target}");
        assert!(!shown(&path).contains("SECRET"), "{target}");
    }
}
