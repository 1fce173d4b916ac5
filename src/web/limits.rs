//! How often one network may ask for what costs a call to Stripe, a write, or a line of the log.

use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter, clock};
use quick_cache::sync::Cache;

use crate::clock::Clock;
use crate::domain::household::neighbourhood;

/// Networks that are counted at once, for each limit: some 2 MB. Of more, the busiest.
const REMEMBERED: usize = 10_000;

/// Webhooks with a wrong signature in a minute: whoever sends them is not Stripe, or the owner
/// has the wrong secret and sees so in the first line of the log.
const BAD_WEBHOOKS: NonZeroU32 = NonZeroU32::new(30).expect("not zero");

/// Looks at sign-in links, and redemptions, in a minute: thirty colleagues at once.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// Sign-in mails that one network asks for in ten minutes.
const MAILS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const MAILS_IN: Duration = Duration::from_mins(10);

/// Sign-in mails that everybody together asks for in a minute: more is no crowd of readers, but
/// somebody who wants our mail server to be taken for a sender of spam.
const ALL_MAILS: NonZeroU32 = NonZeroU32::new(120).expect("not zero");

/// Addresses in a network that say to be a search engine's and are looked up in a minute. A /24 of
/// Google's has as many crawlers as it has addresses, and each is looked up every six hours.
const CRAWLERS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// The same, of everybody together: more would be a burden to name servers.
const ALL_CRAWLERS: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// What is counted.
pub(super) struct Limits {
    /// Checkouts that are opened.
    pub(super) checkouts: Limit,
    /// Webhooks that nobody we trust has signed.
    pub(super) bad_webhooks: Limit,
    /// Sign-in links that are looked at or redeemed.
    pub(super) sign_ins: Limit,
    /// Sign-in mails that are asked for.
    pub(super) mails: Limit,
    /// The same, of everybody together.
    pub(super) all_mails: Breaker,
    /// Addresses that say to be a search engine's.
    pub(super) crawlers: Limit,
    /// The same, of everybody together.
    pub(super) all_crawlers: Breaker,
}

impl Limits {
    /// `checkouts` may be opened in a burst, and as many again within the hour that follows.
    pub(super) fn new(checkouts: NonZeroU32, clock: &Clock) -> Self {
        Self {
            checkouts: Limit::new(Quota::per_hour(checkouts), clock),
            bad_webhooks: Limit::new(Quota::per_minute(BAD_WEBHOOKS), clock),
            sign_ins: Limit::new(Quota::per_minute(SIGN_INS), clock),
            mails: Limit::new(spread(MAILS, MAILS_IN), clock),
            all_mails: Breaker::new(Quota::per_minute(ALL_MAILS), clock),
            crawlers: Limit::new(Quota::per_minute(CRAWLERS), clock),
            all_crawlers: Breaker::new(Quota::per_minute(ALL_CRAWLERS), clock),
        }
    }
}

/// So many at once, and as many again within a time.
fn spread(most: NonZeroU32, within: Duration) -> Quota {
    let each = Quota::with_period(within / most.get()).expect("no time is too short to count");
    each.allow_burst(most)
}

/// Counts one thing, of all networks together.
pub(super) struct Breaker {
    bucket: Bucket,
    clock: Ticks,
}

impl Breaker {
    fn new(quota: Quota, clock: &Clock) -> Self {
        let clock = Ticks(clock.clone());
        Self { bucket: Bucket::direct_with_clock(quota, clock.clone()), clock }
    }

    /// Counts, and says whether it may be done once more.
    pub(super) fn count(&self) -> Result<(), TooOften> {
        let now = clock::Clock::now(&self.clock);
        self.bucket.check().map_err(|until| TooOften { wait: until.wait_time_from(now) })
    }
}

/// Counts one thing, for each network.
pub(super) struct Limit {
    quota: Quota,
    clock: Ticks,
    networks: Cache<IpAddr, Arc<Bucket>>,
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>;

/// It was too often; after this it may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooOften {
    pub(super) wait: Duration,
}

