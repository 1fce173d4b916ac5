//! How often one address may ask for what costs a call to Stripe.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::household::household;

/// Counts per household.
pub(super) struct Limits {
    checkouts: DefaultKeyedRateLimiter<IpAddr>,
}

/// Addresses after which those that have calmed down are forgotten.
const REMEMBERED: usize = 10_000;

impl Limits {
    /// `checkouts` may be opened in a burst, and as many again within the hour that follows.
    pub(super) fn new(checkouts: NonZeroU32) -> Self {
        Self { checkouts: RateLimiter::keyed(Quota::per_hour(checkouts)) }
    }

    /// Whether this address may open another checkout.
    pub(super) fn admits_checkout(&self, address: IpAddr) -> bool {
        if self.checkouts.len() > REMEMBERED {
            self.checkouts.retain_recent();
        }
        self.checkouts.check_key(&household(address)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_stopped_and_its_neighbour_is_not() {
        let limits = Limits::new(NonZeroU32::new(3).expect("not zero"));
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        for _ in 0..3 {
            assert!(limits.admits_checkout(address("2001:db8::1")));
        }
        assert!(!limits.admits_checkout(address("2001:db8::1")));
        assert!(!limits.admits_checkout(address("2001:db8::2")), "the same /64");
        assert!(limits.admits_checkout(address("2001:db8:0:1::1")), "another /64");
        assert!(limits.admits_checkout(address("192.0.2.1")));
    }
}
