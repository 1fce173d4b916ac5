use proptest::prelude::*;

use super::*;

#[test]
fn a_path_has_one_form() {
    //    target                          path and query that are sent
    sent("/", "/");
    sent("/a/b?c=d", "/a/b?c=d");
    sent("///a", "/a");
    sent("/a//b", "/a//b");
    sent("/%61%2Db", "/a-b");
    sent("/a%c3%a9", "/a%C3%A9");
    sent("/é", "/%C3%A9");
    sent("/a%3Bb%2b", "/a%3Bb%2B");
    sent("/\"<>^`{}|", "/%22%3C%3E%5E%60%7B%7D%7C");
    sent("/a?", "/a?");
    sent("/?\\%zz../é", "/?\\%zz../é");
    sent("http://site.example/a?b", "/a?b");
    sent("HTTPS://site.example", "/");
    sent("http://site.example?x", "/?x");
}

#[test]
fn what_no_browser_sends_is_refused() {
    refused("", Refusal::ForeignForm);
    refused("*", Refusal::ForeignForm);
    refused("a/b", Refusal::ForeignForm);
    refused("site.example:443", Refusal::ForeignForm);
    refused("http://evil.example/a", Refusal::ForeignForm);
    refused("http://u@site.example/a", Refusal::ForeignForm);
    refused("ftp://site.example/a", Refusal::ForeignForm);
    refused("/a b", Refusal::ControlByte);
    refused("/a?b c", Refusal::ControlByte);
    refused("/a\u{7f}", Refusal::ControlByte);
    refused("/a#b", Refusal::Fragment);
    refused("/a?b#c", Refusal::Fragment);
    refused("/a\\b", Refusal::Backslash);
    refused("/a%5cb", Refusal::Backslash);
    refused("/a%", Refusal::BadPercent);
    refused("/a%2", Refusal::BadPercent);
    refused("/a%zz", Refusal::BadPercent);
    refused("/a%u0041", Refusal::BadPercent);
    refused("/a%2fb", Refusal::EncodedSlash);
    refused("/a%ff", Refusal::NotUtf8);
    refused("/a%c0%af", Refusal::NotUtf8);
    refused("/a%00", Refusal::EncodedControl);
    refused("/a%0d%0a", Refusal::EncodedControl);
    refused("/a%c2%85", Refusal::EncodedControl);
    for dots in
        [".", "..", "...", "%2e", "%2E%2e", ".%2e", "..;x", "%20", ".%20", "..%3Bx", "．．", "․․"]
    {
        refused(&format!("/{dots}/a"), Refusal::DotSegment);
        refused(&format!("/a/{dots}"), Refusal::DotSegment);
    }
}

#[test]
fn a_path_is_as_deep_as_a_site_at_most() {
    assert!(canonical(&"/a".repeat(MOST_SEGMENTS)).is_ok());
    refused(&"/a".repeat(MOST_SEGMENTS + 1), Refusal::TooDeep);
    assert!(canonical(&format!("/a?{}", "/".repeat(1_000))).is_ok(), "a query is none of it");
}

#[test]
fn names_with_dots_are_fine() {
    for path in ["/.well-known/x", "/a..b", "/..a", "/a..", "/v1.2.3/", "/;x", "/a;b=c"] {
        assert!(canonical(path).is_ok(), "{path}");
    }
}

#[test]
fn our_own_pages_are_found_in_every_reading() {
    let own = |path: &str| canonical(path).expect("a path").is_own();
    assert!(own("/_tollhouse"));
    assert!(own("/_tollhouse/account"));
    assert!(own("/_Tollhouse/account"));
    assert!(own("/%255Ftollhouse/account"));
    assert!(own("/_tollhouse;x/account"));
    assert!(own("/x/%252e%252e/_tollhouse/account"));
    assert!(!own("/_tollhousekeeping"));
    assert!(!own("/a/_tollhouse"));
}

#[test]
fn a_file_leads_to_its_path() {
    let path = SitePath::of_file("/a b/ü%.html").expect("a path");
    assert_eq!(path.path(), "/a%20b/%C3%BC%25.html");
    assert_eq!(path.decoded(), "/a b/ü%.html");
    assert_eq!(SitePath::of_file("/a\\b"), None);
}

#[test]
fn a_plain_path_has_no_other_reading() {
    let count = |path: &str| canonical(path).expect("a path").other_readings().count();
    assert_eq!(count("/longreads/tide-tables/index.html"), 0);
    assert_eq!(count("/a/b/"), 0);
    assert_eq!(count("/a-b/data/c-d.json"), 0);
    assert!(count("/a//b") > 0);
    assert!(count("/-a") > 0);
    assert!(count("/a-/b") > 0);
    assert!(count("/a--b") > 0);
    assert!(count("/a-") > 0);
    assert!(count("/_next/data/b1/a.json") > 0);
    assert!(count("/a.php/b") > 0);
    assert!(count("/A") > 0);
    assert!(count("/a.") > 0);
    assert!(count("/a.html.gz") > 0);
}

#[test]
fn bytes_of_one_character_may_be_encoded_unequally_often() {
    for target in ["/membe%2525C2%25ADrs/a", "/membe%C2%25ADrs/a", "/membe%25C2%2525ADrs/a"] {
        let Ok(path) = canonical(target) else { continue };
        assert!(path.other_readings().any(|reading| reading == "/members/a"), "{target}");
    }
    assert_eq!(canonical("/membe%C2%25ADrs/a"), Err(Refusal::NotUtf8));
}

#[test]
fn a_path_that_can_be_read_in_countless_ways_is_refused() {
    let odd = "/a.b;%253B%2525".repeat(80);
    assert_eq!(canonical(&odd), Err(Refusal::Ambiguous));
}

#[test]
fn a_long_path_has_few_readings_or_is_refused() {
    let long = |name: &str, length: usize| canonical(&format!("/{}", name.repeat(length - 1)));
    assert!(long("A", readings::LONGEST).is_ok());
    assert_eq!(long("A", readings::LONGEST + 1), Err(Refusal::Ambiguous));
    assert!(long("a", 10 * readings::LONGEST).is_ok(), "this one has no other reading");
    // One character that folds to eighteen.
    assert_eq!(canonical(&format!("/{}", "ﷺ".repeat(600))), Err(Refusal::Ambiguous));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic_and_reading_again_changes_nothing(
        target in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut target = target;
        target.insert(0, b'/');
        if let Ok(path) = SitePath::canonical(&target, |_| false) {
            let again = SitePath::canonical(path.target(), |_| false);
            prop_assert_eq!(again.as_ref(), Ok(&path));
        }
    }

    #[test]
    fn spellings_of_one_path_are_one_path(text in "[a-zA-Z0-9._~-]{1,20}", encode in any::<u32>()) {
        prop_assume!(!readings::is_dots(&text));
        let spelled: String = text
            .bytes()
            .enumerate()
            .map(|(at, byte)| match encode >> (at % 32) & 1 {
                0 => char::from(byte).to_string(),
                _ if at % 2 == 0 => format!("%{byte:02x}"),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        let plain = canonical(&format!("/{text}"));
        prop_assert_eq!(canonical(&format!("/{spelled}")), plain);
    }
}

fn canonical(target: &str) -> Result<SitePath, Refusal> {
    SitePath::canonical(target.as_bytes(), |authority| authority == "site.example")
}

fn sent(target: &str, expected: &str) {
    let path = canonical(target).expect("a path");
    assert_eq!(path.target(), expected.as_bytes(), "{target}");
}

fn refused(target: &str, expected: Refusal) {
    assert_eq!(canonical(target), Err(expected), "{target:?}");
}