impl Limit {
    fn new(quota: Quota, clock: &Clock) -> Self {
        Self { quota, clock: Ticks(clock.clone()), networks: Cache::new(REMEMBERED) }
    }

    /// Counts, and says whether this network may do it once more.
    pub(super) fn count(&self, address: IpAddr) -> Result<(), TooOften> {
        let unused = || {
            Ok::<_, Infallible>(Arc::new(Bucket::direct_with_clock(self.quota, self.clock.clone())))
        };
        let bucket = match self.networks.get_or_insert_with(&neighbourhood(address), unused) {
            Ok(bucket) => bucket,
            Err(never) => match never {},
        };
        let now = clock::Clock::now(&self.clock);
        bucket.check().map_err(|until| TooOften { wait: until.wait_time_from(now) })
    }
}

/// Our clock, as the limits read it.
#[derive(Clone)]
struct Ticks(Clock);

impl clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.ticks()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn a_network_is_stopped_and_its_neighbour_is_not() {
        let (limit, _clock) = three_a_minute();
        for _ in 0..3 {
            assert_eq!(count(&limit, "2001:db8::1"), Ok(()));
        }
        assert!(count(&limit, "2001:db8::1").is_err());
        assert!(count(&limit, "2001:db8::2").is_err(), "the same /64");
        assert_eq!(count(&limit, "2001:db8:0:1::1"), Ok(()), "another /64");
        for host in 1..=3 {
            assert_eq!(count(&limit, &format!("192.0.2.{host}")), Ok(()));
        }
        assert!(count(&limit, "192.0.2.4").is_err(), "the same /24");
        assert!(count(&limit, "::ffff:192.0.2.5").is_err(), "the same, in the clothes of IPv6");
        assert_eq!(count(&limit, "192.0.3.1"), Ok(()), "another /24");
    }

    #[test]
    fn it_says_when_to_come_again_and_then_lets_in() {
        let (limit, clock) = three_a_minute();
        let twenty_seconds = Duration::from_secs(20);
        for _ in 0..3 {
            assert_eq!(count(&limit, "192.0.2.1"), Ok(()));
        }
        for _ in 0..5 {
            // Asking too often is not counted against anybody.
            assert_eq!(count(&limit, "192.0.2.1"), Err(TooOften { wait: twenty_seconds }));
        }
        clock.advance(Duration::from_secs(19));
        let soon = Duration::from_secs(1);
        assert_eq!(count(&limit, "192.0.2.1"), Err(TooOften { wait: soon }));
        clock.advance(soon);
        assert_eq!(count(&limit, "192.0.2.1"), Ok(()));
        assert!(count(&limit, "192.0.2.1").is_err());
    }

    #[test]
    fn more_networks_than_can_be_remembered_take_no_more_memory_and_free_nobody_who_is_stopped() {
        let (limit, _clock) = three_a_minute();
        let flooder = Ipv4Addr::from_bits(0xC000_0200);
        for _ in 0..3 {
            assert_eq!(limit.count(flooder.into()), Ok(()));
        }
        for network in 0..100_000_u32 {
            let address = Ipv4Addr::from_bits((0x000A_0000 + network) << 8);
            assert_eq!(limit.count(address.into()), Ok(()));
            if network % 100 == 0 {
                assert!(limit.count(flooder.into()).is_err(), "after {network}");
            }
        }
        assert!(limit.networks.len() <= REMEMBERED, "{}", limit.networks.len());
    }

    fn three_a_minute() -> (Limit, Clock) {
        let clock = Clock::by_hand(Timestamp::from_unix(1_000));
        let quota = Quota::per_minute(NonZeroU32::new(3).expect("not zero"));
        (Limit::new(quota, &clock), clock)
    }

    fn count(limit: &Limit, address: &str) -> Result<(), TooOften> {
        limit.count(address.parse().expect("an address"))
    }
}
