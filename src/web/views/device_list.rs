//! The devices of a reader, as he is shown them.

use std::num::NonZeroU16;

use serde::Serialize;

use crate::crypto;
use crate::domain::ids::SessionId;
use crate::store::{Ended, SignedIn};

/// What stands for a session on its reader's pages. It cannot be turned back, and is good for
/// nothing but to choose among his own.
pub(in crate::web) fn session_name(session: &SessionId) -> String {
    crypto::hex(&crypto::hash_token(session.as_str())[..8])
}

/// Where a reader is signed in.
#[derive(Serialize)]
pub(in crate::web) struct DeviceList {
    devices: Vec<DeviceView>,
    /// Those that were signed out, because there were too many.
    gave_way: Vec<DeviceView>,
    most: NonZeroU16,
}

#[derive(Serialize)]
struct DeviceView {
    name: String,
    browser: Option<&'static str>,
    system: Option<&'static str>,
    place: Option<String>,
    /// In seconds.
    first_seen: i64,
    last_seen: i64,
    /// Whether it is the one that asks.
    here: bool,
}

impl DeviceList {
    pub(in crate::web) fn new(sign_ins: &[SignedIn], here: &SessionId, most: NonZeroU16) -> Self {
        let view = |one: &SignedIn| DeviceView {
            name: session_name(&one.session),
            browser: one.device.browser,
            system: one.device.system,
            place: one.place.clone(),
            first_seen: one.first_seen.unix(),
            last_seen: one.last_seen.unix(),
            here: one.session == *here,
        };
        let (gave_way, devices): (Vec<_>, Vec<_>) = sign_ins.iter().partition(|it| it.gave_way);
        let views = |them: Vec<&SignedIn>| them.into_iter().map(view).collect();
        Self { devices: views(devices), gave_way: views(gave_way), most }
    }
}

/// Somebody signed in a moment ago, and his browser has no pass.
pub(super) const LOST: &str = "lost";

/// Why somebody is not signed in any more, as templates tell it apart.
pub(super) fn ended_word(why: Option<Ended>) -> Option<&'static str> {
    why.map(|why| match why {
        Ended::Limit => "limit",
        Ended::Join => "join",
        Ended::ByReader => "elsewhere",
    })
}
