//! The canonical path: one form, which is its own; and whatever it lets through, nginx shows
//! nothing closed for it.

use tollhouse::domain::gate::{Intent, Verdict, decide};
use tollhouse::domain::path::SitePath;
use tollhouse::domain::standing::Standing;
use tollhouse::domain::time::Timestamp;

use super::Stage;
use crate::support::START;

pub(super) fn try_with(stage: &Stage, input: &[u8]) {
    let config = stage.config();
    let is_ours = |authority: &str| config.site.url.is_authority(authority);
    let Ok(path) = SitePath::canonical(input, is_ours) else { return };
    // What is sent would be judged in the same way by the next one who stands in the way.
    assert_eq!(SitePath::canonical(path.target(), |_| false).as_ref(), Ok(&path));
    assert!(path.target().starts_with(path.path().as_bytes()), "{path:?}");
    assert!(path.path().is_ascii() && !path.path().contains(['\\', ' ', '#']), "{path:?}");
    let nothing = Standing::default();
    let verdict = decide(&path, Intent::Look, &config.gates, &nothing, Timestamp::from_unix(START));
    if matches!(verdict, Verdict::Admit(_)) && !path.is_own() {
        stage.shows_nothing(&stage.ask_origin(path.target()));
    }
}
