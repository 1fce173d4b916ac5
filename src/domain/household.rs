//! What a limit counts as one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

/// What of an IPv4 address names the network: hosting firms and botnets rent out no less than 256
/// addresses that stand together.
const NEIGHBOURS: u32 = !0 << 8;

/// A wider circle, for what is counted over minutes and hours: whoever has one address of a
/// network can often have its others.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match household(address) {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & NEIGHBOURS).into(),
        network @ IpAddr::V6(_) => network,
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

    #[test]
    fn a_neighbourhood_is_a_network() {
        for (address, expected) in [
            ("192.0.2.1", "192.0.2.0"),
            ("::ffff:192.0.2.255", "192.0.2.0"),
            ("192.0.3.1", "192.0.3.0"),
            ("2001:db8::2:3:4:5", "2001:db8::"),
        ] {
            assert_eq!(neighbourhood(parse(address)), parse(expected), "{address}");
        }
    }

    fn check(address: &str, expected: &str) {
        assert_eq!(household(parse(address)), parse(expected), "{address}");
    }

    fn parse(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }
}
