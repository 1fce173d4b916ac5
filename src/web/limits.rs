//! How often one address may ask for what costs a call to Stripe.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Counts per address; an IPv6 visitor is his /64, which is what one household gets.
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

fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        },
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

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_itself() {
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().expect("an address");
        let plain: IpAddr = "192.0.2.1".parse().expect("an address");
        assert_eq!(household(mapped), plain);
    }
}
