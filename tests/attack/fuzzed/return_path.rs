//! The way back: a browser that is sent there stays on the site.

use tollhouse::domain::return_path::ReturnPath;
use url::Url;

use super::Stage;

/// The site, in both forms that a base can have: browsers read some paths by their scheme.
const SITES: [&str; 2] = ["https://site.example/", "http://127.0.0.1:8080/members/one"];

pub(super) fn try_with(_: &Stage, input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(path) = ReturnPath::parse(text) else { return };
    let kept = path.as_str();
    assert!(kept.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{kept:?}");
    assert!(!kept.contains(['"', '<', '>', '\\', '`', ' ']), "{kept:?}");
    for site in SITES {
        let site = Url::parse(site).expect("a URL");
        let led = site.join(kept).expect("an address");
        assert_eq!((led.origin(), led.username()), (site.origin(), ""), "{kept:?} leads to {led}");
        assert_ne!(led.path().split('/').nth(1), Some("_tollhouse"), "{led}");
        // What one browser keeps, another reads in the same way.
        let asked_for = site.join(text).expect("an address");
        assert_eq!(led.path(), asked_for.path(), "{text:?} became {kept:?}");
    }
    assert_eq!(ReturnPath::parse(kept).as_ref(), Some(&path), "it is kept as it is");
}
