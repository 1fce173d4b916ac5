//! Going round in circles: whoever was signed in a moment ago and comes without a pass to where we
//! led him keeps no cookie of ours, or one that is worth nothing. Without a cookie he is known by
//! his address, his browser and the page, for half a minute (an hour, if he paid) or until his pass is seen; many may
//! share those, and so nothing is refused and nothing opens because of it: he is told.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use quick_cache::sync::Cache;

use super::Desk;
use super::join::offer_path;
use super::sign_in;
use super::visitor::{Visit, Visitor};
use crate::domain::ids::SessionId;
use crate::domain::pass::Freshness;
use crate::domain::return_path::ReturnPath;
use crate::domain::time::Timestamp;
use crate::passes::Presented;
use crate::site::Site;

/// How many times in a row are a circle.
pub(super) const CIRCLE: u8 = 3;

/// Within what time.
const WINDOW: Duration = Duration::from_secs(30);

/// How long it is remembered that somebody paid, and came back as a stranger: he is not led to the
/// till again by himself.
const PAID_FOR: Duration = Duration::from_hours(1);

/// How many are remembered at once: 1 MB. Of more, the busiest.
const REMEMBERED: usize = 10_000;

/// Who was led where, and came back.
pub(super) struct Bounces {
    seen: Cache<u64, Bounce>,
    /// Whose pass has not been seen yet, and where he was led.
    awaited: Cache<u64, u64>,
    /// Who paid for which page, and came back as a stranger; when.
    paid: Cache<u64, Duration>,
    names: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Bounce {
    /// When he was led there for the first time, on the clock that never jumps.
    since: Duration,
    /// Whether he was led there since he was last met.
    led: bool,
    /// How often he was met there without a pass.
    met: u8,
}

/// Why somebody goes round in circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The browser sends no cookie of ours.
    NoCookie,
    /// It sends one that is worth nothing.
    BadCookie,
    /// It is at another address than the site's, so that its cookies are for there.
    Elsewhere,
}

impl Bounces {
    pub(super) fn new() -> Self {
        let (seen, awaited) = (Cache::new(REMEMBERED), Cache::new(REMEMBERED));
        Self { seen, awaited, paid: Cache::new(REMEMBERED), names: RandomState::new() }
    }

    /// Notes that a browser sends the pass of this session, which was issued at `issued`: it keeps
    /// cookies. Costs nothing for a pass that is older than a bounce is remembered.
    pub(super) fn arrived(&self, session: &SessionId, issued: Timestamp, now: Timestamp) {
        if now.since(issued) >= WINDOW {
            return;
        }
        if let Some((_, name)) = self.awaited.remove(&self.names.hash_one(session)) {
            self.seen.remove(&name);
        }
    }

    fn led(&self, name: u64, now: Duration) {
        let bounce = match self.recent(name, now) {
            Some(known) => Bounce { led: true, ..known },
            None => Bounce { since: now, led: true, met: 0 },
        };
        self.seen.insert(name, bounce);
    }

    fn met(&self, name: u64, now: Duration) -> u8 {
        let Some(known) = self.recent(name, now) else { return 0 };
        if !known.led {
            return 0;
        }
        let met = known.met.saturating_add(1);
        self.seen.insert(name, Bounce { led: false, met, ..known });
        met
    }

    fn recent(&self, name: u64, now: Duration) -> Option<Bounce> {
        self.seen.get(&name).filter(|known| now.saturating_sub(known.since) < WINDOW)
    }
}

/// Notes that somebody is led to this path; where a session began, until its pass is seen.
pub(super) fn led(desk: &Desk, visit: &Visit, path: &str, session: Option<&SessionId>) {
    let (bounces, name) = (&desk.bounces, name(desk, visit, path));
    bounces.led(name, desk.clock.ticks());
    if let Some(session) = session {
        bounces.awaited.insert(bounces.names.hash_one(session), name);
    }
}

/// Notes that somebody paid for this page, and came back from the till without what his browser was
/// given there: another browser, or one that keeps nothing.
pub(super) fn paid(desk: &Desk, visit: &Visit, path: &str) {
    desk.bounces.paid.insert(name(desk, visit, path), desk.clock.ticks());
}

/// Whether somebody like this visitor did so lately.
pub(super) fn has_paid(desk: &Desk, visit: &Visit, path: &str) -> bool {
    let at = desk.bounces.paid.get(&name(desk, visit, path));
    at.is_some_and(|at| desk.clock.ticks().saturating_sub(at) < PAID_FOR)
        && matches!(visit.visitor, Visitor::Stranger { .. })
        && lacks_pass(desk, visit)
}

