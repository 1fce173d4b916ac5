//! What a limit for each address counts as one.

use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that name the network. The other 64 are the visitor's to choose:
/// RFC 4291, 2.5.1.
const NETWORK: u128 = !0 << 64;

/// An IPv4 address is itself, also in the clothes of IPv6; of an IPv6 address the network counts,
/// which is what one household gets.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_an_address_or_a_network() {
        check("192.0.2.1", "192.0.2.1");
        check("::ffff:192.0.2.1", "192.0.2.1");
        check("2001:db8::1", "2001:db8::");
        check("2001:db8::2:3:4:5", "2001:db8::");
        check("2001:db8:0:1::1", "2001:db8:0:1::");
    }

    fn check(address: &str, expected: &str) {
        let parse = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(household(parse(address)), parse(expected), "{address}");
    }
}
