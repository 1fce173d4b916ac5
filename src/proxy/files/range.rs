//! Which part of a file is asked for, and whether that is heeded: RFC 9110, 14.

use http::{HeaderMap, HeaderValue, Method, header};

/// Whether a request asks for one part in a way that we understand. Anything else is answered
/// with the whole file, as if no part had been named: 14.2.
pub(super) fn is_understood(method: &Method, headers: &HeaderMap) -> bool {
    let mut ranges = headers.get_all(header::RANGE).iter();
    let (Some(range), None) = (ranges.next(), ranges.next()) else { return false };
    method == Method::GET && range.to_str().is_ok_and(is_one_part)
}

/// `bytes=1-2`, `bytes=1-`, `bytes=-2`.
fn is_one_part(range: &str) -> bool {
    let part = range.split_once('=').filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = part.and_then(|(_, part)| part.split_once('-')) else { return false };
    match (number(first), number(last)) {
        (Some(first), Some(last)) => first <= last,
        (Some(_), None) => last.is_empty(),
        (None, Some(_)) => first.is_empty(),
        (None, None) => false,
    }
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether an `If-Range` names the file as it is now: its strong entity tag or, to the letter,
/// its date (13.1.5). Else a part of the old file would be joined to one of the new.
pub(super) fn is_of(known: &HeaderValue, now: &HeaderMap) -> bool {
    [header::ETAG, header::LAST_MODIFIED].iter().any(|name| now.get(name) == Some(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_in_bytes_is_understood() {
        //    Range                understood
        check("bytes=0-0", true);
        check("bytes=1-", true);
        check("bytes=-1", true);
        check("Bytes=1-2", true);
        check("bytes=2-1", false);
        check("bytes=-", false);
        check("bytes=", false);
        check("bytes", false);
        check("bytes=+1-2", false);
        check("bytes=a-2", false);
        check("bytes=1-b", false);
        check("bytes=0-0,2-2", false);
        check("bytes=1-99999999999999999999", false);
        check("seconds=1-2", false);
        check("", false);
    }

    #[test]
    fn a_part_is_asked_for_by_get_and_once() {
        let mut headers = HeaderMap::new();
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-0"));
        assert!(is_understood(&Method::GET, &headers));
        assert!(!is_understood(&Method::HEAD, &headers));
        headers.append(header::RANGE, HeaderValue::from_static("bytes=1-1"));
        assert!(!is_understood(&Method::GET, &headers));
    }

    #[test]
    fn a_part_belongs_to_the_file_as_it_is() {
        let of = |known: &'static str| {
            let mut now = HeaderMap::new();
            now.insert(header::ETAG, HeaderValue::from_static("\"1\""));
            let date = HeaderValue::from_static("Thu, 01 Jan 2026 00:00:00 GMT");
            now.insert(header::LAST_MODIFIED, date);
            is_of(&HeaderValue::from_static(known), &now)
        };
        assert!(of("\"1\""));
        assert!(of("Thu, 01 Jan 2026 00:00:00 GMT"));
        assert!(!of("\"2\""));
        assert!(!of("W/\"1\""));
        assert!(!of("Thu, 01 Jan 2026 00:00:01 GMT"));
        assert!(!of(""));
    }

    fn check(range: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        assert_eq!(is_understood(&Method::GET, &headers), expected, "{range:?}");
    }
}