/// Notes that somebody is at this path, and counts how often he was led there in vain: not at all,
/// if he has a pass, or nobody led him there.
pub(super) fn met(desk: &Desk, visit: &Visit, path: &str) -> u8 {
    match visit.visitor {
        Visitor::Stranger { .. } if lacks_pass(desk, visit) => {
            desk.bounces.met(name(desk, visit, path), desk.clock.ticks())
        }
        Visitor::Stranger { .. } | Visitor::Reader(_) | Visitor::Unclear => 0,
    }
}

/// Whether somebody's browser has no pass, or one that was never good: not whether he signed out,
/// or was signed out.
fn lacks_pass(desk: &Desk, visit: &Visit) -> bool {
    let passes = &visit.site.passes;
    match passes.presented(&visit.headers) {
        Presented::Nothing => true,
        Presented::Worthless => !passes.is_signed_out(&visit.headers),
        Presented::Pass(pass) => {
            let lifetimes = visit.site.config.lifetimes;
            pass.freshness(desk.clock.now(), lifetimes) == Freshness::Void
        }
    }
}

fn name(desk: &Desk, visit: &Visit, path: &str) -> u64 {
    let path = path.split('#').next().unwrap_or_default();
    let browser = visit.headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    desk.bounces.names.hash_one((visit.client.address, browser, path))
}

/// What he is told.
pub(super) fn page(desk: &Desk, visit: &Visit, to: &ReturnPath) -> Response {
    let presented = visit.site.passes.presented(&visit.headers);
    let cause = cause(&visit.site, &visit.headers, &presented);
    tracing::warn!(?cause, "somebody goes round in circles: he signs in, and comes without a pass");
    desk.views.bounced(cause, to, &sign_in::path(to), &offer_path(to))
}

fn cause(site: &Site, headers: &HeaderMap, presented: &Presented) -> Cause {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let url = &site.config.site.url;
    let other_host = said("x-forwarded-host").is_some_and(|host| !url.is_authority(host));
    let in_the_open = url.scheme() == "https" && said("x-forwarded-proto") == Some("http");
    match presented {
        _ if other_host || in_the_open => Cause::Elsewhere,
        Presented::Nothing => Cause::NoCookie,
        Presented::Worthless | Presented::Pass(_) => Cause::BadCookie,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: u64 = 1;

    #[test]
    fn only_whoever_was_led_there_and_comes_without_a_pass_is_counted() {
        let (bounces, at) = (Bounces::new(), Duration::from_secs);
        assert_eq!(bounces.met(ONE, at(0)), 0);
        for turn in 1..=4 {
            bounces.led(ONE, at(u64::from(turn)));
            assert_eq!(bounces.met(ONE, at(u64::from(turn))), turn);
            // Another who shares all with him, and was not led there.
            assert_eq!(bounces.met(ONE, at(u64::from(turn))), 0);
        }
        assert_eq!(bounces.met(2, at(5)), 0);
    }

    #[test]
    fn after_half_a_minute_it_is_forgotten() {
        let (bounces, at) = (Bounces::new(), Duration::from_secs);
        bounces.led(ONE, at(100));
        assert_eq!(bounces.met(ONE, at(100)), 1);
        bounces.led(ONE, at(129));
        assert_eq!(bounces.met(ONE, at(129)), 2);
        bounces.led(ONE, at(130));
        assert_eq!(bounces.met(ONE, at(130)), 1);
        bounces.led(ONE, at(131));
        assert_eq!(bounces.met(ONE, at(160)), 0);
    }

    #[test]
    fn whoever_was_seen_with_his_pass_leaves_nothing_behind_for_those_who_share_his_address() {
        let (bounces, at) = (Bounces::new(), Timestamp::from_unix);
        let session = SessionId::parse("session_1").expect("an id");
        for (seconds, met) in [(29, 0), (30, 1)] {
            bounces.led(ONE, Duration::ZERO);
            bounces.awaited.insert(bounces.names.hash_one(&session), ONE);
            bounces.arrived(&session, at(0), at(seconds));
            assert_eq!(bounces.met(ONE, Duration::ZERO), met, "{seconds}");
        }
    }

    #[test]
    fn more_than_can_be_remembered_take_no_more_memory() {
        let bounces = Bounces::new();
        for name in 0..100_000 {
            bounces.led(name, Duration::ZERO);
        }
        assert!(bounces.seen.len() <= REMEMBERED, "{}", bounces.seen.len());
    }
}
